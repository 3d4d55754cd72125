use std::path::PathBuf;

use image::{Rgb, RgbImage};
use reelpress_templates::{DEFAULT_LOOKS, TemplateLibrary};

use super::*;

const SIZE: (usize, usize) = (54, 96);

fn look() -> std::sync::Arc<Look> {
    let library = TemplateLibrary::load(None).unwrap();
    library.get(DEFAULT_LOOKS[0]).unwrap().clone()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.0.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    }

    /// What is said about a file of these bytes, its cause included, without the folder's name.
    fn refusal(&self, name: &str, bytes: &[u8]) -> String {
        let error = load(&self.file(name, bytes), &look(), SIZE).unwrap_err();
        let cause = std::error::Error::source(&error).map_or_else(String::new, |cause| format!(": {cause}"));
        format!("{error}{cause}").replace(&self.0.path().display().to_string(), "DIR")
    }
}

fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Left half red, right half blue.
fn two_halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) })
}

/// The checksum of a PNG chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    })
}

#[test]
fn each_broken_file_is_named_with_its_reason() {
    let folder = Folder::new();
    let png = encoded(&two_halves(64, 64), ImageFormat::Png);
    assert_eq!(
        folder.refusal("archive.jpg", b"PK\x03\x04\x14\x00\x00\x00\x08\x00"),
        "picture DIR/archive.jpg is not a JPEG, PNG or WebP file"
    );
    assert_eq!(folder.refusal("empty.png", b""), "picture DIR/empty.png is not a JPEG, PNG or WebP file");
    let gif = folder.refusal("moving.gif", b"GIF89a\x01\x00\x01\x00\x00\x00\x00");
    assert_eq!(gif, "picture DIR/moving.gif is not a JPEG, PNG or WebP file");
    for cut in [20, 40, png.len() / 2, png.len() - 20] {
        let text = folder.refusal("cut.png", &png[..cut]);
        assert!(text.starts_with("picture DIR/cut.png cannot be decoded: "), "{cut} bytes: {text}");
    }
    let jpeg = encoded(&two_halves(64, 64), ImageFormat::Jpeg);
    let text = folder.refusal("cut.jpg", &jpeg[..60]);
    assert!(text.starts_with("picture DIR/cut.jpg cannot be decoded: "), "{text}");
    let missing = load(&folder.0.path().join("gone.jpg"), &look(), SIZE).unwrap_err();
    assert!(matches!(missing, PictureError::Read { .. }), "{missing}");
    assert!(missing.to_string().ends_with("gone.jpg"), "{missing}");
}

#[test]
fn a_header_that_claims_a_huge_picture_is_refused_before_memory_is_taken() {
    let folder = Folder::new();
    let mut png = encoded(&two_halves(2, 2), ImageFormat::Png);
    png[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    png[20..24].copy_from_slice(&50_000_u32.to_be_bytes());
    let checksum = crc(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&checksum);
    assert_eq!(
        folder.refusal("huge.png", &png),
        "picture DIR/huge.png has 60000x50000 pixels, not 1 to 50000000 in all"
    );
}

#[test]
fn a_file_over_the_limit_is_not_read_to_its_end() {
    let folder = Folder::new();
    let file = folder.file("long.jpg", b"");
    File::options().write(true).open(&file).unwrap().set_len(MAX_FILE_BYTES + 1_000_000).unwrap();
    let error = load(&file, &look(), SIZE).unwrap_err();
    assert!(matches!(error, PictureError::FileTooLarge { limit: MAX_FILE_BYTES, .. }), "{error}");
}

#[test]
fn any_shape_covers_the_frame() {
    let folder = Folder::new();
    for (width, height) in [(1, 1), (1, 3_000), (3_000, 1), (640, 480), (54, 96)] {
        let file = folder.file("shape.png", &encoded(&two_halves(width, height), ImageFormat::Png));
        let picture = load(&file, &look(), SIZE).unwrap();
        assert_eq!((picture.width, picture.height), SIZE, "{width}x{height}");
    }
}

#[test]
fn a_picture_keeps_its_colours_under_the_veil() {
    let folder = Folder::new();
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        // The name's ending is wrong on purpose.
        let file = folder.file("picture.bin", &encoded(&two_halves(540, 960), format));
        let picture = load(&file, &look(), SIZE).unwrap();
        let red_at = |x: usize| picture.planes[2][24 * 27 + x];
        assert!(red_at(2) > 150, "{format:?}: the left half is red, not {}", red_at(2));
        assert!(red_at(24) < 130, "{format:?}: the right half is blue, not {}", red_at(24));
    }
}

#[test]
fn a_photo_taken_upright_is_shown_upright() {
    let folder = Folder::new();
    let jpeg = encoded(&two_halves(960, 540), ImageFormat::Jpeg);
    // An EXIF block with one entry: orientation 6, turn clockwise by a quarter.
    let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&jpeg[..2], exif, &jpeg[2..]].concat();
    let picture = load(&folder.file("turned.jpg", &turned), &look(), SIZE).unwrap();
    let red_at = |y: usize| picture.planes[2][y * 27 + 13];
    assert!(red_at(16) > red_at(30) + 20, "what was left is on top: {} over {}", red_at(16), red_at(30));
}
