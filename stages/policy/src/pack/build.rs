//! Triggers as written become triggers that can be decided.

use std::collections::BTreeMap;

use reelpress_config::nearest;
use toml::Spanned;

use super::Mistakes;
use super::raw::{RawIs, RawList, RawTrigger};
use crate::facts::{Fact, FactKind, FactValue};
use crate::patterns::PatternBook;
use crate::trigger::{FactTest, Fields, Found, Trigger};
use crate::words::{PhraseBook, PhraseUse, Reads};

/// Most characters of one phrase or pattern.
const CHARACTERS_MAX: usize = 500;
/// Words between two parts of a sequence, if it does not say.
const WITHIN: usize = 5;
/// Most parts of a sequence.
const PARTS_MAX: usize = 5;

/// Lists of a pack, by name.
pub(super) type Lists = BTreeMap<String, Vec<(Option<String>, Spanned<String>)>>;

/// Where phrases and patterns of all rules are gathered.
pub(super) struct Builder<'a> {
    pub(super) words: &'a mut PhraseBook,
    pub(super) patterns: &'a mut PatternBook,
    pub(super) leaves: &'a mut u32,
}

/// A text of a list, and the language it is for.
type Entry = (Option<String>, Spanned<String>);

/// Lists as written, checked; a list names no other.
pub(super) fn checked_lists(lists: BTreeMap<String, RawList>, mistakes: &mut Mistakes<'_>) -> Lists {
    let none = Lists::new();
    lists.into_iter().map(|(name, list)| (name, expanded(list, &none, mistakes))).collect()
}

