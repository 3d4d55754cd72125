//! A picture as it is handed in: bytes of luma, of any size and stride.

use crate::error::SimilarError;

/// The longest side that is looked at.
const SIDE_MAX: usize = 16_384;

/// A luma plane of someone else's memory.
#[derive(Debug, Clone, Copy)]
pub struct Luma<'a> {
    pixels: &'a [u8],
    width: usize,
    height: usize,
    stride: usize,
}

impl<'a> Luma<'a> {
    /// A plane of `width` x `height` pixels, `stride` bytes from one row to the next.
    ///
    /// # Errors
    /// [`SimilarError::Plane`] where the bytes are fewer than that, or a side is 0 or above 16384.
    pub fn new(pixels: &'a [u8], width: usize, height: usize, stride: usize) -> Result<Self, SimilarError> {
        let sides = (1..=SIDE_MAX).contains(&width) && (1..=SIDE_MAX).contains(&height);
        let needed = stride.checked_mul(height.saturating_sub(1)).and_then(|rows| rows.checked_add(width));
        if !sides || stride < width || needed.is_none_or(|needed| needed > pixels.len()) {
            return Err(SimilarError::Plane { width, height, stride, bytes: pixels.len() });
        }
        Ok(Self { pixels, width, height, stride })
    }

    /// Pixels across.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// The pixels of a row that there is.
    pub(crate) fn row(&self, y: usize) -> &'a [u8] {
        let start = y * self.stride;
        &self.pixels[start..start + self.width]
    }
}
