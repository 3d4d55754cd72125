//! Takes the values out of one record.

use std::collections::BTreeSet;

use jiff::civil::Date;
use reelpress_config::nearest;
use reelpress_vocabulary::{MediaKind, PlatformName};
use toml::de::{DeTable, DeValue};

use super::{Page, Record, ending_kind, fits};

/// Most characters of one text.
const LONGEST_TEXT: usize = 2_000;
/// Most words of one list.
const MOST_WORDS: usize = 100;

/// The fields of one record.
pub(super) struct Fields<'t> {
    table: &'t DeTable<'t>,
    start: usize,
    asked: Vec<&'static str>,
}

impl<'t> Fields<'t> {
    pub(super) fn new(table: &'t DeTable<'t>, start: usize) -> Self {
        Self { table, start, asked: Vec::new() }
    }

    /// Where it begins, in bytes.
    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// All but the file, or `None` if something without which there is no record is missing.
    pub(super) fn record(&mut self, page: &mut Page<'_>, file: &str) -> Option<Record> {
        let source = self.required(page, "source", "an address or a catalogue number");
        let licence = self.required(page, "licence", "its name, such as \"CC0-1.0\"");
        let uses = self.uses(page);
        let kind = self.kind(page, file);
        let expires = self.date(page, "expires");
        let (territories, platforms) = (self.territories(page), self.platforms(page));
        let attribution = self.text(page, "attribution").map(|(text, _)| text).unwrap_or_default();
        let (tags, moods) = (self.words(page, "tags"), self.words(page, "mood"));
        let tempo = self.numbers::<1>(page, "tempo", (20.0, 400.0)).map(|[tempo]| tempo.round() as u32);
        let focus = self.numbers::<2>(page, "focus", (0.0, 1.0)).map(|[x, y]| (x, y));
        let trim = self.trim(page);
        Some(Record {
            file: file.to_owned(),
            kind: kind?,
            source: source?.0,
            licence: licence?.0,
            uses: uses?,
            expires,
            territories,
            platforms,
            attribution,
            tags,
            moods,
            tempo,
            focus,
            trim,
        })
    }

    /// Text that must be there, and where it is.
    pub(super) fn required(&mut self, page: &mut Page<'_>, key: &'static str, hint: &str) -> Option<(String, usize)> {
        if self.value(key).is_none() {
            page.problem(self.start, format!("`{key}` is missing"), Some(hint.to_owned()));
            return None;
        }
        let (text, offset) = self.text(page, key)?;
        if text.is_empty() {
            page.problem(offset, format!("`{key}` must not be empty"), Some(hint.to_owned()));
            return None;
        }
        Some((text, offset))
    }

    /// Reports what was not asked for.
    pub(super) fn finish(self, page: &mut Page<'_>) {
        for key in self.table.keys() {
            let name: &str = key.get_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let mut known = self.asked.clone();
            known.sort_unstable();
            let hint = match nearest(name, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("there are {}", known.join(", ")),
            };
            page.problem(key.span().start, format!("`{}` is not a key of a record", short(name)), Some(hint));
        }
    }

    fn value(&mut self, key: &'static str) -> Option<(&'t DeValue<'t>, usize)> {
        self.asked.push(key);
        self.table.get(key).map(|value| (value.get_ref(), value.span().start))
    }

    fn text(&mut self, page: &mut Page<'_>, key: &'static str) -> Option<(String, usize)> {
        let (value, offset) = self.value(key)?;
        let text = value.as_str().map(str::trim);
        let is_fine = |text: &&str| text.chars().count() <= LONGEST_TEXT && !text.chars().any(char::is_control);
        let read = text.filter(is_fine);
        if read.is_none() {
            page.problem(offset, format!("`{key}` must be one line of text in quotes, not {}", shown(value)), None);
        }
        read.map(|text| (text.to_owned(), offset))
    }

    fn uses(&mut self, page: &mut Page<'_>) -> Option<BTreeSet<String>> {
        const HINT: &str = "what the licence allows, such as [\"commercial\", \"editorial\"]";
        let Some((_, offset)) = self.value("uses") else {
            page.problem(self.start, "`uses` is missing".to_owned(), Some(HINT.to_owned()));
            return None;
        };
        let before = page.problems.len();
        let words: BTreeSet<String> = self.words(page, "uses").into_iter().map(|word| word.to_lowercase()).collect();
        if words.is_empty() && page.problems.len() == before {
            page.problem(offset, "`uses` must not be empty".to_owned(), Some(HINT.to_owned()));
        }
        (!words.is_empty()).then_some(words)
    }

    /// `None` if the record does not say.
    fn territories(&mut self, page: &mut Page<'_>) -> Option<Vec<String>> {
        let (_, offset) = self.value("territories")?;
        let words = self.words(page, "territories");
        let is_fine =
            |word: &String| word == "world" || (word.len() == 2 && word.bytes().all(|b| b.is_ascii_lowercase()));
        if let Some(wrong) = words.iter().find(|word| !is_fine(word)) {
            let message = format!("`territories` has \"{}\", which is no country", short(wrong));
            page.problem(
                offset,
                message,
                Some("two letters in lower case such as \"de\", \"eu\", or \"world\"".to_owned()),
            );
        }
        Some(words)
    }

