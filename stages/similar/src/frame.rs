//! What is kept of one frame: a hash of the picture in it, a small copy for comparing by eye and by machine, and now and
//! then hashes of parts of it, by which a cropped, turned or covered copy is found.

use crate::geometry::Rect;
use crate::pdq::{SIDE, Samples, Seen, View};
use crate::plane::Luma;

mod area;
mod bars;
mod cover;
pub(crate) mod detail;
pub mod region;
pub mod still;
pub(crate) mod survey;

use area::Area;
use region::Region;
use still::Still;

/// Pixels a side of what a frame is brought to first.
const FIELD: usize = 256;
/// A frame at that size.
type Field = [u8; FIELD * FIELD];
/// Pixels a side of the picture in it, bars taken off.
pub(crate) const SQUARE: usize = 2 * SIDE;
/// The picture at that size.
pub(crate) type Square = [u8; SQUARE * SQUARE];
/// Masks of a frame that are looked at; a template has a handful.
pub const MASKS_MAX: usize = 32;
/// A frame of which less is to be seen through its masks says nothing.
const SEEN_MIN: f32 = 0.25;

/// What was seen of a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// The picture's hashes, bars taken off and masks painted over. Its quality is 0 where the masks cover nearly all of it.
    pub view: View,
    /// Width by height of the picture without bars, in pixels as handed in.
    pub aspect: f32,
}

/// Looks at frames, one at a time. The first of a size takes memory, the others of that size none.
#[derive(Debug)]
pub struct Eye {
    area: Area,
    field: Box<Field>,
    square: Box<Square>,
    picture: Rect,
    aspect: f32,
    masks: Vec<Rect>,
    /// A region of the square, before it is hashed.
    region: Box<Region64>,
}

/// A region at the size of its samples.
type Region64 = [u8; SIDE * SIDE];

impl Default for Eye {
    fn default() -> Self {
        Self {
            area: Area::default(),
            field: zeroed(),
            square: zeroed(),
            picture: Rect::ALL,
            aspect: 1.0,
            masks: Vec::with_capacity(MASKS_MAX),
            region: zeroed(),
        }
    }
}

/// Pixels on the heap, without a copy of them on the stack.
#[expect(clippy::unnecessary_box_returns, reason = "the box is the point: it is large")]
fn zeroed<const PIXELS: usize>() -> Box<[u8; PIXELS]> {
    match vec![0; PIXELS].into_boxed_slice().try_into() {
        Ok(pixels) => pixels,
        Err(_) => unreachable!("the vector was made that long"),
    }
}

impl Eye {
    /// With no frame yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at a frame whose `masks` (captions, logo, brand frame: what the template drew, in shares of the frame; the
    /// first [`MASKS_MAX`] count) are not the picture.
    pub fn look(&mut self, luma: &Luma<'_>, masks: &[Rect]) -> Look {
        self.take(luma, masks);
        self.picture = bars::picture(&self.field);
        self.aspect = (self.picture.width() * luma.width() as f32) / (self.picture.height() * luma.height() as f32);
        self.see()
    }

    /// The same with the bars left on: of one frame of many it is not known what is a bar. `aspect` is the width by the
    /// height of what is shown, where the plane's is another. The second answer is the picture without bars, in shares of
    /// the frame.
    pub(crate) fn look_at_all(&mut self, luma: &Luma<'_>, masks: &[Rect], aspect: Option<f32>) -> (Look, Rect) {
        self.take(luma, masks);
        self.picture = Rect::ALL;
        self.aspect = aspect.unwrap_or(luma.width() as f32 / luma.height() as f32);
        (self.see(), bars::picture(&self.field))
    }

    /// The last picture.
    pub(crate) fn square(&self) -> Box<Square> {
        self.square.clone()
    }

    fn take(&mut self, luma: &Luma<'_>, masks: &[Rect]) {
        self.area.resize(luma, &Rect::ALL, FIELD, self.field.as_mut_slice());
        self.masks.clear();
        self.masks.extend(masks.iter().take(MASKS_MAX).map(|mask| mask.within()));
        for mask in &self.masks {
            cover::paint_over(&mut self.field, mask);
        }
    }

    fn see(&mut self) -> Look {
        if self.picture == Rect::ALL {
            self.halve();
        } else if let Ok(field) = Luma::new(self.field.as_slice(), FIELD, FIELD, FIELD) {
            self.area.resize(&field, &self.picture, SQUARE, self.square.as_mut_slice());
        }
        let mut view = self.whole().view();
        if self.open() < SEEN_MIN {
            view.quality = 0;
        }
        Look { view, aspect: self.aspect }
    }

    /// The picture of the last frame, small. What a mask covered is unknown in it.
    #[must_use]
    pub fn still(&self) -> Still {
        Still::of(&self.square, |x, y| self.covered(x, y))
    }

