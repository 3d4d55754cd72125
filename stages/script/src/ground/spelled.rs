//! Numbers written in words: `twelve`, `zweiundzwanzig`, `quatre-vingt-dix`, `三十`, `1.2 million`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::words::fold;

/// Zero to twenty and the tens, by language, folded. `one` is left out on purpose: it is an article or a pronoun nearly
/// everywhere. Kept apart because the languages disagree: `once` is eleven in Spanish.
const WORDS: [(&str, &[(&str, u32)]); 7] = [
    (
        "en",
        &[
            ("zero", 0),
            ("two", 2),
            ("three", 3),
            ("four", 4),
            ("five", 5),
            ("six", 6),
            ("seven", 7),
            ("eight", 8),
            ("nine", 9),
            ("ten", 10),
            ("eleven", 11),
            ("twelve", 12),
            ("thirteen", 13),
            ("fourteen", 14),
            ("fifteen", 15),
            ("sixteen", 16),
            ("seventeen", 17),
            ("eighteen", 18),
            ("nineteen", 19),
            ("twenty", 20),
            ("thirty", 30),
            ("forty", 40),
            ("fifty", 50),
            ("sixty", 60),
            ("seventy", 70),
            ("eighty", 80),
            ("ninety", 90),
        ],
    ),
    (
        "de",
        &[
            ("zwei", 2),
            ("drei", 3),
            ("vier", 4),
            ("funf", 5),
            ("sechs", 6),
            ("sieben", 7),
            ("acht", 8),
            ("neun", 9),
            ("zehn", 10),
            ("elf", 11),
            ("zwolf", 12),
            ("dreizehn", 13),
            ("vierzehn", 14),
            ("funfzehn", 15),
            ("sechzehn", 16),
            ("siebzehn", 17),
            ("achtzehn", 18),
            ("neunzehn", 19),
            ("zwanzig", 20),
            ("dreissig", 30),
            ("vierzig", 40),
            ("funfzig", 50),
            ("sechzig", 60),
            ("siebzig", 70),
            ("achtzig", 80),
            ("neunzig", 90),
        ],
    ),
    (
        "es",
        &[
            ("dos", 2),
            ("tres", 3),
            ("cuatro", 4),
            ("cinco", 5),
            ("seis", 6),
            ("siete", 7),
            ("ocho", 8),
            ("nueve", 9),
            ("diez", 10),
            ("once", 11),
            ("doce", 12),
            ("trece", 13),
            ("catorce", 14),
            ("quince", 15),
            ("dieciseis", 16),
            ("diecisiete", 17),
            ("dieciocho", 18),
            ("diecinueve", 19),
            ("veinte", 20),
            ("veintiuno", 21),
            ("veintiun", 21),
            ("veintidos", 22),
            ("veintitres", 23),
            ("veinticuatro", 24),
            ("veinticinco", 25),
            ("veintiseis", 26),
            ("veintisiete", 27),
            ("veintiocho", 28),
            ("veintinueve", 29),
            ("treinta", 30),
            ("cuarenta", 40),
            ("cincuenta", 50),
            ("sesenta", 60),
            ("setenta", 70),
            ("ochenta", 80),
            ("noventa", 90),
            ("doscientos", 200),
            ("trescientos", 300),
            ("cuatrocientos", 400),
            ("quinientos", 500),
            ("seiscientos", 600),
            ("setecientos", 700),
            ("ochocientos", 800),
            ("novecientos", 900),
        ],
    ),
    (
        "fr",
        &[
            ("deux", 2),
            ("trois", 3),
            ("quatre", 4),
            ("cinq", 5),
            ("sept", 7),
            ("huit", 8),
            ("neuf", 9),
            ("dix", 10),
            ("onze", 11),
            ("douze", 12),
            ("treize", 13),
            ("quatorze", 14),
            ("quinze", 15),
            ("seize", 16),
            ("vingt", 20),
            ("vingts", 20),
            ("trente", 30),
            ("quarante", 40),
            ("cinquante", 50),
            ("soixante", 60),
            ("septante", 70),
            ("huitante", 80),
            ("nonante", 90),
            ("six", 6),
        ],
    ),
    (
        "it",
        &[
            ("tre", 3),
            ("quattro", 4),
            ("cinque", 5),
            ("sette", 7),
            ("otto", 8),
            ("dieci", 10),
            ("undici", 11),
            ("dodici", 12),
            ("tredici", 13),
            ("quattordici", 14),
            ("quindici", 15),
            ("sedici", 16),
            ("diciassette", 17),
            ("diciotto", 18),
            ("diciannove", 19),
            ("venti", 20),
            ("trenta", 30),
            ("quaranta", 40),
            ("cinquanta", 50),
            ("sessanta", 60),
            ("settanta", 70),
            ("ottanta", 80),
            ("novanta", 90),
            ("due", 2),
            ("sei", 6),
            ("nove", 9),
        ],
    ),
    (
        "pt",
        &[
            ("dois", 2),
            ("duas", 2),
            ("quatro", 4),
            ("sete", 7),
            ("oito", 8),
            ("nove", 9),
            ("dez", 10),
            ("doze", 12),
            ("treze", 13),
            ("quatorze", 14),
            ("dezesseis", 16),
            ("dezessete", 17),
            ("dezoito", 18),
            ("dezenove", 19),
            ("vinte", 20),
            ("trinta", 30),
            ("quarenta", 40),
            ("cinquenta", 50),
            ("oitenta", 80),
            ("tres", 3),
            ("cinco", 5),
            ("seis", 6),
            ("onze", 11),
            ("quinze", 15),
        ],
    ),
    (
        "ru",
        &[
            ("два", 2),
            ("две", 2),
            ("три", 3),
            ("четыре", 4),
            ("пять", 5),
            ("шесть", 6),
            ("семь", 7),
            ("восемь", 8),
            ("девять", 9),
            ("десять", 10),
            ("двадцать", 20),
        ],
    ),
];

