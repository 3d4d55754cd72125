//! Settings: read, checked, with every problem at its file, line and column.
//!
//! [`load`] turns a file into [`Settings`] or into all its [`Problems`]; [`reload`] puts a changed file in force
//! without a restart, or changes nothing. Nothing after this crate checks a setting again.
#![forbid(unsafe_code)]

mod defaults;
mod environment;
mod live;
mod name;
mod problems;
mod raw;
mod secret;
mod settings;
mod units;

pub use environment::{Environment, ProcessEnvironment};
pub use live::Live;
pub use name::{InvalidName, Name};
pub use problems::{Problem, Problems};
pub use raw::load;
pub use secret::{Secret, SecretReference};
pub use settings::*;
