//! Data that its source lets us keep for a limited time only.

use std::io::Read as _;
use std::ops::ControlFlow;

use flate2::read::GzDecoder;
use reelpress_config::FeedKind;

use super::*;
use crate::series::{self, What};
use crate::view::OBSERVATIONS;

const DAY: i64 = 24 * 60;

/// A chart of `YouTube` and a list of somebody else, each in a file; everything may be kept for a year by the config.
fn two_feeds(folder: &Path) -> Settings {
    let kind = FeedKind::YouTube { key: None, region: "US".to_owned(), category: 0, pages: 1, units_a_day: 100 };
    let chart = Feed { kind, ..file_feed("chart", folder.join("chart.json"), FeedFormat::Syndication) };
    let mut settings = settings(vec![chart, file_feed("list", folder.join("list.csv"), FeedFormat::Csv)]);
    settings.trends.keep_observations = Duration::from_secs(365 * 86_400);
    settings.trends.library.half_life.topics = Duration::from_secs(60 * 86_400);
    settings
}

/// Shows a video and a headline that name the day.
fn write_day(folder: &Path, day: i64) {
    let video = serde_json::json!({"items": [{"id": format!("video-{day:05}"),
        "snippet": {"title": format!("Clip{day:03} of the marching band"), "channelTitle": "Band"},
        "statistics": {"viewCount": (1_000 + day).to_string()}}]});
    std::fs::write(folder.join("chart.json"), video.to_string()).unwrap();
    let list = format!("title,count\nBridge{day:03} over the river opens,{}\n", 10 + day);
    std::fs::write(folder.join("list.csv"), list).unwrap();
}

/// Everything that is in the files under a folder, compressed or not.
fn everything(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text += &everything(&path);
            continue;
        }
        let mut bytes = std::fs::read(&path).unwrap();
        if path.extension().is_some_and(|ending| ending == "gz") {
            let packed = std::mem::take(&mut bytes);
            GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
        }
        text += &String::from_utf8_lossy(&bytes);
    }
    text
}

fn days_told(text: &str, word: &str) -> Vec<i64> {
    let mut days = text.split(word).skip(1).map(|rest| rest[..3].parse().unwrap()).collect::<Vec<_>>();
    days.sort_unstable();
    days.dedup();
    days
}

#[tokio::test]
async fn what_youtube_showed_is_gone_after_thirty_days_and_what_others_showed_stays() {
    let (folder, feeds) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let settings = two_feeds(feeds.path());
    let mut desk = open_with(folder.path(), &settings);
    for day in 0..=45 {
        write_day(feeds.path(), day);
        let poll = desk.poll(&settings, later(day * DAY)).await;
        assert!(poll.warning.is_none(), "{:?}", poll.warning);
        assert_eq!(poll.feeds.iter().map(|feed| feed.outcome).collect::<Vec<_>>(), [Outcome::Read; 2]);
    }
    let text = everything(folder.path());
    // On day 45 at noon: what was taken on day 15 at noon is 30 days old, and the rest of that day goes with it.
    assert_eq!(days_told(&text, "Clip"), (16..=45).collect::<Vec<_>>());
    assert_eq!(days_told(&text, "Bridge"), (0..=45).collect::<Vec<_>>());
    let library = desk.view().library(&settings, later(45 * DAY));
    let titles = library.iter().map(|held| held.card.topic.title.as_str()).collect::<String>();
    assert_eq!(days_told(&titles, "Clip").first(), Some(&22), "its evidence may be a week older");
    desk.close().unwrap();

    let mut polls = BTreeMap::<String, usize>::new();
    series::read(&folder.path().join(OBSERVATIONS), None, &mut |record| {
        if let What::Poll { feed, .. } = record.what {
            *polls.entry(feed.to_string()).or_default() += 1;
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(polls, BTreeMap::from([("chart".to_owned(), 30), ("list".to_owned(), 46)]));
    let then = TrendView::open(folder.path(), &settings, Some(later(10 * DAY))).unwrap();
    let titles = then.cards(later(10 * DAY)).into_iter().map(|card| card.topic.title).collect::<Vec<_>>();
    // The headlines of a bridge are one topic, with the earliest of the last week as its title.
    assert_eq!(titles, ["Bridge003 over the river opens"], "a past day is made again, without what is gone");
}

#[tokio::test]
async fn a_chart_that_is_out_of_the_config_is_still_forgotten_in_time() {
    let (folder, feeds) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut settings = two_feeds(feeds.path());
    let mut desk = open_with(folder.path(), &settings);
    write_day(feeds.path(), 0);
    desk.poll(&settings, noon()).await;
    desk.close().unwrap();
    settings.feeds.remove(0);
    let mut desk = open_with(folder.path(), &settings);
    for day in [1, 20, 31, 32] {
        write_day(feeds.path(), day);
        desk.poll(&settings, later(day * DAY)).await;
    }
    let text = everything(folder.path());
    assert_eq!((days_told(&text, "Clip"), days_told(&text, "Bridge")), (vec![], vec![0, 1, 20, 31, 32]));
}
