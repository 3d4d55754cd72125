//! Pictures and sprites laid over a frame in any pose: shifted by parts of a pixel, scaled, cut off, faded.

use super::form::box_distance;
use super::pose::Pose;
use crate::picture::Rect;
use crate::picture::mask::RoundBox;
use crate::picture::planes::{Picture420, PlanesMut};
use crate::picture::sprite::{Laying, Sprite};

/// Lays a sprite over the frame.
pub(crate) fn sprite(sprite: &Sprite, pose: &Pose, into: &mut PlanesMut<'_>) {
    let frame = Rect { x: 0, y: 0, width: into.width, height: into.height };
    let touched = pose.touched(sprite.area).within(&frame);
    if pose.is_at_home() && touched == sprite.area.within(&frame) {
        sprite.lay(into, Laying { opacity: pose.opacity, ..Laying::PLAIN });
        return;
    }
    let opacity = f32::from(pose.opacity) / 256.0;
    for (index, plane) in into.each().into_iter().enumerate() {
        let scale = if index == 0 { 1 } else { 2 };
        let (width, values, ground) = sprite.plane(index);
        let height = values.len() / width.max(1);
        let seen = |x: i64, y: i64| {
            let inside = x >= 0 && y >= 0 && (x as usize) < width && (y as usize) < height;
            let at = y as usize * width + x as usize;
            if inside { [f32::from(values[at]), f32::from(256 - ground[at]) / 256.0] } else { [0.0, 0.0] }
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

/// Lays a picture with round corners over the frame; it belongs at `area`.
pub(crate) fn picture(picture: &Picture420, area: Rect, corner: f32, pose: &Pose, into: &mut PlanesMut<'_>) {
    let frame = Rect { x: 0, y: 0, width: into.width, height: into.height };
    let touched = pose.touched(area).within(&frame);
    let (left, top) = pose.moved((area.x as f32, area.y as f32));
    let (right, bottom) = pose.moved((area.right() as f32, area.bottom() as f32));
    let shape = RoundBox { left, top, right, bottom, radius: corner * pose.scale };
    let fine = !pose.is_at_home();
    for (index, plane) in into.each().into_iter().enumerate() {
        let scale = if index == 0 { 1 } else { 2 };
        let unit = scale as f32;
        let (width, height) = (picture.width / scale, picture.height / scale);
        let source = &picture.planes[index];
        let lines = Lines::new(pose, touched, (area.x, area.y), scale);
        let held = |at: i64, length: usize| at.clamp(0, length as i64 - 1) as usize;
        for (row, (above, down)) in lines.rows.iter().enumerate() {
            let y = touched.y / scale + row;
            let middle = (y as f32 + 0.5) * unit;
            let upper = &source[held(*above, height) * width..][..width];
            let lower = &source[held(above + 1, height) * width..][..width];
            let out = &mut plane.data[y * plane.stride + touched.x / scale..][..lines.columns.len()];
            for (at, (old, (first, share))) in out.iter_mut().zip(&lines.columns).enumerate() {
                let (one, two) = (held(*first, width), held(first + 1, width));
                let value = if fine {
                    let mix = |row: &[u8]| f32::from(row[one]) * (1.0 - share) + f32::from(row[two]) * share;
                    (mix(upper) * (1.0 - down) + mix(lower) * down + 0.5) as u16
                } else {
                    u16::from(upper[one])
                };
                let place = ((touched.x / scale + at) as f32 + 0.5) * unit;
                let inside = (0.5 - box_distance(&shape, (place, middle)) / unit).clamp(0.0, 1.0);
                let opacity = (inside * f32::from(pose.opacity) + 0.5) as u16;
                *old = ((u16::from(*old) * (256 - opacity) + value * opacity + 128) >> 8) as u8;
            }
        }
    }
}
