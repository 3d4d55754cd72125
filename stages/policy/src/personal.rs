//! Personal data in a text: numbers and addresses that lead to one person. Numbers with a check digit count only if it is
//! right.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

/// A kind of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Detector {
    /// An e-mail address; those of `example` domains are nobody's.
    Email,
    /// A telephone number, by its form or by the words before it.
    Phone,
    /// A bank account number of ISO 13616, with its check digits.
    Iban,
    /// A payment card's number of 13 to 19 digits, with the check digit of ISO/IEC 7812 (Luhn).
    Card,
    /// Street and house number.
    Address,
    /// Numbers of persons: Spain (DNI, NIE), France (NIR), Germany (tax number), United States (SSN).
    Identity,
}

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b[a-z0-9][a-z0-9._%+-]{0,63}(?:@| ?[\[(] ?at ?[\])] ?)[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b")
});

static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        // Said to be one: `call 5551234567`.
        r"(?i)(?:\b(?:call|text|phone|tel|telefon|mobile?|handy|whatsapp|anrufen unter|ruf\w*|llama\w*|tel[eé]fono|m[oó]vil|appelle\w*|t[eé]l(?:[eé]phone)?|portable)\b[^0-9+\n]{0,20})(?P<said>\+?\d[\d ./()-]{6,18}\d)",
        // With the country's number.
        r"|(?P<abroad>(?:\+|\b00)[1-9]\d{0,2}[ ./()-]{0,2}(?:\d[ ./()-]{0,2}){6,11}\d)\b",
        // North America.
        r"|(?P<america>(?:\(\d{3}\) ?|\b\d{3}[.-])\d{3}[.-]\d{4})\b",
        // Germany: a zero, the place's number, a sign, the rest.
        r"|\b(?P<german>0[1-9]\d{1,4}[ /-]\d{3,}(?:[ -]?\d{2,})*)\b",
        // Spain and France: groups.
        r"|\b(?P<spanish>[679]\d{2}[ .-]\d{3}[ .-]\d{3})\b",
        r"|\b(?P<french>0[1-9](?:[ .-]\d{2}){4})\b",
    ))
});

static IBAN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,8}\b"));

static CARD: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b\d(?:[ -]?\d){12,18}\b"));

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\b\d{1,5}[a-zA-Z]? (?:[NSEW]\.? )?(?:[A-Z][\w'’]+ ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Crescent|Terrace)\b",
        r"|\b[A-ZÄÖÜ][\wäöüß-]*(?:straße|strasse|str\.|gasse|allee|weg|platz) ?\d{1,4} ?[a-z]?\b",
        r"|\b(?:[A-ZÄÖÜ][\wäöüß]+ )(?:Straße|Strasse|Str\.|Allee|Weg|Platz|Gasse) \d{1,4} ?[a-z]?\b",
        r"|\b(?:Calle|Avenida|Avda\.?|Plaza|Paseo|C/) ?(?:(?:de|del|la|las|los|el) ){0,2}[A-ZÁÉÍÓÚÑ][\wáéíóúñ]+(?: [A-ZÁÉÍÓÚÑ][\wáéíóúñ]+){0,2},? (?:n\.?[ºo°]? ?)?\d{1,4}\b",
        r"|\b\d{1,4}(?: (?:bis|ter))?,? (?:rue|avenue|boulevard|impasse|chemin|allée|quai) (?:(?:de|du|des|la|le|les) |d'|l'){0,2}[A-ZÉÈÀÂÎÔ][\wéèàâîôûç'-]+",
    ))
});

static IDENTITY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:(?P<dni>[XYZ\d]\d{7}-?[A-Z])|(?P<nir>[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2})|(?P<ssn>\d{3}-\d{2}-\d{4})|(?P<tax>[1-9]\d ?\d{3} ?\d{3} ?\d{3}))\b",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

impl Detector {
    /// Where such data is, in bytes of the text.
    pub(crate) fn find(self, text: &str) -> Vec<Range<usize>> {
        let whole = |regex: &Regex, is_one: &dyn Fn(&str) -> bool| {
            let found = regex.find_iter(text).filter(|found| is_one(found.as_str()));
            found.map(|found| found.range()).collect()
        };
        match self {
            Self::Email => whole(&EMAIL, &|found| !is_nobodys(found)),
            Self::Phone => phones(text),
            Self::Iban => ibans(text),
            Self::Card => whole(&CARD, &|found| is_card(found)),
            Self::Address => whole(&ADDRESS, &|_| true),
            Self::Identity => identities(text),
        }
    }
}

