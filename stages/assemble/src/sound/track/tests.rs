use std::f64::consts::TAU;
use std::process::Command;

use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::util::channel_layout::ChannelLayout;
use ffmpeg_next::{Rational, encoder};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::testing::wav;
use crate::watch::Unwatched;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn read(path: &Path) -> Result<Track, TrackError> {
    read_track(path, TrackLimits::default(), &Unwatched)
}

/// What is wrong with a file of these bytes; its folder is left out.
fn refused(name: &str, bytes: &[u8]) -> String {
    let folder = folder();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let error = read(&path).unwrap_err().to_string();
    assert!(error.contains(path.to_str().unwrap()), "the file is named: {error}");
    error.replace(folder.path().to_str().unwrap(), "media")
}

/// A 440 Hz tone through one of libav's encoders.
fn made(folder: &TempDir, name: &str, codec: &str, format: Sample, rate: i32, seconds: f64) -> PathBuf {
    quiet();
    let path = folder.path().join(name);
    let mut output = format::output(&path).unwrap();
    let codec = encoder::find_by_name(codec).unwrap();
    let mut context = codec::Context::new_with_codec(codec).encoder().audio().unwrap();
    context.set_rate(rate);
    context.set_format(format);
    context.set_channel_layout(ChannelLayout::STEREO);
    context.set_bit_rate(128_000);
    context.set_time_base(Rational::new(1, rate));
    context.set_flags(Flags::GLOBAL_HEADER);
    let mut encoder = context.open_as(codec).unwrap();
    output.add_stream_with(encoder.as_ref()).unwrap().set_time_base(Rational::new(1, rate));
    output.write_header().unwrap();
    let total = (seconds * f64::from(rate)) as usize;
    let block = match encoder.frame_size() {
        0 => 1_024,
        size => size as usize,
    };
    let tone = |at: usize| ((at as f64 * 440.0 / f64::from(rate) * TAU).sin() * 0.5) as f32;
    let mut flush = |encoder: &mut encoder::Audio| {
        let mut packet = Packet::empty();
        while encoder.receive_packet(&mut packet).is_ok() {
            // The encoder's last word is a new header without a frame.
            if packet.size() == 0 {
                continue;
            }
            packet.set_stream(0);
            packet.rescale_ts(Rational::new(1, rate), output.stream(0).unwrap().time_base());
            packet.write_interleaved(&mut output).unwrap();
        }
    };
    for start in (0..total).step_by(block) {
        let count = block.min(total - start);
        let mut frame = frame::Audio::new(format, count, ChannelLayout::STEREO);
        frame.set_rate(rate as u32);
        frame.set_pts(Some(start as i64));
        for at in 0..count {
            let level = tone(start + at);
            if format == PLANAR {
                frame.plane_mut::<f32>(0)[at] = level;
                frame.plane_mut::<f32>(1)[at] = level;
            } else if format == Sample::F32(Type::Packed) {
                frame.plane_mut::<(f32, f32)>(0)[at] = (level, level);
            } else {
                let level = (level * 32_767.0) as i16;
                frame.plane_mut::<(i16, i16)>(0)[at] = (level, level);
            }
        }
        encoder.send_frame(&frame).unwrap();
        flush(&mut encoder);
    }
    encoder.send_eof().unwrap();
    flush(&mut encoder);
    output.write_trailer().unwrap();
    if codec.name() == "flac" {
        // How many samples there are stands in that header, 8 + 14 bytes into the file.
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[22..26].copy_from_slice(&(total as u32).to_be_bytes());
        std::fs::write(&path, bytes).unwrap();
    }
    path
}

const PLANAR: Sample = Sample::F32(Type::Planar);

/// Every kind that is read: file, encoder, its samples, its rate.
const KINDS: [(&str, &str, Sample, i32); 7] = [
    ("tone.mp3", "libmp3lame", PLANAR, 44_100),
    ("tone.m4a", "aac", PLANAR, 44_100),
    ("tone.aac", "aac", PLANAR, 48_000),
    ("tone.ogg", "libvorbis", PLANAR, 44_100),
    ("tone.opus", "libopus", Sample::F32(Type::Packed), 48_000),
    ("tone.flac", "flac", Sample::I16(Type::Packed), 44_100),
    ("tone.wav", "pcm_s16le", Sample::I16(Type::Packed), 22_050),
];

