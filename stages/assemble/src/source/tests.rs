use std::fs::File;
use std::path::PathBuf;

use image::metadata::Orientation;
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage};
use moxcms::{ColorProfile, Layout, TransformOptions};
use reelpress_templates::Colour;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::framing::Turn;
use super::samples::{encoded, flat_jpeg, png, quarters};
use super::*;
use crate::picture::Picture420;

const GROUND: Colour = Colour { red: 10, green: 200, blue: 100 };

fn framing(width: u32, height: u32) -> Framing {
    Framing { width, height, centre: (0.5, 0.5), ground: GROUND }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, bytes: &[u8]) -> PathBuf {
        // Its ending is wrong on purpose: only the content counts.
        std::fs::write(self.path("picture.jpg"), bytes).unwrap();
        self.path("picture.jpg")
    }

    fn shown(&self, bytes: &[u8], framing: Framing) -> Picture420 {
        picture(&self.file(bytes), &framing).unwrap()
    }

    fn refusal(&self, path: &std::path::Path) -> String {
        let error = picture(path, &framing(54, 96)).unwrap_err();
        error.to_string().replace(&self.0.path().display().to_string(), "DIR")
    }

    fn refused(&self, bytes: &[u8]) -> String {
        self.refusal(&self.file(bytes))
    }
}

/// Luma and chroma of one pixel; its column and row are even.
fn at(picture: &Picture420, x: usize, y: usize) -> [u8; 3] {
    let chroma = y / 2 * picture.width / 2 + x / 2;
    [picture.planes[0][y * picture.width + x], picture.planes[1][chroma], picture.planes[2][chroma]]
}

/// BT.709 by the definition.
fn bt709([red, green, blue]: [u8; 3]) -> [u8; 3] {
    let [red, green, blue] = [red, green, blue].map(|value| f64::from(value) / 255.0);
    let luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    [16.0 + 219.0 * luma, 128.0 + 224.0 * (blue - luma) / 1.8556, 128.0 + 224.0 * (red - luma) / 1.5748]
        .map(|value| value.round() as u8)
}

fn near(found: [u8; 3], wanted: [u8; 3], by: u8) -> bool {
    found.iter().zip(wanted).all(|(one, other)| one.abs_diff(other) <= by)
}

#[test]
fn every_kind_of_picture_keeps_its_colours() {
    let folder = Folder::new();
    let rgb = quarters(108, 192);
    let grey = DynamicImage::from(rgb.clone()).into_luma8();
    let deep = DynamicImage::from(rgb.clone()).into_rgb16();
    let mut deep_png = std::io::Cursor::new(Vec::new());
    deep.write_to(&mut deep_png, ImageFormat::Png).unwrap();
    for (name, bytes) in [
        ("png", encoded(&rgb, ImageFormat::Png)),
        ("jpeg", encoded(&rgb, ImageFormat::Jpeg)),
        ("webp", encoded(&rgb, ImageFormat::WebP)),
        ("16 bits", deep_png.into_inner()),
    ] {
        let picture = folder.shown(&bytes, framing(54, 96));
        assert_eq!((picture.width, picture.height), (54, 96));
        for (x, y, colour) in
            [(10, 10, [220, 20, 20]), (40, 10, [20, 220, 20]), (10, 80, [20, 20, 220]), (40, 80, [235; 3])]
        {
            let found = at(&picture, x, y);
            assert!(near(found, bt709(colour), 2), "{name}: {found:?} for {colour:?}");
        }
    }
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let mut bytes = std::io::Cursor::new(Vec::new());
        grey.write_to(&mut bytes, format).unwrap();
        let picture = folder.shown(&bytes.into_inner(), framing(54, 96));
        let found = at(&picture, 40, 80);
        assert!(near(found, bt709([235; 3]), 1), "grey {format:?}: {found:?}");
    }
}

