//! Pictures: JPEG, PNG and WebP, decoded within limits, turned upright, cut or fitted, brought to sRGB.

use std::io::Cursor;
use std::path::Path;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageReader, Limits, RgbaImage};
use reelpress_templates::Colour;

use super::framing::{Turn, Window};
use super::headers::{self, Header};
use super::profile::{ToSrgb, Wanted};
use super::{Framing, SourceError, file, planes};
use crate::picture::Picture420;

/// Most pixels of a picture.
const MAX_PIXELS: u64 = 50_000_000;
/// Most memory a decoder may take for one picture, in bytes.
const MAX_DECODE_BYTES: u64 = 256 * 1024 * 1024;

/// The picture in the file `path` as `framing` wants it.
///
/// JPEG (grey, RGB, CMYK, progressive), PNG (palette, 16 bits, transparent, interlaced) and the first frame of a WebP.
/// Its EXIF orientation is applied; an embedded profile made of curves and a matrix is converted to sRGB, any other is
/// taken for sRGB (see `profile`).
///
/// # Errors
/// [`SourceError`] for a file that is no such picture, is damaged, HDR, larger than 64 MB, 50 million pixels or 256 MB
/// of decoder's memory.
pub(crate) fn picture(path: &Path, framing: &Framing) -> Result<Picture420, SourceError> {
    if let Some(why) = framing.fault() {
        return Err(SourceError::order(path, why));
    }
    let bytes = file::read(path, file::MAX_PICTURE_BYTES)?;
    let decoded = Decoded::read(path, bytes, framing.ground)?;
    let (width, height) = (framing.width as usize, framing.height as usize);
    let shape = decoded.turn.size((f64::from(decoded.width), f64::from(decoded.height)));
    let seen = decoded.scaled(path, framing.window(shape), (width, height))?;
    Ok(planes::from_rgb(&seen, width, height))
}

/// A picture as stored: no transparency any more, not yet upright.
struct Decoded {
    width: u32,
    height: u32,
    /// Three bytes a pixel.
    rgb: Vec<u8>,
    turn: Turn,
    /// Still to be applied: after scaling there are fewer pixels.
    to_srgb: Option<Box<ToSrgb>>,
}

/// All of the picture in the file `path`, upright, sRGB, with its transparency.
///
/// # Errors
/// As [`picture`].
pub(crate) fn with_transparency(path: &Path) -> Result<RgbaImage, SourceError> {
    let (picture, turn, to_srgb) = decode(path, file::read(path, file::MAX_PICTURE_BYTES)?)?;
    let mut rgba = picture.into_rgba8();
    if let Some(conversion) = to_srgb {
        conversion.apply::<4>(&mut rgba);
    }
    let stored = (rgba.width() as usize, rgba.height() as usize);
    let (width, height) = turn.size((f64::from(rgba.width()), f64::from(rgba.height())));
    let upright = turn.upright::<4>(rgba.into_raw(), stored);
    RgbaImage::from_raw(width as u32, height as u32, upright)
        .ok_or_else(|| SourceError::damaged(path, "its pixels do not fill its size"))
}

