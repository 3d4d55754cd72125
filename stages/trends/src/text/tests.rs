use proptest::prelude::*;

use super::{SUMMARY_MAX, TITLE_MAX, plain};

#[track_caller]
fn check(html: &str, expected: &str) {
    assert_eq!(plain(html, SUMMARY_MAX), expected, "for {html:?}");
}

#[test]
fn tags_go_and_their_text_stays() {
    check("<p>Rocket <b>lands</b></p><p>safely</p>", "Rocket lands safely");
    check("one<br/>two<br>three", "one two three");
    check("un<b>believ</b>able", "unbelievable");
    check(r#"<img alt="a > b" src='x'>seen"#, "seen");
}

#[test]
fn less_than_signs_that_open_no_tag_stay() {
    check("if a < b and 3<4", "if a < b and 3<4");
    check("I <3 rockets", "I <3 rockets");
}

#[test]
fn scripts_styles_and_comments_go_with_their_content() {
    check("a<script>alert('</b>')</SCRIPT >b", "a b");
    check("a<style type=x>p{}</style>b<!-- c <b> -->d", "a bd");
    check("a<script>never closed", "a");
    check("<![CDATA[kept]]>", "kept]]>");
}

#[test]
fn entities_are_decoded_once() {
    check("Caf&eacute; &amp; bar &#8212; &#x1F680;&nbsp;go", "Café & bar — 🚀 go");
    check("&amp;lt;b&amp;gt;", "&lt;b&gt;");
    check("&unknown; &#xD800; AT&T; &", "&unknown; &#xD800; AT&T; &");
}

#[test]
fn control_and_direction_characters_go() {
    check("a\u{0}b\u{7}c\u{202e}d\u{feff}e&#7;f", "abcdef");
    check("  many \n\t spaces\u{a0} ", "many spaces");
}

#[test]
fn long_texts_end_at_a_word_within_the_limit() {
    let text = plain(&"word ".repeat(200), TITLE_MAX);
    assert!(text.chars().count() <= TITLE_MAX && text.ends_with("word"), "{text}");
    assert_eq!(plain(&"x".repeat(301), TITLE_MAX), "x".repeat(300));
    assert_eq!(plain(&"x".repeat(300), TITLE_MAX), "x".repeat(300));
}

#[test]
fn a_megabyte_of_broken_quotes_takes_no_quadratic_time() {
    assert_eq!(plain(&"<a \"".repeat(250_000), SUMMARY_MAX), "");
    assert_eq!(plain(&"<a \"> ".repeat(200_001), SUMMARY_MAX), "");
}

proptest! {
    #[test]
    fn any_text_gives_plain_text_within_the_limit(html in any::<String>(), limit in 0_usize..50) {
        let text = plain(&html, limit);
        prop_assert!(text.chars().count() <= limit);
        prop_assert!(!text.chars().any(char::is_control));
        prop_assert_eq!(text.trim(), text.as_str());
    }

    #[test]
    fn any_soup_of_tags_gives_plain_text(parts in prop::collection::vec(prop::sample::select(vec![
        "<", ">", "</", "<p", "<script>", "</script>", "<!--", "-->", "\"", "'", "&", ";", "&#", "&amp;", "é", "漢", " ", "a",
    ]), 0..60)) {
        let text = plain(&parts.concat(), 40);
        prop_assert!(text.chars().count() <= 40);
    }
}
