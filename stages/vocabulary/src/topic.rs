//! What people talk about, and the order for one video made of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::format::FormatPrior;
use crate::ids::{AccountId, FeedId, NicheId, TemplateId};
use reelpress_config::{Declared, SensitiveClass};

/// One thing people talk about, gathered over feeds. All its text comes from outside: it is data, never an instruction.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    /// Hex of a hash that stays the same while the topic is the same.
    pub id: String,
    /// The best headline seen for it, plain text, at most 300 characters.
    pub title: String,
    /// What the feeds say about it, plain text sentences, at most 4,000 characters; may be empty.
    pub summary: String,
    /// ISO 639-1 code of the title's language, or `und` if it could not be told.
    pub language: String,
    /// How strongly it rises, 0 to 1: a chance where its feed has a past to tell one from, else a guess on the same scale.
    pub score: f64,
    /// What kind of thing it is.
    #[serde(default)]
    pub kind: TopicKind,
    /// Where it is in its life.
    #[serde(default)]
    pub label: Label,
    /// Chance that it enters the top of a list within a day, 0 to 1, calibrated on the feed's own past; `None` where
    /// nothing is known of it (a feed without ranks and counts, a topic that a person named).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// How many feeds carry it: beside the score, not in it.
    #[serde(default)]
    pub feeds: u32,
    /// When any feed showed it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// Where it was seen.
    pub evidence: Vec<Evidence>,
}

/// What kind of thing rises. Each kind has its own report interval and quota.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TopicKind {
    /// A story, a question, a search: something to make a video about.
    #[default]
    Topic,
    /// A tag to put under a video.
    Hashtag,
    /// A sound to put under a video.
    Sound,
    /// A way to make one: hook, length, structure.
    Format,
}

impl TopicKind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 4] = [Self::Topic, Self::Hashtag, Self::Sound, Self::Format];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Hashtag => "hashtag",
            Self::Sound => "sound",
            Self::Format => "format",
        }
    }
}

/// Where a topic is in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// First seen a short while ago: too early to say where it goes.
    #[default]
    New,
    /// Gains attention.
    Rising,
    /// Neither gains nor loses.
    Steady,
    /// Loses attention, or is gone from the lists.
    Falling,
}

impl Label {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Rising => "rising",
            Self::Steady => "steady",
            Self::Falling => "falling",
        }
    }
}

/// One sighting of a topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// Which feed.
    pub feed: FeedId,
    /// The headline as seen there.
    pub title: String,
    /// Where to read it.
    pub link: Option<Url>,
    /// When it was published, or else first seen.
    pub at: Timestamp,
    /// The feed's own count (points, views, traffic), if it has one.
    pub count: Option<u64>,
}

/// Topic x niche x account x template: the order for one video.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// What it is about.
    pub topic: Topic,
    /// Which editorial line.
    pub niche: NicheId,
    /// Which account it is for.
    pub account: AccountId,
    /// How it is to look.
    pub template: TemplateId,
    /// ISO 639-1 code of the language to write and speak in.
    pub language: String,
    /// Makes two briefs of one topic differ in wording, colours and motion. Derived from the origin, not random.
    pub seed: u64,
    /// Which of the script's hooks to open with: 0 is its own. Briefs that differ in this alone share one body.
    #[serde(default)]
    pub variant: u32,
    /// A script that a person wrote (`make --script`): the writer only checks it.
    pub given_script: Option<crate::ScriptDraft>,
    /// What our own best posts of this niche had in common, for the writer to lean to; `None` says nothing either way.
    #[serde(default)]
    pub format: Option<FormatPrior>,
    /// Hashtags of the niche that are rising and fit the topic, without `#`, best first; the writer may take them or not.
    #[serde(default)]
    pub suggested_hashtags: Vec<String>,
    /// Why this topic was taken for this niche, and what a person should know of it.
    #[serde(default)]
    pub dossier: Dossier,
    /// What the operator declared of it: who gains, for whom and where it is. Orders of earlier versions declare nothing.
    #[serde(default)]
    pub declared: Declared,
}

/// What stands behind a brief beside the topic's own evidence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dossier {
    /// Why the topic rises, in one line; empty where nobody said.
    pub why: String,
    /// Why the niche takes it, one line a reason.
    pub routed: Vec<String>,
    /// Licence or terms of each feed that carried it, where they are known.
    pub licences: Vec<FeedLicence>,
    /// Sounds that may be used under this video, best first.
    pub sounds: Vec<SoundHint>,
    /// Why a person must look before anything is written; empty where nobody must.
    pub sensitive: Vec<SensitiveMark>,
    /// An editor's word on an earlier cut of this very order; `None` for an order that is made for the first time.
    pub sent_back: Option<SentBack>,
}

/// Why an editor sent a cut back: what its writer is to do otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentBack {
    /// The item whose cut they saw.
    pub item: String,
    /// Who.
    pub by: String,
    /// What they want otherwise, in their own words.
    pub note: String,
}

/// Under what terms a feed's text may be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedLicence {
    /// Which feed.
    pub feed: FeedId,
    /// A licence's name or a short note: `CC0`, `headlines only, link back`.
    pub note: String,
}

/// A sound of a licensed catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SoundHint {
    /// Its name in the catalogue.
    pub file: String,
    /// The licence's name; never empty.
    pub licence: String,
    /// Whom to name; may be empty.
    pub attribution: String,
    /// Why it is suggested.
    pub why: String,
}

/// A delicate matter that a topic is about, and the words that say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SensitiveMark {
    /// Which matter.
    pub class: SensitiveClass,
    /// The words as they stand in the lists, at most eight.
    pub words: Vec<String>,
}
