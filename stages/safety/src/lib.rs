//! How safe a cut is for a brand: what a model on this host sees in its pictures, what a moderation endpoint says of its
//! pictures and words, and one score from 0 to 100.
//!
//! A [`Sampler`] is handed every decoded picture and keeps a few small ones, [`Snapshots`]. [`Safety::judge`] has them
//! and the texts looked at by whom `[screen.safety]` names, and gives a [`Report`]. Who is not named, cannot be reached
//! or takes too long has not checked, and the report says so: nothing is ever safe because nobody looked.
//!
//! # The score
//!
//! Who looks gives each picture and each text a risk from 0 to 1 in one or more categories. A score is
//! `100 * (1 - risk)`, rounded down; for `sexual/minors` the risk counts fivefold. The score of a cut is that of its
//! worst category in its worst picture or text: a mean would hide one bad second in ninety good ones. The model's authors
//! call pictures below a risk of 0.2 safe with high probability, which is the default limit of 80.
#![forbid(unsafe_code)]

mod error;
mod frame;
mod jpeg;
mod moderation;
mod nsfw;
mod onnx;
mod report;
mod runtime;
mod safety;
mod sampler;
mod score;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;

pub use error::{ModelError, SafetyStopped};
pub use report::{Check, Concern, Report, Unchecked, What, Where};
pub use safety::{Safety, Subject, Text, check, check_file};
pub use sampler::{MOST_SNAPSHOTS, Sampler, Snapshot, Snapshots};
