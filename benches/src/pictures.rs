//! Six pictures for the bench cut: drawn landscapes with the spectrum of photographs (amplitude falling with frequency),
//! hard edges and a little grain. Drawn ones are cheap for the encoder, and would make every figure look worse or better
//! than it is for people's pictures.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// Like the pictures of a phone, turned upright.
const SIZE: (u32, u32) = (1_536, 2_304);
const SIZE_QUICK: (u32, u32) = (384, 576);
const OCTAVES: u32 = 8;

/// Writes a picture of each name into `folder`, with the manifest that lets the stage use them.
pub(crate) fn draw(folder: &Path, names: &[&str], quick: bool) -> anyhow::Result<()> {
    let size = if quick { SIZE_QUICK } else { SIZE };
    let mut manifest = String::new();
    for (number, name) in (0..).zip(names) {
        let path = folder.join(format!("{name}.jpg"));
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 90)
            .encode_image(&landscape(size, number))
            .context("a picture could not be encoded")?;
        std::fs::write(&path, bytes).with_context(|| format!("could not write {}", path.display()))?;
        // Writing to a string cannot fail.
        writeln!(manifest, "[[media]]\nfile = \"{name}.jpg\"\nsource = \"own\"\nlicence = \"own\"").ok();
        writeln!(manifest, "uses = [\"commercial\"]").ok();
    }
    let path = folder.join("licences.toml");
    std::fs::write(&path, manifest).with_context(|| format!("could not write {}", path.display()))
}

/// Ridges under a cloudy sky; each number gives other hills and another light.
fn landscape((width, height): (u32, u32), number: u64) -> RgbImage {
    let scale = 1.0 / f64::from(width);
    let light = [[236.0, 196.0, 150.0], [150.0, 190.0, 230.0], [210.0, 150.0, 170.0]][(number % 3) as usize];
    RgbImage::from_fn(width, height, |x, y| {
        let (across, down) = (f64::from(x) * scale, f64::from(y) * scale);
        let mut colour = sky(across, down, number).map(|share| 60.0 + share * 150.0);
        for (at, level) in [0.55, 0.75, 0.95, 1.2].into_iter().enumerate() {
            let seed = number * 16 + at as u64;
            let ridge = level + 0.25 * (noise(across * 2.5, 0.5, seed) - 0.5);
            if down > ridge {
                let rock = noise(across * 9.0, down * 9.0, seed + 7);
                colour = [0, 1, 2].map(|part| light[part] * (0.25 + 0.6 * rock) * (0.55 + 0.12 * at as f64));
            }
        }
        let grain = (hash(u64::from(x), u64::from(y), number) - 0.5) * 7.0;
        Rgb(colour.map(|value| (value + grain).clamp(0.0, 255.0) as u8))
    })
}

fn sky(across: f64, down: f64, number: u64) -> [f64; 3] {
    let cloud = noise(across * 3.0, down * 5.0, number + 99);
    let blue = 1.0 - down * 0.5;
    [0.5 * blue + 0.5 * cloud, 0.6 * blue + 0.4 * cloud, 0.9 * blue + 0.1 * cloud]
}

/// Value noise, each octave with half of the amplitude of the one before: 0.0 to 1.0.
fn noise(x: f64, y: f64, seed: u64) -> f64 {
    let mut sum = 0.0;
    for octave in 0..OCTAVES {
        let frequency = f64::from(1_u32 << octave);
        sum += smooth(x * frequency, y * frequency, seed + u64::from(octave) * 1_000) / frequency;
    }
    sum / 2.0
}

fn smooth(x: f64, y: f64, seed: u64) -> f64 {
    let ease = |share: f64| share * share * (3.0 - 2.0 * share);
    let (left, top) = (x.floor(), y.floor());
    let (right_share, lower_share) = (ease(x - left), ease(y - top));
    let corner = |across: f64, down: f64| hash((left + across) as u64, (top + down) as u64, seed);
    let row = |down: f64| corner(0.0, down) * (1.0 - right_share) + corner(1.0, down) * right_share;
    row(0.0) * (1.0 - lower_share) + row(1.0) * lower_share
}

/// 0.0 to 1.0, the same for the same numbers (the mixing steps of `SplitMix64`).
fn hash(x: u64, y: u64, seed: u64) -> f64 {
    let mut mixed = x.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ y.wrapping_mul(0xC2B2_AE3D_27D4_EB4F) ^ (seed << 32);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}
