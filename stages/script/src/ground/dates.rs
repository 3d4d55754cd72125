//! Dates in a text, in the ways six languages write them, and whether the evidence has them.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use regex::Regex;

use super::words::{ascii_digits, fold};

/// What a text says of a day: any part may be left out, never all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) written: String,
    pub(crate) year: Option<i16>,
    pub(crate) month: Option<i8>,
    pub(crate) day: Option<i8>,
    /// Where it is, in bytes of the text with ASCII digits.
    pub(crate) place: Range<usize>,
}

/// Months by their folded names, January first; three letters and more of a name count too where that is usual.
const MONTHS: [&[&str]; 12] = [
    &["january", "jan", "januar", "janner", "enero", "janvier", "gennaio", "janeiro", "января", "январь", "январе"],
    &["february", "feb", "februar", "febrero", "fevrier", "febbraio", "fevereiro", "февраля", "февраль", "феврале"],
    &["march", "marz", "marzo", "mars", "marco", "марта", "март", "марте"],
    &["april", "apr", "abril", "avril", "aprile", "апреля", "апрель", "апреле"],
    &["may", "mai", "mayo", "maggio", "maio", "мая", "май", "мае"],
    &["june", "jun", "juni", "junio", "juin", "giugno", "junho", "июня", "июнь", "июне"],
    &["july", "jul", "juli", "julio", "juillet", "luglio", "julho", "июля", "июль", "июле"],
    &["august", "aug", "agosto", "aout", "августа", "август", "августе"],
    &[
        "september",
        "sept",
        "sep",
        "septiembre",
        "septembre",
        "settembre",
        "setembro",
        "сентября",
        "сентябрь",
        "сентябре",
    ],
    &["october", "oct", "oktober", "okt", "octubre", "octobre", "ottobre", "outubro", "октября", "октябрь", "октябре"],
    &["november", "nov", "noviembre", "novembre", "novembro", "ноября", "ноябрь", "ноябре"],
    &[
        "december",
        "dec",
        "dezember",
        "dez",
        "diciembre",
        "decembre",
        "dicembre",
        "dezembro",
        "декабря",
        "декабрь",
        "декабре",
    ],
];

/// Weekdays by their folded names, Monday first.
const WEEKDAYS: [&[&str]; 7] = [
    &["monday", "montag", "lunes", "lundi", "lunedi", "понедельник", "月曜日", "星期一", "周一"],
    &["tuesday", "dienstag", "martes", "mardi", "martedi", "вторник", "火曜日", "星期二", "周二"],
    &["wednesday", "mittwoch", "miercoles", "mercredi", "mercoledi", "среда", "среду", "水曜日", "星期三", "周三"],
    &["thursday", "donnerstag", "jueves", "jeudi", "giovedi", "четверг", "木曜日", "星期四", "周四"],
    &["friday", "freitag", "viernes", "vendredi", "venerdi", "пятница", "пятницу", "金曜日", "星期五", "周五"],
    &[
        "saturday",
        "samstag",
        "sonnabend",
        "sabado",
        "samedi",
        "sabato",
        "суббота",
        "субботу",
        "土曜日",
        "星期六",
        "周六",
    ],
    &["sunday", "sonntag", "domingo", "dimanche", "domenica", "воскресенье", "日曜日", "星期日", "星期天", "周日"],
];

/// Words that put a fact on a day which nobody can check later, by language.
const RELATIVE: [(&str, &[&str]); 4] = [
    ("en", &["yesterday", "tomorrow", "tonight", "last night", "this morning", "last week", "next week", "last month"]),
    ("de", &["gestern", "morgen früh", "heute abend", "letzte woche", "nächste woche"]),
    ("es", &["ayer", "anoche", "esta noche", "la semana pasada", "la próxima semana"]),
    ("fr", &["hier", "demain", "ce soir", "la semaine dernière", "la semaine prochaine"]),
];

static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(\d{4})-(\d{2})-(\d{2})\b|\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b|(?:(\d{4})年)(?:(\d{1,2})月)?(?:(\d{1,2})日)?|(\d{1,2})月(?:(\d{1,2})日)?")
        .expect("the pattern is fixed and tested")
});

/// Every date of a text, in order. A year alone is no date here: it is an amount that looks like a year.
pub(crate) fn days(text: &str) -> Vec<Told> {
    let text = ascii_digits(text);
    let mut found = numeric(&text);
    found.extend(named(&text));
    found.sort_by_key(|day| day.place.start);
    found
}

