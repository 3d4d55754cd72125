//! Pictures and sounds made for a purpose.

use crate::frame::Frame;

/// A 4:2:0 picture.
#[derive(Clone)]
pub(crate) struct Picture {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) y: Vec<u8>,
    pub(crate) u: Vec<u8>,
    pub(crate) v: Vec<u8>,
}

impl Picture {
    pub(crate) fn plain(width: usize, height: usize, [y, u, v]: [u8; 3]) -> Self {
        let half = width.div_ceil(2) * height.div_ceil(2);
        Self { width, height, y: vec![y; width * height], u: vec![u; half], v: vec![v; half] }
    }

    /// Left, top, right, bottom, even.
    pub(crate) fn fill(&mut self, [left, top, right, bottom]: [usize; 4], [y, u, v]: [u8; 3]) {
        for row in top..bottom {
            self.y[row * self.width..][left..right].fill(y);
        }
        let half = self.width.div_ceil(2);
        for row in top / 2..bottom / 2 {
            self.u[row * half..][left / 2..right / 2].fill(u);
            self.v[row * half..][left / 2..right / 2].fill(v);
        }
    }

    pub(crate) fn frame(&self, time_ms: f64, end_ms: f64) -> Frame<'_> {
        Frame {
            width: self.width,
            height: self.height,
            y: &self.y,
            y_stride: self.width,
            u: &self.u,
            v: &self.v,
            chroma_stride: self.width.div_ceil(2),
            time_ms,
            end_ms,
        }
    }
}

/// Black, white and a saturated red in limited range.
pub(crate) const BLACK: [u8; 3] = [16, 128, 128];
pub(crate) const WHITE: [u8; 3] = [235, 128, 128];
pub(crate) const RED: [u8; 3] = [63, 102, 240];

/// A tone of so many samples at 48 kHz.
pub(crate) fn tone(hertz: f32, amplitude: f32, samples: usize) -> Vec<f32> {
    let step = std::f32::consts::TAU * hertz / 48_000.0;
    (0..samples).map(|at| amplitude * (step * at as f32).sin()).collect()
}

/// Noise that is the same every time, between -1 and 1.
pub(crate) fn noise(mut state: u32, amplitude: f32, samples: usize) -> Vec<f32> {
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        amplitude * (state as f32 / u32::MAX as f32 * 2.0 - 1.0)
    };
    std::iter::repeat_with(next).take(samples).collect()
}
