//! Takes frames and samples as they come.

use super::{FRAMES_MAX, Frame, Key, Prints, RATE};
use crate::error::SimilarError;
use crate::frame::{Eye, Look, SQUARE, Square, still, survey};
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
/// Small copies after which it is settled where in the frame the pictures are: 24 s of a lively cut, 1.5 MB.
const SURVEYED: usize = 96;

/// Makes [`Prints`]. Frames are pushed in the order of their times, at any rate from the cut's own down to twelve a second.
#[derive(Debug, Default)]
pub struct Builder {
    track: Track,
    survey: Survey,
    inner: Vec<Inner>,
}

/// One view of the frames.
#[derive(Debug, Default)]
struct Track {
    prints: Prints,
    eye: Eye,
    /// The last frame's time and its share of a second.
    last: Option<(u32, u32)>,
    still: Option<(u32, Hash)>,
    key: Option<(u32, Hash)>,
}

/// What was seen so far, until it is settled where the pictures are.
#[derive(Debug, Default)]
struct Survey {
    settled: bool,
    seen: Vec<(u32, Box<Square>)>,
    bars: Vec<Rect>,
    /// Width by height of the frame.
    aspect: f32,
}

/// A picture inside of the frame, looked at by itself.
#[derive(Debug)]
struct Inner {
    /// In pixels of the square: left, top, width, height.
    at: [usize; 4],
    aspect: f32,
    track: Track,
}

impl Builder {
    /// True where a frame of this time would be kept: others need not be brought here at all.
    #[must_use]
    pub fn wants(&self, at_ms: u32) -> bool {
        self.track.wants(at_ms)
    }

    /// Looks at a frame. `masks` are what the template drew over the pictures, in shares of the frame.
    ///
    /// # Errors
    /// [`SimilarError::Order`] where its time is before the last one's, [`SimilarError::Long`] beyond half an hour.
    pub fn push_frame(&mut self, at_ms: u32, luma: &Luma<'_>, masks: &[Rect]) -> Result<(), SimilarError> {
        if let Some((last_ms, _)) = self.track.last.filter(|(last, _)| at_ms < *last) {
            return Err(SimilarError::Order { at_ms, last_ms });
        }
        if !self.wants(at_ms) {
            return Ok(());
        }
        if self.track.prints.frames.len() >= FRAMES_MAX {
            return Err(SimilarError::Long { most: FRAMES_MAX });
        }
        let before = self.track.prints.stills.len();
        let (look, picture) = self.track.look(at_ms, luma, masks, None);
        if look.view.tells() && !self.survey.settled {
            self.survey.bars.push(picture);
        }
        if self.track.prints.stills.len() > before {
            self.survey.aspect = look.aspect;
            self.shown(at_ms);
        }
        Ok(())
    }

    /// A picture with a small copy of its own.
    fn shown(&mut self, at_ms: u32) {
        let square = self.track.eye.square();
        if self.survey.settled {
            self.inner.iter_mut().for_each(|inner| inner.look(at_ms, &square));
            return;
        }
        self.survey.seen.push((at_ms, square));
        if self.survey.seen.len() >= SURVEYED {
            self.settle();
        }
    }

    /// Finds the pictures inside of the frame, and looks at them in what was seen so far.
    fn settle(&mut self) {
        self.survey.settled = true;
        let (times, squares): (Vec<u32>, Vec<Box<Square>>) = std::mem::take(&mut self.survey.seen).into_iter().unzip();
        let pictures = survey::pictures(&squares, &std::mem::take(&mut self.survey.bars));
        self.inner.extend(pictures.iter().map(|picture| Inner::of(picture, self.survey.aspect)));
        for (at_ms, square) in times.into_iter().zip(&squares) {
            self.inner.iter_mut().for_each(|inner| inner.look(at_ms, square));
        }
    }

    /// Adds a sound of the cut: each stem by itself, and the mix only where there are no stems.
    pub fn add_sound(&mut self, sound: Sound) {
        if self.track.prints.sounds.len() < SOUNDS_MAX {
            self.track.prints.sounds.push(sound);
        }
    }

    /// Sets the script.
    pub fn set_words(&mut self, words: Words) {
        self.track.prints.words = Some(words);
    }

    /// Adds a source that the cut was made of; the first [`PARTS_MAX`] count.
    pub fn add_part(&mut self, part: Part) {
        if self.track.prints.parts.len() < PARTS_MAX {
            self.track.prints.parts.push(part);
        }
    }

    /// What was gathered.
    #[must_use]
    pub fn finish(mut self) -> Prints {
        if !self.survey.settled {
            self.settle();
        }
        let mut prints = self.track.finish();
        let inner = self.inner.into_iter().map(|inner| inner.finish(&prints.frames));
        let inner: Vec<Prints> = inner.collect();
        prints.inner = inner;
        prints
    }
}

impl Track {
    fn wants(&self, at_ms: u32) -> bool {
        self.last.is_none_or(|(_, slot)| slot_of(at_ms) > slot)
    }

    fn look(&mut self, at_ms: u32, luma: &Luma<'_>, masks: &[Rect], aspect: Option<f32>) -> (Look, Rect) {
        self.last = Some((at_ms, slot_of(at_ms)));
        let (look, picture) = self.eye.look_at_all(luma, masks, aspect);
        let key = self.is_key(at_ms, &look);
        let still = self.still(at_ms, &look, key);
        if key {
            self.keep_key(at_ms, &look, still);
        }
        self.prints.frames.push(Frame { at_ms, view: look.view, still });
        (look, picture)
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
        self.prints.keys.push(Key { at_ms, still, aspect: look.aspect, regions });
        self.key = Some((at_ms, look.view.hash));
    }

    fn finish(mut self) -> Prints {
        let ends = self.prints.frames.first().zip(self.prints.frames.last());
        if let Some(standing) = still::standing(&self.prints.stills) {
            self.prints.stills.iter_mut().for_each(|still| still.forget(&standing));
        }
        self.prints.duration_ms = ends.map_or(0, |(first, last)| last.at_ms - first.at_ms + 1_000 / RATE);
        self.prints
    }
}

impl Inner {
    fn of(picture: &Rect, aspect: f32) -> Self {
        let pixel = |share: f32| ((share * SQUARE as f32).round() as usize).min(SQUARE);
        let (left, top) = (pixel(picture.left), pixel(picture.top));
        let (width, height) = (pixel(picture.right) - left, pixel(picture.bottom) - top);
        let aspect = aspect * width as f32 / height.max(1) as f32;
        Self { at: [left, top, width, height], aspect, track: Track::default() }
    }

    fn look(&mut self, at_ms: u32, square: &Square) {
        let [left, top, width, height] = self.at;
        if let Ok(luma) = Luma::new(&square[top * SQUARE + left..], width, height, SQUARE) {
            self.track.look(at_ms, &luma, &[], Some(self.aspect));
        }
    }

    /// It was looked at wherever the frame had a small copy of its own: each frame has what that copy has.
    fn finish(self, frames: &[Frame]) -> Prints {
        let mut prints = self.track.finish();
        let looked = std::mem::take(&mut prints.frames);
        let of = |frame: &Frame| looked.get(frame.still as usize).map(|inner| Frame { at_ms: frame.at_ms, ..*inner });
        prints.frames = frames.iter().filter_map(of).collect();
        prints
    }
}

/// Which twelfth of a second a time lies in, counted from nought. A millisecond early is not early: 83 is the second one.
fn slot_of(at_ms: u32) -> u32 {
    ((u64::from(at_ms) + 1) * u64::from(RATE) / 1_000) as u32
}