#[test]
fn jpegs_of_every_colour_space_and_progressive_ones_are_read() {
    type Case = (&'static str, &'static [u8], bool, Option<u8>, [u8; 3]);

    let folder = Folder::new();
    let cases: [Case; 6] = [
        ("grey", &[180], false, None, [180; 3]),
        ("grey, progressive", &[180], true, None, [180; 3]),
        ("YCbCr, progressive", &[128, 128, 228], true, None, [255, 57, 128]),
        ("RGB", &[200, 80, 40], false, Some(0), [200, 80, 40]),
        // Adobe stores ink as its absence: cyan 0.2 is stored as 204.
        ("CMYK", &[204, 102, 51, 255], false, Some(0), [204, 102, 51]),
        ("YCCK", &[128, 128, 128, 255], false, Some(2), [128, 128, 128]),
    ];
    for (name, components, progressive, adobe, colour) in cases {
        let picture = folder.shown(&flat_jpeg(components, progressive, adobe), framing(16, 16));
        let found = at(&picture, 8, 8);
        assert!(near(found, bt709(colour), 2), "{name}: {found:?}, not {:?}", bt709(colour));
    }
}

#[test]
fn palettes_interlacing_and_transparency_are_undone() {
    let folder = Folder::new();
    // Two colours, one bit a pixel: the left half is 0, the right half 1.
    let rows: Vec<u8> = [0, 0b0000_1111].repeat(8);
    let palette: &[(&[u8; 4], &[u8])] = &[(b"PLTE", &[220, 20, 20, 20, 20, 220])];
    let picture = folder.shown(&png([8, 8], [1, 3, 0], palette, &rows), framing(32, 32));
    assert!(near(at(&picture, 4, 16), bt709([220, 20, 20]), 2), "{:?}", at(&picture, 4, 16));
    assert!(near(at(&picture, 28, 16), bt709([20, 20, 220]), 2), "{:?}", at(&picture, 28, 16));
    // Adam7's seven passes over 8x8 grey pixels, each as bright as its row.
    let mut rows = Vec::new();
    for (x, y, dx, dy) in
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    {
        for row in (y..8).step_by(dy) {
            rows.push(0);
            rows.extend((x..8).step_by(dx).map(|_| row as u8 * 30));
        }
    }
    let picture = folder.shown(&png([8, 8], [8, 0, 1], &[], &rows), framing(8, 8));
    for row in 0..8 {
        let wanted = bt709([row as u8 * 30; 3])[0];
        assert_eq!(picture.planes[0][row * 8..][..8], [wanted; 8], "row {row}");
    }
    // Half-transparent white, and nothing at all, over the ground.
    for (alpha, wanted) in [(128, [133, 228, 178]), (0, [10, 200, 100]), (255, [255; 3])] {
        let rows: Vec<u8> = [vec![0], [255, 255, 255, alpha].repeat(2)].concat().repeat(2);
        let picture = folder.shown(&png([2, 2], [8, 6, 0], &[], &rows), framing(8, 8));
        assert!(near(at(&picture, 4, 4), bt709(wanted), 1), "alpha {alpha}: {:?}", at(&picture, 4, 4));
    }
}

fn with_profile(colour: [u8; 3], icc: Vec<u8>) -> Vec<u8> {
    let picture = RgbImage::from_pixel(8, 8, Rgb(colour));
    let mut bytes = Vec::new();
    let mut encoder = image::codecs::png::PngEncoder::new(&mut bytes);
    encoder.set_icc_profile(icc).unwrap();
    encoder.write_image(picture.as_raw(), 8, 8, image::ExtendedColorType::Rgb8).unwrap();
    bytes
}

