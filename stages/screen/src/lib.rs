//! A cut in, a verdict out: file checks, provenance, text rules, duplicates, likeness to earlier cuts.
//!
//! [`Screen`] reads the finished file back through [`Inspect`], which the daemon connects with the crate that knows
//! video, and holds every text of the script, and what is known of the cut, against the rules of [`reelpress_policy`].
#![forbid(unsafe_code)]

mod captions;
mod credentials;
mod duplicates;
mod error;
mod file;
mod inspect;
mod label;
mod made;
mod policies;
mod policy;
mod safety;
mod similar;
mod stage;
mod text;

pub use captions::SCREEN_CAPTION;
pub use duplicates::SCREEN_HASH;
pub use error::ScreenError;
pub use inspect::{Credentials, FileFacts, Inspect, InspectError};
pub use similar::{PrintOrder, SCREEN_SIMILAR, Standing, rule, size_of};
pub use stage::Screen;
#[cfg(test)]
mod tests;
