mod limited;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Feed, FeedFormat, Settings};
use reelpress_vocabulary::{Label, TopicKind};

use super::{Outcome, Poll, TrendDesk, read_once};
use crate::error::TrendsError;
use crate::testing::{Server, at, file_feed, name, rss, samples, settings, url_feed};
use crate::view::TrendView;

const NOON: &str = "2026-11-21T12:00:00Z";

fn noon() -> Timestamp {
    at(NOON)
}

fn later(minutes: i64) -> Timestamp {
    noon() + SignedDuration::from_mins(minutes)
}

fn outcomes(poll: &Poll) -> Vec<(String, Outcome)> {
    poll.feeds.iter().map(|report| (report.feed.to_string(), report.outcome)).collect()
}

fn titles(poll: &Poll) -> Vec<&str> {
    poll.topics.iter().map(|topic| topic.title.as_str()).collect()
}

/// A server whose answer a test can change while it runs.
async fn changeable(answer: impl Fn() -> Response + Send + Sync + 'static) -> Server {
    let answer = Arc::new(answer);
    Server::start(Router::new().route(
        "/",
        get(move || {
            let answer = answer.clone();
            async move { answer() }
        }),
    ))
    .await
}

fn rss_feed(name: &str, server: &Server) -> Feed {
    url_feed(name, &server.url("/"), FeedFormat::Syndication)
}

fn write_polls(path: &Path, polls: &[(i64, &[(&str, u64)])]) {
    let lines = polls.iter().map(|(minute, items)| {
        let items = items.iter().enumerate().map(|(at, (title, score))| {
            serde_json::json!({"rank": at + 1, "id": title, "title": title, "url": format!("https://example.org/{}", title.replace(' ', "-")), "score": score})
        });
        serde_json::json!({"fetched_at": later(*minute).to_string(), "items": items.collect::<Vec<_>>()}).to_string()
    });
    std::fs::write(path, lines.collect::<Vec<_>>().join("\n")).unwrap();
}

fn open(folder: &Path) -> TrendDesk {
    open_with(folder, &Settings::default())
}

fn open_with(folder: &Path, settings: &Settings) -> TrendDesk {
    TrendDesk::open(folder, settings, noon()).unwrap()
}

#[tokio::test]
async fn one_story_over_two_feeds_is_one_topic_with_one_id_for_good() {
    let folder = tempfile::tempdir().unwrap();
    let first = rss(&[
        ("Rocket lands safely at sea", "https://www.example.org/rocket?utm_source=a", "Sat, 21 Nov 2026 11:00:00 GMT"),
        ("Library extends opening times", "https://example.org/library", "Sat, 21 Nov 2026 11:30:00 GMT"),
    ]);
    let second = rss(&[("Splashdown!", "http://example.org/rocket", "Sat, 21 Nov 2026 11:45:00 GMT")]);
    let (one, two) = (
        changeable(move || first.clone().into_response()).await,
        changeable(move || second.clone().into_response()).await,
    );
    let settings = settings(vec![rss_feed("one", &one), rss_feed("two", &two)]);
    let mut desk = open(folder.path());
    let poll = desk.poll(&settings, noon()).await;
    assert_eq!(titles(&poll), ["Rocket lands safely at sea", "Library extends opening times"]);
    assert_eq!(poll.topics[0].evidence.len(), 2);
    assert_eq!(poll.topics[0].feeds, 2);
    assert!(poll.warning.is_none(), "{:?}", poll.warning);
    drop(desk);

    let mut again = open(folder.path());
    assert!(again.warnings().is_empty());
    assert_eq!(again.next_due(&settings, later(1)), Some(later(15)), "what is due survives a restart");
    assert!(again.poll(&settings, later(1)).await.feeds.is_empty());
    let next = again.poll(&settings, later(15)).await;
    assert_eq!(outcomes(&next), [("one".to_owned(), Outcome::Unchanged), ("two".to_owned(), Outcome::Unchanged)]);
    let ids = |poll: &Poll| poll.topics.iter().map(|topic| topic.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&next), ids(&poll));
}

