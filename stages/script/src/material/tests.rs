use super::*;

fn english() -> &'static PhraseBook {
    PhraseBook::of("en").unwrap().1
}

#[track_caller]
fn check_split(language: &str, text: &str, expected: &[&str]) {
    let (_, book) = PhraseBook::of(language).unwrap();
    assert_eq!(sentences::split(text, book), expected, "{text}");
}

#[test]
fn sentences_end_where_a_reader_would_end_them() {
    check_split("en", "One. Two! Three? Four", &["One.", "Two!", "Three?", "Four"]);
    check_split("en", "Dr. Smith met Mr. Jones. They talked.", &["Dr. Smith met Mr. Jones.", "They talked."]);
    check_split("en", "The U.S. Navy came. It left.", &["The U.S. Navy came.", "It left."]);
    check_split("en", "She lives in the U.S. The house is old.", &["She lives in the U.S.", "The house is old."]);
    check_split("en", "J. R. R. Tolkien wrote it.", &["J. R. R. Tolkien wrote it."]);
    check_split("en", "It weighs 3.5 tons. Version 2.0 is next.", &["It weighs 3.5 tons.", "Version 2.0 is next."]);
    check_split("en", "He said \"Stop.\" Then he left...", &["He said \"Stop.\"", "Then he left..."]);
    check_split("en", "At 5 p.m. on Jan. 3 it began.", &["At 5 p.m. on Jan. 3 it began."]);
    check_split("en", "See example.org for more. Good.", &["See example.org for more.", "Good."]);
    check_split("de", "Am 3. Oktober war es so weit. Es regnete.", &["Am 3. Oktober war es so weit.", "Es regnete."]);
    check_split("de", "Das war z.B. Dr. Braun. Er kam.", &["Das war z.B. Dr. Braun.", "Er kam."]);
    check_split("en", "", &[]);
    check_split("en", "\u{6d77}\u{3002}\u{5c71}\u{3002}", &["\u{6d77}\u{3002}", "\u{5c71}\u{3002}"]);
}

#[test]
fn feed_text_becomes_plain_text() {
    for (text, expected) in [
        ("a &amp;amp; b&nbsp;c &#233; &#x2014; &eacute;", "a & b c \u{e9} \u{2014} \u{e9}"),
        ("<p>One</p><br/>two<!-- no --> <script>alert(1)</script>three", "One two three"),
        ("&lt;b&gt;bold&lt;/b&gt; 3 < 5 and 7 > 2", "bold 3 < 5 and 7 > 2"),
        ("see https://example.org/x?y=1 and www.example.org now", "see and now"),
        ("hid\u{200b}den\u{202e}\u{7}  text\n\nhere", "hidden text here"),
        ("A story [\u{2026}]", "A story"),
        ("A story. The post A story appeared first on Some Blog.", "A story."),
        ("&#0; &#99999999; &unknown; &", "&#99999999; &unknown; &"),
    ] {
        assert_eq!(plain(text), expected, "{text:?}");
    }
}

#[test]
fn headlines_lose_their_sites_name_and_their_shouting() {
    for (text, expected) in [
        ("Three hearts in one animal - Example News", "Three hearts in one animal"),
        ("Three hearts in one animal | Sea", "Three hearts in one animal"),
        ("Sea - a long story about water and salt", "Sea - a long story about water and salt"),
        ("THE SEA IS VERY DEEP", "The sea is very deep"),
        ("NASA", "NASA"),
    ] {
        assert_eq!(headline(text), expected);
    }
}

#[test]
fn long_sentences_are_tightened_only_where_they_stay_whole_and_true() {
    let long = "The old lighthouse on the northern cape was built by two brothers from a village nearby, which at that \
                time had no harbor, no road, no school and hardly any light at night; it still stands.";
    assert_eq!(
        sentence(0, long, english()).unwrap().text,
        "The old lighthouse on the northern cape was built by two brothers from a village nearby."
    );
    let risky =
        format!("The bridge is safe, but only {} on quiet days.", "if nobody walks or rides or runs on it ".repeat(5));
    assert_eq!(sentence(0, &risky, english()), None, "cut before `but` it would be a lie");
    let aside = "The dish (built in 1962, rebuilt later) is 70 meters wide.";
    assert_eq!(sentence(0, aside, english()).unwrap().text, "The dish is 70 meters wide.");
    assert_eq!(sentence(0, "Want to read more about it?", english()), None);
    assert_eq!(sentence(0, "Click here to get our newsletter every day.", english()), None);
}

#[test]
fn sentences_that_point_back_are_known() {
    for (text, expected) in [
        ("That third heart stops beating.", true),
        ("In that state they can be revived.", true),
        ("During deep dives it slows down.", true),
        ("Two hearts push blood through the gills.", false),
        ("The machine showed the Sun.", false),
    ] {
        assert_eq!(leans(text, english()), expected, "{text}");
    }
}

#[test]
fn shortened_text_ends_after_a_whole_word() {
    assert_eq!(shortened("one two three", 20), "one two three");
    assert_eq!(shortened("one two, three", 10), "one two\u{2026}");
    assert_eq!(shortened("\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}", 3), "\u{e9}\u{e9}\u{2026}");
}
