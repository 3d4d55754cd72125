//! Files of rules: read, checked, every mistake named with its place.

mod build;
mod raw;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use reelpress_config::{Problem, Problems, position};
use toml::Spanned;

use crate::cases;
use crate::patterns::PatternBook;
use crate::policies::{Policies, PolicyProblems};
use crate::rule::{Pack, Rule};
use crate::subject::Field;
use crate::trigger::Fields;
use crate::words::PhraseBook;
use build::Builder;
use raw::{RawPack, RawRule};

/// Most rules of all packs.
const RULES_MAX: usize = 2_000;
/// Most phrases of all rules.
const PHRASES_MAX: usize = 100_000;

/// Where mistakes of one file are gathered.
struct Mistakes<'a> {
    text: &'a str,
    found: Vec<Problem>,
}

impl Mistakes<'_> {
    fn add(&mut self, at: usize, message: impl Into<String>, hint: Option<&str>) {
        let (line, column) = position(self.text, at);
        let message = message.into().replace('\n', " ");
        self.found.push(Problem { line, column, message, hint: hint.map(str::to_owned) });
    }

    fn line(&self, at: usize) -> u32 {
        position(self.text, at).0
    }
}

/// Reads all files, gathers all mistakes, builds one index.
pub(crate) fn build(files: &[(String, String)], hash: String) -> Result<Policies, PolicyProblems> {
    let (mut words, mut patterns, mut leaves) = (PhraseBook::default(), PatternBook::default(), 0);
    let (mut packs, mut wrong) = (Vec::<Pack>::new(), Vec::new());
    for (file, text) in files {
        let mut mistakes = Mistakes { text, found: Vec::new() };
        let builder = Builder { words: &mut words, patterns: &mut patterns, leaves: &mut leaves };
        if let Some(pack) = read(file, text, builder, &mut mistakes) {
            if let Some(other) = packs.iter().find(|other| other.name == pack.name) {
                let message = format!("pack `{}` is in {} already", pack.name, other.file);
                mistakes.add(0, message, Some("one of them must have another name"));
            }
            packs.push(pack);
        }
        if !mistakes.found.is_empty() {
            wrong.push(Problems::new(file, mistakes.found));
        }
    }
    if !wrong.is_empty() {
        return Err(PolicyProblems(wrong));
    }
    let too_much = |message: String| {
        let file = files.first().map_or("policies", |(file, _)| file.as_str());
        let problem = Problem { line: 1, column: 1, message, hint: None };
        PolicyProblems(vec![Problems::new(file, vec![problem])])
    };
    let rules = packs.iter().map(|pack| pack.rules.len()).sum::<usize>();
    if rules > RULES_MAX || words.len() > PHRASES_MAX {
        let message = format!("{rules} rules with {} phrases are more than {RULES_MAX} or {PHRASES_MAX}", words.len());
        return Err(too_much(message));
    }
    let counts = (words.len(), patterns.len());
    let words = words.build().map_err(|error| too_much(format!("phrases cannot be indexed: {error}")))?;
    let patterns = patterns.build().map_err(|error| too_much(format!("patterns cannot be indexed: {error}")))?;
    Ok(Policies::assemble(packs, hash, (words, patterns), leaves as usize, counts))
}

fn read(file: &str, text: &str, mut builder: Builder<'_>, mistakes: &mut Mistakes<'_>) -> Option<Pack> {
    let raw = match toml::from_str::<RawPack>(text) {
        Ok(raw) => raw,
        Err(error) => {
            mistakes.add(error.span().map_or(0, |span| span.start), error.message(), None);
            return None;
        }
    };
    let head = raw.pack;
    let stem = file.rsplit('/').next().and_then(|name| name.strip_suffix(".toml"));
    let name = head.name.get_ref();
    if !is_name(name) {
        mistakes.add(head.name.span().start, format!("pack's name `{name}` is not 1 to 40 of a-z, 0-9 and `-`"), None);
    } else if stem.is_some_and(|stem| stem != name) {
        let message = format!("pack `{name}` lies in a file of another name");
        mistakes.add(head.name.span().start, message, Some("name the file after the pack"));
    }
    if *head.version.get_ref() == 0 {
        mistakes.add(head.version.span().start, "pack's version is 0", Some("the first one is 1"));
    }
    if !is_day(head.read.get_ref()) {
        let message = format!("`{}` is no day", head.read.get_ref());
        mistakes.add(
            head.read.span().start,
            message,
            Some("the day on which the sources were read, as \"2026-11-21\""),
        );
    }
    let lists = build::checked_lists(raw.lists, mistakes);
    let mut ids = BTreeSet::new();
    let mut rules = Vec::with_capacity(raw.rules.len());
    for rule in raw.rules {
        let at = rule.span().start;
        let rule = rule.into_inner();
        if !ids.insert(rule.id.get_ref().clone()) {
            mistakes.add(rule.id.span().start, format!("rule `{}` is there twice", rule.id.get_ref()), None);
        }
        rules.extend(checked(rule, at, &lists, &mut builder, mistakes));
    }
    let (name, version) = (head.name.into_inner(), head.version.into_inner());
    Some(Pack { name, version, title: head.title, read: head.read.into_inner(), rules, file: file.to_owned() })
}