/// Words that multiply. What a billion is hangs on the language: see [`scale`].
const SCALES: [(&str, f64); 57] = [
    ("dozen", 12.0),
    ("hundred", 1e2),
    ("hundreds", 1e2),
    ("thousand", 1e3),
    ("million", 1e6),
    ("trillion", 1e12),
    ("quadrillion", 1e15),
    ("mn", 1e6),
    ("bn", 1e9),
    ("tn", 1e12),
    ("dutzend", 12.0),
    ("hundert", 1e2),
    ("tausend", 1e3),
    ("millionen", 1e6),
    ("mio", 1e6),
    ("milliarde", 1e9),
    ("milliarden", 1e9),
    ("mrd", 1e9),
    ("billionen", 1e12),
    ("docena", 12.0),
    ("cien", 1e2),
    ("ciento", 1e2),
    ("cientos", 1e2),
    ("mil", 1e3),
    ("millon", 1e6),
    ("millones", 1e6),
    ("billones", 1e12),
    ("douzaine", 12.0),
    ("cent", 1e2),
    ("cents", 1e2),
    ("mille", 1e3),
    ("millions", 1e6),
    ("milliard", 1e9),
    ("milliards", 1e9),
    ("cento", 1e2),
    ("mila", 1e3),
    ("milione", 1e6),
    ("milioni", 1e6),
    ("miliardo", 1e9),
    ("miliardi", 1e9),
    ("milhao", 1e6),
    ("milhoes", 1e6),
    ("bilhao", 1e9),
    ("bilhoes", 1e9),
    ("тысяча", 1e3),
    ("тысячи", 1e3),
    ("тысяч", 1e3),
    ("тыс", 1e3),
    ("миллион", 1e6),
    ("миллиона", 1e6),
    ("миллионов", 1e6),
    ("млн", 1e6),
    ("миллиард", 1e9),
    ("миллиардов", 1e9),
    ("млрд", 1e9),
    ("लाख", 1e5),
    ("करोड़", 1e7),
];

static WORDS_FOLDED: LazyLock<BTreeMap<&str, BTreeMap<String, u32>>> = LazyLock::new(|| {
    let folded = |words: &&[(&str, u32)]| words.iter().map(|(word, value)| (fold(word), *value)).collect();
    WORDS.iter().map(|(language, words)| (*language, folded(words))).collect()
});
static SCALES_FOLDED: LazyLock<BTreeMap<String, f64>> =
    LazyLock::new(|| SCALES.iter().map(|(word, value)| (fold(word), *value)).collect());

/// What a scale word multiplies by.
pub(super) fn scale(folded: &str, language: &str) -> Option<f64> {
    match folded {
        "billion" | "billon" => return Some(if matches!(language, "de" | "es" | "fr") { 1e12 } else { 1e9 }),
        "billions" => return Some(if language == "fr" { 1e12 } else { 1e9 }),
        // Money, in English.
        "cent" | "cents" if language != "fr" => return None,
        "mil" | "mille" | "mila" if matches!(language, "en" | "de") => return None,
        "ألف" => return Some(1e3),
        "مليون" | "ملايين" => return Some(1e6),
        "مليار" => return Some(1e9),
        _ => {}
    }
    SCALES_FOLDED.get(folded).copied()
}

