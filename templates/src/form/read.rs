//! Reads a template from TOML: every problem in one reading, each with its place. A value that is wrong is replaced by a
//! stand-in; the stand-in is never seen, since the template is refused.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::path::Path;

use reelpress_config::nearest;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::write::INKS;
use super::{Form, Words, layers};
use crate::colour::Colour;
use crate::problem::TemplateProblem;
use crate::template::{Ink, Place, Template};
use crate::value::{Found, boolean_of, number_of};

/// Most layers, and most of any other list of tables: a template is a page of text.
const MOST_SECTIONS: usize = 64;

/// Where each value of a file is: the byte of `layers[2].size`.
pub(crate) type Spans = BTreeMap<String, usize>;

/// Reads one template, and where its values are.
///
/// # Errors
/// Every problem of the text, in the order of its lines; never empty.
pub(crate) fn parse(file: &Path, name: &str, text: &str) -> Result<(Template, Spans), Vec<TemplateProblem>> {
    let (table, broken) = DeTable::parse_recoverable(text);
    if !broken.is_empty() {
        let problem = |error: &toml::de::Error| {
            let place = error.span().map_or(0, |span| span.start);
            TemplateProblem::at(file, text, place, error.message().to_owned())
        };
        return Err(broken.iter().map(problem).collect());
    }
    let mut reader = Reader { file, text, problems: Vec::new(), spans: Spans::new(), open: Vec::new() };
    reader.open.push(Open { path: String::new(), place: 0, table: Some(table.get_ref()), asked: Vec::new() });
    let mut template = super::blank(name);
    super::template(&mut reader, &mut template);
    reader.close();
    reader.name_layers(&mut template);
    reader.problems.sort_by_key(|problem| problem.place);
    if reader.problems.is_empty() { Ok((template, reader.spans)) } else { Err(reader.problems) }
}

/// A table that is being read.
struct Open<'t> {
    /// `layers[2]`, or empty for the file itself.
    path: String,
    place: usize,
    table: Option<&'t DeTable<'t>>,
    asked: Vec<&'static str>,
}

struct Reader<'t> {
    file: &'t Path,
    text: &'t str,
    problems: Vec<TemplateProblem>,
    spans: Spans,
    /// The innermost last; never empty.
    open: Vec<Open<'t>>,
}

