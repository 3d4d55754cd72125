//! Words in capital letters: which are spelled, which are said, and what is only loud.

/// Said as words.
const SAID: [&str; 40] = [
    "NASA", "NATO", "UNESCO", "UNICEF", "COVID", "OPEC", "FIFA", "UEFA", "AIDS", "LASER", "RADAR", "SONAR", "SCUBA",
    "GIF", "JPEG", "RAM", "ROM", "SIM", "PIN", "VAT", "NASDAQ", "IKEA", "LEGO", "BAFTA", "OSHA", "SWAT", "TED", "ASAP",
    "YOLO", "FOMO", "CAPTCHA", "LIDAR", "SPAC", "ASEAN", "INTERPOL", "EUROPOL", "CERN", "WIFI", "SARS", "MERS",
];

/// Two and three letters that are words when everybody shouts, and when one word is stressed.
const WORDS: [&str; 66] = [
    "A", "I", "AM", "AN", "AS", "AT", "BE", "BY", "DO", "GO", "HE", "IF", "IN", "IS", "ME", "MY", "NO", "OF", "ON",
    "OR", "SO", "TO", "UP", "WE", "ALL", "AND", "ANY", "ARE", "BAD", "BIG", "BUT", "CAN", "DAY", "DID", "END", "FOR",
    "GET", "HAD", "HAS", "HER", "HIM", "HIS", "HOT", "HOW", "ITS", "LET", "MAN", "NEW", "NOT", "NOW", "OFF", "OLD",
    "ONE", "OUR", "OUT", "SEE", "SHE", "THE", "TOO", "TOP", "TWO", "WAS", "WHO", "WHY", "YES", "YOU",
];

/// Spelled even where everything is in capitals.
const SPELLED: [&str; 41] = [
    "US", "UK", "EU", "UN", "USA", "AI", "CEO", "CFO", "CTO", "FBI", "CIA", "NSA", "BBC", "CNN", "TV", "PC", "DVD",
    "USB", "GPS", "DNA", "RNA", "FAQ", "DIY", "ATM", "GDP", "IPO", "NFL", "NBA", "UFO", "VIP", "LED", "HTML", "API",
    "URL", "HTTP", "WHO", "IBM", "BMW", "MIT", "ESA", "ESPN",
];

/// True if most of a narration is in capitals: then they mean nothing.
pub(super) fn shouted(words: &[String]) -> bool {
    let letters = words.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphabetic());
    let (mut upper, mut all) = (0, 0);
    for letter in letters {
        all += 1;
        upper += usize::from(letter.is_uppercase());
    }
    all >= 12 && upper * 10 > all * 7
}

/// What is said for a word of capital letters only; `None` if it is no such word.
pub(super) fn capitals(word: &str, shouted: bool) -> Option<String> {
    let (stem, plural) = match word.strip_suffix("'s").or_else(|| word.strip_suffix('s')) {
        Some(stem) if stem.len() >= 2 => (stem, "'s"),
        _ => (word, ""),
    };
    if stem.len() < 2 || !stem.bytes().all(|b| b.is_ascii_uppercase()) {
        return None;
    }
    if SAID.contains(&stem) {
        return Some(format!("{}{}", named(stem), plural.trim_start_matches('\'')));
    }
    // `WHO` is the organisation in a quiet sentence.
    let is_word = WORDS.contains(&stem) && (shouted || !SPELLED.contains(&stem));
    let loud = !SPELLED.contains(&stem) && (shouted || stem.len() >= 4) && pronounceable(stem);
    if is_word || loud { Some(word.to_lowercase()) } else { Some(format!("{}{plural}", spelled(stem))) }
}

/// `U.S.` and `U.S`, `Ph.D.`: single letters with dots.
pub(super) fn dotted(word: &str) -> Option<String> {
    let parts = word.split('.').filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let letter = |part: &&str| part.len() == 1 && part.bytes().all(|b| b.is_ascii_uppercase());
    (parts.len() >= 2 && parts.iter().all(letter)).then(|| parts.join(" "))
}

/// Letter by letter.
pub(super) fn spelled(word: &str) -> String {
    let letters = word.chars().map(|c| c.to_uppercase().to_string());
    letters.collect::<Vec<_>>().join(" ")
}

/// `Nasa`.
fn named(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{first}{}", rest.to_lowercase())
}

/// It has a vowel, and never four consonants on end.
fn pronounceable(word: &str) -> bool {
    let vowel = |b: u8| b"AEIOUY".contains(&b);
    let longest = word.bytes().fold((0, 0), |(run, longest), b| {
        let run = if vowel(b) { 0 } else { run + 1 };
        (run, longest.max(run))
    });
    word.bytes().any(vowel) && longest.1 < 4
}