/// The first and last two characters, and how much is between.
pub(crate) fn masked(text: &str) -> String {
    let characters = text.chars().collect::<Vec<_>>();
    if characters.len() < 6 {
        return "\u{2022}".repeat(characters.len());
    }
    let between = characters[2..characters.len() - 2].iter().map(|c| if c.is_alphanumeric() { '\u{2022}' } else { *c });
    characters[..2].iter().copied().chain(between).chain(characters[characters.len() - 2..].iter().copied()).collect()
}

/// Domains that RFC 2606 keeps for examples.
fn is_nobodys(address: &str) -> bool {
    let domain = address.to_ascii_lowercase();
    [".example", ".test", ".invalid", "example.com", "example.org", "example.net"]
        .iter()
        .any(|end| domain.ends_with(end))
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

fn phones(text: &str) -> Vec<Range<usize>> {
    let found = PHONE.captures_iter(text).filter_map(|one| {
        let named =
            ["said", "abroad", "america", "german", "spanish", "french"].iter().find_map(|name| one.name(name))?;
        let count = digits(named.as_str()).len();
        (7..=15).contains(&count).then(|| named.range())
    });
    found.filter(|range| !is_card(&text[range.clone()])).collect()
}

/// ISO 13616: the first four characters go to the end, letters count from 10, and the number is 1 modulo 97. A number may
/// be followed by words in capitals, so shorter beginnings are tried.
fn ibans(text: &str) -> Vec<Range<usize>> {
    let found = IBAN.find_iter(text).filter_map(|found| {
        let ends = found.as_str().char_indices().map(|(at, c)| at + c.len_utf8()).rev();
        let end = ends.take_while(|end| *end >= 15).find(|end| is_iban(&found.as_str()[..*end]))?;
        Some(found.start()..found.start() + end)
    });
    found.collect()
}

/// Characters of an account number by country, from the ISO 13616 registry; other countries: any length that is allowed.
const IBAN_LENGTHS: [(&str, usize); 20] = [
    ("AT", 20),
    ("BE", 16),
    ("CH", 21),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("ES", 24),
    ("FI", 18),
    ("FR", 27),
    ("GB", 22),
    ("GR", 27),
    ("HU", 28),
    ("IE", 22),
    ("IT", 27),
    ("LU", 20),
    ("NL", 18),
    ("NO", 15),
    ("PL", 28),
    ("PT", 25),
    ("SE", 24),
];

fn is_iban(text: &str) -> bool {
    let plain = text.chars().filter(|c| *c != ' ').collect::<String>();
    if !(15..=34).contains(&plain.len()) || text.ends_with(' ') {
        return false;
    }
    let own = IBAN_LENGTHS.iter().find(|(country, _)| plain.starts_with(country));
    if own.is_some_and(|(_, length)| *length != plain.len()) {
        return false;
    }
    let (head, tail) = plain.split_at(4);
    let rest = tail.chars().chain(head.chars()).try_fold(0_u32, |rest, character| {
        let value = character.to_digit(36)?;
        Some(if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 })
    });
    rest == Some(1)
}

/// ISO/IEC 7812-1: from the right, every second digit doubled; the sum of all digits ends in 0. The first digit is that of
/// a bank's card.
fn is_card(text: &str) -> bool {
    let digits = digits(text);
    if !(13..=19).contains(&digits.len()) || !matches!(digits[0], 2..=6) {
        return false;
    }
    let sum = digits.iter().rev().enumerate().map(|(at, digit)| match (at % 2, digit * 2) {
        (0, _) => *digit,
        (_, double) if double > 9 => double - 9,
        (_, double) => double,
    });
    sum.sum::<u32>() % 10 == 0
}

fn identities(text: &str) -> Vec<Range<usize>> {
    let found = IDENTITY.captures_iter(text).filter_map(|one| {
        let (named, is_one) =
            [("dni", is_spanish as fn(&str) -> bool), ("nir", is_french), ("ssn", is_american), ("tax", is_german)]
                .into_iter()
                .find_map(|(name, is_one)| one.name(name).map(|named| (named, is_one)))?;
        is_one(named.as_str()).then(|| named.range())
    });
    found.collect()
}