#[test]
fn every_kind_of_music_file_is_read_at_its_length_pitch_and_level() {
    let folder = folder();
    for (name, codec, format, rate) in KINDS {
        let track = read(&made(&folder, name, codec, format, rate, 3.0)).unwrap();
        assert!((track.seconds() - 3.0).abs() < 0.06, "{name}: {} s", track.seconds());
        let middle = &track.sound().left[48_000..96_000];
        let crossings = middle.windows(2).filter(|pair| pair[0] <= 0.0 && pair[1] > 0.0).count();
        assert!((438..=442).contains(&crossings), "{name}: {crossings}");
        let peak = middle.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
        assert!((peak - 0.5).abs() < 0.03, "{name}: {peak}");
        assert!(
            track.sound().right[48_000..96_000].iter().zip(middle).all(|(right, left)| (right - left).abs() < 0.02)
        );
    }
}

#[test]
fn a_file_is_known_by_its_bytes_and_not_by_its_name() {
    let folder = folder();
    let path = made(&folder, "tone.mp3", "libmp3lame", PLANAR, 44_100, 1.0);
    let renamed = folder.path().join("concat:song.wav");
    std::fs::rename(path, &renamed).unwrap();
    assert!((read(&renamed).unwrap().seconds() - 1.0).abs() < 0.06);
}

#[test]
fn what_is_no_sound_file_is_refused_by_name() {
    insta::assert_snapshot!(refused("song.mp3", b"PK\x03\x04zip"), @"media/song.mp3 is not a sound file: it is a ZIP archive (MP3, M4A, AAC, OGG, FLAC and WAV are read)");
    insta::assert_snapshot!(refused("song.mp3", b""), @"media/song.mp3 is not a sound file: it is empty (MP3, M4A, AAC, OGG, FLAC and WAV are read)");
    insta::assert_snapshot!(refused("song.ogg", b"\x89PNG\r\n"), @"media/song.ogg is not a sound file: it is a PNG picture (MP3, M4A, AAC, OGG, FLAC and WAV are read)");
    insta::assert_snapshot!(refused("song.wav", b"#EXTM3U\nhttp://example.com/a.mp3"), @"media/song.wav is not a sound file: it begins with [23, 45, 58, 54] (MP3, M4A, AAC, OGG, FLAC and WAV are read)");
    let nowhere = read(Path::new("/nowhere/song.mp3")).unwrap_err();
    insta::assert_snapshot!(nowhere, @"could not read the sound file /nowhere/song.mp3");
    insta::assert_snapshot!(read(Path::new("/dev/zero")).unwrap_err(), @"/dev/zero is not a file");
    let pipe = folder();
    let path = pipe.path().join("song.mp3");
    if Command::new("mkfifo").arg(&path).status().is_ok_and(|status| status.success()) {
        assert!(matches!(read(&path), Err(TrackError::NotAFile { .. })), "a pipe must not be waited for");
    }
}

#[test]
fn a_film_is_refused_and_says_so() {
    let folder = folder();
    let path = folder.path().join("song.m4a");
    let spec = crate::VideoSpec {
        width: 64,
        height: 64,
        fps: 10,
        encoder: reelpress_config::VideoEncoder::X264,
        preset: "ultrafast".to_owned(),
        crf: 30,
    };
    let piece = crate::segment(&spec, 10, &mut |_, planes| planes.y.fill(100), &Unwatched).unwrap();
    crate::join(&spec, [&piece], None, &path).unwrap();
    let error = read(&path).unwrap_err();
    assert!(matches!(&error, TrackError::Unsupported { why, .. } if why.starts_with("it is a film")), "{error}");
}

#[test]
fn files_that_are_cut_off_are_damaged() {
    let folder = folder();
    for (name, codec, format, rate) in KINDS {
        // Nothing in raw AAC says how long it should be.
        if name == "tone.aac" {
            continue;
        }
        let path = made(&folder, name, codec, format, rate, 3.0);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() * 6 / 10]).unwrap();
        let read = read(&path).map(|track| track.seconds());
        assert!(matches!(read, Err(TrackError::Damaged { .. })), "{name}: {read:?}");
    }
}

