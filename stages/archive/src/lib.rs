//! What was made before: the fingerprints of every cut in a folder, with the indexes that find the ones that a new cut may
//! be like. [`reelpress_similar`] defines what "like" is, [`reelpress_index`] finds hashes; here both are one thing that
//! can be asked, added to and taken from.
//!
//! A folder holds `prints/` (one file for each cut) and three indexes: `frames/` (exact search at 31 bits), `keys/` (regions
//! of frames, at a wide radius) and `words/` (runs of the script and sources, found by equality).

mod archive;
mod candidates;
mod error;
mod files;
mod labels;

pub use archive::{Archive, Found, Judged, Query};
pub use error::ArchiveError;
pub use reelpress_index::{Keeper, Label, Stats};
