//! What stands around an amount: its unit, whether it is a percentage, how exactly it is meant.

use super::numbers::About;
use super::words::fold;

pub(super) fn is_percent(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '-', '\u{a0}', '\u{202f}']);
    let lower = rest.chars().take(14).flat_map(char::to_lowercase).collect::<String>();
    [
        "%",
        "percent",
        "per cent",
        "prozent",
        "por cien",
        "pour cent",
        "per cento",
        "por cento",
        "процент",
        "प्रतिशत",
        "パーセント",
        "بالمئة",
    ]
    .iter()
    .any(|word| lower.starts_with(word))
}

/// Units that tell amounts apart, folded, by one name for each.
const UNITS: [(&str, &[&str]); 24] = [
    ("km", &["km", "kilometer", "kilometers", "kilometre", "kilometres", "kilometros", "kilometro", "kilometern"]),
    ("m", &["m", "meter", "meters", "metre", "metres", "metros", "metro", "metern"]),
    ("cm", &["cm", "centimeter", "centimeters", "centimetre", "centimetres", "zentimeter", "centimetros"]),
    ("mm", &["mm", "millimeter", "millimeters", "millimetre", "millimetres", "milimetros"]),
    ("mi", &["mi", "mile", "miles", "meilen", "millas"]),
    ("ft", &["ft", "foot", "feet"]),
    ("kg", &["kg", "kilogram", "kilograms", "kilo", "kilos", "kilogramm", "kilogrammes", "kilogramos"]),
    ("g", &["g", "gram", "grams", "gramm", "grammes", "gramos"]),
    ("t", &["t", "ton", "tons", "tonne", "tonnes", "tonnen", "toneladas"]),
    ("lb", &["lb", "lbs", "pound", "pounds"]),
    ("C", &["°c", "c", "celsius"]),
    ("F", &["°f", "f", "fahrenheit"]),
    ("s", &["s", "second", "seconds", "sekunde", "sekunden", "segundos", "secondes", "seconde"]),
    ("min", &["min", "minute", "minutes", "minuten", "minutos"]),
    ("h", &["h", "hour", "hours", "stunde", "stunden", "horas", "hora", "heures", "heure"]),
    ("d", &["day", "days", "tag", "tage", "tagen", "dias", "dia", "jours", "jour"]),
    ("wk", &["week", "weeks", "woche", "wochen", "semanas", "semaines"]),
    ("mo", &["month", "months", "monat", "monate", "monaten", "meses", "mois"]),
    ("y", &["year", "years", "jahr", "jahre", "jahren", "anos", "ano", "ans", "annees", "an"]),
    ("W", &["w", "watt", "watts", "vatios"]),
    ("$", &["$", "dollar", "dollars", "usd", "dolares"]),
    ("€", &["€", "euro", "euros", "eur"]),
    ("£", &["£", "gbp"]),
    ("¥", &["¥", "yen", "yuan", "元", "円"]),
];

pub(super) fn unit_at(rest: &str) -> Option<&'static str> {
    let rest = rest.trim_start_matches([' ', '-', '\u{a0}', '\u{202f}']);
    let word = rest
        .chars()
        .take_while(|c| c.is_alphabetic() || matches!(c, '°' | '$' | '€' | '£' | '¥'))
        .take(14)
        .collect::<String>();
    let folded = fold(word.strip_prefix('°').unwrap_or(&word));
    // `10 degrees Celsius`
    let folded = if matches!(folded.as_str(), "degrees" | "degree" | "grad" | "grados" | "degres") {
        fold(
            rest[word.len()..].split_whitespace().next().unwrap_or_default().trim_matches(|c: char| !c.is_alphabetic()),
        )
    } else {
        folded
    };
    UNITS.iter().find(|(_, words)| words.contains(&folded.as_str())).map(|(unit, _)| *unit)
}

/// Whether a word is a known unit.
pub(crate) fn is_unit(word: &str) -> bool {
    let folded = fold(word);
    UNITS.iter().any(|(_, words)| words.contains(&folded.as_str()))
}

pub(super) fn currency_before(text: &str) -> Option<&'static str> {
    match text.trim_end().chars().next_back()? {
        '$' => Some("$"),
        '€' => Some("€"),
        '£' => Some("£"),
        '¥' => Some("¥"),
        _ => None,
    }
}

/// The two words before an amount say how exactly it is meant.
pub(super) fn about(before: &str) -> About {
    const NEAR: [&str; 19] = [
        "about",
        "around",
        "roughly",
        "some",
        "approximately",
        "rund",
        "etwa",
        "ungefahr",
        "circa",
        "ca",
        "unos",
        "unas",
        "alrededor",
        "aproximadamente",
        "environ",
        "quelque",
        "около",
        "примерно",
        "約",
    ];
    const OVER: [&str; 12] =
        ["over", "than", "least", "exceeding", "uber", "als", "mehr", "mindestens", "mas", "plus", "более", "свыше"];
    const UNDER: [&str; 12] =
        ["nearly", "almost", "under", "below", "most", "fast", "knapp", "beinahe", "casi", "presque", "pres", "почти"];
    let last = before.chars().next_back().unwrap_or(' ');
    if matches!(last, '約' | '约' | '近' | '超' | '逾') {
        return if matches!(last, '超' | '逾') { About::Over } else { About::Near };
    }
    let mut words = before.split_whitespace().rev().map(|word| fold(word.trim_matches(|c: char| !c.is_alphanumeric())));
    let (last, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let fewer = |word: &str| matches!(word, "less" | "fewer" | "weniger" | "menos" | "moins" | "менее");
    for word in [last.as_str(), second.as_str()] {
        if NEAR.contains(&word) {
            return About::Near;
        }
        if UNDER.contains(&word) || fewer(word) || (word == "to" && second == "up") {
            return About::Under;
        }
        if OVER.contains(&word) {
            return if fewer(&second) { About::Under } else { About::Over };
        }
    }
    About::Exact
}
