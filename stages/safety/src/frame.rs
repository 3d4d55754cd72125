//! One decoded picture, and how it becomes a small one.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

/// One decoded 8-bit 4:2:0 picture, BT.709 in limited range.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// Luma, 16 (black) to 235 (white).
    pub y: &'a [u8],
    /// Bytes from one row of luma to the next.
    pub y_stride: usize,
    /// Blue difference, half as wide and high (rounded up), 128 is none.
    pub u: &'a [u8],
    /// Red difference.
    pub v: &'a [u8],
    /// Bytes from one row of `u` and `v` to the next.
    pub chroma_stride: usize,
    /// When it appears, in milliseconds.
    pub time_ms: f64,
    /// When the next one does, in milliseconds.
    pub end_ms: f64,
}

/// A picture of 8-bit RGB, row after row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rgb {
    /// Pixels.
    pub(crate) width: usize,
    /// Pixels.
    pub(crate) height: usize,
    /// Three for each pixel.
    pub(crate) bytes: Vec<u8>,
}

/// Sides of a picture that is looked at, in pixels.
const SIDES: std::ops::RangeInclusive<usize> = 16..=8_192;
/// Four hours, in milliseconds: no cut is longer.
const MOST_MS: f64 = 4.0 * 3_600_000.0;
/// Longer side of what is kept, in pixels: what a model sees is smaller, and a person's eye would still know it.
const LONG_SIDE: usize = 512;

/// One plane with its sizes.
#[derive(Clone, Copy)]
struct Plane<'a> {
    bytes: &'a [u8],
    stride: usize,
    width: usize,
    height: usize,
}

impl Frame<'_> {
    fn planes(&self) -> [Plane<'_>; 3] {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let chroma = |bytes| Plane { bytes, stride: self.chroma_stride, width, height };
        let luma = Plane { bytes: self.y, stride: self.y_stride, width: self.width, height: self.height };
        [luma, chroma(self.u), chroma(self.v)]
    }

    /// True if its planes hold what its sizes say and its times are times.
    pub(crate) fn is_whole(&self) -> bool {
        SIDES.contains(&self.width)
            && SIDES.contains(&self.height)
            && self.planes().iter().all(Plane::is_whole)
            && (0.0..=MOST_MS).contains(&self.time_ms)
            && (self.time_ms..=MOST_MS).contains(&self.end_ms)
    }

    /// Samples of luma and both colour differences from a grid over the picture; for a frame that [`Self::is_whole`].
    pub(crate) fn grid<const SIDE: usize>(&self) -> Vec<[u8; 3]> {
        let planes = self.planes();
        let cells = (0..SIDE * SIDE).map(|cell| planes.map(|plane| plane.cell::<SIDE>(cell % SIDE, cell / SIDE)));
        cells.collect()
    }

    /// The picture in RGB with a longer side of at most 512 pixels; `None` if it cannot be scaled.
    pub(crate) fn small(&self) -> Option<Rgb> {
        let long = self.width.max(self.height);
        let side = |side: usize| if long <= LONG_SIDE { side } else { (side * LONG_SIDE / long).max(1) };
        let (width, height) = (side(self.width), side(self.height));
        let [y, u, v] = self.planes().map(|plane| plane.scaled(width, height));
        let (y, u, v) = (y?, u?, v?);
        let mut bytes = Vec::with_capacity(width * height * 3);
        for ((y, u), v) in y.iter().zip(&u).zip(&v) {
            bytes.extend(rgb(*y, *u, *v));
        }
        Some(Rgb { width, height, bytes })
    }
}

impl Plane<'_> {
    fn is_whole(&self) -> bool {
        let needed = self.stride.checked_mul(self.height - 1).and_then(|rows| rows.checked_add(self.width));
        self.stride >= self.width && needed.is_some_and(|needed| self.bytes.len() >= needed)
    }

    /// Mean of four samples of a cell: one alone would jump with every grain of film.
    fn cell<const SIDE: usize>(&self, column: usize, row: usize) -> u8 {
        let at = |size: usize, cell: usize, quarter: usize| size * (4 * cell + quarter) / (4 * SIDE);
        let sum = [(1, 1), (3, 1), (1, 3), (3, 3)]
            .into_iter()
            .map(|(x, y)| u32::from(self.bytes[at(self.height, row, y) * self.stride + at(self.width, column, x)]));
        (sum.sum::<u32>() / 4) as u8
    }

    fn scaled(&self, width: usize, height: usize) -> Option<Vec<u8>> {
        let rows = self.bytes.chunks(self.stride).take(self.height);
        let dense: Vec<u8> = rows.flat_map(|row| &row[..self.width]).copied().collect();
        resized(&dense, (self.width, self.height), (width, height), PixelType::U8)
    }
}

impl Rgb {
    /// The whole picture in this size, whatever that does to its shape.
    pub(crate) fn squeezed(&self, width: usize, height: usize) -> Option<Rgb> {
        let bytes = resized(&self.bytes, (self.width, self.height), (width, height), PixelType::U8x3)?;
        Some(Rgb { width, height, bytes })
    }
}

/// Each pixel is the mean of those that it covers, weighted by a triangle: nothing between them is skipped.
fn resized(bytes: &[u8], from: (usize, usize), to: (usize, usize), kind: PixelType) -> Option<Vec<u8>> {
    if from == to {
        return Some(bytes.to_vec());
    }
    let source = ImageRef::new(from.0 as u32, from.1 as u32, bytes, kind).ok()?;
    let mut target = Image::new(to.0 as u32, to.1 as u32, kind);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
    Resizer::new().resize(&source, &mut target, &options).ok()?;
    Some(target.into_vec())
}

/// BT.709 (Rec. ITU-R BT.709-6, 3.2 to 3.5) from limited range.
fn rgb(y: u8, u: u8, v: u8) -> [u8; 3] {
    let y = (f32::from(y) - 16.0) * (255.0 / 219.0);
    let (u, v) = ((f32::from(u) - 128.0) * (255.0 / 224.0), (f32::from(v) - 128.0) * (255.0 / 224.0));
    // A cast of a float to a byte stops at 0 and 255.
    [y + 1.5748 * v, y - 0.187_324 * u - 0.468_124 * v, y + 1.8556 * u].map(|channel| channel.round() as u8)
}