#[tokio::test]
async fn one_feed_down_stops_nobody_and_waits_longer_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let good = rss(&[("Rocket lands safely at sea", "https://example.org/rocket", "Sat, 21 Nov 2026 11:00:00 GMT")]);
    let up = changeable(move || good.clone().into_response()).await;
    let down = changeable(|| (StatusCode::INTERNAL_SERVER_ERROR, "no").into_response()).await;
    let page = changeable(|| "<!doctype html><html></html>".into_response()).await;
    let settings = settings(vec![rss_feed("down", &down), rss_feed("page", &page), rss_feed("up", &up)]);
    let mut desk = open(folder.path());
    let poll = desk.poll(&settings, noon()).await;
    assert_eq!(poll.topics.len(), 1);
    assert_eq!(
        poll.feeds.iter().map(|report| report.outcome).collect::<Vec<_>>(),
        [Outcome::Failed, Outcome::Failed, Outcome::Read]
    );
    let error = poll.feeds[0].error.clone().unwrap().replace(&down.address.to_string(), "HOST");
    insta::assert_snapshot!(error, @"feed `down`: http://HOST/ answered 500");
    let waits = |poll: &Poll| (poll.feeds[0].next.duration_since(noon())).as_mins();
    assert_eq!(waits(&poll), 30);
    let (mut now, mut seen) = (poll.feeds[0].next, Vec::new());
    for _ in 0..6 {
        let poll = desk.poll(&settings, now).await;
        seen.push(poll.feeds[0].next.duration_since(now).as_mins());
        now = poll.feeds[0].next;
    }
    assert_eq!(seen, [60, 120, 240, 360, 360, 360]);
}

#[tokio::test]
async fn retry_after_and_gone_are_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let busy = changeable(|| (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "7200")]).into_response()).await;
    let gone = changeable(|| StatusCode::GONE.into_response()).await;
    let mut settings = settings(vec![rss_feed("busy", &busy), rss_feed("gone", &gone)]);
    let mut desk = open(folder.path());
    let poll = desk.poll(&settings, noon()).await;
    assert_eq!((poll.feeds[0].next, poll.feeds[0].outcome), (later(120), Outcome::Failed));
    assert_eq!((poll.feeds[1].next, poll.feeds[1].outcome), (later(24 * 60), Outcome::Gone));
    settings.feeds[1] = Feed { name: settings.feeds[1].name.clone(), ..rss_feed("x", &busy) };
    assert_eq!(desk.next_due(&settings, later(1)), Some(later(1)), "a new address is asked at once");
}

#[tokio::test]
async fn an_etag_is_sent_and_an_empty_answer_forgets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let good = rss(&[("Rocket lands safely at sea", "https://example.org/rocket", "Sat, 21 Nov 2026 11:00:00 GMT")]);
    let answer = move |headers: HeaderMap| {
        let (asked, good) = (asked.clone(), good.clone());
        async move {
            let tag = headers.get(header::IF_NONE_MATCH).map(|tag| tag.to_str().unwrap().to_owned());
            match (asked.fetch_add(1, Ordering::SeqCst), tag.as_deref()) {
                (0, None) => ([(header::ETAG, "\"1\"")], good).into_response(),
                (1, Some("\"1\"")) => StatusCode::NOT_MODIFIED.into_response(),
                (2, Some("\"1\"")) => ([(header::ETAG, "\"2\"")], "").into_response(),
                (3, None) => good.into_response(),
                other => panic!("asked wrongly: {other:?}"),
            }
        }
    };
    let server = Server::start(Router::new().route("/", get(answer))).await;
    let settings = settings(vec![rss_feed("news", &server)]);
    let mut desk = open(folder.path());
    let mut seen = Vec::new();
    for round in 0..4 {
        let poll = desk.poll(&settings, later(round * 15)).await;
        assert_eq!(titles(&poll), ["Rocket lands safely at sea"], "round {round}");
        seen.push((poll.feeds[0].outcome, poll.feeds[0].unchanged));
    }
    assert_eq!(seen, [(Outcome::Read, 0), (Outcome::NotModified, 1), (Outcome::Empty, 1), (Outcome::Unchanged, 2)]);
}

