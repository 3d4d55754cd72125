use reelpress_vocabulary::{ScriptLimits, Writer, testing};

use super::*;

fn brief(topic: &str) -> Brief {
    let topic = reelpress_vocabulary::Topic { id: topic.to_owned(), ..testing::topic("Bridges") };
    testing::brief(topic, "one")
}

fn script(change: &str) -> Step<Script> {
    let mut draft = testing::draft();
    if !change.is_empty() {
        draft.scenes[2].narration = change.to_owned();
    }
    Step::Next(draft.check(Writer::Person, &ScriptLimits { words_min: 1, ..ScriptLimits::default() }).unwrap())
}

const OTHER: &str = "Snow leopards cross nine mountain ranges alone, and nobody had filmed one of them crossing a river at night until a \
                     camera that was left behind by a shepherd woke up in time.";

#[test]
fn a_near_copy_about_another_topic_is_held_and_the_same_topic_is_not() {
    let earlier = Earlier::default();
    assert!(matches!(earlier.unlike(&brief("a"), script("")), Step::Next(_)));
    assert!(matches!(earlier.unlike(&brief("a"), script("")), Step::Next(_)), "played again after a crash");
    let Step::Hold(reason) = earlier.unlike(&brief("b"), script("")) else { panic!("a copy") };
    insta::assert_snapshot!(reason, @"the script shares about 100 % of its runs of words with an earlier one of niche `science` about another topic, 50 or more is a near copy (look at the feeds: they may carry one story under two names; a release lets it go as it is) (near_copy)");
    assert!(matches!(earlier.unlike(&brief("c"), script(OTHER)), Step::Next(_)));
}

#[test]
fn earlier_scripts_are_known_after_a_restart_and_bounded() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Earlier::in_folder(&folder.path().join("scripts"));
    assert!(matches!(open().unlike(&brief("a"), script("")), Step::Next(_)));
    assert!(matches!(open().unlike(&brief("b"), script("")), Step::Hold(_)));
    let earlier = open();
    for at in 0..KEPT as u64 + 50 {
        let mut signature = [0; HASHES];
        signature.iter_mut().enumerate().for_each(|(place, hash)| *hash = (at * 100 + place as u64) as u32);
        assert_eq!(earlier.take("full", Kept { topic: at, signature }), None);
    }
    let size = fs::metadata(folder.path().join("scripts/full.minhash")).unwrap().len();
    assert!(size <= (KEPT * RECORD) as u64, "{size}");
    // A cut file loses its last record, nothing else.
    fs::write(folder.path().join("scripts/science.minhash"), [7; RECORD + 3]).unwrap();
    assert_eq!(open().read("science").len(), 1);
    assert!(matches!(open().unlike(&brief("e"), script(OTHER)), Step::Next(_)));
    assert_eq!(open().read("science").len(), 2, "what was kept after the cut can be read");
}
