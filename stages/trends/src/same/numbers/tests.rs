use super::{Number, differ, in_digits, in_han, in_words, multiplier};

#[test]
fn digits_are_read_as_their_language_writes_them() {
    for (text, language, value) in [
        ("1,234", "en", Some(1234.0)),
        ("1.234", "es", Some(1234.0)),
        ("1.234", "de", Some(1234.0)),
        ("1'234", "de", Some(1234.0)),
        ("1.234", "en", Some(1.234)),
        ("1.234.567", "en", Some(1_234_567.0)),
        ("3.5", "en", Some(3.5)),
        ("3,5", "es", Some(3.5)),
        ("1.234,5", "de", Some(1234.5)),
        ("16", "zh", Some(16.0)),
        ("2026.", "en", Some(2026.0)),
        ("s11", "en", None),
        ("", "en", None),
    ] {
        assert_eq!(in_digits(text, language), value, "{text} in {language}");
    }
}

#[test]
fn numbers_in_words_have_values() {
    assert_eq!(in_words("drei"), Some(3.0));
    assert_eq!(in_words("once"), Some(11.0));
    assert_eq!(in_words("one"), None);
    for (text, value) in [("三", 3.0), ("十六", 16.0), ("两", 2.0), ("三百二十", 320.0), ("五万", 50_000.0)] {
        assert_eq!(in_han(text), Some(value), "{text}");
    }
    assert_eq!(in_han("三亚"), None);
    assert_eq!(multiplier("millones"), Some(1e6));
}

fn number(value: f64, unit: u32, before: u32) -> Number {
    Number { value, unit, before, is_result: false, is_code: false }
}

#[test]
fn different_counts_of_one_thing_differ() {
    assert!(differ(&[number(5.0, 1, 0)], &[number(1.0, 1, 0)]));
    assert!(differ(&[number(16.0, 2, 0), number(5.0, 1, 0)], &[number(16.0, 2, 0), number(6.0, 1, 0)]));
    assert!(!differ(&[number(16.0, 2, 0), number(5.0, 1, 0)], &[number(16.0, 2, 0)]));
    assert!(!differ(&[], &[number(1.0, 1, 0)]));
    assert!(!differ(&[number(1_200_000.0, 1, 0)], &[number(1_210_000.0, 1, 0)]), "one is a round figure");
}
