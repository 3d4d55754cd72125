//! Planes of 8-bit 4:2:0, and the way from sRGB colours to BT.709 in limited range.

use reelpress_templates::Colour;

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Rect {
    /// First column.
    pub x: usize,
    /// First row.
    pub y: usize,
    /// Number of columns.
    pub width: usize,
    /// Number of rows.
    pub height: usize,
}

impl Rect {
    /// First column after it.
    #[must_use]
    pub fn right(&self) -> usize {
        self.x + self.width
    }

    /// First row after it.
    #[must_use]
    pub fn bottom(&self) -> usize {
        self.y + self.height
    }

    /// The least rectangle with even edges round it: chroma has one sample for two columns and two rows.
    pub(crate) fn even(&self) -> Self {
        let (x, y) = (self.x & !1, self.y & !1);
        Self { x, y, width: (self.right() - x).next_multiple_of(2), height: (self.bottom() - y).next_multiple_of(2) }
    }

    /// What both cover; empty if they do not meet.
    pub(crate) fn within(&self, other: &Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        Self {
            x,
            y,
            width: self.right().min(other.right()).saturating_sub(x),
            height: self.bottom().min(other.bottom()).saturating_sub(y),
        }
    }
}

/// Somebody else's picture to paint into: 8-bit 4:2:0, BT.709, limited range, even width and height.
///
/// `u` and `v` have half the width and half the height. A stride is the distance of two rows in bytes.
#[derive(Debug)]
pub struct PlanesMut<'a> {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Luma.
    pub y: &'a mut [u8],
    /// Bytes from one row of `y` to the next.
    pub y_stride: usize,
    /// Blue difference.
    pub u: &'a mut [u8],
    /// Bytes from one row of `u` to the next.
    pub u_stride: usize,
    /// Red difference.
    pub v: &'a mut [u8],
    /// Bytes from one row of `v` to the next.
    pub v_stride: usize,
}

/// One plane and its geometry.
pub(crate) struct PlaneMut<'a> {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) stride: usize,
    pub(crate) data: &'a mut [u8],
}

impl PlanesMut<'_> {
    /// Luma, then the two chroma planes.
    pub(crate) fn each(&mut self) -> [PlaneMut<'_>; 3] {
        let (half_width, half_height) = (self.width / 2, self.height / 2);
        [
            PlaneMut { width: self.width, height: self.height, stride: self.y_stride, data: self.y },
            PlaneMut { width: half_width, height: half_height, stride: self.u_stride, data: self.u },
            PlaneMut { width: half_width, height: half_height, stride: self.v_stride, data: self.v },
        ]
    }
}

/// A picture of our own, rows without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Picture420 {
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Luma, then the two chroma planes.
    pub(crate) planes: [Vec<u8>; 3],
}

impl Picture420 {
    /// A black picture of an even size.
    pub(crate) fn black(width: usize, height: usize) -> Self {
        let chroma = vec![128; width / 2 * (height / 2)];
        Self { width, height, planes: [vec![16; width * height], chroma.clone(), chroma] }
    }

    /// Draws every pixel by `colour_at(x, y)`: gamma-encoded sRGB from 0.0 to 1.0. Rounds with noise, so that a soft
    /// gradient keeps no steps.
    pub(crate) fn draw(width: usize, height: usize, mut colour_at: impl FnMut(usize, usize) -> [f32; 3]) -> Self {
        let mut picture = Self::black(width, height);
        let half = width / 2;
        let [luma, blue, red] = &mut picture.planes;
        for y in (0..height).step_by(2) {
            for x in (0..width).step_by(2) {
                let mut chroma = [0.0_f32; 2];
                for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                    let [y_value, u_value, v_value] = bt709(colour_at(x + dx, y + dy));
                    luma[(y + dy) * width + x + dx] = (y_value + noise(x + dx, y + dy)) as u8;
                    chroma[0] += u_value * 0.25;
                    chroma[1] += v_value * 0.25;
                }
                let at = y / 2 * half + x / 2;
                blue[at] = (chroma[0] + noise(x / 2 + 17, y / 2)) as u8;
                red[at] = (chroma[1] + noise(x / 2, y / 2 + 31)) as u8;
            }
        }
        picture
    }

    /// The whole of it, to paint into.
    pub(crate) fn as_planes(&mut self) -> PlanesMut<'_> {
        let (width, height) = (self.width, self.height);
        let [y, u, v] = &mut self.planes;
        PlanesMut { width, height, y, y_stride: width, u, u_stride: width / 2, v, v_stride: width / 2 }
    }
}

/// A value from 0.0 to 1.0 that differs from pixel to pixel without a pattern the eye finds (interleaved gradient noise).
pub(crate) fn noise(x: usize, y: usize) -> f32 {
    fraction(52.982_918 * fraction(0.067_110_56 * x as f32 + 0.005_837_15 * y as f32))
}

/// What lies behind the point of a number from 0.0 to two billions: `f32::fract` is a call on plain x86-64.
pub(crate) fn fraction(value: f32) -> f32 {
    value - (value as i32) as f32
}

/// Gamma-encoded sRGB (0.0 to 1.0) as BT.709 luma and colour differences in limited range, unrounded.
pub(crate) fn bt709([red, green, blue]: [f32; 3]) -> [f32; 3] {
    let luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    [
        16.0 + 219.0 * luma.clamp(0.0, 1.0),
        128.0 + 224.0 * ((blue - luma) / 1.8556).clamp(-0.5, 0.5),
        128.0 + 224.0 * ((red - luma) / 1.5748).clamp(-0.5, 0.5),
    ]
}

/// A colour as the nearest 8-bit BT.709 values.
pub(crate) fn bt709_of(colour: Colour) -> [u8; 3] {
    bt709(colour.channels()).map(|value| (value + 0.5) as u8)
}
