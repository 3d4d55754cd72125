//! How a poll becomes bytes. A day's blocks build on each other: feeds and items are named once a day and numbered, and
//! what changes little from poll to poll is written as the difference.
//!
//! ```text
//! block  tag  taken(ms since the block before)  then by tag:
//! list   feed  at(ms before taken)  rows
//! same, empty, failed   feed  at
//! mark   word  body
//! feed   its number; a number that is one too high brings the name
//! row    one byte: bit 0 the item's number follows, or else it is the one that stood next in the list before
//!                  bit 1 its texts follow (new, or changed); without bit 0: a new item, numbered next
//!                  bit 2 its rank follows, or else it is the one after the row before
//!                  bits 3-7 change of its count: 0 to 29 zigzag, 30 follows, 31 no count
//! ```

use std::collections::HashMap;

use jiff::Timestamp;
use reelpress_config::Name;
use reelpress_vocabulary::TopicKind;
use url::Url;

use super::bytes::{Bytes, Malformed, put_number, put_signed, put_text, unzigzag, zigzag};
use super::{Record, Shown, What, key_of};
use crate::read::{Reference, Sighted};

const NUMBER_FOLLOWS: u8 = 1;
const TEXTS_FOLLOW: u8 = 2;
const RANK_FOLLOWS: u8 = 4;
const COUNT_FOLLOWS: u64 = 30;
const NO_COUNT: u64 = 31;

const LIST: u8 = 1;
const SAME: u8 = 2;
const EMPTY: u8 = 3;
const FAILED: u8 = 4;
const MARK: u8 = 5;

/// Bits of an item's texts that are there.
const HAS_ID: u64 = 1;
const HAS_SUMMARY: u64 = 2;
const HAS_LINK: u64 = 4;
const HAS_PUBLISHED: u64 = 8;
const HAS_LANGUAGE: u64 = 16;
const HAS_AUTHOR: u64 = 32;
const HAS_TAGS: u64 = 64;
const HAS_REFERENCES: u64 = 128;
const IS_AT_LEAST: u64 = 256;
const HAS_KIND: u64 = 512;
/// Most tags or references of an item.
pub(super) const LISTED: usize = 1_000;

/// Nothing stood next yet.
const NONE: u32 = u32::MAX;
/// Most items of one feed in one day; a list of what rises has a few thousand.
const ITEMS: usize = 1 << 20;

/// What a day's blocks said so far; the writer's and the reader's are the same.
#[derive(Debug, Default)]
pub(super) struct Day {
    taken: i64,
    feeds: Vec<Feed>,
}

#[derive(Debug)]
struct Feed {
    name: Name,
    items: Vec<Item>,
    /// Which item stood after each in the last list; the first entry is the top.
    next: Vec<u32>,
    /// Bytes of its blocks.
    bytes: u64,
    /// Only the writer asks for it.
    numbers: HashMap<String, u32>,
}

/// One item of one feed, as it was last told.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) texts: Sighted,
    pub(super) key: String,
    count: u64,
}

/// What a block is about, without its rows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    pub(super) taken: Timestamp,
    pub(super) what: HeadOf,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum HeadOf {
    Poll { feed: Name, at: Timestamp, tag: u8 },
    Mark { word: String, body: Vec<u8> },
}

type OnItem<'a> = dyn FnMut(&Item, Option<u32>, Option<u64>) + 'a;
/// What each row of a list tells: the item, its rank and its count.
pub(super) type OnRow<'a> = dyn FnMut(&Head, &Item, Option<u32>, Option<u64>) + 'a;

