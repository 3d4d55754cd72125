use ffmpeg_next::frame;
use ffmpeg_next::util::color;
use ffmpeg_next::util::format::Pixel;
use reelpress_templates::Colour;

use super::*;
use crate::source::samples::{Made, fill, grey, noise};

fn order(width: u32, height: u32) -> ClipOrder {
    let framing = Framing { width, height, centre: (0.5, 0.5), ground: Colour::BLACK };
    ClipOrder { framing, start_ms: 0, end_ms: None, speed_permille: 1_000, looped: false, fps: 10 }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("clip.bin")
    }

    fn greys(&self, made: &Made) -> PathBuf {
        made.greys(&self.path());
        self.path()
    }

    fn bytes(&self, bytes: &[u8]) -> PathBuf {
        std::fs::write(self.path(), bytes).unwrap();
        self.path()
    }

    fn refusal(&self, order: &ClipOrder) -> String {
        let Err(error) = Clip::open(&self.path(), order) else { panic!("it was not refused") };
        error.to_string().replace(&self.0.path().display().to_string(), "DIR")
    }
}

/// The number of the grey frame that is seen.
fn number(picture: &Picture420) -> u64 {
    let luma = picture.planes[0][picture.width * picture.height / 2];
    u64::from(luma.saturating_sub(38)) / 4
}

fn numbers(path: &Path, order: &ClipOrder, count: u64) -> Vec<u64> {
    let mut clip = Clip::open(path, order).unwrap();
    (0..count).map(|at| number(clip.frame(at).unwrap())).collect()
}

#[test]
fn each_frame_is_seen_at_its_time_and_the_last_one_stays() {
    let folder = Folder::new();
    let expected: Vec<u64> = (0..20).chain([19; 4]).collect();
    for made in [Made::default(), Made::webm(), Made { kind: ("matroska", "libx264"), ..Made::default() }] {
        let path = folder.greys(&made);
        assert_eq!(numbers(&path, &order(64, 96), 24), expected, "{:?}", made.kind);
    }
}

