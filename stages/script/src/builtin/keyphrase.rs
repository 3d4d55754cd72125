//! The few words of a sentence that are worth a place on the screen: its figure, its name, or its weightiest words.

use std::collections::BTreeSet;

use crate::phrases::PhraseBook;

/// Finds phrases by the rules of one language.
pub(super) struct Phrases<'a> {
    book: &'a PhraseBook,
}

#[derive(Debug, Clone)]
struct Token<'t> {
    /// Without punctuation around it.
    core: &'t str,
    lower: String,
    /// Punctuation follows: a phrase does not go over it.
    ends: bool,
}

impl<'a> Phrases<'a> {
    pub(super) fn new(book: &'a PhraseBook) -> Self {
        Self { book }
    }

    /// Candidates for the screen, best first.
    pub(super) fn keys(&self, text: &str) -> Vec<String> {
        let tokens = tokens(text);
        let mut keys = self.numbers(&tokens);
        keys.extend(self.names(&tokens));
        keys.extend(self.noun_phrases(&tokens));
        keys.extend(years(&tokens));
        keys.into_iter().map(|key| capitalised(&key)).collect()
    }

    /// The first figure with its unit: `50,000 degrees Fahrenheit`, `three hearts`.
    pub(super) fn number(&self, text: &str) -> Option<String> {
        self.numbers(&tokens(text)).into_iter().next()
    }

    /// The first figure with what stands before it: `Nearly 11 kilometers`.
    pub(super) fn number_as_told(&self, text: &str) -> Option<String> {
        let tokens = tokens(text);
        let (at, number) = (0..tokens.len()).find_map(|at| Some((at, self.number_at(&tokens, at)?)))?;
        let before = |count: usize| {
            let run = &tokens[at.checked_sub(count)?..at];
            let text = run.iter().map(|token| token.lower.as_str()).collect::<Vec<_>>().join(" ");
            (run.iter().all(|token| !token.ends) && self.book.qualifiers.contains(&text)).then_some(text)
        };
        let qualifier = (1..=3).rev().find_map(before);
        Some(capitalised(&qualifier.map_or_else(|| number.clone(), |qualifier| format!("{qualifier} {number}"))))
    }

    /// How many figures a text tells.
    pub(super) fn numbers_in(&self, text: &str) -> usize {
        self.numbers(&tokens(text)).len()
    }

    /// Words that are surely nouns: right after an article or a preposition somewhere, or a name.
    pub(super) fn nouns(&self, title: &str, text: &str) -> BTreeSet<String> {
        let mut found = tokens(title).into_iter().take(1).map(|token| token.lower).collect::<BTreeSet<_>>();
        for tokens in [tokens(title), tokens(text)] {
            for pair in tokens.windows(2) {
                let follows = self.book.before_nouns.contains(&pair[0].lower) && !pair[0].ends;
                if follows || (starts_upper(pair[1].core) && !pair[0].ends) {
                    found.insert(pair[1].lower.clone());
                }
            }
        }
        found.retain(|word| !self.book.generic.contains(word) && !crate::ground::is_unit(word));
        found
    }

    /// Lower-case words that carry meaning, in order.
    pub(super) fn content_words(&self, text: &str) -> Vec<String> {
        tokens(text).into_iter().filter(|token| self.is_content(token)).map(|token| token.lower).collect()
    }

    /// Up to so many words of a headline that its text takes up again: they are what it is about.
    pub(super) fn shared_words(&self, title: &str, text: &str, most: usize) -> Vec<String> {
        let known = self.content_words(text).iter().map(|word| stem(word).to_owned()).collect::<BTreeSet<_>>();
        let mut words = self.subject_words(title, usize::MAX);
        let name = |word: &String| {
            title.split_whitespace().skip(1).any(|t| starts_upper(t) && t.to_lowercase().contains(word.as_str()))
        };
        words.retain(|word| {
            known.contains(stem(word))
                && !self.book.number_words.contains(word)
                && (word.chars().count() >= 5 || name(word))
        });
        if words.is_empty() {
            words = self.subject_words(title, 1);
        }
        words.truncate(most);
        words
    }

    /// Whether most of a sentence's weight is in the headline already.
    pub(super) fn repeats(&self, sentence: &str, title: &str) -> bool {
        let title = self.content_words(title).iter().map(|word| stem(word).to_owned()).collect::<BTreeSet<_>>();
        let words = self.content_words(sentence);
        let told = words.iter().filter(|word| title.contains(stem(word))).count();
        !words.is_empty() && told * 5 >= words.len() * 3
    }

