//! Settings: read, checked, with every problem at its file, line and column.
//!
//! [`load`] turns a file into [`Settings`] or into all its [`Problems`]; [`reload()`] puts a changed file in force
//! without a restart, or changes nothing. Nothing after this crate checks a setting again.
#![forbid(unsafe_code)]

mod defaults;
mod dotted;
mod environment;
mod live;
mod name;
mod named;
mod problems;
mod raw;
mod reload;
mod secret;
mod settings;
mod shown;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod units;

pub use environment::{Environment, ProcessEnvironment};
pub use live::Live;
pub use name::{InvalidName, Name};
pub use named::{CheckNamed, KeyProblem, load_and};
pub use problems::{Problem, Problems};
pub use raw::load;
pub use raw::nearest::nearest;
pub use reload::{Reload, reload, reload_and};
pub use secret::{Secret, SecretReference};
pub use settings::*;
