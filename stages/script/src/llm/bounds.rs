//! The schema with the longest texts and lists in it, for servers that hold a model to them while it writes: a small model
//! that runs on would fill all the room it has.

use reelpress_vocabulary::ScriptLimits;
use serde_json::{Map, Value};

/// Characters of a spoken word, with the space after it.
const WORD: usize = 6;
/// Beats that share the words: hook, scenes, call to action.
const BEATS_MAX: usize = SCENES_MAX + 2;
/// Scenes that are asked for at most.
const SCENES_MAX: usize = 4;
/// A beat is said in two short sentences.
const NARRATION_MAX: usize = 160;
const TITLE_MAX: usize = 80;
/// A few words for a picture library.
const SHOW_MAX: usize = 40;
/// Most pieces of a list that nothing else bounds.
const LIST_MAX: usize = 3;
/// Any other text.
const WORD_MAX: usize = 24;

/// Puts bounds to every text and every list of a schema, by its field's name. Of the evidence only the `pieces` that there
/// are can be named; a server that keeps schemas for later has one for each number of pieces then, which is why it is not
/// done everywhere.
pub(super) fn bounded(mut schema: Value, limits: &ScriptLimits, pieces: usize) -> Value {
    bound("", &mut schema, limits, pieces);
    schema
}

fn bound(name: &str, schema: &mut Value, limits: &ScriptLimits, pieces: usize) {
    let Some(object) = schema.as_object_mut() else { return };
    let put = |object: &mut Map<String, Value>, least: (&str, usize), most: (&str, usize)| {
        object.insert(least.0.to_owned(), least.1.into());
        object.insert(most.0.to_owned(), most.1.into());
    };
    match object.get("type").and_then(Value::as_str) {
        Some("string") if name == "evidence" && pieces > 0 => {
            object.insert("enum".to_owned(), (1..=pieces).map(|number| format!("E{number}")).collect());
        }
        Some("string") => {
            let (least, most) = text(name, limits);
            put(object, ("minLength", least), ("maxLength", most));
        }
        Some("array") => {
            let (least, most) = match name {
                "scenes" => (limits.scenes_min.max(3).min(limits.scenes_max), limits.scenes_max.min(SCENES_MAX)),
                "hashtags" => (0, limits.hashtags_max.min(5)),
                _ => (0, LIST_MAX),
            };
            put(object, ("minItems", least), ("maxItems", most));
        }
        Some(_) | None => {}
    }
    if let Some(items) = object.get_mut("items") {
        bound(name, items, limits, pieces);
    }
    for (name, property) in object.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        bound(name, property, limits, pieces);
    }
}

/// The shortest and the longest text of a field, in characters.
fn text(name: &str, limits: &ScriptLimits) -> (usize, usize) {
    match name {
        "narration" => (20, (limits.words_max * WORD / BEATS_MAX).clamp(40, NARRATION_MAX)),
        "title" => (5, TITLE_MAX),
        "caption" => (10, limits.caption_max.min(NARRATION_MAX)),
        "on_screen" => (0, limits.on_screen_max),
        "show" => (3, SHOW_MAX),
        _ => (1, WORD_MAX),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn walk(schema: &Value, seen: &mut usize) {
        let bounds = |least: &str, most: &str| schema[least].as_u64().unwrap() <= schema[most].as_u64().unwrap();
        match schema["type"].as_str().unwrap() {
            "string" if schema.get("enum").is_some() => assert_eq!(schema["enum"], json!(["E1", "E2", "E3"])),
            "string" => assert!(bounds("minLength", "maxLength"), "{schema}"),
            "array" => assert!(bounds("minItems", "maxItems"), "{schema}"),
            _ => {}
        }
        *seen += 1;
        for inner in
            schema["properties"].as_object().into_iter().flatten().map(|(_, inner)| inner).chain(schema.get("items"))
        {
            walk(inner, seen);
        }
    }

    #[test]
    fn every_text_and_every_list_has_an_end() {
        let (schema, mut seen) = (bounded(super::super::schema::script(), &ScriptLimits::default(), 3), 0);
        walk(&schema, &mut seen);
        assert!(seen > 15, "the walk saw every field: {seen}");
        let narration = &schema["properties"]["hook"]["properties"]["narration"];
        assert_eq!((narration["minLength"].as_u64(), narration["maxLength"].as_u64()), (Some(20), Some(110)));
    }
}
