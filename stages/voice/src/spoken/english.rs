//! English: each word in the light of its neighbours.

use super::abbreviations::{abbreviation, day_named, month_named, unit};
use super::capitals::{capitals, dotted, shouted, spelled};
use super::numbers::{Number, cardinal, decade, digits, ordinal, year};
use super::signs;

/// A word without the marks around it.
struct Peeled<'a> {
    core: &'a str,
    tail: &'a str,
}

/// A whole narration.
struct Sentence<'a> {
    words: Vec<Peeled<'a>>,
    shouted: bool,
}

const MAGNITUDES: [&str; 4] = ["thousand", "million", "billion", "trillion"];

/// What follows a count, so that 1984 of them are no year.
const COUNTED: [&str; 14] = [
    "people",
    "dollars",
    "euros",
    "pounds",
    "meters",
    "metres",
    "kilometers",
    "kilometres",
    "miles",
    "years",
    "days",
    "hours",
    "points",
    "calories",
];

/// A dot behind these never ends a sentence that goes on.
const TITLES: [&str; 19] = [
    "dr", "mr", "mrs", "ms", "prof", "gov", "sen", "rep", "gen", "lt", "capt", "sgt", "st", "mt", "ft", "vs", "e.g",
    "i.e", "approx",
];

/// What is said for each word.
pub(super) fn said(words: &[String]) -> Vec<String> {
    let sentence = Sentence { words: words.iter().map(|word| peeled(word)).collect(), shouted: shouted(words) };
    let mut all: Vec<String> = Vec::with_capacity(words.len());
    for (at, word) in sentence.words.iter().enumerate() {
        if matches!(word.core, "—" | "–" | "-" | "--" | "|" | "•" | "·") {
            // Heard as a short pause behind the word before.
            if let Some(before) = all.iter_mut().rev().find(|said| !said.is_empty())
                && before.ends_with(char::is_alphanumeric)
            {
                before.push(',');
            }
            all.push(String::new());
            continue;
        }
        let mut said = sentence.core(at);
        if said.chars().any(char::is_alphanumeric) {
            said.extend(sentence.mark(at));
        } else {
            said.clear();
        }
        all.push(said);
    }
    all
}

fn peeled(word: &str) -> Peeled<'_> {
    let start = word.trim_start_matches(|c: char| "\"'“”‘’([{¿¡«<*_~`".contains(c));
    // The apostrophe of '90s.
    let cut = word.len() - start.len();
    let start = match word[..cut].chars().next_back() {
        Some(mark @ ('\'' | '’')) if start.starts_with(|c: char| c.is_ascii_digit()) => {
            &word[cut - mark.len_utf8()..]
        }
        _ => start,
    };
    let core = start.trim_end_matches(|c: char| ".,;:!?\"'“”‘’)]}»>…*_~`".contains(c));
    Peeled { core, tail: &start[core.len()..] }
}

