//! Who looks at a cut before it may go out, and what they decided.
//!
//! [`Review`] approves a cut on one of two grounds only: the policy lets a clean verdict through, or a named person's
//! [`Decided`] is bound to the very hash of the cut. [`decide`] makes the fact that a person's word becomes, and
//! [`waiting`] shows them what they decide on.
#![forbid(unsafe_code)]

mod card;
mod decision;
mod error;
mod stage;

pub use card::{ReviewCard, waiting};
pub use decision::{DECISION, Decided, Ruling, decide};
pub use error::ReviewError;
pub use stage::Review;
#[cfg(test)]
mod tests;
