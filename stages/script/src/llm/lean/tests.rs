use reelpress_vocabulary::{Topic, testing};
use url::Url;

use super::*;

fn pack() -> Pack {
    let topic = Topic {
        summary:
            "Two hearts push blood through the gills. The third one rests. It \"sleeps\" then. A fourth is not there."
                .to_owned(),
        evidence: vec![testing::evidence("Three hearts", "https://example.org/a")],
        ..testing::topic("Three hearts")
    };
    Pack::of(&topic)
}

#[test]
fn each_scene_has_its_own_share_of_the_evidence_and_all_of_it_is_offered() {
    let schema = schema(&pack(), &ScriptLimits::default());
    assert_eq!(schema["properties"]["hook"]["properties"][FROM]["enum"], json!(["Three hearts"]));
    let scenes = schema["properties"]["scenes"]["prefixItems"].as_array().unwrap();
    let offered = scenes
        .iter()
        .flat_map(|scene| scene["properties"][FROM]["enum"].as_array().unwrap())
        .map(|text| text.as_str().unwrap())
        .collect::<Vec<_>>();
    assert_eq!(scenes.len(), 3);
    assert_eq!(
        offered,
        [
            "Two hearts push blood through the gills.",
            "The third one rests.",
            "It \"sleeps\" then.",
            "A fourth is not there."
        ]
    );
}

#[test]
fn a_topic_without_sentences_still_has_a_schema() {
    let bare = Pack::of(&Topic { evidence: Vec::new(), ..testing::topic("Three hearts") });
    let schema = schema(&bare, &ScriptLimits::default());
    for scene in schema["properties"]["scenes"]["prefixItems"].as_array().unwrap() {
        assert!(!scene["properties"][FROM]["enum"].as_array().unwrap().is_empty(), "{scene}");
    }
}

#[test]
fn only_a_bounded_provider_with_little_room_gets_the_small_order() {
    let base: Url = "http://127.0.0.1:1/v1".parse().unwrap();
    let provider = |schema, max_tokens| Provider { schema, max_tokens, ..Provider::new(base.clone(), "model") };
    assert!(wanted(&provider(SchemaMode::JsonSchemaBounded, 380)));
    assert!(!wanted(&provider(SchemaMode::JsonSchemaBounded, 400)));
    assert!(!wanted(&provider(SchemaMode::JsonSchema, 380)));
}

#[test]
fn what_the_schema_cut_off_is_taken_out_and_the_headline_stands_in_for_a_hook_that_is_too_long() {
    let (pack, limits) = (pack(), ScriptLimits::default());
    let of = |hook: &str, scenes: &[&str]| ScriptDraft {
        hook: testing::scene(hook),
        scenes: scenes.iter().map(|text| testing::scene(text)).collect(),
        ..testing::draft()
    };
    let long = "Two hearts push blood and ".repeat(9);
    let mut draft = of(&long, &[&long, "The third one rests."]);
    mend(&mut draft, &pack, &limits);
    assert_eq!(draft.hook.narration, "Three hearts.");
    assert_eq!(draft.scenes.iter().map(|scene| scene.narration.as_str()).collect::<Vec<_>>(), ["The third one rests."]);
    let mut draft = of("Three hearts beat in it.", &["Two hearts push blood through the gills."]);
    mend(&mut draft, &pack, &limits);
    assert_eq!((draft.hook.narration.as_str(), draft.scenes.len()), ("Three hearts beat in it.", 1));
}

#[test]
fn a_stop_inside_a_sentence_is_allowed_where_the_evidence_has_decimals() {
    let pattern = |summary: &str| {
        let topic = Topic { summary: summary.to_owned(), evidence: Vec::new(), ..testing::topic("Three hearts") };
        let schema = schema(&Pack::of(&topic), &ScriptLimits::default());
        schema["properties"]["scenes"]["prefixItems"][0]["properties"]["narration"]["pattern"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(pattern("It weighs 3.5 kg.").contains("[0-9][.][0-9]"));
    assert!(!pattern("It weighs 3 kg.").contains("[0-9][.][0-9]"));
    assert!(!pattern("It weighs 3 kg.").contains("0-9"), "figures where there are some");
    assert!(pattern("It weighs nothing.").contains("0-9]"), "and none where there are none");
}