fn numeric(text: &str) -> Vec<Told> {
    let mut found = Vec::new();
    for groups in NUMERIC.captures_iter(text) {
        let Some(whole) = groups.get(0) else { continue };
        let number = |at: usize| groups.get(at).and_then(|group| group.as_str().parse::<i16>().ok());
        let part = |at: usize| number(at).and_then(|value| i8::try_from(value).ok());
        let (year, month, day) = if groups.get(1).is_some() {
            (number(1), part(2), part(3))
        } else if groups.get(4).is_some() {
            // Day first, unless that cannot be; what can be both is read as the day first, as most of the world does.
            let (one, two) = (part(4), part(5));
            if two.is_some_and(|two| two > 12) { (number(6), one, two) } else { (number(6), two, one) }
        } else if groups.get(7).is_some() {
            (number(7), part(8), part(9))
        } else {
            (None, part(10), part(11))
        };
        if month.is_some_and(|month| !(1..=12).contains(&month)) || day.is_some_and(|day| !(1..=31).contains(&day)) {
            continue;
        }
        found.push(Told { written: whole.as_str().to_owned(), year, month, day, place: whole.range() });
    }
    found
}

struct Token<'t> {
    core: &'t str,
    folded: String,
    place: Range<usize>,
    /// A stop that ends a sentence, a semicolon or such follows.
    stops: bool,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut offset = 0;
    for piece in text.split(char::is_whitespace) {
        let core = piece.trim_matches(|c: char| !c.is_alphanumeric());
        if !core.is_empty() {
            let start = offset + piece.find(core).unwrap_or(0);
            let tail = &text[start + core.len()..offset + piece.len()];
            let stops = tail.contains([';', ':', '!', '?'])
                || (tail.contains('.') && core.chars().count() > 4 && !core.chars().all(|c| c.is_ascii_digit()));
            found.push(Token { core, folded: fold(core), place: start..start + core.len(), stops });
        }
        offset += piece.len() + text[offset + piece.len()..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

fn named(text: &str) -> Vec<Told> {
    let tokens = tokens(text);
    let mut found = Vec::<Told>::new();
    for at in 0..tokens.len() {
        let Some(month) = month_of(&tokens, at) else { continue };
        let (mut from, mut to) = (at, at);
        let (mut day, mut year) = (None, None);
        let small = |at: usize| {
            tokens.get(at).is_some_and(|token| matches!(token.folded.as_str(), "of" | "de" | "del" | "di" | "do"))
        };
        let mut left = at.checked_sub(1);
        if left.is_some_and(small) {
            left = left.and_then(|left| left.checked_sub(1));
        }
        if let Some((place, value)) = left.and_then(|left| day_of(&tokens[left].folded).map(|value| (left, value))) {
            (from, day) = (place, Some(value));
        }
        let mut next = at + 1;
        if !tokens[at].stops
            && day.is_none()
            && let Some(value) = tokens.get(next).and_then(|token| day_of(&token.folded))
        {
            (day, to) = (Some(value), next);
            next += 1;
        }
        if small(next) {
            next += 1;
        }
        if !tokens[to].stops
            && let Some(value) = tokens.get(next).and_then(|token| year_of(token.core))
        {
            (year, to) = (Some(value), next);
        }
        let place = tokens[from].place.start..tokens[to].place.end;
        if found.last().is_none_or(|last| last.place.end <= place.start) {
            found.push(Told { written: text[place.clone()].to_owned(), year, month: Some(month), day, place });
        }
    }
    found
}

/// The month that a word names here. Words that mean something else too count only where a date stands.
fn month_of(tokens: &[Token<'_>], at: usize) -> Option<i8> {
    let token = &tokens[at];
    let month = MONTHS.iter().position(|names| names.contains(&token.folded.as_str()))?;
    let doubtful = token.folded.chars().count() <= 3
        || matches!(token.folded.as_str(), "march" | "mars" | "marco" | "august" | "sept");
    if doubtful {
        let number = |at: Option<usize>| {
            at.and_then(|at| tokens.get(at))
                .is_some_and(|token| day_of(&token.folded).is_some() || year_of(token.core).is_some())
        };
        let before = at.checked_sub(1).map_or("", |before| tokens[before].folded.as_str());
        let placed = matches!(
            before,
            "in" | "since" | "until" | "last" | "next" | "im" | "seit" | "en" | "de" | "of" | "of-the"
        );
        let capital = token.core.starts_with(char::is_uppercase);
        let beside = number(at.checked_sub(1)) || number(Some(at + 1));
        if !(beside || (placed && capital && token.folded != "mars")) {
            return None;
        }
    }
    i8::try_from(month + 1).ok()
}

fn day_of(folded: &str) -> Option<i8> {
    let digits = folded.trim_end_matches(char::is_alphabetic);
    let suffix = &folded[digits.len()..];
    let usual = matches!(suffix, "" | "st" | "nd" | "rd" | "th" | "er" | "o" | "a");
    digits.parse::<i8>().ok().filter(|day| usual && digits.len() <= 2 && (1..=31).contains(day))
}

fn year_of(core: &str) -> Option<i16> {
    (core.len() == 4).then(|| core.parse::<i16>().ok()).flatten().filter(|year| (1_000..2_100).contains(year))
}

/// Whether the evidence's day says everything that the script's says.
pub(crate) fn says(evidence: &Told, told: &Told) -> bool {
    let holds = |known: Option<i16>, told: Option<i16>| told.is_none() || known == told;
    let small = |known: Option<i8>, told: Option<i8>| told.is_none() || known == told;
    holds(evidence.year, told.year) && small(evidence.month, told.month) && small(evidence.day, told.day)
}

/// The day of a sighting, in UTC.
pub(crate) fn of_timestamp(at: Timestamp) -> Option<Told> {
    if at == Timestamp::UNIX_EPOCH {
        return None;
    }
    let date = at.to_zoned(TimeZone::UTC).date();
    Some(Told {
        written: date.to_string(),
        year: Some(date.year()),
        month: Some(date.month()),
        day: Some(date.day()),
        place: 0..0,
    })
}

/// Weekdays that a text names: 1 is Monday.
pub(crate) fn weekdays(text: &str) -> Vec<i8> {
    let folded = fold(text);
    let named = |names: &&[&str]| {
        names.iter().any(|name| {
            folded.match_indices(name).any(|(at, found)| {
                let dense = name.chars().all(super::words::is_dense);
                let before = folded[..at].chars().next_back().is_some_and(char::is_alphabetic);
                let after = folded[at + found.len()..].chars().take_while(|c| c.is_alphabetic()).count();
                dense || (!before && after <= 1)
            })
        })
    };
    (1_i8..).zip(WEEKDAYS.iter()).filter(|(_, names)| named(names)).map(|(at, _)| at).collect()
}

/// The weekday of a day that is named in full: 1 is Monday.
pub(crate) fn weekday_of(day: &Told) -> Option<i8> {
    let date = Date::new(day.year?, day.month?, day.day?).ok()?;
    Some(date.weekday().to_monday_one_offset())
}

/// Words such as `yesterday` that the text has, by the script's language.
pub(crate) fn relative(text: &str, language: &str) -> Vec<&'static str> {
    let lower = text.to_lowercase();
    let words = RELATIVE.iter().find(|(code, _)| *code == language).map_or(&[][..], |(_, words)| words);
    let whole = |word: &&&str| {
        lower.match_indices(**word).any(|(at, found)| {
            !lower[..at].chars().next_back().is_some_and(char::is_alphanumeric)
                && !lower[at + found.len()..].chars().next().is_some_and(char::is_alphanumeric)
        })
    };
    words.iter().filter(whole).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(text: &str) -> Vec<(Option<i16>, Option<i8>, Option<i8>)> {
        days(text).into_iter().map(|day| (day.year, day.month, day.day)).collect()
    }

    #[test]
    fn one_day_is_one_day_however_it_is_written() {
        for text in [
            "21 November 2026",
            "November 21st, 2026",
            "Nov. 21, 2026",
            "am 21. November 2026",
            "el 21 de noviembre de 2026",
            "le 21 novembre 2026",
            "2026-11-21",
            "21/11/2026",
            "11/21/2026",
            "21.11.2026",
            "2026年11月21日",
        ] {
            assert_eq!(read(text), [(Some(2026), Some(11), Some(21))], "{text}");
        }
        assert_eq!(
            read("In August 2012 it left, on 5 September."),
            [(Some(2012), Some(8), None), (None, Some(9), Some(5))]
        );
        assert_eq!(read("It may march on. An august body on Mars."), []);
        assert_eq!(read("since May"), [(None, Some(5), None)]);
        assert_eq!(read("11月に"), [(None, Some(11), None)]);
    }

    #[test]
    fn a_date_may_say_less_than_the_evidence_and_never_more() {
        let known = &days("5 September 1977")[0];
        assert!(says(known, &days("September 1977")[0]) && says(known, &days("5 September")[0]));
        assert!(!says(known, &days("6 September 1977")[0]) && !says(known, &days("5 September 1978")[0]));
        assert!(!says(&days("September 1977")[0], known));
    }

    #[test]
    fn weekdays_are_told_from_the_date() {
        assert_eq!(weekday_of(&days("21 November 2026")[0]), Some(6));
        assert_eq!(weekdays("On Saturday and am Montag; samedi prochain"), [1, 6]);
        assert_eq!(relative("It happened yesterday, not in a yesterdayish way", "en"), ["yesterday"]);
    }
}
