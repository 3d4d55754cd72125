use std::path::PathBuf;

use proptest::prelude::*;
use reelpress_config::VideoEncoder;
use reelpress_templates::MusicMood;

use super::*;
use crate::encode::{code_sound, segment};
use crate::picture::PlanesMut;
use crate::probe::{Depth, luma_frames, probe};
use crate::sound::{Music, SoundOrder, SpokenPart};
use crate::testing::{Seen, complaints, demuxed, speech, wav};
use crate::watch::Unwatched;

fn spec() -> VideoSpec {
    VideoSpec { width: 64, height: 96, fps: 10, encoder: VideoEncoder::X264, preset: "veryfast".to_owned(), crf: 20 }
}

/// Frame number `at` of a cut: far from the one before it and the one behind it.
fn level(at: u64) -> u8 {
    (30 + at * 37 % 180) as u8
}

fn paint(at: u64, planes: &mut PlanesMut<'_>) {
    planes.y.fill(level(at));
    planes.u.fill(128);
    planes.v.fill(128);
}

/// Segments of these lengths, which show the frames of one cut.
fn segments(spec: &VideoSpec, lengths: &[u64]) -> Vec<Segment> {
    let mut start = 0;
    let one = |length: &u64| {
        let made = segment(spec, *length, &mut |at, planes| paint(start + at, planes), &Unwatched).unwrap();
        start += length;
        made
    };
    lengths.iter().map(one).collect()
}

/// A sound of so many milliseconds.
fn sound(milliseconds: u64) -> CodedSound {
    let voice = wav(&speech(milliseconds.min(2_000), 22_050), 22_050);
    let order = SoundOrder {
        voice: vec![SpokenPart { wav: &voice, start: 0 }],
        cues: Vec::new(),
        samples: (milliseconds * 48) as usize,
        music: Music::Composed(MusicMood { tempo_bpm: 96.0, root_hz: 220.0, minor: false }),
        seed: 7,
        music_db: None,
        duck_db: 8.0,
        loudness_lufs: -20.0,
        true_peak_dbtp: -1.5,
    };
    code_sound(&order, 64_000).unwrap()
}

/// Holds a joined cut to everything that is promised of it, packet by packet and frame by frame.
fn check(lengths: &[u64], sound: Option<&CodedSound>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mp4");
    let pieces = segments(&spec(), lengths);
    let joined = join(&spec(), &pieces, sound, &path).unwrap();
    let total: u64 = lengths.iter().sum();
    assert_eq!(joined, Joined { frames: total, segments: lengths.len() });

    let packets = demuxed(&path, 10);
    let picture: Vec<&Seen> = packets.iter().filter(|seen| seen.is_picture).collect();
    assert_eq!(picture.len() as u64, total);
    assert!(picture.windows(2).all(|pair| pair[1].dts - pair[0].dts == 1), "each is decoded a frame after the last");
    assert!(picture.iter().all(|seen| seen.dts <= seen.pts));
    let mut shown: Vec<i64> = picture.iter().map(|seen| seen.pts).collect();
    shown.sort_unstable();
    assert_eq!(shown, (0..total as i64).collect::<Vec<_>>(), "each frame is shown once");
    let mut start = 0;
    for length in lengths {
        let here = &picture[start as usize..][..*length as usize];
        assert!(here[0].is_key && here[0].pts == start as i64, "a segment begins with a key frame");
        assert!(!here[here.len() - 1].is_key, "and never ends with one");
        start += length;
    }
    let keys: Vec<i64> = picture.iter().filter(|seen| seen.is_key).map(|seen| seen.pts).chain([total as i64]).collect();
    assert!(keys.windows(2).all(|pair| pair[1] - pair[0] <= 20), "{keys:?}");
    assert!(packets.windows(2).all(|pair| pair[1].position > pair[0].position), "read in the order of decoding");

    let report = probe(&path, Depth::Full).unwrap();
    assert!(report.container.moov_before_mdat && report.container.creation_time == 0);
    let decoded = report.decoded.unwrap();
    assert_eq!((decoded.frames, decoded.errors, decoded.gaps, decoded.backward_steps), (total, 0, 0, 0));
    let mut at = 0;
    luma_frames(&path, &mut |frame| {
        assert_eq!(frame.time_ms.round() as u64, at * 100);
        assert!(frame.luma[0].abs_diff(level(at)) <= 3, "frame {at} has {}, not {}", frame.luma[0], level(at));
        at += 1;
    })
    .unwrap();
    assert_eq!(at, total);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn segments_of_any_lengths_are_joined_without_a_gap(lengths in prop::collection::vec(2..48_u64, 1..7)) {
        check(&lengths, None);
    }
}

