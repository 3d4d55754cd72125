//! A small picture as an endpoint takes it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;

use crate::frame::Rgb;

const QUALITY: u8 = 85;

/// The picture as a `data:` address; `None` if it cannot be coded.
pub(crate) fn data_uri(picture: &Rgb) -> Option<String> {
    let mut bytes = Vec::new();
    let (width, height) = (picture.width as u32, picture.height as u32);
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode(&picture.bytes, width, height, ExtendedColorType::Rgb8)
        .ok()?;
    Some(format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)))
}
