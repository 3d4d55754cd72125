//! What a topic's text offers to a writer: plain sentences and the pages they can be checked on.

mod clean;
mod sentences;

use reelpress_vocabulary::{Source, Topic, spoken_words};

pub(crate) use clean::{alternatives, hidden, hosts, is_invisible, plain, shortened};

use crate::evidence::{Pack, Piece, PieceKind};
use crate::inject::{self, Net};
use crate::phrases::PhraseBook;

/// A sentence of more spoken words is dropped: nobody follows it.
const SENTENCE_WORDS_MAX: usize = 36;
/// A sentence of more spoken words is tightened first.
const SENTENCE_WORDS_LONG: usize = 26;
/// Sentences looked at; what a feed says first is what matters.
const SENTENCES_MAX: usize = 12;

/// One sentence of a topic, ready to be spoken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sentence {
    /// With its punctuation.
    pub text: String,
    /// Spoken words.
    pub words: usize,
    /// It makes sense only right after the sentence before it (`They`, `That third heart`).
    pub leans: bool,
    /// Sentences with a gap before them lost their neighbour.
    pub position: usize,
}

/// A topic as a writer sees it.
#[derive(Debug, Clone)]
pub(crate) struct Material {
    /// The headline as a sentence, its site's name cut off.
    pub title: String,
    /// In the topic's order.
    pub sentences: Vec<Sentence>,
    /// Where the topic was seen, each page once.
    pub sources: Vec<Source>,
}

impl Material {
    /// Takes a topic apart with the rules of a language.
    pub(crate) fn of(pack: &Pack, book: &PhraseBook) -> Self {
        let title = headline(&inject::harmless(pack.title()));
        let told = pack.pieces.iter().filter(|piece| piece.kind == PieceKind::Text).count();
        // Where the text says next to nothing, what other feeds say of it in their headlines is all there is.
        let wanted = |piece: &&Piece| piece.kind == PieceKind::Text || (told < 3 && piece.kind == PieceKind::Sighting);
        let texts = pack.pieces.iter().filter(wanted);
        let sentences = texts
            .enumerate()
            .filter_map(|(position, piece)| sentence(position, &piece.text, book))
            .filter(|sentence| !same_words(&sentence.text, &title))
            .take(SENTENCES_MAX)
            .collect::<Vec<_>>();
        Self { title, sentences: without_repeats(sentences), sources: pack.sources.clone() }
    }
}

/// The sentences of a plain text, trimmed, none empty.
pub(crate) fn split(text: &str, book: &PhraseBook) -> Vec<String> {
    sentences::split(text, book)
}

/// Where the topic was seen, each page once, at most five.
pub(crate) fn sources(topic: &Topic) -> Vec<Source> {
    let mut found = Vec::<Source>::new();
    for evidence in &topic.evidence {
        let Some(link) = evidence.link.as_ref().filter(|link| is_citable(link)) else { continue };
        if found.iter().all(|source| source.link != *link) {
            found.push(source(link, &evidence.title));
        }
    }
    found.truncate(5);
    found
}

/// A link that a script may name as its source.
pub(crate) fn is_citable(link: &url::Url) -> bool {
    matches!(link.scheme(), "http" | "https")
        && link.username().is_empty()
        && link.password().is_none()
        && link.as_str().len() <= 2_000
}

/// A page as a source: its headline, or its host where that says nothing or speaks to the writer.
pub(crate) fn source(link: &url::Url, title: &str) -> Source {
    let title = shortened(&headline(&inject::without_tail(title).0), 150);
    let order = inject::speaks_to_the_writer(&title, Net::Fine);
    let title = if title.is_empty() || order { link.host_str().unwrap_or("source").to_owned() } else { title };
    Source { title, link: link.clone() }
}