fn checked(
    raw: RawRule,
    at: usize,
    lists: &build::Lists,
    builder: &mut Builder<'_>,
    mistakes: &mut Mistakes<'_>,
) -> Option<Rule> {
    let id = raw.id.get_ref().clone();
    if !is_name(&id) {
        mistakes.add(raw.id.span().start, format!("rule's name `{id}` is not 1 to 40 of a-z, 0-9 and `-`"), None);
    }
    let source = raw.source.get_ref();
    if !(source.starts_with("https://") || source == "own") {
        let hint = "or `own` for a rule of the house";
        mistakes.add(raw.source.span().start, format!("source `{source}` is not an https link"), Some(hint));
    }
    for (name, text) in [("title", &raw.title), ("what", &raw.what), ("do", &raw.advice)] {
        if text.get_ref().trim().is_empty() {
            mistakes.add(text.span().start, format!("rule `{id}` has an empty `{name}`"), None);
        }
    }
    for code in raw.languages.iter().chain(&raw.regions) {
        if code.get_ref().len() != 2 || !code.get_ref().bytes().all(|b| b.is_ascii_lowercase()) {
            let message = format!("`{}` is not a code of two small letters", code.get_ref());
            mistakes.add(code.span().start, message, Some("`de` for a language or a country, `eu` for the union"));
        }
    }
    let fields = if raw.fields.is_empty() { Field::WRITTEN.to_vec() } else { raw.fields };
    let trigger = builder.trigger(raw.trigger, Fields::of(&fields), lists, mistakes)?;
    let plain = |list: Vec<Spanned<String>>| list.into_iter().map(Spanned::into_inner).collect::<Vec<_>>();
    let (finds, passes, tests) = (raw.finds, raw.passes, raw.tests);
    let mut rule = Rule {
        id,
        title: raw.title.into_inner(),
        source: raw.source.into_inner(),
        action: raw.action,
        what: raw.what.into_inner(),
        advice: raw.advice.into_inner(),
        platforms: raw.platforms,
        regions: plain(raw.regions),
        niches: raw.niches,
        languages: plain(raw.languages),
        presumes: raw.unknown == raw::Unknown::Act,
        trigger,
        cases: Vec::new(),
        line: mistakes.line(at),
    };
    let mut wrong = Vec::new();
    for (written, expect) in finds
        .into_iter()
        .map(|w| (w, cases::Expect::Finds))
        .chain(passes.into_iter().map(|w| (w, cases::Expect::Passes)))
    {
        let line = mistakes.line(written.span().start);
        let field = if fields.contains(&Field::Caption) { Field::Caption } else { fields[0] };
        match cases::Case::short(written.get_ref(), expect, field, &rule, line) {
            Ok(case) => rule.cases.push(case),
            Err(message) => wrong.push((written.span().start, message)),
        }
    }
    for test in tests {
        let (at, line) = (test.span().start, mistakes.line(test.span().start));
        match cases::Case::long(test.into_inner(), &rule, line) {
            Ok(case) => rule.cases.push(case),
            Err(message) => wrong.push((at, message)),
        }
    }
    for (at, message) in wrong {
        mistakes.add(at, message, None);
    }
    Some(rule)
}

fn is_name(name: &str) -> bool {
    (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_day(text: &str) -> bool {
    let form = |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(form)
}
