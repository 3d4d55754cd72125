//! All that is kept of a cut to compare it with others: made while it is rendered, or from a file's frames.

use serde::{Deserialize, Serialize};

use crate::frame::region::Region;
use crate::frame::still::Still;
use crate::parts::Part;
use crate::pdq::View;
use crate::sound::Sound;
use crate::words::Words;

mod builder;
mod format;

pub use builder::Builder;

/// The definition of prints and of "similar" that this program knows. Prints of another one are made again, not compared.
pub const DEFINITION: u16 = 2;
/// Frames a second that are kept of a cut.
pub const RATE: u32 = 12;
/// The most frames of one cut: half an hour.
pub const FRAMES_MAX: usize = 1_800 * RATE as usize;

/// One kept frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Frame {
    /// Its time in the cut, in milliseconds.
    pub at_ms: u32,
    /// The hashes of the picture in it; below quality 50 the frame abstains.
    pub view: View,
    /// The small copy that shows it: a number in [`Prints::stills`].
    pub still: u32,
}

/// A frame with hashes of its regions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Key {
    /// Its time in the cut, in milliseconds.
    pub at_ms: u32,
    /// The small copy that shows it: a number in [`Prints::stills`].
    pub still: u32,
    /// Width by height of the picture without bars.
    pub aspect: f32,
    /// The regions with something to see.
    pub regions: Vec<(Region, View)>,
}

/// All axes of one cut.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Prints {
    duration_ms: u32,
    frames: Vec<Frame>,
    stills: Vec<Still>,
    keys: Vec<Key>,
    sounds: Vec<Sound>,
    words: Option<Words>,
    parts: Vec<Part>,
    inner: Vec<Prints>,
}

impl Prints {
    /// For a cut that is being rendered, or a file that is being read.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// From the first to the last frame, in milliseconds, the last one's own time included.
    #[must_use]
    pub fn duration_ms(&self) -> u32 {
        self.duration_ms
    }

    /// The kept frames, by time.
    #[must_use]
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Small copies, by time: a new one where the picture changed, at most four a second.
    #[must_use]
    pub fn stills(&self) -> &[Still] {
        &self.stills
    }

    /// Frames with hashes of their regions, by time: one a second at most, and one after each change of shot.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Its sounds: the stems where they are at hand, else the mix.
    #[must_use]
    pub fn sounds(&self) -> &[Sound] {
        &self.sounds
    }

    /// Its script, where there is one.
    #[must_use]
    pub fn words(&self) -> Option<&Words> {
        self.words.as_ref()
    }

    /// Pictures inside of the frame (between bars, in a card, in another picture), seen by themselves: their frames, small
    /// copies and keys, and nothing else. At most three, which have none themselves.
    #[must_use]
    pub fn inner(&self) -> &[Prints] {
        &self.inner
    }

    /// All that can be seen: the frame, and the pictures inside of it.
    pub(crate) fn seen(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.inner)
    }

    /// What it was made of, where that is known.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }
}

#[cfg(feature = "testing")]
mod drawn;
#[cfg(test)]
mod tests;
