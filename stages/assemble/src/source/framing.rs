//! How a picture of any shape is brought into a frame: cut, and turned upright.

use image::metadata::Orientation;
use reelpress_templates::Colour;

/// Largest width and height that may be asked for, in pixels.
const MOST_SIDE: u32 = 8_192;

/// What shape of the frame is wanted of a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Framing {
    /// Pixels; even, 2 to 8192.
    pub(crate) width: u32,
    /// Pixels; even, 2 to 8192.
    pub(crate) height: u32,
    /// The point that comes as near to the middle as it can when what is too much of another shape is cut off, in shares
    /// of width and height: 0.0 (left, top) to 1.0. Cameras look at faces a little above the middle: (0.5, 0.45).
    pub(crate) centre: (f64, f64),
    /// Shown through transparent pixels.
    pub(crate) ground: Colour,
}

/// A part of a picture in shares of its width and height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Framing {
    /// What is wrong with it.
    pub(super) fn fault(&self) -> Option<String> {
        for (name, side) in [("width", self.width), ("height", self.height)] {
            if side % 2 == 1 || !(2..=MOST_SIDE).contains(&side) {
                return Some(format!("the {name} must be even and 2 to {MOST_SIDE} pixels, not {side}"));
            }
        }
        let (x, y) = self.centre;
        let inside = (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
        (!inside).then(|| format!("the centre must lie between 0 and 1, not at {x}, {y}"))
    }

    /// Which part of an upright picture of this shape (in square pixels) fills the frame.
    pub(super) fn window(&self, (wide, high): (f64, f64)) -> Window {
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let (share_x, share_y) = if wide * height > high * width {
            (high * width / (wide * height), 1.0)
        } else {
            (1.0, wide * height / (high * width))
        };
        let start = |centre: f64, share: f64| (centre - share / 2.0).clamp(0.0, 1.0 - share);
        let (x, y) = (start(self.centre.0, share_x), start(self.centre.1, share_y));
        Window { x, y, width: share_x, height: share_y }
    }
}

/// How a stored picture is turned upright: axes are swapped first, then mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Turn {
    /// Stored columns are upright rows.
    pub(super) swap: bool,
    /// Stored columns run backwards.
    pub(super) mirror_x: bool,
    /// Stored rows run backwards.
    pub(super) mirror_y: bool,
}

impl Turn {
    /// EXIF's eight ways.
    pub(super) fn of(orientation: Orientation) -> Self {
        let (swap, mirror_x, mirror_y) = match orientation {
            Orientation::NoTransforms => (false, false, false),
            Orientation::Rotate90 => (true, false, true),
            Orientation::Rotate180 => (false, true, true),
            Orientation::Rotate270 => (true, true, false),
            Orientation::FlipHorizontal => (false, true, false),
            Orientation::FlipVertical => (false, false, true),
            Orientation::Rotate90FlipH => (true, false, false),
            Orientation::Rotate270FlipH => (true, true, true),
        };
        Self { swap, mirror_x, mirror_y }
    }

    /// A container's display matrix (rows of 3, 16.16 fixed point): `None` if it is not a quarter turn or a mirror.
    pub(super) fn of_matrix(matrix: &[i32; 9]) -> Option<Self> {
        // The matrix takes a stored point to an upright one: x' = m0 x + m3 y, y' = m1 x + m4 y.
        let straight = matrix[0] != 0 && matrix[4] != 0 && (matrix[1], matrix[3]) == (0, 0);
        let swap = matrix[1] != 0 && matrix[3] != 0 && (matrix[0], matrix[4]) == (0, 0);
        let (across, down) = if swap { (matrix[1], matrix[3]) } else { (matrix[0], matrix[4]) };
        (straight || swap).then_some(Self { swap, mirror_x: across < 0, mirror_y: down < 0 })
    }

    /// Width and height, swapped if the turn does.
    pub(super) fn size<T>(self, (width, height): (T, T)) -> (T, T) {
        if self.swap { (height, width) } else { (width, height) }
    }

    /// Where a part of the upright picture lies in the stored one.
    pub(super) fn stored(self, window: Window) -> Window {
        let Window { x, y, width, height } = window;
        let (x, y, width, height) = if self.swap { (y, x, height, width) } else { (x, y, width, height) };
        let x = if self.mirror_x { 1.0 - x - width } else { x };
        let y = if self.mirror_y { 1.0 - y - height } else { y };
        Window { x, y, width, height }
    }

    /// Turns a picture of `N` bytes a pixel, of `width` x `height` as stored, upright.
    pub(super) fn upright<const N: usize>(self, stored: Vec<u8>, (width, height): (usize, usize)) -> Vec<u8> {
        if self == Self::default() {
            return stored;
        }
        let (wide, high) = self.size((width, height));
        let mut upright = Vec::with_capacity(stored.len());
        for y in 0..high {
            for x in 0..wide {
                let (column, row) = if self.swap { (y, x) } else { (x, y) };
                let column = if self.mirror_x { width - 1 - column } else { column };
                let row = if self.mirror_y { height - 1 - row } else { row };
                upright.extend_from_slice(&stored[(row * width + column) * N..][..N]);
            }
        }
        upright
    }
}
