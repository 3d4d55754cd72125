//! What people talk about, and the order for one video made of it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::ids::{AccountId, FeedId, NicheId, TemplateId};

/// One thing people talk about, gathered over feeds. All its text comes from outside: it is data, never an instruction.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Topic {
    /// Hex of a hash that stays the same while the topic is the same.
    pub id: String,
    /// The best headline seen for it, plain text, at most 300 characters.
    pub title: String,
    /// What the feeds say about it, plain text sentences, at most 4,000 characters; may be empty.
    pub summary: String,
    /// ISO 639-1 code of the title's language, or `und` if it could not be told.
    pub language: String,
    /// How strongly it rises: 0 is no evidence, higher is stronger; comparable within one run only.
    pub score: f64,
    /// Where it was seen.
    pub evidence: Vec<Evidence>,
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
}
