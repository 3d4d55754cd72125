//! Fingerprints of a cut, and how much of it is in another one.
//!
//! - [`prints`]: all that is kept of a cut ([`prints::Prints`]), made while it is rendered or of a file's frames.
//! - [`pdq`], [`frame`]: 256 bits of a picture, made robust: bars taken off, what the template drew painted over, regions.
//! - [`sound`], [`words`], [`parts`]: the other axes.
//! - [`search`]: what a library of hashes must be able to do, and which cuts it says to look at.
//! - [`verdict`]: the definition of "similar", with evidence.
//!
//! Pixels, samples and words are handed in: this crate knows no decoder, no files and no index.

pub mod error;
pub mod frame;
pub mod geometry;
pub mod hash;
pub mod parts;
pub mod pdq;
pub mod plane;
pub mod prints;
pub mod search;
pub mod sound;
pub mod verdict;
pub mod words;

#[cfg(test)]
mod testing;
