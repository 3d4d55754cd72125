//! Phrase books: what the built-in writer knows of a language, as data. They hold manner, never facts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

const BOOKS: [(&str, &str); 4] = [
    ("de", include_str!("../phrases/de.toml")),
    ("en", include_str!("../phrases/en.toml")),
    ("es", include_str!("../phrases/es.toml")),
    ("fr", include_str!("../phrases/fr.toml")),
];

static PARSED: LazyLock<BTreeMap<&str, PhraseBook>> = LazyLock::new(|| {
    BOOKS
        .iter()
        .map(|(language, text)| (*language, toml::from_str(text).expect("a test reads every phrase book")))
        .collect()
});

/// One language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PhraseBook {
    /// Words that end in a stop without ending a sentence, lower case, without the stop.
    pub abbreviations: BTreeSet<String>,
    /// `3. Oktober`.
    pub ordinal_dot: bool,
    /// Plural nouns end in `s`; else nouns are told by their capital letter.
    pub plural_s: bool,
    /// Words that open a sentence, lower case.
    pub openers: BTreeSet<String>,
    /// First words of sentences that lean on the sentence before.
    pub leaning: BTreeSet<String>,
    /// Pronouns that need somebody named before them.
    pub pronouns: BTreeSet<String>,
    /// Words that start a clause which only adds to the noun before it.
    pub added_clauses: Vec<String>,
    /// Words before a reason or a concession, lower case: the main clause before one is whole and true without it.
    pub added_reasons: Vec<String>,
    /// Words that name no subject, lower case: no hashtags are made of them.
    pub generic: BTreeSet<String>,
    /// What says how exactly a figure is meant, lower case, one to three words: `more than`.
    pub qualifiers: BTreeSet<String>,
    /// Parts of sentences that are about the page, not the topic, lower case.
    pub noise: Vec<String>,
    /// Words that carry no meaning alone.
    pub stop_words: BTreeSet<String>,
    /// Words that stand right before a noun or its adjectives.
    pub before_nouns: BTreeSet<String>,
    /// Numbers as words, lower case.
    pub number_words: BTreeSet<String>,
    /// `million` and its like.
    pub scales: BTreeSet<String>,
    /// Units that end a number phrase.
    pub units: BTreeSet<String>,
    /// Words between two numbers: `2 to 6 weeks`.
    pub between: BTreeSet<String>,
    /// Month names, lower case.
    pub months: BTreeSet<String>,
    /// `Source`.
    pub source_label: String,
    /// Manner by tone, first match wins; the last one has no words and matches any tone.
    pub manners: Vec<Manner>,
    /// First sentences.
    pub hooks: Vec<Phrase>,
    /// What may stand before a scene.
    pub bridges: Vec<Phrase>,
    /// Last sentences.
    pub closings: Vec<Phrase>,
}

/// A way of speaking, told by words in the niche's `tone`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manner {
    /// Referred to by phrases.
    pub name: String,
    /// Lower case; any of them in the tone selects this manner.
    #[serde(default)]
    pub words: Vec<String>,
}

/// One phrase.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phrase {
    /// What it needs.
    pub kind: Kind,
    /// With `{title}`, `{fact}`, `{number}`, `{year}` or `{from}`, `{before}`, `{to}`, `{after}`, as its kind has it.
    pub text: String,
    /// Manners it suits; empty suits any.
    #[serde(default)]
    pub manners: Vec<String>,
}

/// What a phrase needs from the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Hook: the headline.
    Title,
    /// Hook: a sentence of the topic that stands alone.
    Fact,
    /// Hook: the headline after its most striking figure.
    Number,
    /// Hook: the headline after a figure that is not of its own subject.
    Aside,
    /// Hook: a question about a figure, which the headline begins to answer.
    Question,
    /// Hook: two years of one thing.
    Change,
    /// Bridge: before any scene; closing: always true.
    Plain,
    /// Bridge: before a scene with a figure.
    Figure,
    /// Bridge: before a scene with a year.
    Year,
    /// Bridge: before the last scene.
    Last,
    /// Bridge: before the sentence that answers the headline's question.
    Answer,
    /// Bridge: before the largest of figures that were told in rising order.
    Largest,
    /// Closing: the topic has a source.
    Source,
}