#[test]
fn every_codec_that_is_named_can_be_shown() {
    type Kind = (&'static str, &'static str, Pixel, &'static [(&'static str, &'static str)]);

    let folder = Folder::new();
    let kinds: [Kind; 5] = [
        (
            "mp4",
            "libx265",
            Pixel::YUV420P,
            &[("preset", "ultrafast"), ("x265-params", "log-level=none:pools=none:cutree=0")],
        ),
        (
            "webm",
            "libvpx",
            Pixel::YUV420P,
            &[("crf", "4"), ("b", "2000000"), ("auto-alt-ref", "1"), ("lag-in-frames", "10")],
        ),
        ("mp4", "libaom-av1", Pixel::YUV420P, &[("cpu-used", "8"), ("crf", "10"), ("b", "0")]),
        ("mov", "prores_ks", Pixel::YUV422P10LE, &[]),
        (
            "webm",
            "libvpx-vp9",
            Pixel::YUV420P,
            &[("crf", "8"), ("b", "0"), ("auto-alt-ref", "1"), ("lag-in-frames", "12")],
        ),
    ];
    for (container, encoder, format, options) in kinds {
        let made = Made { kind: (container, encoder), format, options: options.to_vec(), ..Made::default() };
        let path = folder.greys(&made);
        assert_eq!(numbers(&path, &order(64, 96), 21), (0..20).chain([19]).collect::<Vec<_>>(), "{encoder}");
    }
}

#[test]
fn a_variable_frame_rate_shows_the_frame_that_began_last() {
    let folder = Folder::new();
    let times = vec![0, 33, 67, 500, 520, 540, 1_500];
    for kind in [("mp4", "libx264"), ("matroska", "libx264")] {
        let path = folder.greys(&Made { kind, times: times.clone(), ..Made::default() });
        // Cut frames at 0, 100, 200 ... ms.
        let seen = numbers(&path, &order(64, 96), 17);
        assert_eq!(seen, [0, 2, 2, 2, 2, 3, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6], "{kind:?}");
        // Times that a muxer rounded to milliseconds are not early or late by a frame: 33 and 67 are 1/30 and 2/30.
        assert_eq!(numbers(&path, &ClipOrder { fps: 30, ..order(64, 96) }, 3), [0, 1, 2], "{kind:?}");
    }
}

#[test]
fn trim_speed_and_loop_choose_the_frames() {
    let folder = Folder::new();
    let path = folder.greys(&Made::default());
    let trimmed = ClipOrder { start_ms: 500, end_ms: Some(900), ..order(64, 96) };
    assert_eq!(numbers(&path, &trimmed, 6), [5, 6, 7, 8, 8, 8], "the frame at 900 ms is not seen");
    assert_eq!(numbers(&path, &ClipOrder { looped: true, ..trimmed }, 10), [5, 6, 7, 8, 5, 6, 7, 8, 5, 6]);
    assert_eq!(numbers(&path, &ClipOrder { speed_permille: 500, ..trimmed }, 6), [5, 5, 6, 6, 7, 7]);
    let fast = ClipOrder { speed_permille: 3_000, looped: true, ..order(64, 96) };
    assert_eq!(numbers(&path, &fast, 9), [0, 3, 6, 9, 12, 15, 18, 1, 4]);
    let beyond = ClipOrder { start_ms: 1_800, end_ms: Some(60_000), looped: true, ..order(64, 96) };
    assert_eq!(numbers(&path, &beyond, 4), [18, 19, 18, 19], "an end after the clip's is the clip's");
}

#[test]
fn a_frame_has_the_same_bytes_whatever_was_asked_before() {
    let folder = Folder::new();
    let open_gop =
        vec![("preset", "medium"), ("crf", "20"), ("x264-params", "open-gop=1:bframes=3:b-adapt=0:scenecut=0")];
    let no_reorder_hint = vec![("preset", "medium"), ("x264-params", "bframes=3:b-adapt=0:b-pyramid=2:nal-hrd=none")];
    for (kind, options) in [
        (("mp4", "libx264"), open_gop.clone()),
        (("matroska", "libx264"), open_gop),
        (("mp4", "libx264"), no_reorder_hint),
        (("webm", "libvpx-vp9"), vec![("crf", "30"), ("b", "0"), ("lag-in-frames", "12"), ("auto-alt-ref", "1")]),
    ] {
        let made = Made { kind, options, times: (0..40).map(|at| at * 100).collect(), gop: 9, ..Made::default() };
        made.write(&folder.path(), &mut |at, frame| {
            noise(frame, 7);
            let row = (at * 2) * frame.stride(0);
            frame.data_mut(0)[row..row + 200].fill(255);
        });
        let order = order(64, 96);
        let mut rising = Clip::open(&folder.path(), &order).unwrap();
        let all: Vec<Picture420> = (0..40).map(|at| rising.frame(at).unwrap().clone()).collect();
        assert!(all.windows(2).all(|pair| pair[0] != pair[1]), "the frames differ");
        let mut jumping = Clip::open(&folder.path(), &order).unwrap();
        for step in 0..60_u64 {
            let at = (step * step * 7 + step * 3) % 40;
            assert!(*jumping.frame(at).unwrap() == all[at as usize], "{kind:?}: frame {at} at step {step}");
        }
        for at in (0..40).rev() {
            assert!(*jumping.frame(at).unwrap() == all[at as usize], "{kind:?}: frame {at} going back");
        }
    }
}

/// One colour in the middle of a clip's picture: luma, blue and red difference.
fn colour_of(path: &Path) -> [u8; 3] {
    let mut clip = Clip::open(path, &order(32, 48)).unwrap();
    let picture = clip.frame(0).unwrap();
    [picture.planes[0][32 * 24], picture.planes[1][16 * 12], picture.planes[2][16 * 12]]
}

#[test]
fn one_colour_is_one_colour_however_it_was_coded() {
    let folder = Folder::new();
    // sRGB 200, 80, 40 by each definition; BT.709 in limited range is what must come out.
    let expected = [104_u8, 98, 182];
    let (hd, sd) = (color::Space::BT709, color::Space::SMPTE170M);
    let (limited, full) = (color::Range::MPEG, color::Range::JPEG);
    for (name, space, range, format, coded) in [
        ("709 limited", hd, limited, Pixel::YUV420P, [104, 98, 182]),
        ("709 full", hd, full, Pixel::YUV420P, [103, 94, 190]),
        ("709 full, J", hd, full, Pixel::YUVJ420P, [103, 94, 190]),
        ("601 limited", sd, limited, Pixel::YUV420P, [112, 93, 184]),
        ("601 full", sd, full, Pixel::YUV420P, [111, 88, 191]),
        ("untagged and small", color::Space::Unspecified, limited, Pixel::YUV420P, [112, 93, 184]),
        ("709 limited, 10 bits", hd, limited, Pixel::YUV420P10LE, [104, 98, 182]),
        ("601 limited, 4:4:4", sd, limited, Pixel::YUV444P, [112, 93, 184]),
    ] {
        let made = Made { format, space, range, ..Made::default() };
        made.write(&folder.path(), &mut |_, frame| fill(frame, coded));
        let found = colour_of(&folder.path());
        assert!(found.iter().zip(expected).all(|(one, other)| one.abs_diff(other) <= 2), "{name}: {found:?}");
    }
    let rgb = Made {
        kind: ("mp4", "libx264rgb"),
        format: Pixel::RGB24,
        space: color::Space::RGB,
        range: full,
        options: vec![("preset", "ultrafast"), ("crf", "1")],
        ..Made::default()
    };
    rgb.write(&folder.path(), &mut |_, frame| frame.data_mut(0).as_chunks_mut::<3>().0.fill([200, 80, 40]));
    let found = colour_of(&folder.path());
    assert!(found.iter().zip(expected).all(|(one, other)| one.abs_diff(other) <= 2), "RGB: {found:?}");
}

#[test]
fn what_is_brighter_or_wider_than_a_screen_is_refused_by_name() {
    let folder = Folder::new();
    let deep = Made { format: Pixel::YUV420P10LE, ..Made::default() };
    folder.greys(&Made { transfer: color::TransferCharacteristic::SMPTE2084, ..deep.clone() });
    insta::assert_snapshot!(folder.refusal(&order(32, 48)), @"DIR/clip.bin cannot be shown: it is HDR, PQ (SMPTE ST 2084) (export it again: an sRGB picture, or an H.264 clip in BT.709)");
    folder.greys(&Made { transfer: color::TransferCharacteristic::ARIB_STD_B67, ..deep.clone() });
    insta::assert_snapshot!(folder.refusal(&order(32, 48)), @"DIR/clip.bin cannot be shown: it is HDR, HLG (ARIB STD-B67) (export it again: an sRGB picture, or an H.264 clip in BT.709)");
    folder.greys(&Made { primaries: color::Primaries::BT2020, ..deep.clone() });
    insta::assert_snapshot!(folder.refusal(&order(32, 48)), @"DIR/clip.bin cannot be shown: its colours are BT.2020's (export it again: an sRGB picture, or an H.264 clip in BT.709)");
    folder.greys(&Made { space: color::Space::BT2020NCL, ..deep });
    insta::assert_snapshot!(folder.refusal(&order(32, 48)), @"DIR/clip.bin cannot be shown: its colour matrix is bt2020nc (export it again: an sRGB picture, or an H.264 clip in BT.709)");
}

/// Left half dark, right half bright; the upper half of each a little brighter.
fn halves(frame: &mut frame::Video, width: usize, height: usize) {
    grey(frame, 60);
    let stride = frame.stride(0);
    for y in 0..height {
        for x in 0..width {
            frame.data_mut(0)[y * stride + x] =
                if x < width / 2 { 60 } else { 180 } + if y < height / 2 { 30 } else { 0 };
        }
    }
}

/// Luma in the middle of each quarter: upper left, upper right, lower left, lower right.
fn corners(picture: &Picture420) -> [u8; 4] {
    let (width, height) = (picture.width, picture.height);
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| picture.planes[0][height * y / 4 * width + width * x / 4])
}

