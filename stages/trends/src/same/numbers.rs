//! Numbers in headlines: read in the formats of their languages, with what they count.
//!
//! `1,234` in English, `1.234` in Spanish and German, `1234`, `12万` and `120000`, `三` and `3` meet as one value. Results
//! of matches (`4-0`, `4:0`, `4比0`) are one number each, whichever side is named first.

#[cfg(test)]
mod tests;

/// A number of a headline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    /// Its value; of a match's result, higher score x 1000 + lower score.
    pub(super) value: f64,
    /// Hash of the word or counter after it; 0 if there is none.
    pub(super) unit: u32,
    /// Hash of the word before it; 0 if there is none.
    pub(super) before: u32,
    /// True for the result of a match.
    pub(super) is_result: bool,
    /// True for what belongs to a name: `A3`, `S26`.
    pub(super) is_code: bool,
}

/// Values closer than this share are one value told in round figures.
const ROUNDED: f64 = 0.02;

impl Number {
    pub(super) fn same_value(&self, other: &Self) -> bool {
        if self.is_result != other.is_result {
            return false;
        }
        let (low, high) = (self.value.min(other.value), self.value.max(other.value));
        // Small counts are exact; `1.2 million` and `1,210,000` are not told apart.
        low.to_bits() == high.to_bits() || (!self.is_result && low >= 10_000.0 && (high - low) / high < ROUNDED)
    }

    fn same_unit(&self, other: &Self) -> bool {
        self.is_result == other.is_result
            && (self.is_result
                || (self.unit != 0 && self.unit == other.unit)
                || (self.before != 0 && self.before == other.before))
    }
}

/// True if two headlines count the same thing and get different results, or if each has numbers and none of them meets.
pub(super) fn differ(a: &[Number], b: &[Number]) -> bool {
    let unmatched = |own: &[Number], other: &[Number]| {
        own.iter().filter(|x| !other.iter().any(|y| x.same_value(y))).copied().collect::<Vec<_>>()
    };
    let (only_a, only_b) = (unmatched(a, b), unmatched(b, a));
    if only_a.is_empty() || only_b.is_empty() {
        return false;
    }
    only_a.len() == a.len() && only_b.len() == b.len() || only_a.iter().any(|x| only_b.iter().any(|y| x.same_unit(y)))
}

/// True if both headlines have a number that few stories share: of two digits or more, or of the same thing.
pub(super) fn agree(a: &[Number], b: &[Number]) -> bool {
    // A year is in every tenth headline.
    let is_year = |x: &Number| (1900.0..2100.0).contains(&x.value) && !x.is_result;
    let says = |x: &&Number| !is_year(x) && !x.is_code;
    a.iter()
        .filter(says)
        .any(|x| b.iter().filter(says).any(|y| x.same_value(y) && (x.value >= 10.0 || x.is_result || x.same_unit(y))))
}

/// The value of a number in digits, or `None` if this is not one. A comma or full stop is a decimal mark or groups
/// thousands, as the language has it.
pub(super) fn in_digits(text: &str, language: &str) -> Option<f64> {
    if !text.starts_with(|c: char| c.is_ascii_digit())
        || !text.bytes().all(|b| b.is_ascii_digit() || b",.'".contains(&b))
    {
        return None;
    }
    let text = text.trim_end_matches([',', '.', '\'']);
    let comma_is_decimal =
        matches!(language, "es" | "de" | "fr" | "it" | "pt" | "nl" | "ru" | "pl" | "tr" | "sv" | "da");
    let decimal = if comma_is_decimal { ',' } else { '.' };
    let groups = text.split([',', '.', '\'']).collect::<Vec<_>>();
    let in_threes = groups.len() > 1 && groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    let marks = text.chars().filter(|c| !c.is_ascii_digit()).collect::<Vec<_>>();
    let one_mark = marks.windows(2).all(|pair| pair[0] == pair[1]);
    if in_threes && one_mark && (marks[0] != decimal || marks.len() > 1) {
        return groups.concat().parse().ok();
    }
    let last = text.rfind([',', '.']);
    let is_decimal = last.is_some_and(|at| marks.len() == 1 || text[at..].starts_with(decimal));
    let mut plain = String::new();
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() {
            plain.push(c);
        } else if is_decimal && Some(at) == last {
            plain.push('.');
        }
    }
    plain.parse().ok()
}

/// What a word after a number multiplies it by: `million`, `Mio`, `万`.
pub(super) fn multiplier(word: &str) -> Option<f64> {
    Some(match word {
        "k" | "thousand" | "mil" | "tausend" | "千" | "천" => 1e3,
        "万" | "萬" | "만" => 1e4,
        "m" | "mn" | "million" | "millions" | "millón" | "millones" | "millionen" | "mio" | "milhão" | "milhões"
        | "milioni" | "百万" => 1e6,
        "亿" | "億" | "억" => 1e8,
        "bn" | "billion" | "billions" | "milliarde" | "milliarden" | "mrd" | "milliards" | "miliardi" => 1e9,
        _ => return None,
    })
}

/// A small number written as a word in English, Spanish, German, French, Italian or Portuguese. One is left out: it is
/// an article in most of them.
pub(super) fn in_words(word: &str) -> Option<f64> {
    const WORDS: [&str; 19] = [
        "two dos zwei deux due dois duas",
        "three tres drei trois tre três",
        "four cuatro vier quatre quattro quatro",
        "five cinco fünf cinq cinque",
        "six seis sechs sei",
        "seven siete sieben sept sette sete",
        "eight ocho acht huit otto oito",
        "nine nueve neun neuf nove",
        "ten diez zehn dix dieci dez",
        "eleven once elf onze undici",
        "twelve doce zwölf douze dodici doze",
        "thirteen trece dreizehn treize tredici treze",
        "fourteen catorce vierzehn quatorze quattordici",
        "fifteen quince fünfzehn quinze quindici",
        "sixteen dieciséis sechzehn seize sedici dezesseis",
        "seventeen diecisiete siebzehn",
        "eighteen dieciocho achtzehn",
        "nineteen diecinueve neunzehn",
        "twenty veinte zwanzig vingt venti vinte",
    ];
    let at = WORDS.iter().position(|line| line.split(' ').any(|known| known == word))?;
    Some(at as f64 + 2.0)
}

/// The value of Chinese numerals (`十六`, `三百二十`, `两`), or `None` if a character is none.
pub(super) fn in_han(word: &str) -> Option<f64> {
    let (mut total, mut section, mut digit) = (0.0, 0.0, 0.0);
    let mut seen = 0;
    for c in word.chars() {
        seen += 1;
        if seen > 12 {
            return None;
        }
        let found = "零一二三四五六七八九".chars().position(|known| known == c);
        match (found, c) {
            (Some(value), _) => digit = value as f64,
            (None, '两' | '兩') => digit = 2.0,
            (None, '〇') => digit = 0.0,
            (None, '十' | '百' | '千') => {
                let scale = match c {
                    '十' => 10.0,
                    '百' => 100.0,
                    _ => 1000.0,
                };
                section += if digit == 0.0 { scale } else { digit * scale };
                digit = 0.0;
            }
            (None, '万' | '萬' | '亿' | '億') => {
                total = (total + section + digit).max(1.0) * if matches!(c, '万' | '萬') { 1e4 } else { 1e8 };
                (section, digit) = (0.0, 0.0);
            }
            _ => return None,
        }
    }
    (seen > 0).then_some(total + section + digit)
}
