//! Makes the copies of a row.

use std::path::Path;

use crate::coder;
use crate::drawn::Draw;
use crate::film::{Film, Moving};
use crate::rows::{Row, Source, Step};

/// Seconds of a short that are put into another one, and where they begin in it.
const INSIDE: (f32, f32) = (1.5, 6.0);
/// Where they begin in the other one.
const PUT_AT: f32 = 4.0;

/// A short, the same under other captions, and another one of its template.
pub(crate) struct Films<'a> {
    pub(crate) own: &'a Film,
    pub(crate) captions: &'a Film,
    pub(crate) other: &'a Film,
}

impl Films<'_> {
    pub(crate) fn copy(&self, row: &Row, folder: &Path) -> anyhow::Result<Moving> {
        let tone = row.tone.as_ref();
        let mut moving = match row.source {
            Source::Own(from, to, pace) => {
                let length = self.own.seconds();
                self.own.cut(from * length, to * length).copied(pace, tone)
            }
            Source::Captions => self.captions.copied(1.0, tone),
            Source::Inside => {
                let clip = self.own.cut(INSIDE.0, INSIDE.0 + INSIDE.1);
                let (before, after) = (self.other.cut(0.0, PUT_AT), self.other.cut(PUT_AT, f32::MAX));
                before.then(&clip).then(&after).copied(1.0, tone)
            }
            Source::Halves => {
                let (one, two) = (self.own.seconds() / 2.0, self.other.seconds() / 2.0);
                self.own.cut(0.0, one).then(&self.other.cut(two, f32::MAX)).copied(1.0, tone)
            }
        };
        for step in row.steps {
            match step {
                Step::Place(place) => moving = place.of(&moving, self.other),
                Step::Logo(share) => logo(&mut moving, *share),
                Step::Bar(from, to) => bar(&mut moving, *from, *to),
                Step::Code(crf, size) => moving = coder::recoded(&moving, *crf, *size, folder)?,
            }
        }
        moving.check()?;
        Ok(moving)
    }
}

/// A bright disc with a dark sign in it, upper right.
fn logo(moving: &mut Moving, share: f32) {
    let (width, height) = (moving.width, moving.height);
    let side = share * width as f32;
    let (left, top) = (0.95 * width as f32 - side, 0.05 * width as f32);
    for at in 0..width * height {
        let across = ((at % width) as f32 + 0.5 - left) / side * 2.0 - 1.0;
        let down = ((at / width) as f32 + 0.5 - top) / side * 2.0 - 1.0;
        let far = across.hypot(down);
        if far > 1.0 {
            continue;
        }
        let sign = far > 0.8 || across.abs() < 0.18 && down.abs() < 0.5 || down.abs() < 0.15 && across.abs() < 0.5;
        let shade = if sign { 30 } else { 235 };
        moving.frames.iter_mut().for_each(|frame| frame[at] = shade);
    }
}

/// A dark bar with two lines of bright strokes, other ones every two seconds, as captions change.
fn bar(moving: &mut Moving, from: f32, to: f32) {
    let (width, height) = (moving.width, moving.height);
    let rows = (from * height as f32) as usize..(to * height as f32) as usize;
    let line = rows.len() / 5;
    for (number, frames) in (0..).zip(moving.frames.chunks_mut(24)) {
        let mut draw = Draw(900 + number);
        let mut strip = vec![22_u8; width * rows.len()];
        for top in [line, 3 * line] {
            let mut x = width / 12;
            while x < width * 11 / 12 {
                let letters = 2 + (draw.word() % 6) as usize;
                for letter in 0..letters {
                    let high = draw.share() < 0.3;
                    for y in top + if high { 0 } else { line / 4 }..top + line {
                        let start = (y * width + x + letter * 5).min(strip.len());
                        let end = (start + 3).min(strip.len());
                        strip[start..end].fill(235);
                    }
                }
                x += letters * 5 + 8;
            }
        }
        for frame in frames {
            frame[rows.start * width..rows.end * width].copy_from_slice(&strip);
        }
    }
}