#[tokio::test]
async fn what_climbs_is_called_rising_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("polls.ndjson");
    let names = (0..18).map(|at| format!("Common matter number {at}")).collect::<Vec<_>>();
    let polls = (0..24_i64).map(|hour| {
        let mut list = names.iter().zip(0_u64..).map(|(name, at)| (name.as_str(), 900 - at * 50)).collect::<Vec<_>>();
        list.insert(9, ("Large old story stays", 4_000));
        let climbed = usize::try_from(hour - 19).unwrap_or(0);
        list.insert(17 - climbed * 3, ("Fresh discovery rises", 3 + climbed as u64 * 200));
        (hour * 60 - 24 * 60, list)
    });
    let polls = polls.collect::<Vec<_>>();
    let polls = polls.iter().map(|(minute, items)| (*minute, items.as_slice())).collect::<Vec<_>>();
    write_polls(&path, &polls);
    let settings = settings(vec![file_feed("list", &path, FeedFormat::Ndjson)]);
    let mut desk = open(&folder.path().join("memory"));
    let poll = desk.poll(&settings, noon()).await;
    let place = |title| titles(&poll).iter().position(|known| *known == title).unwrap();
    assert_ne!(poll.topics[place("Large old story stays")].label, Label::Rising);
    let topic = &poll.topics[place("Fresh discovery rises")];
    assert_eq!((topic.label, topic.feeds, topic.first_seen), (Label::Rising, 1, Some(later(-24 * 60))));
    assert!(poll.why[&topic.id].starts_with("list: "), "{}", poll.why[&topic.id]);
    assert_eq!((poll.feeds[0].items, topic.evidence[0].count), (480, Some(803)));

    let again = desk.poll(&settings, later(15)).await;
    assert_eq!((again.feeds[0].outcome, again.feeds[0].items), (Outcome::Unchanged, 0));
}

#[tokio::test]
async fn limits_of_the_settings_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("topics.csv");
    std::fs::write(&path, "title,published\nOld bridge closes,2026-11-18\nNew bridge opens,2026-11-21 11:00\nCat climbs tower,2026-11-21 10:00\n").unwrap();
    let feed = file_feed("table", &path, FeedFormat::Csv);
    let mut settings = settings(vec![feed.clone()]);
    let with = |settings: &Settings| {
        (open(&folder.path().join(format!("m{}{}", settings.trends.take, settings.trends.min_score))), settings.clone())
    };
    let (mut desk, all) = with(&settings);
    assert_eq!(titles(&desk.poll(&all, noon()).await), ["New bridge opens", "Cat climbs tower"]);
    settings.trends.take = 1;
    let (mut desk, few) = with(&settings);
    assert_eq!(titles(&desk.poll(&few, noon()).await), ["New bridge opens"]);
    settings.trends.min_score = 17.0;
    let (mut desk, none) = with(&settings);
    assert!(desk.poll(&none, noon()).await.topics.is_empty());
    let once = read_once(&feed, &none, noon()).await.unwrap();
    assert_eq!(once.len(), 3, "a person who names a feed gets all of it");
}

#[tokio::test]
async fn a_damaged_state_is_made_again_from_the_observations_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let settings = rolling(folder.path(), 6).await;
    let before = open_with(folder.path(), &settings).view().cards(later(90));
    assert!(!before.is_empty());
    std::fs::write(folder.path().join("state.json.gz"), "not gzip").unwrap();
    let desk = open_with(folder.path(), &settings);
    assert!(matches!(desk.warnings(), [TrendsError::Damaged { .. }]), "{:?}", desk.warnings());
    assert_eq!(desk.view().cards(later(90)), before);
    std::fs::write(folder.path().join("file"), "").unwrap();
    let refused = TrendDesk::open(&folder.path().join("file/x"), &settings, noon());
    assert!(matches!(refused, Err(TrendsError::Folder { .. })));
}

#[tokio::test]
async fn a_memory_that_cannot_be_saved_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("memory");
    let mut desk = open(&inner);
    std::fs::remove_dir_all(&inner).unwrap();
    let path = folder.path().join("topics.csv");
    std::fs::write(&path, "title\nNew bridge opens\n").unwrap();
    let settings = settings(vec![file_feed("table", &path, FeedFormat::Csv)]);
    let poll = desk.poll(&settings, noon()).await;
    assert!(matches!(poll.warning, Some(TrendsError::Save { .. })), "{:?}", poll.warning);
    assert_eq!(titles(&poll), ["New bridge opens"], "the topics are right all the same");
}

