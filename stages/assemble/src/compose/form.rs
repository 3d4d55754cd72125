//! Plain forms, painted by the distance of each pixel from their edge: smooth at any size and in any place, straight into
//! the frame or into the mask of a sprite.

use super::curve;
use super::pose::{Pose, around};
use crate::picture::Rect;
use crate::picture::kernels::Level;
use crate::picture::mask::{Mask, RoundBox};
use crate::picture::planes::PlanesMut;

type Point = (f32, f32);

/// A form, in pixels. A stroke of 0.0 fills it; else that is the width of a line inside its edge.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Form {
    Box {
        shape: RoundBox,
        stroke: f32,
    },
    Ellipse {
        middle: Point,
        radii: Point,
        stroke: f32,
    },
    /// Points to the right.
    Triangle {
        left: f32,
        top: f32,
        right: f32,
        bottom: f32,
        stroke: f32,
    },
    /// Lines with round ends.
    Strokes {
        segments: Vec<[Point; 2]>,
        radius: f32,
    },
    /// A part of a ring, from the top on with the clock; `share` is 0.0 to 1.0.
    Arc {
        middle: Point,
        radius: f32,
        width: f32,
        share: f32,
    },
}

/// A form in a colour.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mark {
    pub(crate) form: Form,
    /// BT.709 values.
    pub(crate) ink: [u8; 3],
    /// 0.0 to 1.0.
    pub(crate) opacity: f32,
}

impl Form {
    /// A filled box.
    pub(crate) fn filled([left, top, right, bottom]: [f32; 4], radius: f32) -> Self {
        Self::Box { shape: RoundBox { left, top, right, bottom, radius }, stroke: 0.0 }
    }

    /// A filled circle.
    pub(crate) fn disc(middle: Point, radius: f32) -> Self {
        let sides = [middle.0 - radius, middle.1 - radius, middle.0 + radius, middle.1 + radius];
        Self::filled(sides, radius)
    }

    /// `[left, top, right, bottom]`.
    pub(crate) fn bounds(&self) -> [f32; 4] {
        match self {
            Self::Box { shape, .. } => [shape.left, shape.top, shape.right, shape.bottom],
            Self::Ellipse { middle, radii, .. } => {
                [middle.0 - radii.0, middle.1 - radii.1, middle.0 + radii.0, middle.1 + radii.1]
            }
            Self::Triangle { left, top, right, bottom, .. } => [*left, *top, *right, *bottom],
            Self::Strokes { segments, radius } => {
                let none = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
                let [left, top, right, bottom] = segments.iter().flatten().fold(none, |sides, (x, y)| {
                    [sides[0].min(*x), sides[1].min(*y), sides[2].max(*x), sides[3].max(*y)]
                });
                [left - radius, top - radius, right + radius, bottom + radius]
            }
            Self::Arc { middle, radius, width, .. } => {
                let reach = radius + width / 2.0;
                [middle.0 - reach, middle.1 - reach, middle.0 + reach, middle.1 + reach]
            }
        }
    }

    /// As a pose has it.
    fn posed(&self, pose: &Pose) -> Self {
        if pose.is_at_home() {
            return self.clone();
        }
        let (at, by) = (|point: &Point| pose.moved(*point), pose.scale);
        match self {
            Self::Box { shape, stroke } => {
                let ((left, top), (right, bottom)) = (at(&(shape.left, shape.top)), at(&(shape.right, shape.bottom)));
                let shape = RoundBox { left, top, right, bottom, radius: shape.radius * by };
                Self::Box { shape, stroke: stroke * by }
            }
            Self::Ellipse { middle, radii, stroke } => {
                Self::Ellipse { middle: at(middle), radii: (radii.0 * by, radii.1 * by), stroke: stroke * by }
            }
            Self::Triangle { left, top, right, bottom, stroke } => {
                let ((left, top), (right, bottom)) = (at(&(*left, *top)), at(&(*right, *bottom)));
                Self::Triangle { left, top, right, bottom, stroke: stroke * by }
            }
            Self::Strokes { segments, radius } => {
                let segments = segments.iter().map(|[from, to]| [at(from), at(to)]).collect();
                Self::Strokes { segments, radius: radius * by }
            }
            Self::Arc { middle, radius, width, share } => {
                Self::Arc { middle: at(middle), radius: radius * by, width: width * by, share: *share }
            }
        }
    }

