//! Which niche takes which topic, and why.
//!
//! A niche takes a topic that
//! 1. is blocked neither for all niches (`[trends] block`) nor for this one (`block`),
//! 2. is in a language that the niche can be written from (the built-in writer cannot translate),
//! 3. holds none of `avoid` and every one of `required`,
//! 4. holds one of `keywords`, or is close in meaning to `about` or `examples` (a cosine, if there is an endpoint for
//!    vectors); a niche without any of these takes every topic,
//! 5. is at least as strong as `min_score`.
//!
//! Every answer comes with its reasons, also where the answer is no. While the endpoint does not answer, words alone decide;
//! a topic that only its meaning could bring in waits, and is judged again on the next round.

pub mod embed;
pub(crate) mod phrase;
#[cfg(test)]
mod tests;

use std::fmt;

use reelpress_config::{Name, Niche, ScriptWriter, Settings};
use reelpress_vocabulary::{NicheId, SensitiveMark, Topic};
use regex::{Regex, RegexBuilder};

use crate::language;
use phrase::{Endings, Phrase, Text};

/// One reason for an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// It holds a keyword.
    Keyword(String),
    /// It holds what is required.
    Required(String),
    /// It means what the niche is about.
    Close {
        /// The cosine.
        cosine: f64,
        /// The least that is enough.
        least: f64,
    },
    /// The niche takes every topic.
    AnyTopic,
    /// A person must decide first.
    Held(Vec<SensitiveMark>),
    /// It holds what is blocked.
    Blocked {
        /// What.
        phrase: String,
        /// True if it is blocked for all niches.
        everywhere: bool,
    },
    /// The writer cannot translate.
    OtherLanguage {
        /// The topic's.
        topic: String,
        /// The niche's.
        niche: String,
    },
    /// It holds what the niche avoids.
    Avoided(String),
    /// It lacks what is required.
    Missing(String),
    /// It holds no keyword, and does not mean what the niche is about either.
    OffTopic {
        /// The cosine and the least that would be enough, if they are known.
        cosine: Option<(f64, f64)>,
    },
    /// Only its meaning could bring it in, and that is not known yet.
    MeaningUnknown,
    /// It is too weak.
    TooWeak {
        /// Its score.
        score: f64,
        /// The least that is enough.
        least: f64,
    },
    /// It is about a matter that the niche refuses.
    Refused(Vec<SensitiveMark>),
    /// It has been made often enough, by us or by others.
    Saturated(crate::saturation::Saturated),
    /// No enabled account takes the niche.
    NoAccount,
}

impl Why {
    /// A fixed word for metrics.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Keyword(_) => "keyword",
            Self::Required(_) => "required",
            Self::Close { .. } => "close",
            Self::AnyTopic => "any_topic",
            Self::Held(_) => "held",
            Self::Blocked { .. } => "blocked",
            Self::OtherLanguage { .. } => "other_language",
            Self::Avoided(_) => "avoided",
            Self::Missing(_) => "missing",
            Self::OffTopic { .. } => "off_topic",
            Self::MeaningUnknown => "meaning_unknown",
            Self::TooWeak { .. } => "too_weak",
            Self::Refused(_) => "refused",
            Self::Saturated(_) => "saturated",
            Self::NoAccount => "no_account",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyword(phrase) => write!(f, "holds `{phrase}`"),
            Self::Required(phrase) => write!(f, "holds `{phrase}`, which is required"),
            Self::Close { cosine, least } => write!(f, "close in meaning: {cosine:.2}, at least {least:.2}"),
            Self::AnyTopic => f.write_str("the niche takes every topic"),
            Self::Held(marks) => write!(f, "waits for a person: {}", shown(marks)),
            Self::Blocked { phrase, everywhere: true } => write!(f, "`{phrase}` is blocked in [trends]"),
            Self::Blocked { phrase, everywhere: false } => write!(f, "`{phrase}` is blocked"),
            Self::OtherLanguage { topic, niche } => {
                write!(f, "in `{topic}`, and the built-in writer cannot translate to `{niche}`")
            }
            Self::Avoided(phrase) => write!(f, "holds `{phrase}`, which is avoided"),
            Self::Missing(phrase) => write!(f, "does not hold `{phrase}`, which is required"),
            Self::OffTopic { cosine: None } => f.write_str("holds no keyword"),
            Self::OffTopic { cosine: Some((cosine, least)) } => {
                write!(f, "holds no keyword, and its meaning is too far: {cosine:.2}, below {least:.2}")
            }
            Self::MeaningUnknown => f.write_str("holds no keyword, and its meaning is not known yet"),
            Self::TooWeak { score, least } => write!(f, "score {score:.2} is below {least:.2}"),
            Self::Refused(marks) => write!(f, "refused: {}", shown(marks)),
            Self::Saturated(saturated) => write!(f, "saturated: {saturated}"),
            Self::NoAccount => f.write_str("no enabled account takes the niche"),
        }
    }
}

