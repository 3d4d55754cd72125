//! English words that are more signs than letters: addresses, money, dates, times, measures.

use super::abbreviations::{Currency, currency, month, unit};
use super::capitals::spelled;
use super::english::{decade_said, humps, plain};
use super::numbers::{Number, cardinal, digits, fraction as fraction_said, ordinal, year};

/// Ends of addresses that are said without `www` or `https` before them.
const ENDS: [&str; 22] = [
    "com", "org", "net", "edu", "gov", "io", "co", "ai", "app", "dev", "info", "tv", "uk", "de", "fr", "eu", "us",
    "ca", "me", "news", "shop", "example",
];

/// A sign that stands alone and is said.
pub(super) fn lone(core: &str) -> Option<String> {
    let name = match core {
        "&" => "and",
        "+" => "plus",
        "=" => "equals",
        "%" => "percent",
        "@" => "at",
        "→" | "=>" | "->" => "to",
        "×" => "times",
        "≈" | "~" => "about",
        "<" => "less than",
        ">" => "more than",
        _ => return None,
    };
    Some(name.to_owned())
}

/// The name of a sign between other letters of a word; dots, dashes and quotes have none.
pub(super) fn within(run: &str) -> Option<&'static str> {
    match run {
        "&" => Some("and"),
        "+" => Some("plus"),
        "++" => Some("plus plus"),
        "=" => Some("equals"),
        "%" => Some("percent"),
        "@" => Some("at"),
        "/" => Some("or"),
        _ => None,
    }
}

/// Web and mail addresses, handles and hashtags.
pub(super) fn address(core: &str) -> Option<String> {
    if let Some(tag) = core.strip_prefix('#').filter(|tag| !tag.is_empty()) {
        return match Number::parse(tag) {
            Some(number) => Some(format!("number {}", number.said())),
            None => name(tag).map(|name| format!("hashtag {name}")),
        };
    }
    if let Some(handle) = core.strip_prefix('@').filter(|handle| !handle.is_empty()) {
        return name(handle).map(|name| format!("at {name}"));
    }
    if let Some((user, host)) = core.split_once('@')
        && is_host(host)
        && user.chars().all(|c| c.is_ascii_alphanumeric() || "._-+".contains(c))
    {
        return Some(format!("{} at {}", host_said(user), host_said(host)));
    }
    let lower = core.to_ascii_lowercase();
    let rest = ["https://", "http://"].iter().find_map(|scheme| lower.strip_prefix(scheme));
    let bare = rest.unwrap_or(&lower);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    let (host, path) = bare.split_once('/').unwrap_or((bare, ""));
    if rest.is_none() && !lower.starts_with("www.") && !is_host(host) {
        return None;
    }
    let host = host.split(':').next().unwrap_or(host);
    let short = !path.is_empty() && path.len() <= 20 && path.bytes().all(|b| b.is_ascii_lowercase());
    Some(if short { format!("{} slash {path}", host_said(host)) } else { host_said(host) })
}

fn is_host(text: &str) -> bool {
    let mut labels = text.rsplit('.');
    let end = labels.next().unwrap_or_default().to_ascii_lowercase();
    let fine = |label: &str| label.len() >= 2 && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    text.contains('.') && ENDS.contains(&end.as_str()) && labels.all(fine)
}

fn host_said(text: &str) -> String {
    text.split('.').filter(|label| !label.is_empty()).map(|label| plain(label, false)).collect::<Vec<_>>().join(" dot ")
}

/// `#SpaceX_Launch2026`: words at humps, lines and figures; `None` if there are none.
fn name(text: &str) -> Option<String> {
    let words = text.split(['_', '-', '.']).filter(|part| !part.is_empty()).map(|part| plain(&humps(part), false));
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(name)
}

/// A magnitude behind figures.
fn magnitude(suffix: &str) -> Option<&'static str> {
    Some(match suffix {
        "k" | "K" => "thousand",
        "m" | "M" | "mn" | "mln" => "million",
        "b" | "B" | "bn" | "Bn" => "billion",
        "t" | "T" | "tn" | "trn" => "trillion",
        _ => return None,
    })
}

/// Figures at the beginning, and what is behind them.
fn split_number(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit() && !".,".contains(c)).unwrap_or(text.len());
    text.split_at(end)
}

/// `$3.5B`, `€5.99`, `5 €` without its blank, `$10-20`, `$5/month`. Where a magnitude follows as a word, the currency is
/// said behind that.
pub(super) fn money(core: &str, counts_on: bool) -> Option<String> {
    let (core, per) = match core.split_once('/') {
        Some((money, per)) if !per.is_empty() && per.chars().all(char::is_alphabetic) => (money, Some(per)),
        _ => (core, None),
    };
    let (minus, core) = core.strip_prefix(['-', '−']).map_or(("", core), |rest| ("minus ", rest));
    let (currency, rest) = currency(core)?;
    let said = match rest.split_once(['-', '–']) {
        Some((low, high)) => {
            let high = high.strip_prefix(currency.0).unwrap_or(high);
            let low = Number::parse(low)?;
            format!("{} to {}", low.said(), amount(high, &currency, counts_on)?)
        }
        None => amount(rest, &currency, counts_on)?,
    };
    let per = per.map_or_else(String::new, |per| format!(" per {per}"));
    Some(format!("{minus}{said}{per}"))
}

