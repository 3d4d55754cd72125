//! What rides along with a topic: hashtags that rise, sounds that may be used.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use reelpress_config::Niche;
use reelpress_vocabulary::{SoundHint, Topic, TopicKind};

use crate::card::Card;
use crate::formats::{Estimate, Formats};
use crate::route::phrase::{Endings, Phrase, Text};

/// Letters of a tag that is suggested.
const TAG_MIN: usize = 3;
const TAG_MAX: usize = 60;
/// A tag in headlines alone must come from this many publishers: one domain that posts forty times is one.
const PUBLISHERS_MIN: u32 = 2;

/// A hashtag that is in use now.
#[derive(Debug, Clone, PartialEq)]
pub struct TagTrend {
    /// Without `#`, as it is written most often.
    pub tag: String,
    /// Distinct publishers or feeds that use it.
    pub publishers: u32,
    /// The strongest score of a topic that is it or carries it.
    pub score: f64,
    /// True if a feed lists it as a tag, so that it needs no second publisher.
    pub listed: bool,
}

/// The hashtags of these topics, strongest first: topics of the kind hashtag, and tags in headlines that at least two
/// publishers use.
#[must_use]
pub fn tags(topics: &[Topic]) -> Vec<TagTrend> {
    struct Seen {
        spellings: BTreeMap<String, u32>,
        publishers: BTreeSet<String>,
        score: f64,
        listed: bool,
    }
    let mut seen = BTreeMap::<String, Seen>::new();
    let mut take = |tag: &str, publisher: &str, score: f64, listed: bool| {
        let length = tag.chars().count();
        if !(TAG_MIN..=TAG_MAX).contains(&length) || tag.chars().all(char::is_numeric) {
            return;
        }
        let entry = seen.entry(tag.to_lowercase()).or_insert_with(|| Seen {
            spellings: BTreeMap::new(),
            publishers: BTreeSet::new(),
            score: 0.0,
            listed: false,
        });
        *entry.spellings.entry(tag.to_owned()).or_default() += 1;
        entry.publishers.insert(publisher.to_owned());
        entry.score = entry.score.max(score);
        entry.listed |= listed;
    };
    for topic in topics {
        if topic.kind == TopicKind::Hashtag {
            let tag = topic.title.trim().trim_start_matches(['#', '＃']);
            if tag.chars().all(|c| c.is_alphanumeric() || c == '_') {
                let feeds = topic.evidence.iter().map(|evidence| evidence.feed.as_str()).chain([""]);
                feeds.for_each(|feed| take(tag, feed, topic.score, true));
            }
            continue;
        }
        for evidence in &topic.evidence {
            let host = evidence.link.as_ref().and_then(url::Url::host_str).unwrap_or(evidence.feed.as_str());
            for tag in in_text(&evidence.title) {
                take(tag, host, topic.score, false);
            }
        }
    }
    let mut found = seen
        .into_values()
        .filter_map(|seen| {
            let publishers = seen.publishers.iter().filter(|publisher| !publisher.is_empty()).count();
            let publishers = u32::try_from(publishers).unwrap_or(u32::MAX);
            // The commonest spelling; of equals, the first.
            let tag = seen.spellings.into_iter().rev().max_by_key(|(_, times)| *times)?.0;
            (seen.listed || publishers >= PUBLISHERS_MIN).then_some(TagTrend {
                tag,
                publishers,
                score: seen.score,
                listed: seen.listed,
            })
        })
        .collect::<Vec<_>>();
    found.sort_by(|a, b| {
        b.score.total_cmp(&a.score).then(b.publishers.cmp(&a.publishers)).then_with(|| a.tag.cmp(&b.tag))
    });
    found
}

/// The tags in a text, without their `#`.
fn in_text(text: &str) -> Vec<&str> {
    let after = text.split(['#', '＃']).skip(1);
    let tag = |rest: &'_ str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    after.map(|rest| &rest[..tag(rest)]).filter(|tag| !tag.is_empty()).collect()
}

/// Of the rising tags those that fit the topic, best first: a tag fits if its word is in the topic's title or summary, or is
/// one of the niche's keywords. Tags that the niche has anyway, that are blocked or that are not `allowed` are left out.
#[must_use]
pub(crate) fn tags_for(
    tags: &[TagTrend],
    topic: &Topic,
    niche: &Niche,
    block: &[String],
    allowed: &dyn Fn(&str) -> bool,
    most: usize,
) -> Vec<String> {
    let about = [Text::of(&topic.title), Text::of(&topic.summary)];
    let keywords = niche.keywords.iter().filter(|keyword| !keyword.starts_with('/')).map(|keyword| Text::of(keyword));
    let keywords = keywords.collect::<Vec<_>>();
    let fits = |tag: &str| {
        let spaced = Phrase::of(&apart(tag));
        let joined = Phrase::of(tag);
        let phrases = [spaced, joined];
        phrases
            .iter()
            .flatten()
            .any(|phrase| about.iter().chain(&keywords).any(|text| phrase.is_in(text, Endings::Any)))
    };
    let blocked = |tag: &str| {
        let text = Text::of(&apart(tag));
        let lists = block.iter().chain(&niche.routing.block).chain(&niche.avoid);
        lists.filter_map(|word| Phrase::of(word)).any(|phrase| phrase.is_in(&text, Endings::Any))
    };
    let has = |tag: &str| niche.hashtags.iter().any(|own| own.to_lowercase() == tag.to_lowercase());
    let found = tags.iter().map(|trend| trend.tag.as_str());
    let found = found.filter(|tag| fits(tag) && !has(tag) && !blocked(tag) && allowed(&apart(tag)));
    found.take(most).map(str::to_owned).collect()
}

