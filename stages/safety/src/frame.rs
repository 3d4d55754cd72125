//! How a decoded picture becomes a small one.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use reelpress_quality::Frame;

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

fn planes<'a>(frame: &Frame<'a>) -> [Plane<'a>; 3] {
    let (width, height) = (frame.width.div_ceil(2), frame.height.div_ceil(2));
    let chroma = |bytes| Plane { bytes, stride: frame.chroma_stride, width, height };
    let luma = Plane { bytes: frame.y, stride: frame.y_stride, width: frame.width, height: frame.height };
    [luma, chroma(frame.u), chroma(frame.v)]
}

/// Samples of luma and both colour differences from a grid over the picture; for a frame that [`Frame::is_whole`].
pub(crate) fn grid<const SIDE: usize>(frame: &Frame<'_>) -> Vec<[u8; 3]> {
    let planes = planes(frame);
    let cells = (0..SIDE * SIDE).map(|cell| planes.map(|plane| plane.cell::<SIDE>(cell % SIDE, cell / SIDE)));
    cells.collect()
}

/// The picture in RGB with a longer side of at most 512 pixels; `None` if it cannot be scaled.
pub(crate) fn small(frame: &Frame<'_>) -> Option<Rgb> {
    let long = frame.width.max(frame.height);
    let side = |side: usize| if long <= LONG_SIDE { side } else { (side * LONG_SIDE / long).max(1) };
    let (width, height) = (side(frame.width), side(frame.height));
    let [y, u, v] = planes(frame).map(|plane| plane.scaled(width, height));
    let (y, u, v) = (y?, u?, v?);
    let mut bytes = Vec::with_capacity(width * height * 3);
    for ((y, u), v) in y.iter().zip(&u).zip(&v) {
        bytes.extend(rgb(*y, *u, *v));
    }
    Some(Rgb { width, height, bytes })
}

impl Plane<'_> {
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