/// Writes another display matrix into the track's header.
fn turned(bytes: &[u8], [a, b, c, d]: [i32; 4]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let tkhd = bytes.windows(4).position(|window| window == b"tkhd").unwrap() + 4;
    let matrix = [a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30];
    for (at, value) in matrix.iter().enumerate() {
        bytes[tkhd + 40 + at * 4..][..4].copy_from_slice(&value.to_be_bytes());
    }
    bytes
}

#[test]
fn a_clip_filmed_upright_or_mirrored_is_shown_so() {
    let folder = Folder::new();
    let made = Made { size: (96, 64), times: vec![0, 100], ..Made::default() };
    made.write(&folder.path(), &mut |_, frame| halves(frame, 96, 64));
    let plain = std::fs::read(folder.path()).unwrap();
    for (matrix, size, expected) in [
        ([1, 0, 0, 1], (96, 64), [90, 210, 60, 180]),
        ([0, 1, -1, 0], (64, 96), [60, 90, 180, 210]),
        ([-1, 0, 0, -1], (96, 64), [180, 60, 210, 90]),
        ([0, -1, 1, 0], (64, 96), [210, 180, 90, 60]),
        ([-1, 0, 0, 1], (96, 64), [210, 90, 180, 60]),
        ([0, 1, 1, 0], (64, 96), [90, 60, 210, 180]),
    ] {
        let path = folder.bytes(&turned(&plain, matrix));
        let mut clip = Clip::open(&path, &order(size.0, size.1)).unwrap();
        let found = corners(clip.frame(0).unwrap());
        assert!(found.iter().zip(expected).all(|(one, other)| one.abs_diff(other) <= 3), "{matrix:?}: {found:?}");
    }
    folder.bytes(&turned(&plain, [1, 1, -1, 1]));
    insta::assert_snapshot!(folder.refusal(&order(64, 96)), @"DIR/clip.bin cannot be shown: it is turned by something else than a quarter (export it again: an sRGB picture, or an H.264 clip in BT.709)");
}