/// `BlackHole_week` as `Black Hole week`.
fn apart(tag: &str) -> String {
    let mut text = String::new();
    let mut last_lower = false;
    for c in tag.chars() {
        if c == '_' || (c.is_uppercase() && last_lower) {
            text.push(' ');
        }
        if c != '_' {
            text.push(c);
        }
        last_lower = c.is_lowercase() || c.is_numeric();
    }
    text
}

/// A sound of a licensed catalogue, and how it did in our own posts. Charts of others' sounds are no source: a sound that
/// rises elsewhere is not ours to use.
#[derive(Debug, Clone, PartialEq)]
pub struct LicensedSound {
    /// Its name in the catalogue.
    pub file: String,
    /// The licence's name. A sound without one is never suggested.
    pub licence: String,
    /// Whom to name; may be empty.
    pub attribution: String,
    /// Words that say what it is good for: moods, subjects.
    pub tags: Vec<String>,
    /// How it did, by name of niche.
    pub results: BTreeMap<String, Estimate>,
}

impl LicensedSound {
    /// Puts to each sound of a catalogue how it did in own results.
    #[must_use]
    pub fn with_results(catalogue: Vec<Self>, formats: &Formats) -> Vec<Self> {
        let known = |sound: &Self| {
            let niches = formats.niches.keys();
            niches.filter_map(|niche| Some((niche.clone(), formats.sound(niche, &sound.file)?.clone()))).collect()
        };
        catalogue.into_iter().map(|sound| Self { results: known(&sound), ..sound }).collect()
    }

    /// Sounds as elements of the kind sound for reports and the library (`TrendDesk::give`), best first. Their score is the
    /// lower end of how they did in the niche where they did best, at most 1; 0 says that nothing is known yet. One without
    /// a licence, or that surely did worse than usual wherever it was tried, is none.
    #[must_use]
    pub fn elements(sounds: &[Self], now: Timestamp) -> Vec<Card> {
        let mut found = sounds.iter().filter_map(|sound| sound.element(now)).collect::<Vec<_>>();
        Card::sort(&mut found);
        found
    }

    fn element(&self, now: Timestamp) -> Option<Card> {
        let best = self.best();
        if self.licence.trim().is_empty() || best.is_some_and(|(_, known)| known.effect + known.margin < 0.0) {
            return None;
        }
        let why = best.map_or_else(
            || "licensed; no own result yet".to_owned(),
            |(niche, known)| format!("own results in {niche}: {known}"),
        );
        let named = if self.attribution.is_empty() { String::new() } else { format!(", by {}", self.attribution) };
        let words = if self.tags.is_empty() { String::new() } else { format!("; {}", self.tags.join(", ")) };
        let id = blake3::hash(format!("sound/{}", self.file).as_bytes()).to_hex();
        let topic = Topic {
            id: id[..32].to_owned(),
            title: self.file.clone(),
            summary: format!("{}{named}{words}", self.licence),
            language: "und".to_owned(),
            score: best.map_or(0.0, |(_, known)| known.low().clamp(0.0, 1.0)),
            kind: TopicKind::Sound,
            ..Topic::default()
        };
        Some(Card { topic, last_seen: now, why, ..Card::default() })
    }

    /// Where it did best, by the lower end.
    fn best(&self) -> Option<(&str, &Estimate)> {
        let known = self.results.iter().map(|(niche, known)| (niche.as_str(), known));
        known.max_by(|a, b| a.1.low().total_cmp(&b.1.low()))
    }
}

/// Sounds for a topic, best first: those whose words fit the topic or the niche's tone, by how they did in own results.
#[must_use]
pub(crate) fn sounds_for(sounds: &[LicensedSound], topic: &Topic, niche: &Niche, most: usize) -> Vec<SoundHint> {
    let about = [Text::of(&topic.title), Text::of(&topic.summary), Text::of(&niche.tone)];
    let mut found = sounds
        .iter()
        .filter(|sound| !sound.licence.trim().is_empty())
        .filter_map(|sound| {
            let fits = |word: &&String| {
                Phrase::of(word).is_some_and(|phrase| about.iter().any(|text| phrase.is_in(text, Endings::Any)))
            };
            let word = sound.tags.iter().find(fits);
            let best = sound.best().map(|(_, known)| known);
            let effect = best.map_or(0.0, |known| known.low().max(0.0));
            if word.is_none() && effect <= 0.0 {
                return None;
            }
            let by_word = word.map(|word| format!("fits `{word}`"));
            let by_results = best.filter(|known| known.low() > 0.0).map(|known| format!("own results: {known}"));
            let why = by_word.into_iter().chain(by_results).collect::<Vec<_>>().join("; ");
            let hint = SoundHint {
                file: sound.file.clone(),
                licence: sound.licence.clone(),
                attribution: sound.attribution.clone(),
                why,
            };
            Some((effect, hint))
        })
        .collect::<Vec<_>>();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.file.cmp(&b.1.file)));
    found.into_iter().take(most).map(|(_, hint)| hint).collect()
}
