//! Small pictures with transparency, made once and laid over many frames.
#![cfg_attr(not(test), expect(dead_code, reason = "for the layers and transitions that are being built on it"))]

use std::ops::Range;

use reelpress_templates::Colour;

use super::kernels::Level;
use super::mask::Mask;
use super::planes::{PlaneMut, PlanesMut, Rect, bt709, bt709_of};

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

/// One plane of a sprite: values times coverage, how much of the ground stays (0 to 255), and where each row has content.
#[derive(Debug, Clone)]
struct Layer {
    width: usize,
    values: Vec<u8>,
    stays: Vec<u8>,
    spans: Vec<Range<usize>>,
}

/// How a sprite is laid over a frame.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Laying {
    /// Pixels downwards.
    pub(crate) down: isize,
    /// 0 (nothing) to 256 (as it is).
    pub(crate) opacity: u16,
    /// First and last column of the sprite to show, for a wipe; even.
    pub(crate) columns: (usize, usize),
    /// Further pixels across and down, with fractions. A sprite costs least where both sums are even.
    pub(crate) shift: (f32, f32),
    /// The part of the frame that may change. Chroma follows its edges to the nearest pair of pixels.
    pub(crate) clip: Option<Rect>,
}

impl Laying {
    /// Where it belongs, as it is.
    pub(crate) const PLAIN: Self =
        Self { down: 0, opacity: 256, columns: (0, usize::MAX), shift: (0.0, 0.0), clip: None };
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

