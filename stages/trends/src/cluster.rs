//! Which headlines are about the same thing, one by one as they come.
//!
//! The same canonical link is the same story; so are the same words; so are two titles that [`crate::same`] takes
//! for one event, unless they come from one feed under different links a day apart: that is a column, not a story.
//!
//! A headline joins a topic only if it passes with every title already in it (complete link), so topics do not grow by
//! chaining. Candidates are found by features that few titles share, so a headline costs the same however many are known.
//! When a late title fits two topics whose titles all pass with each other, they become one. Every joining and merging is
//! kept with its reasons and can be taken back, and what was taken back is not done again.

mod change;
mod index;
mod item;
mod saved;
#[cfg(test)]
mod tests;
mod vector;

use std::collections::{BTreeSet, HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use change::{Change, ChangeError};
use index::Index;
pub use item::{Evidence, Headline, MemberView};
use saved::Saved;
use vector::{cosine, quantised};

use crate::same::{self, Commonness, Judgement, Reason, Title};

/// From here on two items of one feed under one title are two issues of a column.
const COLUMN: SignedDuration = SignedDuration::from_hours(20);
/// The least score with each title of a topic. Of two titles that a feed happens to show few are one event, of two that
/// somebody puts beside each other many: so it takes more than [`same::SAME`].
const JOINS: f64 = 0.8;
/// From this many titles on, and at each doubling, the judge goes by what was counted.
const COUNTED: usize = 512;
/// Topics a new title is compared with at most, the likeliest first.
const CANDIDATES: usize = 8;
/// Different titles a topic has at most; the next one opens a topic of its own.
const TITLES: usize = 48;
/// Changes remembered; of older ones only their effect is.
const CHANGES: usize = 10_000;
/// Former ids that still lead to their topic.
const FORMER: usize = 100_000;

#[derive(Debug, Clone)]
struct Member {
    key: Box<str>,
    feed: Box<str>,
    text: Box<str>,
    language: Box<str>,
    link: Option<Box<str>>,
    at: Timestamp,
    last_seen: Timestamp,
    /// `None` if another item of the topic has the same link or words: it speaks for both.
    title: Option<Title>,
    vector: Option<Box<[i8]>>,
    topic: u32,
    evidence: Evidence,
}

#[derive(Debug, Clone)]
struct Topic {
    id: String,
    /// In the order of their joining; empty if the topic went into another.
    members: Vec<u32>,
}

/// Topics and the items in them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub struct Clusters {
    members: Vec<Member>,
    topics: Vec<Topic>,
    by_key: HashMap<Box<str>, u32>,
    by_id: HashMap<String, u32>,
    by_identity: HashMap<u64, u32>,
    index: Index,
    /// What is counted now, and what the judge goes by until items are next forgotten or their number doubled: scores do not
    /// drift in between.
    learning: Commonness,
    common: Commonness,
    /// Titles learned so far.
    learned: usize,
    /// Ids of topics that went into others, the oldest first.
    former: VecDeque<(String, String)>,
    former_to: HashMap<String, String>,
    /// Items and topics that were set apart: (key or topic id, topic id).
    apart: BTreeSet<(String, String)>,
    changes: VecDeque<Change>,
    next_change: u64,
}

impl Clusters {
    /// No topics.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in an item of a feed and gives its topic's id. An item that is known (the same key and title) is only looked
    /// up. `vector` is the title's, from an embedding model, if there is one; those of one set of clusters must come from
    /// one model.
    ///
    /// A topic's id is the hash of its first headline's link or words; it never changes, and ids of topics that went into
    /// others lead there ([`Clusters::resolve`]).
    pub fn see(&mut self, key: &str, headline: &Headline<'_>, vector: Option<&[f32]>) -> &str {
        let topic = if let Some(&known) = self.by_key.get(key) {
            self.see_again(known, headline, vector)
        } else {
            self.take_in(key, headline, vector)
        };
        &self.topics[topic as usize].id
    }

