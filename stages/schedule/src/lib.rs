//! Slots on accounts: windows, gaps, ramps and caps.
//!
//! [`plan`] is the pure part: given an account's settings and what it has been promised already, which slot is next.
//! [`Schedule`] is the stage: it keeps what has been promised, in memory and as notes in the journal, so that a restart
//! grants no extra posts.
#![forbid(unsafe_code)]

mod book;
pub mod plan;
mod stage;

pub use stage::{Schedule, ScheduleError};
