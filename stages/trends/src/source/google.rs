//! Google Trends' feed of searches: RSS with elements of its own. All items carry the same link, so an item is told by
//! place, words and day; its traffic is a bucket's lower bound; its news are pages that say what it is about.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};
use reelpress_config::Feed;
use reelpress_web::decode;
use url::Url;

use crate::error::TrendsError;
use crate::fetch::{Asked, Fetched, Fetcher};
use crate::link;
use crate::read::{self, ITEMS_A_POLL, Reading, Reference, Sighted, Snapshot, count_of};
use crate::text::{self, SUMMARY_MAX, TITLE_MAX};

const EXPECTED: &str = "Google Trends' RSS";
/// The feed nests five deep.
const DEEPEST: usize = 16;
/// Longest text of one element, in bytes.
const LONGEST: usize = 8_192;
/// News kept of one search.
const NEWS: usize = 8;

pub(super) async fn fetch(fetcher: &Fetcher, asked: &Asked<'_>, base: &Url, geo: &str) -> Result<Fetched, TrendsError> {
    let mut url = base.clone();
    url.query_pairs_mut().append_pair("geo", geo);
    asked.get(fetcher, &asked.ask(&url)).await
}

#[derive(Default)]
struct Search {
    title: String,
    traffic: String,
    published: String,
    news: Vec<News>,
}

#[derive(Default)]
struct News {
    title: String,
    url: String,
    source: String,
}

pub(super) fn read(
    feed: &Feed,
    geo: &str,
    content_type: Option<&str>,
    bytes: &[u8],
    at: Timestamp,
) -> Result<Reading, TrendsError> {
    let document = decode(bytes, content_type);
    let searches = searches(&document)
        .map_err(|message| read::format_error(feed, EXPECTED, read::explain(document.as_bytes(), &message)))?;
    let mut reading = Reading::default();
    let mut items = Vec::new();
    for (place, search) in searches.into_iter().enumerate() {
        let place = place as u64 + 1;
        if items.len() >= ITEMS_A_POLL {
            reading.skipped.add(place, format!("more than {ITEMS_A_POLL} searches"));
            continue;
        }
        match item(geo, &search, at) {
            Some(item) => items.push(item),
            None => reading.skipped.add(place, "the search has no title"),
        }
    }
    reading.snapshots.push(Snapshot { at, items });
    Ok(reading)
}

fn item(geo: &str, search: &Search, at: Timestamp) -> Option<Sighted> {
    let title = text::plain(&search.title, TITLE_MAX);
    if title.is_empty() {
        return None;
    }
    let published = read::parse_date(&search.published);
    let day = published.unwrap_or(at).to_zoned(TimeZone::UTC).date();
    let references = search.news.iter().filter_map(|news| {
        let title = text::plain(&news.title, TITLE_MAX);
        let link = link::usable(&news.url, None)?;
        (!title.is_empty()).then_some(Reference { title, link })
    });
    let references = references.take(NEWS).collect::<Vec<_>>();
    let told = search.news.iter().map(|news| {
        let (title, source) = (text::plain(&news.title, TITLE_MAX), text::plain(&news.source, 60));
        if source.is_empty() || title.is_empty() { title } else { format!("{title} ({source}).") }
    });
    let summary = told.filter(|title| !title.is_empty()).take(NEWS).collect::<Vec<_>>().join(" ");
    Some(Sighted {
        id: Some(format!("{geo}|{}|{day}", title.to_lowercase())),
        summary: text::plain(&summary, SUMMARY_MAX),
        link: references.first().map(|news| news.link.clone()),
        published,
        count: count_of(&search.traffic),
        at_least: true,
        references,
        title,
        ..Sighted::default()
    })
}

/// Everything of interest in the document. A document that ends before its time is an error: half a list would look as if
/// the other half were gone.
fn searches(document: &str) -> Result<Vec<Search>, String> {
    let mut reader = Reader::from_str(document);
    let (mut searches, mut open, mut text) = (Vec::<Search>::new(), Vec::<String>::new(), String::new());
    let mut is_rss = false;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) => {
                let name = tag.local_name().as_ref().to_owned();
                is_rss |= open.is_empty() && name == "rss";
                if open.len() >= DEEPEST {
                    return Err(format!("its elements are nested more than {DEEPEST} deep"));
                }
                match name.as_str() {
                    // One more than is kept, so that the rest is counted as left out; the body's limit bounds the work.
                    "item" if searches.len() <= 10 * ITEMS_A_POLL => searches.push(Search::default()),
                    "news_item" => {
                        if let Some(search) = searches.last_mut().filter(|search| search.news.len() < NEWS) {
                            search.news.push(News::default());
                        }
                    }
                    _ => {}
                }
                open.push(name);
                text.clear();
            }
            Event::End(_) => {
                let parent = open.len().checked_sub(2).and_then(|at| open.get(at)).map_or("", String::as_str);
                let name = open.last().map_or("", String::as_str);
                if let Some(search) = searches.last_mut() {
                    keep(search, parent, name, &text);
                }
                open.pop();
                text.clear();
            }
            Event::Text(part) if text.len() < LONGEST => text.push_str(&part),
            Event::CData(part) if text.len() < LONGEST => text.push_str(&part),
            Event::GeneralRef(name) if text.len() < LONGEST => text.extend(character(&name)),
            Event::Eof => break,
            Event::Empty(_)
            | Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
    if !open.is_empty() {
        return Err("it ends in the middle".to_owned());
    }
    if is_rss { Ok(searches) } else { Err("there is no `rss` in it".to_owned()) }
}

fn keep(search: &mut Search, parent: &str, name: &str, text: &str) {
    let field = match (parent, name) {
        ("item", "title") => &mut search.title,
        ("item", "approx_traffic") => &mut search.traffic,
        ("item", "pubDate") => &mut search.published,
        ("news_item", field) => {
            let Some(news) = search.news.last_mut() else { return };
            match field {
                "news_item_title" => &mut news.title,
                "news_item_url" => &mut news.url,
                "news_item_source" => &mut news.source,
                _ => return,
            }
        }
        _ => return,
    };
    if field.is_empty() {
        text.clone_into(field);
    }
}

/// What a reference stands for. Entities of the document's own stand for nothing, so there is nothing to blow up.
fn character(name: &BytesRef<'_>) -> Option<String> {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return Some(c.to_string());
    }
    resolve_predefined_entity(name).map(str::to_owned)
}