    /// A function from a point to its distance from the edge: negative inside.
    fn distance(&self) -> impl Fn(Point) -> f32 + '_ {
        let wedge = match self {
            Self::Arc { share, .. } => curve::turn(*share),
            Self::Box { .. } | Self::Ellipse { .. } | Self::Triangle { .. } | Self::Strokes { .. } => (0.0, 1.0),
        };
        move |(x, y)| match self {
            Self::Box { shape, stroke } => lined(box_distance(shape, (x, y)), *stroke),
            Self::Ellipse { middle, radii, stroke } => {
                let (x, y) = (x - middle.0, y - middle.1);
                let (wide, high) = (radii.0.max(0.01), radii.1.max(0.01));
                let (near, far) = (length(x / wide, y / high), length(x / (wide * wide), y / (high * high)));
                let distance = if far > 1e-6 { near * (near - 1.0) / far } else { -wide.min(high) };
                lined(distance, *stroke)
            }
            Self::Triangle { left, top, right, bottom, stroke } => {
                let (across, half) = ((right - left).max(0.01), ((bottom - top) / 2.0).max(0.01));
                // The slanting sides, both at once: they mirror each other.
                let side = length(across, half);
                let slant = ((x - right) * half + (y - f32::midpoint(*top, *bottom)).abs() * across) / side;
                lined(slant.max(left - x), *stroke)
            }
            Self::Strokes { segments, radius } => {
                let nearest = segments.iter().map(|segment| from_segment(*segment, (x, y))).fold(f32::MAX, f32::min);
                nearest - radius
            }
            Self::Arc { middle, radius, width, share } => {
                let (x, y) = (x - middle.0, y - middle.1);
                let ring = (length(x, y) - radius).abs() - width / 2.0;
                if *share >= 1.0 {
                    return ring;
                }
                let (start, end) = (-x, x * wedge.1 + y * wedge.0);
                ring.max(if *share <= 0.5 { start.max(end) } else { start.min(end) })
            }
        }
    }

    /// The columns of a row (between pixel middles) that are covered wholly, if that is easy to say.
    fn solid(&self, y: f32, unit: f32) -> Option<(f32, f32)> {
        let Self::Box { shape, stroke } = self else { return None };
        let (half, edge) = ((shape.bottom - shape.top) / 2.0, unit / 2.0);
        let radius = radius_of(shape);
        let down = (y - f32::midpoint(shape.top, shape.bottom)).abs();
        if *stroke > 0.0 || down > half - edge {
            return None;
        }
        let corner = down - half + radius;
        let reach = if corner <= 0.0 { radius - edge } else { (radius - edge).max(0.0) };
        let across = if corner <= 0.0 { reach } else { (reach * reach - corner * corner).max(0.0).sqrt() };
        if corner > 0.0 && reach <= corner {
            return None;
        }
        Some((shape.left + radius - across, shape.right - radius + across))
    }

    /// Adds what it covers of `area` to a mask of that size.
    pub(crate) fn put(&self, area: Rect, mask: &mut Mask) {
        let distance = self.distance();
        let touched = around(self.bounds()).within(&area);
        for y in touched.y..touched.bottom() {
            let row = &mut mask.data[(y - area.y) * mask.width..][..mask.width];
            for x in touched.x..touched.right() {
                let outside = distance((x as f32 + 0.5, y as f32 + 0.5));
                let coverage = ((0.5 - outside).clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
                let old = &mut row[x - area.x];
                *old = (*old).max(coverage);
            }
        }
    }
}

impl Mark {
    /// Paints it into the frame.
    pub(crate) fn paint(&self, pose: &Pose, into: &mut PlanesMut<'_>) {
        let opacity = self.opacity.clamp(0.0, 1.0) * f32::from(pose.opacity);
        let form = self.form.posed(pose);
        let sides = form.bounds();
        if opacity < 0.5 || !sides.iter().all(|side| side.is_finite()) {
            return;
        }
        let frame = Rect { x: 0, y: 0, width: into.width, height: into.height };
        let touched = around(sides).within(&pose.clip).within(&frame);
        let distance = form.distance();
        let level = Level::best();
        for (index, plane) in into.each().into_iter().enumerate() {
            let scale = if index == 0 { 1 } else { 2 };
            let unit = scale as f32;
            let (first, last) = (touched.x / scale, touched.right() / scale);
            for y in touched.y / scale..touched.bottom() / scale {
                let row = &mut plane.data[y * plane.stride..][..plane.width];
                let middle = (y as f32 + 0.5) * unit;
                // Columns whose middles lie within the solid part.
                let (from, to) = form.solid(middle, unit).map_or((last, last), |(left, right)| {
                    let column = |edge: f32| (edge / unit - 0.5).ceil().max(0.0) as usize;
                    let from = column(left).clamp(first, last);
                    (from, ((right / unit - 0.5).floor().max(-1.0) as i64 + 1).clamp(from as i64, last as i64) as usize)
                });
                for x in (first..from).chain(to..last) {
                    let outside = distance(((x as f32 + 0.5) * unit, middle)) / unit;
                    let share = (opacity * (0.5 - outside).clamp(0.0, 1.0) + 0.5) as u16;
                    let old = u16::from(row[x]);
                    row[x] = ((old * (256 - share) + u16::from(self.ink[index]) * share + 128) >> 8) as u8;
                }
                level.tint(&mut row[from..to], self.ink[index], (opacity + 0.5) as u16);
            }
        }
    }
}

fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

/// Of a filled form, or of a line of some width inside its edge.
fn lined(distance: f32, stroke: f32) -> f32 {
    if stroke > 0.0 { distance.max(-distance - stroke) } else { distance }
}

fn radius_of(shape: &RoundBox) -> f32 {
    shape.radius.min((shape.right - shape.left) / 2.0).min((shape.bottom - shape.top) / 2.0).max(0.0)
}

/// How far a point is outside of a box with round corners.
pub(crate) fn box_distance(shape: &RoundBox, (x, y): Point) -> f32 {
    let radius = radius_of(shape);
    let from = |value: f32, low: f32, high: f32| (value - f32::midpoint(low, high)).abs() - (high - low) / 2.0 + radius;
    let (across, down) = (from(x, shape.left, shape.right), from(y, shape.top, shape.bottom));
    across.max(down).min(0.0) + length(across.max(0.0), down.max(0.0)) - radius
}

fn from_segment([from, to]: [Point; 2], (x, y): Point) -> f32 {
    let (along, off) = ((to.0 - from.0, to.1 - from.1), (x - from.0, y - from.1));
    let square = along.0 * along.0 + along.1 * along.1;
    let share = if square > 0.0 { ((off.0 * along.0 + off.1 * along.1) / square).clamp(0.0, 1.0) } else { 0.0 };
    length(off.0 - along.0 * share, off.1 - along.1 * share)
}