#[test]
fn embedded_profiles_are_brought_to_srgb_as_a_colour_engine_does() {
    let folder = Folder::new();
    let srgb = ColorProfile::new_srgb();
    for (name, profile) in [
        ("Display P3", ColorProfile::new_display_p3()),
        ("Adobe RGB", ColorProfile::new_adobe_rgb()),
        ("sRGB", ColorProfile::new_srgb()),
    ] {
        let engine =
            profile.create_transform_8bit(Layout::Rgb, &srgb, Layout::Rgb, TransformOptions::default()).unwrap();
        let mut moved = 0;
        for colour in [[200, 80, 40], [30, 180, 90], [128, 128, 128], [90, 60, 200], [255, 0, 0], [5, 9, 3]] {
            let mut wanted = [0; 3];
            engine.transform(&colour, &mut wanted).unwrap();
            moved = wanted.iter().zip(colour).map(|(one, other)| one.abs_diff(other)).fold(moved, u8::max);
            let found = at(&folder.shown(&with_profile(colour, profile.encode().unwrap()), framing(8, 8)), 4, 4);
            assert!(near(found, bt709(wanted), 2), "{name} {colour:?}: {found:?}, not {:?}", bt709(wanted));
        }
        assert_eq!(moved > 10, name != "sRGB", "{name} moves colours by {moved}");
    }
    let broken = folder.shown(&with_profile([200, 80, 40], vec![7; 300]), framing(8, 8));
    assert!(near(at(&broken, 4, 4), bt709([200, 80, 40]), 1), "a broken profile counts as sRGB");
}

#[test]
fn every_orientation_is_turned_upright() {
    let folder = Folder::new();
    let stored = RgbImage::from_fn(6, 4, |x, y| Rgb([x as u8 * 40, y as u8 * 60, 7]));
    for number in 1..=8 {
        let orientation = Orientation::from_exif(number).unwrap();
        let mut expected = DynamicImage::from(stored.clone());
        expected.apply_orientation(orientation);
        let turn = Turn::of(orientation);
        assert_eq!(turn.size((6, 4)), (expected.width(), expected.height()));
        assert_eq!(turn.upright::<3>(stored.as_raw().clone(), (6, 4)), expected.into_bytes(), "{orientation:?}");
        // The whole way: an EXIF block with one entry, and a window that is not the middle.
        let jpeg = encoded(&quarters(96, 64), ImageFormat::Jpeg);
        let mut exif =
            b"\xFF\xE1\x00\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif[29] = number;
        let mut upright = DynamicImage::from(quarters(96, 64));
        upright.apply_orientation(orientation);
        let plain = encoded(&upright.into_rgb8(), ImageFormat::Png);
        let mut wanted = framing(40, 40);
        wanted.centre = (0.2, 0.9);
        let found = folder.shown(&[&jpeg[..2], &exif, &jpeg[2..]].concat(), wanted);
        let expected = folder.shown(&plain, wanted);
        for (x, y) in [(4, 4), (34, 4), (4, 34), (34, 34)] {
            assert!(near(at(&found, x, y), at(&expected, x, y), 6), "{orientation:?} at {x}, {y}");
        }
    }
}

#[test]
fn any_shape_fills_the_frame() {
    let folder = Folder::new();
    for (width, height) in [(1, 1), (1, 3_000), (3_000, 1), (641, 479), (53, 97), (2, 9_999)] {
        let bytes = encoded(&RgbImage::from_pixel(width, height, Rgb([235; 3])), ImageFormat::Png);
        let picture = folder.shown(&bytes, framing(54, 96));
        assert!(picture.planes[0].iter().all(|luma| luma.abs_diff(218) <= 1), "{width}x{height} covers");
    }
}

