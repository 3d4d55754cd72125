//! Frames outside the encoder: planes of our own, and their way to RGB and PNG.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageEncoder, RgbImage};

use crate::picture::PlanesMut;

/// Why a PNG was not written.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// The picture could not be encoded.
    #[error("could not encode {path} as PNG")]
    Encode {
        /// Where it was to go.
        path: PathBuf,
        /// The encoder's word.
        #[source]
        source: image::ImageError,
    },
    /// The file could not be written.
    #[error("could not write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
}

impl PngError {
    pub(crate) fn is_disk_full(&self) -> bool {
        matches!(self, Self::Write { source, .. } if source.kind() == io::ErrorKind::StorageFull)
    }
}

/// A 4:2:0 frame in memory of our own, rows without gaps. Width and height are even.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Planes {
    width: usize,
    height: usize,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl Planes {
    /// A black frame.
    pub(crate) fn black(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        let chroma = width.div_ceil(2) * height.div_ceil(2);
        Self { width, height, y: vec![16; width * height], u: vec![128; chroma], v: vec![128; chroma] }
    }

    pub(crate) fn as_mut(&mut self) -> PlanesMut<'_> {
        PlanesMut {
            width: self.width,
            height: self.height,
            y: &mut self.y,
            y_stride: self.width,
            u: &mut self.u,
            u_stride: self.width.div_ceil(2),
            v: &mut self.v,
            v_stride: self.width.div_ceil(2),
        }
    }

    pub(crate) fn to_rgb(&self) -> RgbImage {
        let chroma = self.width.div_ceil(2);
        View { y: &self.y, y_stride: self.width, u: &self.u, v: &self.v, chroma_stride: chroma }
            .to_rgb(self.width as u32, self.height as u32)
    }
}

/// Planes to look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) y: &'a [u8],
    pub(crate) y_stride: usize,
    pub(crate) u: &'a [u8],
    pub(crate) v: &'a [u8],
    pub(crate) chroma_stride: usize,
}

impl View<'_> {
    /// BT.709, limited range, to sRGB-like bytes.
    pub(crate) fn to_rgb(self, width: u32, height: u32) -> RgbImage {
        let mut picture = RgbImage::new(width, height);
        let width = width as usize;
        for (y, row) in picture.chunks_exact_mut(width.max(1) * 3).enumerate() {
            let luma = &self.y[y * self.y_stride..][..width];
            let chroma = (y / 2) * self.chroma_stride..(y / 2) * self.chroma_stride + width.div_ceil(2);
            let (blue, red) = (&self.u[chroma.clone()], &self.v[chroma]);
            for (x, (pixel, luma)) in row.chunks_exact_mut(3).zip(luma).enumerate() {
                let luma = (f32::from(*luma) - 16.0) * (255.0 / 219.0);
                let blue = (f32::from(blue[x / 2]) - 128.0) * (255.0 / 224.0);
                let red = (f32::from(red[x / 2]) - 128.0) * (255.0 / 224.0);
                // `f32::round` is a call on plain x86-64.
                let byte = |value: f32| (value.clamp(0.0, 255.0) + 0.5) as u8;
                pixel[0] = byte(luma + 1.5748 * red);
                pixel[1] = byte(luma - 0.1873 * blue - 0.4681 * red);
                pixel[2] = byte(luma + 1.8556 * blue);
            }
        }
        picture
    }
}

/// Writes a picture as PNG. The bytes depend on the pixels only. One filter for all rows: trying all five on each costs
/// more than coding does.
pub(crate) fn write_png(picture: &RgbImage, path: &Path) -> Result<(), PngError> {
    let mut bytes = Vec::new();
    PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Up)
        .write_image(picture.as_raw(), picture.width(), picture.height(), image::ExtendedColorType::Rgb8)
        .map_err(|source| PngError::Encode { path: path.to_owned(), source })?;
    let failed = |source| PngError::Write { path: path.to_owned(), source };
    let mut file = std::fs::File::create(path).map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.flush()).map_err(failed)
}
