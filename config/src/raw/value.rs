//! Reads one value: its type, then its range.

use std::fmt::Display;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use toml::de::{DeTable, DeValue};
use url::Url;

use super::context::{Cause, Context, quoted};
use super::nearest::nearest;
use crate::name::Name;
use crate::units::{parse_duration, parse_size, show_duration, show_size};

/// What [`Name::parse`] takes.
pub(super) const NAME_RULE: &str =
    "1 to 64 lower-case letters, digits, `.`, `_` or `-`, starting with a letter or a digit";

/// A value of the file and where it stands.
#[derive(Clone)]
pub(super) struct Value<'c, 'd> {
    pub(super) context: &'c Context<'c>,
    pub(super) path: String,
    pub(super) shape: String,
    pub(super) offset: usize,
    pub(super) inner: &'d DeValue<'d>,
}

impl<'c, 'd> Value<'c, 'd> {
    /// Reports a problem with this value: `path` must ..., not ...
    pub(super) fn refuse(&self, must: &str, hint: Option<&str>) {
        self.report(format!("`{}` must {must}, not {}", self.path, self.shown()), hint);
    }

    /// Reports a problem at this value in the words given.
    pub(super) fn report(&self, message: String, hint: Option<&str>) {
        self.context.note(self.offset, Cause::Value, message, hint.map(str::to_owned));
    }

    /// Reports that this value names something that is nowhere in the file.
    pub(super) fn report_absent(&self, message: String, hint: &str) {
        self.context.note(self.offset, Cause::Absence, message, Some(hint.to_owned()));
    }

    pub(super) fn table(&self) -> Option<&'d DeTable<'d>> {
        if let DeValue::Table(table) = self.inner {
            return Some(table);
        }
        self.refuse("be a table", None);
        None
    }

    pub(super) fn list(&self) -> Option<Vec<Value<'c, 'd>>> {
        let DeValue::Array(items) = self.inner else {
            self.refuse("be a list in brackets", None);
            return None;
        };
        let item = |(index, value): (usize, &'d toml::Spanned<DeValue<'d>>)| Value {
            context: self.context,
            path: format!("{}[{index}]", self.path),
            shape: self.shape.clone(),
            offset: value.span().start,
            inner: value.get_ref(),
        };
        Some(items.iter().enumerate().map(item).collect())
    }