/// A list that moves, polled each quarter of an hour so many times by a desk that is then killed.
async fn rolling(folder: &Path, polls: i64) -> Settings {
    let path = folder.join("list.csv");
    let settings = settings(vec![file_feed("list", &path, FeedFormat::Csv)]);
    let mut desk = open_with(folder, &settings);
    for round in 0..polls {
        let rows = (0..12_i64).map(|place| {
            let id = (place * 5 + round / 3) % 31;
            format!("{},Report of matter number {id} arrives,{}\n", place + 1, id * 10 + round * place)
        });
        std::fs::write(&path, format!("rank,title,count\n{}", rows.collect::<String>())).unwrap();
        let poll = desk.poll(&settings, later(round * 15)).await;
        assert_eq!(poll.feeds[0].outcome, Outcome::Read, "{:?}", poll.feeds);
        if round == polls / 2 {
            std::fs::copy(folder.join("state.json.gz"), folder.join("older")).unwrap();
        }
    }
    settings
}

#[tokio::test]
async fn after_a_kill_the_state_is_made_again_from_an_older_one_and_from_none() {
    let folder = tempfile::tempdir().unwrap();
    let settings = rolling(folder.path(), 40).await;
    let now = later(39 * 15);
    let whole = open_with(folder.path(), &settings);
    let known =
        |desk: &TrendDesk| (desk.view().cards(now), desk.view().report(now), desk.view().library(&settings, now));
    assert!(known(&whole).1.elements.len() >= 5 && !known(&whole).2.is_empty());
    std::fs::rename(folder.path().join("older"), folder.path().join("state.json.gz")).unwrap();
    let older = open_with(folder.path(), &settings);
    assert_eq!(known(&older), known(&whole));
    let asking = |desk: &TrendDesk| desk.view().memory.feeds.values().next().unwrap().asking.clone();
    assert_eq!(asking(&older), asking(&whole), "they are written each round, after what was learned with them");
    std::fs::remove_file(folder.path().join("state.json.gz")).unwrap();
    std::fs::remove_dir_all(folder.path().join("days")).unwrap();
    assert_eq!(known(&open_with(folder.path(), &settings)), known(&whole));
    let observations = folder.path().join("observations/2026-11-21.polls");
    let bytes = std::fs::read(&observations).unwrap();
    std::fs::write(&observations, &bytes[..bytes.len() - 1]).unwrap();
    let torn = open_with(folder.path(), &settings);
    assert!(matches!(torn.warnings(), [TrendsError::TornObservations { .. }]), "{:?}", torn.warnings());
    assert_eq!(known(&torn).0, known(&whole).0, "only the end of the last round was cut off");
}

#[tokio::test]
async fn a_start_on_a_new_day_learns_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let settings = rolling(folder.path(), 8).await;
    let tomorrow = later(24 * 60);
    let learned = |desk: &TrendDesk| serde_json::to_value(&desk.view().memory.feeds).unwrap();
    let before = learned(&open_with(folder.path(), &settings));
    for _ in 0..3 {
        let desk = TrendDesk::open(folder.path(), &settings, tomorrow).unwrap();
        assert_eq!(learned(&desk), before);
        desk.close().unwrap();
    }
}

#[tokio::test]
async fn a_past_time_gives_what_it_gave_then() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    let settings = settings(vec![file_feed("list", &path, FeedFormat::Csv)]);
    let mut desk = open_with(folder.path(), &settings);
    let mut then = Vec::new();
    for round in 0..36_i64 {
        let rows = (0..12_i64).map(|place| {
            let id = (place * 5 + round / 2) % 47;
            format!("{},Report of matter number {id} arrives,{}\n", place + 1, id * 10 + round * place)
        });
        std::fs::write(&path, format!("rank,title,count\n{}", rows.collect::<String>())).unwrap();
        let now = later(round * 60);
        desk.poll(&settings, now).await;
        let view = desk.view();
        let told =
            (view.report(now).markdown(), view.cards(now), view.library(&settings, now), view.explain("matter", now));
        then.push((now, told));
    }
    assert!(then[30].1.0.contains("Report of matter"));
    for (now, told) in then.iter().step_by(8) {
        let view = TrendView::open(folder.path(), &settings, Some(*now)).unwrap();
        let again = (
            view.report(*now).markdown(),
            view.cards(*now),
            view.library(&settings, *now),
            view.explain("matter", *now),
        );
        assert_eq!(again, *told, "as of {now}");
    }
    assert!(folder.path().join("days/2026-11-22.json.gz").exists(), "a past day begins at its own state");
}

