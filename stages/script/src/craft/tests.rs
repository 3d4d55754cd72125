use reelpress_vocabulary::{ScriptLimits, testing};

use super::hook::{cut_short, words_before_pause};
use super::*;

#[test]
fn what_is_not_worth_filming_is_refused_with_a_reason() {
    let mut told = Vec::new();
    let mut check = |change: &dyn Fn(&mut ScriptDraft)| {
        let mut draft = testing::draft();
        change(&mut draft);
        told.push(
            refusal(&draft, "en")
                .map_or_else(|| "fine".to_owned(), |objection| format!("{}: {}", objection.kind, objection.message)),
        );
    };
    let hook = |text: &'static str| move |draft: &mut ScriptDraft| draft.hook.narration = text.to_owned();
    check(&|_| {});
    check(&hook("In this video we look at bridges."));
    check(&hook("You won't believe what this bridge does."));
    check(&hook("Seven reasons why bridges hum."));
    check(&hook("Three reasons why bridges hum."));
    check(&hook("Why do elephants sleep standing?"));
    check(&hook("Why does the deck answer?"));
    check(&|draft| {
        draft.scenes[1].narration = "Cables swing at their own pitch, they swing at their own pitch.".to_owned();
    });
    check(&|draft| {
        draft.scenes.iter_mut().for_each(|scene| scene.on_screen = "Hum".to_owned());
    });
    check(&|draft| draft.caption = "Watch until the end.".to_owned());
    insta::assert_snapshot!(told.join("\n"), @"
    fine
    weak_hook: opens with `in this video`, which says nothing in the two seconds that count (start with the thing itself)
    clickbait: opens with `you won't believe`, a promise that no video keeps (say what it is)
    clickbait: promises `Seven reasons` in its hook and has 3 scenes (promise what is there)
    fine
    clickbait: asks `Why do elephants sleep standing?` and no scene takes it up (answer it, or open with a fact)
    fine
    degenerate_text: says in scenes[1] what scenes[0] said already: `Cables swing at their own pitch, they swing at their own pitch.`
    degenerate_text: shows `hum` 3 times
    clickbait: says `watch until the end`, a promise that no video keeps (say what it is)
    ");
}

#[test]
fn a_beat_that_says_an_earlier_one_with_other_endings_is_a_repeat() {
    let draft = |hook: &str, scenes: &[&str]| {
        let mut draft = testing::draft();
        draft.hook.narration = hook.to_owned();
        draft.scenes = scenes.iter().map(|text| testing::scene(text)).collect();
        draft
    };
    let mut loops = draft("The sea moves twice a day.", &["The tides are the reason.", "The tide is the reason."]);
    let objection = refusal(&loops, "en").expect("it says one thing twice");
    insta::assert_snapshot!(objection.message, @"says in scenes[1] what scenes[0] said already: `The tide is the reason.`");
    drop_repeats(&mut loops);
    assert_eq!(loops.scenes.len(), 1);
    // What shares words and says another thing stays.
    let mut story = draft(
        "Octopuses have three hearts.",
        &["Two hearts serve the gills.", "The third heart serves the body.", "The third heart stops when it swims."],
    );
    assert!(refusal(&story, "en").is_none());
    drop_repeats(&mut story);
    assert_eq!(story.scenes.len(), 3);
}

#[test]
fn calls_to_action_are_taken_in_turn_by_the_seed() {
    let niche = Niche {
        call_to_action: "One.".to_owned(),
        calls_to_action: vec!["Two.".to_owned(), " ".to_owned(), "Three.".to_owned()],
        ..Niche::default()
    };
    assert_eq!((0..4).map(|seed| call_to_action(&niche, seed)).collect::<Vec<_>>(), ["One.", "Two.", "Three.", "One."]);
    assert_eq!(call_to_action(&Niche::default(), 5), "");
}

#[test]
fn hashtags_name_the_subject_and_beg_for_nothing() {
    let own =
        ["fyp", "#Viral", "octopus", "../etc", "deep sea", "Science", "a b c d", "x.y"].map(ToOwned::to_owned).to_vec();
    assert_eq!(hashtags(&["science".to_owned()], own, 5), ["science", "octopus", "deepsea"]);
}

#[test]
fn a_hook_that_comes_to_its_point_goes_first() {
    assert_eq!(words_before_pause("Three hearts, and one of them stops."), 2);
    assert_eq!(words_before_pause("It is 3.5 km deep. Look."), 5);
    let mut draft = testing::draft();
    draft.hook.narration = "Some of the very longest bridges of the whole wide world hum.".to_owned();
    draft.other_hooks = vec![testing::scene("Bridges hum."), testing::scene("They do.")];
    prefer_short_hook(&mut draft, &ScriptLimits::default());
    assert_eq!(draft.hook.narration, "Bridges hum.");
    assert_eq!(draft.other_hooks.len(), 1, "the slow one opens no variant either");
}

#[test]
fn a_hook_is_cut_where_its_main_clause_ends_and_nowhere_else() {
    let limits = ScriptLimits { hook_words_max: 7, ..ScriptLimits::default() };
    let cut = |hook: &str, language: &str| cut_short(hook, language, &limits).unwrap_or_else(|| "whole".to_owned());
    assert_eq!(
        cut("The old bridge began to hum because walkers fell into one step on it.", "en"),
        "The old bridge began to hum."
    );
    assert_eq!(cut("The old bridge hums only if more than a thousand people walk on it.", "en"), "whole");
    assert_eq!(cut("Because a great many walkers fell into one step the bridge began to hum.", "en"), "whole");
    assert_eq!(
        cut("Die alte Brücke begann zu summen weil viele im Gleichschritt gingen.", "de"),
        "Die alte Brücke begann zu summen."
    );
    assert_eq!(
        cut("El puente viejo empezó a zumbar porque la gente andaba al mismo paso.", "es"),
        "El puente viejo empezó a zumbar."
    );
    assert_eq!(
        cut("Le vieux pont se mit à bourdonner parce que tous marchaient au pas.", "fr"),
        "Le vieux pont se mit à bourdonner."
    );
}

#[test]
fn a_slow_hook_is_an_objection_first_and_cut_or_refused_at_last() {
    let limits = ScriptLimits { hook_words_max: 7, ..ScriptLimits::default() };
    let mut draft = testing::draft();
    draft.hook.narration = "The old bridge began to hum because walkers fell into one step on it.".to_owned();
    let said = slow(&mut draft, "en", &limits, false).expect("too slow");
    insta::assert_snapshot!(format!("{}: {}", said.kind, said.message), @"slow_hook: has 14 words before the first pause of its hook, and in two seconds 8 can be spoken at most (open with a short sentence of 7 words or fewer, then go on)");
    assert_eq!(slow(&mut draft, "en", &limits, true), None);
    assert_eq!(draft.hook.narration, "The old bridge began to hum.");
    draft.hook.narration = "Some of the very longest bridges of the whole wide world hum at night.".to_owned();
    assert_eq!(slow(&mut draft, "en", &limits, true).expect("nowhere to cut").kind, "slow_hook");
}
