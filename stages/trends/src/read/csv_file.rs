//! CSV with a header line: columns `title`, `link`, `summary`, `published`, `count`, in any order; only `title` must be
//! there, others are not read.

use csv::ByteRecord;
use jiff::Timestamp;
use reelpress_config::Feed;

use super::{ITEMS_A_POLL, Reading, Sighted, Snapshot, count_of, date, format_error};
use crate::error::TrendsError;
use crate::{link, text};

const EXPECTED: &str = "CSV with a header line that names a column `title`";

struct Columns {
    title: usize,
    link: Option<usize>,
    summary: Option<usize>,
    published: Option<usize>,
    count: Option<usize>,
}

/// The whole file is one poll at `now`; a line without a title is skipped with its number.
pub(super) fn read(feed: &Feed, bytes: &[u8], now: Timestamp) -> Result<Reading, TrendsError> {
    let mut lines = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let header = lines.byte_headers().map_err(|error| format_error(feed, EXPECTED, error.to_string()))?;
    let columns = columns(header).ok_or_else(|| {
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

fn columns(header: &ByteRecord) -> Option<Columns> {
    let place = |wanted: &str| header.iter().position(|name| name.eq_ignore_ascii_case(wanted.as_bytes()));
    Some(Columns {
        title: place("title")?,
        link: place("link"),
        summary: place("summary"),
        published: place("published"),
        count: place("count"),
    })
}

fn item(columns: &Columns, record: &ByteRecord) -> Option<Sighted> {
    let field = |column: Option<usize>| String::from_utf8_lossy(column.and_then(|at| record.get(at)).unwrap_or(b""));
    let title = text::plain(&field(Some(columns.title)), text::TITLE_MAX);
    (!title.is_empty()).then(|| Sighted {
        id: None,
        title,
        summary: text::plain(&field(columns.summary), text::SUMMARY_MAX),
        link: link::usable(&field(columns.link), None),
        published: date::parse(&field(columns.published)),
        rank: None,
        count: count_of(&field(columns.count)),
        language: None,
    })
}
