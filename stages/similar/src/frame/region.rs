//! The parts of a picture that have a hash of their own. A cropped copy's whole is the original's middle; a copy with a
//! new caption is the same above it; one with a large logo in a corner is the same in the other halves.

use serde::{Deserialize, Serialize};

use crate::geometry::{Map, Rect};

/// Which part of a picture a hash is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Region {
    /// All of it.
    Whole,
    /// The middle 95 % of each side.
    Middle95,
    /// The middle 90 % of each side.
    Middle90,
    /// The middle 85 % of each side.
    Middle85,
    /// The middle 80 % of each side.
    Middle80,
    /// The middle 70 % of each side.
    Middle70,
    /// 80 % of each side, from the upper left corner.
    UpperLeft,
    /// 80 % of each side, from the upper right corner.
    UpperRight,
    /// 80 % of each side, from the lower left corner.
    LowerLeft,
    /// 80 % of each side, from the lower right corner.
    LowerRight,
    /// 90 % of each side, from the upper left corner.
    MoreUpperLeft,
    /// 90 % of each side, from the upper right corner.
    MoreUpperRight,
    /// 90 % of each side, from the lower left corner.
    MoreLowerLeft,
    /// 90 % of each side, from the lower right corner.
    MoreLowerRight,
    /// The upper 60 %.
    Upper,
    /// The lower 60 %.
    Lower,
    /// The left 60 %.
    Left,
    /// The right 60 %.
    Right,
    /// The middle 80 % of each side, turned 3 degrees.
    TurnedLeft,
    /// The middle 80 % of each side, turned 3 degrees the other way.
    TurnedRight,
    /// The middle square: what is left where a tall or a wide picture is cropped for a wall of squares.
    Square,
}

/// Degrees by which the turned regions are turned.
const TURN: f32 = 3.0;

impl Region {
    /// Every region, in the order in which they are kept.
    pub fn all() -> impl Iterator<Item = Self> {
        use Region as R;
        [
            R::Whole,
            R::Middle95,
            R::Middle90,
            R::Middle85,
            R::Middle80,
            R::Middle70,
            R::UpperLeft,
            R::UpperRight,
            R::LowerLeft,
            R::LowerRight,
            R::MoreUpperLeft,
            R::MoreUpperRight,
            R::MoreLowerLeft,
            R::MoreLowerRight,
            R::Upper,
            R::Lower,
            R::Left,
            R::Right,
            R::TurnedLeft,
            R::TurnedRight,
            R::Square,
        ]
        .into_iter()
    }

    /// True for those that a library is searched by. The turned ones are only asked with: what is turned against them is
    /// found by its straight regions.
    #[must_use]
    pub fn is_kept(self) -> bool {
        !self.is_turned()
    }

    /// True for those that do not lie straight in the picture.
    pub(super) fn is_turned(self) -> bool {
        matches!(self, Self::TurnedLeft | Self::TurnedRight)
    }

    /// Lays the unit square on the region of a picture with this aspect.
    pub(crate) fn map(self, aspect: f32) -> Map {
        let rect = self.rect(aspect);
        if !self.is_turned() {
            return rect.map();
        }
        rect.map().then(&Map::turn(if self == Self::TurnedLeft { -TURN } else { TURN }, aspect))
    }

    /// The region before it is turned.
    pub(super) fn rect(self, aspect: f32) -> Rect {
        match self {
            Self::Whole => Rect::ALL,
            Self::Middle95 => Rect::centre(0.95),
            Self::Middle90 => Rect::centre(0.90),
            Self::Middle85 => Rect::centre(0.85),
            Self::Middle80 | Self::TurnedLeft | Self::TurnedRight => Rect::centre(0.80),
            Self::Middle70 => Rect::centre(0.70),
            Self::UpperLeft => Rect::new(0.0, 0.0, 0.8, 0.8),
            Self::UpperRight => Rect::new(0.2, 0.0, 1.0, 0.8),
            Self::LowerLeft => Rect::new(0.0, 0.2, 0.8, 1.0),
            Self::LowerRight => Rect::new(0.2, 0.2, 1.0, 1.0),
            Self::MoreUpperLeft => Rect::new(0.0, 0.0, 0.9, 0.9),
            Self::MoreUpperRight => Rect::new(0.1, 0.0, 1.0, 0.9),
            Self::MoreLowerLeft => Rect::new(0.0, 0.1, 0.9, 1.0),
            Self::MoreLowerRight => Rect::new(0.1, 0.1, 1.0, 1.0),
            Self::Upper => Rect::new(0.0, 0.0, 1.0, 0.6),
            Self::Lower => Rect::new(0.0, 0.4, 1.0, 1.0),
            Self::Left => Rect::new(0.0, 0.0, 0.6, 1.0),
            Self::Right => Rect::new(0.4, 0.0, 1.0, 1.0),
            Self::Square if aspect < 1.0 => Rect::new(0.0, 0.5 - 0.5 * aspect, 1.0, 0.5 + 0.5 * aspect),
            Self::Square => Rect::new(0.5 - 0.5 / aspect, 0.0, 0.5 + 0.5 / aspect, 1.0),
        }
    }
}