    /// Puts a colour on top of each pixel, by `at(column, row)`: gamma-encoded sRGB and coverage, all 0.0 to 1.0.
    pub(crate) fn put_each(&mut self, at: impl Fn(usize, usize) -> ([f32; 3], f32)) {
        let width = self.area.width;
        for index in 0..self.cover.len() {
            let (colour, coverage) = at(index % width, index / width);
            if coverage <= 0.0 {
                continue;
            }
            let [luma, blue, red] = bt709(colour);
            for (plane, value) in
                [(&mut self.luma, luma), (&mut self.blue, blue), (&mut self.red, red), (&mut self.cover, 255.0)]
            {
                let mixed = f32::from(plane[index]) * (1.0 - coverage) + value * 256.0 * coverage;
                plane[index] = (mixed + 0.5).min(65_280.0) as u16;
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
        let stays: Vec<u8> = (0..values.len()).map(|at| 255 - eight_bits(cover(at))).collect();
        let spans = stays
            .chunks_exact(width.max(1))
            .map(|row| {
                let first = row.iter().position(|stays| *stays < 255);
                let last = row.iter().rposition(|stays| *stays < 255);
                first.zip(last).map_or(0..0, |(first, last)| first..last + 1)
            })
            .collect();
        Self { width, values, stays, spans }
    }

    /// Lays it with its corner at a whole place.
    fn lay(&self, plane: &mut PlaneMut<'_>, place: &Place) {
        let (left, top) = (place.across.whole, place.down.whole);
        for (row, span) in self.spans.iter().enumerate() {
            let Some(y) = top.checked_add_unsigned(row).and_then(|y| usize::try_from(y).ok()) else { continue };
            if !place.rows.contains(&y) {
                continue;
            }
            let shown = place.shown(span);
            if shown.is_empty() {
                continue;
            }
            let start = y * plane.stride + left.saturating_add_unsigned(shown.start) as usize;
            let target = &mut plane.data[start..start + shown.len()];
            let from = row * self.width + shown.start..row * self.width + shown.end;
            place.level.lay(target, &self.values[from.clone()], &self.stays[from], place.opacity);
        }
    }

    /// Lays it between pixels: each takes its share of the two, or four, that meet there.
    fn lay_between(&self, plane: &mut PlaneMut<'_>, place: &Place) {
        let level = place.level;
        // One transparent pixel on each side, for those half outside.
        let mut blended = [vec![0; self.width + 2], vec![255; self.width + 2]];
        let mut moved = [vec![0; self.width + 1], vec![255; self.width + 1]];
        let outside = [vec![0; self.width], vec![255; self.width]];
        for row in 0..=self.spans.len() {
            let Some(y) = place.down.whole.checked_add_unsigned(row).and_then(|y| usize::try_from(y).ok()) else {
                continue;
            };
            let span = union(self.spans.get(row), row.checked_sub(1).and_then(|above| self.spans.get(above)));
            let shown = place.shown(&(span.start..span.end + 1));
            if !place.rows.contains(&y) || span.is_empty() || shown.is_empty() {
                continue;
            }
            for (at, (data, transparent)) in [(&self.values, 0), (&self.stays, 255)].into_iter().enumerate() {
                let line = |row: Option<usize>| {
                    let line = row.filter(|row| *row < self.spans.len()).map(|row| row * self.width);
                    line.map_or(&outside[at][span.clone()], |line| &data[line + span.start..line + span.end])
                };
                let blended = &mut blended[at];
                level.mix_rows(
                    &mut blended[span.start + 1..=span.end],
                    line(Some(row)),
                    line(row.checked_sub(1)),
                    place.down.share,
                );
                (blended[span.start], blended[span.end + 1]) = (transparent, transparent);
                let moved = &mut moved[at][span.start..=span.end];
                level.mix_rows(
                    moved,
                    &blended[span.start + 1..span.end + 2],
                    &blended[span.start..=span.end],
                    place.across.share,
                );
            }
            let start = y * plane.stride + place.across.whole.saturating_add_unsigned(shown.start) as usize;
            let target = &mut plane.data[start..start + shown.len()];
            level.lay(target, &moved[0][shown.clone()], &moved[1][shown], place.opacity);
        }
    }
}

fn union(one: Option<&Range<usize>>, two: Option<&Range<usize>>) -> Range<usize> {
    let (one, two) = (one.cloned().unwrap_or_default(), two.cloned().unwrap_or_default());
    match (one.is_empty(), two.is_empty()) {
        (false, false) => one.start.min(two.start)..one.end.max(two.end),
        (false, true) => one,
        (true, _) => two,
    }
}

/// A position in pixels: a whole one, and how much further, in 1/256.
#[derive(Debug, Clone, Copy)]
struct Fine {
    whole: isize,
    share: u16,
}

impl Fine {
    /// `whole` and `more` pixels of luma in a plane with one sample for `scale` of them.
    fn new(whole: isize, more: f32, scale: usize) -> Self {
        // Far outside of any frame, a sprite is not seen anyway.
        let more = (f64::from(more.clamp(-1e6, 1e6)) * 256.0).round() as isize;
        let fine = whole.clamp(-0x100_0000, 0x100_0000) * 256 + more;
        let fine = fine.div_euclid(scale as isize);
        Self { whole: fine.div_euclid(256), share: fine.rem_euclid(256) as u16 }
    }
}

/// Where and how one plane of a sprite is laid.
struct Place {
    level: Level,
    across: Fine,
    down: Fine,
    /// Columns of the sprite that may be shown.
    columns: (usize, usize),
    /// Columns and rows of the plane that may change.
    across_clip: Range<usize>,
    rows: Range<usize>,
    opacity: u16,
}

impl Place {
    fn new(area: Rect, how: &Laying, scale: usize, plane: &PlaneMut<'_>) -> Self {
        let clipped =
            |side: usize, from: usize, to: usize| from.div_ceil(scale).min(side)..to.div_ceil(scale).min(side);
        let clip = how.clip.unwrap_or(Rect { x: 0, y: 0, width: usize::MAX, height: usize::MAX });
        Self {
            level: Level::best(),
            across: Fine::new(area.x as isize, how.shift.0, scale),
            down: Fine::new((area.y as isize).saturating_add(how.down), how.shift.1, scale),
            columns: ((how.columns.0 & !1) / scale, (how.columns.1 & !1) / scale),
            across_clip: clipped(plane.width, clip.x, clip.x.saturating_add(clip.width)),
            rows: clipped(plane.height, clip.y, clip.y.saturating_add(clip.height)),
            opacity: how.opacity,
        }
    }

    fn is_whole(&self) -> bool {
        self.across.share == 0 && self.down.share == 0
    }

    /// What is shown of these columns of the sprite.
    fn shown(&self, span: &Range<usize>) -> Range<usize> {
        let inside = |column: usize| usize::try_from((column as isize).saturating_sub(self.across.whole)).unwrap_or(0);
        let from = span.start.max(self.columns.0).max(inside(self.across_clip.start));
        from..span.end.min(self.columns.1).min(inside(self.across_clip.end))
    }
}

impl Sprite {
    /// Of luma (0) or a chroma plane: its width, values times coverage, and how much of the ground stays (0 to 255).
    pub(crate) fn plane(&self, index: usize) -> (usize, &[u8], &[u8]) {
        let layer = [&self.full, &self.blue, &self.red][index];
        (layer.width, &layer.values, &layer.stays)
    }

    /// Lays it over the frame; what lies outside is cut off.
    pub(crate) fn lay(&self, into: &mut PlanesMut<'_>, how: Laying) {
        if how.opacity == 0 {
            return;
        }
        for (layer, (mut plane, scale)) in
            [&self.full, &self.blue, &self.red].into_iter().zip(into.each().into_iter().zip([1, 2, 2]))
        {
            let place = Place::new(self.area, &how, scale, &plane);
            if place.is_whole() {
                layer.lay(&mut plane, &place);
            } else {
                layer.lay_between(&mut plane, &place);
            }
        }
    }
}

/// Fills whole pixels with one colour, times `opacity` (0 to 256). `right` may lie within a pixel, which then gets its
/// share; the other edges are even.
pub(crate) fn fill(into: &mut PlanesMut<'_>, area: Rect, right: f32, colour: [u8; 3], opacity: u16) {
    let level = Level::best();
    for (index, plane) in into.each().into_iter().enumerate() {
        let scale = if index == 0 { 1 } else { 2 };
        let end = right.max(0.0) / scale as f32;
        let limit = plane.width.min(area.right() / scale);
        let left = (area.x / scale).min(limit);
        let whole = (end as usize).clamp(left, limit);
        let rest = (f32::from(opacity) * (end - whole as f32).clamp(0.0, 1.0)) as u16;
        for y in area.y / scale..(area.bottom() / scale).min(plane.height) {
            let row = &mut plane.data[y * plane.stride..][..limit];
            level.tint(&mut row[left..whole], colour[index], opacity);
            if whole < limit {
                level.tint(&mut row[whole..=whole], colour[index], rest);
            }
        }
    }
}

#[cfg(test)]
mod tests;
