//! Takes frames and samples as they come.

use super::{FRAMES_MAX, Frame, Key, Prints, RATE};
use crate::error::SimilarError;
use crate::frame::{Eye, Look, still};
use crate::geometry::Rect;
use crate::hash::Hash;
use crate::parts::{PARTS_MAX, Part};
use crate::plane::Luma;
use crate::sound::Sound;
use crate::words::Words;

/// Frames from one look at the small copy to the next: four a second.
const STILL_EVERY: u32 = RATE / 4;
/// Bits by which a picture must differ for a small copy of its own.
const STILL_FROM: u32 = 8;
/// Milliseconds between keys, where the shot goes on.
const KEY_EVERY_MS: u32 = 1_000;
/// Bits by which a picture must differ from the last key's for a key of its own.
const KEY_FROM: u32 = 20;
/// Bits from one key to a frame of another shot.
const SHOT_FROM: u32 = 80;
/// Sounds of a cut.
const SOUNDS_MAX: usize = 8;
/// Milliseconds between keys in any case.
const KEY_LEAST_MS: u32 = 250;

/// Makes [`Prints`]. Frames are pushed in the order of their times, at any rate from the cut's own down to twelve a second.
#[derive(Debug, Default)]
pub struct Builder {
    prints: Prints,
    eye: Eye,
    /// The last frame's time and its share of a second.
    last: Option<(u32, u32)>,
    still: Option<(u32, Hash)>,
    key: Option<(u32, Hash)>,
}

impl Builder {
    /// True where a frame of this time would be kept: others need not be brought here at all.
    #[must_use]
    pub fn wants(&self, at_ms: u32) -> bool {
        self.last.is_none_or(|(_, slot)| slot_of(at_ms) > slot)
    }

    /// Looks at a frame. `masks` are what the template drew over the pictures, in shares of the frame.
    ///
    /// # Errors
    /// [`SimilarError::Order`] where its time is before the last one's, [`SimilarError::Long`] beyond half an hour.
    pub fn push_frame(&mut self, at_ms: u32, luma: &Luma<'_>, masks: &[Rect]) -> Result<(), SimilarError> {
        if let Some((last_ms, _)) = self.last.filter(|(last, _)| at_ms < *last) {
            return Err(SimilarError::Order { at_ms, last_ms });
        }
        if !self.wants(at_ms) {
            return Ok(());
        }
        if self.prints.frames.len() >= FRAMES_MAX {
            return Err(SimilarError::Long { most: FRAMES_MAX });
        }
        self.last = Some((at_ms, slot_of(at_ms)));
        let look = self.eye.look(luma, masks);
        let key = self.is_key(at_ms, &look);
        let still = self.still(at_ms, &look, key);
        if key {
            self.keep_key(at_ms, &look, still);
        }
        self.prints.frames.push(Frame { at_ms, view: look.view, still });
        Ok(())
    }

    /// The number of the small copy that shows this frame; a new one where the picture changed.
    fn still(&mut self, at_ms: u32, look: &Look, key: bool) -> u32 {
        let slot = slot_of(at_ms);
        let number = (self.prints.stills.len() as u32).saturating_sub(1);
        let old = self
            .still
            .filter(|(last, hash)| !key && (slot < last + STILL_EVERY || hash.distance(&look.view.hash) < STILL_FROM));
        if old.is_some() {
            return number;
        }
        self.still = Some((slot, look.view.hash));
        self.prints.stills.push(self.eye.still());
        self.prints.stills.len() as u32 - 1
    }

    fn is_key(&self, at_ms: u32, look: &Look) -> bool {
        look.view.tells()
            && self.key.is_none_or(|(last, hash)| {
                let (since, bits) = (at_ms - last, hash.distance(&look.view.hash));
                since >= KEY_EVERY_MS && bits >= KEY_FROM || since >= KEY_LEAST_MS && bits >= SHOT_FROM
            })
    }

    fn keep_key(&mut self, at_ms: u32, look: &Look, still: u32) {
        let mut regions = Vec::new();
        self.eye.regions(&mut regions);
        let between_blurs = self.eye.between_blurs();
        self.prints.keys.push(Key { at_ms, still, aspect: look.aspect, between_blurs, regions });
        self.key = Some((at_ms, look.view.hash));
    }

    /// Adds a sound of the cut: each stem by itself, and the mix only where there are no stems.
    pub fn add_sound(&mut self, sound: Sound) {
        if self.prints.sounds.len() < SOUNDS_MAX {
            self.prints.sounds.push(sound);
        }
    }

    /// Sets the script.
    pub fn set_words(&mut self, words: Words) {
        self.prints.words = Some(words);
    }

    /// Adds a source that the cut was made of; the first [`PARTS_MAX`] count.
    pub fn add_part(&mut self, part: Part) {
        if self.prints.parts.len() < PARTS_MAX {
            self.prints.parts.push(part);
        }
    }

    /// What was gathered.
    #[must_use]
    pub fn finish(mut self) -> Prints {
        let ends = self.prints.frames.first().zip(self.prints.frames.last());
        if let Some(standing) = still::standing(&self.prints.stills) {
            self.prints.stills.iter_mut().for_each(|still| still.forget(&standing));
        }
        self.prints.duration_ms = ends.map_or(0, |(first, last)| last.at_ms - first.at_ms + 1_000 / RATE);
        self.prints
    }
}

/// Which twelfth of a second a time lies in, counted from nought. A millisecond early is not early: 83 is the second one.
fn slot_of(at_ms: u32) -> u32 {
    ((u64::from(at_ms) + 1) * u64::from(RATE) / 1_000) as u32
}
