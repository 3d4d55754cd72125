//! Small pictures with transparency, made once and laid over many frames.

use std::ops::Range;

use reelpress_templates::Colour;

use super::mask::Mask;
use super::planes::{PlaneMut, PlanesMut, Rect, bt709_of};

/// Layers of flat colour on top of each other, still in full resolution. Values are multiplied by their coverage and
/// carry eight more bits.
#[derive(Debug, Clone)]
pub(crate) struct Layers {
    area: Rect,
    luma: Vec<u16>,
    blue: Vec<u16>,
    red: Vec<u16>,
    cover: Vec<u16>,
}

/// A picture with transparency in 4:2:0, ready to be laid over a frame.
#[derive(Debug, Clone)]
pub(crate) struct Sprite {
    /// Where it belongs; even edges.
    pub(crate) area: Rect,
    full: Layer,
    blue: Layer,
    red: Layer,
}

/// One plane of a sprite: values times coverage, how much of the ground stays (0 to 256), and where each row has content.
#[derive(Debug, Clone)]
struct Layer {
    width: usize,
    values: Vec<u8>,
    ground: Vec<u16>,
    spans: Vec<Range<usize>>,
}

/// How a sprite is laid over a frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Laying {
    /// Pixels downwards; even.
    pub(crate) down: isize,
    /// 0 (nothing) to 256 (as it is).
    pub(crate) opacity: u16,
    /// First and last column of the sprite to show, for a wipe; even.
    pub(crate) columns: (usize, usize),
}

impl Laying {
    /// Where it belongs, as it is.
    pub(crate) const PLAIN: Self = Self { down: 0, opacity: 256, columns: (0, usize::MAX) };
}

impl Layers {
    pub(crate) fn new(area: Rect) -> Self {
        let area = area.even();
        let size = area.width * area.height;
        Self { area, luma: vec![0; size], blue: vec![0; size], red: vec![0; size], cover: vec![0; size] }
    }

    pub(crate) fn area(&self) -> Rect {
        self.area
    }

    /// An empty mask of the same size.
    pub(crate) fn mask(&self) -> Mask {
        Mask::new(self.area.width, self.area.height)
    }

    /// Puts `colour` on top wherever `mask` covers, times `opacity` (0.0 to 1.0).
    pub(crate) fn put(&mut self, mask: &Mask, colour: Colour, opacity: f32) {
        let opacity = (opacity.clamp(0.0, 1.0) * 256.0) as u32;
        let [luma, blue, red] = bt709_of(colour).map(u32::from);
        for (at, coverage) in mask.data.iter().enumerate() {
            if *coverage == 0 {
                continue;
            }
            let share = ((u32::from(*coverage) + u32::from(*coverage >> 7)) * opacity) >> 8;
            for (plane, value) in
                [(&mut self.luma, luma), (&mut self.blue, blue), (&mut self.red, red), (&mut self.cover, 255)]
            {
                let old = u32::from(plane[at]);
                plane[at] = (((old * (256 - share)) >> 8) + value * share) as u16;
            }
        }
    }

    /// Puts a small picture on top (rows of red, green, blue, alpha; not multiplied by alpha), its left upper corner at
    /// `(left, top)` within the area; what lies outside is cut off.
    pub(crate) fn put_picture(&mut self, (left, top): (i32, i32), width: usize, pixels: &[u8]) {
        for (row, line) in pixels.chunks_exact(width.max(1) * 4).enumerate() {
            let Some(y) = usize::try_from(top + row as i32).ok().filter(|y| *y < self.area.height) else { continue };
            for (column, pixel) in line.chunks_exact(4).enumerate() {
                let Some(x) = usize::try_from(left + column as i32).ok().filter(|x| *x < self.area.width) else {
                    continue;
                };
                let share = u32::from(pixel[3]) + u32::from(pixel[3] >> 7);
                let [luma, blue, red] =
                    bt709_of(Colour { red: pixel[0], green: pixel[1], blue: pixel[2] }).map(u32::from);
                let at = y * self.area.width + x;
                for (plane, value) in
                    [(&mut self.luma, luma), (&mut self.blue, blue), (&mut self.red, red), (&mut self.cover, 255)]
                {
                    plane[at] = (((u32::from(plane[at]) * (256 - share)) >> 8) + value * share) as u16;
                }
            }
        }
    }

