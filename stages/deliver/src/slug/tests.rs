use super::*;

#[test]
fn titles_become_words_for_a_path() {
    for (title, expected) in [
        ("Why cats purr", "why-cats-purr"),
        ("Città più bella: Málaga & Łódź", "citta-piu-bella-malaga-lodz"),
        ("Straßenbahn Ø æther", "strassenbahn-o-aether"),
        ("Don't panic", "dont-panic"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "video"),
        ("🎉🎉", "video"),
        ("", "video"),
        ("猫はなぜ鳴くのか", "video"),
        ("a\nb\0c\u{202e}d", "a-b-c-d"),
        ("$(rm -rf ~); `id` | sh", "rm-rf-id-sh"),
        ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbb", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ] {
        assert_eq!(slug(title), expected, "{title:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_title_makes_anything_but_a_plain_word(title in "(?s).{0,120}") {
        let slug = slug(&title);
        proptest::prop_assert!((1..=SLUG_BYTES_MAX).contains(&slug.len()));
        proptest::prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'));
        proptest::prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
    }
}