/// The picture as stored, how it is turned, and what brings it to sRGB.
fn decode(path: &Path, bytes: Vec<u8>) -> Result<(DynamicImage, Turn, Option<Box<ToSrgb>>), SourceError> {
    let header = headers::read(path, &bytes)?;
    let broken = |error: image::ImageError| SourceError::damaged(path, error.to_string());
    let mut reader = ImageReader::with_format(Cursor::new(bytes), header.format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    check_size(path, &decoder, header)?;
    // A picture whose EXIF block or profile is broken is still a picture.
    let turn = Turn::of(decoder.orientation().unwrap_or(Orientation::NoTransforms));
    let wanted = match header.cicp {
        Some(cicp) => Wanted::of_cicp(cicp),
        None => decoder.icc_profile().ok().flatten().map_or(Wanted::Nothing, |icc| Wanted::of_icc(&icc)),
    };
    let to_srgb = match wanted {
        Wanted::Nothing => None,
        Wanted::Conversion(conversion) => Some(conversion),
        Wanted::Hdr(transfer) => return Err(SourceError::unsupported(path, format!("it is HDR, {transfer}"))),
    };
    Ok((DynamicImage::from_decoder(decoder).map_err(broken)?, turn, to_srgb))
}

impl Decoded {
    fn read(path: &Path, bytes: Vec<u8>, ground: Colour) -> Result<Self, SourceError> {
        let (picture, turn, mut to_srgb) = decode(path, bytes)?;
        let (width, height) = (picture.width(), picture.height());
        let rgb = if picture.color().has_alpha() {
            let mut rgba = picture.into_rgba8().into_raw();
            // Before it is mixed with a colour that is sRGB already.
            if let Some(conversion) = to_srgb.take() {
                conversion.apply::<4>(&mut rgba);
            }
            on_ground(rgba, ground)
        } else {
            picture.into_rgb8().into_raw()
        };
        Ok(Self { width, height, rgb, turn, to_srgb })
    }

    /// The part of it that is seen, upright and as large as it is wanted.
    fn scaled(self, path: &Path, window: Window, wanted: (usize, usize)) -> Result<Vec<u8>, SourceError> {
        let failed =
            |error: &dyn std::fmt::Display| SourceError::damaged(path, format!("it cannot be scaled: {error}"));
        let (wide, high) = (f64::from(self.width), f64::from(self.height));
        let Window { x, y, width, height } = self.turn.stored(window);
        let (left, top) = ((x * wide).clamp(0.0, wide), (y * high).clamp(0.0, high));
        let (width, height) = ((width * wide).min(wide - left), (height * high).min(high - top));
        let (new_width, new_height) = self.turn.size(wanted);
        let stored =
            ImageRef::new(self.width, self.height, &self.rgb, PixelType::U8x3).map_err(|error| failed(&error))?;
        let mut scaled = Image::new(new_width as u32, new_height as u32, PixelType::U8x3);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .use_alpha(false)
            .crop(left, top, width, height);
        Resizer::new().resize(&stored, &mut scaled, &options).map_err(|error| failed(&error))?;
        let mut rgb = scaled.into_vec();
        if let Some(conversion) = &self.to_srgb {
            conversion.apply::<3>(&mut rgb);
        }
        Ok(self.turn.upright::<3>(rgb, (new_width, new_height)))
    }
}

fn check_size(path: &Path, decoder: &impl ImageDecoder, header: Header) -> Result<(), SourceError> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(SourceError::damaged(path, format!("it has {width}x{height} pixels")));
    }
    if pixels > MAX_PIXELS {
        return Err(SourceError::too_large(path, "its pixels are", pixels, MAX_PIXELS));
    }
    // A progressive JPEG's coefficients: two bytes for each of up to three colours, unless it is grey.
    let coefficients = match (header.progressive, decoder.color_type()) {
        (false, _) => 0,
        (true, ColorType::L8) => 2 * pixels,
        (true, _) => 6 * pixels,
    };
    let needed = decoder.total_bytes().saturating_add(coefficients);
    if needed > MAX_DECODE_BYTES {
        return Err(SourceError::too_large(path, "the bytes to decode it are", needed, MAX_DECODE_BYTES));
    }
    Ok(())
}

/// Mixes RGBA with what shines through it, in place: three bytes a pixel are left.
fn on_ground(mut pixels: Vec<u8>, ground: Colour) -> Vec<u8> {
    let ground = [ground.red, ground.green, ground.blue].map(u32::from);
    let count = pixels.len() / 4;
    for at in 0..count {
        let alpha = u32::from(pixels[at * 4 + 3]);
        for (channel, ground) in ground.iter().enumerate() {
            let colour = u32::from(pixels[at * 4 + channel]);
            pixels[at * 3 + channel] = ((colour * alpha + ground * (255 - alpha) + 127) / 255) as u8;
        }
    }
    pixels.truncate(count * 3);
    pixels
}