#[test]
fn picture_and_sound_lie_side_by_side_and_every_packet_of_the_sound_is_there() {
    let sound = sound(6_100);
    check(&[21, 8, 20, 2, 10], Some(&sound));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mp4");
    join(&spec(), &segments(&spec(), &[21, 8, 20, 2, 10]), Some(&sound), &path).unwrap();
    let packets = demuxed(&path, 10);
    let heard: Vec<i64> = packets.iter().filter(|seen| !seen.is_picture).map(|seen| seen.dts).collect();
    assert_eq!(heard, sound.packets().iter().map(|packet| packet.dts).collect::<Vec<_>>());
    // In the file no stream runs ahead of the other by more than the muxer's chunks.
    let (mut picture_ms, mut sound_ms) = (0_i64, 0_i64);
    for seen in &packets {
        if seen.is_picture {
            picture_ms = seen.dts * 100;
        } else {
            sound_ms = seen.dts / 48;
        }
        assert!((picture_ms - sound_ms).abs() <= 600, "{picture_ms} ms of picture, {sound_ms} ms of sound");
    }
    assert_eq!(complaints(&path), "");
}

#[test]
fn another_program_decodes_a_joined_cut_without_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mp4");
    join(&spec(), &segments(&spec(), &[2, 2, 3, 41, 8, 2]), None, &path).unwrap();
    assert_eq!(complaints(&path), "");
}

#[test]
fn picture_and_sound_of_three_minutes_end_together() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mp4");
    let piece = segment(&spec(), 30, &mut paint, &Unwatched).unwrap();
    let sound = sound(180_000);
    join(&spec(), std::iter::repeat_n(&piece, 60), Some(&sound), &path).unwrap();
    let report = probe(&path, Depth::Headers).unwrap();
    let (picture, sound) = (report.video.unwrap().duration_ms, report.audio.unwrap().duration_ms);
    assert!(picture.abs_diff(180_000) <= 1 && sound.abs_diff(180_000) <= 20, "{picture} and {sound} ms");
    assert_eq!(complaints(&path), "");
}

#[test]
fn the_same_segments_give_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("1.mp4"), folder.path().join("2.mp4"));
    let (pieces, sound) = (segments(&spec(), &[12, 5]), sound(1_700));
    for path in [&first, &second] {
        join(&spec(), &pieces, Some(&sound), path).unwrap();
    }
    assert!(std::fs::read(&first).unwrap() == std::fs::read(&second).unwrap());
}

#[test]
fn what_does_not_belong_together_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("cut.mp4");
    let mine = segments(&spec(), &[4]).remove(0);
    let other = |spec: VideoSpec| segments(&spec, &[4]).remove(0);
    let said = |second: &Segment| join(&spec(), [&mine, second], None, &path).unwrap_err().to_string();
    let slower = other(VideoSpec { preset: "slow".to_owned(), ..spec() });
    insta::assert_snapshot!(said(&slower), @"segment 1 cannot be joined: its stream's headers differ from those of segment 0 (another encoder or other settings made it)");
    let fastest = other(VideoSpec { preset: "ultrafast".to_owned(), ..spec() });
    insta::assert_snapshot!(said(&fastest), @"segment 1 cannot be joined: its frames are reordered by 0, those of segment 0 by 2");
    let wider = other(VideoSpec { width: 128, ..spec() });
    insta::assert_snapshot!(said(&wider), @"segment 1 cannot be joined: it is 128x96 pixels at 10 frames a second, the cut 64x96 at 10");
    insta::assert_snapshot!(join(&spec(), [], None, &path).unwrap_err(), @"there is no segment to join");
    let error = join(&spec(), [&mine], Some(&sound(1_000).swapped(3, 4)), &path).unwrap_err();
    insta::assert_snapshot!(error, @"the sound's packet 4 is decoded at sample 2048, before the one in front of it at 3072");
}

#[test]
fn a_full_disk_is_told_apart() {
    let piece = segments(&spec(), &[4]).remove(0);
    let error = join(&spec(), [&piece], None, Path::new("/dev/full")).unwrap_err();
    assert!(matches!(error, JoinError::Write(EncodeError::DiskFull { .. })), "{error:?}");
}
