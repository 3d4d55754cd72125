//! Items as they come, and as they are shown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::same::Reason;
use crate::tokens;

/// What clustering sees of one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Headline<'a> {
    /// The feed that showed it.
    pub feed: &'a str,
    /// When it was published, or else first seen.
    pub at: Timestamp,
    /// Its words.
    pub title: &'a str,
    /// An ISO 639-1 code or `und`.
    pub language: &'a str,
    /// The canonical link, if it names this story and no other.
    pub link: Option<&'a str>,
}

impl Headline<'_> {
    /// What the item is in itself: its link, or else its words. A topic's id is the hash of its first headline's.
    pub(crate) fn identity(&self) -> String {
        if let Some(link) = self.link {
            return format!("link:{link}");
        }
        let words = tokens::words(self.title);
        if words.is_empty() { format!("text:{}", self.title) } else { format!("title:{}", words.join(" ")) }
    }
}

/// Why an item is in its topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// When it joined: the time of the headline that was seen.
    pub at: Timestamp,
    /// The least score with any title of the topic, 0 to 1; 1 for the first and for the same link or words.
    pub score: f64,
    /// The title that it is most unlike to, of those it was compared with; empty for the first of a topic.
    pub with: String,
    /// What spoke for and against it, compared with that title.
    pub reasons: Vec<Reason>,
}

/// One item of a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberView<'a> {
    /// The key it was seen under.
    pub key: &'a str,
    /// Its feed.
    pub feed: &'a str,
    /// Its title.
    pub title: &'a str,
    /// Its canonical link.
    pub link: Option<&'a str>,
    /// When it was published or first seen.
    pub at: Timestamp,
    /// When it was last seen.
    pub last_seen: Timestamp,
    /// Why it is here.
    pub evidence: &'a Evidence,
}
