//! Feeds in, rising topics and briefs out.
//!
//! [`TrendDesk`] reads every feed that is due (RSS, Atom, JSON Feed, NDJSON, CSV; files or addresses), puts headlines about
//! the same thing together, scores how strongly each [`Topic`](reelpress_vocabulary::Topic) rises, and remembers what it
//! saw. [`briefs()`] turns topics into orders for videos. [`read_once`] does without a memory.
//!
//! All text of a feed is data: HTML becomes plain text, lengths are limited, only web links are kept. A feed's address is
//! checked before every hop, and the connection goes to the very addresses that were checked; private ones are refused
//! unless the feed allows them. The `score` module's own comment has the formula.
#![forbid(unsafe_code)]

mod briefs;
mod cluster;
mod desk;
mod error;
mod fetch;
mod language;
mod link;
mod memory;
mod read;
pub mod replay;
pub mod rising;
mod score;
mod terms;
#[cfg(test)]
mod testing;
mod text;
mod tokens;

pub use briefs::briefs;
pub use desk::{FeedReport, Outcome, Poll, TrendDesk, read_once};
pub use error::TrendsError;
pub use read::Skipped;
pub use score::Reasons;
pub use terms::{MergedTerm, STAND_OUT, SUPPORT, TermKind, TermSeen, TermStanding, TermWatch, merge, terms_of};
