//! Sprites laid over a frame in any pose, and the round corners of pictures.

use super::form::box_distance;
use super::pose::{Pose, around};
use crate::picture::Rect;
use crate::picture::mask::RoundBox;
use crate::picture::planes::PlanesMut;
use crate::picture::sprite::{Laying, Sprite};

/// Lays a sprite over the frame.
pub(crate) fn sprite(sprite: &Sprite, pose: &Pose, into: &mut PlanesMut<'_>) {
    let frame = Rect { x: 0, y: 0, width: into.width, height: into.height };
    let touched = pose.touched(sprite.area).within(&frame);
    if !pose.is_scaled() {
        let clip = (pose.clip != frame).then_some(pose.clip);
        sprite.lay(into, Laying { opacity: pose.opacity, shift: pose.shift, clip, ..Laying::PLAIN });
        return;
    }
    let opacity = f32::from(pose.opacity) / 256.0;
    for (index, plane) in into.each().into_iter().enumerate() {
        let scale = if index == 0 { 1 } else { 2 };
        let (width, values, stays) = sprite.plane(index);
        let height = values.len() / width.max(1);
        let seen = |x: i64, y: i64| {
            let inside = x >= 0 && y >= 0 && (x as usize) < width && (y as usize) < height;
            let at = (y * width as i64 + x) as usize;
            if inside { [f32::from(values[at]), f32::from(255 - stays[at]) / 255.0] } else { [0.0, 0.0] }
        };
        let lines = Lines::new(pose, touched, (sprite.area.x, sprite.area.y), scale);
        for (row, (top, down)) in lines.rows.iter().enumerate() {
            let y = touched.y / scale + row;
            let out = &mut plane.data[y * plane.stride + touched.x / scale..][..lines.columns.len()];
            for (old, (left, right)) in out.iter_mut().zip(&lines.columns) {
                let mix = |at: usize| {
                    let upper = seen(*left, *top)[at] * (1.0 - right) + seen(left + 1, *top)[at] * right;
                    let lower = seen(*left, top + 1)[at] * (1.0 - right) + seen(left + 1, top + 1)[at] * right;
                    (upper * (1.0 - down) + lower * down) * opacity
                };
                *old = (mix(0) + f32::from(*old) * (1.0 - mix(1)) + 0.5).min(240.0) as u8;
            }
        }
    }
}

/// Which source pixels each target pixel lies between: the first of two, and the share of the second.
struct Lines {
    columns: Vec<(i64, f32)>,
    rows: Vec<(i64, f32)>,
}

impl Lines {
    fn new(pose: &Pose, touched: Rect, origin: (usize, usize), scale: usize) -> Self {
        let unit = scale as f64;
        let line = |first: usize, length: usize, (middle, shift): (f32, f32), origin: usize| {
            let (middle, shift, by) = (f64::from(middle), f64::from(shift), f64::from(pose.scale).max(0.01));
            (0..length / scale)
                .map(|at| {
                    let place = ((first / scale + at) as f64 + 0.5) * unit;
                    let source = (((place - shift - middle) / by + middle) - origin as f64) / unit - 0.5;
                    (source.floor() as i64, (source - source.floor()) as f32)
                })
                .collect()
        };
        Self {
            columns: line(touched.x, touched.width, (pose.middle.0, pose.shift.0), origin.0),
            rows: line(touched.y, touched.height, (pose.middle.1, pose.shift.1), origin.1),
        }
    }
}

/// What lies under the corners of a picture, until it is painted and they are put back.
pub(crate) struct Corners {
    shape: RoundBox,
    /// The rows of the frame that have a corner in them, and what was there: luma, then the two chroma planes.
    saved: Vec<(Rect, [Vec<u8>; 3])>,
}

impl Corners {
    /// Keeps what lies under the corners of `area`, which a pose has moved already.
    pub(crate) fn save(area: [f32; 4], radius: f32, clip: Rect, from: &mut PlanesMut<'_>) -> Self {
        let [left, top, right, bottom] = area;
        let frame = Rect { x: 0, y: 0, width: from.width, height: from.height }.within(&clip);
        // The picture's own edges are even and may lie a little outside.
        let outer = [left - 2.0, top - 2.0, right + 2.0, bottom + 2.0];
        let upper = around([outer[0], outer[1], outer[2], (top + radius + 2.0).min(outer[3])]).within(&frame);
        let lower = around([outer[0], (bottom - radius - 2.0).max(outer[1]), outer[2], outer[3]]).within(&frame);
        let lower = if lower.y < upper.bottom() {
            Rect { y: upper.bottom(), height: lower.bottom().saturating_sub(upper.bottom()), ..lower }
        } else {
            lower
        };
        let mut planes = from.each();
        let mut copied = |rows: Rect| {
            let copies = [(0, 1), (1, 2), (2, 2)].map(|(index, scale)| {
                let plane = &mut planes[index];
                let columns = rows.x / scale..rows.right() / scale;
                let rows = rows.y / scale..rows.bottom() / scale;
                rows.flat_map(|y| &plane.data[y * plane.stride..][columns.clone()]).copied().collect()
            });
            (rows, copies)
        };
        let saved = [upper, lower].into_iter().map(&mut copied).collect();
        Self { shape: RoundBox { left, top, right, bottom, radius }, saved }
    }

    /// Puts it back.
    pub(crate) fn put_back(&self, into: &mut PlanesMut<'_>) {
        for (rows, saved) in &self.saved {
            for ((index, plane), saved) in into.each().into_iter().enumerate().zip(saved) {
                let scale = if index == 0 { 1 } else { 2 };
                let unit = scale as f32;
                let width = rows.width / scale;
                for (row, saved) in saved.chunks_exact(width.max(1)).enumerate() {
                    let y = rows.y / scale + row;
                    let out = &mut plane.data[y * plane.stride + rows.x / scale..][..width];
                    let middle = (y as f32 + 0.5) * unit;
                    let RoundBox { left, top, right, bottom, radius } = self.shape;
                    let column =
                        |edge: f32| ((edge / unit).max(0.0) as usize).saturating_sub(rows.x / scale).min(width);
                    // Between the corners, a row that is whole covers all.
                    let whole = middle - unit / 2.0 >= top && middle + unit / 2.0 <= bottom;
                    let (from, to) =
                        if whole { (column(left + radius) + 1, column(right - radius)) } else { (width, width) };
                    for at in (0..from.min(width)).chain(to.max(from).min(width)..width) {
                        let (new, old) = (&mut out[at], &saved[at]);
                        let place = ((rows.x / scale + at) as f32 + 0.5) * unit;
                        let outside = box_distance(&self.shape, (place, middle)) / unit;
                        let share = ((0.5 - outside).clamp(0.0, 1.0) * 256.0 + 0.5) as u16;
                        *new = ((u16::from(*old) * (256 - share) + u16::from(*new) * share + 128) >> 8) as u8;
                    }
                }
            }
        }
    }
}
