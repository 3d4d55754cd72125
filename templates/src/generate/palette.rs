//! Palettes by rule: a ground and its text of one hue, far apart in lightness, and one accent of another hue.
//!
//! Colours are chosen in OKLCH (lightness, chroma and hue as people see them), so that one number says how light a colour
//! looks whatever its hue. Each palette is checked before it is used: text at 7:1 on the ground, the accent at 4.5:1, and
//! the accent still another colour than ground and text for people who see no red or no green.

use super::random::Random;
use crate::colour::Colour;
use crate::parts::Palette;

/// Contrast of text on the ground.
const INK: f32 = 7.0;
/// Contrast of the accent on the ground: it is text now and then.
const ACCENT: f32 = 4.5;
/// Least distance in `OKLab` at which two large areas of colour are seen as different at a glance.
const APART: f64 = 0.12;

/// Degrees from the ground's hue to the accent's: opposite, both beside the opposite, a third of the way, near.
const SCHEMES: [f64; 6] = [180.0, 150.0, 210.0, 120.0, 240.0, 60.0];

/// A palette that passes its checks.
pub(super) fn palette(random: &mut Random) -> Palette {
    // About one in two passes; the last one stands in for a chance of one in 2^64.
    (0..64).map(|_| candidate(random)).find(is_good).unwrap_or(STAND_IN)
}

/// Black, white and yellow.
const STAND_IN: Palette = Palette {
    base: Colour { red: 0x11, green: 0x11, blue: 0x11 },
    tone: Colour { red: 0x2A, green: 0x2A, blue: 0x2A },
    glow: Colour { red: 0x55, green: 0x44, blue: 0x00 },
    ink: Colour::WHITE,
    surface: Colour { red: 0x1C, green: 0x1C, blue: 0x1C },
    accent: Colour { red: 0xFF, green: 0xD0, blue: 0x00 },
};

fn candidate(random: &mut Random) -> Palette {
    let hue = random.between(0.0, 360.0);
    let accent_hue = hue + SCHEMES[random.below(SCHEMES.len())] + random.between(-12.0, 12.0);
    // Two of three are dark: full-screen video is looked at in the dark more often than on paper.
    let dark = random.below(3) < 2;
    let chroma = if dark { random.between(0.015, 0.075) } else { random.between(0.005, 0.03) };
    let (base, tone, surface, ink) = if dark {
        let light = random.between(0.17, 0.27);
        (light, light + 0.09, light + 0.05, 0.975)
    } else {
        let light = random.between(0.93, 0.97);
        (light, light - 0.05, 0.99, 0.24)
    };
    let accent_chroma = random.between(0.12, 0.19);
    let accent = if dark { random.between(0.74, 0.86) } else { random.between(0.42, 0.53) };
    let base_colour = colour(base, chroma, hue);
    let accent = colour(accent, accent_chroma, accent_hue);
    Palette {
        base: base_colour,
        tone: colour(tone, chroma * 1.2, hue),
        glow: base_colour.mixed(accent, if dark { 0.35 } else { 0.25 }),
        ink: colour(ink, 0.012, hue),
        surface: colour(surface, chroma * 0.8, hue),
        accent,
    }
}

fn is_good(palette: &Palette) -> bool {
    let Palette { base, tone, ink, surface, accent, .. } = *palette;
    ink.contrast(base) >= INK
        && [tone, surface].iter().all(|ground| ink.contrast(*ground) >= ACCENT)
        && accent.contrast(base) >= ACCENT
        && SIGHTS.iter().all(|sight| {
            let seen = [accent, base, ink].map(|colour| oklab(sight.seen(linear(colour))));
            distance(seen[0], seen[1]) >= APART && distance(seen[0], seen[2]) >= APART
        })
}

/// An OKLCH colour (lightness and chroma 0.0 to 1.0, hue in degrees); less colourful where sRGB has no such colour.
fn colour(lightness: f64, chroma: f64, hue: f64) -> Colour {
    let (sin, cos) = hue.to_radians().sin_cos();
    let fits = |rgb: &[f64; 3]| rgb.iter().all(|channel| (-0.000_1..=1.000_1).contains(channel));
    let at = |share: f64| rgb_of([lightness, chroma * share * cos, chroma * share * sin]);
    let rgb = (0..20).map(|step| at(1.0 - f64::from(step) * 0.05)).find(fits).unwrap_or_else(|| at(0.0));
    let [red, green, blue] = rgb.map(|channel| {
        let channel = channel.clamp(0.0, 1.0);
        let encoded = if channel <= 0.003_130_8 { channel * 12.92 } else { 1.055 * channel.powf(1.0 / 2.4) - 0.055 };
        (encoded * 255.0).round() as u8
    });
    Colour { red, green, blue }
}

fn linear(colour: Colour) -> [f64; 3] {
    colour.channels().map(|encoded| {
        let encoded = f64::from(encoded);
        if encoded <= 0.040_45 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
    })
}

type Matrix = [[f64; 3]; 3];

fn times(matrix: &Matrix, [x, y, z]: [f64; 3]) -> [f64; 3] {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

/// Björn Ottosson's `OKLab`, from linear sRGB by way of the cones' answers.
const CONES: Matrix = [
    [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
    [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
    [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
];
const LAB: Matrix = [
    [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
];
const CONES_BACK: Matrix = [
    [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
    [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
    [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701_0],
];
const LAB_BACK: Matrix = [
    [1.0, 0.396_337_777_4, 0.215_803_757_3],
    [1.0, -0.105_561_345_8, -0.063_854_172_8],
    [1.0, -0.089_484_177_5, -1.291_485_548_0],
];

fn oklab(rgb: [f64; 3]) -> [f64; 3] {
    times(&LAB, times(&CONES, rgb).map(f64::cbrt))
}

fn rgb_of(lab: [f64; 3]) -> [f64; 3] {
    times(&CONES_BACK, times(&LAB_BACK, lab).map(|cone| cone * cone * cone))
}

fn distance(one: [f64; 3], two: [f64; 3]) -> f64 {
    one.iter().zip(two).map(|(one, two)| (one - two) * (one - two)).sum::<f64>().sqrt()
}

/// How somebody sees linear sRGB.
struct Sight(Matrix);

impl Sight {
    fn seen(&self, rgb: [f64; 3]) -> [f64; 3] {
        times(&self.0, rgb).map(|channel| channel.max(0.0))
    }
}

/// Everybody's; without long-wave cones; without middle-wave cones (Viénot, Brettel and Mollon 1999).
const SIGHTS: [Sight; 3] = [
    Sight([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    Sight([[0.112_38, 0.887_62, 0.0], [0.112_38, 0.887_62, 0.0], [0.004_01, -0.004_01, 1.0]]),
    Sight([[0.292_75, 0.707_25, 0.0], [0.292_75, 0.707_25, 0.0], [-0.022_34, 0.022_34, 1.0]]),
];
