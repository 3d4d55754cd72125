//! PDQ: 256 bits of a picture's luma, and how much there is to see in it. Written from Meta's description and reference
//! (`ThreatExchange/pdq`): two passes of a box filter, 64x64 samples, the 16x16 lowest frequencies of a cosine transform,
//! a bit for each that is above their median.

use serde::{Deserialize, Serialize};

use crate::error::SimilarError;
use crate::hash::Hash;
use crate::plane::Luma;

mod taps;
mod transform;

use taps::Taps;
pub(crate) use transform::Spectrum;

/// Samples a side that the transform is made of.
pub const SIDE: usize = 64;
/// Below this a hash says too little to be compared: the reference's advice drops 49 and less.
pub const QUALITY_MIN: u8 = 50;
/// Sides below this have no hash (reference: `MIN_HASHABLE_DIM`).
const SIDE_MIN: usize = 5;

/// The samples of a picture.
pub(crate) type Samples = [[f32; SIDE]; SIDE];

/// The eight ways to lay a picture on a square, as the reference's dihedral hashes name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// As it is.
    None,
    /// A quarter, counter-clockwise.
    Quarter,
    /// Upside down.
    Half,
    /// Three quarters, counter-clockwise.
    ThreeQuarters,
    /// Top and bottom change places.
    FlipDown,
    /// Left and right change places: the mirror.
    FlipAcross,
    /// About the main diagonal: rows become columns.
    Transpose,
    /// About the other diagonal.
    Transverse,
}

/// What a picture gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Seen {
    spectrum: Spectrum,
    quality: u8,
}

impl Seen {
    /// Of a picture that shows nothing at all.
    const NOTHING: Self = Self { spectrum: Spectrum::NOTHING, quality: 0 };

    pub(crate) fn of(samples: &Samples) -> Self {
        Self { spectrum: Spectrum::of(samples), quality: quality(samples) }
    }

    /// The hash of the picture.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.spectrum.hash()
    }

    /// The hash of the picture turned or mirrored: made of the same transform, at a hundredth of its cost.
    #[must_use]
    pub fn turned(&self, turn: Turn) -> Hash {
        self.spectrum.turned(turn).hash()
    }

    /// What to keep of it.
    #[must_use]
    pub fn view(&self) -> View {
        View { hash: self.hash(), mirrored: self.turned(Turn::FlipAcross), quality: self.quality }
    }

    /// How much there is to see, 0 to 100: the reference's measure, the sum of steps between neighbouring samples.
    #[must_use]
    pub fn quality(&self) -> u8 {
        self.quality
    }
}

/// What is kept of a picture: its hash, the mirrored one's (which cannot be told from the hash: up to 18 bits would be
/// wrong), and whether there was anything to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct View {
    /// Of the picture.
    pub hash: Hash,
    /// Of the picture with left and right changed.
    pub mirrored: Hash,
    /// 0 to 100; below [`QUALITY_MIN`] the picture is not compared.
    pub quality: u8,
}

impl View {
    /// Bits by which two pictures differ, mirrored or not: the least of both.
    #[must_use]
    pub fn distance(&self, other: &Self) -> u32 {
        let mirrored = self.mirrored.distance(&other.hash).min(self.hash.distance(&other.mirrored));
        self.hash.distance(&other.hash).min(mirrored)
    }

    /// True where there is something to see.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.quality >= QUALITY_MIN
    }
}

/// Hashes pictures; keeps its working memory from one to the next, so that a frame of the same size allocates nothing.
#[derive(Debug, Default)]
pub struct Pdq {
    down: Taps,
    across: Taps,
    row: Vec<f32>,
}

impl Pdq {
    /// With no memory yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at a luma plane of any size.
    pub fn see(&mut self, luma: &Luma<'_>) -> Seen {
        if luma.width() < SIDE_MIN || luma.height() < SIDE_MIN {
            return Seen::NOTHING;
        }
        let mut samples = [[0.0; SIDE]; SIDE];
        self.sample(luma, &mut samples);
        Seen::of(&samples)
    }

    /// Looks at packed pixels, `channels` bytes each (1: luma; 3 or 4: red, green, blue and what is not looked at).
    ///
    /// # Errors
    /// [`SimilarError::Plane`] where the bytes are not that many pixels.
    pub fn see_packed(
        &mut self,
        pixels: &[u8],
        width: usize,
        height: usize,
        channels: usize,
    ) -> Result<Seen, SimilarError> {
        let luma: Vec<u8> = match channels {
            3 | 4 => pixels.chunks_exact(channels).map(|pixel| grey(pixel[0], pixel[1], pixel[2])).collect(),
            _ => pixels.to_vec(),
        };
        Ok(self.see(&Luma::new(&luma, width, height, width)?))
    }

    /// Both filters and the choice of 64x64 points in one weighted sum for each point: they are linear, so the down and the
    /// across part can be taken one after the other, and only where a sample is taken.
    fn sample(&mut self, luma: &Luma<'_>, samples: &mut Samples) {
        self.down.fit(luma.height());
        self.across.fit(luma.width());
        for (at, samples) in samples.iter_mut().enumerate() {
            self.row.clear();
            self.row.resize(luma.width(), 0.0);
            let (start, weights) = self.down.at(at);
            for (y, weight) in (start..).zip(weights) {
                for (sum, pixel) in self.row.iter_mut().zip(luma.row(y)) {
                    *sum += weight * f32::from(*pixel);
                }
            }
            for (at, sample) in samples.iter_mut().enumerate() {
                let (start, weights) = self.across.at(at);
                *sample = self.row[start..].iter().zip(weights).map(|(value, weight)| value * weight).sum();
            }
        }
    }
}

/// Luma as the reference has it.
fn grey(red: u8, green: u8, blue: u8) -> u8 {
    (0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)).round() as u8
}

/// The reference's measure: steps in whole percents, so that noise below one percent counts nothing.
fn quality(samples: &Samples) -> u8 {
    let step = |one: f32, two: f32| ((one - two) * 100.0 / 255.0) as i32;
    let mut sum = 0;
    for rows in samples.windows(2) {
        for (one, two) in rows[0].iter().zip(&rows[1]) {
            sum += step(*one, *two).abs();
        }
    }
    for row in samples {
        for (one, two) in row.iter().zip(&row[1..]) {
            sum += step(*one, *two).abs();
        }
    }
    u8::try_from(sum / 90).unwrap_or(100).min(100)
}

#[cfg(test)]
mod tests;