#[test]
fn wide_pixels_are_shown_wide() {
    let folder = Folder::new();
    // 64x96 stored, pixels twice as wide as high: a picture of 128x96, of which 64x96 are seen: the middle half.
    let made = Made { aspect: (2, 1), ..Made::default() };
    made.write(&folder.path(), &mut |_, frame| {
        grey(frame, 60);
        let stride = frame.stride(0);
        frame.data_mut(0).chunks_mut(stride).for_each(|row| row[16..48].fill(200));
    });
    let mut clip = Clip::open(&folder.path(), &order(64, 96)).unwrap();
    let picture = clip.frame(0).unwrap();
    let row = &picture.planes[0][48 * 64..49 * 64];
    assert!([4, 20, 40, 59].iter().all(|x| row[*x].abs_diff(200) <= 6), "{row:?}");
}

#[test]
fn odd_and_tiny_sizes_fill_the_frame() {
    let folder = Folder::new();
    for size in [(33, 47), (1, 1), (1, 64), (65, 1), (2, 2)] {
        let path = folder.greys(&Made { size, times: vec![0, 100], ..Made::webm() });
        assert_eq!(numbers(&path, &order(64, 96), 2), [0, 1], "{size:?}");
    }
}

#[test]
fn the_centre_moves_the_window() {
    let folder = Folder::new();
    let made = Made { size: (128, 64), times: vec![0], ..Made::default() };
    made.write(&folder.path(), &mut |_, frame| halves(frame, 128, 64));
    for (centre, expected) in [((0.0, 0.5), 90), ((1.0, 0.5), 210)] {
        let mut wanted = order(32, 64);
        wanted.framing.centre = centre;
        let mut clip = Clip::open(&folder.path(), &wanted).unwrap();
        let found = corners(clip.frame(0).unwrap());
        assert!(found[0].abs_diff(expected) <= 3 && found[1].abs_diff(expected) <= 3, "{centre:?}: {found:?}");
    }
}

#[test]
fn an_order_that_does_not_fit_is_refused_with_its_values() {
    let folder = Folder::new();
    folder.greys(&Made::default());
    let good = order(64, 96);
    insta::assert_snapshot!(folder.refusal(&ClipOrder { start_ms: 5_000, ..good }), @"the order for DIR/clip.bin does not fit: it starts at 5000 ms, the clip ends at 2000 ms");
    insta::assert_snapshot!(folder.refusal(&ClipOrder { start_ms: 900, end_ms: Some(900), ..good }), @"the order for DIR/clip.bin does not fit: it starts at 900 ms, but ends at 900 ms");
    insta::assert_snapshot!(folder.refusal(&ClipOrder { speed_permille: 0, ..good }), @"the order for DIR/clip.bin does not fit: the speed must be 50 to 16000 thousandths, not 0");
    insta::assert_snapshot!(folder.refusal(&ClipOrder { fps: 0, ..good }), @"the order for DIR/clip.bin does not fit: fps must be 1 to 240, not 0");
    insta::assert_snapshot!(folder.refusal(&order(63, 96)), @"the order for DIR/clip.bin does not fit: the width must be even and 2 to 8192 pixels, not 63");
}

