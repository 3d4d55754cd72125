//! Colours of other spaces brought to sRGB, once.
//!
//! The profile is read by `moxcms`; the arithmetic is our own and goes through tables, so that every machine gives the
//! same bytes. RGB and grey profiles made of curves and a matrix are converted (Display P3, Adobe RGB, `ProPhoto`, Rec.
//! 2020). Those made of tables of their own, those of CMYK (a decoder gives RGB by then) and broken ones are taken for
//! sRGB, which is what most viewers do.

use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, MatrixCoefficients, TransferCharacteristics,
};

/// Larger profiles are tables or attacks.
const MOST_PROFILE_BYTES: usize = 4 * 1024 * 1024;
/// Steps of linear light: fine enough that the darkest ones are less than half an 8-bit step apart.
const STEPS: usize = 16_384;

/// A way from a picture's own colours to sRGB.
pub(super) struct ToSrgb {
    linear: [[f32; 256]; 3],
    /// Rows give red, green and blue of sRGB in linear light.
    matrix: [[f32; 3]; 3],
    encoded: Vec<u8>,
}

/// What a profile asks for.
pub(super) enum Wanted {
    /// The bytes are sRGB already, or nearly, or cannot be known to be anything else.
    Nothing,
    /// They must be converted.
    Conversion(Box<ToSrgb>),
    /// They are brighter than white: the transfer's name.
    Hdr(&'static str),
}

impl Wanted {
    /// By an embedded ICC profile.
    pub(super) fn of_icc(bytes: &[u8]) -> Self {
        if bytes.len() > MOST_PROFILE_BYTES {
            return Self::Nothing;
        }
        ColorProfile::new_from_slice(bytes).map_or(Self::Nothing, |profile| Self::of(&profile))
    }

    /// By the numbers of primaries and transfer in ITU-T H.273.
    pub(super) fn of_cicp([primaries, transfer]: [u8; 2]) -> Self {
        if let Some(name) = hdr_transfer(transfer) {
            return Self::Hdr(name);
        }
        let (Ok(color_primaries), Ok(transfer_characteristics)) =
            (CicpColorPrimaries::try_from(primaries), TransferCharacteristics::try_from(transfer))
        else {
            return Self::Nothing;
        };
        let matrix_coefficients = MatrixCoefficients::Identity;
        Self::of(&ColorProfile::new_from_cicp(CicpProfile {
            color_primaries,
            transfer_characteristics,
            matrix_coefficients,
            full_range: true,
        }))
    }

    fn of(profile: &ColorProfile) -> Self {
        if let Some(name) = profile.cicp.and_then(|cicp| hdr_transfer(cicp.transfer_characteristics as u8)) {
            return Self::Hdr(name);
        }
        match ToSrgb::new(profile) {
            Some(conversion) if !conversion.changes_nothing() => Self::Conversion(Box::new(conversion)),
            _ => Self::Nothing,
        }
    }
}

/// The name of a transfer whose white is not the brightest value.
pub(super) fn hdr_transfer(number: u8) -> Option<&'static str> {
    match number {
        16 => Some("PQ (SMPTE ST 2084)"),
        18 => Some("HLG (ARIB STD-B67)"),
        _ => None,
    }
}

impl ToSrgb {
    fn new(profile: &ColorProfile) -> Option<Self> {
        let (linear, matrix) = if profile.color_space == DataColorSpace::Rgb {
            let linear = [
                *profile.build_r_linearize_table::<u8, 256, 8>(true).ok()?,
                *profile.build_g_linearize_table::<u8, 256, 8>(true).ok()?,
                *profile.build_b_linearize_table::<u8, 256, 8>(true).ok()?,
            ];
            let matrix = profile.transform_matrix(&ColorProfile::new_srgb()).v;
            (linear, matrix.map(|row| row.map(|value| value as f32)))
        } else if profile.color_space == DataColorSpace::Gray {
            let curve = *profile.build_gray_linearize_table::<u8, 256, 8>().ok()?;
            ([curve; 3], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
        } else {
            return None;
        };
        let sound = linear.iter().flatten().chain(matrix.iter().flatten()).all(|value| value.is_finite());
        // Colours of no light at all, from a broken profile, would make the picture black.
        let lit = matrix.iter().all(|row| (row.iter().sum::<f32>() - 1.0).abs() < 0.1);
        (sound && lit).then(|| Self { linear, matrix, encoded: encoding() })
    }

    fn changes_nothing(&self) -> bool {
        let near = |pixel: [u8; 3]| {
            let after = self.convert(pixel);
            pixel.iter().zip(after).all(|(before, after)| before.abs_diff(after) <= 1)
        };
        (0..=255).all(|grey| near([grey; 3]))
            && (0..8_u8).all(|corner| near([0, 1, 2].map(|at| (corner >> at & 1) * 200)))
    }

    fn convert(&self, pixel: [u8; 3]) -> [u8; 3] {
        let linear = [0, 1, 2].map(|at| self.linear[at][usize::from(pixel[at])]);
        self.matrix.map(|row| {
            let light = row[0] * linear[0] + row[1] * linear[1] + row[2] * linear[2];
            self.encoded[(light.clamp(0.0, 1.0) * (STEPS - 1) as f32 + 0.5) as usize]
        })
    }

    /// Converts pixels of `N` bytes, of which the first three are red, green and blue.
    pub(super) fn apply<const N: usize>(&self, pixels: &mut [u8]) {
        for pixel in pixels.chunks_exact_mut(N) {
            let after = self.convert([pixel[0], pixel[1], pixel[2]]);
            pixel[..3].copy_from_slice(&after);
        }
    }
}

/// sRGB bytes by linear light.
fn encoding() -> Vec<u8> {
    let encode = |light: f64| if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (0..STEPS).map(|step| (encode(step as f64 / (STEPS - 1) as f64) * 255.0).round() as u8).collect()
}
