//! What the model answered: lenient about the envelope, strict about the script.

use reelpress_vocabulary::{Scene, ScriptDraft, Source};
use serde::Deserialize;
use serde_json::Value;

use crate::material::{plain, shortened};

/// One choice of a chat completion, sorted by what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// The model's text.
    Text(String),
    /// The model or the endpoint's filter will not write this.
    Refused(String),
    /// The text ends where the token limit was.
    Cut,
}

/// The answer in a chat completion, or `None` if it is none.
pub(super) fn read(completion: &Value) -> Option<Answer> {
    let choice = completion.get("choices")?.get(0)?;
    let message = choice.get("message")?;
    let finish = choice.get("finish_reason").and_then(Value::as_str).unwrap_or("stop");
    if let Some(refusal) = message.get("refusal").and_then(Value::as_str).filter(|text| !text.trim().is_empty()) {
        return Some(Answer::Refused(format!("the model refused: {}", shortened(&plain(refusal), 300))));
    }
    match finish {
        "content_filter" => Some(Answer::Refused("the endpoint's content filter stopped the answer".to_owned())),
        "length" => Some(Answer::Cut),
        // Unknown reasons count as an end; whether the text is a script shows when it is read.
        _ => Some(Answer::Text(text_of(message.get("content")))),
    }
}

fn text_of(content: Option<&Value>) -> String {
    match content {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => String::new(),
    }
}

/// The draft in the model's text.
///
/// # Errors
/// What is wrong with it, in words that the model can act on.
pub(super) fn draft(text: &str, sources: Vec<Source>) -> Result<ScriptDraft, String> {
    let bare = bare(text);
    if bare.is_empty() {
        return Err("it is empty".to_owned());
    }
    let wire = serde_json::from_str::<Wire>(bare).map_err(|e| format!("it is not JSON of the schema: {e}"))?;
    Ok(ScriptDraft {
        title: line(&wire.title),
        hook: wire.hook.into_scene(),
        other_hooks: Vec::new(),
        scenes: wire.scenes.into_iter().map(WireScene::into_scene).collect(),
        call_to_action: wire.call_to_action.into_scene(),
        caption: line(&wire.caption),
        hashtags: wire.hashtags,
        sources,
    })
}

/// Takes one think block and one code fence off; many local models put them round the JSON.
fn bare(text: &str) -> &str {
    let mut text = text.trim();
    if let Some(rest) = text.strip_prefix("<think>") {
        text = rest.split_once("</think>").map_or("", |(_, after)| after.trim());
    }
    if let Some(rest) = text.strip_prefix("```") {
        let inner = rest.split_once('\n').map_or(rest, |(_, inner)| inner);
        text = inner.rsplit_once("```").map_or(inner, |(inner, _)| inner).trim();
    }
    text
}

/// As the model wrote it. Fields that were not asked for are ignored; links are never taken from a model.
#[derive(Deserialize)]
struct Wire {
    title: String,
    hook: WireScene,
    scenes: Vec<WireScene>,
    call_to_action: WireScene,
    caption: String,
    #[serde(default)]
    hashtags: Vec<String>,
}

#[derive(Deserialize)]
struct WireScene {
    narration: String,
    #[serde(default)]
    on_screen: Option<String>,
    #[serde(default)]
    show: Option<String>,
}

impl WireScene {
    fn into_scene(self) -> Scene {
        Scene {
            narration: line(&self.narration),
            on_screen: line(&self.on_screen.unwrap_or_default()),
            show: line(&self.show.unwrap_or_default()),
            ..Scene::default()
        }
    }
}

/// On one line; a line break inside a field is a slip, not a mistake.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_fence_and_one_think_block_come_off() {
        for text in [
            "{}",
            "  {}\n",
            "```json\n{}\n```",
            "```\n{}\n```\n",
            "<think>\nfirst {this}\n</think>\n{}",
            "<think>x</think>```json\n{}\n```",
        ] {
            assert_eq!(bare(text), "{}", "{text:?}");
        }
        assert_eq!(bare("<think>never ends {}"), "");
    }

    #[test]
    fn envelopes_of_all_kinds_are_read() {
        let read = |text: &str| read(&serde_json::from_str(text).unwrap());
        let text = |text: &str| Some(Answer::Text(text.to_owned()));
        assert_eq!(read(r#"{"choices":[{"message":{"content":"a"}}]}"#), text("a"));
        assert_eq!(
            read(r#"{"choices":[{"finish_reason":"eos","message":{"content":"a","refusal":null}}]}"#),
            text("a")
        );
        assert_eq!(
            read(r#"{"choices":[{"message":{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}}]}"#),
            text("ab")
        );
        assert_eq!(
            read(r#"{"choices":[{"finish_reason":"tool_calls","message":{"content":null,"tool_calls":[{}]}}]}"#),
            text("")
        );
        assert_eq!(
            read(r#"{"choices":[{"finish_reason":"length","message":{"content":"{\"ti"}}]}"#),
            Some(Answer::Cut)
        );
        assert!(matches!(
            read(r#"{"choices":[{"finish_reason":"content_filter","message":{"content":null}}]}"#),
            Some(Answer::Refused(_))
        ));
        for nothing in [r#"{"choices":[]}"#, r#"{"error":{"message":"no"}}"#, "[]", "7"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }
}