fn shown(marks: &[SensitiveMark]) -> String {
    let one = |mark: &SensitiveMark| format!("{} (`{}`)", mark.class, mark.words.join("`, `"));
    marks.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// What one niche says about one topic.
#[derive(Debug, Clone, PartialEq)]
pub enum Routing {
    /// It takes it.
    Routed {
        /// Which niche.
        niche: NicheId,
        /// Why, strongest first; never empty.
        why: Vec<Why>,
    },
    /// It does not.
    NotRouted {
        /// Which niche.
        niche: NicheId,
        /// The first thing that stands against it.
        why: Why,
    },
}

impl Routing {
    /// Which niche says so.
    #[must_use]
    pub const fn niche(&self) -> &NicheId {
        match self {
            Self::Routed { niche, .. } | Self::NotRouted { niche, .. } => niche,
        }
    }

    /// True if the niche takes the topic.
    #[must_use]
    pub const fn is_routed(&self) -> bool {
        matches!(self, Self::Routed { .. })
    }
}

impl fmt::Display for Routing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Routed { niche, why } => {
                let why = why.iter().map(Why::to_string).collect::<Vec<_>>().join("; ");
                write!(f, "{niche}: taken: {why}")
            }
            Self::NotRouted { niche, why } => write!(f, "{niche}: not taken: {why}"),
        }
    }
}

/// Knows how close titles are to what a niche is about.
pub trait Meaning {
    /// The largest cosine between the niche's description and the title; `None` if it is not known.
    fn closeness(&self, niche: &Name, title: &str) -> Option<f64>;
}

/// Knows nothing: words alone decide.
#[derive(Debug, Clone, Copy)]
pub struct WordsAlone;

impl Meaning for WordsAlone {
    fn closeness(&self, _niche: &Name, _title: &str) -> Option<f64> {
        None
    }
}

/// The niches of one snapshot of the settings, ready to judge topics.
#[derive(Debug)]
pub struct Router {
    block: Vec<Pattern>,
    niches: Vec<Wants>,
    translates: bool,
    /// Least cosine where a niche does not say; `None` without an endpoint.
    closeness: Option<f64>,
}

/// What one niche wants.
#[derive(Debug)]
struct Wants {
    name: Name,
    language: String,
    keywords: Vec<Pattern>,
    /// True if the config names keywords, findable or not.
    has_keywords: bool,
    required: Vec<Pattern>,
    avoid: Vec<Pattern>,
    block: Vec<Pattern>,
    min_score: f64,
    described: bool,
    closeness: Option<f64>,
}

#[derive(Debug)]
struct Pattern {
    shown: String,
    what: What,
}

#[derive(Debug)]
enum What {
    Phrase(Phrase),
    Expression(Regex),
    /// Nothing in it can be found.
    Nothing,
}

impl Pattern {
    fn of(text: &str) -> Self {
        let expression = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|rest| !rest.is_empty());
        let what = match expression {
            Some(expression) => {
                let built = RegexBuilder::new(expression).case_insensitive(true).size_limit(1 << 20).build();
                built.map_or(What::Nothing, What::Expression)
            }
            None => Phrase::of(text).map_or(What::Nothing, What::Phrase),
        };
        Self { shown: text.to_owned(), what }
    }

    fn all(list: &[String]) -> Vec<Self> {
        list.iter().map(|text| Self::of(text)).collect()
    }

    fn is_in(&self, texts: &Texts) -> bool {
        match &self.what {
            What::Phrase(phrase) => texts.parts.iter().any(|part| phrase.is_in(part, Endings::Any)),
            // With and without accents: who writes an expression may use either.
            What::Expression(regex) => {
                regex.is_match(&texts.whole) || texts.parts.iter().any(|part| regex.is_match(&part.folded))
            }
            What::Nothing => false,
        }
    }
}

/// A topic's title and summary: a phrase is not found across the two, an expression may look at both.
struct Texts {
    parts: [Text; 2],
    whole: String,
}

impl Texts {
    fn of(topic: &Topic) -> Self {
        let whole = format!("{}\n{}", topic.title, topic.summary).to_lowercase();
        Self { parts: [Text::of(&topic.title), Text::of(&topic.summary)], whole }
    }

    fn first<'a>(&self, patterns: &'a [Pattern]) -> Option<&'a Pattern> {
        patterns.iter().find(|pattern| pattern.is_in(self))
    }
}

