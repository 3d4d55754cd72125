//! The policy: text rules from a file, each problem of which is named with its place.

use std::fmt;

use reelpress_vocabulary::{Finding, Scripted, Severity};
use regex::{Regex, RegexBuilder};
use serde::Deserialize;
use toml::Spanned;

use crate::text::{Field, FieldText, fields, normalised};

/// Largest compiled pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 1 << 20;

/// Largest compiled pattern of one rule's words, in bytes.
const WORDS_BYTES_MAX: usize = 8 << 20;

/// Most characters of one pattern, word or phrase.
const PATTERN_CHARACTERS_MAX: usize = 500;

/// Most rules of a policy.
const RULES_MAX: usize = 1_000;

/// Places named in one finding.
const EVIDENCE_MAX: usize = 4;

/// Text rules, ready to be applied.
#[derive(Debug, Clone)]
pub struct Policy {
    hash: String,
    rules: Vec<Rule>,
}

/// One mistake in a policy file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblem {
    /// Line, the first is 1.
    pub line: usize,
    /// Column in characters, the first is 1.
    pub column: usize,
    /// What is wrong, with the value and the limit.
    pub message: String,
}

/// Every mistake in a policy file, in order. `Display` gives a line `file:line:column: message` for each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyProblems {
    /// The file as it was named.
    pub file: String,
    /// Never empty.
    pub problems: Vec<PolicyProblem>,
}

impl std::error::Error for PolicyProblems {}
impl fmt::Display for PolicyProblems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{}:{}:{}: {}", self.file, problem.line, problem.column, problem.message)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone)]
struct Rule {
    id: String,
    severity: Severity,
    fields: Vec<Field>,
    languages: Vec<String>,
    patterns: Vec<Regex>,
    unless_sourced: bool,
    message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPolicy {
    version: Spanned<u32>,
    #[serde(default)]
    rules: Vec<Spanned<RawRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: Spanned<String>,
    severity: Severity,
    fields: Spanned<Vec<Field>>,
    #[serde(default)]
    languages: Vec<Spanned<String>>,
    #[serde(default)]
    words: Vec<Spanned<String>>,
    #[serde(default)]
    patterns: Vec<Spanned<String>>,
    #[serde(default)]
    unless_sourced: bool,
    message: Spanned<String>,
    source: Option<Spanned<String>>,
}

impl Policy {
    /// The policy that is part of the program: `config/policies/default.toml`.
    ///
    /// # Panics
    /// Never: a test of this crate parses the very text.
    #[must_use]
    pub fn built_in() -> Self {
        Self::parse("config/policies/default.toml", include_str!("../../../config/policies/default.toml"))
            .expect("the built-in policy is checked by a test")
    }

    /// Reads a policy; `file` is what problems name.
    ///
    /// # Errors
    /// [`PolicyProblems`] with every problem that was found.
    pub fn parse(file: &str, text: &str) -> Result<Self, PolicyProblems> {
        let mut problems = Problems { text, found: Vec::new() };
        let rules = match toml::from_str::<RawPolicy>(text) {
            Ok(raw) => checked(raw, &mut problems),
            Err(error) => {
                problems.add(error.span().map_or(0, |span| span.start), error.message().to_owned());
                Vec::new()
            }
        };
        if problems.found.is_empty() {
            Ok(Self { hash: blake3::hash(text.as_bytes()).to_hex().to_string(), rules })
        } else {
            problems.found.sort_by_key(|problem| (problem.line, problem.column));
            Err(PolicyProblems { file: file.to_owned(), problems: problems.found })
        }
    }

    /// blake3 of the policy's text, hex.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Everything that the rules find in a script, in the order of the rules; one finding for each rule.
    #[must_use]
    pub fn findings(&self, scripted: &Scripted) -> Vec<Finding> {
        let texts = fields(&scripted.script);
        let has_source = !scripted.script.draft().sources.is_empty();
        let language = scripted.brief.language.to_lowercase();
        let language = language.split(['-', '_']).next().unwrap_or_default();
        let applies = |rule: &&Rule| {
            let speaks = rule.languages.is_empty() || rule.languages.iter().any(|code| code == language);
            speaks && !(rule.unless_sourced && has_source)
        };
        self.rules.iter().filter(applies).filter_map(|rule| rule.finding(&texts)).collect()
    }
}

impl Rule {
    fn finding(&self, texts: &[FieldText]) -> Option<Finding> {
        let looked_at = texts.iter().filter(|text| self.fields.contains(&text.field));
        let places = looked_at.filter_map(|text| {
            let found = text.readings.iter().find_map(|reading| self.first_match(reading))?;
            Some(format!("{}: `{}`", text.path, found.trim().chars().take(60).collect::<String>()))
        });
        let places = places.take(EVIDENCE_MAX).collect::<Vec<_>>();
        (!places.is_empty()).then(|| Finding {
            rule: self.id.clone(),
            severity: self.severity,
            message: self.message.clone(),
            evidence: places.join(", "),
        })
    }

    fn first_match<'a>(&self, text: &'a str) -> Option<&'a str> {
        self.patterns.iter().find_map(|pattern| pattern.find(text)).map(|found| found.as_str())
    }
}

