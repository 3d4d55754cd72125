use proptest::prelude::*;
use reelpress_vocabulary::{Figure, Topic, testing};

use super::*;

fn topic() -> Topic {
    Topic {
        summary: "Voyager 1 left Earth on 5 September 1977. It is more than 25 billion kilometers from home, so a radio signal takes \
                  over 23 hours. Its transmitter uses about 23 watts. The engineer Suzanne Dodd said: \"It is still talking to us.\""
            .to_owned(),
        evidence: vec![
            testing::evidence("Voyager 1 is still calling home", "https://example.org/voyager"),
            testing::evidence("NASA hears from Voyager again", "https://other.example/nasa"),
        ],
        ..testing::topic("Voyager 1 is still calling home")
    }
}

fn ground() -> Ground {
    Ground::new(&Pack::of(&topic()), "en", "en", &["Follow Star Desk."], Guard::default())
}

fn draft(narration: &str) -> ScriptDraft {
    ScriptDraft {
        title: "Voyager 1 is still calling home".to_owned(),
        hook: testing::scene("Voyager 1 is still calling home."),
        scenes: vec![testing::scene(narration)],
        call_to_action: testing::scene("Follow Star Desk."),
        caption: "Voyager 1 is still calling home.".to_owned(),
        hashtags: Vec::new(),
        sources: Pack::of(&topic()).sources,
        ..testing::draft()
    }
}

#[track_caller]
fn kinds(narration: &str) -> Vec<&'static str> {
    let mut kinds =
        ground().check(draft(narration), true).findings.into_iter().map(|finding| finding.kind).collect::<Vec<_>>();
    kinds.dedup();
    kinds
}

#[test]
fn what_the_evidence_says_may_be_said_in_other_words() {
    for text in [
        "It left Earth in September 1977.",
        "A radio signal needs more than 23 hours.",
        "Voyager is over 25 billion kilometers away from home.",
        "And there is more.",
        "The transmitter runs on about 23 watts.",
        "Suzanne Dodd said: \"It is still talking to us.\"",
        "NASA hears from Voyager.",
        "On Monday, 5 September 1977, Voyager left Earth.",
    ] {
        assert_eq!(kinds(text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn what_the_evidence_does_not_say_is_found_by_its_kind() {
    for (text, kind) in [
        ("A radio signal takes 24 hours.", "unsupported_number"),
        ("Its transmitter uses 23 percent.", "unsupported_number"),
        ("Voyager is twelve billion kilometers from home.", "unsupported_number"),
        ("It left Earth on 6 September 1977.", "unsupported_date"),
        ("Voyager left Earth in 1978.", "unsupported_date"),
        ("On Friday, 5 September 1977, Voyager left Earth.", "unsupported_date"),
        ("Yesterday Voyager called home.", "unsupported_date"),
        ("Voyager left Earth, says Elon Musk.", "unsupported_name"),
        ("Voyager calls home to ESA.", "unsupported_name"),
        ("Dodd said: \"It is talking to you.\"", "unsupported_quote"),
        ("Voyager is the fastest transmitter from home.", "unsupported_claim"),
        ("It proves that Voyager is calling home.", "unsupported_claim"),
        ("Bananas grow best under warm yellow lamps.", "unsupported_text"),
    ] {
        assert!(kinds(text).contains(&kind), "{text}: {:?}", kinds(text));
    }
}

#[test]
fn a_sentence_goes_and_the_rest_stays() {
    let text =
        "Its transmitter uses about 23 watts. That is 99 times less than a kettle. A radio signal takes over 23 hours.";
    let Grounded { draft, findings } = ground().check(draft(text), true);
    assert_eq!(draft.scenes[0].narration, "Its transmitter uses about 23 watts. A radio signal takes over 23 hours.");
    assert_eq!(
        (findings[0].kind, findings[0].field.as_str(), findings[0].told.as_str()),
        ("unsupported_number", "scenes[0].narration", "99")
    );
}

#[test]
fn labels_and_figures_that_nobody_can_vouch_for_are_taken_off_the_screen() {
    let mut draft = draft("Its transmitter uses about 23 watts.");
    draft.scenes[0].on_screen = "987654 of them".to_owned();
    let figure = |value, unit: &str| Figure { label: String::new(), value, unit: unit.to_owned() };
    draft.scenes[0].figures = vec![figure(23.0, "watts"), figure(24.0, "watts")];
    draft.title = "Elon Musk and the 7 secrets".to_owned();
    let Grounded { draft, .. } = ground().check(draft, true);
    assert_eq!(draft.scenes[0].on_screen, "");
    assert_eq!(draft.scenes[0].figures, [figure(23.0, "watts")]);
    assert_eq!(draft.title, "Voyager 1 is still calling home");
}

#[test]
fn every_beat_with_a_fact_knows_its_page() {
    let Grounded { draft, findings } = ground().check(draft("NASA hears from Voyager again."), true);
    assert_eq!(findings, []);
    assert_eq!(draft.scenes[0].sources, [1]);
    assert_eq!(draft.hook.sources, [0]);
}

#[test]
fn evidence_in_another_language_is_compared_by_numbers_and_names_alone() {
    let german = Ground::new(&Pack::of(&topic()), "en", "de", &["Follow Star Desk."], Guard::default());
    let check = |text: &str| german.check(draft(text), true).findings.into_iter().map(|f| f.kind).collect::<Vec<_>>();
    assert_eq!(check("Der Sender braucht rund 23 Watt."), Vec::<&str>::new());
    assert_eq!(check("Der Sender braucht rund 40 Watt."), ["unsupported_number"]);
    assert_eq!(check("Das sagt Angela Merkel."), ["unsupported_name"]);
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 30, ..ProptestConfig::with_cases(60) })]

    /// Whatever a model writes: no panic, and no number that the evidence does not have.
    #[test]
    fn no_text_brings_an_unknown_number_through(text in "(\\PC{0,40}[ .]){0,3}", number in 100_000_u32..999_999, after in "( [a-z]{2,8}){0,4}") {
        prop_assume!(number != 251_977);
        let Grounded { draft, .. } = ground().check(draft(&format!("{text} It has {number}{after}.")), true);
        let all = draft.scenes.iter().map(|scene| scene.narration.as_str()).collect::<String>();
        prop_assert!(!all.contains(&format!(" {number}")), "{all}");
    }
}

#[test]
fn a_mark_of_omission_in_the_middle_of_a_word_parts_it_and_breaks_nothing() {
    let book = crate::phrases::PhraseBook::nearest("en");
    assert_eq!(
        parted("The sea is deep\u{2026}and nobody saw\u{2026} its floor.", book),
        ["The sea is deep\u{2026}", "and nobody saw\u{2026}", "its floor."]
    );
    assert_eq!(parted("\u{2026}", book), ["\u{2026}"]);
}
