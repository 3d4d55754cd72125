use std::path::Path;
use std::time::Duration;

use reelpress_config::MediaPlace;
use reelpress_trends::formats::{Estimate, Feature, NicheFormats};
use reelpress_vocabulary::TopicKind;

use super::*;

fn record(file: &str, more: &str) -> String {
    format!("[[media]]\nfile = {file:?}\nsource = \"own\"\nlicence = \"CC0-1.0\"\nuses = [\"commercial\"]\n{more}\n")
}

fn write(folder: &Path, records: &[String]) {
    std::fs::write(folder.join("licences.toml"), records.concat()).unwrap();
}

fn settings(folder: &Path) -> Arc<Settings> {
    let mut settings = Settings::default();
    settings.media.places = vec![MediaPlace::Folder(folder.to_owned())];
    settings.media.uses = vec!["commercial".to_owned()];
    Arc::new(settings)
}

fn proven(sound: &str) -> Formats {
    let estimate = Estimate {
        feature: Feature::Sound(sound.to_owned()),
        posts: 12,
        effect: 0.5,
        margin: 0.1,
        evidence: Vec::new(),
    };
    let niche = NicheFormats { posts: 12, learnt: None, estimates: vec![estimate] };
    Formats { niches: BTreeMap::from([("space".to_owned(), niche)]) }
}

#[tokio::test]
async fn the_music_that_may_be_used_now_becomes_sounds_once_and_again_when_it_or_its_results_change() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["calm.mp3", "old.mp3", "whoosh.wav", "moon.png", "loud.mp3"] {
        std::fs::write(folder.path().join(file), file).unwrap();
    }
    let calm = record("calm.mp3", "attribution = \"A. Player\"\ntags = [\"night\"]\nmood = [\"calm\"]");
    let mut records = vec![
        calm,
        record("old.mp3", "expires = 2026-11-20"),
        record("whoosh.wav", "kind = \"effect\""),
        record("moon.png", ""),
        record("missing.mp3", ""),
    ];
    write(folder.path(), &records);
    let (settings, nothing) = (settings(folder.path()), Formats::default());
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let mut sounds = Sounds::default();
    assert!(sounds.look(&nothing, &settings, now).await);
    let files = |sounds: &Sounds| sounds.catalogue().iter().map(|one| one.file.clone()).collect::<Vec<_>>();
    assert_eq!(files(&sounds), ["calm.mp3"]);
    assert_eq!(sounds.catalogue()[0].tags, ["night", "calm"]);
    let cards = sounds.news(now).unwrap();
    assert_eq!((cards.len(), cards[0].topic.kind, cards[0].topic.score), (1, TopicKind::Sound, 0.0));
    assert!(sounds.news(now).is_none(), "told once");

    records.push(record("loud.mp3", ""));
    write(folder.path(), &records);
    let later = |hours| now + SignedDuration::from_hours(hours);
    assert!(!sounds.look(&nothing, &settings, later(1)).await, "sounds have their own interval");
    assert!(sounds.look(&nothing, &settings, later(2)).await);
    assert_eq!(files(&sounds), ["calm.mp3", "loud.mp3"]);
    assert_eq!(sounds.news(later(2)).unwrap().len(), 2);

    sounds.learn(&proven("loud.mp3"));
    let cards = sounds.news(later(3)).unwrap();
    assert_eq!(cards[0].topic.title, "loud.mp3");
    assert!((cards[0].topic.score - 0.4).abs() < 1e-9, "{}", cards[0].topic.score);
    assert!(sounds.news(later(26)).is_none());
    assert!(sounds.news(later(27)).is_some(), "so that it stays in the library of elements");
}

#[tokio::test]
async fn a_library_that_cannot_be_read_leaves_what_was_known() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("calm.mp3"), "calm").unwrap();
    write(folder.path(), &[record("calm.mp3", "")]);
    let (settings, nothing) = (settings(folder.path()), Formats::default());
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    let mut sounds = Sounds::default();
    assert!(sounds.look(&nothing, &settings, now).await);
    std::fs::write(folder.path().join("licences.toml"), "[[media").unwrap();
    assert!(!sounds.look(&nothing, &settings, now + SignedDuration::from_hours(3)).await);
    assert_eq!(sounds.catalogue().len(), 1);
}

#[tokio::test]
async fn without_a_library_there_is_nothing_to_give() {
    let mut sounds = Sounds::default();
    let mut settings = Settings::default();
    settings.trends.report.every.sounds = Duration::from_secs(60);
    let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    assert!(!sounds.look(&Formats::default(), &Arc::new(settings), now).await);
    assert!(sounds.news(now).is_none());
}
