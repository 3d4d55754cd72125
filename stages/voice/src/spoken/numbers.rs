//! English numbers in words.

const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const LARGE: [(u64, &str); 5] = [
    (1_000_000_000_000_000, "quadrillion"),
    (1_000_000_000_000, "trillion"),
    (1_000_000_000, "billion"),
    (1_000_000, "million"),
    (1_000, "thousand"),
];

/// Digits beyond these are read one by one.
const DIGITS_MAX: usize = 18;

/// A number as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Number {
    pub(super) minus: bool,
    /// Without separators of thousands.
    pub(super) whole: String,
    /// Digits behind the point; empty if there is none.
    pub(super) part: String,
    pub(super) separated: bool,
}

impl Number {
    /// `5`, `-5`, `2,000`, `3.5`, `.5`; `None` for anything else.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (minus, rest) = match text.strip_prefix(['-', '−', '–']) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = rest.split_once('.').unwrap_or((rest, ""));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if (rest.contains('.') && !digits(part)) || (whole.is_empty() && part.is_empty()) {
            return None;
        }
        let mut groups = whole.split(',');
        let first = groups.next().unwrap_or_default();
        let separated = whole.contains(',');
        let fine = if separated {
            digits(first) && first.len() <= 3 && groups.all(|group| group.len() == 3 && digits(group))
        } else {
            whole.is_empty() || digits(whole)
        };
        fine.then(|| Self { minus, whole: whole.replace(',', ""), part: part.to_owned(), separated })
    }

    /// Its value if it is whole and not below zero.
    pub(super) fn value(&self) -> Option<u64> {
        if self.minus || !self.part.is_empty() || self.whole.len() > DIGITS_MAX {
            return None;
        }
        self.whole.parse().ok()
    }

    pub(super) fn is_one(&self) -> bool {
        self.value() == Some(1)
    }

    /// `two thousand`, `minus five`, `three point five`.
    pub(super) fn said(&self) -> String {
        let mut said = String::new();
        if self.minus {
            said.push_str("minus ");
        }
        let leading_zero = self.whole.len() > 1 && self.whole.starts_with('0');
        match self.whole.parse().ok().filter(|_| self.whole.len() <= DIGITS_MAX && !leading_zero) {
            Some(value) => said.push_str(&cardinal(value)),
            None if self.whole.is_empty() => said.push_str("zero"),
            None => said.push_str(&digits(&self.whole)),
        }
        if !self.part.is_empty() {
            said.push_str(" point ");
            said.push_str(&digits(&self.part));
        }
        said
    }
}

/// `nineteen eighty-four`: digit by digit.
pub(super) fn digits(text: &str) -> String {
    let names = text.bytes().filter(u8::is_ascii_digit).map(|b| SMALL[usize::from(b - b'0')]);
    names.collect::<Vec<_>>().join(" ")
}

/// `two hundred five`, `one million two thousand`.
pub(super) fn cardinal(value: u64) -> String {
    if value < 20 {
        return SMALL[value as usize].to_owned();
    }
    if value < 100 {
        let tens = TENS[(value / 10) as usize];
        return if value.is_multiple_of(10) { tens.to_owned() } else { format!("{tens}-{}", cardinal(value % 10)) };
    }
    if value < 1_000 {
        return joined(format!("{} hundred", cardinal(value / 100)), value % 100);
    }
    let (size, name) = LARGE.into_iter().find(|(size, _)| value >= *size).unwrap_or((1_000, "thousand"));
    joined(format!("{} {name}", cardinal(value / size)), value % size)
}

fn joined(head: String, rest: u64) -> String {
    if rest == 0 { head } else { format!("{head} {}", cardinal(rest)) }
}

/// `first`, `twenty-second`, `hundredth`.
pub(super) fn ordinal(value: u64) -> String {
    let cardinal = cardinal(value);
    let (head, last) = match cardinal.rfind([' ', '-']) {
        Some(at) => cardinal.split_at(at + 1),
        None => ("", cardinal.as_str()),
    };
    let last = match last {
        "one" => "first".to_owned(),
        "two" => "second".to_owned(),
        "three" => "third".to_owned(),
        "five" => "fifth".to_owned(),
        "eight" => "eighth".to_owned(),
        "nine" => "ninth".to_owned(),
        "twelve" => "twelfth".to_owned(),
        _ => last.strip_suffix('y').map_or_else(|| format!("{last}th"), |stem| format!("{stem}ieth")),
    };
    format!("{head}{last}")
}

/// `nineteen eighty-four`, `two thousand five`, `twenty twenty-six`, `nineteen oh six`.
pub(super) fn year(year: u64) -> String {
    let (century, rest) = (year / 100, year % 100);
    if !(1_000..=9_999).contains(&year) || (century.is_multiple_of(10) && rest < 10) {
        return cardinal(year);
    }
    match rest {
        0 => format!("{} hundred", cardinal(century)),
        1..=9 => format!("{} oh {}", cardinal(century), cardinal(rest)),
        _ => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

/// `nineteen eighties`, `two thousands`.
pub(super) fn decade(value: u64) -> String {
    plural(&if value >= 1_000 { year(value) } else { cardinal(value) })
}

/// `halves`, `quarters`, `eighties`.
pub(super) fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if word.ends_with('f') => format!("{}ves", &word[..word.len() - 1]),
        None if word.ends_with('x') => format!("{word}es"),
        None => format!("{word}s"),
    }
}

/// `one half`, `three quarters`, `five eighths`; `None` for what nobody says so.
pub(super) fn fraction(over: u64, under: u64) -> Option<String> {
    if over == 0 || over >= under || under > 100 {
        return None;
    }
    let part = match under {
        2 => "half".to_owned(),
        4 => "quarter".to_owned(),
        _ => ordinal(under),
    };
    Some(if over == 1 { format!("one {part}") } else { format!("{} {}", cardinal(over), plural(&part)) })
}