fn amount(text: &str, (_, one, many, cent, cents): &Currency, counts_on: bool) -> Option<String> {
    let (figures, suffix) = split_number(text);
    let number = Number::parse(figures)?;
    if let Some(magnitude) = magnitude(suffix) {
        return Some(format!("{} {magnitude} {many}", number.said()));
    }
    let (suffix, plus) = suffix.strip_suffix('+').map_or((suffix, ""), |rest| (rest, " plus"));
    if !suffix.is_empty() {
        return None;
    }
    if counts_on {
        return Some(number.said());
    }
    let name = if number.is_one() { one } else { many };
    if number.part.len() != 2 {
        return Some(format!("{}{plus} {name}", number.said()));
    }
    let small = number.part.parse::<u64>().ok()?;
    let whole = Number { part: String::new(), ..number };
    let small_name = if small == 1 { cent } else { cents };
    let name = if whole.is_one() { one } else { many };
    Some(match (whole.value(), small) {
        (_, 0) => format!("{} {name}", whole.said()),
        (Some(0), _) => format!("{} {small_name}", cardinal(small)),
        _ => format!("{} {name} and {} {small_name}", whole.said(), cardinal(small)),
    })
}

/// The many of a currency, if the word is an amount of it without a magnitude of its own.
pub(super) fn currency_of(word: &str) -> Option<&'static str> {
    let (found, rest) = currency(word.trim_start_matches('-'))?;
    let figures = rest.split(['-', '–']).all(|part| Number::parse(part.trim_start_matches(found.0)).is_some());
    figures.then_some(found.2)
}

/// What an amount before it is of: `USD`.
pub(super) fn currency_code(word: &str) -> Option<&'static str> {
    let (found, rest) = currency(word)?;
    rest.is_empty().then_some(found.2)
}

/// `3.5%`, `10-12%`, `-5%`.
pub(super) fn percent(core: &str) -> Option<String> {
    let number = core.strip_suffix('%')?;
    let said = Number::parse(number).map(|number| number.said()).or_else(|| range(number))?;
    Some(format!("{said} percent"))
}

/// `2026-11-21`, `21.11.2026`, `11/21/2026` (the month first, unless that cannot be).
pub(super) fn date(core: &str) -> Option<String> {
    let parts = |sign: char| {
        let parts = core.split(sign).map(|part| part.parse::<u64>().ok().map(|value| (part.len(), value)));
        parts.collect::<Option<Vec<_>>>().filter(|parts| parts.len() == 3)
    };
    let (years, months, days) = if let Some(parts) = parts('-').or_else(|| parts('/')).filter(|parts| parts[0].0 == 4) {
        (parts[0], parts[1].1, parts[2].1)
    } else if let Some(parts) = parts('.') {
        (parts[2], parts[1].1, parts[0].1)
    } else {
        let parts = parts('/').or_else(|| parts('-'))?;
        let (first, second) = (parts[0].1, parts[1].1);
        if first > 12 { (parts[2], second, first) } else { (parts[2], first, second) }
    };
    if years.0 != 4 || !(1..=31).contains(&days) {
        return None;
    }
    Some(format!("{} {}, {}", month(months)?, ordinal(days), year(years.1)))
}

/// `10:30`, `10:30am`, `9am`, `14:00`; `2:1` is a score.
pub(super) fn time(core: &str, clock_follows: bool) -> Option<String> {
    let lower = core.to_ascii_lowercase();
    let (clock, half) = ["am", "pm"]
        .iter()
        .find_map(|half| lower.strip_suffix(half).map(|clock| (clock.to_owned(), format!(" {}", spelled(half)))))
        .unwrap_or((lower, String::new()));
    let whole = |text: &str| text.parse::<u64>().ok().filter(|_| text.len() <= 2);
    let Some((hour, minute)) = clock.split_once(':') else {
        let hour = whole(&clock).filter(|hour| (1..=12).contains(hour) && !half.is_empty())?;
        return Some(format!("{}{half}", cardinal(hour)));
    };
    if let Some((minute, second)) = minute.split_once(':') {
        let parts = [whole(hour)?, whole(minute)?, whole(second)?].map(cardinal);
        return Some(parts.join(" "));
    }
    let (hour, value) = (whole(hour)?, whole(minute)?);
    if minute.len() == 1 {
        return Some(format!("{} to {}", cardinal(hour), cardinal(value)));
    }
    if hour > 24 || value > 59 {
        return None;
    }
    let said = match (hour, value) {
        (0, 0) => "midnight".to_owned(),
        (1..=12, 0) if half.is_empty() && !clock_follows => format!("{} o'clock", cardinal(hour)),
        (1..=12, 0) => cardinal(hour),
        (_, 0) => format!("{} hundred", cardinal(hour)),
        (_, 1..=9) => format!("{} oh {}", cardinal(hour), cardinal(value)),
        _ => format!("{} {}", cardinal(hour), cardinal(value)),
    };
    Some(format!("{said}{half}"))
}

