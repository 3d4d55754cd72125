use std::sync::OnceLock;

use proptest::prelude::*;

use super::*;
use crate::testing::{order, pressed};

/// One real cut, pressed once for all tests of a process.
fn cut() -> &'static [u8] {
    static CUT: OnceLock<Vec<u8>> = OnceLock::new();
    CUT.get_or_init(|| {
        let scratch = tempfile::tempdir().unwrap();
        let pressed = pressed(&order(2_000), scratch.path()).unwrap();
        std::fs::read(&pressed.video).unwrap()
    })
}

fn look_at(bytes: &[u8], depth: Depth) -> Result<MediaReport, String> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    probe(file.path(), depth).map_err(|error| error.to_string().replace(&file.path().display().to_string(), "FILE"))
}

/// Where a box's name stands.
fn find(bytes: &[u8], kind: [u8; 4]) -> usize {
    bytes.windows(4).position(|window| *window == kind).unwrap()
}

#[test]
fn says_what_is_wrong_with_a_file_that_is_no_mp4() {
    let refused = |bytes: &[u8]| look_at(bytes, Depth::Full).unwrap_err();
    insta::assert_snapshot!(refused(b""), @"FILE is not an MP4 file: it has 0 bytes");
    insta::assert_snapshot!(refused(b"PK\x03\x04 a zip archive"), @"FILE is not an MP4 file: it does not begin with an `ftyp` box");
    insta::assert_snapshot!(refused(b"#EXTM3U\nhttp://127.0.0.1:1/x\n"), @"FILE is not an MP4 file: it does not begin with an `ftyp` box");
    insta::assert_snapshot!(refused(b"\0\0\0\x10ftypisom\0\0\0\0"), @"FILE is damaged: it has no `moov` or no `mdat` box");
    let gone = probe(Path::new("/nowhere/cut.mp4"), Depth::Headers).unwrap_err();
    insta::assert_snapshot!(gone, @"could not read /nowhere/cut.mp4");
    let folder = probe(Path::new("/"), Depth::Headers).unwrap_err();
    insta::assert_snapshot!(folder, @"/ is not an MP4 file: it is not a regular file");
}

#[test]
fn a_truncated_file_is_told_by_its_sizes() {
    let whole = cut();
    let error = look_at(&whole[..whole.len() - 1_000], Depth::Headers).unwrap_err();
    assert!(error.starts_with("FILE is damaged: its `mdat` box at "), "{error}");
}

#[test]
fn a_box_that_claims_four_gigabytes_is_refused_without_reading_them() {
    let mut bytes = cut().to_vec();
    let moov = find(&bytes, *b"moov");
    bytes[moov - 4..moov].copy_from_slice(&u32::MAX.to_be_bytes());
    let error = look_at(&bytes, Depth::Full).unwrap_err();
    assert!(error.contains("its `moov` box at 32 claims 4294967295 bytes"), "{error}");
}

#[test]
fn a_stream_of_another_codec_is_not_decoded() {
    let mut bytes = cut().to_vec();
    let entry = find(&bytes, *b"avc1");
    // The brand `avc1` may stand in `ftyp`; the sample entry is the one inside `moov`.
    let entry = if entry < find(&bytes, *b"moov") { entry + 4 + find(&bytes[entry + 4..], *b"avc1") } else { entry };
    bytes[entry..entry + 4].copy_from_slice(b"mp4v");
    assert_eq!(look_at(&bytes, Depth::Headers).unwrap().video.unwrap().codec, "mp4v");
    insta::assert_snapshot!(look_at(&bytes, Depth::Full).unwrap_err(), @"could not open FILE");
}

#[test]
fn damage_in_the_media_is_counted_and_not_painted_over() {
    let mut bytes = cut().to_vec();
    let media = find(&bytes, *b"mdat") + 4;
    // A third of it, so that pictures are hit and not the sound between them alone.
    let third = (bytes.len() - media) / 3;
    bytes[media + third..media + 2 * third].fill(0x55);
    let report = look_at(&bytes, Depth::Full).unwrap();
    assert!(report.decoded.unwrap().errors > 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    /// Headers with any bytes changed give a report or an error, never a panic, and never take long.
    #[test]
    fn no_change_to_the_headers_makes_it_panic(
        changes in proptest::collection::vec((0_usize..4_000, any::<u8>()), 1..20),
        full in proptest::bool::weighted(0.25),
    ) {
        let mut bytes = cut().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        drop(look_at(&bytes, if full { Depth::Full } else { Depth::Headers }));
    }

    #[test]
    fn no_truncation_makes_it_panic(keep in 0_usize..8_000) {
        prop_assert!(look_at(&cut()[..keep], Depth::Full).is_err());
    }
}

#[test]
fn who_looks_on_sees_every_frame_and_hears_every_sample_of_the_same_decoding() {
    #[derive(Default)]
    struct Onlooker {
        times: Vec<f64>,
        last_end: f64,
        samples: u64,
    }
    impl Observer for Onlooker {
        fn picture(&mut self, picture: &YuvFrame<'_>) {
            let YuvFrame { luma, u, v, chroma_stride, end_ms } = *picture;
            assert_eq!((luma.width, luma.height), (270, 480));
            assert!(chroma_stride >= 135 && u.len() >= chroma_stride * 239 + 135 && u.len() == v.len());
            self.times.push(luma.time_ms);
            self.last_end = end_ms;
        }

        fn sound(&mut self, rate: u32, left: &[f32], right: &[f32]) {
            assert_eq!((rate, left.len()), (48_000, right.len()));
            self.samples += left.len() as u64;
        }
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), cut()).unwrap();
    let mut onlooker = Onlooker::default();
    let report = probe_with(file.path(), &mut onlooker).unwrap();
    assert_eq!(report, probe(file.path(), Depth::Full).unwrap(), "looking on changes nothing");
    let decoded = report.decoded.unwrap();
    assert_eq!(onlooker.times.len() as u64, decoded.frames);
    assert!(onlooker.times.is_sorted() && onlooker.last_end > onlooker.times[onlooker.times.len() - 1]);
    assert_eq!((onlooker.samples as f64 / 48.0).round() as u64, decoded.audio_ms);
}
