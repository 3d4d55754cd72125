//! From sRGB pixels to BT.709 planes, and from BT.601 planes to BT.709 ones. Whole numbers only: every machine gives the
//! same bytes.

use crate::picture::Picture420;

/// One, in the fixed point of this module.
const ONE: f64 = 65_536.0;

/// BT.709's weights of red, green and blue, for values of 0 to 255 in full range to limited range.
const fn weights(row: [f64; 3], range: f64) -> [i32; 3] {
    let scale = range / 255.0 * ONE;
    [round(row[0] * scale), round(row[1] * scale), round(row[2] * scale)]
}

const fn round(value: f64) -> i32 {
    (if value < 0.0 { value - 0.5 } else { value + 0.5 }) as i32
}

const LUMA: [i32; 3] = weights([0.2126, 0.7152, 0.0722], 219.0);
const BLUE: [i32; 3] = weights([-0.2126 / 1.8556, -0.7152 / 1.8556, 0.5], 224.0);
const RED: [i32; 3] = weights([0.5, -0.7152 / 1.5748, -0.0722 / 1.5748], 224.0);

fn weighed(weights: [i32; 3], pixel: [i32; 3]) -> i32 {
    weights[0] * pixel[0] + weights[1] * pixel[1] + weights[2] * pixel[2]
}

/// Rows of RGB without gaps, of even width and height, as BT.709 in limited range. Chroma sits where the encoder says:
/// on the even columns, between the rows.
pub(super) fn from_rgb(rgb: &[u8], width: usize, height: usize) -> Picture420 {
    let mut picture = Picture420::black(width, height);
    let [luma, blue, red] = &mut picture.planes;
    for (to, pixel) in luma.iter_mut().zip(rgb.as_chunks::<3>().0) {
        *to = ((weighed(LUMA, pixel.map(i32::from)) + (16 << 16) + (1 << 15)) >> 16) as u8;
    }
    let half = width / 2;
    let mut sums = vec![[0_i32; 3]; width];
    for (row, pair) in rgb.chunks_exact(width * 6).enumerate() {
        let (upper, lower) = pair.split_at(width * 3);
        for ((sum, above), below) in sums.iter_mut().zip(upper.as_chunks::<3>().0).zip(lower.as_chunks::<3>().0) {
            *sum = [0, 1, 2].map(|at| i32::from(above[at]) + i32::from(below[at]));
        }
        for column in 0..half {
            let (left, middle, right) = (sums[(2 * column).saturating_sub(1)], sums[2 * column], sums[2 * column + 1]);
            // Eight pixels' worth.
            let sum = [0, 1, 2].map(|at| left[at] + 2 * middle[at] + right[at]);
            let at = row * half + column;
            blue[at] = ((weighed(BLUE, sum) + (128 << 19) + (1 << 18)) >> 19).clamp(0, 255) as u8;
            red[at] = ((weighed(RED, sum) + (128 << 19) + (1 << 18)) >> 19).clamp(0, 255) as u8;
        }
    }
    picture
}

/// Brings planes that were coded by BT.601's weights to BT.709's, both in limited range.
pub(super) fn from_bt601(picture: &mut Picture420) {
    // Red, green and blue by BT.601, weighed by BT.709; per unit of colour difference.
    const LUMA_BLUE: i32 = round(-0.118_188 * 219.0 / 224.0 * ONE);
    const LUMA_RED: i32 = round(-0.212_685 * 219.0 / 224.0 * ONE);
    const BLUE: [i32; 2] = [round(1.018_640 * ONE), round(0.114_618 * ONE)];
    const RED: [i32; 2] = [round(0.075_050 * ONE), round(1.025_327 * ONE)];
    let (width, half) = (picture.width, picture.width / 2);
    let [luma, blue, red] = &mut picture.planes;
    let mut shifts = vec![0_i32; half];
    for (row, pair) in luma.chunks_exact_mut(width * 2).enumerate() {
        let chroma = row * half..(row + 1) * half;
        for ((shift, blue), red) in shifts.iter_mut().zip(&mut blue[chroma.clone()]).zip(&mut red[chroma]) {
            let (u, v) = (i32::from(*blue) - 128, i32::from(*red) - 128);
            *shift = LUMA_BLUE * u + LUMA_RED * v;
            *blue = ((BLUE[0] * u + BLUE[1] * v + (128 << 16) + (1 << 15)) >> 16).clamp(0, 255) as u8;
            *red = ((RED[0] * u + RED[1] * v + (128 << 16) + (1 << 15)) >> 16).clamp(0, 255) as u8;
        }
        for line in pair.chunks_exact_mut(width) {
            for (column, pixels) in line.as_chunks_mut::<2>().0.iter_mut().enumerate() {
                // The odd pixel stands between two samples of chroma.
                let next = shifts[(column + 1).min(half - 1)];
                let both = [shifts[column], i32::midpoint(shifts[column], next)];
                for (pixel, shift) in pixels.iter_mut().zip(both) {
                    *pixel = (i32::from(*pixel) + ((shift + (1 << 15)) >> 16)).clamp(0, 255) as u8;
                }
            }
        }
    }
}
