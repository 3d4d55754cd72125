//! The media library: which pictures, clips, music, effects and logos there are, what licence each has, and which of them
//! may be used now. And pictures that a model paints where no file fits.
//!
//! [`MediaLibrary`] looks at one or more places, each a folder or an S3 prefix with a `licences.toml`. A file without a
//! record, with one that has run out, or without the use that is needed is never picked, and [`MediaLibrary::listing`]
//! says why. [`ImageMaker`] asks an OpenAI-compatible endpoint, once for the same prompt, model and size.
#![forbid(unsafe_code)]

mod cache;
mod desk;
mod error;
mod hashes;
mod images;
mod library;
mod listed;
mod manifest;
mod pick;
mod place;
mod words;

pub use desk::MediaDesk;
pub use error::MediaError;
pub use images::{GeneratedImage, ImageError, ImageMaker, ImageOrder, nearest_size};
pub use library::{MediaLibrary, Picked};
pub use listed::{Listed, WhyNot};
pub use manifest::{LICENCES_FILE, Manifest, Record, ending_kind};
pub use pick::{Choice, Terms, Wish};

#[cfg(test)]
mod testing;
