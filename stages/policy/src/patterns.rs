//! All patterns of all rules as one set of regular expressions, in linear time.

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};

use crate::fold::Document;
use crate::words::Hit;

/// Largest compiled pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 1 << 20;
/// Largest compiled set, in bytes.
const SET_BYTES_MAX: usize = 64 << 20;

/// Patterns while they are gathered.
#[derive(Debug, Default)]
pub(crate) struct PatternBook {
    patterns: Vec<Pattern>,
}

#[derive(Debug, Clone)]
struct Pattern {
    regex: Regex,
    leaf: u32,
    language: Option<String>,
}

/// Patterns, ready to be found.
#[derive(Debug, Clone)]
pub(crate) struct PatternIndex {
    set: RegexSet,
    patterns: Vec<Pattern>,
}

impl PatternBook {
    /// Takes a pattern, or says why it cannot be used.
    pub(crate) fn add(&mut self, written: &str, leaf: u32, language: Option<String>) -> Result<(), String> {
        if let Some(accented) = written.chars().find(|c| c.is_alphabetic() && !c.is_ascii() && is_folded_away(*c)) {
            return Err(format!("pattern `{written}` holds `{accented}`, but texts are matched without accents"));
        }
        if written.chars().any(char::is_uppercase) && !has_only_class_capitals(written) {
            return Err(format!("pattern `{written}` holds a capital, but texts are matched in lower case"));
        }
        let regex = builder(&plain_classes(written)).build().map_err(|error| {
            let reason = if let regex::Error::CompiledTooBig(limit) = error {
                format!("it needs more than {limit} bytes")
            } else {
                error.to_string().lines().last().unwrap_or_default().trim().to_owned()
            };
            format!("pattern `{written}` cannot be used: {reason}")
        })?;
        if regex.is_match("") {
            return Err(format!("pattern `{written}` matches the empty text, so it would find everything"));
        }
        self.patterns.push(Pattern { regex, leaf, language });
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.patterns.len()
    }

    pub(crate) fn build(self) -> Result<PatternIndex, regex::Error> {
        let texts = self.patterns.iter().map(|pattern| pattern.regex.as_str());
        let mut builder = RegexSetBuilder::new(texts);
        builder.multi_line(true).size_limit(SET_BYTES_MAX).dfa_size_limit(SET_BYTES_MAX);
        Ok(PatternIndex { set: builder.build()?, patterns: self.patterns })
    }
}

impl PatternIndex {
    /// Every place where a pattern matches, in no order.
    pub(crate) fn find(&self, document: &Document, language: Option<&str>) -> Vec<Hit> {
        let text = &document.bare.text;
        let mut hits = Vec::new();
        for at in self.set.matches(text) {
            let pattern = &self.patterns[at];
            let speaks = match (&pattern.language, language) {
                (Some(own), Some(language)) => own == language,
                (None, _) | (_, None) => true,
            };
            if !speaks {
                continue;
            }
            // Line by line: what reaches over the end of a line would lie in two texts.
            for line in document.bare.line_ranges() {
                for found in pattern.regex.find_iter(&text[line.clone()]) {
                    let range = line.start + found.start()..line.start + found.end();
                    if let Some((source, start, end)) = document.bare.origin(range, &document.sources) {
                        hits.push(Hit { leaf: pattern.leaf, source, start, end, part: 0, excuses: false });
                    }
                }
            }
        }
        hits
    }
}

fn builder(pattern: &str) -> RegexBuilder {
    let mut builder = RegexBuilder::new(pattern);
    builder.multi_line(true).size_limit(PATTERN_BYTES_MAX);
    builder
}

fn is_folded_away(letter: char) -> bool {
    crate::fold::phrase(&letter.to_string(), false) != letter.to_string()
}

/// Capitals stand in classes such as `\W` and `\p{L}` only.
fn has_only_class_capitals(pattern: &str) -> bool {
    let mut inside_name = false;
    let mut before = ' ';
    for character in pattern.chars() {
        inside_name = match character {
            '{' => before == 'p' || before == 'P',
            '}' => false,
            _ => inside_name,
        };
        if character.is_uppercase() && before != '\\' && !inside_name {
            return false;
        }
        before = character;
    }
    true
}

/// Word edges, digits and blanks as ASCII: texts are folded, and the automaton for these is small and never gives up.
fn plain_classes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some('b') => out.push_str(r"(?-u:\b)"),
            Some('d') => out.push_str("[0-9]"),
            Some('s') => out.push_str("[ ]"),
            Some('w') => out.push_str("[a-z0-9_]"),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}
