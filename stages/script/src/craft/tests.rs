use reelpress_vocabulary::testing;

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
    prefer_short_hook(&mut draft, 8);
    assert_eq!(draft.hook.narration, "Bridges hum.");
    assert_eq!(draft.other_hooks.len(), 2);
}
