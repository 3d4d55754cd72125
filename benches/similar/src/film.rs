//! Frames in memory, and what people do to a short before they publish it again.

use std::sync::Arc;

use anyhow::ensure;
use reelpress_similar::pdq::{Pdq, View};
use reelpress_similar::plane::Luma;
use reelpress_similar::prints::Prints;

/// Pixels of a frame that shorts are painted in.
pub(crate) const WIDTH: usize = 216;
pub(crate) const HEIGHT: usize = 384;
/// Frames a second that shorts are painted in: twice what prints keep, so that a copy need not meet the same frames.
pub(crate) const RATE: u32 = 24;
/// Frames a second of prints.
const KEPT: u32 = 12;

/// A painted frame, 4:2:0.
pub(crate) struct Frame {
    pub(crate) y: Vec<u8>,
    pub(crate) u: Vec<u8>,
    pub(crate) v: Vec<u8>,
}

impl Frame {
    pub(crate) fn black() -> Self {
        let chroma = vec![128; WIDTH * HEIGHT / 4];
        Self { y: vec![16; WIDTH * HEIGHT], u: chroma.clone(), v: chroma }
    }
}

/// A painted short.
#[derive(Clone)]
pub(crate) struct Film {
    pub(crate) frames: Vec<Arc<Frame>>,
}

impl Film {
    pub(crate) fn seconds(&self) -> f32 {
        self.frames.len() as f32 / RATE as f32
    }

    /// From here to there, in seconds.
    pub(crate) fn cut(&self, from: f32, to: f32) -> Self {
        let at = |seconds: f32| ((seconds * RATE as f32) as usize).min(self.frames.len());
        Self { frames: self.frames[at(from)..at(to.max(from))].to_vec() }
    }

    pub(crate) fn then(mut self, other: &Self) -> Self {
        self.frames.extend(other.frames.iter().cloned());
        self
    }

    /// As the press prints it: every second frame, untouched.
    pub(crate) fn plain(&self) -> Moving {
        let frames = self.frames.iter().step_by(2).map(|frame| frame.y.clone());
        Moving { width: WIDTH, height: HEIGHT, frames: frames.collect() }
    }

    /// At a pace, through a tone; sampled between the frames that [`Film::plain`] has.
    pub(crate) fn copied(&self, pace: f32, tone: Option<&Tone>) -> Moving {
        let step = pace * RATE as f32 / KEPT as f32;
        let count = (self.frames.len() as f32 / step) as usize;
        let frames = (0..count).map(|at| {
            let at = ((at as f32 + 0.5) * step) as usize;
            let frame = &self.frames[at.min(self.frames.len() - 1)];
            tone.map_or_else(|| frame.y.clone(), |tone| tone.over(frame))
        });
        Moving { width: WIDTH, height: HEIGHT, frames: frames.collect() }
    }
}

/// Another light and other colours: what is left of them in the luma.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tone {
    /// Times this, about the middle grey.
    pub(crate) contrast: f32,
    /// Plus this, in steps of luma.
    pub(crate) lift: f32,
    /// To this power.
    pub(crate) gamma: f32,
    /// How much of both colour differences goes into the luma: a tint, a turned hue, a filter before black and white.
    pub(crate) blue: f32,
    pub(crate) red: f32,
}

impl Tone {
    fn over(&self, frame: &Frame) -> Vec<u8> {
        let light: Vec<f32> = (0..=255_u8)
            .map(|value| {
                let share = (f32::from(value) / 255.0).powf(self.gamma);
                (share - 0.5) * 255.0 * self.contrast + 127.5 + self.lift
            })
            .collect();
        let row = |y: usize| (0..WIDTH).map(move |x| y / 2 * (WIDTH / 2) + x / 2);
        let colours = (0..HEIGHT).flat_map(row);
        let pixels = frame.y.iter().zip(colours).map(|(value, at)| {
            let tint = self.blue * (f32::from(frame.u[at]) - 128.0) + self.red * (f32::from(frame.v[at]) - 128.0);
            (light[usize::from(*value)] + tint).clamp(0.0, 255.0) as u8
        });
        pixels.collect()
    }
}

/// Luma at twelve frames a second.
pub(crate) struct Moving {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) frames: Vec<Vec<u8>>,
}

impl Moving {
    /// The fingerprints that the press keeps.
    pub(crate) fn prints(&self) -> anyhow::Result<Prints> {
        let mut builder = Prints::builder();
        for (at, frame) in (0..).zip(&self.frames) {
            builder.push_frame(at * 1_000 / KEPT, &Luma::new(frame, self.width, self.height, self.width)?, &[])?;
        }
        Ok(builder.finish())
    }

    /// What plain vPDQ keeps: a hash of each whole frame, every so many of them.
    pub(crate) fn views(&self, step: usize) -> anyhow::Result<Vec<View>> {
        let mut pdq = Pdq::new();
        let mut views = Vec::new();
        for frame in self.frames.iter().step_by(step) {
            views.push(pdq.see(&Luma::new(frame, self.width, self.height, self.width)?).view());
        }
        Ok(views)
    }

    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let whole = self.frames.iter().all(|frame| frame.len() == self.width * self.height);
        ensure!(whole && !self.frames.is_empty(), "a copy of {} frames is not whole", self.frames.len());
        Ok(())
    }
}

/// What lies where the copied picture does not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Around {
    /// One grey.
    Plain(u8),
    /// The picture itself, large and out of focus.
    Blurred,
    /// Another short, which goes on behind it.
    Other,
}

/// Where a copy shows the picture: from a point of the copy to a point of the picture, in shares of each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// `[xx, xy, x0, yx, yy, y0]`.
    pub(crate) map: [f32; 6],
    /// Pixels of the copy.
    pub(crate) size: (usize, usize),
    pub(crate) around: Around,
}

