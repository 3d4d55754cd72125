//! Settings: read, checked, with every problem at its file, line and column.
#![forbid(unsafe_code)]

mod live;
mod name;
mod secret;
mod settings;

pub use live::Live;
pub use name::{InvalidName, Name};
pub use secret::Secret;
pub use settings::*;