/// `3/4`, `½`, `2½`, and the pairs that are said one after the other: `24/7`.
pub(super) fn fraction(core: &str) -> Option<String> {
    const SIGNS: [(char, &str); 6] = [
        ('½', "one half"),
        ('¼', "one quarter"),
        ('¾', "three quarters"),
        ('⅓', "one third"),
        ('⅔', "two thirds"),
        ('⅛', "one eighth"),
    ];
    if let Some((sign, said)) = SIGNS.iter().find(|(sign, _)| core.ends_with(*sign)) {
        let whole = core.trim_end_matches(*sign);
        if whole.is_empty() {
            return Some((*said).to_owned());
        }
        return Number::parse(whole).map(|number| format!("{} and {said}", number.said()));
    }
    let (over, under) = core.split_once('/')?;
    let whole = |text: &str| text.parse::<u64>().ok().filter(|_| text.len() <= 3);
    let (over, under) = (whole(over)?, whole(under)?);
    let usual = under <= 10 || matches!(under, 12 | 16 | 20 | 32 | 64 | 100);
    let said = if usual { fraction_said(over, under) } else { None };
    Some(said.unwrap_or_else(|| format!("{} {}", cardinal(over), cardinal(under))))
}

/// `1st`, `22nd`.
pub(super) fn is_ordinal(core: &str) -> bool {
    let end = core.find(|c: char| !c.is_ascii_digit()).unwrap_or(core.len());
    end > 0 && matches!(core[end..].to_ascii_lowercase().as_str(), "st" | "nd" | "rd" | "th")
}

/// `21st`, `1990s`, `'90s`.
pub(super) fn ordinal_or_decade(core: &str) -> Option<String> {
    if is_ordinal(core) {
        return core[..core.len() - 2].parse().ok().map(ordinal);
    }
    let decade = core.trim_start_matches(['\'', '’']).strip_suffix('s')?;
    let decade = decade.strip_suffix(['\'', '’']).unwrap_or(decade);
    let value = decade.parse::<u64>().ok()?;
    (matches!(decade.len(), 2 | 4) && value.is_multiple_of(10)).then(|| decade_said(value))
}

/// `10-12`, `1939–1945`, `1939-45`, `10-12km`; a telephone number figure by figure.
pub(super) fn range(core: &str) -> Option<String> {
    let parts = core.split(['-', '–', '—']).collect::<Vec<_>>();
    let figures = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let lengths = parts.iter().map(|part| part.len()).collect::<Vec<_>>();
    if parts.iter().all(figures) && (lengths == [3, 4] || lengths == [3, 3, 4]) {
        return Some(parts.iter().map(|part| digits(part)).collect::<Vec<_>>().join(", "));
    }
    let [low, high] = parts.as_slice() else { return None };
    let is_year = |part: &str| part.len() == 4 && part.parse::<u64>().is_ok_and(|year| (1_100..=2_099).contains(&year));
    if is_year(low) && (is_year(high) || high.len() == 2) {
        let last = high.parse::<u64>().ok()?;
        return Some(format!(
            "{} to {}",
            year(low.parse().ok()?),
            if last < 100 { cardinal(last) } else { year(last) }
        ));
    }
    let low = Number::parse(low)?;
    let high = Number::parse(high).map(|number| number.said()).or_else(|| measured(high))?;
    Some(format!("{} to {high}", low.said()))
}

/// Figures with something behind them: `5km`, `20°C`, `10K`, `3x`, `50+`, `5G`.
pub(super) fn measured(core: &str) -> Option<String> {
    let (sign, rest) = core.strip_prefix(['-', '−']).map_or(("", core), |rest| ("minus ", rest));
    let (figures, suffix) = split_number(rest);
    let number = Number::parse(figures)?;
    let said = number.said();
    let large = number.whole.len() >= 2 || !number.part.is_empty();
    let behind = match suffix {
        "x" | "×" => "times".to_owned(),
        "+" => "plus".to_owned(),
        // One figure before it is a name: 4K, 5G. `m` and `t` are units first.
        "K" | "k" | "M" | "B" | "bn" if large || suffix == "bn" => magnitude(suffix)?.to_owned(),
        "M" | "B" => magnitude(suffix)?.to_owned(),
        "K" | "k" | "G" | "D" => spelled(suffix),
        _ => {
            let (one, many) = unit(suffix.trim_start_matches('-'))?;
            if number.is_one() { one } else { many }.to_owned()
        }
    };
    Some(format!("{sign}{said} {behind}"))
}

/// True for figures that something can be counted by: not a date, not a time.
pub(super) fn is_count(word: &str) -> bool {
    Number::parse(word).is_some() || range(word).is_some() || fraction(word).is_some()
}
