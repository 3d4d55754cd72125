use proptest::prelude::*;

use super::{Kind, Title};

fn words(text: &str, language: &str) -> String {
    let title = Title::of(text, language);
    let words = title.words().iter().filter(|word| word.kind >= Kind::Content);
    words.map(|word| title.text_of(word)).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_headlines_always_say_is_left_out() {
    assert_eq!(words("Breaking: the Dunmoor wolves are back", "en"), "dunmoor wolves");
    assert_eq!(words("如何看待云杉科技裁员？", "zh"), "云杉 科技 裁员");
    assert_eq!(words("Última hora: dimite Inés Quiroga", "es"), "dimite inés quiroga");
}

#[test]
fn spaces_beside_chinese_make_no_difference() {
    let tight = Title::of("震源深度10公里，4.6级", "zh");
    let loose = Title::of("震源深度 10 公里，4.6 级", "zh");
    assert_eq!(tight, loose);
}

#[test]
fn hashtags_are_taken_apart_at_capitals() {
    assert_eq!(words("#PelicanBayMarathon", "en"), "pelican bay marathon");
}

proptest! {
    #[test]
    fn any_text_can_be_taken_apart(text in any::<String>(), language in "(en|zh|ja|de|und)") {
        let title = Title::of(&text, &language);
        for word in title.words() {
            prop_assert!(word.weight.is_finite() && word.weight >= 0.0);
            prop_assert!(!title.text_of(word).is_empty());
        }
        prop_assert!(!title.features().is_empty() || title.distinct_words().len() < 40);
    }
}