impl<'a> Sentence<'a> {
    fn word(&self, at: Option<usize>) -> &'a str {
        at.and_then(|at| self.words.get(at)).map_or("", |word| word.core)
    }

    fn before(&self, at: usize) -> &'a str {
        self.word(at.checked_sub(1))
    }

    fn behind(&self, at: usize) -> &'a str {
        self.word(at.checked_add(1))
    }

    fn has_dot(&self, at: usize) -> bool {
        self.words[at].tail.starts_with('.')
    }

    /// The mark that is heard behind a word.
    fn mark(&self, at: usize) -> Option<char> {
        let tail = self.words[at].tail;
        let has = |mark: char| tail.contains(mark);
        if let Some(mark) = ['?', '!'].into_iter().find(|mark| has(*mark)) {
            return Some(mark);
        }
        if (has('.') || has('…')) && !self.dot_belongs_to_word(at) {
            return Some('.');
        }
        [',', ';', ':'].into_iter().find(|mark| has(*mark))
    }

    fn dot_belongs_to_word(&self, at: usize) -> bool {
        let core = self.words[at].core;
        let next = self.behind(at);
        if next.is_empty() || !self.has_dot(at) {
            return false;
        }
        let folded = core.to_lowercase();
        let short = abbreviation(core, true).is_some() || dotted(core).is_some() || self.numbered(at).is_some();
        let date = (core.len() <= 5 && core != "May") && (month_named(core).is_some() || day_named(core).is_some());
        let is_title = TITLES.contains(&folded.as_str()) || self.numbered(at).is_some() || date;
        is_title || (short && !next.starts_with(char::is_uppercase)) || is_initial(core)
    }

    fn core(&self, at: usize) -> String {
        let (core, behind) = (self.words[at].core, self.behind(at));
        if core.is_empty() {
            return String::new();
        }
        if let Some(said) = signs::lone(core).or_else(|| signs::address(core)) {
            return said;
        }
        let counts_on = MAGNITUDES.contains(&behind.to_lowercase().as_str());
        if let Some(said) = signs::money(core, counts_on) {
            return said;
        }
        self.with_number(at)
            .or_else(|| self.short(at))
            .unwrap_or_else(|| plain(core, self.shouted && core.chars().all(|c| !c.is_lowercase())))
    }

    /// Words with digits in them, and those that a number before or behind changes.
    fn with_number(&self, at: usize) -> Option<String> {
        let (core, before, behind) = (self.words[at].core, self.before(at), self.behind(at));
        let lower = core.to_lowercase();
        if MAGNITUDES.contains(&lower.as_str())
            && let Some(currency) = signs::currency_of(before)
        {
            return Some(format!("{lower} {currency}"));
        }
        if matches!(lower.as_str(), "am" | "pm") && starts_with_digit(before) {
            return Some(spelled(&lower));
        }
        if let Some((one, many)) = unit(core).filter(|_| core != "in")
            && starts_with_digit(before)
            && signs::is_count(before)
        {
            return Some(if before == "1" { one } else { many }.to_owned());
        }
        if let Some(many) = signs::currency_code(core).filter(|_| Number::parse(before).is_some()) {
            return Some(many.to_owned());
        }
        if !core.contains(|c: char| c.is_ascii_digit() || "½¼¾⅓⅔⅛".contains(c)) {
            return None;
        }
        let day = core.trim_end_matches(|c: char| c.is_ascii_lowercase()).parse::<u64>().ok();
        let is_day = day.is_some_and(|day| (1..=31).contains(&day)) && core.len() <= 4 && !core.starts_with('0');
        if let Some(day) = day.filter(|_| is_day && (day == core.parse().ok() || signs::is_ordinal(core))) {
            if is_month(before) {
                return Some(ordinal(day));
            }
            if is_month(behind) && !self.words[at].tail.contains(',') {
                let article = if before.eq_ignore_ascii_case("the") { "" } else { "the " };
                return Some(format!("{article}{} of", ordinal(day)));
            }
        }
        if let Some(said) = signs::fraction(core) {
            let joint = if before.parse::<u64>().is_ok() { "and " } else { "" };
            return Some(format!("{joint}{said}"));
        }
        let clock_follows = matches!(behind.to_lowercase().as_str(), "am" | "pm" | "a.m" | "p.m");
        signs::date(core)
            .or_else(|| signs::time(core, clock_follows))
            .or_else(|| signs::percent(core))
            .or_else(|| signs::ordinal_or_decade(core))
            .or_else(|| number(core, behind))
            .or_else(|| signs::range(core))
            .or_else(|| signs::measured(core))
    }

    /// Abbreviations, months and days.
    fn short(&self, at: usize) -> Option<String> {
        let (core, before, behind) = (self.words[at].core, self.before(at), self.behind(at));
        if let Some(said) = self.numbered(at) {
            return Some(said.to_owned());
        }
        if core == "St" && self.has_dot(at) {
            let street = before.starts_with(char::is_uppercase) && at > 0;
            return Some(if street { "Street" } else { "Saint" }.to_owned());
        }
        let beside_number = self.has_dot(at) || starts_with_digit(behind) || starts_with_digit(before);
        if beside_number && is_month(core) {
            return month_named(core).map(str::to_owned);
        }
        if (self.has_dot(at) || starts_with_digit(behind) || is_month(behind))
            && let Some(day) = day_named(core)
        {
            return Some(day.to_owned());
        }
        if let Some(said) = abbreviation(core, self.has_dot(at)) {
            return Some(said.to_owned());
        }
        dotted(core).or_else(|| roman(core, before)).or_else(|| capitals(core, self.shouted))
    }

    /// `No. 5`, `p. 12`, `Fig. 3`: only before a number.
    fn numbered(&self, at: usize) -> Option<&'static str> {
        if !self.has_dot(at) || !starts_with_digit(self.behind(at)) {
            return None;
        }
        Some(match self.words[at].core.to_lowercase().as_str() {
            "no" => "number",
            "nos" => "numbers",
            "p" => "page",
            "pp" => "pages",
            "fig" => "figure",
            "vol" => "volume",
            "ch" => "chapter",
            "sec" => "section",
            _ => return None,
        })
    }
}

/// A plain number, or a year.
fn number(core: &str, behind: &str) -> Option<String> {
    let number = Number::parse(core)?;
    let counted = COUNTED.contains(&behind.to_lowercase().as_str()) || unit(behind).is_some_and(|_| behind != "in");
    match number.value().filter(|value| (1_100..=2_099).contains(value) && core.len() == 4 && !counted) {
        Some(value) => Some(year(value)),
        None => Some(number.said()),
    }
}

