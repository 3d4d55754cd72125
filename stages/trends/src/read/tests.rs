use std::io::Write as _;

use proptest::prelude::*;
use reelpress_config::FeedFormat::{self, Csv, Ndjson, Syndication};

use super::{Reading, count_of, read};
use crate::error::TrendsError;
use crate::testing::{at, file_feed, samples};

const NOW: &str = "2026-11-21T12:00:00Z";

fn try_read(format: FeedFormat, bytes: &[u8]) -> Result<Reading, TrendsError> {
    read(&file_feed("news", "feed.txt", format), bytes, at(NOW), 1 << 20)
}

/// What was read as text: a line for each item.
fn shown(format: FeedFormat, bytes: impl AsRef<[u8]>) -> String {
    let reading = match try_read(format, bytes.as_ref()) {
        Ok(reading) => reading,
        Err(error) => return error.to_string(),
    };
    let mut lines = Vec::new();
    for snapshot in reading.snapshots {
        lines.push(format!("at {}", snapshot.at));
        for item in snapshot.items {
            let link = item.link.map(|link| link.to_string());
            let (published, rank, count) = (item.published.map(|at| at.to_string()), item.rank, item.count);
            lines.push(format!(
                "{} | {} | {link:?} {published:?} {rank:?} {count:?} {:?}",
                item.title, item.summary, item.language
            ));
        }
    }
    for (line, why) in reading.skipped.first {
        lines.push(format!("skipped {line}: {why}"));
    }
    lines.join("\n")
}

