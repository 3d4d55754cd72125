//! Which topics a niche takes: words, closeness in meaning, delicate matters, what is made too often, formats.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Niche, Trends};
use crate::secret::Secret;

/// A delicate matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SensitiveClass {
    /// Deaths, disasters, attacks, wars.
    Tragedies,
    /// Children and young people.
    Minors,
    /// Elections, parties, governments.
    Elections,
    /// Illness, treatment, body and mind.
    Health,
    /// Money that people may lose: shares, credit, crypto-currencies.
    Finance,
    /// Arms and what goes off.
    Weapons,
    /// Drugs, alcohol, tobacco, gambling.
    Drugs,
    /// What is not for the young.
    Adult,
}

impl SensitiveClass {
    /// Every class, in the order that lists use.
    pub const ALL: [Self; 8] = [
        Self::Tragedies,
        Self::Minors,
        Self::Elections,
        Self::Health,
        Self::Finance,
        Self::Weapons,
        Self::Drugs,
        Self::Adult,
    ];

    /// The word for it in config, lists and reasons.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tragedies => "tragedies",
            Self::Minors => "minors",
            Self::Elections => "elections",
            Self::Health => "health",
            Self::Finance => "finance",
            Self::Weapons => "weapons",
            Self::Drugs => "drugs",
            Self::Adult => "adult",
        }
    }
}

impl std::fmt::Display for SensitiveClass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What happens to a topic about a delicate matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SensitivePolicy {
    /// It is taken like any other.
    Allow,
    /// Its item waits for a person before anything is spent on it.
    Hold,
    /// It never becomes an item.
    Refuse,
}

impl SensitivePolicy {
    /// The words for them in config.
    pub const WORDS: [(&'static str, Self); 3] =
        [("allow", Self::Allow), ("hold", Self::Hold), ("refuse", Self::Refuse)];

    /// The word for it in config.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Hold => "hold",
            Self::Refuse => "refuse",
        }
    }
}

/// `[trends.sensitive]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sensitive {
    /// What happens to each class, where a niche does not say otherwise; every class is there.
    pub policies: BTreeMap<SensitiveClass, SensitivePolicy>,
    /// A file of words in place of the built-in one.
    pub lists: Option<PathBuf>,
}

/// `[trends.saturation]`: from when on a topic has been made often enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saturation {
    /// How far back our own briefs are looked at, in days, 1 to 365.
    pub days: u32,
    /// Own briefs about the same thing, over all niches, from which on no more is made; 0 sets no limit.
    pub ours: u32,
    /// Videos of others about it from which on none of ours is made; 0 sets no limit.
    pub videos: u32,
    /// Distinct publishers (domains, authors) that carry it from which on none of ours is made; 0 sets no limit.
    pub publishers: u32,
}

/// `[niches.NAME.saturation]`: what replaces the values of [`Saturation`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NicheSaturation {
    /// As [`Saturation::days`].
    pub days: Option<u32>,
    /// As [`Saturation::ours`].
    pub ours: Option<u32>,
    /// As [`Saturation::videos`].
    pub videos: Option<u32>,
    /// As [`Saturation::publishers`].
    pub publishers: Option<u32>,
}

/// `[trends.embeddings]`: an endpoint that turns titles into vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddingsEndpoint {
    /// Up to and with the version: `http://127.0.0.1:11434/v1`; no trailing slash.
    pub base_url: Url,
    /// The model's name.
    pub model: String,
    /// The key, if one is needed.
    pub api_key: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Most calls a minute.
    pub calls_per_minute: NonZeroU32,
    /// Texts of one call, 1 to 2048.
    pub batch: NonZeroUsize,
    /// Vectors kept over polls and restarts; the least recently used go first.
    pub keep: NonZeroUsize,
    /// Least cosine between a niche's description and a title, 0 to 1, where a niche does not say otherwise.
    pub closeness: f64,
}

/// The keys of `[niches.NAME]` that choose topics beside `keywords` and `avoid`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NicheRouting {
    /// A topic must hold every one of these (written as `keywords` are).
    pub required: Vec<String>,
    /// A topic with one of these is not taken, and nobody is asked (written as `keywords` are).
    pub block: Vec<String>,
    /// Topics below this score are not taken; 0 leaves it to `trends.min_score`.
    pub min_score: f64,
    /// What the niche is about, in a sentence, for [`EmbeddingsEndpoint`]; empty leaves it to the words.
    pub about: String,
    /// Titles of the kind that it wants, for [`EmbeddingsEndpoint`].
    pub examples: Vec<String>,
    /// Least cosine; `None` takes [`EmbeddingsEndpoint::closeness`].
    pub closeness: Option<f64>,
    /// What replaces [`Sensitive::policies`].
    pub sensitive: BTreeMap<SensitiveClass, SensitivePolicy>,
    /// What replaces [`Saturation`].
    pub saturation: NicheSaturation,
    /// What own results may change.
    pub formats: FormatsLearnt,
}

/// `[niches.NAME.formats]`
#[derive(Debug, Clone, PartialEq)]
pub struct FormatsLearnt {
    /// False: own results change nothing here, only what is set below does.
    pub learn: bool,
    /// True: what was learnt until now stays as it is.
    pub frozen: bool,
    /// Share of briefs whose template is taken in turn, whatever was learnt, 0.05 to 1.
    pub explore: f64,
    /// Posts with one feature before it may be recommended, 2 to 1000.
    pub min_posts: u32,
    /// How hooks should open, in place of what was learnt.
    pub hook: Option<HookType>,
    /// Spoken words to aim at, from and to, in place of what was learnt.
    pub words: Option<(u32, u32)>,
    /// Scenes to aim at, from and to, in place of what was learnt.
    pub scenes: Option<(u32, u32)>,
}

/// How a hook opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookType {
    /// Asks something.
    Question,
    /// Promises to show how something is done.
    HowTo,
    /// Sets what is believed against what is so, or one thing against another.
    Contrast,
    /// Leads with a number.
    Number,
    /// Says something, plainly.
    Statement,
}

impl HookType {
    /// Every type, in the order that lists use.
    pub const ALL: [Self; 5] = [Self::Question, Self::HowTo, Self::Contrast, Self::Number, Self::Statement];

    /// The word for it in config, reports and files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::HowTo => "how-to",
            Self::Contrast => "contrast",
            Self::Number => "number",
            Self::Statement => "statement",
        }
    }
}

impl std::fmt::Display for HookType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Trends {
    /// What happens to topics about `class` in `niche`.
    #[must_use]
    pub fn policy(&self, niche: &Niche, class: SensitiveClass) -> SensitivePolicy {
        let by_niche = niche.routing.sensitive.get(&class);
        // A class that nobody spoke of is looked at by a person.
        by_niche.or_else(|| self.sensitive.policies.get(&class)).copied().unwrap_or(SensitivePolicy::Hold)
    }

    /// The limits that hold for `niche`.
    #[must_use]
    pub fn saturation_of(&self, niche: &Niche) -> Saturation {
        let own = niche.routing.saturation;
        Saturation {
            days: own.days.unwrap_or(self.saturation.days),
            ours: own.ours.unwrap_or(self.saturation.ours),
            videos: own.videos.unwrap_or(self.saturation.videos),
            publishers: own.publishers.unwrap_or(self.saturation.publishers),
        }
    }
}