impl Router {
    /// Ready for the niches of these settings.
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let translates = match settings.script.writer {
            ScriptWriter::Builtin => false,
            ScriptWriter::OpenAi(_) => true,
        };
        Self {
            block: Pattern::all(&settings.trends.block),
            niches: settings.niches.iter().map(|(name, niche)| Wants::of(name, niche)).collect(),
            translates,
            closeness: settings.trends.embeddings.as_ref().map(|endpoint| endpoint.closeness),
        }
    }

    /// What every niche says about this topic, by name of niche. Sensitivity and saturation come after it, see
    /// [`crate::orders`].
    #[must_use]
    pub fn judge(&self, topic: &Topic, meaning: &dyn Meaning) -> Vec<Routing> {
        let texts = Texts::of(topic);
        let blocked = texts.first(&self.block);
        let judged = self.niches.iter().map(|wants| {
            let niche = NicheId::from(wants.name.clone());
            if let Some(pattern) = blocked {
                let why = Why::Blocked { phrase: pattern.shown.clone(), everywhere: true };
                return Routing::NotRouted { niche, why };
            }
            match self.ask(wants, topic, &texts, meaning) {
                Ok(why) => Routing::Routed { niche, why },
                Err(why) => Routing::NotRouted { niche, why },
            }
        });
        judged.collect()
    }

    fn ask(&self, wants: &Wants, topic: &Topic, texts: &Texts, meaning: &dyn Meaning) -> Result<Vec<Why>, Why> {
        if let Some(pattern) = texts.first(&wants.block) {
            return Err(Why::Blocked { phrase: pattern.shown.clone(), everywhere: false });
        }
        let speaks = self.translates || topic.language == language::UNKNOWN || topic.language == wants.language;
        if !speaks {
            return Err(Why::OtherLanguage { topic: topic.language.clone(), niche: wants.language.clone() });
        }
        if let Some(pattern) = texts.first(&wants.avoid) {
            return Err(Why::Avoided(pattern.shown.clone()));
        }
        if let Some(missing) = wants.required.iter().find(|pattern| !pattern.is_in(texts)) {
            return Err(Why::Missing(missing.shown.clone()));
        }
        let mut why = self.by_words_or_meaning(wants, topic, texts, meaning)?;
        why.extend(wants.required.iter().map(|pattern| Why::Required(pattern.shown.clone())));
        if why.is_empty() {
            why.push(Why::AnyTopic);
        }
        if topic.score < wants.min_score {
            return Err(Why::TooWeak { score: topic.score, least: wants.min_score });
        }
        Ok(why)
    }

    /// The keyword or the closeness that brings the topic in; nothing where the niche asks for neither.
    fn by_words_or_meaning(
        &self,
        wants: &Wants,
        topic: &Topic,
        texts: &Texts,
        meaning: &dyn Meaning,
    ) -> Result<Vec<Why>, Why> {
        let keyword = texts.first(&wants.keywords).map(|pattern| Why::Keyword(pattern.shown.clone()));
        let least = self.closeness.filter(|_| wants.described).map(|default| wants.closeness.unwrap_or(default));
        let cosine = least.and_then(|least| Some((meaning.closeness(&wants.name, &topic.title)?, least)));
        let close = cosine.filter(|(cosine, least)| cosine >= least);
        let close = close.map(|(cosine, least)| Why::Close { cosine, least });
        if keyword.is_some() || close.is_some() {
            return Ok(keyword.into_iter().chain(close).collect());
        }
        let asks = wants.has_keywords || least.is_some();
        // Required words alone narrow a niche down enough; a description that nobody can compare must not.
        let narrowed = !wants.required.is_empty() && !wants.has_keywords;
        match (asks, least.is_some() && cosine.is_none()) {
            (false, _) => Ok(Vec::new()),
            (true, true) if narrowed => Ok(Vec::new()),
            (true, true) => Err(Why::MeaningUnknown),
            (true, false) => Err(Why::OffTopic { cosine }),
        }
    }
}

impl Wants {
    fn of(name: &Name, niche: &Niche) -> Self {
        let routing = &niche.routing;
        Self {
            name: name.clone(),
            language: niche.language.clone(),
            keywords: Pattern::all(&niche.keywords),
            has_keywords: !niche.keywords.is_empty(),
            required: Pattern::all(&routing.required),
            avoid: Pattern::all(&niche.avoid),
            block: Pattern::all(&routing.block),
            min_score: routing.min_score,
            described: !routing.about.is_empty() || !routing.examples.is_empty(),
            closeness: routing.closeness,
        }
    }
}
