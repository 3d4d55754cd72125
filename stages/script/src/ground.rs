//! Grounding: nothing is said that the evidence does not say. Every sentence of a script is held against the pack; one
//! with a number, a date, a name, a quotation or a claim that the pack does not have is taken out, and so is one whose
//! words are mostly not the pack's. What remains is still a script, or it is not one, and then somebody is told why.
//!
//! Limits, so that nobody trusts it with more than it can do: it compares words, not meanings. A sentence that turns the
//! evidence's own words round passes. Where the evidence is in another language than the script, only numbers, dates,
//! names and quotations are compared.

mod claims;
pub(crate) mod copied;
mod dates;
mod names;
mod numbers;
mod quotes;
mod spelled;
mod units;
pub(crate) mod words;

use std::collections::BTreeSet;

use reelpress_vocabulary::{Scene, ScriptDraft};

use crate::evidence::Pack;
use crate::inject::{self, Guard};
use crate::material::{self, shortened};
use crate::phrases::{PhraseBook, primary};
use dates::Told;
use names::Known;
use numbers::Amount;
pub(crate) use numbers::amounts;
pub(crate) use units::is_unit;
use words::{fold, is_dense, same_stem, words};

/// A sentence with more than [`WEIGHED_UP_TO`] words that carry meaning has this share of them from the evidence, in
/// percent. A judgement, not a measurement: about half of a retold sentence is the source's words.
const SUPPORT_MIN: usize = 45;
/// Up to this many words that carry meaning, one of them from the evidence is enough. A sentence without any only leads
/// on (`And there is more.`).
const WEIGHED_UP_TO: usize = 3;
/// Findings kept; a text that is wrong throughout is wrong enough with these.
const FINDINGS_MAX: usize = 20;

/// One thing that a script says and the evidence does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// A fixed word: `unsupported_number` and its like.
    pub(crate) kind: &'static str,
    /// Such as `scenes[1].narration`.
    pub(crate) field: String,
    /// The number, the name, the words.
    pub(crate) told: String,
}

/// A draft without what was found in it.
pub(crate) struct Grounded {
    pub(crate) draft: ScriptDraft,
    pub(crate) findings: Vec<Finding>,
}

/// The evidence, taken apart once for all sentences.
pub(crate) struct Ground {
    pieces: Vec<Facts>,
    days: Vec<Told>,
    /// What the niche itself says counts as known: its call to action, its handle.
    own: Facts,
    known: Known,
    comparable: String,
    text: String,
    book: &'static PhraseBook,
    plain: BTreeSet<String>,
    stop: BTreeSet<String>,
    language: String,
    topic_language: String,
    /// Evidence and script are in one language, so that words can be compared.
    same_language: bool,
    title: String,
    guard: Guard,
}

/// One piece.
#[derive(Default)]
struct Facts {
    amounts: Vec<Amount>,
    weighty: Vec<String>,
    dense: String,
    source: Option<usize>,
}

/// How much of a text is weighed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A sentence that is spoken or read: everything counts.
    Sentence,
    /// A few words on the screen or a title: names may be written with capitals throughout.
    Label,
    /// A closing sentence: it may ask for anything, and states no fact.
    Closing,
}

impl Ground {
    /// `own` are texts of the niche's config that may be said without evidence.
    pub(crate) fn new(pack: &Pack, topic_language: &str, script_language: &str, own: &[&str], guard: Guard) -> Self {
        let (topic, language) = (primary(topic_language), primary(script_language));
        let book = PhraseBook::nearest(&language);
        let folded = |words: &BTreeSet<String>| words.iter().map(|word| fold(word)).collect::<BTreeSet<_>>();
        let stop = if PhraseBook::of(&language).is_some() { folded(&book.stop_words) } else { BTreeSet::new() };
        let mut plain = stop.clone();
        for more in [&book.openers, &book.leaning, &book.pronouns, &book.months, &book.number_words, &book.before_nouns]
        {
            plain.extend(folded(more));
        }
        let mut ground = Self {
            pieces: Vec::new(),
            days: Vec::new(),
            own: Facts::default(),
            known: Known::default(),
            comparable: String::new(),
            text: String::new(),
            book,
            plain,
            stop,
            same_language: topic == language || topic == "und" || topic.is_empty(),
            language,
            topic_language: topic,
            title: inject::harmless(pack.title()),
            guard,
        };
        for piece in &pack.pieces {
            let count = piece.count.map_or_else(String::new, |count| format!(" {count}"));
            let mut facts = ground.facts(&format!("{}{count}", piece.text));
            facts.source = piece.source;
            ground.days.extend(dates::days(&piece.text));
            ground.days.extend(piece.at.and_then(dates::of_timestamp));
            ground.known.add(&piece.text);
            ground.text.push_str(&piece.text);
            ground.text.push('\n');
            ground.pieces.push(facts);
        }
        ground.comparable = quotes::comparable(&ground.text);
        let own = own.join("\n");
        ground.own = ground.facts(&own);
        ground.known.add(&own);
        ground
    }

