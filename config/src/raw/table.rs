//! Reads one table: each key on its own, and what is left over is a problem.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::context::{Cause, Context, quoted};
use super::nearest::nearest;
use super::value::{NAME_RULE, Value};
use crate::dotted::join;
use crate::name::Name;

/// A table of the file, or the empty one that stands for a table that is not there.
pub(super) struct Table<'c, 'd> {
    context: &'c Context<'c>,
    /// As a person would write it: `niches.space`; empty for the whole file.
    path: String,
    /// The same with `*` for names that the file chooses.
    shape: String,
    /// Where a missing key is reported.
    offset: usize,
    entries: Option<&'d DeTable<'d>>,
    asked: Vec<&'static str>,
}

impl<'c, 'd> Table<'c, 'd> {
    pub(super) fn root(context: &'c Context<'c>, entries: &'d DeTable<'d>) -> Self {
        Self {
            context,
            path: String::new(),
            shape: String::new(),
            offset: 0,
            entries: Some(entries),
            asked: Vec::new(),
        }
    }

    /// Reads the table with `reader`, then reports the keys that it did not ask for.
    pub(super) fn read<T>(mut self, reader: impl FnOnce(&mut Self) -> T) -> T {
        let read = reader(&mut self);
        self.report_left_over();
        read
    }

    /// The value of a key, if it is there.
    pub(super) fn value(&mut self, key: &'static str) -> Option<Value<'c, 'd>> {
        self.asked.push(key);
        self.context.know(join(&self.shape, key));
        let (found, value) = self.entries?.get_key_value(key)?;
        let (path, shape) = (join(&self.path, key), join(&self.shape, key));
        Some(Value { context: self.context, path, shape, offset: value_offset(found, value), inner: value.get_ref() })
    }

    /// A key of earlier versions: if it is there, says what took its place.
    pub(super) fn gone(&mut self, key: &'static str, now: &str, hint: &str) {
        self.asked.push(key);
        if let Some((found, value)) = self.entries.and_then(|entries| entries.get_key_value(key)) {
            let message = format!("`{}` is gone: {now}", join(&self.path, key));
            self.context.note(value_offset(found, value), Cause::Value, message, Some(hint.to_owned()));
        }
    }

    /// The value of a key that must be there.
    pub(super) fn required(&mut self, key: &'static str, hint: &str) -> Option<Value<'c, 'd>> {
        let value = self.value(key);
        if value.is_none() {
            self.report_here(format!("`{}` is missing", join(&self.path, key)), Some(hint));
        }
        value
    }

    /// Reads the table under a key, or an empty one if it is not there.
    pub(super) fn section<T>(&mut self, key: &'static str, reader: impl FnOnce(&mut Self) -> T) -> T {
        let value = self.value(key);
        let entries = value.as_ref().and_then(Value::table);
        let section = Table {
            context: self.context,
            path: join(&self.path, key),
            shape: join(&self.shape, key),
            offset: value.as_ref().map_or(self.offset, |value| value.offset),
            entries,
            asked: Vec::new(),
        };
        section.read(reader)
    }

    /// Reads the table under a key if it is there.
    pub(super) fn optional_section<T>(&mut self, key: &'static str, reader: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let there = self.entries.is_some_and(|entries| entries.contains_key(key));
        if there {
            return Some(self.section(key, reader));
        }
        self.value(key);
        None
    }

    /// Reads the tables `[key.NAME]`, whatever names the file chose; `None` if there is not one.
    pub(super) fn children<T>(
        &mut self,
        key: &'static str,
        mut reader: impl FnMut(&mut Table<'c, 'd>) -> T,
    ) -> Option<BTreeMap<Name, T>> {
        let entries = self.named_values(key);
        let mut children = BTreeMap::new();
        for (name, value) in entries {
            let child = Table {
                context: self.context,
                offset: value.offset,
                entries: value.table(),
                path: value.path,
                shape: value.shape,
                asked: Vec::new(),
            };
            // Read also under a wrong name: one mistake must not hide the others.
            let read = child.read(&mut reader);
            if let Some(name) = name {
                children.insert(name, read);
            }
        }
        if children.is_empty() { None } else { Some(children) }
    }

    /// The entries of the table under a key, whatever names the file chose; the name is `None` where it cannot be one.
    pub(super) fn named_values(&mut self, key: &'static str) -> Vec<(Option<Name>, Value<'c, 'd>)> {
        self.free_values(key)
            .into_iter()
            .map(|(offset, text, value)| {
                let name = Name::parse(text);
                if name.is_err() {
                    let message = format!("{} must be {NAME_RULE}", quoted(text));
                    let hint = format!("it is a name in [{}]", join(&self.path, key));
                    self.context.note(offset, Cause::Value, message, Some(hint));
                }
                (name.ok(), value)
            })
            .collect()
    }

