//! Fingerprints of pictures, sound and words.

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
