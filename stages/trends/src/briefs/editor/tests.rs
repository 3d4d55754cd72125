use reelpress_config::FormatsLearnt;
use reelpress_core::ItemId;
use reelpress_vocabulary::{HookType, Structure, testing};

use super::*;
use crate::saturation::TAKEN;
use crate::testing::{account, at, name, niche, settings};

const NOW: &str = "2026-11-21T12:00:00Z";

fn studio() -> Settings {
    let mut settings = settings(vec![]);
    let mut space = niche(&[], &[]);
    space.routing.formats = FormatsLearnt { min_posts: 2, ..FormatsLearnt::default() };
    settings.niches = [(name("space"), space), (name("tech"), niche(&[], &[]))].into();
    settings.accounts = [(name("a"), account(&["space", "tech"]))].into();
    settings.trends.saturation.ours = 1;
    settings
}

fn topic(id: &str, title: &str) -> Topic {
    Topic { id: id.to_owned(), ..testing::topic(title) }
}

#[tokio::test]
async fn what_was_taken_is_known_after_a_restart_by_its_notes() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Arc::new(studio());
    let mut editor = Editor::open(folder.path(), &[]);
    let topics = [topic("1", "Voyager probe answers after months of silence")];
    assert_eq!(editor.prepare(&settings, &topics, at(NOW)).await, Prepared::default(), "no endpoint, nothing asked");
    let whys = BTreeMap::from([("1".to_owned(), "rises".to_owned())]);
    let made = editor.orders(&settings, &topics, &whys, at(NOW)).unwrap();
    assert_eq!(
        (made.briefs.len(), made.passed_over.len()),
        (1, 1),
        "one for `space`, and `tech` would be one too many"
    );
    assert_eq!(made.briefs[0].1.dossier.why, "rises");
    let noted = editor.taken(&made.briefs[0].1, at(NOW));
    assert_eq!(noted.topic, TAKEN);
    let notes = [Note { item: ItemId::from_parts(1, 2), at_millis: 0, noted }];
    let again = [topic("2", "After months of silence, Voyager probe answers")];
    for mut editor in [editor, Editor::open(folder.path(), &notes)] {
        let made = editor.orders(&settings, &again, &whys, at("2026-11-22T12:00:00Z")).unwrap();
        let passed = made.passed_over.iter().map(|one| format!("{}: {}", one.niche, one.why)).collect::<Vec<_>>();
        assert_eq!((made.briefs.len(), passed.len()), (0, 2), "{passed:?}");
        assert_eq!(passed[0], "space: saturated: 1 cut of ours in 7 days");
        let explained = editor.explain(&settings, &again[0], at("2026-11-22T12:00:00Z")).unwrap();
        assert_eq!(explained[0].to_string(), "space: not taken: saturated: 1 cut of ours in 7 days");
    }
    let mut forgetful = Editor::open(folder.path(), &[]);
    assert_eq!(
        forgetful.orders(&settings, &again, &whys, at(NOW)).unwrap().briefs.len(),
        1,
        "the notes made the difference"
    );
}

#[test]
fn lists_that_cannot_be_used_stop_the_orders_until_they_can() {
    let folder = tempfile::tempdir().unwrap();
    let mut broken = studio();
    broken.trends.sensitive.lists = Some(folder.path().join("none.toml"));
    let mut editor = Editor::open(folder.path(), &[]);
    let topics = [topic("1", "A quiet day")];
    assert!(editor.orders(&Arc::new(broken), &topics, &BTreeMap::new(), at(NOW)).is_err(), "nothing goes unlooked at");
    assert_eq!(editor.orders(&Arc::new(studio()), &topics, &BTreeMap::new(), at(NOW)).unwrap().briefs.len(), 1);
}

#[test]
fn own_results_reach_the_next_briefs_and_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Arc::new(studio());
    let mut editor = Editor::open(folder.path(), &[]);
    let day = |days: i64| at(NOW).checked_add(SignedDuration::from_hours(24 * days)).unwrap();
    let (mut posts, mut results) = (Vec::new(), Vec::new());
    for number in 0..40_i64 {
        let (hook, views) = if number % 2 == 0 { (HookType::Question, 4_000) } else { (HookType::Statement, 900) };
        let item = format!("post-{number}");
        posts.push(OwnPost {
            item: item.clone(),
            handle: String::new(),
            niche: "space".to_owned(),
            account: "a".to_owned(),
            template: "bold".to_owned(),
            structure: Some(Structure { hook, words: 70, scenes: 4 }),
            sound: None,
            hashtags: Vec::new(),
        });
        let (item, account) = (Some(item), Some("a".to_owned()));
        let (published, views) = (Some(day(number)), Some(views));
        let post = format!("7{number}");
        results.push(OwnResult { post, item, account, published, at: day(number + 2), views, ..OwnResult::default() });
    }
    let first = |editor: &mut Editor| {
        editor.orders(&settings, &[topic("1", "A quiet day")], &BTreeMap::new(), at(NOW)).unwrap().briefs[0].1.clone()
    };
    assert_eq!(first(&mut editor).format, None);
    editor.learn(&settings, &results, &posts, day(50)).unwrap();
    let format = first(&mut editor).format.expect("learnt");
    assert_eq!(format.hook, Some(HookType::Question));
    assert_eq!(first(&mut Editor::open(folder.path(), &[])).format, Some(format));
}