    /// The whole field as the picture: each pixel the mean of four.
    fn halve(&mut self) {
        for (rows, out) in self.field.chunks_exact(2 * FIELD).zip(self.square.chunks_exact_mut(SQUARE)) {
            let (upper, lower) = rows.split_at(FIELD);
            for ((upper, lower), out) in upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0).zip(out) {
                let sum = [upper[0], upper[1], lower[0], lower[1]].map(u16::from);
                *out = ((sum[0] + sum[1] + sum[2] + sum[3] + 2) / 4) as u8;
            }
        }
    }

    /// Hashes of the last picture's regions, with what there is to see in each; those with too little are left out.
    pub fn regions(&mut self, into: &mut Vec<(Region, View)>) {
        into.clear();
        for region in Region::all() {
            let seen = if region == Region::Whole {
                self.whole()
            } else if region.is_turned() {
                self.part(&region.map(self.aspect))
            } else {
                self.straight(&region.rect(self.aspect))
            };
            let view = seen.view();
            if view.tells() {
                into.push((region, view));
            }
        }
    }

    /// True where a mask covers a point of the picture.
    fn covered(&self, x: f32, y: f32) -> bool {
        let (x, y) = self.picture.map().at(x, y);
        self.masks.iter().any(|mask| mask.holds(x, y))
    }

    /// The share of the picture that no mask covers.
    fn open(&self) -> f32 {
        const GRID: usize = 16;
        if self.masks.is_empty() {
            return 1.0;
        }
        let middle = |at: usize| (at as f32 + 0.5) / GRID as f32;
        let points = (0..GRID * GRID).filter(|at| !self.covered(middle(at % GRID), middle(at / GRID)));
        points.count() as f32 / (GRID * GRID) as f32
    }

    fn whole(&self) -> Seen {
        let mut samples: Samples = [[0.0; SIDE]; SIDE];
        for (rows, samples) in self.square.chunks_exact(2 * SQUARE).zip(&mut samples) {
            let (upper, lower) = rows.split_at(SQUARE);
            let pairs = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            for ((upper, lower), sample) in pairs.zip(samples) {
                let sum = u16::from(upper[0]) + u16::from(upper[1]) + u16::from(lower[0]) + u16::from(lower[1]);
                *sample = f32::from(sum) / 4.0;
            }
        }
        Seen::of(&samples)
    }

    /// A rectangle of the picture.
    fn straight(&mut self, rect: &Rect) -> Seen {
        if let Ok(square) = Luma::new(self.square.as_slice(), SQUARE, SQUARE, SQUARE) {
            self.area.resize(&square, rect, SIDE, self.region.as_mut_slice());
        }
        let (rows, _) = self.region.as_chunks::<SIDE>();
        let mut samples: Samples = [[0.0; SIDE]; SIDE];
        for (row, samples) in rows.iter().zip(&mut samples) {
            *samples = row.map(f32::from);
        }
        Seen::of(&samples)
    }

    /// The part of the picture on which the map lays the unit square. Four points a sample.
    fn part(&self, map: &crate::geometry::Map) -> Seen {
        let mut samples: Samples = [[0.0; SIDE]; SIDE];
        let step = 1.0 / (2 * SIDE) as f32;
        for (row, samples) in samples.iter_mut().enumerate() {
            for (column, sample) in samples.iter_mut().enumerate() {
                let mut sum = 0.0;
                for (down, across) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    let x = ((2 * column + across) as f32 + 0.5) * step;
                    let y = ((2 * row + down) as f32 + 0.5) * step;
                    let (x, y) = map.at(x, y);
                    sum += self.between(x, y);
                }
                *sample = sum / 4.0;
            }
        }
        Seen::of(&samples)
    }

    /// The value at a point of the picture, between the four nearest pixels; beyond the edge, the edge's.
    fn between(&self, x: f32, y: f32) -> f32 {
        let last = (SQUARE - 1) as f32;
        let x = (x * SQUARE as f32 - 0.5).clamp(0.0, last);
        let y = (y * SQUARE as f32 - 0.5).clamp(0.0, last);
        let (left, top) = (x as usize, y as usize);
        let (right, bottom) = ((left + 1).min(SQUARE - 1), (top + 1).min(SQUARE - 1));
        let (over, under) = (x - left as f32, y - top as f32);
        let at = |x: usize, y: usize| f32::from(self.square[y * SQUARE + x]);
        let upper = at(left, top) + over * (at(right, top) - at(left, top));
        let lower = at(left, bottom) + over * (at(right, bottom) - at(left, bottom));
        upper + under * (lower - upper)
    }
}

#[cfg(test)]
mod tests;
