//! A press in memory, for tests and for a look at the pages. Behind the feature `testing`; never part of the daemon.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;
use reelpress_core::{ArtifactKey, ItemId};

use crate::press::{
    Beat, Caption, Card, CutHash, Finding, FindingKind, Given, HeldItem, LineNow, MediaFile, MediaKind, Mending, Press,
    PressError, Ruling, Severity, Sheet, Span, Table, Waiting, Zone,
};

/// Holds cards; takes rulings as the real one does.
#[derive(Debug, Default)]
pub struct MemoryPress(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    cards: BTreeMap<ItemId, Card>,
    rulings: Vec<Ruling>,
    media: BTreeMap<(CutHash, bool), MediaFile>,
    line: LineNow,
    sheets: BTreeMap<Sheet, Table>,
    items: Vec<HeldItem>,
    mended: Vec<Mending>,
    broken: bool,
}

impl MemoryPress {
    /// Puts a card into the queue, or in place of the one of the same item.
    pub fn put(&self, card: Card) {
        self.inside().cards.insert(card.waiting.item, card);
    }

    /// Says where a cut's file is.
    pub fn put_media(&self, kind: MediaKind, cut: CutHash, file: MediaFile) {
        self.inside().media.insert((cut, kind == MediaKind::Video), file);
    }

    /// What the line page shows.
    pub fn put_line(&self, line: LineNow) {
        self.inside().line = line;
    }

    /// What a sheet shows.
    pub fn put_sheet(&self, sheet: Sheet, table: Table) {
        self.inside().sheets.insert(sheet, table);
    }

    /// An item that is held for another reason than review.
    pub fn put_held(&self, item: HeldItem) {
        self.inside().items.push(item);
    }

    /// What was done with held items, in order.
    pub fn mended(&self) -> Vec<Mending> {
        self.inside().mended.clone()
    }

    /// Takes an item away as somebody at the command line would.
    pub fn remove(&self, item: ItemId) {
        self.inside().cards.remove(&item);
    }

    /// From now on no ruling can be taken, or they can again.
    pub fn set_broken(&self, broken: bool) {
        self.inside().broken = broken;
    }

    /// Every ruling that was taken, in order.
    pub fn rulings(&self) -> Vec<Ruling> {
        self.inside().rulings.clone()
    }

    fn inside(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Press for MemoryPress {
    async fn waiting(&self) -> Result<Vec<Waiting>, PressError> {
        Ok(self.inside().cards.values().map(|card| card.waiting.clone()).collect())
    }

    async fn card(&self, item: ItemId) -> Result<Card, PressError> {
        let held = self.inside();
        held.cards.get(&item).cloned().ok_or_else(|| PressError::Gone(format!("item {item} does not wait for review")))
    }

    async fn media(&self, kind: MediaKind, cut: &CutHash) -> Result<MediaFile, PressError> {
        let held = self.inside();
        let found = held.media.get(&(cut.clone(), kind == MediaKind::Video)).cloned();
        found.ok_or_else(|| PressError::Gone("there is no such file".to_owned()))
    }

    async fn rule(&self, ruling: &Ruling) -> Result<Given, PressError> {
        let mut held = self.inside();
        if held.broken {
            return Err(PressError::Broken("the disk is full".to_owned()));
        }
        if held.rulings.contains(ruling) {
            return Ok(Given::Before);
        }
        let Some(card) = held.cards.get(&ruling.item) else {
            return Err(PressError::Gone("it does not wait for review any more".to_owned()));
        };
        if card.waiting.cut != ruling.cut {
            return Err(PressError::Refused("another cut waits now".to_owned()));
        }
        held.cards.remove(&ruling.item);
        held.rulings.push(ruling.clone());
        Ok(Given::Now)
    }

    async fn held(&self) -> Result<Vec<HeldItem>, PressError> {
        Ok(self.inside().items.clone())
    }

    async fn mend(&self, mending: &Mending) -> Result<(), PressError> {
        let mut held = self.inside();
        let at = held.items.iter().position(|item| item.item == mending.item);
        let at = at.ok_or_else(|| PressError::Gone(format!("item {} is not held", mending.item)))?;
        held.items.remove(at);
        held.mended.push(mending.clone());
        Ok(())
    }

    async fn line(&self) -> Result<LineNow, PressError> {
        Ok(self.inside().line.clone())
    }

    async fn sheet(&self, sheet: Sheet) -> Result<Table, PressError> {
        let none = || Table { note: "Nothing is known of this yet.".to_owned(), ..Table::default() };
        Ok(self.inside().sheets.get(&sheet).cloned().unwrap_or_else(none))
    }
}

/// A clean cut of 20 seconds with two beats, in the sample; a test changes the fields that it is about.
///
/// # Panics
/// Never: the hash it makes is one.
#[must_use]
pub fn card(n: u64, title: &str) -> Card {
    let span = |from_ms, to_ms| Span { from_ms, to_ms };
    let cut = CutHash::parse(blake3::hash(&n.to_le_bytes()).to_hex().as_str()).expect("a hash is one");
    let beat = |spoken: &str, on_screen: &str, span| Beat {
        spoken: spoken.to_owned(),
        on_screen: on_screen.to_owned(),
        sources: vec![0],
        span,
    };
    Card {
        waiting: Waiting {
            item: ItemId::from_parts(1_000 + n, u128::from(n)),
            title: title.to_owned(),
            niche: "science".to_owned(),
            account: "orbit-daily".to_owned(),
            cut,
            duration_ms: 20_000,
            since: Timestamp::from_second(1_795_176_000 + n as i64).expect("a time that there is"),
            why: "in the sample of 15 % that a person looks at".to_owned(),
            findings: Vec::new(),
        },
        beats: vec![
            beat("Some bridges hum in the wind.", "Humming bridges", span(0, 9_000)),
            beat("Engineers listen to that sound.", "", span(9_000, 20_000)),
        ],
        captions: vec![
            Caption { span: span(0, 4_000), text: "Some bridges hum".to_owned() },
            Caption { span: span(4_000, 9_000), text: "in the wind.".to_owned() },
            Caption { span: span(9_000, 20_000), text: "Engineers listen to that sound.".to_owned() },
        ],
        caption: "A short look at humming bridges.".to_owned(),
        hashtags: vec!["bridges".to_owned()],
        sources: vec![("How bridges hum".to_owned(), "https://example.org/bridges".to_owned())],
        facts: vec![("voice".to_owned(), "espeak-ng 1.51 en-us".to_owned())],
        zones: vec![
            Zone { platform: "TikTok".to_owned(), covered: [0.06, 0.14, 0.08, 0.22] },
            Zone { platform: "YouTube Shorts".to_owned(), covered: [0.06, 0.13, 0.09, 0.20] },
            Zone { platform: "Instagram Reels".to_owned(), covered: [0.06, 0.12, 0.10, 0.21] },
        ],
    }
}

/// A finding that holds a cut.
#[must_use]
pub fn finding(kind: FindingKind, rule: &str) -> Finding {
    Finding {
        kind,
        rule: rule.to_owned(),
        severity: Severity::Hold,
        message: "0.71 of the screen time was seen before, 0.60 holds".to_owned(),
        evidence: String::new(),
        marks: Vec::new(),
        earlier: None,
    }
}

/// A file's name among the artifacts.
///
/// # Panics
/// If the text cannot be one.
#[must_use]
pub fn key(text: &str) -> ArtifactKey {
    ArtifactKey::parse(text).expect("the test's key is one")
}
