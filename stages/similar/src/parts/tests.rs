use proptest::prelude::*;

use super::*;
use crate::hash::Hash;

fn part(kind: PartKind, content: u8, shown_ms: (u32, u32)) -> Part {
    Part { kind, content: [content; 32], shown_ms, taken_ms: None, looks: Vec::new(), shared_on_purpose: false }
}

fn picture(content: u8, shown_ms: (u32, u32)) -> Part {
    part(PartKind::Picture, content, shown_ms)
}

#[test]
fn the_same_pictures_for_other_times_are_the_same_screen_time() {
    let one = [picture(1, (0, 4_000)), picture(2, (4_000, 10_000))];
    let two = [picture(2, (0, 3_000)), picture(9, (3_000, 12_000))];
    let found = repeated(&one, &two, 31).unwrap();
    assert_eq!((found.here, found.there, found.pairs.as_slice()), (0.6, 0.25, [(1, 0)].as_slice()));
}

#[test]
fn a_picture_that_was_saved_anew_or_mirrored_is_the_same_by_its_look() {
    let hash = Hash([0x0123_4567_89AB_CDEF; 4]);
    let near =
        Hash([0x0123_4567_89AB_CDEF ^ 0xFF, 0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF, 0x0123_4567_89AB_CDEF]);
    let look = |content: u8, hash: Hash, mirrored: Hash, quality: u8| {
        let looks = vec![View { hash, mirrored, quality }];
        Part { looks, ..picture(content, (0, 1_000)) }
    };
    let (other, far) = (Hash([0xF0F0_1234; 4]), Hash([1; 4]));
    let one = look(1, hash, other, 90);
    assert!(same(&one, &look(2, near, far, 90), 31));
    assert!(same(&one, &look(2, other, far, 90), 31) && same(&look(2, other, far, 90), &one, 31), "mirrored");
    assert!(!same(&one, &look(2, far, Hash([2; 4]), 90), 31));
    assert!(!same(&look(1, hash, other, 20), &look(2, hash, other, 20), 31), "what shows nothing is not the same");
}

#[test]
fn two_stretches_of_one_clip_are_two_sources() {
    let clip = |taken: (u32, u32)| Part { taken_ms: Some(taken), ..part(PartKind::Clip, 1, (0, 3_000)) };
    assert!(!same(&clip((0, 3_000)), &clip((60_000, 63_000)), 31));
    assert!(same(&clip((0, 3_000)), &clip((1_000, 4_000)), 31));
}

#[test]
fn what_the_niche_shows_in_each_cut_does_not_count() {
    let backdrop = Part { shared_on_purpose: true, ..picture(7, (0, 9_000)) };
    let one = [backdrop.clone(), picture(1, (9_000, 10_000))];
    let two = [backdrop.clone(), picture(2, (9_000, 10_000))];
    assert_eq!(repeated(&one, &two, 31).map(|found| found.share()), Some(0.0));
    assert_eq!(repeated(&one[..1], &two, 31), None);
}

#[test]
fn music_is_no_screen_time() {
    let song = part(PartKind::Music, 3, (0, 10_000));
    assert_eq!(repeated(std::slice::from_ref(&song), std::slice::from_ref(&song), 31), None);
}

#[test]
fn a_moment_with_two_pictures_counts_once() {
    let one = [picture(1, (0, 10_000)), picture(2, (5_000, 10_000)), picture(3, (0, 10_000))];
    assert_eq!(repeated(&one, &[picture(2, (0, 1_000))], 31).map(|found| found.here), Some(0.5));
    assert_eq!(repeated_anywhere(&one, |part| part.content[0] == 1), Some(1.0));
    assert_eq!(repeated_anywhere(&[], |_| true), None);
}

proptest! {
    #[test]
    fn shares_are_shares_and_the_same_from_both_sides(
        one in prop::collection::vec((0_u8..5, 0_u32..9_000, 0_u32..9_000), 0..8),
        two in prop::collection::vec((0_u8..5, 0_u32..9_000, 0_u32..9_000), 0..8),
    ) {
        let parts = |list: &[(u8, u32, u32)]| -> Vec<Part> {
            list.iter().map(|(content, from, to)| picture(*content, (*from, *to))).collect()
        };
        let (one, two) = (parts(&one), parts(&two));
        let (there, back) = (repeated(&one, &two, 31), repeated(&two, &one, 31));
        prop_assert_eq!(there.as_ref().map(|found| (found.here, found.there)), back.map(|found| (found.there, found.here)));
        if let Some(found) = there {
            prop_assert!((0.0..=1.0).contains(&found.here) && (0.0..=1.0).contains(&found.there));
        }
    }
}