    fn facts(&self, text: &str) -> Facts {
        let days = dates::days(text);
        // A day's own figures are known as a date and as numbers: `5 September 1977` has a 1977.
        let mut amounts = numbers::amounts(text, &self.language, &[]);
        if self.topic_language != self.language {
            amounts.extend(numbers::amounts(text, &self.topic_language, &[]));
        }
        amounts.extend(days.iter().flat_map(|day| numbers::amounts(&day.written, &self.language, &[])));
        Facts { amounts, weighty: self.weighty(text), dense: dense(text), source: None }
    }

    /// Folded words that carry meaning.
    fn weighty(&self, text: &str) -> Vec<String> {
        let least = if self.stop.is_empty() { 4 } else { 3 };
        let fits = |word: &str| {
            word.chars().count() >= least
                && word.chars().any(char::is_alphabetic)
                && !word.chars().any(is_dense)
                && !self.stop.contains(word)
        };
        words(text).into_iter().map(|word| word.folded).filter(|word| fits(word)).collect()
    }

    /// Takes out of a draft what the evidence does not have. `weigh` is false for texts that are the evidence's own
    /// sentences with known phrases around them: there only numbers, dates, names and quotations are looked at.
    pub(crate) fn check(&self, mut draft: ScriptDraft, weigh: bool) -> Grounded {
        let mut findings = Vec::new();
        let title = self.faults(&draft.title, Part::Label, "title", weigh);
        if !title.is_empty() {
            findings.extend(title);
            draft.title = shortened(&self.title, 100);
        }
        draft.caption = self.without(&draft.caption, Part::Sentence, "caption", weigh, &mut findings);
        if draft.caption.trim().is_empty() {
            draft.caption.clone_from(&self.title);
        }
        self.beat(&mut draft.hook, "hook", Part::Sentence, weigh, &mut findings);
        for (at, hook) in draft.other_hooks.iter_mut().enumerate() {
            self.beat(hook, &format!("other_hooks[{at}]"), Part::Sentence, weigh, &mut findings);
        }
        draft.other_hooks.retain(|hook| !hook.narration.is_empty());
        for (at, scene) in draft.scenes.iter_mut().enumerate() {
            self.beat(scene, &format!("scenes[{at}]"), Part::Sentence, weigh, &mut findings);
        }
        draft.scenes.retain(|scene| !scene.narration.is_empty());
        self.beat(&mut draft.call_to_action, "call_to_action", Part::Closing, weigh, &mut findings);
        let known = draft.sources.len();
        let ScriptDraft { hook, other_hooks, scenes, .. } = &mut draft;
        for beat in std::iter::once(hook).chain(other_hooks).chain(scenes) {
            self.give_sources(beat, known);
        }
        findings.truncate(FINDINGS_MAX);
        Grounded { draft, findings }
    }

    fn beat(&self, beat: &mut Scene, field: &str, part: Part, weigh: bool, findings: &mut Vec<Finding>) {
        beat.narration = self.without(&beat.narration, part, &format!("{field}.narration"), weigh, findings);
        let shown = self.faults(&beat.on_screen, Part::Label, &format!("{field}.on_screen"), weigh);
        if !shown.is_empty() {
            findings.extend(shown);
            beat.on_screen.clear();
        }
        beat.figures.retain(|figure| {
            let known = self.has_value(figure.value, &figure.unit)
                && self.faults(&figure.label, Part::Label, "", weigh).is_empty();
            if !known {
                let told = format!("{} {}", figure.value, shortened(&figure.unit, 12));
                findings.push(Finding { kind: "unsupported_number", field: format!("{field}.figures"), told });
            }
            known
        });
    }

