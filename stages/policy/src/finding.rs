//! What comes out: findings, and what could not be checked.

use std::fmt;

use reelpress_vocabulary::Platform;
use serde::{Deserialize, Serialize};

use crate::subject::Field;

/// What a rule asks for when it finds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Worth knowing, nothing more.
    Note,
    /// A label, switch or notice must be set before it goes out; the text may stay.
    Label,
    /// The text must be written anew; until then a person looks.
    Rewrite,
    /// A person must look.
    Hold,
    /// It must not go out.
    Reject,
}

impl Action {
    /// Every action, mildest first.
    pub const ALL: [Self; 5] = [Self::Note, Self::Label, Self::Rewrite, Self::Hold, Self::Reject];

    /// The word for it in files and tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Label => "label",
            Self::Rewrite => "rewrite",
            Self::Hold => "hold",
            Self::Reject => "reject",
        }
    }

    /// True if the item does not go on by itself.
    #[must_use]
    pub const fn stops(self) -> bool {
        match self {
            Self::Note | Self::Label => false,
            Self::Rewrite | Self::Hold | Self::Reject => true,
        }
    }
}

/// Where in the texts something was found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Which kind of text.
    pub field: Field,
    /// The text's own name, such as `scenes[2].narration`.
    pub path: String,
    /// First byte in the text after NFC; 0 for what is about the whole text.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
    /// The words themselves, or the number that is wrong; personal data is masked.
    pub excerpt: String,
}

/// One rule that found something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The pack's name.
    pub pack: String,
    /// The pack's version.
    pub version: u32,
    /// The rule's id within the pack.
    pub rule: String,
    /// What it asks for.
    pub action: Action,
    /// The platforms that it is about; empty: all.
    pub platforms: Vec<Platform>,
    /// What is wrong, for people.
    pub what: String,
    /// What to do about it, for people.
    pub advice: String,
    /// Where the rule comes from.
    pub source: String,
    /// True if it counts only because a fact is not known, and the stricter reading was taken.
    pub presumed: bool,
    /// Where, at most [`Finding::PLACES_MAX`]; empty for what is about facts alone.
    pub places: Vec<Place>,
}

/// One rule that could not be applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unchecked {
    /// The pack's name.
    pub pack: String,
    /// The pack's version.
    pub version: u32,
    /// The rule's id within the pack.
    pub rule: String,
    /// What is not known: facts and texts, by name.
    pub missing: Vec<String>,
}

/// All that the rules say of one subject, in the order of packs and rules.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// What was found.
    pub findings: Vec<Finding>,
    /// What was not checked. Never to be read as "nothing found".
    pub unchecked: Vec<Unchecked>,
}

impl Finding {
    /// Most places in one finding.
    pub const PLACES_MAX: usize = 4;

    /// Pack, version and rule as one word: `claims@1/cure`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}@{}/{}", self.pack, self.version, self.rule)
    }
}

impl Unchecked {
    /// Pack, version and rule as one word: `claims@1/cure`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}@{}/{}", self.pack, self.version, self.rule)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: `{}`", self.path, self.excerpt)
    }
}