impl Builder<'_> {
    /// `None` after a mistake, which is named.
    pub(super) fn trigger(
        &mut self,
        raw: Spanned<RawTrigger>,
        fields: Fields,
        lists: &Lists,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Trigger> {
        let at = raw.span().start;
        let mut raw = raw.into_inner();
        let kinds = [
            raw.any.is_some(),
            raw.all.is_some(),
            raw.not.is_some(),
            raw.words.is_some() || raw.patterns.is_some(),
            raw.sequence.is_some(),
            raw.measure.is_some(),
            raw.repeats.is_some(),
            raw.personal.is_some(),
            raw.media.is_some(),
            raw.fact.is_some(),
        ];
        if kinds.iter().filter(|is_there| **is_there).count() != 1 {
            let hint = "any, all, not, words, patterns, sequence, measure, repeats, personal, media or fact";
            mistakes.add(at, "a trigger must be of exactly one kind", Some(hint));
            return None;
        }
        let fields = raw.fields.as_ref().map_or(fields, |own| Fields::of(own));
        if let Some(parts) = raw.any.take() {
            return Some(Trigger::Any(self.parts(parts, at, fields, lists, mistakes)?));
        }
        if let Some(parts) = raw.all.take() {
            return Some(Trigger::All(self.parts(parts, at, fields, lists, mistakes)?));
        }
        if let Some(part) = raw.not.take() {
            return Some(Trigger::Not(Box::new(self.trigger(*part, fields, lists, mistakes)?)));
        }
        if let Some(fact) = raw.fact.take() {
            return fact_test(&fact, &raw, mistakes);
        }
        if let Some(fault) = raw.media {
            return Some(Trigger::Media { fault, kinds: raw.kinds });
        }
        if let Some(likeness) = raw.repeats {
            if !(1.0..=100.0).contains(&likeness) {
                mistakes.add(at, format!("`repeats` is {likeness}, not 1 to 100 percent of likeness"), None);
            }
            return Some(Trigger::Repeats { likeness, times: raw.times.unwrap_or(1).max(1) });
        }
        if let Some(measure) = raw.measure {
            if raw.above.is_none() && raw.below.is_none() {
                mistakes.add(at, "a measure needs a limit", Some("`above` or `below`"));
            }
            return Some(Trigger::Measure { fields, measure, above: raw.above, below: raw.below });
        }
        self.search(raw, fields, at, lists, mistakes)
    }

    fn parts(
        &mut self,
        parts: Vec<Spanned<RawTrigger>>,
        at: usize,
        fields: Fields,
        lists: &Lists,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Vec<Trigger>> {
        if parts.is_empty() {
            mistakes.add(at, "`any` or `all` of nothing", None);
        }
        // Each is looked at, so that all mistakes are named.
        let built = parts.into_iter().map(|part| self.trigger(part, fields, lists, mistakes)).collect::<Vec<_>>();
        built.into_iter().collect()
    }

    /// What is looked for in texts: words, patterns, sequences, personal data.
    fn search(
        &mut self,
        raw: RawTrigger,
        fields: Fields,
        at: usize,
        lists: &Lists,
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Trigger> {
        let leaf = *self.leaves;
        *self.leaves += 1;
        let reads = match (raw.exact, raw.disguised) {
            (true, true) => {
                mistakes.add(at, "words cannot be both `exact` and `disguised`", None);
                return None;
            }
            (true, false) => Reads::Exact,
            (false, true) => Reads::Disguised,
            (false, false) => Reads::Words,
        };
        let times = raw.times.unwrap_or(1).max(1);
        let found = Found { leaf, fields, prominent: raw.prominent, times };
        for entry in expanded(raw.unless.unwrap_or_default(), lists, mistakes) {
            // An excuse with accents must be there with accents: `año` excuses only itself.
            let is_accented = !entry.1.get_ref().is_ascii();
            let reads = if is_accented { Reads::Exact } else { Reads::Words };
            self.phrase(entry, &PhraseUse { leaf, part: 0, excuses: true, language: None, reads }, mistakes);
        }
        if let Some(detector) = raw.personal {
            return Some(Trigger::Personal { found, detector });
        }
        if let Some(parts) = raw.sequence {
            if !(2..=PARTS_MAX).contains(&parts.len()) {
                mistakes.add(at, format!("a sequence has {} lists, not 2 to {PARTS_MAX}", parts.len()), None);
            }
            let count = parts.len() as u8;
            for (part, list) in (0..).zip(parts) {
                for entry in expanded(list, lists, mistakes) {
                    self.phrase(entry, &PhraseUse { leaf, part, excuses: false, language: None, reads }, mistakes);
                }
            }
            return Some(Trigger::Sequence { found, parts: count, within: raw.within.unwrap_or(WITHIN) });
        }
        let words = expanded(raw.words.unwrap_or_default(), lists, mistakes);
        let patterns = expanded(raw.patterns.unwrap_or_default(), lists, mistakes);
        if words.is_empty() && patterns.is_empty() {
            mistakes.add(at, "neither a word nor a pattern is looked for", None);
        }
        for entry in words {
            self.phrase(entry, &PhraseUse { leaf, part: 0, excuses: false, language: None, reads }, mistakes);
        }
        for (language, pattern) in patterns {
            if !has_fine_length(&pattern, mistakes) {
                continue;
            }
            if let Err(message) = self.patterns.add(pattern.get_ref(), leaf, language) {
                mistakes.add(pattern.span().start, message, None);
            }
        }
        Some(Trigger::Found(found))
    }

    fn phrase(&mut self, (language, written): Entry, used: &PhraseUse, mistakes: &mut Mistakes<'_>) {
        let is_fine = has_fine_length(&written, mistakes);
        if is_fine && !self.words.add(written.get_ref(), PhraseUse { language, ..used.clone() }) {
            mistakes.add(written.span().start, format!("`{}` holds no word", written.get_ref()), None);
        }
    }
}

fn has_fine_length(written: &Spanned<String>, mistakes: &mut Mistakes<'_>) -> bool {
    let length = written.get_ref().chars().count();
    let is_fine = (1..=CHARACTERS_MAX).contains(&length);
    if !is_fine {
        let message = format!("phrase or pattern has {length} characters, not 1 to {CHARACTERS_MAX}");
        mistakes.add(written.span().start, message, None);
    }
    is_fine
}

/// A list with the lists that it names (`$illness`) put in their places.
fn expanded(list: RawList, lists: &Lists, mistakes: &mut Mistakes<'_>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(list.0.len());
    for (language, text) in list.0 {
        if let Some(code) = &language
            && (code.len() != 2 || !code.bytes().all(|b| b.is_ascii_lowercase()))
        {
            let message = format!("`{code}` is not an ISO 639-1 code, such as `en`");
            mistakes.add(text.span().start, message, Some("`any` for words of every language"));
        }
        let Some(name) = text.get_ref().strip_prefix('$') else {
            entries.push((language, text));
            continue;
        };
        let Some(named) = lists.get(name) else {
            let near = nearest(name, lists.keys().map(String::as_str)).map(|near| format!("did you mean `${near}`?"));
            mistakes.add(text.span().start, format!("there is no list `{name}` in [lists]"), near.as_deref());
            continue;
        };
        // Inside a language's list, only what is in that language.
        let fits = |own: &Option<String>| language.is_none() || own.is_none() || *own == language;
        entries.extend(
            named
                .iter()
                .filter(|(own, _)| fits(own))
                .map(|(own, word)| (own.clone().or_else(|| language.clone()), word.clone())),
        );
    }
    entries
}

fn fact_test(name: &Spanned<String>, raw: &RawTrigger, mistakes: &mut Mistakes<'_>) -> Option<Trigger> {
    let at = name.span().start;
    let Some(fact) = Fact::named(name.get_ref()) else {
        let near = nearest(name.get_ref(), Fact::all().map(Fact::as_str)).map(|near| format!("did you mean `{near}`?"));
        mistakes.add(at, format!("there is no fact `{}`", name.get_ref()), near.as_deref());
        return None;
    };
    let test = match (&raw.is, raw.above, raw.below) {
        (Some(is), None, None) => {
            let values = match is.get_ref() {
                RawIs::One(value) => vec![value.clone()],
                RawIs::Many(values) => values.clone(),
            };
            for value in &values {
                if let Err(error) = fact.check(value.clone()) {
                    mistakes.add(is.span().start, error.to_string(), None);
                }
            }
            FactTest::Is(values)
        }
        (None, Some(limit), None) if fact.kind() == FactKind::Number => FactTest::Above(limit),
        (None, None, Some(limit)) if fact.kind() == FactKind::Number => FactTest::Below(limit),
        (None, None, None) if fact.kind() == FactKind::Flag => FactTest::Is(vec![FactValue::Flag(true)]),
        _ => {
            mistakes.add(
                at,
                format!("fact `{}` needs one test", fact.as_str()),
                Some("`is`, or `above` or `below` for a number"),
            );
            return None;
        }
    };
    Some(Trigger::Fact { fact, test })
}
