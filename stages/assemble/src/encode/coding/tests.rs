use proptest::prelude::*;
use reelpress_config::VideoEncoder;

use super::*;
use crate::watch::Unwatched;

/// Small, with frames that are reordered.
fn spec() -> VideoSpec {
    VideoSpec { width: 64, height: 96, fps: 10, encoder: VideoEncoder::X264, preset: "veryfast".to_owned(), crf: 20 }
}

fn grey(level: u8, planes: &mut PlanesMut<'_>) {
    planes.y.fill(level);
    planes.u.fill(128);
    planes.v.fill(128);
}

#[test]
fn segments_of_any_length_and_content_have_the_same_headers_and_delay() {
    let make = |frames: u64, step: u8| {
        segment(&spec(), frames, &mut |at, planes| grey((at as u8).wrapping_mul(step), planes), &Unwatched).unwrap()
    };
    let first = make(2, 0);
    for (frames, step) in [(2, 90), (3, 1), (5, 77), (21, 13), (61, 2)] {
        let other = make(frames, step);
        assert_eq!((other.headers(), other.delay()), (first.headers(), first.delay()), "{frames} frames");
        assert_eq!(other.frames(), frames);
    }
    assert!(first.delay() > 0, "the preset reorders");
}

#[test]
fn a_new_scene_in_the_last_frame_makes_no_key_frame_there() {
    for frames in [2, 9, 21, 41] {
        let paint = &mut |at, planes: &mut PlanesMut<'_>| grey(if at + 1 == frames { 230 } else { 30 }, planes);
        let made = segment(&spec(), frames, paint, &Unwatched).unwrap();
        assert!(made.packets().iter().all(|packet| !packet.is_key || packet.pts + 1 < frames as i64));
    }
}

#[test]
fn the_same_frames_give_the_same_bytes_on_every_worker() {
    let make = || segment(&spec(), 33, &mut |at, planes| grey((at * 5) as u8, planes), &Unwatched).unwrap();
    let alone = make();
    std::thread::scope(|scope| {
        let others: Vec<_> = (0..3).map(|_| scope.spawn(make)).collect();
        for other in others {
            assert_eq!(other.join().unwrap(), alone);
        }
    });
}

#[test]
fn a_segment_holds_no_words_of_the_encoder() {
    let made = segment(&spec(), 4, &mut |at, planes| grey((at * 5) as u8, planes), &Unwatched).unwrap();
    let holds = |packet: &CodedPacket| packet.data.windows(4).any(|bytes| bytes == b"x264");
    assert!(!made.packets().iter().any(holds));
}

#[test]
fn a_segment_of_one_frame_is_refused() {
    let error = segment(&spec(), 1, &mut |_, planes| grey(1, planes), &Unwatched).unwrap_err();
    insta::assert_snapshot!(error, @"a segment of 1 frames is too short (it has 2 at least: give them to a neighbour)");
}

#[test]
fn a_cancelled_segment_stops_before_the_next_frame() {
    struct Never;
    impl Watch for Never {
        fn frame_done(&self, _done: u64, _total: u64) {}
        fn is_cancelled(&self) -> bool {
            true
        }
    }
    let error = segment(&spec(), 9, &mut |_, _| panic!("nothing is painted"), &Never).unwrap_err();
    assert!(matches!(error, EncodeError::Cancelled { frames: 0 }), "{error:?}");
}

#[test]
fn the_encoders_words_are_cut_off_and_nothing_else() {
    let sei = |kind: u8| [&[0, 0, 0, 1, 6, kind, 2, b'x', b'2', 0x80][..], &[0, 0, 0, 1, 0x65, 9, 9]].concat();
    let (comment, rest) = (leading_comment(&sei(5)).unwrap().0.to_vec(), leading_comment(&sei(5)).unwrap().1.to_vec());
    assert_eq!(comment, [6, 5, 2, b'x', b'2', 0x80]);
    assert_eq!(rest, [0, 0, 0, 1, 0x65, 9, 9]);
    assert_eq!(leading_comment(&sei(6)), None, "a recovery point is for the decoder");
    assert_eq!(leading_comment(&[0, 0, 1, 0x65, 9]), None);
    assert_eq!(leading_comment(&[0, 0, 1, 6, 5, 2, 1, 1]), None, "nothing would be left");
    assert_eq!(leading_comment(&[]), None);
}

proptest! {
    #[test]
    fn key_frames_are_near_enough_and_never_last(frames in MIN_SEGMENT_FRAMES..2_000, gop in 2..240_u64) {
        let keys: Vec<u64> = (0..frames).filter(|at| kind(*at, frames, gop) == picture::Type::I).collect();
        prop_assert_eq!(keys[0], 0);
        prop_assert_eq!(keys.len() as u64, frames.div_ceil(gop));
        prop_assert!(keys.windows(2).all(|pair| pair[1] - pair[0] <= gop), "{:?}", keys);
        let last = keys[keys.len() - 1];
        prop_assert!(last + 1 < frames && frames - last <= gop, "{:?}", keys);
    }
}
