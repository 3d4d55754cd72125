use super::*;

#[test]
fn capitals_follow_the_language_and_stop_where_the_script_has_none() {
    for (text, language, expected) in [
        ("istanbul ılık", "tr", "İSTANBUL ILIK"),
        ("istanbul", "en", "ISTANBUL"),
        ("große Straße", "de", "GROSSE STRASSE"),
        ("Ο άνθρωπος και η ευφυΐα", "el", "Ο ΑΝΘΡΩΠΟΣ ΚΑΙ Η ΕΥΦΥΪΑ"),
        ("საქართველო", "ka", "საქართველო"),
        ("السماء 夜空 आकाश ฟ้า", "ar", "السماء 夜空 आकाश ฟ้า"),
        ("élan vital", "fr", "ÉLAN VITAL"),
    ] {
        assert_eq!(capitals(text, language), expected, "{language}");
    }
}

#[test]
fn what_cannot_be_seen_is_not_set() {
    assert_eq!(clean(" a\u{202E}b\n\tc\u{0}\u{AD}d \u{FEFF}").0, "ab cd");
    // Joiners and variation selectors are part of words and emoji.
    assert_eq!(clean("می\u{200C}خواهم ❤\u{FE0F} 👩\u{200D}🚀").0, "می\u{200C}خواهم ❤\u{FE0F} 👩\u{200D}🚀");
    let zalgo = format!("a{}b", "\u{0301}".repeat(5_000));
    assert_eq!(clean(&zalgo).0.chars().count(), 2 + MOST_MARKS);
    let (cut, was_cut) = clean(&"x".repeat(10_000));
    assert_eq!((cut.len(), was_cut), (MOST_CHARACTERS, true));
}

#[test]
fn a_text_runs_as_its_language_does() {
    assert!(direction("iPhone يصل غدا", "ar"), "an Arabic text may begin with a brand");
    assert!(!direction("iPhone", "ar"));
    assert!(direction("3/10", "he"), "figures stand where the reader starts");
    assert!(direction("שלום world", "en"));
    assert!(!direction("3/10", "en"));
}