#[test]
fn scaling_down_is_as_good_as_the_reference_and_the_same_on_every_machine() {
    let folder = Folder::new();
    let mut state = 1_u32;
    let busy = RgbImage::from_fn(640, 360, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(x / 3) as u8, (y / 2) as u8, (state >> 24) as u8])
    });
    let reference = image::imageops::resize(&busy, 96, 54, image::imageops::FilterType::CatmullRom);
    let reference = folder.shown(&encoded(&reference, ImageFormat::Png), framing(96, 54));
    let found = folder.shown(&encoded(&busy, ImageFormat::Png), framing(96, 54));
    let worst = found.planes[0].iter().zip(&reference.planes[0]).map(|(one, other)| one.abs_diff(*other)).max();
    assert!(worst.unwrap() <= 1, "{worst:?}");
    // The scaler has code for several kinds of processor: all give the same bytes.
    let scaled = |extensions| {
        use fast_image_resize::images::{Image, ImageRef};
        use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
        let from = ImageRef::new(640, 360, busy.as_raw(), PixelType::U8x3).unwrap();
        let mut to = Image::new(333, 77, PixelType::U8x3);
        let mut resizer = Resizer::new();
        #[expect(unsafe_code, reason = "only extensions this processor has are asked for")]
        // SAFETY: see above.
        unsafe {
            resizer.set_cpu_extensions(extensions);
        }
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .crop(3.3, 1.7, 600.1, 300.9);
        resizer.resize(&from, &mut to, &options).unwrap();
        to.into_vec()
    };
    let best = fast_image_resize::Resizer::new().cpu_extensions();
    assert!(scaled(best) == scaled(fast_image_resize::CpuExtensions::None), "{best:?} differs from plain code");
}

#[test]
fn each_broken_picture_is_named_with_its_reason() {
    let folder = Folder::new();
    let (png, jpeg) = (encoded(&quarters(64, 64), ImageFormat::Png), encoded(&quarters(64, 64), ImageFormat::Jpeg));
    let webp = encoded(&quarters(64, 64), ImageFormat::WebP);
    insta::assert_snapshot!(folder.refused(b""), @"DIR/picture.jpg is damaged: it is empty (replace it)");
    insta::assert_snapshot!(folder.refused(b"PK\x03\x04\x14\x00\x00\x00\x08\x00"), @"DIR/picture.jpg is a zip archive, not a JPEG, PNG or WebP picture (convert it or choose another file)");
    insta::assert_snapshot!(folder.refused(b"GIF89a\x01\x00\x01\x00\x00\x00\x00"), @"DIR/picture.jpg is a GIF picture, not a JPEG, PNG or WebP picture (convert it or choose another file)");
    insta::assert_snapshot!(folder.refused(b"\0\0\0\x18ftypheic\0\0\0\0"), @"DIR/picture.jpg is a HEIF or AVIF picture, not a JPEG, PNG or WebP picture (convert it or choose another file)");
    insta::assert_snapshot!(folder.refused(&jpeg[..jpeg.len() / 2]), @"DIR/picture.jpg is damaged: it ends after 399 bytes, within the picture (replace it)");
    insta::assert_snapshot!(folder.refused(&webp[..webp.len() / 2]), @"DIR/picture.jpg is damaged: it ends after 85 of 170 bytes (replace it)");
    insta::assert_snapshot!(folder.refused(&png[..30]), @"DIR/picture.jpg is damaged: it ends after 30 bytes, before the pixels (replace it)");
    let text = folder.refused(&png[..png.len() / 2]);
    assert!(text.starts_with("DIR/picture.jpg is damaged: it ends"), "{text}");
    insta::assert_snapshot!(folder.refusal(&folder.path("gone.jpg")), @"could not read DIR/gone.jpg");
    let odd = picture(&folder.file(&png), &framing(55, 96)).unwrap_err();
    assert!(odd.to_string().ends_with("does not fit: the width must be even and 2 to 8192 pixels, not 55"), "{odd}");
}