#[tokio::test]
async fn feeds_of_one_host_are_asked_one_after_the_other() {
    let running = Arc::new(Mutex::new((0_u32, 0_u32)));
    let seen = running.clone();
    let answer = move || {
        let running = running.clone();
        async move {
            {
                let mut running = running.lock().unwrap();
                running.0 += 1;
                running.1 = running.1.max(running.0);
            }
            tokio::task::yield_now().await;
            running.lock().unwrap().0 -= 1;
            rss(&[("Rocket lands safely at sea", "https://example.org/rocket", "Sat, 21 Nov 2026 11:00:00 GMT")])
        }
    };
    let server = Server::start(Router::new().route("/", get(answer))).await;
    let folder = tempfile::tempdir().unwrap();
    let feeds = ["a", "b", "c", "d"].map(|name| rss_feed(name, &server));
    let poll = TrendDesk::open(folder.path(), &Settings::default(), noon())
        .unwrap()
        .poll(&settings(feeds.to_vec()), noon())
        .await;
    assert_eq!(poll.topics[0].evidence.len(), 4);
    assert_eq!(seen.lock().unwrap().1, 1);
}

#[tokio::test]
async fn links_that_stand_under_every_title_do_not_join_topics() {
    let folder = tempfile::tempdir().unwrap();
    let list = "https://example.org/trending?geo=US";
    let body = rss(&[
        ("first thing", list, "Sat, 21 Nov 2026 11:00:00 GMT"),
        ("other matter", list, "Sat, 21 Nov 2026 11:10:00 GMT"),
    ]);
    let server = changeable(move || body.clone().into_response()).await;
    let poll = TrendDesk::open(folder.path(), &Settings::default(), noon())
        .unwrap()
        .poll(&settings(vec![rss_feed("a", &server)]), noon())
        .await;
    assert_eq!(poll.topics.len(), 2);
}

#[tokio::test]
async fn the_real_front_page_is_replayed_within_bounds() {
    let Some(path) = samples("trends/hn-frontpage-2021-11_2022-01/snapshots.ndjson.gz") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings(vec![file_feed("hn", path, FeedFormat::Ndjson)]);
    settings.trends.max_bytes = 64 << 20;
    settings.trends.max_age = Duration::from_hours(24);
    let mut desk = open(folder.path());
    let poll = desk.poll(&settings, at("2021-12-15T12:00:00Z")).await;
    assert_eq!(poll.feeds[0].outcome, Outcome::Read);
    assert!(poll.topics.len() > 20, "{:?}", poll.feeds);
    assert!(poll.topics.iter().all(|topic| (0.0..=1.0).contains(&topic.score)));
    // Job offers on the list have no points; stories do.
    assert!(poll.topics.iter().filter(|topic| topic.evidence[0].count.is_some()).count() > 20);
    let size = std::fs::metadata(folder.path().join("state.json.gz")).unwrap().len();
    assert!(size < 4 << 20, "{size} bytes for one feed");
}

#[tokio::test]
async fn the_real_feeds_can_be_read_once() {
    for (file, format, least) in [
        ("feeds/nasa-breaking-news-2021-06.rss", FeedFormat::Syndication, 9),
        ("trends/zhihu-format-sample/snapshots-3days.ndjson.gz", FeedFormat::Ndjson, 100),
    ] {
        let Some(path) = samples(file) else { return };
        let mut settings = settings(vec![]);
        settings.trends.max_bytes = 8 << 20;
        let topics = read_once(&file_feed("sample", path, format), &settings, noon()).await.unwrap();
        assert!(topics.len() >= least, "{file}: {}", topics.len());
        assert!(topics.windows(2).all(|pair| pair[0].score >= pair[1].score));
    }
}

#[tokio::test]
async fn an_item_is_taken_out_of_its_topic_and_put_back_and_both_outlast_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("topics.csv");
    let rows = "Rocket lands safely at sea,https://example.org/a\nSplashdown at last,https://example.org/b\n";
    std::fs::write(&path, format!("title,link\n{rows}")).unwrap();
    let two = Feed { name: name("two"), ..file_feed("two", &path, FeedFormat::Csv) };
    let settings = settings(vec![file_feed("one", &path, FeedFormat::Csv), two]);
    let mut desk = open_with(folder.path(), &settings);
    desk.poll(&settings, noon()).await;
    let before = desk.view().explain("splashdown", noon());
    let topic = before[0].card.topic.id.clone();
    let member = format!("{}/{}", before[0].members[0].feed, before[0].members[0].key);
    assert_eq!(before[0].members.len(), 2, "{before:?}");
    insta::assert_snapshot!(desk.split("nothing", &member, &settings, noon()).unwrap_err(), @"there is no topic `nothing`");
    desk.split(&topic, &member, &settings, noon()).unwrap();
    drop(desk);
    let mut desk = open_with(folder.path(), &settings);
    desk.poll(&settings, later(15)).await;
    let of = |desk: &TrendDesk| {
        desk.view().explain(&topic, later(15)).into_iter().find(|found| found.card.topic.id == topic).unwrap()
    };
    assert_eq!(of(&desk).members.len(), 1, "it does not come back by itself");
    let change = of(&desk).changes[0].id();
    desk.undo(TopicKind::Topic, change, &settings, later(16)).unwrap();
    drop(desk);
    assert_eq!(of(&open_with(folder.path(), &settings)).members.len(), 2);
}

