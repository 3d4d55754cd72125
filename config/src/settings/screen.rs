//! What is checked of a finished cut.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::{Safety, Similar};

/// `[screen]`
#[derive(Debug, Clone, PartialEq)]
pub struct Screen {
    /// Folder of policies, or one file; `None` uses the built-in ones.
    pub policy: Option<PathBuf>,
    /// Shortest cut.
    pub min_duration: Duration,
    /// Longest cut.
    pub max_duration: Duration,
    /// What is too much like something made before.
    pub similar: Similar,
    /// How well made is well enough.
    pub quality: ScreenQuality,
    /// Who looks at pictures and words.
    pub safety: Safety,
}

/// `[screen.quality]`. What is not here (flashes, loudness, true peak) is not the operator's to change, or follows from
/// `[assemble]`.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenQuality {
    /// Longest black stretch.
    pub black: Duration,
    /// Longest stretch in which nothing moves.
    pub frozen: Duration,
    /// Longest silence.
    pub silence: Duration,
    /// Least speech over what lies under it, in dB.
    pub speech_db: f64,
    /// Smallest caption letters, in percent of the frame's shorter side.
    pub letters_percent: f64,
    /// Least contrast of letters to what is round them, as WCAG 2 counts it: 1 to 21.
    pub contrast: f64,
    /// Fastest captions, in characters a second.
    pub characters_per_second: f64,
    /// How much a rule's findings weigh where that is not the rule's own weight, by the rule's name.
    pub weights: BTreeMap<&'static str, QualityWeight>,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QualityWeight {
    /// Worth knowing.
    Note,
    /// A person must look.
    Hold,
    /// It must not go out.
    Block,
}

/// Rules that an operator may weigh otherwise: all but flashes, which are about people's health, and those that need no
/// weight of their own.
pub const QUALITY_RULES: [&str; 20] = [
    "black",
    "frozen",
    "loudness-range",
    "clipping",
    "silence",
    "phase",
    "balance",
    "speech",
    "caption-place",
    "caption-size",
    "caption-contrast",
    "caption-speed",
    "caption-time",
    "caption-words",
    "ending-voice",
    "ending-words",
    "ending-black",
    "ending-silent",
    "ending-abrupt",
    "ending-short",
];

impl Default for Screen {
    fn default() -> Self {
        let (min_duration, max_duration) = (Duration::from_secs(10), Duration::from_secs(90));
        Self {
            policy: None,
            min_duration,
            max_duration,
            similar: Similar::default(),
            quality: ScreenQuality::default(),
            safety: Safety::default(),
        }
    }
}

impl Default for ScreenQuality {
    fn default() -> Self {
        Self {
            black: Duration::from_secs(1),
            frozen: Duration::from_secs(1),
            silence: Duration::from_millis(1_500),
            speech_db: 6.0,
            letters_percent: 3.0,
            contrast: 3.0,
            characters_per_second: 25.0,
            weights: BTreeMap::new(),
        }
    }
}
