//! The runtime: items, tickets, stages, the one runner, bounded edges, the ports for journal and artifacts, limits,
//! clock, supervisor and events.
//!
//! It knows nothing of video and does no I/O of its own: what touches the world is handed in through a port
//! ([`Journal`], [`Artifacts`], [`Clock`]). `pipeline/CONTRACT.md` says what every stage owes; `ARCHITECTURE.md` in the
//! root shows how the pieces fit.
#![forbid(unsafe_code)]

mod artifact;
mod clock;
mod cpu;
mod item;
mod journal;
mod notes;
mod stage;
#[cfg(feature = "testing")]
pub mod testing;

pub use artifact::{ArtifactError, ArtifactKey, Artifacts, InvalidArtifactKey, MemoKey};
pub use clock::{Clock, SystemClock};
pub use cpu::{CpuPool, CpuPoolError};
pub use item::{InvalidItemId, ItemId, Origin};
pub use journal::{Durability, Entry, Journal, JournalError, Noted, Record, Replayed};
pub use notes::{Note, Notes};
pub use stage::{Fault, Job, Passable, Progress, Reason, Remedy, Silent, Stage, StageName, Step};