#[test]
fn rss_is_read_with_its_html_and_its_slightly_wrong_dates() {
    let feed = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><language>en-us</language>
        <item><title>Moon &amp;amp; <![CDATA[<b>Mars</b>]]></title><link>https://example.org/a</link>
          <description>&lt;p&gt;One&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;&lt;p&gt;two&lt;/p&gt;</description>
          <pubDate>Tue, 22 Jun 2021 13:42 EDT</pubDate></item>
        <item><title></title><link>https://example.org/b</link></item>
        <item><title>No link</title><link>javascript:alert(1)</link></item>
        </channel></rss>"#;
    insta::assert_snapshot!(shown(Syndication, feed), @r#"
    at 2026-11-21T12:00:00Z
    Moon & Mars | One two | Some("https://example.org/a") Some("2021-06-22T17:42:00Z") None None Some("en")
    No link |  | None None None None Some("en")
    skipped 2: the entry has no title
    "#);
}

#[test]
fn atom_and_json_feed_are_read_too() {
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>t</title>
        <entry><id>1</id><title type="html">A &lt;i&gt;title&lt;/i&gt;</title><link rel="alternate" href="https://example.org/1"/>
        <updated>2026-11-21T10:00:00Z</updated><summary>said</summary></entry></feed>"#;
    insta::assert_snapshot!(shown(Syndication, atom), @r#"
    at 2026-11-21T12:00:00Z
    A title | said | Some("https://example.org/1") Some("2026-11-21T10:00:00Z") None None None
    "#);
    let json = r#"{"version":"https://jsonfeed.org/version/1.1","title":"t","items":[
        {"id":"1","url":"https://example.org/1","title":"A title","content_text":"said","date_published":"2026-11-21T10:00:00Z"}]}"#;
    insta::assert_snapshot!(shown(Syndication, json), @r#"
    at 2026-11-21T12:00:00Z
    A title | said | Some("https://example.org/1") Some("2026-11-21T10:00:00Z") None None None
    "#);
}

#[test]
fn ndjson_reads_the_good_lines_and_numbers_the_bad_ones() {
    let feed = r#"{"fetched_at":"2026-11-21T11:00:00Z","source":"s","items":[{"rank":1,"id":7,"title":"One","url":"https://example.org/1","score":12},{"rank":2,"title":"Two","count":"20K+"},{"rank":3}]}
not json

{"fetched_at":"soon","items":[]}
{"fetched_at":"2026-11-21T11:30:00Z","items":[]}
{"fetched_at":"2027-01-01T00:00:00Z","items":[]}
{"items":[]}
"#;
    insta::assert_snapshot!(shown(Ndjson, feed), @r#"
    at 2026-11-21T11:00:00Z
    One |  | Some("https://example.org/1") None Some(1) Some(12) None
    Two |  | None None Some(2) Some(20000) None
    at 2026-11-21T11:30:00Z
    skipped 1: an item has no title
    skipped 2: expected ident at line 1 column 2
    skipped 4: `fetched_at` "soon" is not a time
    skipped 6: `fetched_at` 2027-01-01T00:00:00Z is in the future
    skipped 7: missing field `fetched_at` at line 1 column 12
    "#);
}

#[test]
fn csv_takes_its_columns_by_name() {
    let feed = "\u{feff}Count,Title,link,else\n\"1,200\",\"Tea, <b>cold</b>\",https://example.org/t,x\n,,,\n3,Short\n";
    insta::assert_snapshot!(shown(Csv, feed), @r#"
    at 2026-11-21T12:00:00Z
    Tea, cold |  | Some("https://example.org/t") None None Some(1200) None
    Short |  | None None None Some(3) None
    skipped 3: the title is empty
    "#);
    insta::assert_snapshot!(shown(Csv, "name,link\na,b\n"), @"feed `news`: feed.txt is not CSV with a header line that names a column `title`: the header is `name, link`");
}

#[test]
fn what_is_no_feed_says_so() {
    insta::assert_snapshot!(shown(Syndication, "<!DOCTYPE html><html><body>Hi</body></html>"), @"feed `news`: feed.txt is not RSS, Atom or JSON Feed: it is an HTML page (look for the page's own link to its feed)");
    insta::assert_snapshot!(shown(Syndication, "hello"), @"feed `news`: feed.txt is not RSS, Atom or JSON Feed: unable to parse feed: no root element");
    assert!(try_read(Syndication, b"<rss version=\"2.0\"><channel><item><title>cut").is_err());
    for format in [Syndication, Ndjson, Csv] {
        assert_eq!(try_read(format, b" \n ").unwrap(), Reading::default());
    }
}

#[test]
fn a_billion_laughs_stay_one_line() {
    use std::fmt::Write as _;
    let mut entities = String::from(r#"<!ENTITY l0 "lol">"#);
    for level in 1..20 {
        let before = format!("&l{};", level - 1).repeat(10);
        write!(entities, r#"<!ENTITY l{level} "{before}">"#).unwrap();
    }
    let feed = format!(
        r#"<?xml version="1.0"?><!DOCTYPE rss [{entities}]><rss version="2.0"><channel><item><title>&l19; ok</title></item></channel></rss>"#
    );
    insta::assert_snapshot!(shown(Syndication, feed), @"
    at 2026-11-21T12:00:00Z
    &l19; ok |  | None None None None None
    ");
}

#[test]
fn deep_nesting_is_no_danger() {
    let deep = format!("<rss version=\"2.0\"><channel>{}", "<a>".repeat(100_000));
    assert!(try_read(Syndication, deep.as_bytes()).is_err());
    assert!(try_read(Syndication, "{\"a\":".repeat(100_000).as_bytes()).is_err());
    assert_eq!(try_read(Ndjson, "[".repeat(100_000).as_bytes()).unwrap().skipped.count, 1);
}

#[test]
fn a_gzip_bomb_is_cut_at_the_limit() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 100_000);
    assert!(matches!(try_read(Csv, &bomb), Err(TrendsError::TooLarge { limit: 0x10_0000, .. })));
    assert!(matches!(try_read(Csv, &bomb[..1_000]), Err(TrendsError::Format { .. } | TrendsError::TooLarge { .. })));
}

#[test]
fn counts_are_read_as_feeds_write_them() {
    for (text, expected) in [
        ("12", Some(12)),
        ("1,234", Some(1_234)),
        ("20K+", Some(20_000)),
        ("1.5M", Some(1_500_000)),
        ("2000+", Some(2_000)),
        ("", None),
        ("many", None),
        ("-3", None),
        ("K", None),
        ("1é", None),
    ] {
        assert_eq!(count_of(text), expected, "for {text:?}");
    }
}

#[test]
fn the_real_feed_is_read_whole() {
    let Some(path) = samples("feeds/nasa-breaking-news-2021-06.rss") else { return };
    let reading = try_read(Syndication, &std::fs::read(path).unwrap()).unwrap();
    let items = &reading.snapshots[0].items;
    assert_eq!((items.len(), reading.skipped.count), (10, 0));
    assert!(items.iter().all(|item| item.published.is_some() && item.link.is_some() && !item.summary.is_empty()));
}

#[test]
fn the_real_recordings_are_read_whole() {
    // The front page showed 29 stories without a title.
    for (file, polls, items, untitled) in [
        ("trends/hn-frontpage-2021-11_2022-01/snapshots.ndjson.gz", 4_157, 124_000, 29),
        ("trends/zhihu-format-sample/snapshots-3days.ndjson.gz", 72, 3_000, 0),
    ] {
        let Some(path) = samples(file) else { return };
        let feed = file_feed("list", "x.gz", Ndjson);
        let reading = read(&feed, &std::fs::read(path).unwrap(), at(NOW), 64 << 20).unwrap();
        let seen = reading.snapshots.iter().map(|snapshot| snapshot.items.len()).sum::<usize>();
        assert_eq!((reading.snapshots.len(), reading.skipped.count), (polls, untitled), "{file}");
        assert!(seen > items, "{file}: {seen}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for format in [Syndication, Ndjson, Csv] {
            let _read = try_read(format, &bytes);
        }
    }

    #[test]
    fn any_lines_of_json_are_read_or_counted(lines in prop::collection::vec("\\{\"fetched_at\":(\"2026-11-2[01]T1[0-2]:00:00Z\"|7),\"items\":(\\[\\{\"title\":(\"[^\"\\\\\n]{0,9}\"|null|3),\"rank\":(-1|0|4294967295|99999999999|\"x\"),\"score\":(1e300|-5|\"9K\")\\}\\]|\\{\\})\\}", 0..6)) {
        let reading = try_read(Ndjson, lines.join("\n").as_bytes()).unwrap();
        prop_assert!(reading.snapshots.len() <= lines.len());
    }

    #[test]
    fn any_table_is_read_or_refused(header in "(title|Title,count|link,title|x)", rows in "[a\",\n<>&;0-9K+\r]{0,200}") {
        let _read = try_read(Csv, format!("{header}\n{rows}").as_bytes());
    }
}