    /// Takes in several items. Their order makes no difference: the earliest comes first.
    pub fn see_all<'a>(&mut self, items: &[(&'a str, Headline<'a>)]) -> Vec<String> {
        let identities = items.iter().map(|(_, headline)| headline.identity()).collect::<Vec<_>>();
        let mut order = (0..items.len()).collect::<Vec<_>>();
        order.sort_by_key(|&at| {
            let (key, headline) = &items[at];
            (headline.at, &identities[at], headline.title, headline.feed, *key)
        });
        for at in order {
            let (key, headline) = &items[at];
            self.see(key, headline, None);
        }
        // A later title may have merged two topics: ids are read at the end.
        items.iter().map(|(key, _)| self.topic_of(key).unwrap_or_default().to_owned()).collect()
    }

    /// Puts an item into a topic that is known by its id, whatever the judge would say.
    pub fn place(&mut self, topic: &str, key: &str, headline: &Headline<'_>) {
        let at = match self.by_id.get(topic) {
            Some(at) => *at,
            None => self.open(topic.to_owned()),
        };
        let evidence = Evidence { at: headline.at, score: 1.0, with: String::new(), reasons: Vec::new() };
        let title = Title::of(headline.title, headline.language);
        self.add(at, key, headline, Some(title), None, evidence);
    }

    /// The topic of an item.
    #[must_use]
    pub fn topic_of(&self, key: &str) -> Option<&str> {
        let member = self.by_key.get(key)?;
        Some(&self.topics[self.members[*member as usize].topic as usize].id)
    }

    /// Where an id leads: to itself, or to the topic that its topic went into; `None` if it is unknown or forgotten.
    #[must_use]
    pub fn resolve(&self, id: &str) -> Option<&str> {
        let mut id = id;
        // Each step leads to a topic that was there longer; the number of steps is bounded all the same.
        for _ in 0..=self.former.len() {
            if let Some(at) = self.by_id.get(id) {
                return Some(&self.topics[*at as usize].id);
            }
            id = self.former_to.get(id)?;
        }
        None
    }

    /// The items of a topic in the order of their joining; empty if there is no such topic. Former ids will do.
    #[must_use]
    pub fn members(&self, topic: &str) -> Vec<MemberView<'_>> {
        let Some(at) = self.resolve(topic).and_then(|id| self.by_id.get(id)) else { return Vec::new() };
        self.topics[*at as usize].members.iter().map(|member| self.members[*member as usize].view()).collect()
    }

    /// The ids of all topics that have items, in the order of their opening.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        self.topics.iter().filter(|topic| !topic.members.is_empty()).map(|topic| topic.id.as_str())
    }

    /// How many items are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// True if nothing is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Forgets items not seen since `oldest`, and the topics that have no others. What was counted of words until now is
    /// what the judge goes by from now on.
    pub fn forget(&mut self, oldest: Timestamp) {
        self.common = self.learning.clone();
        let mut saved = Saved::from(std::mem::take(self));
        saved.forget(oldest);
        *self = Self::from(saved);
    }

    fn see_again(&mut self, known: u32, headline: &Headline<'_>, vector: Option<&[f32]>) -> u32 {
        let member = &mut self.members[known as usize];
        member.last_seen = member.last_seen.max(headline.at);
        let topic = member.topic;
        if *member.text == *headline.title {
            return topic;
        }
        // The title was edited. Alone, the item stays what it is; among others it has to pass again.
        let key = member.key.clone();
        let alone = self.topics[topic as usize].members.len() == 1;
        let title = Title::of(headline.title, headline.language);
        let fits = alone || self.fits(topic, Some(known), headline, &title, quantised(vector).as_deref()).is_some();
        let member = &mut self.members[known as usize];
        member.text = headline.title.into();
        if fits {
            self.index.add(known, &title);
            self.members[known as usize].title = Some(title);
            return topic;
        }
        self.topics[topic as usize].members.retain(|member| *member != known);
        self.members[known as usize].title = Some(title.clone());
        let (to, evidence) = self.find(&key, headline, &title, quantised(vector).as_deref());
        self.members[known as usize].topic = to;
        self.members[known as usize].evidence = evidence;
        self.topics[to as usize].members.push(known);
        self.index.add(known, &title);
        to
    }

    fn take_in(&mut self, key: &str, headline: &Headline<'_>, vector: Option<&[f32]>) -> u32 {
        let identity = hash_of(&headline.identity());
        if let Some(&twin) = self.by_identity.get(&identity) {
            let topic = self.members[twin as usize].topic;
            if !self.is_apart(key, topic) {
                let reason = if headline.link.is_some() { Reason::Link } else { Reason::Words };
                let with = self.members[twin as usize].text.to_string();
                let evidence = Evidence { at: headline.at, score: 1.0, with, reasons: vec![reason] };
                self.add(topic, key, headline, None, None, evidence);
                return topic;
            }
        }
        let title = Title::of(headline.title, headline.language);
        self.learning.learn(&title);
        self.learned += 1;
        if self.learned >= COUNTED && self.learned.is_power_of_two() {
            self.common = self.learning.clone();
        }
        let vector = quantised(vector);
        let (topic, evidence) = self.find(key, headline, &title, vector.as_deref());
        self.add(topic, key, headline, Some(title), vector, evidence);
        topic
    }

    /// The best topic for a title; a new one if none takes it. Topics that it shows to be one are merged.
    fn find(&mut self, key: &str, headline: &Headline<'_>, title: &Title, vector: Option<&[i8]>) -> (u32, Evidence) {
        let candidates = self.index.candidates(title, |member| self.members[member as usize].topic, CANDIDATES);
        let mut fitting = Vec::new();
        for topic in candidates {
            if !self.is_apart(key, topic)
                && let Some(evidence) = self.fits(topic, None, headline, title, vector)
            {
                fitting.push((topic, evidence));
            }
        }
        // The best; of equal ones the one that was there first.
        fitting.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.0.cmp(&b.0)));
        let others = fitting.iter().skip(1).map(|(topic, _)| *topic).collect::<Vec<_>>();
        match fitting.into_iter().next() {
            Some((best, evidence)) => (self.bridge(best, &others, headline.at), evidence),
            None => {
                let evidence = Evidence { at: headline.at, score: 1.0, with: String::new(), reasons: Vec::new() };
                (self.open(self.new_id(&headline.identity())), evidence)
            }
        }
    }

    /// The least score of a title with any of a topic, if it passes with all of them.
    fn fits(
        &self,
        topic: u32,
        except: Option<u32>,
        headline: &Headline<'_>,
        title: &Title,
        vector: Option<&[i8]>,
    ) -> Option<Evidence> {
        let mut least: Option<(f64, &Member)> = None;
        let mut titles = 0;
        for &at in self.topics[topic as usize].members.iter().filter(|at| Some(**at) != except) {
            let member = &self.members[at as usize];
            if is_column(member, headline) {
                return None;
            }
            let Some(known) = &member.title else { continue };
            titles += 1;
            if titles >= TITLES {
                return None;
            }
            let cosine = cosine(vector, member.vector.as_deref());
            let score = same::score_from(title, known, &self.common, cosine, JOINS)?;
            if least.is_none_or(|(least, _)| score < least) {
                least = Some((score, member));
            }
        }
        let (score, member) = least?;
        let known = member.title.as_ref()?;
        let judged = same::judge(title, known, &self.common, cosine(vector, member.vector.as_deref()));
        Some(Evidence { at: headline.at, score, with: member.text.to_string(), reasons: judged.reasons })
    }

    fn open(&mut self, id: String) -> u32 {
        let at = self.topics.len() as u32;
        self.by_id.insert(id.clone(), at);
        self.topics.push(Topic { id, members: Vec::new() });
        at
    }

    /// An id that no topic has or had.
    fn new_id(&self, identity: &str) -> String {
        let mut id = id_of(identity);
        let mut turn = 0_u32;
        while self.by_id.contains_key(&id) || self.former_to.contains_key(&id) {
            turn += 1;
            id = id_of(&format!("{identity}\n{turn}"));
        }
        id
    }

    fn add(
        &mut self,
        topic: u32,
        key: &str,
        headline: &Headline<'_>,
        title: Option<Title>,
        vector: Option<Box<[i8]>>,
        evidence: Evidence,
    ) {
        let member = Member {
            key: key.into(),
            feed: headline.feed.into(),
            text: headline.title.into(),
            language: headline.language.into(),
            link: headline.link.map(Into::into),
            at: headline.at,
            last_seen: headline.at,
            title,
            vector,
            topic,
            evidence,
        };
        self.insert(member, hash_of(&headline.identity()));
    }

    fn insert(&mut self, member: Member, identity: u64) {
        let at = self.members.len() as u32;
        if let Some(title) = &member.title {
            self.index.add(at, title);
        }
        self.by_identity.entry(identity).or_insert(at);
        self.by_key.insert(member.key.clone(), at);
        self.topics[member.topic as usize].members.push(at);
        self.members.push(member);
    }

    fn is_apart(&self, key: &str, topic: u32) -> bool {
        !self.apart.is_empty() && self.apart.contains(&(key.to_owned(), self.topics[topic as usize].id.clone()))
    }

    fn judge(&self, a: &Member, b: &Member) -> Option<Judgement> {
        let cosine = cosine(a.vector.as_deref(), b.vector.as_deref());
        Some(same::judge(a.title.as_ref()?, b.title.as_ref()?, &self.common, cosine))
    }
}