impl Day {
    /// Writes a record and remembers what the next ones may build on.
    pub(super) fn encode(&mut self, record: &Record) -> Vec<u8> {
        let mut out = Vec::new();
        let taken = record.taken.as_millisecond();
        let tag = match &record.what {
            What::Poll { shown: Shown::List(_), .. } => LIST,
            What::Poll { shown: Shown::Same, .. } => SAME,
            What::Poll { shown: Shown::Empty, .. } => EMPTY,
            What::Poll { shown: Shown::Failed, .. } => FAILED,
            What::Mark { .. } => MARK,
        };
        out.push(tag);
        put_signed(&mut out, taken.wrapping_sub(self.taken));
        self.taken = taken;
        match &record.what {
            What::Mark { word, body } => {
                put_text(&mut out, word);
                put_number(&mut out, body.len() as u64);
                out.extend_from_slice(body);
            }
            What::Poll { feed, at, shown } => {
                let number = self.feed_of(feed, &mut out);
                put_signed(&mut out, taken.wrapping_sub(at.as_millisecond()));
                if let Shown::List(items) = shown {
                    put_number(&mut out, items.len() as u64);
                    self.feeds[number].encode(items, &mut out);
                }
                self.feeds[number].bytes += out.len() as u64;
            }
        }
        out
    }

    fn feed_of(&mut self, name: &Name, out: &mut Vec<u8>) -> usize {
        let known = self.feeds.iter().position(|feed| feed.name == *name);
        let number = known.unwrap_or(self.feeds.len());
        put_number(out, number as u64);
        if known.is_none() {
            put_text(out, name.as_str());
            self.feeds.push(Feed::new(name.clone()));
        }
        number
    }

    /// Reads a block that [`Day::encode`] wrote.
    pub(super) fn decode(&mut self, block: &[u8], on_row: &mut OnRow<'_>) -> Result<Head, Malformed> {
        let mut bytes = Bytes(block);
        let tag = bytes.byte()?;
        let taken = self.taken.wrapping_add(bytes.signed()?);
        let time = |millis: i64| Timestamp::from_millisecond(millis).map_err(|_| Malformed);
        self.taken = taken;
        if tag == MARK {
            let word = bytes.text()?.to_owned();
            let length = bytes.place()?;
            let body = bytes.take(length)?.to_vec();
            return Ok(Head { taken: time(taken)?, what: HeadOf::Mark { word, body } });
        }
        if !(LIST..=FAILED).contains(&tag) {
            return Err(Malformed);
        }
        let number = bytes.place()?;
        if number == self.feeds.len() {
            let name = Name::parse(bytes.text()?).map_err(|_| Malformed)?;
            self.feeds.push(Feed::new(name));
        }
        let feed = self.feeds.get_mut(number).ok_or(Malformed)?;
        let at = time(taken.wrapping_sub(bytes.signed()?))?;
        let head = Head { taken: time(taken)?, what: HeadOf::Poll { feed: feed.name.clone(), at, tag } };
        if tag == LIST {
            let rows = bytes.place()?;
            feed.decode(rows, &mut bytes, &mut |item, rank, count| on_row(&head, item, rank, count))?;
        }
        feed.bytes += block.len() as u64;
        if bytes.0.is_empty() { Ok(head) } else { Err(Malformed) }
    }

    /// What a block showed, with the rows that [`Day::decode`] gave.
    pub(super) fn shown(tag: u8, rows: Vec<Sighted>) -> Shown {
        match tag {
            LIST => Shown::List(rows),
            SAME => Shown::Same,
            EMPTY => Shown::Empty,
            _ => Shown::Failed,
        }
    }

    /// What a feed wrote so far.
    pub(super) fn bytes_of(&self, name: &Name) -> u64 {
        self.feeds.iter().find(|feed| feed.name == *name).map_or(0, |feed| feed.bytes)
    }

    /// Makes ready to write on after reading: the reader does not ask for items by their key.
    pub(super) fn number_items(&mut self) {
        for feed in &mut self.feeds {
            let numbers = feed.items.iter().zip(0_u32..).map(|(item, number)| (item.key.clone(), number));
            feed.numbers = numbers.collect();
        }
    }
}

impl Feed {
    fn new(name: Name) -> Self {
        Self { name, items: Vec::new(), next: vec![NONE], bytes: 0, numbers: HashMap::new() }
    }