    /// The text without the sentences that the evidence does not carry.
    fn without(&self, text: &str, part: Part, field: &str, weigh: bool, findings: &mut Vec<Finding>) -> String {
        let mut kept = Vec::new();
        let mut clean = true;
        for line in text.split('\n') {
            let mut sentences = parted(line, self.book);
            sentences.retain(|sentence| {
                let faults = self.faults(sentence, part, field, weigh);
                let carried = faults.is_empty();
                findings.extend(faults);
                clean &= carried;
                carried
            });
            kept.push(sentences.join(" "));
        }
        // As it was, to the space, if nothing was taken out.
        if clean { text.to_owned() } else { kept.join("\n").trim().to_owned() }
    }

    /// What one sentence or label says and the evidence does not.
    fn faults(&self, text: &str, part: Part, field: &str, weigh: bool) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut add =
            |kind, told: &str| found.push(Finding { kind, field: field.to_owned(), told: shortened(told, 120) });
        if let Some(what) = self.guard.finds(text) {
            add("injected_text", &what);
        }
        let days = dates::days(text);
        for day in days.iter().filter(|day| !self.days.iter().any(|known| dates::says(known, day))) {
            add("unsupported_date", &day.written);
        }
        self.weekdays(text, &days, &mut add);
        for word in dates::relative(text, &self.language).into_iter().filter(|word| !self.comparable.contains(*word)) {
            add("unsupported_date", word);
        }
        let taken = days.iter().map(|day| day.place.clone()).collect::<Vec<_>>();
        let weighty =
            if part == Part::Sentence && weigh && self.same_language { self.weighty(text) } else { Vec::new() };
        for amount in numbers::amounts(text, &self.language, &taken) {
            if !self.has_amount(&amount, &weighty) {
                add(if amount.year { "unsupported_date" } else { "unsupported_number" }, &amount.written);
            }
        }
        for name in names::names(text, &self.language, &|word| self.plain.contains(word)) {
            if !name.words.iter().all(|word| self.known.has(word)) {
                add("unsupported_name", &name.written);
            }
        }
        for quote in quotes::quotes(text).into_iter().filter(|quote| !quotes::stands_in(quote, &self.comparable)) {
            add("unsupported_quote", quote);
        }
        if weigh && self.same_language {
            for what in claims::unsupported(text, &self.text) {
                add("unsupported_claim", what);
            }
            if part != Part::Closing && !self.carries(text, part) {
                add("unsupported_text", text);
            }
        }
        found
    }

    /// A weekday is known if the evidence names it, or if it is that of the day which the sentence names.
    fn weekdays(&self, text: &str, days: &[Told], add: &mut dyn FnMut(&'static str, &str)) {
        let known = dates::weekdays(&self.text);
        for weekday in dates::weekdays(text) {
            let meant = self.days.iter().filter(|known| days.iter().any(|day| dates::says(known, day)));
            let fits = meant.filter_map(dates::weekday_of).any(|other| other == weekday);
            if !fits && !known.contains(&weekday) {
                add("unsupported_date", &format!("weekday {weekday} (1 is Monday)"));
            }
        }
    }

    /// The evidence has the amount, in a piece that is about one thing of the sentence at least.
    fn has_amount(&self, amount: &Amount, weighty: &[String]) -> bool {
        let says = |facts: &Facts| facts.amounts.iter().any(|known| numbers::says(known, amount));
        let dated =
            amount.year && self.days.iter().any(|day| day.year.map(f64::from) == amount.readings.first().copied());
        let related = |facts: &Facts| {
            weighty.len() < 2 || weighty.iter().any(|word| facts.weighty.iter().any(|known| same_stem(known, word)))
        };
        dated || says(&self.own) || self.pieces.iter().any(|facts| says(facts) && related(facts))
    }

    fn has_value(&self, value: f64, unit: &str) -> bool {
        // The value is written as machines write it, the unit in the script's language.
        ["en", &self.language].iter().any(|language| {
            let amounts = numbers::amounts(&format!("{value} {unit}"), language, &[]);
            !amounts.is_empty() && amounts.iter().all(|amount| self.has_amount(amount, &[]))
        })
    }

    /// Enough of the words are the evidence's.
    fn carries(&self, text: &str, part: Part) -> bool {
        let weighty = self.weighty(text);
        let has = |word: &String| {
            self.pieces.iter().chain([&self.own]).any(|facts| facts.weighty.iter().any(|known| same_stem(known, word)))
        };
        let told = weighty.iter().filter(|word| has(word)).count();
        let script = dense(text);
        let pairs = pairs(&script);
        let known =
            pairs.iter().filter(|pair| self.pieces.iter().any(|facts| facts.dense.contains(pair.as_str()))).count();
        // Two ideographs carry what a word does.
        let (all, told) = (weighty.len() + pairs.len() / 2, told + known / 2);
        match part {
            Part::Label => all < 2 || told * 2 >= all,
            Part::Sentence | Part::Closing if all <= WEIGHED_UP_TO => all == 0 || told > 0,
            Part::Sentence | Part::Closing => told * 100 >= all * SUPPORT_MIN,
        }
    }

    /// Whether a hashtag names something that the evidence is about.
    pub(crate) fn knows_tag(&self, tag: &str) -> bool {
        let folded = fold(&tag.replace('_', ""));
        if self.guard.taints(tag) {
            return false;
        }
        if !self.same_language {
            return true;
        }
        let known = |word: &str| {
            self.known.has(word)
                || self.pieces.iter().any(|facts| facts.weighty.iter().any(|other| same_stem(other, word)))
        };
        known(&folded) || runs_together(&folded, &known)
    }

    /// Whether words for the picture library hold nothing smuggled.
    pub(crate) fn may_show(&self, show: &str) -> bool {
        self.guard.finds(show).is_none()
    }

    /// The pages of a beat: those that its writer named, and those that its words point to.
    fn give_sources(&self, beat: &mut Scene, known: usize) {
        let weighty = self.weighty(&beat.narration);
        let pairs = pairs(&dense(&beat.narration));
        let amounts = numbers::amounts(&beat.narration, &self.language, &[]);
        let weight = |facts: &Facts| {
            let words = weighty.iter().filter(|word| facts.weighty.iter().any(|other| same_stem(other, word))).count();
            let pairs = pairs.iter().filter(|pair| facts.dense.contains(pair.as_str())).count() / 2;
            let numbers =
                amounts.iter().filter(|told| facts.amounts.iter().any(|other| numbers::says(other, told))).count();
            words + pairs + 2 * numbers
        };
        let best = self
            .pieces
            .iter()
            .map(|facts| (weight(facts), facts))
            .max_by_key(|(weight, facts)| (*weight, std::cmp::Reverse(facts.source)));
        let found = best.filter(|(weight, _)| *weight >= 2).and_then(|(_, facts)| facts.source);
        beat.sources.extend(found);
        beat.sources.retain(|source| *source < known);
        beat.sources.sort_unstable();
        beat.sources.dedup();
    }
}