    pub(super) fn string(&self, must: &str) -> Option<&'d str> {
        if let DeValue::String(text) = self.inner {
            return Some(text);
        }
        self.refuse(must, None);
        None
    }

    /// Text without line breaks and other control characters; it may be empty.
    pub(super) fn line_of_text(&self) -> Option<String> {
        let text = self.string("be text in quotes")?;
        if text.chars().any(char::is_control) {
            self.refuse("be one line without control characters", None);
            return None;
        }
        Some(text.trim().to_owned())
    }

    /// Text as [`Self::line_of_text`], but not empty.
    pub(super) fn word(&self) -> Option<String> {
        let text = self.line_of_text()?;
        if text.is_empty() {
            self.report(format!("`{}` must not be empty", self.path), None);
            return None;
        }
        Some(text)
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        if let DeValue::Boolean(value) = self.inner {
            return Some(*value);
        }
        self.refuse("be true or false", None);
        None
    }

    pub(super) fn whole(&self, range: &RangeInclusive<u32>) -> Option<u32> {
        let must = format!("be a whole number from {} to {}", range.start(), range.end());
        let read = self.integer().and_then(|number| u32::try_from(number).ok());
        let read = read.filter(|number| range.contains(number));
        if read.is_none() {
            self.refuse(&must, None);
        }
        read
    }

    pub(super) fn number(&self, range: &RangeInclusive<f64>) -> Option<f64> {
        let read = if let DeValue::Float(number) = self.inner {
            number.as_str().parse().ok()
        } else {
            self.integer().map(|number| number as f64)
        };
        let read = read.filter(|number| range.contains(number));
        if read.is_none() {
            self.refuse(&format!("be a number from {} to {}", range.start(), range.end()), None);
        }
        read
    }

    pub(super) fn duration(&self, range: &RangeInclusive<Duration>) -> Option<Duration> {
        const MUST: &str = "be a duration such as \"250ms\", \"30s\", \"15m\", \"6h\" or \"2d\"";
        let read = self.string(MUST).map(parse_duration)?;
        self.within(read, range, MUST, show_duration)
    }

    pub(super) fn size(&self, range: &RangeInclusive<u64>) -> Option<u64> {
        const MUST: &str = "be a size such as \"500MB\" or \"2GiB\", or a number of bytes";
        let read = if let DeValue::String(text) = self.inner {
            parse_size(text)
        } else {
            self.integer().and_then(|bytes| u64::try_from(bytes).ok())
        };
        self.within(read, range, MUST, show_size)
    }

    /// A socket's address: `127.0.0.1:9464`.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        const MUST: &str = "be an address with a port such as \"127.0.0.1:9464\" or \"[::1]:9464\"";
        let text = self.string(MUST)?;
        let read = text.parse().ok();
        if read.is_none() {
            self.refuse(MUST, Some("a host's name is not looked up here"));
        }
        read
    }

    /// An http or https address without a password in it.
    pub(super) fn url(&self) -> Option<Url> {
        const MUST: &str = "be an http or https address";
        let text = self.string(MUST)?;
        let Some(url) = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https")) else {
            // The text is not shown: half an address may still hold a password.
            self.report(format!("`{}` must {MUST}", self.path), Some("such as \"https://example.org/feed.xml\""));
            return None;
        };
        if url.password().is_some() || !url.username().is_empty() {
            let message = format!("`{}` must not hold a user name or a password", self.path);
            self.report(message, Some("secrets are given as `{ env = \"NAME\" }` or `{ file = \"path\" }`"));
            return None;
        }
        Some(url)
    }

    /// A path, resolved against the config file's folder.
    pub(super) fn path(&self) -> Option<PathBuf> {
        let text = self.string("be a path in quotes")?;
        if text.trim().is_empty() || text.contains('\0') {
            self.refuse("be a path", None);
            return None;
        }
        if text == "~" || text.starts_with("~/") {
            self.refuse("be a whole path or one relative to the config file's folder", Some("`~` is not resolved"));
            return None;
        }
        Some(self.context.resolve(text))
    }

    pub(super) fn name(&self) -> Option<Name> {
        let text = self.string("be a name in quotes")?;
        let read = Name::parse(text);
        if read.is_err() {
            self.refuse(&format!("be {NAME_RULE}"), None);
        }
        read.ok()
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let must = format!("be one of {}", words.join(", "));
        let text = self.string(&must)?;
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(*choice);
        }
        let meant = nearest(text, choices.iter().map(|(word, _)| *word));
        self.refuse(&must, meant.map(|word| format!("did you mean \"{word}\"?")).as_deref());
        None
    }

    /// An ISO 639-1 code.
    pub(super) fn language(&self) -> Option<String> {
        const MUST: &str = "be a language's ISO 639-1 code, two lower-case letters such as \"en\"";
        let text = self.string(MUST)?;
        if !is_language(text) {
            self.refuse(MUST, None);
            return None;
        }
        Some(text.to_owned())
    }

    /// The value as it may stand in a message.
    pub(super) fn shown(&self) -> String {
        match self.inner {
            DeValue::String(text) if text.is_empty() => "empty".to_owned(),
            DeValue::String(text) => quoted(&format!("\"{text}\"")),
            DeValue::Integer(number) => quoted(&number.to_string()),
            DeValue::Float(number) => quoted(number.as_str()),
            DeValue::Boolean(value) => quoted(&value.to_string()),
            DeValue::Datetime(value) => quoted(&value.to_string()),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        }
    }

    fn integer(&self) -> Option<i64> {
        let number = self.inner.as_integer()?;
        i64::from_str_radix(number.as_str(), number.radix()).ok()
    }

    fn within<T: PartialOrd + Copy, S: Display>(
        &self,
        read: Option<T>,
        range: &RangeInclusive<T>,
        must: &str,
        show: impl Fn(T) -> S,
    ) -> Option<T> {
        let Some(read) = read else {
            self.refuse(must, None);
            return None;
        };
        if !range.contains(&read) {
            self.refuse(&format!("be from {} to {}", show(*range.start()), show(*range.end())), None);
            return None;
        }
        Some(read)
    }
}

/// Two lower-case letters.
pub(super) fn is_language(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_lowercase())
}
