use std::collections::BTreeMap;
use std::io::Write as _;

use super::*;
use crate::testing;

type Numbers = Vec<(Box<str>, f64)>;

fn run(input: &Path) -> (Summary, tempfile::TempDir) {
    let out = tempfile::tempdir().unwrap();
    let summary = replay(input, out.path(), &Options::default(), &mut |_| ()).unwrap();
    (summary, out)
}

fn lines(path: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn recording(polls: usize, source: &str) -> String {
    let mut text = String::new();
    for poll in 0..polls {
        let at = Timestamp::from_second(1_704_068_000 + 1_800 * poll as i64).unwrap();
        let item = |rank: usize| {
            let id = poll / 3 + rank * 7 % 40;
            serde_json::json!({"rank": rank, "id": id, "title": format!("title {id}"), "points": poll * 3 + rank})
        };
        let items: Vec<_> = (1..=20).map(item).collect();
        text += &serde_json::json!({"fetched_at": at, "source": source, "items": items}).to_string();
        text.push('\n');
    }
    text
}

fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn reports_come_at_even_hours_and_name_nothing_before_it_was_seen() {
    let (_folder, path) = written("feed.ndjson", recording(200, "test").as_bytes());
    let (summary, out) = run(&path);
    let mut first = BTreeMap::new();
    for poll in polls(&path).unwrap() {
        let poll = poll.unwrap();
        for item in poll.items {
            first.entry(item.key).or_insert(poll.at);
        }
    }
    let reports = lines(&out.path().join("reports.ndjson"));
    assert_eq!(reports.len() as u64, summary.sources[0].reports);
    assert_eq!(reports[0]["t"], "2024-01-01T02:00:00Z");
    for report in &reports {
        let t: Timestamp = report["t"].as_str().unwrap().parse().unwrap();
        assert_eq!(t.as_second() % 7_200, 0);
        let items = report["items"].as_array().unwrap();
        assert!(!items.is_empty() && items.len() <= MOST_REPORTED);
        assert!(items.iter().all(|id| first[&id.to_string()] <= t), "{t}");
    }
    for alert in lines(&out.path().join("alerts.ndjson")) {
        let t: Timestamp = alert["t"].as_str().unwrap().parse().unwrap();
        assert!(first[&alert["id"].to_string()] <= t);
        // Numbers stay numbers.
        assert!(alert["id"].is_u64());
    }
}

#[test]
fn the_same_recording_packed_or_cut_into_files_gives_the_same_bytes() {
    let text = recording(120, "test");
    let (_plain, path) = written("feed.ndjson", text.as_bytes());
    let (_, whole) = run(&path);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    let (_packed, path) = written("feed.ndjson.gz", &packer.finish().unwrap());
    let (_, packed) = run(&path);
    let folder = tempfile::tempdir().unwrap();
    let all: Vec<&str> = text.lines().collect();
    for (index, part) in all.chunks(50).enumerate() {
        // Names against the order of time.
        std::fs::write(folder.path().join(format!("{}.ndjson", 9 - index)), part.join("\n")).unwrap();
    }
    let (_, cut) = run(folder.path());
    for name in ["reports.ndjson", "alerts.ndjson"] {
        let expected = std::fs::read(whole.path().join(name)).unwrap();
        assert_eq!(std::fs::read(packed.path().join(name)).unwrap(), expected, "{name}, packed");
        assert_eq!(std::fs::read(cut.path().join(name)).unwrap(), expected, "{name}, cut");
    }
}

#[test]
fn several_sources_get_a_folder_each() {
    let (_folder, path) = written("feeds.ndjson", (recording(30, "one") + &recording(30, "../two")).as_bytes());
    let (summary, out) = run(&path);
    let mut folders: Vec<_> =
        std::fs::read_dir(out.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    folders.sort();
    assert_eq!(folders.len(), 2);
    assert!(folders[0].starts_with("___two-") && folders[1] == "one", "{folders:?}");
    assert!(summary.sources.iter().all(|source| source.folder.join("reports.ndjson").exists()));
}

#[test]
fn bad_lines_are_counted_and_named() {
    let text = format!("no json\n{}\n{{\"fetched_at\":\"soon\"}}\n\n[1,2]\n", recording(10, "test"));
    let (_folder, path) = written("feed.ndjson", text.as_bytes());
    let (summary, _out) = run(&path);
    assert_eq!((summary.bad, summary.sources[0].polls), (3, 10));
    assert_eq!(summary.bad_lines.iter().map(|bad| bad.line).collect::<Vec<_>>(), [1, 13, 15]);
    assert_eq!(summary.bad_lines[1].why, "its `fetched_at` is no time");
}

#[test]
fn what_holds_no_poll_is_an_error_that_says_what_was_expected() {
    let (_folder, path) = written("feed.ndjson", b"{}\n");
    let out = tempfile::tempdir().unwrap();
    let error = replay(&path, out.path(), &Options::default(), &mut |_| ()).unwrap_err().to_string();
    assert!(
        error.ends_with("holds no polls (expected NDJSON with one poll a line: fetched_at, source, items)"),
        "{error}"
    );
    assert!(replay(Path::new("/no/such/place"), out.path(), &Options::default(), &mut |_| ()).is_err());
}

#[test]
fn a_count_is_chosen_by_its_name_and_a_level_that_falls_is_none() {
    let mut attention = Attention::default();
    let poll =
        |n: f64| vec![("a".to_owned(), vec![("comments".into(), n), ("score".into(), 2.0 * n), ("heat".into(), 1.0)])];
    let learn = |attention: &mut Attention, items: &[(String, Numbers)]| {
        attention.learn(items.iter().map(|(key, counts)| (key.as_str(), counts.as_slice())));
    };
    learn(&mut attention, &poll(1.0));
    assert_eq!(attention.name(), Some("score"));
    let mut attention = Attention::default();
    for n in 0..100 {
        let level = f64::from(n * 7 % 5);
        learn(&mut attention, &[("a".to_owned(), vec![("hot".into(), level), ("laughs".into(), f64::from(n))])]);
    }
    // "hot" goes up and down; "laughs" has no known name, but it grows.
    assert_eq!(attention.name(), Some("laughs"));
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let read = ["15,430,995", "20K+", "1.5M", "12.3万", "2亿", "", "many"].map(attention::number);
    assert_eq!(
        read,
        [Some(15_430_995.0), Some(20_000.0), Some(1_500_000.0), Some(123_000.0), Some(200_000_000.0), None, None]
    );
}

#[test]
fn a_markdown_digest_is_a_poll_a_heading() {
    let text = "# x\n\n## 2025-12-21 11:32\n\n### First\n\n<iframe src=\"https://v.example/embed/abc-_1\"></iframe>\n\n\
                1,000 views | 20 likes | 3 comments\n\n### Second\n";
    let polls = digest::read(text, "videos");
    assert_eq!(polls.len(), 1);
    assert_eq!(polls[0].at.to_string(), "2025-12-21T11:32:00Z");
    let (first, second) = (&polls[0].items[0], &polls[0].items[1]);
    assert_eq!((first.key.as_str(), first.rank, second.key.as_str()), ("\"abc-_1\"", Some(1), "\"Second\""));
    assert_eq!(first.counts[0], ("views".into(), 1_000.0));
}

#[test]
fn the_recorded_samples_are_replayed() {
    let Some(folder) = testing::samples("trends") else { return };
    let (summary, out) = run(&folder.join("youtube-format-sample"));
    assert_eq!((summary.bad, summary.sources[0].polls, summary.sources[0].reports), (0, 5, 5));
    assert_eq!(lines(&out.path().join("reports.ndjson"))[4]["items"].as_array().unwrap().len(), 50);
    let (summary, _out) = run(&folder.join("zhihu-format-sample"));
    let polls: Vec<(&str, u64)> = summary.sources.iter().map(|one| (one.source.as_str(), one.polls)).collect();
    assert_eq!((summary.bad, polls), (0, vec![("zhihu", 72), ("zhihu-format-sample", 3)]));
}
