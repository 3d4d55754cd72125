//! How stages talk to endpoints of `OpenAI`'s protocol: one attempt at one call, with a time limit and a size limit, no
//! retry and no redirect of its own; the runner retries.
//!
//! A stage keeps one [`Calls`], which keeps its [`Line`] and its call rate over items and reloads. What comes back
//! instead of a usable answer is a [`Failure`]: it says what to do about it, and never holds the key.
#![forbid(unsafe_code)]

mod calls;
mod failure;
mod line;
mod pace;
mod said;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod wait;

pub use calls::{Calls, Turns};
pub use failure::{Callee, Failure, Who};
pub use line::{Line, Reach, Reply};
pub use pace::{Limits, Pace};
pub use wait::{Left, Told};
