//! How alike two pictures are to the eye: the structural similarity index of Wang, Bovik, Sheikh and Simoncelli, "Image
//! quality assessment: from error visibility to structural similarity", IEEE Transactions on Image Processing 13 (2004).

/// Side of a window, in pixels.
const WINDOW: usize = 8;
/// Windows overlap by half, as those of ffmpeg's `ssim` filter do.
const STEP: usize = 4;
/// (0.01 x 255)^2 and (0.03 x 255)^2, from the paper.
const STEADY: (f64, f64) = (6.5025, 58.5225);

/// The mean index over all windows of two luma planes of `width` columns: 1.0 for equal ones. Planes of unequal size are
/// not alike at all (0.0); planes smaller than a window are one window.
#[must_use]
pub fn ssim(one: &[u8], other: &[u8], width: usize) -> f64 {
    if one.len() != other.len() || one.is_empty() || width == 0 || !one.len().is_multiple_of(width) {
        return 0.0;
    }
    let height = one.len() / width;
    let places = |length: usize| (0..=length.saturating_sub(WINDOW)).step_by(STEP);
    let (mut sum, mut count) = (0.0, 0_u32);
    for top in places(height) {
        for left in places(width) {
            let window = Window::of(one, other, width, (left, top), (WINDOW.min(width), WINDOW.min(height)));
            sum += window.index();
            count += 1;
        }
    }
    sum / f64::from(count)
}

/// Sums over one window of both planes.
#[derive(Default)]
struct Window {
    pixels: u32,
    one: u32,
    other: u32,
    squares: (u32, u32),
    products: u32,
}

impl Window {
    fn of(one: &[u8], other: &[u8], width: usize, (left, top): (usize, usize), size: (usize, usize)) -> Self {
        let mut window = Self { pixels: (size.0 * size.1) as u32, ..Self::default() };
        for row in top..top + size.1 {
            let at = row * width + left;
            for (a, b) in one[at..at + size.0].iter().zip(&other[at..at + size.0]) {
                let (a, b) = (u32::from(*a), u32::from(*b));
                window.one += a;
                window.other += b;
                window.squares.0 += a * a;
                window.squares.1 += b * b;
                window.products += a * b;
            }
        }
        window
    }

    fn index(&self) -> f64 {
        let pixels = f64::from(self.pixels);
        let (one, other) = (f64::from(self.one) / pixels, f64::from(self.other) / pixels);
        let variance = |squares: u32, mean: f64| f64::from(squares) / pixels - mean * mean;
        let (of_one, of_other) = (variance(self.squares.0, one), variance(self.squares.1, other));
        let together = f64::from(self.products) / pixels - one * other;
        (2.0 * one * other + STEADY.0) * (2.0 * together + STEADY.1)
            / ((one * one + other * other + STEADY.0) * (of_one + of_other + STEADY.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u32, strength: u32) -> Vec<u8> {
        let mut state = seed;
        (0..64 * 64_u32)
            .map(|at| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (60 + (at % 64) * 2 + (state >> 24) % strength.max(1)) as u8
            })
            .collect()
    }

    #[test]
    fn equal_pictures_are_fully_alike_and_noise_tells_by_its_strength() {
        let plain = noise(1, 1);
        assert!((ssim(&plain, &plain, 64) - 1.0).abs() < 1e-12);
        let (little, much) = (ssim(&plain, &noise(2, 6), 64), ssim(&plain, &noise(2, 60), 64));
        assert!(little > 0.8 && little < 1.0 && much < 0.5, "{little} {much}");
    }

    #[test]
    fn what_cannot_be_compared_is_not_alike() {
        assert!(ssim(&[1, 2], &[1], 1) < f64::EPSILON);
        assert!(ssim(&[], &[], 8) < f64::EPSILON);
        assert!((ssim(&[9; 6], &[9; 6], 3) - 1.0).abs() < 1e-12, "smaller than a window");
    }
}
