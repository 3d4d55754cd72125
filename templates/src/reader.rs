//! Takes values out of a TOML table and keeps every problem with its place, so that one reading finds them all.
//! A value that is wrong is replaced by a stand-in; the stand-in is never seen, since the look is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::colour::Colour;
use crate::problem::TemplateProblem;
use crate::value::{Found, boolean_of, number_of};

/// The file that is being read and what was wrong so far.
pub(crate) struct Page<'a> {
    pub(crate) file: &'a Path,
    pub(crate) text: &'a str,
    pub(crate) problems: Vec<TemplateProblem>,
}

impl Page<'_> {
    pub(crate) fn problem(&mut self, place: &Range<usize>, message: String) {
        self.problems.push(TemplateProblem::at(self.file, self.text, place.start, message));
    }
}

/// One table of the file.
pub(crate) struct Section<'t> {
    /// `caption.`, or empty for the file itself.
    prefix: String,
    place: Range<usize>,
    table: Option<&'t DeTable<'t>>,
    asked: BTreeSet<&'static str>,
}

impl<'t> Section<'t> {
    pub(crate) fn root(table: &'t Spanned<DeTable<'t>>) -> Self {
        Self { prefix: String::new(), place: 0..0, table: Some(table.get_ref()), asked: BTreeSet::new() }
    }

    /// A table within this one.
    pub(crate) fn section(&mut self, page: &mut Page<'_>, key: &'static str) -> Self {
        let found = self.value(page, key).map(|value| (value.span(), value.get_ref().as_table()));
        let (place, table) = match found {
            Some((place, Some(table))) => (place, Some(table)),
            Some((place, None)) => {
                page.problem(&place, format!("`{}{key}` must be a table", self.prefix));
                (place, None)
            }
            None => (self.place.clone(), None),
        };
        Self { prefix: format!("{}{key}.", self.prefix), place, table, asked: BTreeSet::new() }
    }

    fn value(&mut self, page: &mut Page<'_>, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.asked.insert(key);
        let found = self.table?.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value);
        if found.is_none() {
            page.problem(&self.place.clone(), format!("`{}{key}` is missing", self.prefix));
        }
        found
    }

    pub(crate) fn text(&mut self, page: &mut Page<'_>, key: &'static str) -> String {
        self.pick(page, key, "text in quotes", |value| value.as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub(crate) fn boolean(&mut self, page: &mut Page<'_>, key: &'static str) -> bool {
        self.pick(page, key, "`true` or `false`", boolean_of).unwrap_or_default()
    }

    pub(crate) fn colour(&mut self, page: &mut Page<'_>, key: &'static str) -> Colour {
        self.pick(page, key, "a colour such as `\"#1A2B3C\"`", |value| value.as_str().and_then(Colour::parse))
            .unwrap_or(Colour::BLACK)
    }

    /// A number within `range`.
    pub(crate) fn number(&mut self, page: &mut Page<'_>, key: &'static str, range: RangeInclusive<f32>) -> f32 {
        let wanted = format!("a number from {} to {}", range.start(), range.end());
        self.pick(page, key, &wanted, |value| {
            let number = number_of(value)?;
            range.contains(&number).then_some(number)
        })
        .unwrap_or(*range.start())
    }

    /// A whole number within `range`.
    pub(crate) fn whole(&mut self, page: &mut Page<'_>, key: &'static str, range: RangeInclusive<u32>) -> u32 {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        self.pick(page, key, &wanted, |value| {
            let integer = value.as_integer()?;
            let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok()?;
            range.contains(&number).then_some(number)
        })
        .unwrap_or(*range.start())
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, page: &mut Page<'_>, key: &'static str, words: &[(&str, T)]) -> T {
        let names: Vec<String> = words.iter().map(|(name, _)| format!("`{name}`")).collect();
        let wanted = format!("one of {}", names.join(", "));
        self.pick(page, key, &wanted, |value| {
            words.iter().find(|(name, _)| value.as_str() == Some(name)).map(|(_, meaning)| *meaning)
        })
        .unwrap_or(words[0].1)
    }

    /// A list of one to eight texts.
    pub(crate) fn texts(&mut self, page: &mut Page<'_>, key: &'static str) -> Vec<String> {
        self.pick(page, key, "a list of 1 to 8 texts", |value| {
            let list: Vec<String> = value
                .as_array()?
                .iter()
                .map(|entry| entry.get_ref().as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned))
                .collect::<Option<_>>()?;
            (1..=8).contains(&list.len()).then_some(list)
        })
        .unwrap_or_default()
    }

    /// A text for each language, `en` among them, each of `length` characters.
    pub(crate) fn languages(
        &mut self,
        page: &mut Page<'_>,
        key: &'static str,
        length: &RangeInclusive<usize>,
    ) -> BTreeMap<String, String> {
        let section = self.section(page, key);
        let mut texts = BTreeMap::new();
        let Some(table) = section.table else { return texts };
        for (language, value) in table {
            let code = language.get_ref();
            if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_lowercase()) {
                page.problem(&language.span(), format!("language `{code}` is not a two-letter ISO 639-1 code"));
            }
            match value.get_ref().as_str() {
                Some(text) if length.contains(&text.trim().chars().count()) => {
                    texts.insert(code.to_string(), text.trim().to_owned());
                }
                Some(_) | None => page.problem(
                    &value.span(),
                    format!(
                        "`{}{code}` must be text of {} to {} characters",
                        section.prefix,
                        length.start(),
                        length.end()
                    ),
                ),
            }
        }
        if !table.keys().any(|language| language.get_ref() == "en") {
            page.problem(&section.place, format!("`{}en` is missing", section.prefix));
        }
        texts
    }

    /// Where `key`'s value is, for a problem that is found later.
    pub(crate) fn place_of(&self, key: &str) -> Range<usize> {
        self.table
            .and_then(|table| table.iter().find(|(name, _)| name.get_ref() == key))
            .map_or_else(|| self.place.clone(), |(_, value)| value.span())
    }

    /// Reports every key that nobody asked for.
    pub(crate) fn finish(self, page: &mut Page<'_>) {
        for name in self.table.into_iter().flat_map(|table| table.keys()) {
            if !self.asked.contains(name.get_ref().as_ref()) {
                let known: Vec<&str> = self.asked.iter().copied().collect();
                page.problem(
                    &name.span(),
                    format!("`{}{}` is not a key here (known: {})", self.prefix, name.get_ref(), known.join(", ")),
                );
            }
        }
    }

    fn pick<T>(
        &mut self,
        page: &mut Page<'_>,
        key: &'static str,
        wanted: &str,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Option<T> {
        let value = self.value(page, key)?;
        let read = read(value.get_ref());
        if read.is_none() {
            page.problem(
                &value.span(),
                format!("`{}{key}` must be {wanted}, not {}", self.prefix, Found(value.get_ref())),
            );
        }
        read
    }
}
