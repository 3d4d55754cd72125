//! CSV with a header line, columns in any order: `title` must be there (or `hashtag`, `sound`, `name`); `link` (`url`),
//! `summary`, `published`, `count` (`views`, `posts`, `uses`), `rank`, `id`, `author`, `language` may; others are not read.
//! What a person read off a page and wrote down, such as a list of hashtags, is a table like this.

use csv::ByteRecord;
use jiff::Timestamp;
use reelpress_config::Feed;
use reelpress_vocabulary::TopicKind;

use super::{ITEMS_A_POLL, Reading, Sighted, Snapshot, count_of, date, format_error, kind_of, titled};
use crate::error::TrendsError;
use crate::{language, link, text};

const EXPECTED: &str = "CSV with a header line that names a column `title`";

struct Columns {
    title: usize,
    kind: TopicKind,
    id: Option<usize>,
    link: Option<usize>,
    summary: Option<usize>,
    published: Option<usize>,
    count: Option<usize>,
    rank: Option<usize>,
    author: Option<usize>,
    language: Option<usize>,
}

/// The whole file is one poll at `now`; a line without a title is skipped with its number.
pub(super) fn read(feed: &Feed, text: &str, now: Timestamp) -> Result<Reading, TrendsError> {
    let mut lines = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = lines.byte_headers().map_err(|error| format_error(feed, EXPECTED, error.to_string()))?;
    let columns = columns(header, kind_of(feed.shows)).ok_or_else(|| {
        let found = header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect::<Vec<_>>().join(", ");
        format_error(feed, EXPECTED, format!("the header is `{}`", text::plain(&found, 100)))
    })?;
    let mut reading = Reading::default();
    let mut items = Vec::new();
    for record in lines.byte_records() {
        match record {
            Ok(record) if items.len() < ITEMS_A_POLL => match item(&columns, &record) {
                Some(item) => items.push(item),
                None => reading.skipped.add(record.position().map_or(0, csv::Position::line), "the title is empty"),
            },
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                reading.skipped.add(line, format!("more than {ITEMS_A_POLL} topics"));
            }
            Err(error) => {
                reading.skipped.add(error.position().map_or(0, csv::Position::line), error.to_string());
            }
        }
    }
    reading.snapshots.push(Snapshot { at: now, items });
    Ok(reading)
}

fn columns(header: &ByteRecord, declared: TopicKind) -> Option<Columns> {
    let place = |wanted: &[&str]| {
        let named = |wanted: &&str| header.iter().position(|name| name.eq_ignore_ascii_case(wanted.as_bytes()));
        wanted.iter().find_map(named)
    };
    let (title, kind) = [
        ("title", declared),
        ("hashtag", TopicKind::Hashtag),
        ("sound", TopicKind::Sound),
        ("format", TopicKind::Format),
        ("name", declared),
    ]
    .into_iter()
    .find_map(|(name, kind)| Some((place(&[name])?, kind)))?;
    // `name` is the title of a list that declares what it shows; of others it may be anything.
    if declared == TopicKind::Topic && kind == declared && place(&["title"]).is_none() {
        return None;
    }
    Some(Columns {
        title,
        kind,
        id: place(&["id"]),
        link: place(&["link", "url"]),
        summary: place(&["summary", "description"]),
        published: place(&["published"]),
        count: place(&["count", "views", "posts", "uses"]),
        rank: place(&["rank"]),
        author: place(&["author"]),
        language: place(&["language"]),
    })
}

fn item(columns: &Columns, record: &ByteRecord) -> Option<Sighted> {
    let field = |column: Option<usize>| String::from_utf8_lossy(column.and_then(|at| record.get(at)).unwrap_or(b""));
    let title = text::plain(&field(Some(columns.title)), text::TITLE_MAX);
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    (!title.is_empty()).then(|| Sighted {
        id: some(field(columns.id).chars().take(200).collect()),
        title: titled(&title, columns.kind),
        summary: text::plain(&field(columns.summary), text::SUMMARY_MAX),
        link: link::usable(&field(columns.link), None),
        published: date::parse(&field(columns.published)),
        rank: field(columns.rank).trim().parse().ok().filter(|rank| *rank > 0),
        count: count_of(&field(columns.count)),
        author: some(text::plain(&field(columns.author), 100)),
        language: language::declared(&field(columns.language)),
        kind: columns.kind,
        ..Sighted::default()
    })
}