impl Member {
    fn view(&self) -> MemberView<'_> {
        MemberView {
            key: &self.key,
            feed: &self.feed,
            title: &self.text,
            link: self.link.as_deref(),
            at: self.at,
            last_seen: self.last_seen,
            evidence: &self.evidence,
        }
    }

    fn headline(&self) -> Headline<'_> {
        let link = self.link.as_deref();
        Headline { feed: &self.feed, at: self.at, title: &self.text, language: &self.language, link }
    }
}

/// Gives each new headline its topic: one of the known ones or a new one. The order of `new` makes no difference to which
/// headlines are together; the earliest of a topic gives it its id.
pub(crate) fn assign(known: &[(&str, Headline<'_>)], new: &[Headline<'_>]) -> Vec<String> {
    let mut clusters = Clusters::new();
    for (at, (topic, headline)) in known.iter().enumerate() {
        clusters.place(topic, &format!("known {at}"), headline);
    }
    let keys = (0..new.len()).map(|at| format!("new {at}")).collect::<Vec<_>>();
    let items = keys.iter().map(String::as_str).zip(new.iter().cloned()).collect::<Vec<_>>();
    clusters.see_all(&items)
}

/// One feed's items a day apart under different links are issues of a column.
fn is_column(member: &Member, headline: &Headline<'_>) -> bool {
    *member.feed == *headline.feed
        && member.link.as_deref() != headline.link
        && headline.at.duration_since(member.at).abs() >= COLUMN
}

/// 128 bits are plenty for the topics of a lifetime.
fn id_of(identity: &str) -> String {
    blake3::hash(identity.as_bytes()).to_hex()[..32].to_owned()
}

fn hash_of(identity: &str) -> u64 {
    let mut low = [0_u8; 8];
    low.copy_from_slice(&blake3::hash(identity.as_bytes()).as_bytes()[..8]);
    u64::from_le_bytes(low)
}
