//! What is handed in: one picture, one block of sound.

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

/// Smallest side of a picture that is looked at, in pixels.
const LEAST_SIDE: usize = 16;
/// Largest side, in pixels.
const MOST_SIDE: usize = 8_192;

impl Frame<'_> {
    /// True if its planes hold what its sizes say and its times are times.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let sides = LEAST_SIDE..=MOST_SIDE;
        let holds = |plane: &[u8], stride: usize, width: usize, height: usize| {
            let needed = stride.checked_mul(height - 1).and_then(|rows| rows.checked_add(width));
            stride >= width && needed.is_some_and(|needed| plane.len() >= needed)
        };
        let (half_width, half_height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        sides.contains(&self.width)
            && sides.contains(&self.height)
            && holds(self.y, self.y_stride, self.width, self.height)
            && holds(self.u, self.chroma_stride, half_width, half_height)
            && holds(self.v, self.chroma_stride, half_width, half_height)
            && self.time_ms.is_finite()
            && self.end_ms.is_finite()
            && (0.0..=MOST_MS).contains(&self.time_ms)
            && (self.time_ms..=MOST_MS).contains(&self.end_ms)
    }
}

/// Four hours, in milliseconds: no cut is longer, and every time fits every type.
const MOST_MS: f64 = 4.0 * 3_600_000.0;

/// A block of decoded sound.
#[derive(Debug, Clone, Copy)]
pub struct Sound<'a> {
    /// Samples a second of each channel.
    pub rate: u32,
    /// Left, or the one channel of mono; -1.0 to 1.0.
    pub left: &'a [f32],
    /// Right, as long as `left`; `left` once more for mono.
    pub right: &'a [f32],
}
