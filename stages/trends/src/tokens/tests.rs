use proptest::prelude::*;

use super::{is_negation, is_stop_word, stem, words};

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(words(text), expected, "for {text:?}");
}

#[test]
fn words_are_folded_and_keep_numbers_and_hashtags() {
    check("NASA's #Artemis-II: 1,000 km in 3.5 h!", &["nasa's", "artemis", "ii", "1000", "km", "in", "3.5", "h"]);
    check("ＦＵＬＬ ﬁne Straße", &["full", "fine", "straße"]);
    check("", &[]);
}

#[test]
fn chinese_and_japanese_give_pairs() {
    check("孙颖莎晋级16强", &["孙颖", "颖莎", "莎晋", "晋级", "16", "强"]);
    check("東京タワー live", &["東京", "京タ", "タワ", "ワー", "live"]);
    check("한국 뉴스", &["한국", "뉴스"]);
}

#[test]
fn stop_words_go_by_language() {
    for (word, language) in [("the", "en"), ("der", "de"), ("le", "fr"), ("el", "es"), ("il", "it"), ("o", "pt")] {
        assert!(is_stop_word(word, language), "{word} in {language}");
    }
    assert!(!is_stop_word("the", "de") && is_stop_word("the", "und") && !is_stop_word("rocket", "en"));
    assert!(is_negation("nicht") && is_negation("never") && !is_negation("ever"));
}

#[test]
fn english_endings_meet() {
    for word in ["extends", "extended", "extending", "extend"] {
        assert_eq!(stem(word, "en"), "extend");
    }
    assert_eq!(stem("launches", "en"), stem("launch", "en"));
    assert_eq!(stem("cases", "en"), stem("case", "en"));
    assert_eq!(stem("holes", "en"), stem("hole", "en"));
    assert_eq!(stem("planes", "en"), stem("plane", "en"));
    assert_eq!(stem("glass", "en"), "glass");
    assert_eq!(stem("haus", "de"), "haus");
}

proptest! {
    #[test]
    fn any_text_can_be_taken_apart(text in any::<String>()) {
        for word in words(&text) {
            prop_assert!(!word.is_empty());
        }
    }
}
