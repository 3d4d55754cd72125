use proptest::prelude::*;

use super::*;
use crate::testing::snapshots;

const GREY: [u8; 3] = [120, 128, 128];
const WHITE: [u8; 3] = [235, 128, 128];
const RED: [u8; 3] = [63, 102, 240];

fn times(snapshots: &Snapshots) -> Vec<(u64, u64)> {
    snapshots.iter().map(|snapshot| (snapshot.from_ms, snapshot.to_ms)).collect()
}

/// A picture in which every cell has its own value.
fn noise(seed: u32) -> Vec<u8> {
    (0..64 * 96_u32)
        .map(|at| 16 + ((at ^ seed).wrapping_mul(2_654_435_761).rotate_left(seed % 31) % 220) as u8)
        .collect()
}

fn frame<'a>(y: &'a [u8], chroma: &'a [u8], time_ms: f64) -> Frame<'a> {
    let (u, v) = (chroma, chroma);
    Frame { width: 64, height: 96, y, y_stride: 64, u, v, chroma_stride: 32, time_ms, end_ms: time_ms + 40.0 }
}

#[test]
fn a_still_is_looked_at_once_and_stands_for_all_of_its_time() {
    assert_eq!(times(&snapshots(&[(5_000, GREY)])), [(0, 5_000)]);
}

#[test]
fn every_cut_is_looked_at_even_if_one_frame_was_slipped_in() {
    let cuts = snapshots(&[(2_000, GREY), (40, RED), (2_000, GREY), (1_000, WHITE)]);
    let expected = [(0, 2_000), (2_000, 3_000), (3_000, 4_040), (4_040, 5_040)];
    assert_eq!(times(&cuts), expected, "what comes back is looked at again when it is due");
    let reds: Vec<_> = cuts.iter().map(|snapshot| snapshot.picture.bytes[..3].to_vec()).collect();
    assert!(reds[1][0] > 240 && reds[1][1] < 15 && reds[1][2] < 15, "{reds:?}");
}

#[test]
fn what_moves_slowly_is_looked_at_once_a_second() {
    let chroma = vec![128; 32 * 48];
    let mut sampler = Sampler::new();
    for at in 0..100_u32 {
        let y = vec![40 + at as u8; 64 * 96];
        sampler.picture(&frame(&y, &chroma, f64::from(at) * 40.0));
    }
    assert_eq!(times(&sampler.finish()), [(0, 1_000), (1_000, 2_000), (2_000, 3_000), (3_000, 4_000)]);
}

#[test]
fn a_flicker_between_two_pictures_costs_two_looks() {
    let flicker: Vec<_> = (0..100).map(|at| (40, if at % 2 == 0 { GREY } else { WHITE })).collect();
    assert_eq!(times(&snapshots(&flicker)).len(), 2);
}

#[test]
fn a_picture_that_is_set_into_another_one_for_a_moment_is_looked_at() {
    let chroma = vec![128; 32 * 48];
    let plain = vec![120; 64 * 96];
    let mut inset = plain.clone();
    for row in inset.chunks_mut(64).take(40) {
        row[..32].fill(235);
    }
    let mut sampler = Sampler::new();
    for (at, y) in [&plain, &plain, &inset, &plain, &plain].into_iter().enumerate() {
        sampler.picture(&frame(y, &chroma, at as f64 * 40.0));
    }
    assert_eq!(times(&sampler.finish()), [(0, 80), (80, 200)]);
}

#[test]
fn a_cut_that_changes_all_the_time_keeps_the_most_different_pictures_and_no_more() {
    let chroma = vec![128; 32 * 48];
    let mut sampler = Sampler::new();
    for at in 0..200 {
        sampler.picture(&frame(&noise(at), &chroma, f64::from(at) * 40.0));
    }
    let kept = sampler.finish();
    assert_eq!(kept.len(), MOST_SNAPSHOTS);
    let few = kept.at_most(3);
    assert_eq!((few.len(), times(&few)[0].0, times(&few)[2].1), (3, 0, 8_000), "they stand for all of the cut");
    let colours = snapshots(&[(1_000, GREY), (1_000, [124, 128, 128]), (1_000, RED)]).at_most(2);
    assert_eq!(times(&colours), [(0, 2_000), (2_000, 3_000)], "what is most like the one before it goes");
    assert!(kept.at_most(0).is_empty());
}

#[test]
fn a_big_picture_is_kept_small_in_its_shape_and_its_colours() {
    let (y, chroma) = (vec![235; 1_100 * 1_920], vec![128; 550 * 960]);
    let (u, v) = (&chroma, &chroma);
    let mut sampler = Sampler::new();
    let frame = Frame {
        width: 1_080,
        height: 1_920,
        y: &y,
        y_stride: 1_100,
        u,
        v,
        chroma_stride: 550,
        time_ms: 0.0,
        end_ms: 1.0,
    };
    sampler.picture(&frame);
    let kept = sampler.finish();
    let picture = &kept.iter().next().unwrap().picture;
    assert_eq!((picture.width, picture.height, picture.bytes.len()), (288, 512, 288 * 512 * 3));
    assert!(picture.bytes.iter().all(|channel| *channel == 255));
}

proptest! {
    #[test]
    fn no_frame_makes_it_panic_and_what_is_kept_covers_the_time_without_gaps(
        frames in prop::collection::vec(
            (0..40_usize, 0..40_usize, 0..50_usize, 0..50_usize, 0..4_000_usize, -50.0..5_000.0_f64, 0..6_u8), 0..30,
        ),
    ) {
        let mut sampler = Sampler::new();
        let mut time = 0.0;
        for (width, height, y_stride, chroma_stride, length, step, value) in frames {
            let plane = vec![value.wrapping_mul(50); length];
            let (y, u, v) = (&plane, &plane, &plane);
            time = f64::max(0.0, time + step);
            let frame = Frame { width, height, y, y_stride, u, v, chroma_stride, time_ms: time, end_ms: time + 40.0 };
            sampler.picture(&frame);
            sampler.picture(&Frame { end_ms: f64::NAN, ..frame });
        }
        let kept = sampler.finish();
        prop_assert!(kept.len() <= MOST_SNAPSHOTS);
        for (one, next) in kept.iter().zip(kept.iter().skip(1)) {
            prop_assert_eq!(one.to_ms, next.from_ms);
        }
    }
}
