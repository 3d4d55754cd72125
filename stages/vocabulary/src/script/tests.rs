use proptest::prelude::*;

use super::*;

fn scene(narration: &str) -> Scene {
    Scene {
        narration: narration.to_owned(),
        on_screen: "few words".to_owned(),
        show: "sea".to_owned(),
        ..Scene::default()
    }
}

fn good() -> ScriptDraft {
    ScriptDraft {
        title: "Three hearts".to_owned(),
        hook: scene("An octopus has more hearts than you would guess."),
        other_hooks: Vec::new(),
        scenes: vec![
            scene("Two of them push blood through the gills, where it picks up oxygen from the cold sea water."),
            scene("The third one sends that blood to the rest of the body, and it rests while the animal swims."),
            scene("That is one reason why most of them rather crawl over the sea floor."),
        ],
        call_to_action: scene("Where this comes from stands in the caption."),
        caption: "Three hearts\nand blue blood".to_owned(),
        hashtags: vec!["octopus".to_owned(), "sea_life".to_owned()],
        sources: vec![Source { title: "Octopus".to_owned(), link: Url::parse("https://example.org/octopus").unwrap() }],
    }
}

/// Spoils the good draft and gives the problems, one a line.
#[track_caller]
fn problems(spoil: impl FnOnce(&mut ScriptDraft)) -> String {
    let mut draft = good();
    spoil(&mut draft);
    match draft.check(Writer::Person, &ScriptLimits::default()) {
        Ok(_) => "none".to_owned(),
        Err(problems) => problems.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

#[test]
fn a_good_draft_becomes_a_script_with_its_beats_in_order() {
    let script = good().check(Writer::Person, &ScriptLimits::default()).unwrap();
    let first_words = script.beats().map(|beat| beat.narration.split(' ').next().unwrap().to_owned());
    assert_eq!(first_words.collect::<Vec<_>>(), ["An", "Two", "The", "That", "Where"]);
    assert_eq!(script.beats().len(), 5);
    assert_eq!(script.writer(), &Writer::Person);
}

#[test]
fn every_rule_that_is_broken_is_reported_at_once() {
    let broken = problems(|draft| {
        draft.title = " ".to_owned();
        draft.hook.narration = "\u{2014} ...".to_owned();
        draft.hook.on_screen = "x".repeat(61);
        draft.scenes[1].show = "a\u{7}b".to_owned();
        draft.caption = "c".repeat(1_001);
        draft.hashtags = vec!["#ad".to_owned(), "Sea".to_owned(), "sea".to_owned()];
        draft.sources[0].link = Url::parse("ftp://example.org/").unwrap();
        draft
            .sources
            .push(Source { title: "Sea".to_owned(), link: Url::parse("https://me:pass@example.org/").unwrap() });
    });
    insta::assert_snapshot!(broken, @r"
    hook.narration: has no word to speak
    hook.on_screen: has 61 characters, more than 60
    scenes[1].show: holds the control character '\u{7}'
    title: is empty
    caption: has 1001 characters, more than 1000
    hashtags[0]: `#ad` is not 1 to 60 letters, digits or `_` (leave the `#` out)
    hashtags[2]: `sea` is there twice
    sources[0].link: `ftp://example.org/` is not http or https
    sources[1].link: holds a user name or a password
    ");
}

#[test]
fn amounts_are_checked_at_both_ends() {
    insta::assert_snapshot!(problems(|draft| draft.scenes.truncate(1)), @r"
    narration: has 35 words in all, not 45 to 110
    scenes: are 1, not 2 to 8
    ");
    insta::assert_snapshot!(
        problems(|draft| draft.scenes = (0..9).map(|at| scene(&format!("{at} stands here alone"))).collect()),
        @"scenes: are 9, not 2 to 8"
    );
    insta::assert_snapshot!(
        problems(|draft| draft.hook.narration = (0..90).map(|at| format!("word{at}")).collect::<Vec<_>>().join(" ")),
        @"narration: has 149 words in all, not 45 to 110"
    );
}

#[test]
fn a_sentence_said_twice_is_found_whatever_its_case_and_punctuation() {
    insta::assert_snapshot!(
        problems(|draft| draft.call_to_action.narration = "an OCTOPUS, has more hearts than you would guess!".to_owned()),
        @"narration: says `an octopus has more hearts than you would guess` 2 times"
    );
    insta::assert_snapshot!(problems(|draft| draft.scenes[0].narration = "we love the sea so much, ".repeat(5)), @"narration: says `love the sea so much we` 4 times");
}

#[test]
fn words_are_counted_as_they_are_spoken() {
    for (text, words) in [
        ("", 0),
        ("  \u{2014} ... ", 0),
        ("Dr. Smith's 3.5 million well-known stars", 6),
        ("\u{6d77}\u{6d0b}\u{5f88}\u{6df1}\u{3002}", 2),
        ("\u{30a2}\u{30dd}\u{30ed} 11\u{53f7}", 4),
        ("\u{0e17}\u{0e30}\u{0e40}\u{0e25}\u{0e25}\u{0e36}\u{0e01}", 2),
        ("\u{c624}\u{b298} \u{bc14}\u{b2e4}", 2),
    ] {
        assert_eq!(spoken_words(text), words, "{text}");
    }
}

proptest! {
    /// Whatever is written: no panic, and a script keeps its limits.
    #[test]
    fn a_script_that_passes_keeps_the_word_limits(words in proptest::collection::vec("[a-z]{1,9}[.!]?", 0..160)) {
        let mut draft = good();
        draft.scenes[0].narration = words.join(" ");
        let limits = ScriptLimits::default();
        if let Ok(script) = draft.check(Writer::Person, &limits) {
            let spoken = script.beats().map(|beat| spoken_words(&beat.narration)).sum::<usize>();
            prop_assert!((limits.words_min..=limits.words_max).contains(&spoken));
        }
    }

    #[test]
    fn any_text_at_all_is_judged_without_a_panic(text in "\\PC{0,300}", tag in "\\PC{0,70}") {
        let mut draft = good();
        draft.title.clone_from(&text);
        draft.scenes[1].narration = text;
        draft.hashtags.push(tag);
        drop(draft.check(Writer::Person, &ScriptLimits::default()));
    }
}

#[test]
fn wide_letters_on_the_screen_count_twice() {
    let mut draft = good();
    draft.hook.on_screen = "夜空".repeat(15);
    assert!(draft.clone().check(Writer::Person, &ScriptLimits::default()).is_ok());
    draft.hook.on_screen.push('星');
    let problems = draft.check(Writer::Person, &ScriptLimits::default()).unwrap_err();
    insta::assert_snapshot!(problems, @"hook.on_screen: has 62 characters, more than 60 (wide letters count twice)");
}
