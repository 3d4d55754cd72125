//! Whether letters can be read on what is behind them: the contrast that WCAG 2 asks for, of the worst part of the place.

use reelpress_templates::Colour;

use crate::picture::planes::Picture420;

/// The contrast that letters need, as WCAG 2 asks for plain text.
pub(crate) const LEAST: f32 = 4.5;
/// Smaller type, in pixels, has no room for an outline: it gets a box.
const LEAST_OUTLINED: f32 = 20.0;

/// What a text needs besides what its template gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Added {
    /// It can be read as it is.
    Nothing,
    /// A line round each letter.
    Outline,
    /// A box under all letters: they are too small for an outline.
    Box,
}

/// What letters of `colour` and `size` pixels need to be read on all of these pictures. No pictures need nothing.
pub(crate) fn needed(behind: &[Picture420], colour: Colour, size: f32) -> Added {
    if worst_tenth(behind, colour).is_none_or(|contrast| contrast >= LEAST) {
        Added::Nothing
    } else if size >= LEAST_OUTLINED {
        Added::Outline
    } else {
        Added::Box
    }
}

/// The contrast, 1.0 to 21.0, that nine tenths of the pictures' area reach against `colour`; the least of all pictures.
/// `None` for pictures without pixels.
pub(crate) fn worst_tenth(behind: &[Picture420], colour: Colour) -> Option<f32> {
    let table = linear_light();
    let letters = luminance([colour.red, colour.green, colour.blue].map(usize::from), &table);
    let of_picture = |picture: &Picture420| {
        let mut contrasts: Vec<f32> = pixels(picture).map(|rgb| ratio(letters, luminance(rgb, &table))).collect();
        let tenth = contrasts.len() / 10;
        (!contrasts.is_empty()).then(|| *contrasts.select_nth_unstable_by(tenth, f32::total_cmp).1)
    };
    behind.iter().filter_map(of_picture).reduce(f32::min)
}

/// The first of some colours that can be read on `ground`; else black or white, one of which always can.
pub(crate) fn readable(on: Colour, choices: impl IntoIterator<Item = Colour>) -> Colour {
    choices
        .into_iter()
        .chain([Colour::WHITE, Colour::BLACK])
        .find(|colour| between(*colour, on) >= LEAST)
        .unwrap_or(Colour::BLACK)
}

/// The contrast of two colours, 1.0 to 21.0. The same bits on every machine, unlike [`Colour::contrast`].
pub(crate) fn between(one: Colour, two: Colour) -> f32 {
    let table = linear_light();
    let of = |colour: Colour| luminance([colour.red, colour.green, colour.blue].map(usize::from), &table);
    ratio(of(one), of(two))
}

fn ratio(one: f32, two: f32) -> f32 {
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

fn luminance(rgb: [usize; 3], table: &[f32; 256]) -> f32 {
    let [red, green, blue] = rgb.map(|channel| table[channel.min(255)]);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The pixels at the chroma samples, as sRGB.
fn pixels(picture: &Picture420) -> impl Iterator<Item = [usize; 3]> + '_ {
    let half = picture.width / 2;
    (0..picture.height / 2).flat_map(move |row| {
        (0..half).map(move |column| {
            let chroma = row * half + column;
            let luma = picture.planes[0][2 * row * picture.width + 2 * column];
            rgb(luma, picture.planes[1][chroma], picture.planes[2][chroma])
        })
    })
}

/// BT.709 in limited range as sRGB, in whole numbers with 16 bits of fraction.
fn rgb(luma: u8, blue: u8, red: u8) -> [usize; 3] {
    let luma = (i32::from(luma) - 16) * 76_309;
    let (blue, red) = (i32::from(blue) - 128, i32::from(red) - 128);
    [luma + 117_489 * red, luma - 13_975 * blue - 34_925 * red, luma + 138_438 * blue]
        .map(|value| ((value + 32_768) >> 16).clamp(0, 255) as usize)
}

/// Linear light of each gamma-encoded sRGB value. The power is found by Newton's method with plain arithmetic: `powf`
/// differs between machines in its last bit, and a decision must not.
fn linear_light() -> [f32; 256] {
    let mut table = [0.0; 256];
    for (value, light) in table.iter_mut().enumerate() {
        let encoded = value as f64 / 255.0;
        *light = if encoded <= 0.04045 {
            (encoded / 12.92) as f32
        } else {
            let base = (encoded + 0.055) / 1.055;
            let square = base * base;
            // The fifth root of base squared is its power of 0.4.
            let mut root = 1.0_f64;
            for _ in 0..24 {
                let fourth = root * root * root * root;
                root -= (fourth * root - square) / (5.0 * fourth);
            }
            (square * root) as f32
        };
    }
    table
}

#[cfg(test)]
mod tests;