    /// The entries of the table under a key: where each key stands, the key, its value.
    pub(super) fn free_values(&mut self, key: &'static str) -> Vec<(usize, &'d str, Value<'c, 'd>)> {
        let entries = self.value(key).and_then(|value| value.table());
        let (path, shape) = (join(&self.path, key), join(&join(&self.shape, key), "*"));
        let context = self.context;
        entries
            .into_iter()
            .flatten()
            .map(|(found, value)| {
                let text: &'d str = found.get_ref();
                let offset = value_offset(found, value);
                let path = join(&path, text);
                let value = Value { context, path, shape: shape.clone(), offset, inner: value.get_ref() };
                (found.span().start, text, value)
            })
            .collect()
    }

    pub(super) fn text(&mut self, key: &'static str, default: String) -> String {
        self.value(key).and_then(|value| value.line_of_text()).unwrap_or(default)
    }

    pub(super) fn boolean(&mut self, key: &'static str, default: bool) -> bool {
        self.value(key).and_then(|value| value.boolean()).unwrap_or(default)
    }

    pub(super) fn duration(
        &mut self,
        key: &'static str,
        default: Duration,
        range: RangeInclusive<Duration>,
    ) -> Duration {
        self.value(key).and_then(|value| value.duration(&range)).unwrap_or(default)
    }

    pub(super) fn size(&mut self, key: &'static str, default: u64, range: RangeInclusive<u64>) -> u64 {
        self.value(key).and_then(|value| value.size(&range)).unwrap_or(default)
    }

    pub(super) fn whole(&mut self, key: &'static str, default: u32, range: RangeInclusive<u32>) -> u32 {
        self.value(key).and_then(|value| value.whole(&range)).unwrap_or(default)
    }

    /// A whole number from 1.
    pub(super) fn count(&mut self, key: &'static str, default: NonZeroU32, most: u32) -> NonZeroU32 {
        NonZeroU32::new(self.whole(key, default.get(), 1..=most)).unwrap_or(default)
    }

    /// A number of places from 1.
    pub(super) fn depth(&mut self, key: &'static str, default: NonZeroUsize, most: u32) -> NonZeroUsize {
        let read = self.value(key).and_then(|value| value.whole(&(1..=most)));
        read.and_then(|depth| NonZeroUsize::new(depth as usize)).unwrap_or(default)
    }

    pub(super) fn number(&mut self, key: &'static str, default: f64, range: RangeInclusive<f64>) -> f64 {
        self.value(key).and_then(|value| value.number(&range)).unwrap_or(default)
    }

    pub(super) fn path(&mut self, key: &'static str, default: &std::path::Path) -> PathBuf {
        self.optional_path(key).unwrap_or_else(|| self.context.resolve(&default.to_string_lossy()))
    }

    pub(super) fn optional_path(&mut self, key: &'static str) -> Option<PathBuf> {
        self.value(key).and_then(|value| value.path())
    }

    /// Reports something that is missing from the table, or does not fit together in it.
    pub(super) fn report_here(&self, message: String, hint: Option<&str>) {
        // What is no table at all has been reported as that.
        if self.entries.is_none() {
            return;
        }
        self.context.note(self.offset, Cause::Absence, message, hint.map(str::to_owned));
    }

    /// Reports that a key does not fit the rest, at the key's value if the file gives one.
    pub(super) fn report_at(&mut self, key: &'static str, message: String, hint: Option<&str>) {
        let offset = self.value(key).map_or(self.offset, |value| value.offset);
        self.context.note(offset, Cause::Absence, message, hint.map(str::to_owned));
    }

    /// The table's name in messages.
    pub(super) fn name(&self) -> &str {
        &self.path
    }

    pub(super) fn new(value: &Value<'c, 'd>, path: String) -> Self {
        Table {
            context: value.context,
            path,
            shape: value.shape.clone(),
            offset: value.offset,
            entries: value.table(),
            asked: Vec::new(),
        }
    }

    fn report_left_over(&self) {
        for key in self.entries.into_iter().flat_map(DeTable::keys) {
            let text: &str = key.get_ref();
            if self.asked.contains(&text) {
                continue;
            }
            let place = if self.path.is_empty() { "the file".to_owned() } else { format!("[{}]", self.path) };
            let hint = match nearest(text, self.asked.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are {}", self.listed_keys()),
            };
            let message = format!("{} is not a key of {place}", quoted(text));
            self.context.note(key.span().start, Cause::Value, message, Some(hint));
        }
    }

    fn listed_keys(&self) -> String {
        let mut keys: Vec<String> = self.asked.iter().map(|key| format!("`{key}`")).collect();
        keys.sort();
        keys.dedup();
        keys.join(", ")
    }
}

fn value_offset(key: &Spanned<toml::de::DeString<'_>>, value: &Spanned<DeValue<'_>>) -> usize {
    // A table's own span may begin at a later header, so its key is the better place.
    if matches!(value.get_ref(), DeValue::Table(_)) { key.span().start } else { value.span().start }
}