#[test]
fn absurd_headers_are_refused() {
    let plain = wav(&[1; 4_000], 22_050);
    let changed = |at: usize, bytes: &[u8]| {
        let mut file = plain.clone();
        file[at..at + bytes.len()].copy_from_slice(bytes);
        refused("song.wav", &file)
    };
    insta::assert_snapshot!(changed(24, &4_000_000_000_u32.to_le_bytes()), @"the sound file media/song.wav is damaged: Invalid data found when processing input (replace it)");
    insta::assert_snapshot!(changed(24, &1_u32.to_le_bytes()), @"the sound file media/song.wav cannot be used: it has 1 samples a second, not 8000 to 192000");
    insta::assert_snapshot!(changed(22, &600_u16.to_le_bytes()), @"the sound file media/song.wav is damaged: Invalid argument (replace it)");
    insta::assert_snapshot!(changed(22, &6_u16.to_le_bytes()), @"the sound file media/song.wav cannot be used: it has 6 channels (mix it down to stereo)");
    insta::assert_snapshot!(changed(40, &400_000_000_u32.to_le_bytes()), @"the sound file media/song.wav is damaged: its samples end at byte 400000044 and it has 8044 (replace it)");
    insta::assert_snapshot!(changed(20, &0x7777_u16.to_le_bytes()), @"the sound file media/song.wav is damaged: Decoder not found (replace it)");
    insta::assert_snapshot!(refused("song.wav", &plain[..44]), @"the sound file media/song.wav is damaged: its samples end at byte 8044 and it has 44 (replace it)");
}

#[test]
fn limits_hold_in_bytes_and_seconds_and_a_watcher_can_stop_it() {
    struct Impatient;
    impl Watch for Impatient {
        fn frame_done(&self, _done: u64, _total: u64) {}
        fn is_cancelled(&self) -> bool {
            true
        }
    }
    let folder = folder();
    let path = made(&folder, "tone.flac", "flac", Sample::I16(Type::Packed), 44_100, 3.0);
    let second = read_track(&path, TrackLimits { seconds: 1, ..TrackLimits::default() }, &Unwatched).unwrap();
    assert!((second.seconds() - 1.0).abs() < 0.001);
    let small = TrackLimits { bytes: 100, ..TrackLimits::default() };
    assert!(matches!(read_track(&path, small, &Unwatched), Err(TrackError::TooLarge { limit: 100, .. })));
    assert!(matches!(read_track(&path, TrackLimits::default(), &Impatient), Err(TrackError::Cancelled { .. })));
}

#[test]
fn samples_that_are_no_numbers_do_not_get_into_a_mix() {
    let folder = folder();
    let path = folder.path().join("song.wav");
    let mut bytes = wav(&[0; 8_000], 48_000);
    bytes[20] = 3;
    bytes[32] = 4;
    bytes[34] = 32;
    for (at, value) in [(0, f32::NAN), (1, f32::INFINITY), (2, 1e30), (3, 0.25)] {
        bytes[44 + at * 4..48 + at * 4].copy_from_slice(&f32::to_le_bytes(value));
    }
    std::fs::write(&path, &bytes).unwrap();
    let track = read(&path).unwrap();
    assert_eq!(track.sound().left[..5], [0.0, 0.0, 8.0, 0.25, 0.0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn no_bytes_make_it_panic_or_hang(
        kind in 0_usize..KINDS.len(),
        faults in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        length in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let folder = folder();
        let (name, codec, format, rate) = KINDS[kind];
        let path = made(&folder, name, codec, format, rate, 0.5);
        let mut bytes = std::fs::read(&path).unwrap();
        for (at, value) in faults {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cut {
            bytes.truncate(length.index(bytes.len()));
        }
        std::fs::write(&path, &bytes).unwrap();
        if let Err(error) = read(&path) {
            prop_assert!(error.to_string().contains(name), "{}", error);
        }
    }
}
