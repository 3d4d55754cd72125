//! The slow motion of a picture's view: zoom and pan, at the same even pace on every machine.

use reelpress_templates::template::{Easing, PictureMotion};

use super::curve::growth;
use super::place::held;
use crate::picture::background::Dice;

/// Source pixels that stay free on each side, for the sampler.
const MARGIN: f64 = 2.0;
/// Largest width and height of a source, in pixels.
const MOST_SIDE: f64 = 8_192.0;
/// How far beyond its end a motion may go while the next scene comes in, as a share of the whole.
const MOST_BEYOND: f64 = 0.5;

/// How the view moves over one scene's picture.
#[derive(Debug, Clone)]
pub(crate) struct Travel {
    zoom: (f64, f64),
    pan: f64,
    easing: Easing,
    /// Where the pan goes: -1.0 to 1.0 for each axis.
    towards: (f64, f64),
    /// Frames of the scene.
    frames: f64,
    /// The motion's time at its very end.
    end: f64,
    /// Source pixels for each frame pixel at zoom 1.
    oversize: f64,
    area: (usize, usize),
    source: (usize, usize),
}

impl Travel {
    pub(crate) fn new(motion: &PictureMotion, seed: u64, (frames, fps): (u64, u32), area: (usize, usize)) -> Self {
        let mut dice = Dice::new(!seed, 0);
        let towards = (f64::from(dice.sign()), f64::from(dice.between(-0.6, 0.6)));
        let frames = frames.max(1) as f64;
        let zoom = |value: f32| f64::from(held(value, 1.0, 1.5));
        let (from, to) = (zoom(motion.zoom_from), zoom(motion.zoom_to));
        // A transition is at most a second long.
        let beyond = match motion.easing {
            Easing::Linear | Easing::In => (f64::from(fps) / frames).min(MOST_BEYOND),
            Easing::Out | Easing::InOut | Easing::Back => 0.0,
        };
        // Back goes a little too far on its way.
        let furthest = if motion.easing == Easing::Back { 1.11 } else { 1.0 + beyond };
        let ends = (from, growth(from, to, furthest));
        let (least, most) = (ends.0.min(ends.1), ends.0.max(ends.1));
        // Halfway between both ends, so that neither strays far from one source pixel for each frame pixel.
        // No larger than a source may be.
        let limit = (MOST_SIDE - 2.0 * MARGIN - 2.0) / area.0.max(area.1).max(1) as f64;
        // What a view at the least zoom sees, which may lie a little below 1 beyond the end.
        let widest = 1.0 / least.min(1.0);
        let oversize = (least * most).sqrt().min(limit / widest);
        let side =
            |length: usize| ((length as f64 * oversize * widest + 2.0 * MARGIN).ceil() as usize).next_multiple_of(2);
        Self {
            zoom: (from, to),
            pan: f64::from(held(motion.pan, 0.0, 1.0)),
            easing: motion.easing,
            towards,
            frames,
            end: furthest,
            oversize,
            area,
            source: (side(area.0), side(area.1)),
        }
    }

    /// Size of the picture to move over; even.
    pub(crate) fn source(&self) -> (usize, usize) {
        self.source
    }

    /// True if the view never moves.
    pub(crate) fn is_still(&self) -> bool {
        let (from, to) = self.zoom;
        (from - to).abs() < 1e-6 && (self.pan < 1e-6 || from < 1.0 + 1e-6)
    }

    /// The view at `frame`, counted from the scene's first: its middle in source pixels, and source pixels for each frame
    /// pixel.
    pub(crate) fn view(&self, frame: u64) -> ((f64, f64), f64) {
        if self.is_still() {
            return self.at(self.end / 2.0);
        }
        let time = frame as f64 / self.frames;
        // Past its end, an even motion goes on at its pace, an easing one has come to rest.
        self.at(if time <= 1.0 || self.end <= 1.0 || self.easing == Easing::Back {
            self.easing.at(time)
        } else {
            time.min(self.end)
        })
    }

    fn at(&self, time: f64) -> ((f64, f64), f64) {
        let step = self.oversize / growth(self.zoom.0, self.zoom.1, time);
        let middle = |source: usize, length: usize, towards: f64| {
            let room = (source as f64 - length as f64 * step) / 2.0 - MARGIN;
            source as f64 / 2.0 + room.max(0.0) * self.pan * towards * (2.0 * time / self.end - 1.0)
        };
        let place =
            (middle(self.source.0, self.area.0, self.towards.0), middle(self.source.1, self.area.1, self.towards.1));
        (place, step)
    }
}

#[cfg(test)]
mod tests;
