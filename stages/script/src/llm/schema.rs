//! The JSON schema that the model's answer is asked to keep. It says the shape only: amounts are in the prompt and
//! checked here, because servers differ in which other keywords they know.

use serde_json::{Value, json};

/// A strict schema: every property required, no others allowed. Links are left out on purpose: the model names pieces of
/// the evidence by number, and their pages come from the topic.
pub(super) fn script() -> Value {
    let text = || json!({ "type": "string" });
    let scene = || {
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["narration", "on_screen", "show", "evidence"],
            "properties": {
                "narration": text(),
                "on_screen": text(),
                "show": text(),
                "evidence": { "type": "array", "items": text() }
            }
        })
    };
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["title", "hook", "other_hooks", "scenes", "call_to_action", "caption", "hashtags"],
        "properties": {
            "title": text(),
            "hook": scene(),
            "other_hooks": { "type": "array", "items": scene() },
            "scenes": { "type": "array", "items": scene() },
            "call_to_action": scene(),
            "caption": text(),
            "hashtags": { "type": "array", "items": text() }
        }
    })
}

/// 1 to 64 letters, digits, `_` or `-`.
pub(super) const NAME: &str = "short_script";

#[cfg(test)]
mod tests {
    use super::*;

    /// What strict mode allows, and how large a schema may be (names and values together, nesting, properties).
    struct Seen {
        properties: usize,
        characters: usize,
        depth: usize,
    }

    fn walk(schema: &Value, depth: usize, seen: &mut Seen) {
        seen.depth = seen.depth.max(depth);
        let object = schema.as_object().expect("a schema is an object");
        for key in object.keys() {
            assert!(
                ["type", "additionalProperties", "required", "properties", "items"].contains(&key.as_str()),
                "`{key}` is not known to every server"
            );
        }
        if object["type"] == "object" {
            assert_eq!(object["additionalProperties"], false);
            let properties = object["properties"].as_object().unwrap();
            let required = object["required"].as_array().unwrap();
            assert_eq!(properties.len(), required.len(), "every property is required");
            for (name, property) in properties {
                assert!(required.iter().any(|other| other == name), "`{name}` is required");
                seen.properties += 1;
                seen.characters += name.len();
                walk(property, depth + 1, seen);
            }
        }
        if let Some(items) = object.get("items") {
            walk(items, depth + 1, seen);
        }
    }

    #[test]
    fn the_schema_keeps_the_limits_of_strict_mode() {
        let schema = script();
        assert_eq!(schema["type"], "object", "no anyOf at the root");
        let mut seen = Seen { properties: 0, characters: 0, depth: 0 };
        walk(&schema, 1, &mut seen);
        assert!(seen.properties <= 5_000 && seen.depth <= 10 && seen.characters <= 120_000);
        assert_eq!(seen.properties, 23, "the walk saw every property");
        assert!(
            (1..=64).contains(&NAME.len()) && NAME.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        );
    }
}