    /// `None` if the record does not say.
    fn platforms(&mut self, page: &mut Page<'_>) -> Option<Vec<PlatformName>> {
        let (_, offset) = self.value("platforms")?;
        let known = |word: &String| PlatformName::WORDS.iter().find(|(name, _)| name == word).map(|(_, one)| *one);
        let words = self.words(page, "platforms");
        if let Some(wrong) = words.iter().find(|word| known(word).is_none()) {
            let all = PlatformName::WORDS.map(|(name, _)| name).join(", ");
            let message = format!("`platforms` has \"{}\", which is none", short(wrong));
            page.problem(offset, message, Some(format!("there are {all}")));
        }
        Some(words.iter().filter_map(known).collect())
    }

    fn words(&mut self, page: &mut Page<'_>, key: &'static str) -> Vec<String> {
        let Some((value, offset)) = self.value(key) else { return Vec::new() };
        let Some(list) = value.as_array() else {
            let message = format!("`{key}` must be a list of words in brackets, not {}", shown(value));
            page.problem(offset, message, None);
            return Vec::new();
        };
        if list.len() > MOST_WORDS {
            page.problem(offset, format!("`{key}` has {} words, more than {MOST_WORDS}", list.len()), None);
            return Vec::new();
        }
        let mut words = Vec::new();
        for item in list {
            let text = item.get_ref().as_str().map(str::trim);
            match text.filter(|text| !text.is_empty() && text.len() <= 100 && !text.chars().any(char::is_control)) {
                Some(text) => words.push(text.to_owned()),
                None => page.problem(
                    item.span().start,
                    format!("`{key}` must hold words in quotes, not {}", shown(item.get_ref())),
                    None,
                ),
            }
        }
        words
    }

    fn kind(&mut self, page: &mut Page<'_>, file: &str) -> Option<MediaKind> {
        let ending = ending_kind(file);
        let Some((value, offset)) = self.value("kind") else { return ending };
        let named = MediaKind::ALL.into_iter().find(|kind| value.as_str() == Some(kind.as_str()));
        let all = MediaKind::ALL.map(MediaKind::as_str).join(", ");
        match (named, ending) {
            (None, _) => {
                page.problem(offset, format!("`kind` must be one of {all}, not {}", shown(value)), None);
                None
            }
            (Some(kind), Some(ending)) if !fits(ending, kind) => {
                let (kind, ending) = (kind.as_str(), ending.as_str());
                let message = format!("`kind` is {kind}, but the file's ending is that of {ending}");
                page.problem(offset, message, Some("leave `kind` out, or name another file".to_owned()));
                None
            }
            (Some(kind), _) => Some(kind),
        }
    }

    /// As a date of TOML or as text.
    fn date(&mut self, page: &mut Page<'_>, key: &'static str) -> Option<Date> {
        let (value, offset) = self.value(key)?;
        let text = match value {
            DeValue::Datetime(date) => Some(date.to_string()),
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Array(_) | DeValue::Table(_) => {
                None
            }
        };
        let read = text.filter(|text| text.len() == 10).and_then(|text| text.parse::<Date>().ok());
        if read.is_none() {
            let message =
                format!("`{key}` must be the last day it may be used such as 2027-12-31, not {}", shown(value));
            page.problem(offset, message, None);
        }
        read
    }

    fn trim(&mut self, page: &mut Page<'_>) -> Option<(f64, f64)> {
        let [from, to] = self.numbers::<2>(page, "trim", (0.0, 86_400.0))?;
        if from < to {
            return Some((from, to));
        }
        let offset = self.value("trim").map_or(self.start, |(_, offset)| offset);
        page.problem(offset, format!("`trim` must end after it begins, not [{from}, {to}]"), None);
        None
    }

    /// One number, or a list of them.
    fn numbers<const N: usize>(
        &mut self,
        page: &mut Page<'_>,
        key: &'static str,
        (least, most): (f64, f64),
    ) -> Option<[f64; N]> {
        let (value, offset) = self.value(key)?;
        let list: Option<Vec<f64>> = match value.as_array() {
            Some(list) => list.iter().map(|item| number(item.get_ref())).collect(),
            None => number(value).map(|number| vec![number]),
        };
        let list = list.filter(|list| list.iter().all(|number| (least..=most).contains(number)));
        let read = list.and_then(|list| <[f64; N]>::try_from(list).ok());
        if read.is_none() {
            let what = if N == 1 { "a number".to_owned() } else { format!("{N} numbers in brackets") };
            page.problem(offset, format!("`{key}` must be {what} from {least} to {most}, not {}", shown(value)), None);
        }
        read
    }
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    let read = match value {
        DeValue::Float(number) => number.as_str().replace('_', "").parse::<f64>().ok(),
        DeValue::Integer(number) => i32::from_str_radix(number.as_str(), number.radix()).ok().map(f64::from),
        DeValue::String(_) | DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => None,
    };
    read.filter(|number| number.is_finite())
}

/// A value as it may stand in a message.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{}\"", short(text)),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(value) => value.to_string(),
        DeValue::Array(list) => format!("a list of {}", list.len()),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// Text on one line, not too long.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}
