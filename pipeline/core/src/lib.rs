//! The runtime: items, tickets, stages, the one runner, bounded edges, the ports for journal and artifacts, limits,
//! clock, supervisor and events.
//!
//! It knows nothing of video and does no I/O of its own: what touches the world is handed in through a port
//! ([`Journal`], [`Artifacts`], [`Clock`]). `pipeline/CONTRACT.md` says what every stage owes; `ARCHITECTURE.md` in the
//! root shows how the pieces fit.
#![forbid(unsafe_code)]

mod artifact;
mod backoff;
mod book;
mod breaker;
mod clock;
mod cpu;
mod desk;
mod edge;
pub mod events;
mod feeding;
mod item;
mod journal;
mod ledger;
mod line;
mod notes;
mod pulse;
mod runner;
mod stage;
mod supervisor;
#[cfg(feature = "testing")]
pub mod testing;
mod ticket;

pub use artifact::{ArtifactError, ArtifactKey, Artifacts, InvalidArtifactKey, MemoKey, Stored};
pub use backoff::Backoff;
pub use book::Book;
pub use breaker::{Breaker, BreakerPolicy};
pub use clock::{Clock, SystemClock};
pub use cpu::{CpuPool, CpuPoolError};
pub use edge::{Inlet, Outlet, Reserved};
pub use item::{InvalidItemId, ItemId, Origin};
pub use journal::{Durability, Entry, Journal, JournalError, Noted, Record, Replayed};
pub use ledger::{IllegalStep, ItemState, ItemStatus, Ledger, Release};
pub use line::{Line, LineError, LineParts, LineWiring, StageTuning};
pub use notes::{Note, Notes};
pub use runner::RetryPolicy;
pub use stage::{Fault, Job, Passable, Progress, Reason, Remedy, Silent, Stage, StageName, Step};
pub use supervisor::{OnFailure, Supervisor, TaskEnd, TaskKind};
pub use ticket::{Outcome, Receipts, Ticket};