#[test]
fn each_broken_clip_is_named_with_its_reason() {
    let folder = Folder::new();
    let good = order(64, 96);
    let whole = std::fs::read(folder.greys(&Made::default())).unwrap();
    let refused = |bytes: &[u8]| {
        folder.bytes(bytes);
        folder.refusal(&good)
    };
    insta::assert_snapshot!(refused(b""), @"DIR/clip.bin is damaged: it is empty (replace it)");
    insta::assert_snapshot!(refused(b"PK\x03\x04 a zip archive"), @"DIR/clip.bin is a zip archive, not an MP4, MOV, WebM or Matroska clip (convert it or choose another file)");
    insta::assert_snapshot!(refused(b"#EXTM3U\nhttp://127.0.0.1:1/x\n"), @"DIR/clip.bin is a playlist, not an MP4, MOV, WebM or Matroska clip (convert it or choose another file)");
    insta::assert_snapshot!(refused(b"\x1A\x45\xDF\xA3"), @"DIR/clip.bin is damaged: its headers: what stands there makes no sense (replace it)");
    insta::assert_snapshot!(refused(&whole[..whole.len() / 2]), @"DIR/clip.bin is damaged: its `mdat` box at 40 claims 1134 bytes and has 1078 (replace it)");
    // As many frames as the field can say.
    let mut many = whole.clone();
    let sizes = many.windows(4).position(|window| window == b"stsz").unwrap();
    many[sizes + 12..sizes + 16].copy_from_slice(&u32::MAX.to_be_bytes());
    insta::assert_snapshot!(refused(&many), @"DIR/clip.bin is too large: its frames are 4294967295, at most 250000 (make it smaller)");
    let mut holed = whole;
    let media = holed.windows(4).position(|window| window == b"mdat").unwrap();
    holed[media + 700..media + 1_000].fill(0x55);
    let text = refused(&holed);
    assert!(text.starts_with("DIR/clip.bin is damaged: its picture at "), "{text}");
}

#[test]
fn other_codecs_and_files_without_pictures_are_refused() {
    let folder = Folder::new();
    let options = vec![];
    folder.greys(&Made { kind: ("mp4", "mpeg4"), options, ..Made::default() });
    insta::assert_snapshot!(folder.refusal(&order(64, 96)), @"DIR/clip.bin cannot be shown: its video codec is mpeg4 (export it again: an sRGB picture, or an H.264 clip in BT.709)");
    let huge = Made { size: (4_100, 2_400), times: vec![0], options: vec![("preset", "ultrafast")], ..Made::default() };
    folder.greys(&huge);
    insta::assert_snapshot!(folder.refusal(&order(64, 96)), @"DIR/clip.bin is too large: a frame's pixels are 9840000, at most 9437184 (make it smaller)");
}

#[test]
fn a_clip_that_shrinks_while_it_is_shown_is_an_error_with_its_sizes() {
    let folder = Folder::new();
    let made =
        Made { size: (320, 320), gop: 1, options: vec![("preset", "ultrafast"), ("crf", "4")], ..Made::default() };
    made.write(&folder.path(), &mut |at, frame| noise(frame, at as u64));
    let bytes = std::fs::metadata(folder.path()).unwrap().len();
    assert!(bytes > 300_000, "{bytes} bytes are more than any buffer");
    let mut clip = Clip::open(&folder.path(), &order(64, 96)).unwrap();
    std::fs::File::options().write(true).open(folder.path()).unwrap().set_len(bytes / 2).unwrap();
    let error = clip.frame(19).unwrap_err();
    assert!(matches!(error, SourceError::Changed { expected, got, .. } if expected == bytes && got < bytes), "{error}");
    assert!(clip.frame(1).is_ok(), "what is still there can still be shown");
}
