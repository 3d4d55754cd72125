//! Exact search for 256-bit hashes that are alike: which frames, pictures and sounds were there before.
//!
//! An [`Index`] is a folder. Hashes belong to an [`Owner`] (one cut, with its niche and account) and carry a position.
//! [`Index::near`] finds every hash within a number of bits, neither more nor fewer than a comparison with all of them:
//! at the usual radius of 31 by multi-index hashing, a hundred times faster than that; at looser radii by a scan
//! with vector instructions, of everything or of candidates.
//!
//! Fresh hashes go to a log and a *tail* in memory; 32,768 of them become a *segment*, a file that is mapped and never
//! changed; segments become larger ones. Memory is the page cache's: 105 bytes a hash at 10 million, 87 at 100 million
//! (9 GB), and up to 120 in segments of less than a million; an owner takes some 200 more.
#![warn(clippy::undocumented_unsafe_blocks)]

mod chunks;
mod columns;
mod error;
mod files;
mod filter;
mod hash;
mod index;
mod keeper;
mod log;
mod manifest;
mod native;
mod owners;
mod segment;
mod snapshot;
mod table;

pub use error::IndexError;
pub use filter::Filter;
pub use hash::{BITS, Hash, distance};
pub use index::{Finding, Index, Merge, SegmentStats, Stats, TAIL_MAX};
pub use keeper::Keeper;
pub use owners::{Label, NAME_MAX, Owner};
pub use snapshot::{Hit, Match, Snapshot};