#[test]
fn what_is_no_file_is_refused_without_waiting() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.refusal(folder.0.path()), @"DIR is a folder, not a file (name a picture or a clip)");
    // Nobody writes to it: opening it the usual way would wait for ever.
    mknodat(CWD, folder.path("pipe.jpg"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    insta::assert_snapshot!(folder.refusal(&folder.path("pipe.jpg")), @"DIR/pipe.jpg is a pipe, not a file (name a picture or a clip)");
    insta::assert_snapshot!(folder.refusal(std::path::Path::new("/dev/zero")), @"/dev/zero is a device, not a file (name a picture or a clip)");
    let _listener = std::os::unix::net::UnixListener::bind(folder.path("socket.jpg")).unwrap();
    insta::assert_snapshot!(folder.refusal(&folder.path("socket.jpg")), @"DIR/socket.jpg is a socket, not a file (name a picture or a clip)");
    assert!(matches!(identity(&folder.path("pipe.jpg")), Err(SourceError::NotAFile { .. })));
}

#[test]
fn a_picture_of_30000_by_30000_is_refused_by_its_header() {
    let folder = Folder::new();
    insta::assert_snapshot!(folder.refused(&png([30_000, 30_000], [8, 2, 0], &[], &[0; 100])), @"DIR/picture.jpg is too large: its pixels are 900000000, at most 50000000 (make it smaller)");
    let mut jpeg = flat_jpeg(&[128, 128, 128], false, None);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    insta::assert_snapshot!(folder.refused(&jpeg), @"DIR/picture.jpg is too large: its pixels are 900000000, at most 50000000 (make it smaller)");
    // Within the limit of pixels, but not of memory: every coefficient of a progressive one is kept.
    let mut jpeg = flat_jpeg(&[128, 128, 128], true, None);
    let frame = jpeg.windows(2).position(|pair| pair == [0xFF, 0xC2]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0x1B, 0x58, 0x1B, 0x58]);
    insta::assert_snapshot!(folder.refused(&jpeg), @"DIR/picture.jpg is too large: the bytes to decode it are 441000000, at most 268435456 (make it smaller)");
    insta::assert_snapshot!(folder.refused(&png([6_000, 6_000], [16, 6, 0], &[], &[0; 100])), @"DIR/picture.jpg is too large: the bytes to decode it are 288000000, at most 268435456 (make it smaller)");
    let file = File::create(folder.path("long.png")).unwrap();
    file.set_len(100 * 1024 * 1024).unwrap();
    insta::assert_snapshot!(folder.refusal(&folder.path("long.png")), @"DIR/long.png is too large: its bytes are 104857600, at most 67108864 (make it smaller)");
}

#[test]
fn an_hdr_picture_is_refused_and_a_wide_one_is_converted() {
    let folder = Folder::new();
    let rows: Vec<u8> = [vec![0], [200, 80, 40].repeat(2)].concat().repeat(2);
    for (tags, name) in [([9, 16, 0, 1], "PQ"), ([9, 18, 0, 1], "HLG")] {
        let text = folder.refused(&png([2, 2], [8, 2, 0], &[(b"cICP", &tags)], &rows));
        assert!(text.contains(&format!("cannot be shown: it is HDR, {name} (")), "{text}");
    }
    let plain = folder.shown(&png([2, 2], [8, 2, 0], &[(b"cICP", &[1, 13, 0, 1])], &rows), framing(8, 8));
    assert!(near(at(&plain, 4, 4), bt709([200, 80, 40]), 1));
    // P3's red 200, 80, 40 is redder than sRGB's.
    let wide = folder.shown(&png([2, 2], [8, 2, 0], &[(b"cICP", &[12, 13, 0, 1])], &rows), framing(8, 8));
    assert!(at(&wide, 4, 4)[2] > bt709([200, 80, 40])[2] + 3, "{:?}", at(&wide, 4, 4));
}

#[test]
fn a_file_that_changes_while_it_is_read_is_an_error_with_its_sizes() {
    let folder = Folder::new();
    let path = folder.file(&[1; 1_000]);
    for length in [400, 2_000] {
        let (file, bytes) = file::open(&path, 10_000).unwrap();
        File::options().write(true).open(&path).unwrap().set_len(length).unwrap();
        let error = file::rest(&path, file, bytes).unwrap_err();
        let SourceError::Changed { expected, got, .. } = error else { panic!("{error}") };
        assert!(expected == bytes && got != bytes, "{got} of {expected}");
        std::fs::write(&path, [1; 1_000]).unwrap();
    }
}

#[test]
fn a_file_is_what_its_bytes_are() {
    let folder = Folder::new();
    let bytes = vec![3; 300_000];
    let (hash, length) = identity(&folder.file(&bytes)).unwrap();
    assert_eq!((hash, length), (blake3::hash(&bytes).to_hex().to_string(), 300_000));
}