/// The letter is that of the number modulo 23; X, Y and Z of a foreigner's number stand for 0, 1, 2.
fn is_spanish(text: &str) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let number = text.chars().filter(|c| *c != '-').take(8).try_fold(0_usize, |number, character| {
        let digit = match character {
            'X' => 0,
            'Y' => 1,
            'Z' => 2,
            digit => digit.to_digit(10)?,
        };
        Some(number * 10 + digit as usize)
    });
    number.is_some_and(|number| text.as_bytes().last() == Some(&LETTERS[number % 23]))
}

/// The last two digits are 97 less the rest of the first thirteen by 97.
fn is_french(text: &str) -> bool {
    let digits = digits(text);
    let number = |part: &[u32]| part.iter().fold(0_u64, |number, digit| number * 10 + u64::from(*digit));
    digits.len() == 15 && number(&digits[13..]) == 97 - number(&digits[..13]) % 97
}

/// Area 000, 666 and 900 on, group 00 and serial 0000 are never given out.
fn is_american(text: &str) -> bool {
    let (area, group, serial) = (&text[..3], &text[4..6], &text[7..]);
    !(area == "000" || area == "666" || area.starts_with('9') || group == "00" || serial == "0000")
}

/// ISO 7064 MOD 11,10; of the first ten digits exactly one comes twice or three times.
fn is_german(text: &str) -> bool {
    let digits = digits(text);
    if digits.len() != 11 {
        return false;
    }
    let distinct = (0..10).filter(|digit| digits[..10].contains(digit)).count();
    let product = digits[..10].iter().fold(10, |product, digit| {
        let sum = (digit + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    let check = 11 - product;
    (8..=9).contains(&distinct) && digits[10] == if check == 10 { 0 } else { check }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(detector: Detector, text: &str) -> Vec<&str> {
        detector.find(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn check_digits_tell_a_number_from_digits() {
        assert_eq!(found(Detector::Iban, "to DE89 3704 0044 0532 0130 00 TODAY"), ["DE89 3704 0044 0532 0130 00"]);
        assert_eq!(found(Detector::Iban, "GB82WEST12345698765432"), ["GB82WEST12345698765432"]);
        assert!(found(Detector::Iban, "DE88 3704 0044 0532 0130 00").is_empty());
        assert_eq!(found(Detector::Card, "card 4111 1111 1111 1111 please").len(), 1);
        assert!(found(Detector::Card, "4111 1111 1111 1112, 1234567890123456").is_empty());
        assert_eq!(found(Detector::Identity, "12345678Z and 12345678A"), ["12345678Z"]);
        assert_eq!(found(Detector::Identity, "2 55 08 14 168 025 38"), ["2 55 08 14 168 025 38"]);
        assert_eq!(found(Detector::Identity, "86 095 742 719 and 86 095 742 718"), ["86 095 742 719"]);
        assert_eq!(found(Detector::Identity, "123-45-6789 and 000-12-3456"), ["123-45-6789"]);
    }

    #[test]
    fn telephone_numbers_of_several_countries_are_found_and_other_numbers_are_not() {
        for text in
            ["+49 30 901820", "(212) 555-0147", "0171 2345678", "612 345 678", "06 12 34 56 78", "call me: 5550147223"]
        {
            assert_eq!(Detector::Phone.find(text).len(), 1, "{text}");
        }
        for text in [
            "in 2024, 2025 and 2026",
            "1 000 000 000 stars",
            "3.141592653",
            "the year 1995-1998",
            "12:30 to 14:45",
            "a call in 1999",
            "call of 10000 birds",
        ] {
            assert!(Detector::Phone.find(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn addresses_and_mail_are_found_and_examples_are_nobodys() {
        assert_eq!(
            found(Detector::Email, "write to jo.b@mail.test-shop.de or a@example.org"),
            ["jo.b@mail.test-shop.de"]
        );
        for text in ["at 12 Elm Street", "Lindenstraße 7", "Calle Mayor 12", "14, rue des Lilas"] {
            assert_eq!(Detector::Address.find(text).len(), 1, "{text}");
        }
        for text in ["down the street", "die Straße ist lang", "a plaza of 1890", "100 Roman roads", "la rue de Paris"]
        {
            assert!(Detector::Address.find(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_shown_of_it_is_masked() {
        assert_eq!(masked("612 345 678"), "61\u{2022} \u{2022}\u{2022}\u{2022} \u{2022}78");
        assert_eq!(masked("abc"), "\u{2022}\u{2022}\u{2022}");
    }
}
