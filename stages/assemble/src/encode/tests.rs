use std::path::PathBuf;

use reelpress_config::VideoEncoder;

use super::*;
use crate::probe::{Depth, probe};
use crate::watch::Unwatched;

const FRAMES: u64 = 45;

fn spec() -> VideoSpec {
    VideoSpec { width: 64, height: 96, fps: 10, encoder: VideoEncoder::X264, preset: "ultrafast".to_owned(), crf: 20 }
}

/// A file of one segment.
fn encode(spec: &VideoSpec, path: &Path, paint: &mut dyn FnMut(u64, &mut PlanesMut<'_>)) -> Result<Joined, JoinError> {
    let piece = segment(spec, FRAMES, paint, &Unwatched).unwrap();
    join(spec, [&piece], None, path)
}

/// A grey that rises with each frame, so that a frame can be told from its neighbours.
fn grey(frame: u64, planes: &mut PlanesMut<'_>) {
    planes.y.fill(40 + (frame * 4) as u8);
    planes.u.fill(128);
    planes.v.fill(128);
}

#[test]
fn a_full_disk_is_told_apart() {
    // Every write to this device fails the way a full disk does.
    let error = encode(&spec(), Path::new("/dev/full"), &mut grey).unwrap_err();
    let JoinError::Write(cause) = &error else { panic!("{error:?}") };
    insta::assert_snapshot!(cause, @"could not write /dev/full: no space left (free some, the press goes on by itself)");
    assert_eq!(reelpress_core::Fault::remedy(&crate::AssembleError::Join(error)), reelpress_core::Remedy::StopStage);
}

#[test]
fn a_folder_that_is_not_there_is_an_error_with_its_path() {
    let error = encode(&spec(), Path::new("/nowhere/cut.mp4"), &mut grey).unwrap_err();
    let JoinError::Write(cause) = &error else { panic!("{error:?}") };
    insta::assert_snapshot!(cause, @"could not write /nowhere/cut.mp4");
}

#[test]
fn a_path_is_never_taken_for_a_protocol() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("pipe:1");
    encode(&spec(), &path, &mut grey).unwrap();
    assert!(path.is_file());
}

#[test]
fn every_frame_is_asked_for_once_in_order_and_lands_at_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mp4");
    let mut asked = Vec::new();
    let mut paint = |frame, planes: &mut PlanesMut<'_>| {
        asked.push(frame);
        grey(frame, planes);
    };
    encode(&spec(), &path, &mut paint).unwrap();
    assert_eq!(asked, (0..FRAMES).collect::<Vec<_>>());
    let mut seen = Vec::new();
    crate::luma_frames(&path, &mut |frame| seen.push((frame.time_ms.round() as u64, frame.luma[0]))).unwrap();
    assert_eq!(seen.len(), 45);
    for (at, (time_ms, luma)) in seen.iter().enumerate() {
        assert_eq!(*time_ms, at as u64 * 100);
        assert!(luma.abs_diff(40 + at as u8 * 4) <= 2, "frame {at} has {luma}");
    }
}

#[test]
fn key_frames_are_at_most_two_seconds_apart_and_nothing_refers_across_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mp4");
    // A preset with B-frames, which an open group would let refer across its key frame.
    encode(&VideoSpec { preset: "veryfast".to_owned(), ..spec() }, &path, &mut grey).unwrap();
    let video = probe(&path, Depth::Headers).unwrap().video.unwrap();
    assert!(video.keyframes.len() >= 3, "{:?}", video.keyframes);
    assert!(video.keyframes.windows(2).all(|pair| pair[1] - pair[0] <= 20), "{:?}", video.keyframes);
    assert_eq!(nal_kinds_of_key_frames(&path), vec![5; video.keyframes.len()], "all of them IDR");
}

/// The slice type's NAL unit number of each packet flagged as a key frame: 5 is IDR, which closes the group before it.
fn nal_kinds_of_key_frames(path: &Path) -> Vec<u8> {
    let mut input = ffmpeg_next::format::input(path).unwrap();
    let mut kinds = Vec::new();
    for (_, packet) in input.packets().filter(|(_, packet)| packet.is_key()) {
        let mut rest = packet.data().unwrap();
        while let Some((length, unit)) = rest.split_first_chunk::<4>() {
            let kind = unit[0] & 0x1F;
            if kind <= 5 {
                kinds.push(kind);
                break;
            }
            rest = &unit[u32::from_be_bytes(*length) as usize..];
        }
    }
    kinds
}