/// Ninety days of 50,000 observations each, from ten feeds of fifty places; prints what reading back and a report cost.
#[test]
#[ignore = "a measurement of some minutes: run it alone, in release"]
#[expect(clippy::too_many_lines, reason = "a measurement reads from top to bottom")]
fn ninety_days_are_read_back_and_a_report_is_made() {
    use crate::series::{Record, Series, Shown, What, read};
    let folder = tempfile::tempdir().unwrap();
    let begin = at("2026-08-23T00:00:00Z");
    let mut series = Series::open(&folder.path().join("observations"), begin).unwrap().0;
    let feeds = (0..10).map(|feed| file_feed(&format!("list{feed}"), "x.csv", FeedFormat::Csv)).collect::<Vec<_>>();
    let settings = settings(feeds.clone());
    let mut rows = 0_u64;
    for poll in 0..90 * 100_i64 {
        let taken = begin + SignedDuration::from_secs(poll * 864);
        for (turn, feed) in (0_i64..).zip(&feeds) {
            let items = (0..50_i64).map(|place| {
                let id = poll / 4 + (place * 7 + turn) % 50;
                let title = format!("Story {id} of list {turn} tells what happened at place {}", id * 31 % 977);
                let count = Some((id * 3 + poll * (place % 5)).unsigned_abs());
                crate::read::Sighted {
                    id: Some(id.to_string()),
                    title,
                    rank: Some(place as u32 + 1),
                    count,
                    ..Default::default()
                }
            });
            let shown = Shown::List(items.collect());
            rows += 50;
            series.append(&Record { taken, what: What::Poll { feed: feed.name.clone(), at: taken, shown } }).unwrap();
        }
        if poll % 25 == 0 {
            series.append(&Record { taken, what: What::Mark { word: "round".to_owned(), body: Vec::new() } }).unwrap();
        }
    }
    drop(series);
    let observations = folder.path().join("observations");
    let bytes: u64 =
        std::fs::read_dir(&observations).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum();
    let clock = tokio::time::Instant::now;
    let start = clock();
    let mut seen = 0_u64;
    read(&observations, None, &mut |record| {
        if let What::Poll { shown: Shown::List(items), .. } = record.what {
            seen += items.len() as u64;
        }
        std::ops::ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(seen, rows);
    let reading = start.elapsed();
    let now = begin + SignedDuration::from_hours(24 * 90);
    let start = clock();
    let desk = TrendDesk::open(folder.path(), &settings, now).unwrap();
    let rebuilt = start.elapsed();
    let start = clock();
    let cards = desk.view().cards(now).len();
    let carding = start.elapsed();
    let start = clock();
    let report = desk.view().report(now);
    let sparks = desk.view().sparks(report.elements.iter().map(|element| &element.card), now).unwrap().len();
    let reporting = start.elapsed();
    desk.close().unwrap();
    let state = std::fs::metadata(folder.path().join("state.json.gz")).unwrap().len();
    let start = clock();
    drop(TrendDesk::open(folder.path(), &settings, now).unwrap());
    let opening = start.elapsed();
    #[expect(clippy::print_stderr, reason = "a measurement that the one who runs it wants to see")]
    {
        eprintln!(
            "{rows} observations, {:.2} bytes each; read in {reading:.1?}; everything learned anew in {rebuilt:.1?}",
            bytes as f64 / rows as f64
        );
        eprintln!(
            "{cards} cards in {carding:.1?}; a report of {} with {sparks} sparklines in {reporting:.1?}",
            report.elements.len()
        );
        eprintln!("state {state} bytes, opened in {opening:.1?}");
    }
}