    /// Up to so many words that say what a text is about, lower case, in the text's order.
    pub(super) fn subject_words(&self, text: &str, most: usize) -> Vec<String> {
        let tokens = tokens(text);
        let mut words = tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| {
                self.is_content(token) && token.core.chars().count() >= 3 && token.core.chars().all(char::is_alphabetic)
            })
            .filter(|(_, token)| !self.book.months.contains(&token.lower))
            .map(|(at, token)| {
                let name = at > 0 && starts_upper(token.core);
                (token.core.chars().count() + if name { 4 } else { 0 }, at, token.lower.clone())
            })
            .collect::<Vec<_>>();
        words.sort_by_key(|(weight, at, _)| (std::cmp::Reverse(*weight), *at));
        words.dedup_by(|one, other| one.2 == other.2);
        words.truncate(most);
        words.sort_by_key(|(_, at, _)| *at);
        words.into_iter().map(|(_, _, word)| word).collect()
    }

    fn is_content(&self, token: &Token<'_>) -> bool {
        token.core.chars().any(char::is_alphabetic) && !self.book.stop_words.contains(&token.lower)
    }

    fn is_figure(&self, token: &Token<'_>) -> bool {
        token.core.starts_with(|c: char| c.is_ascii_digit()) || self.book.number_words.contains(&token.lower)
    }

    fn numbers(&self, tokens: &[Token<'_>]) -> Vec<String> {
        (0..tokens.len()).filter_map(|at| self.number_at(tokens, at)).collect()
    }

    fn number_at(&self, tokens: &[Token<'_>], at: usize) -> Option<String> {
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        // `Voyager 1`, `panel 7`: part of a name, unless the sentence starts there.
        let named = before.is_some_and(|before| !before.ends && at > 1 && starts_upper(before.core));
        let ranged = at >= 2 && self.book.between.contains(&tokens[at - 1].lower) && self.is_figure(&tokens[at - 2]);
        if !self.is_figure(&tokens[at]) || is_year(tokens[at].core) || named || ranged || is_glued(tokens[at].core) {
            return None;
        }
        let mut end = at;
        if tokens[end].ends {
            return None;
        }
        if tokens.get(at + 1).is_some_and(|word| self.book.between.contains(&word.lower) && !word.ends)
            && tokens.get(at + 2).is_some_and(|word| self.is_figure(word) && !word.ends)
        {
            end = at + 2;
        }
        while !tokens[end].ends && tokens.get(end + 1).is_some_and(|word| self.book.scales.contains(&word.lower)) {
            end += 1;
        }
        let noun = self.noun_after(tokens, end)?;
        Some(join(&tokens[at..=noun]))
    }

    /// Where the thing counted ends: the unit, the first plural, or else the first word.
    fn noun_after(&self, tokens: &[Token<'_>], from: usize) -> Option<usize> {
        let mut first = None;
        for at in from + 1..(from + 4).min(tokens.len()) {
            if tokens[at - 1].ends || !self.is_content(&tokens[at]) || self.book.months.contains(&tokens[at].lower) {
                break;
            }
            first.get_or_insert(at);
            let plural = if self.book.plural_s {
                tokens[at].lower.ends_with('s') && !tokens[at].lower.ends_with("ss")
            } else {
                starts_upper(tokens[at].core)
            };
            if plural || self.book.units.contains(&tokens[at].lower) {
                // `degrees Fahrenheit`
                let more =
                    !tokens[at].ends && tokens.get(at + 1).is_some_and(|next| self.book.units.contains(&next.lower));
                return Some(if more { at + 1 } else { at });
            }
        }
        first
    }

    fn names(&self, tokens: &[Token<'_>]) -> Vec<String> {
        let mut names = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let mut end = at;
            while end < tokens.len()
                && (starts_upper(tokens[end].core) || (end > at && is_label(tokens[end].core)))
                && !self.book.stop_words.contains(&tokens[end].lower)
            {
                end += 1;
                if tokens[end - 1].ends {
                    break;
                }
            }
            let run = &tokens[at..end];
            let opens = at == 0 || (at > 0 && tokens[at - 1].ends);
            let telling = run.iter().any(|token| {
                token.core.chars().count() >= 3
                    && token.core.chars().any(char::is_alphabetic)
                    && !self.book.months.contains(&token.lower)
            });
            if telling && run.len() <= 4 && (run.len() >= 2 || !opens) {
                names.push((run.len(), join(run)));
            }
            at = end.max(at + 1);
        }
        // German writes every noun with a capital: one word alone is no name there.
        names.retain(|(length, _)| self.book.plural_s || *length >= 2);
        names.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// `a shock wave`, `of natural asphalt`: what follows a word that stands before nouns, up to the next small word.
    fn noun_phrases(&self, tokens: &[Token<'_>]) -> Vec<String> {
        let mut found = Vec::new();
        for at in 1..tokens.len() {
            if tokens[at - 1].ends || !self.book.before_nouns.contains(&tokens[at - 1].lower) {
                continue;
            }
            let mut end = at;
            while end < tokens.len() && end < at + 3 {
                // `the Voyager 1`, and not `the clocks gain 45`.
                let label = end > at && is_label(tokens[end].core) && starts_upper(tokens[end - 1].core);
                if !(self.is_content(&tokens[end]) || label) || self.book.months.contains(&tokens[end].lower) {
                    break;
                }
                end += 1;
                if tokens[end - 1].ends {
                    break;
                }
            }
            // Near the start of a sentence the run holds the verb as well: keep what is surely the noun.
            let whole = at >= 4 || end == tokens.len() || tokens[at..end].last().is_some_and(|token| token.ends);
            let run = if whole { &tokens[at..end] } else { &tokens[at..end.min(at + 1)] };
            let text = join(run);
            let letters = text.chars().count();
            // `half a millimeter`: a unit without its figure says nothing.
            if run.last().is_some_and(|token| crate::ground::is_unit(&token.lower)) {
                continue;
            }
            if (run.len() >= 2 && letters <= 30) || (run.len() == 1 && letters >= 6) {
                found.push((run.len() >= 2, letters, text));
            }
        }
        found.sort_by_key(|(several, letters, _)| std::cmp::Reverse((*several, *letters)));
        found.into_iter().map(|(_, _, text)| text).collect()
    }
}

/// The year, if the sentence has exactly one and does not start with it.
pub(super) fn year_told_late(text: &str) -> Option<String> {
    let tokens = tokens(text);
    let mut found = tokens.iter().enumerate().filter(|(_, token)| is_year(token.core));
    let (at, token) = found.next()?;
    (found.next().is_none() && at >= 5).then(|| token.core.to_owned())
}

/// The year of a sentence that has exactly one.
pub(super) fn only_year(text: &str) -> Option<String> {
    let tokens = tokens(text);
    let mut found = tokens.iter().filter(|token| is_year(token.core));
    let token = found.next()?;
    found.next().is_none().then(|| token.core.to_owned())
}

/// Whether a sentence has a year.
pub(super) fn has_year(text: &str) -> bool {
    tokens(text).iter().any(|token| is_year(token.core))
}

fn years(tokens: &[Token<'_>]) -> Vec<String> {
    tokens.iter().filter(|token| is_year(token.core)).map(|token| token.core.to_owned()).collect()
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    text.split_whitespace()
        .filter_map(|word| {
            let core = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%' && c != '\u{b0}');
            let core = core.strip_suffix("'s").or_else(|| core.strip_suffix("\u{2019}s")).unwrap_or(core);
            let ends =
                word.ends_with(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '\u{2019}' | '%' | '\u{b0}'));
            (!core.is_empty()).then(|| Token { core, lower: core.to_lowercase(), ends })
        })
        .collect()
}

fn join(tokens: &[Token<'_>]) -> String {
    tokens.iter().map(|token| token.core).collect::<Vec<_>>().join(" ")
}

/// `heart` of `hearts`: enough to find a word again.
fn stem(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

fn is_year(core: &str) -> bool {
    core.len() == 4 && core.parse::<u32>().is_ok_and(|year| (1_000..2_100).contains(&year))
}

/// `2,000-year-old`, `1870s`: a figure grown into a word.
fn is_glued(core: &str) -> bool {
    core.starts_with(|c: char| c.is_ascii_digit()) && core.chars().any(char::is_alphabetic)
}

/// The `1` of `Voyager 1`, the `II` of `Mark II`.
fn is_label(core: &str) -> bool {
    core.len() <= 4 && core.chars().all(|c| c.is_ascii_digit())
}

fn starts_upper(core: &str) -> bool {
    core.starts_with(char::is_uppercase)
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
}