fn joined(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn start_of(key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>) -> usize {
    // A table's own span may begin at a later header, so its key is the better place.
    if value.get_ref().is_table() { key.span().start } else { value.span().start }
}

impl<'t> Reader<'t> {
    fn problem(&mut self, place: usize, message: String) {
        self.problems.push(TemplateProblem::at(self.file, self.text, place, message));
    }

    fn path(&self, key: &str) -> String {
        joined(self.open.last().map_or("", |open| &open.path), key)
    }

    /// The value of a key, where it is, and its whole name.
    fn value(&mut self, key: &'static str) -> Option<(&'t DeValue<'t>, usize, String)> {
        let open = self.open.last_mut()?;
        open.asked.push(key);
        let path = joined(&open.path, key);
        let (found, value) = open.table?.iter().find(|(name, _)| name.get_ref() == key)?;
        let place = start_of(found, value);
        self.spans.insert(path.clone(), place);
        Some((value.get_ref(), place, path))
    }

    /// Takes a value, or its default; what must be there and is not, or cannot be read, is a problem.
    fn take<T>(
        &mut self,
        key: &'static str,
        default: Option<T>,
        wanted: &str,
        read: impl Fn(&DeValue<'_>) -> Option<T>,
    ) -> Option<T> {
        let Some((value, place, path)) = self.value(key) else {
            if default.is_none() {
                self.missing(key, wanted);
            }
            return default;
        };
        let taken = read(value);
        if taken.is_none() {
            self.problem(place, format!("`{path}` must be {wanted}, not {}", Found(value)));
        }
        taken.or(default)
    }

    fn missing(&mut self, key: &str, wanted: &str) {
        let Some(open) = self.open.last() else { return };
        // What is no table has been reported as that.
        if open.table.is_some() || open.path.is_empty() || !self.spans.contains_key(&open.path) {
            let (place, path) = (open.place, joined(&open.path, key));
            self.problem(place, format!("`{path}` is missing (it is {wanted})"));
        }
    }

    /// The word's meaning; the nearest known word is the hint if there is none.
    fn meant<T: Copy>(&mut self, word: &DeValue<'_>, (place, path): (usize, &str), words: Words<'_, T>) -> Option<T> {
        let meaning = words.iter().find(|(known, _)| word.as_str() == Some(known)).map(|(_, meaning)| *meaning);
        if meaning.is_none() {
            let meant = word.as_str().and_then(|typed| nearest(typed, words.iter().map(|(known, _)| *known)));
            let names: Vec<String> = words.iter().map(|(known, _)| format!("`{known}`")).collect();
            let hint = meant.map_or_else(String::new, |known| format!(" (did you mean `{known}`?)"));
            self.problem(place, format!("`{path}` must be one of {}, not {}{hint}", names.join(", "), Found(word)));
        }
        meaning
    }

    /// Reports every key of the innermost table that nobody asked for, and leaves the table.
    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        for name in open.table.into_iter().flat_map(|table| table.keys()) {
            let typed: &str = name.get_ref();
            if open.asked.contains(&typed) {
                continue;
            }
            let hint = match nearest(typed, open.asked.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are {}", open.asked.join(", ")),
            };
            let place = if open.path.is_empty() { "the file".to_owned() } else { format!("`{}`", open.path) };
            let typed: String = typed.chars().take(40).collect();
            self.problem(name.span().start, format!("`{typed}` is not a key of {place} ({hint})"));
        }
    }

    fn enter(&mut self, path: String, place: usize, value: Option<&'t DeValue<'t>>) {
        let table = value.and_then(DeValue::as_table);
        if let (Some(value), None) = (value, table) {
            self.problem(place, format!("`{path}` must be a table, not {}", Found(value)));
        }
        self.open.push(Open { path, place, table, asked: Vec::new() });
    }

    /// A layer without a name is called by its kind and its place in the list; no two share a name.
    fn name_layers(&mut self, template: &mut Template) {
        if template.layers.is_empty() && self.problems.is_empty() {
            self.problem(0, "`layers` is missing (a template paints one layer or more: `[[layers]]`)".to_owned());
        }
        for at in 0..template.layers.len() {
            if template.layers[at].name.is_empty() {
                template.layers[at].name = format!("{} {}", layers::word_of(&template.layers[at].kind), at + 1);
            }
            let name = &template.layers[at].name;
            if template.layers[..at].iter().any(|other| other.name == *name) {
                let place = self.spans.get(&format!("layers[{at}].name")).copied().unwrap_or_default();
                self.problem(place, format!("`layers[{at}].name` {name:?} is the name of an earlier layer"));
            }
        }
    }

    fn language(&mut self, path: &str, code: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>, longest: usize) {
        if code.get_ref().len() != 2 || !code.get_ref().bytes().all(|byte| byte.is_ascii_lowercase()) {
            self.problem(
                code.span().start,
                format!("language `{}` is not a two-letter ISO 639-1 code", code.get_ref()),
            );
        }
        let length = value.get_ref().as_str().map(|text| text.trim().chars().count());
        if !length.is_some_and(|length| (1..=longest).contains(&length)) {
            let path = joined(path, code.get_ref());
            self.problem(value.span().start, format!("`{path}` must be text of 1 to {longest} characters"));
        }
    }
}

fn shares_of(value: &DeValue<'_>) -> Option<[f32; 4]> {
    let list: Vec<f32> =
        value.as_array()?.iter().map(|entry| number_of(entry.get_ref())).collect::<Option<Vec<_>>>()?;
    let shares: [f32; 4] = list.try_into().ok()?;
    let [x, y, width, height] = shares;
    let fits = |from: f32, length: f32| from >= 0.0 && length > 0.0 && from + length <= 1.0001;
    (fits(x, width) && fits(y, height)).then_some(shares)
}

impl Form for Reader<'_> {
    fn number(&mut self, key: &'static str, value: &mut f32, default: Option<f32>, range: RangeInclusive<f32>) {
        let wanted = format!("a number from {} to {}", range.start(), range.end());
        let read = |value: &DeValue<'_>| number_of(value).filter(|number| range.contains(number));
        *value = self.take(key, default, &wanted, read).unwrap_or(*range.start());
    }

    fn whole(&mut self, key: &'static str, value: &mut u32, default: Option<u32>, range: RangeInclusive<u32>) {
        let wanted = format!("a whole number from {} to {}", range.start(), range.end());
        let read = |value: &DeValue<'_>| {
            let integer = value.as_integer()?;
            u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| range.contains(number))
        };
        *value = self.take(key, default, &wanted, read).unwrap_or(*range.start());
    }

    fn boolean(&mut self, key: &'static str, value: &mut bool, default: bool) {
        *value = self.take(key, Some(default), "`true` or `false`", boolean_of).unwrap_or(default);
    }

    fn text(&mut self, key: &'static str, value: &mut String, default: Option<&str>, longest: usize) {
        let wanted = format!("one line of 1 to {longest} characters in quotes");
        let read = |value: &DeValue<'_>| {
            let text = value.as_str()?.trim();
            let fits = (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            fits.then(|| text.to_owned())
        };
        *value = self.take(key, default.map(str::to_owned), &wanted, read).unwrap_or_default();
    }

    fn texts(&mut self, key: &'static str, value: &mut Vec<String>, default: &[&str]) {
        let default = default.iter().map(|text| (*text).to_owned()).collect();
        let read = |value: &DeValue<'_>| {
            let text = |entry: &Spanned<DeValue<'_>>| {
                entry.get_ref().as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
            };
            let list: Vec<String> = value.as_array()?.iter().map(text).collect::<Option<_>>()?;
            (1..=8).contains(&list.len()).then_some(list)
        };
        *value = self.take(key, Some(default), "a list of 1 to 8 texts", read).unwrap_or_default();
    }

    fn languages(
        &mut self,
        key: &'static str,
        value: &mut BTreeMap<String, String>,
        default: &[(&str, &str)],
        longest: usize,
    ) {
        *value = default.iter().map(|(code, text)| ((*code).to_owned(), (*text).to_owned())).collect();
        let Some((found, place, path)) = self.value(key) else { return };
        let Some(table) = found.as_table() else {
            self.problem(place, format!("`{path}` must be a table, not {}", Found(found)));
            return;
        };
        for (code, text) in table {
            self.language(&path, code, text, longest);
            if let Some(text) = text.get_ref().as_str() {
                value.insert(code.get_ref().to_string(), text.trim().to_owned());
            }
        }
        if !value.contains_key("en") {
            self.problem(place, format!("`{path}.en` is missing (it is used where a language has no text)"));
        }
    }

    fn word<T: Copy + PartialEq>(&mut self, key: &'static str, value: &mut T, default: Option<T>, words: Words<'_, T>) {
        let Some((found, place, path)) = self.value(key) else {
            if default.is_none() {
                let names: Vec<String> = words.iter().map(|(known, _)| format!("`{known}`")).collect();
                self.missing(key, &format!("one of {}", names.join(", ")));
            }
            *value = default.unwrap_or(words[0].1);
            return;
        };
        *value = self.meant(found, (place, &path), words).or(default).unwrap_or(words[0].1);
    }

    fn words<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        value: &mut Vec<T>,
        default: &[T],
        words: Words<'_, T>,
    ) {
        *value = default.to_vec();
        let Some((found, place, path)) = self.value(key) else { return };
        let Some(list) = found.as_array().filter(|list| !list.is_empty()) else {
            self.problem(place, format!("`{path}` must be a list of one or more words, not {}", Found(found)));
            return;
        };
        value.clear();
        for entry in list {
            let at: Range<usize> = entry.span();
            let Some(meaning) = self.meant(entry.get_ref(), (at.start, &path), words) else { continue };
            if value.contains(&meaning) {
                self.problem(at.start, format!("`{path}` names {} twice", Found(entry.get_ref())));
            }
            value.push(meaning);
        }
    }

    fn colour(&mut self, key: &'static str, value: &mut Colour, default: Option<Colour>) {
        let read = |value: &DeValue<'_>| value.as_str().and_then(Colour::parse);
        *value = self.take(key, default, "a colour such as `\"#1A2B3C\"`", read).unwrap_or(Colour::BLACK);
    }

    fn ink(&mut self, key: &'static str, value: &mut Ink, default: Ink) {
        *value = default;
        let Some((found, place, path)) = self.value(key) else { return };
        let fixed = found.as_str().and_then(Colour::parse).map(Ink::Fixed);
        if let Some(ink) = fixed {
            *value = ink;
        } else if found.as_str().is_some_and(|text| text.starts_with('#')) {
            self.problem(place, format!("`{path}` must be a colour such as `\"#1A2B3C\"`, not {}", Found(found)));
        } else if let Some(ink) = self.meant(found, (place, &path), &INKS) {
            *value = ink;
        }
    }

    fn corners(&mut self, key: &'static str, value: &mut Place, default: Option<[f32; 4]>) {
        let wanted = "`[x, y, width, height]` as shares that stay within 0.0 to 1.0";
        let [x, y, width, height] = self.take(key, default, wanted, shares_of).unwrap_or([0.0, 0.0, 1.0, 1.0]);
        *value = Place { within: value.within, x, y, width, height };
    }

    fn section(&mut self, key: &'static str, inside: impl FnOnce(&mut Self)) {
        let found = self.value(key);
        let here = self.open.last().map_or(0, |open| open.place);
        let (place, path) =
            found.as_ref().map_or_else(|| (here, self.path(key)), |(_, place, path)| (*place, path.clone()));
        self.enter(path, place, found.map(|(value, ..)| value));
        inside(self);
        self.close();
    }

    fn optional<T: Clone>(
        &mut self,
        key: &'static str,
        value: &mut Option<T>,
        blank: T,
        inside: impl FnOnce(&mut Self, &mut T),
    ) {
        *value = None;
        let Some((found, place, path)) = self.value(key) else { return };
        let mut read = blank;
        self.enter(path, place, Some(found));
        inside(self, &mut read);
        self.close();
        *value = Some(read);
    }

    fn sections<T: Clone>(
        &mut self,
        key: &'static str,
        value: &mut Vec<T>,
        blank: &T,
        mut inside: impl FnMut(&mut Self, &mut T),
    ) {
        value.clear();
        let Some((found, place, path)) = self.value(key) else { return };
        let Some(list) = found.as_array().filter(|list| list.len() <= MOST_SECTIONS) else {
            let message = format!("`{path}` must be at most {MOST_SECTIONS} tables `[[{key}]]`, not {}", Found(found));
            self.problem(place, message);
            return;
        };
        for (at, entry) in list.iter().enumerate() {
            let (path, place) = (format!("{path}[{at}]"), entry.span().start);
            self.spans.insert(path.clone(), place);
            self.enter(path, place, Some(entry.get_ref()));
            let mut read = blank.clone();
            inside(self, &mut read);
            self.close();
            value.push(read);
        }
    }

    fn reads(&self) -> bool {
        true
    }
}