    fn encode(&mut self, rows: &[Sighted], out: &mut Vec<u8>) {
        let (mut before, mut expected) = (0_usize, Some(1_u32));
        for seen in rows {
            let key = key_of(seen);
            let known = self.numbers.get(&key).copied();
            let mut flags = 0_u8;
            let mut rest = Vec::new();
            let number = if let Some(number) = known {
                let item = &mut self.items[number as usize];
                let is_changed = !same_texts(&item.texts, seen);
                if is_changed || self.next[before] != number {
                    flags |= NUMBER_FOLLOWS;
                    put_number(&mut rest, u64::from(number));
                }
                if is_changed {
                    flags |= TEXTS_FOLLOW;
                    put_texts(&mut rest, seen);
                    item.texts = texts_of(seen);
                }
                number
            } else {
                flags |= TEXTS_FOLLOW;
                put_texts(&mut rest, seen);
                self.add(key.clone(), texts_of(seen), Some(key))
            };
            self.next[before] = number;
            before = number as usize + 1;
            if seen.rank != expected {
                flags |= RANK_FOLLOWS;
                put_number(&mut rest, seen.rank.map_or(0, |rank| u64::from(rank) + 1));
            }
            expected = seen.rank.map(|rank| rank.saturating_add(1));
            let item = &mut self.items[number as usize];
            flags |= (count_code(&mut item.count, seen.count, &mut rest) as u8) << 3;
            out.push(flags);
            out.extend_from_slice(&rest);
        }
    }

    fn add(&mut self, key: String, texts: Sighted, numbered: Option<String>) -> u32 {
        let number = u32::try_from(self.items.len()).unwrap_or(NONE - 1);
        self.items.push(Item { texts, key, count: 0 });
        self.next.push(NONE);
        if let Some(key) = numbered {
            self.numbers.insert(key, number);
        }
        number
    }

    fn decode(&mut self, rows: usize, bytes: &mut Bytes<'_>, on_row: &mut OnItem<'_>) -> Result<(), Malformed> {
        let (mut before, mut expected) = (0_usize, Some(1_u32));
        for _ in 0..rows {
            let flags = bytes.byte()?;
            let number = match (flags & NUMBER_FOLLOWS != 0, flags & TEXTS_FOLLOW != 0) {
                (true, has_texts) => {
                    let number = bytes.place()?;
                    let item = self.items.get_mut(number).ok_or(Malformed)?;
                    if has_texts {
                        item.texts = take_texts(bytes)?;
                    }
                    number
                }
                (false, true) if self.items.len() < ITEMS => {
                    let texts = take_texts(bytes)?;
                    self.add(key_of(&texts), texts, None) as usize
                }
                (false, true) => return Err(Malformed),
                (false, false) => *self.next.get(before).ok_or(Malformed)? as usize,
            };
            let item = self.items.get_mut(number).ok_or(Malformed)?;
            let rank = if flags & RANK_FOLLOWS == 0 {
                expected
            } else {
                let code = bytes.number()?;
                (code > 0).then(|| u32::try_from(code - 1)).transpose().map_err(|_| Malformed)?
            };
            expected = rank.map(|rank| rank.saturating_add(1));
            let count = match u64::from(flags >> 3) {
                NO_COUNT => None,
                COUNT_FOLLOWS => Some(item.count.wrapping_add_signed(bytes.signed()?)),
                code => Some(item.count.wrapping_add_signed(unzigzag(code))),
            };
            item.count = count.unwrap_or(item.count);
            on_row(item, rank, count);
            self.next[before] = u32::try_from(number).map_err(|_| Malformed)?;
            before = number + 1;
        }
        Ok(())
    }
}

fn count_code(last: &mut u64, count: Option<u64>, rest: &mut Vec<u8>) -> u64 {
    let Some(count) = count else { return NO_COUNT };
    let change = count.wrapping_sub(*last).cast_signed();
    *last = count;
    let code = zigzag(change);
    if code < COUNT_FOLLOWS {
        return code;
    }
    put_signed(rest, change);
    COUNT_FOLLOWS
}

/// What stays the same from poll to poll. The second count and the licence are not kept: the one moves all the time, the
/// other is the source's.
fn texts_of(seen: &Sighted) -> Sighted {
    Sighted { rank: None, count: None, secondary: None, licence: "", ..seen.clone() }
}

