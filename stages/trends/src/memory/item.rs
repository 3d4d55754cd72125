//! One item of one feed, as it is known now.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use reelpress_vocabulary::TopicKind;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::cluster::Headline;
use crate::language;
use crate::link;
use crate::read::Sighted;

/// References kept of an item.
const REFERENCES: usize = 5;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Item {
    pub(super) title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) summary: String,
    pub(super) language: String,
    pub(super) kind: TopicKind,
    pub(super) link: Option<Url>,
    /// Who stands behind it: an account or a publisher.
    author: Option<String>,
    /// Pages that tell more about it: title and link.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<(String, Url)>,
    /// The canonical link, if it names this item and no other.
    canonical: Option<String>,
    published: Option<Timestamp>,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) rank: Option<u32>,
    pub(super) count: Option<u64>,
    pub(super) topic: Option<String>,
    /// Its present title was shown to the clusters.
    pub(super) is_placed: bool,
    /// What it gained at the last poll, in its feed's unit.
    pub(super) attention: f64,
    /// Its highest count so far.
    most: Option<u64>,
}

impl Item {
    pub(super) fn new(at: Timestamp) -> Self {
        Self {
            title: String::new(),
            summary: String::new(),
            language: language::UNKNOWN.to_owned(),
            kind: TopicKind::Topic,
            link: None,
            author: None,
            references: Vec::new(),
            canonical: None,
            published: None,
            first_seen: at,
            last_seen: at,
            rank: None,
            count: None,
            topic: None,
            is_placed: false,
            attention: 0.0,
            most: None,
        }
    }

    /// Takes over what the feed shows now: titles are edited while they are listed. `declared` is what the config says of
    /// the feed's language, `shared` the links that name no item.
    pub(super) fn see(&mut self, seen: &Sighted, at: Timestamp, declared: Option<&str>, shared: &BTreeSet<String>) {
        self.last_seen = at;
        if self.title != seen.title || self.summary != seen.summary {
            self.is_placed &= self.title == seen.title;
            self.title.clone_from(&seen.title);
            self.summary.clone_from(&seen.summary);
            let declared = declared.and_then(language::declared).or_else(|| seen.language.clone());
            self.language = declared.unwrap_or_else(|| language::of(&format!("{}. {}", seen.title, seen.summary)));
        }
        self.link.clone_from(&seen.link);
        self.kind = seen.kind;
        self.author.clone_from(&seen.author);
        self.references.clear();
        let references = seen.references.iter().take(REFERENCES);
        self.references.extend(references.map(|reference| (reference.title.clone(), reference.link.clone())));
        self.canonical = seen.link.as_ref().and_then(link::canonical).filter(|link| !shared.contains(link));
        self.published = seen.published.filter(|published| *published <= at);
        (self.rank, self.count) = (seen.rank, seen.count);
    }

    pub(super) fn headline<'a>(&'a self, feed: &'a str) -> Headline<'a> {
        let link = self.canonical.as_deref();
        Headline { feed, at: self.at(), title: &self.title, language: &self.language, link }
    }

    /// When it was published, or else first seen.
    pub(super) fn at(&self) -> Timestamp {
        self.published.unwrap_or(self.first_seen)
    }

    pub(super) fn author(&self) -> Option<&str> {
        self.author.as_deref()
    }

    /// What its count gained; nothing at first sight, since nobody knows when that was gained.
    pub(super) fn counted(&mut self, count: u64) -> f64 {
        let known = self.most.unwrap_or(count);
        self.most = Some(known.max(count));
        count.saturating_sub(known) as f64
    }

    /// Who says it: the account or publisher, else the domain that it leads to.
    pub(super) fn voice(&self) -> Option<&str> {
        if self.author.is_some() {
            return self.author.as_deref();
        }
        let host = self.link.as_ref()?.host_str()?;
        Some(host.strip_prefix("www.").unwrap_or(host))
    }

    pub(super) fn size(&self) -> usize {
        self.title.len() + self.summary.len()
    }
}

/// Links that stand under several titles of one poll name the list, not the story.
pub(super) fn shared_links(items: &[Sighted]) -> BTreeSet<String> {
    let mut titles = BTreeMap::<String, &str>::new();
    let mut shared = BTreeSet::new();
    for item in items {
        if let Some(link) = item.link.as_ref().and_then(link::canonical) {
            match titles.get(&link) {
                Some(title) if *title != item.title => {
                    shared.insert(link);
                }
                Some(_) => {}
                None => {
                    titles.insert(link, &item.title);
                }
            }
        }
    }
    shared
}