/// `deepsea` is `deep` and `sea`: at most four known words of three letters or more, written as one.
fn runs_together(text: &str, known: &dyn Fn(&str) -> bool) -> bool {
    let places = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect::<Vec<_>>();
    // Fewest words that reach each place.
    let mut reached = vec![usize::MAX; places.len()];
    reached[0] = 0;
    for to in 1..places.len().min(61) {
        for from in 0..to {
            if reached[from] < 4
                && to - from >= 3
                && reached[from] + 1 < reached[to]
                && known(&text[places[from]..places[to]])
            {
                reached[to] = reached[from] + 1;
            }
        }
    }
    reached.last().is_some_and(|words| *words <= 4)
}

/// Sentences, and their parts where a stop stands before a small letter: what is checked must not hide behind a sentence
/// that is well supported.
fn parted(text: &str, book: &PhraseBook) -> Vec<String> {
    let mut found = Vec::new();
    for sentence in material::split(text, book) {
        let mut start = 0;
        for (at, stop) in sentence.match_indices(['.', '!', '?', ';', '\u{2026}']) {
            let word = sentence[start..at].split_whitespace().next_back().unwrap_or_default();
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let end = at + stop.len();
            let ends = sentence[end..].starts_with(char::is_whitespace) || stop == "\u{2026}";
            if ends && letters >= 3 && !book.abbreviations.contains(&word.to_lowercase()) {
                found.push(sentence[start..end].trim().to_owned());
                start = end;
            }
        }
        found.push(sentence[start..].trim().to_owned());
    }
    found.retain(|part| !part.is_empty());
    found
}

/// The number that one folded word says: `three`.
pub(crate) fn small_number(folded: &str, language: &str) -> Option<usize> {
    spelled::word(folded, language).and_then(|value| usize::try_from(value).ok())
}

fn dense(text: &str) -> String {
    text.chars()
        .map(|c| if is_dense(c) { c } else { ' ' })
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Every two neighbours of a text without spaces.
fn pairs(dense: &str) -> Vec<String> {
    let characters = dense.chars().collect::<Vec<_>>();
    let whole = characters.windows(2).filter(|pair| pair.iter().all(|c| *c != ' '));
    whole.map(|pair| pair.iter().collect()).collect()
}

#[cfg(test)]
mod tests;