impl Place {
    /// The part of the picture from `(left, top)` on, `share` of each side of it.
    pub(crate) const fn part(left: f32, top: f32, across: f32, down: f32) -> Self {
        Self { map: [across, 0.0, left, 0.0, down, top], size: (WIDTH, HEIGHT), around: Around::Plain(16) }
    }

    pub(crate) const fn mirrored(self) -> Self {
        let [xx, xy, x, yx, yy, y] = self.map;
        Self { map: [-xx, xy, x + xx, -yx, yy, y + yx], ..self }
    }

    /// The whole picture in a part of the copy.
    pub(crate) const fn within(left: f32, top: f32, across: f32, down: f32, around: Around) -> Self {
        Self { around, ..Self::part(-left / across, -top / down, 1.0 / across, 1.0 / down) }
    }

    pub(crate) const fn sized(self, width: usize, height: usize) -> Self {
        Self { size: (width, height), ..self }
    }

    /// Turned about the middle by an angle of this sine and cosine.
    pub(crate) const fn turned(sine: f32, cosine: f32) -> Self {
        let aspect = WIDTH as f32 / HEIGHT as f32;
        let (xy, yx) = (-sine / aspect, sine * aspect);
        let map = [cosine, xy, 0.5 - 0.5 * (cosine + xy), yx, cosine, 0.5 - 0.5 * (yx + cosine)];
        Self { map, size: (WIDTH, HEIGHT), around: Around::Plain(16) }
    }

    pub(crate) fn of(&self, moving: &Moving, other: &Film) -> Moving {
        let (width, height) = self.size;
        let taps: Vec<Option<Tap>> =
            (0..width * height).map(|at| self.tap(at, (moving.width, moving.height))).collect();
        let frames = moving.frames.iter().enumerate().map(|(number, frame)| {
            let blurred = (self.around == Around::Blurred).then(|| blurred(frame, (moving.width, moving.height)));
            let behind = &other.frames[number * 2 % other.frames.len()].y;
            let pixels = taps.iter().enumerate().map(|(at, tap)| match (tap, self.around) {
                (Some(tap), _) => tap.of(frame, moving.width),
                (None, Around::Plain(grey)) => grey,
                (None, Around::Blurred | Around::Other) => {
                    let (x, y) = (at % width * WIDTH / width, at / width * HEIGHT / height);
                    blurred.as_ref().unwrap_or(behind)[y * WIDTH + x]
                }
            });
            pixels.collect()
        });
        Moving { width, height, frames: frames.collect() }
    }

    fn tap(&self, at: usize, of: (usize, usize)) -> Option<Tap> {
        let [xx, xy, x0, yx, yy, y0] = self.map;
        let (x, y) = ((at % self.size.0) as f32 + 0.5, (at / self.size.0) as f32 + 0.5);
        let (x, y) = (x / self.size.0 as f32, y / self.size.1 as f32);
        let (x, y) = (xx * x + xy * y + x0, yx * x + yy * y + y0);
        if !(0.0..1.0).contains(&x) || !(0.0..1.0).contains(&y) {
            return None;
        }
        let side = |share: f32, length: usize| (share * length as f32 - 0.5).clamp(0.0, length as f32 - 1.001);
        let (x, y) = (side(x, of.0), side(y, of.1));
        let weight = |share: f32| (share.fract() * 16.0) as u16;
        Some(Tap { from: y as usize * of.0 + x as usize, over: weight(x), under: weight(y) })
    }
}

/// Four pixels and how much each counts.
struct Tap {
    from: usize,
    over: u16,
    under: u16,
}

impl Tap {
    fn of(&self, pixels: &[u8], width: usize) -> u8 {
        let row = |at: usize| u16::from(pixels[at]) * (16 - self.over) + u16::from(pixels[at + 1]) * self.over;
        let sum = u32::from(row(self.from)) * u32::from(16 - self.under)
            + u32::from(row(self.from + width)) * u32::from(self.under);
        ((sum + 128) / 256) as u8
    }
}

/// The picture's middle, large and out of focus, darker: as phones fill bars.
fn blurred(frame: &[u8], (width, height): (usize, usize)) -> Vec<u8> {
    const SMALL: (usize, usize) = (12, 20);
    let mut small = [0_f32; SMALL.0 * SMALL.1];
    for (at, mean) in small.iter_mut().enumerate() {
        let part = |at: usize, of: usize, length: usize| {
            let at = length / 8 + at * (length * 3 / 4) / of;
            at..at + (length * 3 / 4) / of
        };
        let (columns, rows) = (part(at % SMALL.0, SMALL.0, width), part(at / SMALL.0, SMALL.1, height));
        let count = columns.len() * rows.len();
        let sum: usize = rows
            .map(|y| frame[y * width..][columns.clone()].iter().map(|value| usize::from(*value)).sum::<usize>())
            .sum();
        *mean = sum as f32 / count as f32;
    }
    let side = |at: usize, length: usize, of: usize| {
        let share = at as f32 * (of - 1) as f32 / length as f32;
        (share as usize, (share as usize + 1).min(of - 1), share.fract())
    };
    let mut out = Vec::with_capacity(WIDTH * HEIGHT);
    for y in 0..HEIGHT {
        let (top, bottom, under) = side(y, HEIGHT, SMALL.1);
        for x in 0..WIDTH {
            let (left, right, over) = side(x, WIDTH, SMALL.0);
            let row = |y: usize| small[y * SMALL.0 + left] * (1.0 - over) + small[y * SMALL.0 + right] * over;
            out.push((0.85 * (row(top) * (1.0 - under) + row(bottom) * under)) as u8);
        }
    }
    out
}
