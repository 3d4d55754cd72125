//! A card: what was found about a cut, and what it is made of.

use super::{CutHash, Waiting};

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// Too much like something made before.
    Similar,
    /// Against a rule.
    Policy,
    /// Violence, wounds, fear: shown blurred and mute at first.
    Unpleasant,
    /// A label, a licence or a record of its making is missing.
    Label,
    /// Badly made: black, frozen, too loud.
    Quality,
}

impl FindingKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Similar, Self::Policy, Self::Unpleasant, Self::Label, Self::Quality];

    /// Its word on pages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Similar => "similar",
            Self::Policy => "policy",
            Self::Unpleasant => "unpleasant",
            Self::Label => "label",
            Self::Quality => "quality",
        }
    }

    pub(super) const fn weight(self) -> u32 {
        match self {
            Self::Similar => 5,
            Self::Unpleasant => 4,
            Self::Policy => 3,
            Self::Label => 2,
            Self::Quality => 1,
        }
    }
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// A person must look.
    Hold,
    /// It must not go out.
    Block,
}

impl Severity {
    /// Its word on pages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }
}

/// One thing that screening found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// The rule's id, perhaps with pack and version.
    pub rule: String,
    /// How much it weighs.
    pub severity: Severity,
    /// What was found, with value and limit.
    pub message: String,
    /// Where, in words; may be empty.
    pub evidence: String,
    /// Where in the cut.
    pub marks: Vec<Span>,
    /// What it is like, if it is like something.
    pub earlier: Option<Earlier>,
}

/// A stretch of a cut, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First millisecond.
    pub from_ms: u64,
    /// First millisecond after it.
    pub to_ms: u64,
}

/// An earlier cut that this one is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earlier {
    /// Its item.
    pub item: String,
    /// Its title; may be empty.
    pub title: String,
    /// Its cut, if it can still be played.
    pub cut: Option<CutHash>,
    /// Which seconds here are like which seconds there.
    pub matches: Vec<(Span, Span)>,
}

/// All that a person needs to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// As in the queue.
    pub waiting: Waiting,
    /// What is spoken and shown, beat by beat.
    pub beats: Vec<Beat>,
    /// What is heard, with times.
    pub captions: Vec<Caption>,
    /// The post's text.
    pub caption: String,
    /// Without `#`.
    pub hashtags: Vec<String>,
    /// Where the facts come from: title, address.
    pub sources: Vec<(String, String)>,
    /// What else is worth knowing: pictures and their licences, the voice, the model. Word and value.
    pub facts: Vec<(String, String)>,
    /// What each platform's player covers of the frame.
    pub zones: Vec<Zone>,
}

/// One beat of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    /// What is said.
    pub spoken: String,
    /// What stands on the screen; may be empty.
    pub on_screen: String,
    /// Which of the sources say so, from 0.
    pub sources: Vec<usize>,
    /// Where in the cut.
    pub span: Span,
}

/// Words and when they are heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caption {
    /// When.
    pub span: Span,
    /// What.
    pub text: String,
}

/// What a platform's player covers, as shares of the frame, 0 to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// The platform's name.
    pub platform: String,
    /// Left, right, top, bottom.
    pub covered: [f64; 4],
}