fn checked(raw: RawPolicy, problems: &mut Problems<'_>) -> Vec<Rule> {
    if *raw.version.get_ref() != 1 {
        let message = format!("policy version {} is not known (this program reads version 1)", raw.version.get_ref());
        problems.add(raw.version.span().start, message);
    }
    if let Some(first_too_many) = raw.rules.get(RULES_MAX) {
        problems
            .add(first_too_many.span().start, format!("there are {} rules, more than {RULES_MAX}", raw.rules.len()));
    }
    let mut ids = std::collections::BTreeSet::new();
    let mut rules = Vec::with_capacity(raw.rules.len());
    for rule in raw.rules {
        let at = rule.span().start;
        let rule = rule.into_inner();
        if !ids.insert(rule.id.get_ref().clone()) {
            problems.add(rule.id.span().start, format!("rule id `{}` is used twice", rule.id.get_ref()));
        }
        rules.push(checked_rule(rule, at, problems));
    }
    rules
}

fn checked_rule(raw: RawRule, at: usize, problems: &mut Problems<'_>) -> Rule {
    let id = raw.id.get_ref();
    if id.is_empty() || id.len() > 64 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b)) {
        problems.add(raw.id.span().start, format!("rule id `{id}` is not 1 to 64 letters, digits, `.`, `_` or `-`"));
    }
    if raw.fields.get_ref().is_empty() {
        problems.add(raw.fields.span().start, format!("rule `{id}` looks at no field"));
    }
    if raw.message.get_ref().trim().is_empty() {
        problems.add(raw.message.span().start, format!("rule `{id}` has no message"));
    }
    if raw.words.is_empty() && raw.patterns.is_empty() {
        problems.add(at, format!("rule `{id}` has neither `words` nor `patterns`"));
    }
    for language in &raw.languages {
        let code = language.get_ref();
        if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_lowercase()) {
            problems.add(language.span().start, format!("`{code}` is not an ISO 639-1 code, such as `en`"));
        }
    }
    if let Some(source) = &raw.source
        && !(source.get_ref().starts_with("https://") || source.get_ref().starts_with("http://"))
    {
        problems.add(source.span().start, format!("source `{}` is not an http or https link", source.get_ref()));
    }
    let mut patterns = Vec::new();
    patterns.extend(words_pattern(&raw.words, problems));
    for pattern in &raw.patterns {
        patterns.extend(compiled(pattern, problems));
    }
    Rule {
        severity: raw.severity,
        fields: raw.fields.into_inner(),
        languages: raw.languages.into_iter().map(Spanned::into_inner).collect(),
        patterns,
        unless_sourced: raw.unless_sourced,
        message: raw.message.into_inner(),
        id: raw.id.into_inner(),
    }
}

/// All words of a rule as one pattern: a tenth of the work of one for each.
fn words_pattern(words: &[Spanned<String>], problems: &mut Problems<'_>) -> Option<Regex> {
    let mut alternatives = Vec::with_capacity(words.len());
    for word in words {
        if has_fine_length(word, problems) {
            alternatives.push(word_pattern(word.get_ref()));
        }
    }
    let first = words.first().filter(|_| !alternatives.is_empty())?;
    // The texts and these words are in lower case already.
    let regex = RegexBuilder::new(&alternatives.join("|")).size_limit(WORDS_BYTES_MAX).build();
    regex.map_err(|_| problems.add(first.span().start, format!("words need more than {WORDS_BYTES_MAX} bytes"))).ok()
}

fn has_fine_length(written: &Spanned<String>, problems: &mut Problems<'_>) -> bool {
    let characters = written.get_ref().chars().count();
    let is_fine = !normalised(written.get_ref()).trim().is_empty() && characters <= PATTERN_CHARACTERS_MAX;
    if !is_fine {
        let message = format!("pattern or word must have 1 to {PATTERN_CHARACTERS_MAX} characters");
        problems.add(written.span().start, message);
    }
    is_fine
}

fn compiled(written: &Spanned<String>, problems: &mut Problems<'_>) -> Option<Regex> {
    if !has_fine_length(written, problems) {
        return None;
    }
    let (pattern, at) = (written.get_ref(), written.span().start);
    let regex = RegexBuilder::new(pattern).case_insensitive(true).size_limit(PATTERN_BYTES_MAX).build();
    match regex {
        Ok(regex) if regex.is_match("") => {
            problems.add(at, format!("pattern `{pattern}` matches the empty text, so it would find everything"));
            None
        }
        Ok(regex) => Some(regex),
        Err(error) => {
            let reason = if let regex::Error::CompiledTooBig(limit) = error {
                format!("it needs more than {limit} bytes")
            } else {
                error.to_string().lines().last().unwrap_or_default().trim().to_owned()
            };
            problems.add(at, format!("pattern `{pattern}` cannot be used: {reason}"));
            None
        }
    }
}

/// A word or phrase as a pattern: whole words only, any white space between them. A `#` before it belongs to it, and
/// scripts that write without blanks have no edges to ask for.
fn word_pattern(word: &str) -> String {
    let plain = normalised(word);
    let parts = plain.split_whitespace().map(regex::escape).collect::<Vec<_>>();
    let edge = |character: Option<char>| match character {
        Some(character) if (character.is_alphanumeric() || character == '_') && !is_written_together(character) => {
            r"\b"
        }
        _ => "",
    };
    let trimmed = plain.trim();
    format!("{}{}{}", edge(trimmed.chars().next()), parts.join(r"\s+"), edge(trimmed.chars().next_back()))
}

/// Thai, Lao, Khmer, Burmese, kana and Han.
fn is_written_together(character: char) -> bool {
    matches!(
        character,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
    )
}

struct Problems<'a> {
    text: &'a str,
    found: Vec<PolicyProblem>,
}

impl Problems<'_> {
    fn add(&mut self, at: usize, message: impl Into<String>) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        self.found.push(PolicyProblem { line, column, message: message.into().replace('\n', " ") });
    }
}
