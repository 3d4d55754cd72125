//! Writes a template as TOML: what differs from its default, in the order of the form.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::{Form, Words};
use crate::colour::Colour;
use crate::template::{Ink, Place, Template};

/// The template as a file that reads back as it is.
pub(crate) fn write(template: &Template) -> String {
    let mut writer = Writer { text: String::new(), header: String::new(), inline: None, path: Vec::new() };
    super::template(&mut writer, &mut template.clone());
    writer.text
}

struct Writer {
    text: String,
    /// Of the table that is written now; set down before the table's first value, so that an empty table leaves none.
    header: String,
    /// What an inline table holds so far.
    inline: Option<Vec<String>>,
    path: Vec<&'static str>,
}

impl Writer {
    fn put(&mut self, key: &str, value: &str) {
        if let Some(inline) = &mut self.inline {
            inline.push(format!("{key} = {value}"));
            return;
        }
        self.open();
        self.line(&format!("{key} = {value}"));
    }

    fn open(&mut self) {
        if !self.header.is_empty() {
            if !self.text.is_empty() {
                self.line("");
            }
            let header = std::mem::take(&mut self.header);
            self.line(&header);
        }
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Tables within tables stand on one line.
    fn inline_table(&mut self, key: &'static str, even_if_empty: bool, inside: impl FnOnce(&mut Self)) {
        let outer = self.inline.replace(Vec::new());
        inside(self);
        let held = std::mem::replace(&mut self.inline, outer).unwrap_or_default();
        if !held.is_empty() || even_if_empty {
            self.put(key, &format!("{{ {} }}", held.join(", ")));
        }
    }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

fn word_for<T: Copy + PartialEq>(value: T, words: Words<'_, T>) -> String {
    words.iter().find(|(_, meaning)| *meaning == value).map_or_else(String::new, |(word, _)| quoted(word))
}

/// The words for the palette's colours.
pub(super) const INKS: [(&str, Ink); 6] = [
    ("base", Ink::Base),
    ("tone", Ink::Tone),
    ("glow", Ink::Glow),
    ("ink", Ink::Ink),
    ("surface", Ink::Surface),
    ("accent", Ink::Accent),
];

impl Form for Writer {
    fn number(&mut self, key: &'static str, value: &mut f32, default: Option<f32>, _: RangeInclusive<f32>) {
        if default.is_none_or(|default| default.to_bits() != value.to_bits()) {
            self.put(key, &format!("{value:?}"));
        }
    }

    fn whole(&mut self, key: &'static str, value: &mut u32, default: Option<u32>, _: RangeInclusive<u32>) {
        if default != Some(*value) {
            self.put(key, &value.to_string());
        }
    }

    fn boolean(&mut self, key: &'static str, value: &mut bool, default: bool) {
        if *value != default {
            self.put(key, &value.to_string());
        }
    }

    fn text(&mut self, key: &'static str, value: &mut String, default: Option<&str>, _: usize) {
        if default != Some(value.as_str()) {
            self.put(key, &quoted(value));
        }
    }

    fn texts(&mut self, key: &'static str, value: &mut Vec<String>, default: &[&str]) {
        if value != default {
            self.put(key, &list(value.iter().map(|text| quoted(text))));
        }
    }

    fn languages(
        &mut self,
        key: &'static str,
        value: &mut BTreeMap<String, String>,
        default: &[(&str, &str)],
        _: usize,
    ) {
        let outer = std::mem::replace(&mut self.header, format!("[{}.{key}]", self.path.join(".")));
        for (language, text) in value.iter() {
            if !default.contains(&(language.as_str(), text.as_str())) {
                self.put(language, &quoted(text));
            }
        }
        self.header = outer;
    }

    fn word<T: Copy + PartialEq>(&mut self, key: &'static str, value: &mut T, default: Option<T>, words: Words<'_, T>) {
        if default != Some(*value) {
            self.put(key, &word_for(*value, words));
        }
    }

    fn words<T: Copy + PartialEq>(
        &mut self,
        key: &'static str,
        value: &mut Vec<T>,
        default: &[T],
        words: Words<'_, T>,
    ) {
        if value != default {
            self.put(key, &list(value.iter().map(|value| word_for(*value, words))));
        }
    }

    fn colour(&mut self, key: &'static str, value: &mut Colour, default: Option<Colour>) {
        if default != Some(*value) {
            self.put(key, &quoted(&value.to_string()));
        }
    }

    fn ink(&mut self, key: &'static str, value: &mut Ink, default: Ink) {
        if *value == default {
            return;
        }
        let written = match *value {
            Ink::Fixed(colour) => quoted(&colour.to_string()),
            Ink::Base | Ink::Tone | Ink::Glow | Ink::Ink | Ink::Surface | Ink::Accent => word_for(*value, &INKS),
        };
        self.put(key, &written);
    }

    fn corners(&mut self, key: &'static str, value: &mut Place, default: Option<[f32; 4]>) {
        let corners = [value.x, value.y, value.width, value.height];
        if default != Some(corners) {
            self.put(key, &list(corners.iter().map(|share| format!("{share:?}"))));
        }
    }

    fn section(&mut self, key: &'static str, inside: impl FnOnce(&mut Self)) {
        if self.inline.is_some() || !self.path.is_empty() {
            self.inline_table(key, false, inside);
            return;
        }
        self.header = format!("[{key}]");
        self.path.push(key);
        inside(self);
        self.path.pop();
        self.header.clear();
    }

    fn optional<T: Clone>(
        &mut self,
        key: &'static str,
        value: &mut Option<T>,
        _: T,
        inside: impl FnOnce(&mut Self, &mut T),
    ) {
        if let Some(value) = value {
            self.inline_table(key, true, |form| inside(form, value));
        }
    }

    fn sections<T: Clone>(
        &mut self,
        key: &'static str,
        value: &mut Vec<T>,
        _: &T,
        mut inside: impl FnMut(&mut Self, &mut T),
    ) {
        for entry in value {
            self.header = format!("[[{key}]]");
            self.open();
            self.path.push(key);
            inside(self, entry);
            self.path.pop();
        }
    }

    fn reads(&self) -> bool {
        false
    }
}