fn same_texts(a: &Sighted, b: &Sighted) -> bool {
    let Sighted { id, title, summary, link, published, language, kind, author, tags, references, at_least, .. } = a;
    *id == b.id
        && *title == b.title
        && *summary == b.summary
        && *link == b.link
        && *published == b.published
        && *language == b.language
        && *kind == b.kind
        && *author == b.author
        && *tags == b.tags
        && *references == b.references
        && *at_least == b.at_least
}

fn put_texts(out: &mut Vec<u8>, seen: &Sighted) {
    let Sighted { id, title, summary, link, published, language, kind, author, tags, references, at_least, .. } = seen;
    let bit = |there: bool, bit: u64| if there { bit } else { 0 };
    let flags = bit(id.is_some(), HAS_ID)
        | bit(!summary.is_empty(), HAS_SUMMARY)
        | bit(link.is_some(), HAS_LINK)
        | bit(published.is_some(), HAS_PUBLISHED)
        | bit(language.is_some(), HAS_LANGUAGE)
        | bit(author.is_some(), HAS_AUTHOR)
        | bit(!tags.is_empty(), HAS_TAGS)
        | bit(!references.is_empty(), HAS_REFERENCES)
        | bit(*at_least, IS_AT_LEAST)
        | bit(*kind != TopicKind::Topic, HAS_KIND);
    put_number(out, flags);
    put_text(out, title);
    if let Some(id) = id {
        put_text(out, id);
    }
    if !summary.is_empty() {
        put_text(out, summary);
    }
    if let Some(link) = link {
        put_text(out, link.as_str());
    }
    if let Some(at) = published {
        put_signed(out, at.as_millisecond());
    }
    if let Some(language) = language {
        put_text(out, language);
    }
    if let Some(author) = author {
        put_text(out, author);
    }
    if !tags.is_empty() {
        put_number(out, tags.len() as u64);
        for tag in tags {
            put_text(out, tag);
        }
    }
    if !references.is_empty() {
        put_number(out, references.len() as u64);
        for reference in references {
            put_text(out, &reference.title);
            put_text(out, reference.link.as_str());
        }
    }
    if *kind != TopicKind::Topic {
        put_text(out, kind.as_str());
    }
}

fn take_texts(bytes: &mut Bytes<'_>) -> Result<Sighted, Malformed> {
    let flags = bytes.number()?;
    if flags >= HAS_KIND << 1 {
        return Err(Malformed);
    }
    let has = |bit: u64| flags & bit != 0;
    let title = bytes.text()?.to_owned();
    let mut text = |bit: u64| if has(bit) { bytes.text().map(|text| Some(text.to_owned())) } else { Ok(None) };
    let id = text(HAS_ID)?;
    let summary = text(HAS_SUMMARY)?.unwrap_or_default();
    let link = text(HAS_LINK)?.map(|link| address(&link)).transpose()?;
    let published = if has(HAS_PUBLISHED) {
        Some(Timestamp::from_millisecond(bytes.signed()?).map_err(|_| Malformed)?)
    } else {
        None
    };
    let mut text = |bit: u64| if has(bit) { bytes.text().map(|text| Some(text.to_owned())) } else { Ok(None) };
    let (language, author) = (text(HAS_LANGUAGE)?, text(HAS_AUTHOR)?);
    let (mut tags, mut references) = (Vec::new(), Vec::new());
    if has(HAS_TAGS) {
        for _ in 0..bytes.place()?.min(LISTED) {
            tags.push(bytes.text()?.to_owned());
        }
    }
    if has(HAS_REFERENCES) {
        for _ in 0..bytes.place()?.min(LISTED) {
            references.push(Reference { title: bytes.text()?.to_owned(), link: address(bytes.text()?)? });
        }
    }
    let kind = if has(HAS_KIND) {
        let word = bytes.text()?;
        TopicKind::ALL.into_iter().find(|kind| kind.as_str() == word).ok_or(Malformed)?
    } else {
        TopicKind::Topic
    };
    let at_least = has(IS_AT_LEAST);
    let texts = Sighted { id, title, summary, link, published, language, ..Sighted::default() };
    Ok(Sighted { at_least, kind, author, tags, references, ..texts })
}

fn address(text: &str) -> Result<Url, Malformed> {
    Url::parse(text).map_err(|_| Malformed)
}
