//! A cut in, a verdict out: file checks, provenance, text rules, duplicates.
//!
//! [`Screen`] reads the finished file back through [`Inspect`], which the daemon connects with the crate that knows
//! video, and applies the rules of a [`Policy`] to every text of the script.
#![forbid(unsafe_code)]

mod duplicates;
mod error;
mod file;
mod inspect;
mod label;
mod policies;
mod policy;
mod stage;
mod text;

pub use duplicates::SCREEN_HASH;
pub use error::ScreenError;
pub use inspect::{FileFacts, Inspect, InspectError};
pub use policy::{Policy, PolicyProblem, PolicyProblems};
pub use stage::Screen;
#[cfg(test)]
mod tests;
