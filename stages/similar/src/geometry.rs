//! Places in a picture: rectangles and straight maps, in shares of its width and height.

use serde::{Deserialize, Serialize};

/// A rectangle in shares of the picture: `(0, 0)` is its upper left corner, `(1, 1)` its lower right one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

impl Rect {
    /// The whole picture.
    pub const ALL: Self = Self::new(0.0, 0.0, 1.0, 1.0);

    /// From edge to edge.
    #[must_use]
    pub const fn new(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self { left, top, right, bottom }
    }

    /// The middle part of a picture, `share` of each side.
    #[must_use]
    pub const fn centre(share: f32) -> Self {
        let edge = (1.0 - share) / 2.0;
        Self::new(edge, edge, 1.0 - edge, 1.0 - edge)
    }

    /// The same with all edges inside of the picture and in order. What is not a number becomes 0.
    #[must_use]
    pub fn within(self) -> Self {
        let fit = |edge: f32| if edge.is_nan() { 0.0 } else { edge.clamp(0.0, 1.0) };
        let (left, top) = (fit(self.left), fit(self.top));
        Self { left, top, right: fit(self.right).max(left), bottom: fit(self.bottom).max(top) }
    }

    pub(crate) fn width(&self) -> f32 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f32 {
        self.bottom - self.top
    }

    pub(crate) fn holds(&self, x: f32, y: f32) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }

    /// The map that lays the unit square on this rectangle.
    pub(crate) fn map(&self) -> Map {
        Map { xx: self.width(), xy: 0.0, yx: 0.0, yy: self.height(), x: self.left, y: self.top }
    }
}

/// A straight map of the plane: `(xx*x + xy*y + x0, yx*x + yy*y + y0)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Map {
    pub(crate) xx: f32,
    pub(crate) xy: f32,
    pub(crate) yx: f32,
    pub(crate) yy: f32,
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl Map {
    pub(crate) const SAME: Self = Self { xx: 1.0, xy: 0.0, yx: 0.0, yy: 1.0, x: 0.0, y: 0.0 };
    /// Left and right change places.
    pub(crate) const MIRROR: Self = Self { xx: -1.0, xy: 0.0, yx: 0.0, yy: 1.0, x: 1.0, y: 0.0 };

    /// About the middle of a picture that is `aspect` times as wide as it is high.
    pub(crate) fn turn(degrees: f32, aspect: f32) -> Self {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        Self::about_middle(cosine, -sine / aspect, sine * aspect, cosine)
    }

    /// Wider and higher about the middle.
    pub(crate) fn stretch(across: f32, down: f32) -> Self {
        Self::about_middle(across, 0.0, 0.0, down)
    }

    pub(crate) fn shift(x: f32, y: f32) -> Self {
        Self { x, y, ..Self::SAME }
    }

    fn about_middle(xx: f32, xy: f32, yx: f32, yy: f32) -> Self {
        Self { xx, xy, yx, yy, x: 0.5 - 0.5 * (xx + xy), y: 0.5 - 0.5 * (yx + yy) }
    }

    pub(crate) fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.xx * x + self.xy * y + self.x, self.yx * x + self.yy * y + self.y)
    }

    /// First this one, then the other.
    pub(crate) fn then(&self, next: &Self) -> Self {
        let (x, y) = next.at(self.x, self.y);
        Self {
            xx: next.xx * self.xx + next.xy * self.yx,
            xy: next.xx * self.xy + next.xy * self.yy,
            yx: next.yx * self.xx + next.yy * self.yx,
            yy: next.yx * self.xy + next.yy * self.yy,
            x,
            y,
        }
    }

    /// The way back; nothing where the map is flat.
    pub(crate) fn back(&self) -> Option<Self> {
        let area = self.area();
        if area.abs() < 1e-4 || !area.is_finite() {
            return None;
        }
        let turned =
            Self { xx: self.yy / area, xy: -self.xy / area, yx: -self.yx / area, yy: self.xx / area, x: 0.0, y: 0.0 };
        let (x, y) = turned.at(self.x, self.y);
        Some(Self { x: -x, y: -y, ..turned })
    }

    /// How much larger things become; below 0 for a mirror.
    pub(crate) fn area(&self) -> f32 {
        self.xx * self.yy - self.xy * self.yx
    }
}