fn starts_with_digit(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// `II` behind a name is `the second`, behind what is counted `two`.
fn roman(core: &str, before: &str) -> Option<String> {
    const COUNTED_SO: [&str; 14] = [
        "War", "Part", "Chapter", "Act", "Volume", "Phase", "Type", "Bowl", "Title", "Class", "Stage", "Level", "Mark",
        "Book",
    ];
    if core.len() < 2 || !before.starts_with(char::is_uppercase) || !before.ends_with(char::is_lowercase) {
        return None;
    }
    let value = |b: u8| match b {
        b'I' => Some(1),
        b'V' => Some(5),
        b'X' => Some(10),
        b'L' => Some(50),
        _ => None,
    };
    let values = core.bytes().map(value).collect::<Option<Vec<u64>>>()?;
    let behind = values.iter().skip(1).copied().chain([0]);
    let total = values
        .iter()
        .zip(behind)
        .fold(0_i64, |total, (value, next)| if *value < next { total - *value as i64 } else { total + *value as i64 });
    let total = u64::try_from(total).ok().filter(|total| roman_of(*total) == core)?;
    Some(if COUNTED_SO.contains(&before) { cardinal(total) } else { format!("the {}", ordinal(total)) })
}

fn roman_of(mut value: u64) -> String {
    const SIGNS: [(u64, &str); 7] = [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")];
    let mut roman = String::new();
    for (size, sign) in SIGNS {
        while value >= size && roman.len() < 16 {
            roman.push_str(sign);
            value -= size;
        }
    }
    roman
}

/// `J` of `J. Smith`.
fn is_initial(core: &str) -> bool {
    core.len() == 1 && core != "I" && core.bytes().all(|b| b.is_ascii_uppercase())
}

/// `Nov`, `November`; `may` is a verb.
fn is_month(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && month_named(word).is_some()
}

/// Any other word, whatever is in it: letters stay, figures become words, a few signs have names, the rest goes.
pub(super) fn plain(word: &str, lower: bool) -> String {
    if word.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '’')) {
        let word = word.replace('’', "'");
        return if lower { word.to_lowercase() } else { humps(&word) };
    }
    match word.to_lowercase().as_str() {
        "w/" => return "with".to_owned(),
        "w/o" => return "without".to_owned(),
        "and/or" => return "and or".to_owned(),
        _ => {}
    }
    let parts = word.split(['-', '–']).filter(|part| !part.is_empty()).collect::<Vec<_>>();
    if parts.len() > 1 && word.contains(|c: char| c.is_ascii_digit()) {
        // mid-1990s, 21st-century.
        let part = |part: &&str| {
            signs::ordinal_or_decade(part).or_else(|| capitals(part, lower)).unwrap_or_else(|| plain(part, lower))
        };
        return parts.iter().map(part).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    }
    let mut said: Vec<String> = Vec::new();
    // AT&T, R&D.
    let initials = word.contains('&') && !word.chars().any(char::is_lowercase);
    let runs = runs(word);
    let is_figure = |at: usize| runs.get(at).is_some_and(|run| starts_with_digit(run));
    for (at, run) in runs.iter().copied().enumerate() {
        let first = run.chars().next().unwrap_or(' ');
        if first.is_ascii_digit() {
            said.push(figures(run));
        } else if first.is_alphabetic() && initials {
            said.push(spelled(run));
        } else if first.is_alphabetic() {
            said.push(capitals(run, false).unwrap_or_else(|| humps(run)));
        } else if run == "." && at > 0 && is_figure(at - 1) && is_figure(at + 1) {
            said.push("point".to_owned());
        } else if let Some(name) = signs::within(run) {
            said.push(name.to_owned());
        }
    }
    said.join(" ")
}

/// A number within a word: `three twenty` in A320, digit by digit where it is long.
fn figures(run: &str) -> String {
    match (run.len(), run.parse::<u64>()) {
        (1..=2, Ok(value)) if !run.starts_with('0') || run == "0" => cardinal(value),
        (3, Ok(value)) if value >= 100 && value % 100 >= 10 => {
            format!("{} {}", cardinal(value / 100), cardinal(value % 100))
        }
        (3, Ok(value)) if value >= 100 && value % 100 == 0 => cardinal(value),
        (4, Ok(value)) if value >= 1_000 => year(value),
        _ => digits(run),
    }
}

/// Runs of figures, of letters (apostrophes are letters here), and of signs.
fn runs(word: &str) -> Vec<&str> {
    let kind =
        |c: char| if c.is_ascii_digit() { 0 } else { 2 - u8::from(c.is_alphabetic() || matches!(c, '\'' | '’')) };
    let mut runs = Vec::new();
    let mut from = 0;
    let mut last = None;
    for (at, character) in word.char_indices() {
        if last.is_some_and(|last| last != kind(character)) {
            runs.push(&word[from..at]);
            from = at;
        }
        last = Some(kind(character));
    }
    runs.push(&word[from..]);
    runs
}

/// `You Tube`: a blank where a small letter meets a large one.
pub(super) fn humps(word: &str) -> String {
    if word.starts_with("Mc") || word.starts_with("Mac") {
        return word.to_owned();
    }
    let mut said = String::with_capacity(word.len() + 2);
    for character in word.chars() {
        if character.is_uppercase() && said.ends_with(char::is_lowercase) {
            said.push(' ');
        }
        said.push(character);
    }
    said
}

/// `nineteen nineties`; here, so that all years are read alike.
pub(super) fn decade_said(value: u64) -> String {
    decade(value)
}