    /// The finished sprite.
    pub(crate) fn finish(&self) -> Sprite {
        let (width, height) = (self.area.width, self.area.height);
        let full = Layer::new(width, self.luma.iter().map(|value| eight_bits(*value)), |at| self.cover[at]);
        let half = |plane: &[u16]| -> Vec<u16> {
            let mut out = Vec::with_capacity(width * height / 4);
            for y in (0..height).step_by(2) {
                for x in (0..width).step_by(2) {
                    let at = y * width + x;
                    let sum: u32 = [at, at + 1, at + width, at + width + 1].map(|at| u32::from(plane[at])).iter().sum();
                    out.push((sum / 4) as u16);
                }
            }
            out
        };
        let cover = half(&self.cover);
        let chroma =
            |plane: &[u16]| Layer::new(width / 2, half(plane).iter().map(|value| eight_bits(*value)), |at| cover[at]);
        Sprite { area: self.area, full, blue: chroma(&self.blue), red: chroma(&self.red) }
    }
}

fn eight_bits(value: u16) -> u8 {
    ((u32::from(value) + 128) >> 8) as u8
}

impl Layer {
    fn new(width: usize, values: impl Iterator<Item = u8>, cover: impl Fn(usize) -> u16) -> Self {
        let values: Vec<u8> = values.collect();
        // 255 in eight more bits is 65,280; full cover leaves nothing of the ground.
        let ground: Vec<u16> = (0..values.len()).map(|at| 256 - ((u32::from(cover(at)) + 127) / 255) as u16).collect();
        let spans = ground
            .chunks_exact(width.max(1))
            .map(|row| {
                let first = row.iter().position(|stays| *stays < 256);
                let last = row.iter().rposition(|stays| *stays < 256);
                first.zip(last).map_or(0..0, |(first, last)| first..last + 1)
            })
            .collect();
        Self { width, values, ground, spans }
    }

    fn lay(&self, plane: &mut PlaneMut<'_>, (left, top): (usize, isize), columns: (usize, usize), opacity: u16) {
        for (row, span) in self.spans.iter().enumerate() {
            let Some(y) = usize::try_from(top + row as isize).ok().filter(|y| *y < plane.height) else { continue };
            let (from, to) = (span.start.max(columns.0), span.end.min(columns.1).min(plane.width.saturating_sub(left)));
            if from >= to {
                continue;
            }
            let target = &mut plane.data[y * plane.stride + left..][from..to];
            let values = &self.values[row * self.width..][from..to];
            let ground = &self.ground[row * self.width..][from..to];
            if opacity >= 256 {
                for ((old, value), stays) in target.iter_mut().zip(values).zip(ground) {
                    *old = (u16::from(*value) + ((u16::from(*old) * stays + 128) >> 8)) as u8;
                }
            } else {
                for ((old, value), stays) in target.iter_mut().zip(values).zip(ground) {
                    let stays = 256 - (((256 - stays) * opacity) >> 8);
                    let value = (u16::from(*value) * opacity + 128) >> 8;
                    *old = (value + ((u16::from(*old) * stays + 128) >> 8)).min(240) as u8;
                }
            }
        }
    }
}

impl Sprite {
    /// Lays it over the frame; what lies outside is cut off.
    pub(crate) fn lay(&self, into: &mut PlanesMut<'_>, how: Laying) {
        if how.opacity == 0 {
            return;
        }
        let [mut luma, mut blue, mut red] = into.each();
        let down = how.down & !1;
        let columns = (how.columns.0 & !1, how.columns.1 & !1);
        let half = (columns.0 / 2, columns.1 / 2);
        let top = self.area.y as isize + down;
        self.full.lay(&mut luma, (self.area.x, top), columns, how.opacity);
        self.blue.lay(&mut blue, (self.area.x / 2, top / 2), half, how.opacity);
        self.red.lay(&mut red, (self.area.x / 2, top / 2), half, how.opacity);
    }
}

/// Fills whole pixels with one colour, times `opacity` (0 to 256). `right` may lie within a pixel, which then gets its
/// share; the other edges are even.
pub(crate) fn fill(into: &mut PlanesMut<'_>, area: Rect, right: f32, colour: [u8; 3], opacity: u16) {
    for (index, plane) in into.each().into_iter().enumerate() {
        let scale = if index == 0 { 1 } else { 2 };
        let (left, end) = (area.x / scale, right / scale as f32);
        let rows = area.y / scale..(area.bottom() / scale).min(plane.height);
        for y in rows {
            let row = &mut plane.data[y * plane.stride..][..plane.width];
            let columns = left..(end.ceil() as usize).min(plane.width).min(area.right() / scale).max(left);
            for (x, value) in columns.clone().zip(&mut row[columns]) {
                let share = (f32::from(opacity) * (end - x as f32).clamp(0.0, 1.0)) as u16;
                let mixed = u16::from(*value) * (256 - share) + u16::from(colour[index]) * share + 128;
                *value = (mixed >> 8) as u8;
            }
        }
    }
}
