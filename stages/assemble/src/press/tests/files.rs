//! Files of joined pieces, read by others.

use reelpress_templates::template::{Direction, Easing, Transition, TransitionKind};

use super::*;
use crate::testing::{Seen, complaints, demuxed};

/// Every packet of picture and sound is where the one before it ends.
fn has_no_gap(path: &Path, fps: u32, frames: u64) {
    let packets = demuxed(path, i64::from(fps));
    let (picture, sound): (Vec<&Seen>, Vec<&Seen>) = packets.iter().partition(|packet| packet.is_picture);
    assert!(picture.windows(2).all(|pair| pair[1].dts - pair[0].dts == 1 && pair[0].duration == 1));
    let mut shown: Vec<i64> = picture.iter().map(|packet| packet.pts).collect();
    shown.sort_unstable();
    assert_eq!(shown, (0..frames as i64).collect::<Vec<_>>());
    assert!(sound.windows(2).all(|pair| pair[1].dts == pair[0].dts + pair[0].duration), "the sound has a gap");
    assert!(sound.iter().all(|packet| packet.pts == packet.dts));
}

#[test]
fn cuts_with_every_kind_of_transition_are_decoded_without_a_warning_and_have_no_gap() {
    let folder = tempfile::tempdir().unwrap();
    let mut kinds = vec![TransitionKind::Cut, TransitionKind::CrossFade, TransitionKind::Zoom];
    for to in [Direction::Up, Direction::Down, Direction::Left, Direction::Right] {
        kinds.extend([TransitionKind::Slide(to), TransitionKind::Push(to), TransitionKind::Wipe(to)]);
    }
    let mut hashes = std::collections::BTreeSet::new();
    for kind in kinds {
        let mut edition = Edition::new(2_400);
        // Frames that are reordered.
        edition.settings.preset = "veryfast".to_owned();
        (edition.settings.width, edition.settings.height) = (90, 160);
        edition.template.transition = Transition { kind, ms: 300, easing: Easing::InOut };
        let order = edition.order();
        let pieces = order.plan.pieces().len();
        assert_eq!(pieces, if kind == TransitionKind::Cut { 4 } else { 7 }, "{kind:?}");
        let pressed = pressed(&order, folder.path()).unwrap();
        assert_eq!(complaints(&pressed.video), "", "{kind:?}");
        has_no_gap(&pressed.video, 12, order.plan.frames());
        assert!(hashes.insert(pressed.hash.clone()), "{kind:?} looks like another one");
    }
}
