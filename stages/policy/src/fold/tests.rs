use proptest::prelude::*;

use super::*;

fn document(text: &str) -> Document {
    Document::of(&Subject::of_text(Field::Caption, text, Some("en")))
}

#[test]
fn accents_capitals_width_and_invisible_characters_make_no_difference() {
    for text in ["Élan Vital", "E\u{301}lan vital", "ｅｌａｎ　ｖｉｔａｌ", "e\u{200b}lan vi\u{ad}tal", "еlan vitаl"]
    {
        let document = document(text);
        assert_eq!(document.words.text.lines().next(), Some("elan vital"), "{text:?}");
    }
    assert_eq!(document("élan").exact.text, "élan");
    assert_eq!(document("buy\u{200b}now").words.text, "buynow\nbuy now");
}

#[test]
fn words_stand_apart_and_sentences_end() {
    let words = |text: &str| document(text).words.text;
    assert_eq!(
        words("Well-known, isn't it? Yes: 3.5 % of 1,000 at example.com."),
        "well known isnt it | yes 3.5 % of 1,000 at example.com"
    );
    assert_eq!(words("#ad @brand a@b C#"), "#ad @brand a b c");
    assert_eq!(words("one... two!!"), "one | two");
    assert_eq!(words("这是广告。内容"), "这是广告 | 内容");
}

#[test]
fn disguises_are_undone_in_the_loud_reading_only() {
    for text in ["sh1t", "$h!t", "shiiiit", "s.h.i.t", "s h i t", "s-h-i-t", "sh_it", "5h1t"] {
        let document = document(text);
        assert_eq!(document.loud.text, "shit", "{text}");
        assert_ne!(document.words.text, "shit", "{text}");
    }
    for text in ["plain words", "12 of 345", "a 2026 plan", "well-known"] {
        let loud = document(text).loud.text;
        assert_eq!(loud, "", "{text}");
    }
}

#[test]
fn a_place_leads_back_to_the_words_as_written() {
    let document = document("Das ist Größe, sagt er");
    let at = document.words.text.find("grosse").unwrap();
    let (source, start, end) = document.words.origin(at..at + "grosse".len(), &document.sources).unwrap();
    assert_eq!(&document.sources[source].text[start as usize..end as usize], "Größe");
}

#[test]
fn letters_of_other_scripts_stay_where_they_are_at_home() {
    let russian = Document::of(&Subject::of_text(Field::Caption, "сок", Some("ru")));
    assert_eq!(russian.words.text, "сок");
    assert_eq!(document("сок").words.text, "cok");
}

proptest! {
    /// Any text can be read, and every byte of every reading leads to a letter of the text.
    #[test]
    fn every_reading_leads_back(text in "\\PC{0,80}|[a-z0-9.@$!* ]{0,60}") {
        let document = document(&text);
        for reading in [&document.bare, &document.words, &document.exact, &document.loud] {
            prop_assert_eq!(reading.text.len(), reading.origins.len());
            for (at, letter) in reading.text.char_indices().filter(|(_, letter)| *letter != '\n') {
                let (source, start, end) = reading.origin(at..at + letter.len_utf8(), &document.sources).unwrap();
                prop_assert!(document.sources[source].text.get(start as usize..end as usize).is_some_and(|part| !part.is_empty()));
            }
        }
    }
}
