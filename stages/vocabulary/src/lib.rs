//! The words of the trade as types: what one stage hands to the next. Plain data, no I/O.
//!
//! Each envelope is the one before it with something put to it:
//! [`Brief`] -> [`Scripted`] -> [`Voiced`] -> [`Assembled`] -> [`Screened`] -> [`Approved`] -> [`Scheduled`] -> [`Delivered`].
#![forbid(unsafe_code)]

mod cut;
mod disclosure;
mod format;
mod ids;
mod labels;
mod pace;
mod platform;
mod post;
mod script;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod topic;
mod verdict;
mod voice;

pub use cut::{Area, Cut, LicenceTerms, MediaFile, MediaKind, Overlay, OverlayKind, Picture, Provenance, Span};
pub use disclosure::{Disclosure, ai_notice, ai_notice_shown};
pub use format::{FormatPrior, Structure, hook_type};
pub use ids::{AccountId, FeedId, NicheId, TemplateId};
pub use labels::{LabelFacts, Labels, Way, labels};
pub use pace::{Heard, Pace};
pub use platform::{Platform, PlatformText};
pub use post::{Post, Slot};
pub use reelpress_config::{Commercial, Connection, Declared, HookType, PlatformName, SensitiveClass, TopicFlag};
pub use script::{
    Figure, Scene, Script, ScriptDraft, ScriptLimits, ScriptProblem, ScriptProblems, Source, Writer, columns,
    spoken_words,
};
pub use topic::{Brief, Dossier, Evidence, FeedLicence, Label, SensitiveMark, SentBack, SoundHint, Topic, TopicKind};
pub use verdict::{Alike, Approval, Decision, Earlier, Finding, Severity, Verdict};
pub use voice::{SpokenBeat, VoiceTrack, Word};

use serde::{Deserialize, Serialize};

/// A brief with its script.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scripted {
    /// The order.
    pub brief: Brief,
    /// What is said and shown.
    pub script: Script,
}

/// A script with its speech.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Voiced {
    /// Brief and script.
    pub scripted: Scripted,
    /// Speech and word times.
    pub voice: VoiceTrack,
}

/// A finished cut with all that led to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assembled {
    /// Brief, script and speech.
    pub voiced: Voiced,
    /// The video file and its poster.
    pub cut: Cut,
}

/// A cut with screening's verdict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Screened {
    /// The cut and all before it.
    pub assembled: Assembled,
    /// What screening found.
    pub verdict: Verdict,
}

/// A cut that may go out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Approved {
    /// The cut and its verdict.
    pub screened: Screened,
    /// Who let it go, bound to the cut's hash.
    pub approval: Approval,
}

/// An approved cut with its promised time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scheduled {
    /// The approved cut.
    pub approved: Approved,
    /// When and where.
    pub slot: Slot,
}

/// A cut that reached the person who publishes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delivered {
    /// The scheduled cut.
    pub scheduled: Scheduled,
    /// What was handed over, and where.
    pub post: Post,
}