/// `Three hearts - Example News` is `Three hearts`; a shouted headline is spoken like any other.
fn headline(text: &str) -> String {
    let text = plain(text);
    let cut = [" | ", " - ", " \u{2013} ", " \u{2014} ", " \u{b7} "]
        .iter()
        .filter_map(|mark| text.rfind(mark).map(|at| (at, at + mark.len())))
        .filter(|(head, tail)| spoken_words(&text[..*head]) >= 3 && spoken_words(&text[*tail..]) <= 3)
        .max();
    let text = cut.map_or(text.as_str(), |(head, _)| &text[..head]).trim().to_owned();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters > 12 && text.chars().all(|c| !c.is_lowercase()) && text.chars().any(char::is_uppercase) {
        let mut characters = text.chars();
        return characters.next().into_iter().chain(characters.flat_map(char::to_lowercase)).collect();
    }
    text
}

fn sentence(position: usize, text: &str, book: &PhraseBook) -> Option<Sentence> {
    let mut text = without_asides(text);
    let lower = text.to_lowercase();
    if book.noise.iter().any(|noise| lower.contains(noise.as_str())) || text.ends_with('?') {
        return None;
    }
    if spoken_words(&text) > SENTENCE_WORDS_LONG {
        text = tightened(&text, book);
    }
    if !text.ends_with(['.', '!', '\u{3002}', '\u{ff01}', '"', '\u{201d}']) {
        text = format!("{}.", text.trim_end_matches([',', ';', ':', '\u{2026}', '-', '\u{2013}', ' ', '.']));
    }
    let words = spoken_words(&text);
    let leans = leans(&text, book);
    (4..=SENTENCE_WORDS_MAX).contains(&words).then_some(Sentence { text, words, leans, position })
}

/// It opens with a word that points back, or has a pronoun before it has said much of its own.
fn leans(text: &str, book: &PhraseBook) -> bool {
    let opening =
        text.split_whitespace().take(4).map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
    opening.enumerate().any(|(at, word)| (at == 0 && book.leaning.contains(&word)) || book.pronouns.contains(&word))
}

/// Drops what stands in round or square brackets: it reads well and speaks badly.
fn without_asides(text: &str) -> String {
    let (mut out, mut depth) = (String::with_capacity(text.len()), 0_usize);
    let balanced = text.matches(['(', '[']).count() == text.matches([')', ']']).count();
    for character in text.chars() {
        match character {
            '(' | '[' if balanced => depth += 1,
            ')' | ']' if balanced => depth = depth.saturating_sub(1),
            kept if depth == 0 => out.push(kept),
            _ => {}
        }
    }
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    out.replace(" .", ".").replace(" ,", ",").replace(" ;", ";")
}

/// Cuts the end of a long sentence off where the head stays whole and true: after a semicolon or a dash, or before a
/// clause that only adds to the last noun.
fn tightened(text: &str, book: &PhraseBook) -> String {
    let marks = ["; ", " \u{2014} ", " \u{2013} ", " -- "].iter().map(|mark| (*mark).to_owned());
    let clauses = book.added_clauses.iter().map(|word| format!(", {word} "));
    marks
        .chain(clauses)
        .filter_map(|mark| text.find(&mark))
        .filter(|at| (8..=SENTENCE_WORDS_LONG).contains(&spoken_words(&text[..*at])))
        .max()
        .map_or_else(|| text.to_owned(), |at| format!("{}.", &text[..at]))
}

fn words_of(text: &str) -> std::collections::BTreeSet<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Share of the smaller text's different words that the other one has too is four fifths or more.
fn same_words(one: &str, other: &str) -> bool {
    let (one, other) = (words_of(one), words_of(other));
    let smaller = one.len().min(other.len());
    smaller > 0 && one.len().abs_diff(other.len()) <= 3 && one.intersection(&other).count() * 5 >= smaller * 4
}

fn without_repeats(sentences: Vec<Sentence>) -> Vec<Sentence> {
    let mut kept = Vec::<Sentence>::new();
    for sentence in sentences {
        if kept.iter().all(|other| !same_words(&other.text, &sentence.text)) {
            kept.push(sentence);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
