use proptest::prelude::*;

use super::*;

fn spoken(text: &str, length: u64) -> Vec<TimedWord> {
    text.split(' ')
        .enumerate()
        .map(|(at, word)| {
            let start_frame = at as u64 * length;
            TimedWord { text: word.to_owned(), start_frame, end_frame: start_frame + length }
        })
        .collect()
}

fn check(text: &str, most: usize) -> Vec<String> {
    group(&spoken(text, 10), 10_000, 30, most).iter().map(|group| group.words.join(" ")).collect()
}

#[test]
fn groups_are_even_and_end_with_sentences_and_clauses() {
    assert_eq!(
        check("The night sky is getting brighter every single year. Here is why.", 4),
        ["The night sky", "is getting brighter", "every single year.", "Here is why."]
    );
    assert_eq!(check("Lamps send light down, where people walk.", 4), ["Lamps send light down,", "where people walk."]);
    assert_eq!(check("one two three four five", 4), ["one two three", "four five"]);
    assert_eq!(check("Stop.", 4), ["Stop."]);
}

#[test]
fn long_words_stand_alone_rather_than_in_a_crowd() {
    assert_eq!(
        check("Rindfleischetikettierungsueberwachungsgesetz und Donaudampfschifffahrt", 4),
        ["Rindfleischetikettierungsueberwachungsgesetz", "und", "Donaudampfschifffahrt"]
    );
}

#[test]
fn a_pause_ends_a_group_and_the_words_leave_the_screen() {
    let mut words = spoken("before the pause after it", 10);
    for word in &mut words[3..] {
        word.start_frame += 200;
        word.end_frame += 200;
    }
    let groups = group(&words, 1_000, 30, 5);
    assert_eq!(groups.len(), 2);
    assert_eq!((groups[0].first_frame, groups[0].end_frame), (0, 30 + 21));
    assert_eq!((groups[1].first_frame, groups[1].end_frame), (230, 250 + 21));
}

#[test]
fn a_word_is_marked_from_its_first_frame_until_the_next_word() {
    let groups = group(&spoken("one two three", 10), 1_000, 30, 4);
    let marked = |frame| groups[0].spoken(frame, 3);
    assert_eq!(marked(9), Spoken { word: Some(0), phase: None });
    assert_eq!(marked(10), Spoken { word: Some(1), phase: Some(0) });
    assert_eq!(marked(12), Spoken { word: Some(1), phase: Some(2) });
    assert_eq!(marked(13), Spoken { word: Some(1), phase: None });
    assert_eq!(marked(37), Spoken { word: Some(2), phase: None });
    assert_eq!(marked(38), Spoken { word: None, phase: None });
}

#[test]
fn words_without_an_end_are_shown_to_the_end_of_the_scene() {
    let words = [
        TimedWord { text: "endless".to_owned(), start_frame: 3, end_frame: u64::MAX },
        TimedWord { text: "never".to_owned(), start_frame: u64::MAX, end_frame: 0 },
    ];
    let groups = group(&words, 100, 30, 4);
    assert_eq!(groups.len(), 1);
    assert_eq!((groups[0].first_frame, groups[0].end_frame), (3, 100));
}

proptest! {
    /// Whatever is spoken, whenever: every word is in one group, groups do not overlap, and limits hold.
    #[test]
    fn every_word_is_shown_once(
        words in prop::collection::vec(("[a-z]{1,12}[.,]?", 0_u64..400, 0_u64..30), 0..40),
        most in 2_usize..6,
    ) {
        let words: Vec<TimedWord> = words
            .into_iter()
            .map(|(text, start_frame, length)| TimedWord { text, start_frame, end_frame: start_frame + length })
            .collect();
        let groups = group(&words, 500, 30, most);
        prop_assert_eq!(groups.iter().map(|group| group.words.len()).sum::<usize>(), words.len());
        for group in &groups {
            prop_assert!((1..=most).contains(&group.words.len()));
        }
        for pair in groups.windows(2) {
            prop_assert!(pair[0].end_frame <= pair[1].first_frame);
        }
    }
}