/// What one word says, if it is nothing but a number below a thousand.
pub(super) fn word(folded: &str, language: &str) -> Option<u32> {
    let words = WORDS_FOLDED.get(language).or_else(|| WORDS_FOLDED.get("en"))?;
    let simple = |text: &str| words.get(text).copied();
    simple(folded)
        .or_else(|| dashed(folded, &simple))
        .or_else(|| (language == "de").then(|| german(folded, &simple)).flatten())
}

/// `twenty-one`, `quatre-vingt-dix-sept`.
fn dashed(text: &str, simple: &dyn Fn(&str) -> Option<u32>) -> Option<u32> {
    if !text.contains('-') || text.split('-').count() > 4 {
        return None;
    }
    let mut total = 0_u32;
    for part in text.split('-') {
        let value = match part {
            "one" | "un" | "et" => u32::from(part != "et"),
            part => simple(part)?,
        };
        // Four times twenty.
        total = if total == 4 && value == 20 { 80 } else { total + value };
    }
    (total > 10).then_some(total)
}

/// `zweiundzwanzig`, `dreihundert`.
fn german(text: &str, simple: &dyn Fn(&str) -> Option<u32>) -> Option<u32> {
    let unit =
        |text: &str| if matches!(text, "ein" | "eine") { Some(1) } else { simple(text).filter(|value| *value < 10) };
    if let Some((units, tens)) = text.split_once("und")
        && let (Some(units), Some(tens)) = (unit(units), simple(tens).filter(|tens| *tens >= 20))
    {
        return Some(units + tens);
    }
    let (hundreds, rest) = text.split_once("hundert")?;
    let rest = if rest.is_empty() { 0 } else { simple(rest).or_else(|| german(rest, simple))? };
    (!hundreds.is_empty()).then(|| unit(hundreds)).flatten().map(|hundreds| hundreds * 100 + rest)
}

/// The value of a run of Chinese numerals with at least one of ten, hundred, thousand or a scale in it.
pub(super) fn chinese(run: &str) -> Option<f64> {
    let (mut total, mut section, mut digit) = (0.0, 0.0, 0.0);
    let mut scaled = false;
    for character in run.chars() {
        if let Some(value) = chinese_digit(character) {
            digit = f64::from(value);
            continue;
        }
        let (factor, large) = chinese_scale(character)?;
        scaled = true;
        if large {
            section += digit;
            total += if section == 0.0 { 1.0 } else { section } * factor;
            section = 0.0;
        } else {
            section += if digit == 0.0 { 1.0 } else { digit } * factor;
        }
        digit = 0.0;
    }
    scaled.then_some(total + section + digit)
}

/// 0 to 9.
pub(super) fn chinese_digit(character: char) -> Option<u32> {
    Some(match character {
        '\u{3007}' | '零' => 0,
        '一' => 1,
        '二' | '两' | '兩' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// What it multiplies by, and whether it closes a section of four places.
pub(super) fn chinese_scale(character: char) -> Option<(f64, bool)> {
    Some(match character {
        '十' => (1e1, false),
        '百' => (1e2, false),
        '千' => (1e3, false),
        '万' | '萬' => (1e4, true),
        '億' | '亿' => (1e8, true),
        '兆' => (1e12, true),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_words_have_their_value() {
        for (text, language, value) in [
            ("twelve", "en", 12),
            ("twenty-one", "en", 21),
            ("zweiundzwanzig", "de", 22),
            ("dreihundert", "de", 300),
            ("einhundertzwanzig", "de", 120),
            ("quatre-vingt-dix-sept", "fr", 97),
            ("veintidos", "es", 22),
            ("vingt-et-un", "fr", 21),
            ("once", "es", 11),
        ] {
            assert_eq!(word(text, language), Some(value), "{text}");
        }
        for text in ["one", "eins", "und", "once", "often", "wonder", "long-term"] {
            assert_eq!(word(text, "en"), None, "{text}");
        }
        assert_eq!(chinese("三十二"), Some(32.0));
        assert_eq!(chinese("一万二千"), Some(12_000.0));
        assert_eq!(chinese("五亿"), Some(5e8));
        assert_eq!(chinese("三"), None);
    }

    #[test]
    fn a_billion_hangs_on_the_language() {
        assert_eq!(scale("billion", "en"), Some(1e9));
        assert_eq!(scale("billion", "de"), Some(1e12));
        assert_eq!(scale("millones", "es"), Some(1e6));
    }
}
