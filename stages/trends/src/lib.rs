//! Feeds in, rising topics and briefs out.
//!
//! [`TrendDesk`] reads every feed that is due (RSS, Atom, JSON Feed, NDJSON, CSV; files or addresses), puts headlines about
//! the same thing together, scores how strongly each [`Topic`](reelpress_vocabulary::Topic) rises, and remembers what it
//! saw. [`briefs()`] turns topics into orders for videos. [`read_once`] does without a memory.
//!
//! All text of a feed is data: HTML becomes plain text, lengths are limited, only web links are kept. A feed's address is
//! checked before every hop, and the connection goes to the very addresses that were checked; private ones are refused
//! unless the feed allows them.
#![forbid(unsafe_code)]

mod briefs;
mod card;
pub mod cluster;
mod desk;
mod error;
mod fetch;
pub mod formats;
#[cfg(any(test, feature = "fuzzing"))]
pub mod fuzzing;
pub mod kinds;
mod language;
mod library;
mod link;
mod memory;
mod read;
pub mod replay;
mod report;
pub mod results;
pub mod rising;
pub mod route;
pub mod same;
pub mod saturation;
pub mod sensitive;
mod series;
mod source;
mod spark;
mod terms;
#[cfg(test)]
mod testing;
mod text;
mod tokens;
mod view;

pub use briefs::{Editor, Newsroom, Nothing, Orders, PassedBook, PassedOver, briefs, orders};
pub use card::Card;
pub use desk::{Answers, FeedReport, Outcome, Poll, Round, TrendDesk, read_once};
pub use error::TrendsError;
pub use library::Held;
pub use memory::{Explained, Member, standing_line};
pub use read::Skipped;
pub use report::{Again, Element, Report, heading, library_markdown};
pub use source::{
    Finding, LicenceNote, OwnResult, OwnResults, cap_shares, licence_note, read_own_results, try_sources,
};
pub use spark::Spark;
pub use terms::{MergedTerm, STAND_OUT, SUPPORT, TermKind, TermSeen, TermStanding, TermWatch, merge, terms_of};
pub use view::{SourceState, TrendView};
