//! RSS 0.9 to 2.0, Atom and JSON Feed, told apart by content. Entities of the document's own are not expanded, so there
//! is nothing to blow up.

use std::time::Duration;

use feed_rs::model::{Entry, Link, Text};
use jiff::Timestamp;
use reelpress_config::{Feed, FeedPlace};
use url::Url;

use super::{ITEMS_A_POLL, Reading, Sighted, Snapshot, date, format_error};
use crate::error::TrendsError;
use crate::{language, link, text};

/// No feed nests its elements this deep; the XML reader counts levels in 16 bits and panics when they run out.
const DEEPEST: u32 = 1_000;
/// Longest `ttl` believed.
const LONGEST_TTL: Duration = Duration::from_hours(24);

/// The document is one poll at `now`; entries without a title are skipped with their position.
pub(super) fn read(feed: &Feed, text: &str, now: Timestamp) -> Result<Reading, TrendsError> {
    let bytes = text.as_bytes();
    if is_too_deep(bytes) {
        let message = format!("its elements are nested more than {DEEPEST} deep");
        return Err(format_error(feed, "RSS, Atom or JSON Feed", message));
    }
    let base = match &feed.place {
        FeedPlace::Url(url) => Some(url.clone()),
        FeedPlace::File(_) => None,
    };
    let document = feed_rs::parser::Builder::new()
        .base_uri(base.as_ref())
        .timestamp_parser(|text| {
            let at = date::parse(text)?;
            chrono::DateTime::from_timestamp(at.as_second(), at.subsec_nanosecond().max(0).unsigned_abs())
        })
        .build()
        .parse(bytes)
        .map_err(|error| format_error(feed, "RSS, Atom or JSON Feed", super::explain(bytes, &error.to_string())))?;
    let declared = document.language.as_deref().and_then(language::declared);
    let ttl = document.ttl.map(|minutes| Duration::from_secs(u64::from(minutes) * 60));
    let mut reading = Reading { fresh_for: ttl.map(|ttl| ttl.min(LONGEST_TTL)), ..Reading::default() };
    let mut items = Vec::new();
    for (at, entry) in document.entries.into_iter().enumerate() {
        if items.len() >= ITEMS_A_POLL {
            reading.skipped.add(at as u64 + 1, format!("more than {ITEMS_A_POLL} entries"));
        } else if let Some(mut item) = item(entry, declared.as_deref(), base.as_ref()) {
            item.kind = super::kind_of(feed.shows);
            item.title = super::titled(&item.title, item.kind);
            items.push(item);
        } else {
            reading.skipped.add(at as u64 + 1, "the entry has no title");
        }
    }
    reading.snapshots.push(Snapshot { at: now, items });
    Ok(reading)
}

/// Counts start tags that are not closed yet; text in CDATA and comments is no tag.
fn is_too_deep(bytes: &[u8]) -> bool {
    let after = |bytes: &[u8], end: &[u8]| bytes.windows(end.len()).position(|window| window == end);
    let (mut depth, mut rest) = (0_u32, bytes);
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[at + 1..];
        let skipped = if rest.starts_with(b"![CDATA[") {
            after(rest, b"]]>")
        } else if rest.starts_with(b"!--") {
            after(rest, b"-->")
        } else {
            let end = rest.iter().position(|byte| *byte == b'>');
            match rest.first() {
                Some(b'/') => depth = depth.saturating_sub(1),
                Some(b'!' | b'?') | None => {}
                Some(_) if end.is_some_and(|end| end > 0 && rest[end - 1] == b'/') => {}
                Some(_) => depth += 1,
            }
            end
        };
        let Some(skipped) = skipped else { return false };
        rest = &rest[skipped..];
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

fn item(entry: Entry, declared: Option<&str>, base: Option<&Url>) -> Option<Sighted> {
    let Entry { id, title, summary, content, links, published, updated, language, authors, categories, .. } = entry;
    let words = |text: Option<Text>| text.map(|text| text.content).unwrap_or_default();
    let content = content.and_then(|content| content.body).unwrap_or_default();
    let summary = text::plain(&words(summary), text::SUMMARY_MAX);
    let summary = if summary.is_empty() { text::plain(&content, text::SUMMARY_MAX) } else { summary };
    let mut title = text::plain(&words(title), text::TITLE_MAX);
    if title.is_empty() {
        // Short notes come without a title: their first words are one.
        title = text::plain(&summary, 100);
    }
    let published = published.or(updated).and_then(|at| Timestamp::from_second(at.timestamp()).ok());
    (!title.is_empty()).then(|| Sighted {
        id: (!id.is_empty()).then(|| id.chars().take(500).collect()),
        title,
        summary,
        link: read_at(&links).and_then(|href| link::usable(href, base)),
        published,
        language: language.as_deref().and_then(crate::language::declared).or_else(|| declared.map(str::to_owned)),
        author: authors
            .first()
            .and_then(|author| author.name.as_deref())
            .map(|name| text::plain(name, 100))
            .filter(|author| !author.is_empty()),
        tags: categories.iter().map(|tag| text::plain(&tag.term, 60)).filter(|tag| !tag.is_empty()).take(20).collect(),
        ..Sighted::default()
    })
}

/// The link a reader follows: `alternate` or without a relation first, never an enclosure.
fn read_at(links: &[Link]) -> Option<&str> {
    let named = |link: &&Link| matches!(link.rel.as_deref(), None | Some("alternate"));
    let href = links.iter().find(named).or_else(|| links.iter().find(|link| link.rel.as_deref() == Some("self")));
    href.map(|link| link.href.as_str())
}
