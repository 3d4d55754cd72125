//! Pictures of the library: decoded within limits, turned upright, cut to cover the frame and toned for legibility.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage};
use reelpress_templates::Look;

use super::PictureError;
use super::planes::Picture420;

/// Largest picture file, in bytes.
pub(crate) const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// Most pixels of a decoded picture.
pub(crate) const MAX_PIXELS: u64 = 50_000_000;
/// Most memory a decoder may take, in bytes.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;

/// Reads the picture in `file` as a background of `width` x `height`.
pub(crate) fn load(file: &Path, look: &Look, (width, height): (usize, usize)) -> Result<Picture420, PictureError> {
    let bytes = read(file)?;
    let picture = decode(file, bytes)?;
    let picture = cover(&picture, width as u32, height as u32);
    Ok(tone(&picture, look))
}

/// Reads and decodes the picture in `file`, upright.
pub(crate) fn open(file: &Path) -> Result<DynamicImage, PictureError> {
    decode(file, read(file)?)
}

fn read(file: &Path) -> Result<Vec<u8>, PictureError> {
    let unreadable = |source| PictureError::Read { file: file.to_owned(), source };
    let opened = File::open(file).map_err(unreadable)?;
    let mut bytes = Vec::new();
    opened.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(PictureError::FileTooLarge { file: file.to_owned(), limit: MAX_FILE_BYTES });
    }
    Ok(bytes)
}

fn decode(file: &Path, bytes: Vec<u8>) -> Result<DynamicImage, PictureError> {
    let broken = |source| PictureError::Decode { file: file.to_owned(), source };
    // By content, not by name: a name says nothing.
    let format = image::guess_format(&bytes)
        .ok()
        .filter(|format| matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP))
        .ok_or_else(|| PictureError::WrongType { file: file.to_owned() })?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels { file: file.to_owned(), width, height, limit: MAX_PIXELS });
    }
    // A picture whose EXIF block is broken is still a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// Cuts the middle of the wanted shape out first, so that a picture of 1 x 10,000 is never blown up as a whole.
fn cover(picture: &DynamicImage, width: u32, height: u32) -> RgbImage {
    let (old_width, old_height) = (u64::from(picture.width()), u64::from(picture.height()));
    let (wide, high) = (u64::from(width), u64::from(height));
    let (cut_width, cut_height) = if old_width * high > old_height * wide {
        ((old_height * wide / high).max(1), old_height)
    } else {
        (old_width, (old_width * high / wide).max(1))
    };
    // A little above the middle: that is where faces are.
    let (left, top) = ((old_width - cut_width) / 2, (old_height - cut_height) * 2 / 5);
    let cut = picture.crop_imm(left as u32, top as u32, cut_width as u32, cut_height as u32).into_rgb8();
    image::imageops::resize(&cut, width, height, image::imageops::FilterType::Triangle)
}

/// Pulls the picture towards the look's base colour, most where text stands.
fn tone(picture: &RgbImage, look: &Look) -> Picture420 {
    let base = look.palette.base.channels();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let veil: Vec<f32> = (0..height).map(|y| veil_at((y as f32 + 0.5) / height as f32)).collect();
    Picture420::draw(width, height, |x, y| {
        let pixel = picture.get_pixel(x as u32, y as u32).0.map(|channel| f32::from(channel) / 255.0);
        let grey = 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2];
        [0, 1, 2].map(|at| {
            let muted = grey + (pixel[at] - grey) * 0.88;
            muted + (base[at] - muted) * veil[y]
        })
    })
}

/// How much of the base colour lies over the picture, from top (0.0) to bottom (1.0).
fn veil_at(y: f32) -> f32 {
    let ramp = |from: f32, to: f32| {
        let share = ((y - from) / (to - from)).clamp(0.0, 1.0);
        share * share * (3.0 - 2.0 * share)
    };
    0.28 + 0.38 * ramp(0.60, 0.22) + 0.36 * ramp(0.50, 0.82)
}

#[cfg(test)]
mod tests;