impl PhraseBook {
    /// The book for an ISO 639-1 code (`en`, also `en-GB`).
    pub(crate) fn of(language: &str) -> Option<(&'static str, &'static Self)> {
        let code = primary(language);
        PARSED.get_key_value(code.as_str()).map(|(code, book)| (*code, book))
    }

    /// The languages there are books for.
    pub(crate) fn languages() -> String {
        BOOKS.map(|(language, _)| language).join(", ")
    }

    /// The text of the book, so that a change of it changes the memo key.
    pub(crate) fn text_of(language: &str) -> Option<&'static str> {
        let code = primary(language);
        BOOKS.iter().find(|(language, _)| *language == code).map(|(_, text)| *text)
    }

    /// The book of a language, or the English one for its rules of where sentences end.
    pub(crate) fn nearest(language: &str) -> &'static Self {
        let book = Self::of(language).or_else(|| Self::of("en")).map(|(_, book)| book);
        book.expect("the English book is always there")
    }

    /// The manner that a tone asks for.
    pub(crate) fn manner(&self, tone: &str) -> &str {
        let tone = tone.to_lowercase();
        let matching = self.manners.iter().find(|manner| {
            manner.words.is_empty()
                || manner.words.iter().any(|word| tone.split(|c: char| !c.is_alphanumeric()).any(|t| t == word))
        });
        matching.map_or("plain", |manner| manner.name.as_str())
    }
}

/// `en` of `en-GB`.
pub(crate) fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

impl Phrase {
    /// Whether it may be used in this manner.
    pub(crate) fn suits(&self, manner: &str) -> bool {
        self.manners.is_empty() || self.manners.iter().any(|name| name == manner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_book_is_complete_and_its_phrases_hold_what_their_kind_needs() {
        for (language, text) in BOOKS {
            let book = toml::from_str::<PhraseBook>(text).unwrap_or_else(|e| panic!("{language}: {e}"));
            assert!(book.manners.last().unwrap().words.is_empty(), "{language}: the last manner matches any tone");
            let names = book.manners.iter().map(|manner| manner.name.as_str()).collect::<BTreeSet<_>>();
            for phrase in book.hooks.iter().chain(&book.bridges).chain(&book.closings) {
                let need = match phrase.kind {
                    Kind::Title => Some("{title}"),
                    Kind::Fact => Some("{fact}"),
                    Kind::Number | Kind::Aside | Kind::Question => Some("{number}"),
                    Kind::Change => Some("{after}"),
                    Kind::Year => Some("{year}"),
                    Kind::Plain | Kind::Figure | Kind::Last | Kind::Answer | Kind::Largest | Kind::Source => None,
                };
                assert!(need.is_none_or(|need| phrase.text.contains(need)), "{language}: {}", phrase.text);
                assert!(phrase.manners.iter().all(|name| names.contains(name.as_str())), "{language}: {}", phrase.text);
                assert!(
                    !phrase.text.chars().any(|c| c.is_ascii_digit()),
                    "{language}: figures are facts: {}",
                    phrase.text
                );
            }
            for name in names {
                let hook = |kind| book.hooks.iter().any(|hook| hook.kind == kind && hook.suits(name));
                assert!(hook(Kind::Title) && hook(Kind::Fact) && hook(Kind::Number), "{language}: hooks for {name}");
                assert!(
                    hook(Kind::Aside) && hook(Kind::Question) && hook(Kind::Change),
                    "{language}: hooks for {name}"
                );
                let bridge = |kind| book.bridges.iter().any(|bridge| bridge.kind == kind && bridge.suits(name));
                assert!(bridge(Kind::Answer) && bridge(Kind::Largest), "{language}: bridges for {name}");
                let closing = |kind| book.closings.iter().any(|closing| closing.kind == kind && closing.suits(name));
                assert!(closing(Kind::Plain) && closing(Kind::Source), "{language}: closings for {name}");
            }
        }
    }

    #[test]
    fn a_tone_selects_its_manner() {
        let (_, book) = PhraseBook::of("en-GB").unwrap();
        assert_eq!(book.manner("calm, precise"), "calm");
        assert_eq!(book.manner("Upbeat and short"), "lively");
        assert_eq!(book.manner("like a news reader: factual"), "sober");
        assert_eq!(book.manner(""), "plain");
        assert!(PhraseBook::of("ja").is_none());
    }
}
