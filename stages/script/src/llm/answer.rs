//! What the model answered: lenient about the envelope, strict about the script.

use reelpress_vocabulary::{Scene, ScriptDraft};
use serde::Deserialize;
use serde_json::{Value, json};

use super::lean;
use crate::evidence::{Pack, Piece};
use crate::material::{plain, shortened};

/// Characters of a headline that is a title.
const TITLE_MAX: usize = 100;

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

impl Answer {
    /// A fixed word for metrics.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Text(_) => "ok",
            Self::Refused(_) => "refused",
            Self::Cut => "cut",
        }
    }
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

/// The draft in the model's text, each beat with the pages of the pieces that it names.
///
/// # Errors
/// What is wrong with it, in words that the model can act on.
pub(super) fn draft(text: &str, pack: &Pack) -> Result<ScriptDraft, String> {
    let bare = bare(text);
    if bare.is_empty() {
        return Err("it is empty".to_owned());
    }
    let wire = serde_json::from_str::<Wire>(bare).map_err(|error| not_the_schema(&error))?;
    read_draft(wire, pack)
}

/// The same for the small order: the title, the caption and the closing were not asked for. The headline stands in for the
/// title, and what is empty is filled in later.
pub(super) fn lean_draft(text: &str, pack: &Pack) -> Result<ScriptDraft, String> {
    let bare = bare(text);
    if bare.is_empty() {
        return Err("it is empty".to_owned());
    }
    let mut value = serde_json::from_str::<Value>(bare).map_err(|error| not_the_schema(&error))?;
    if let Some(object) = value.as_object_mut() {
        let title = shortened(pack.title(), TITLE_MAX);
        let rest = [("title", json!(title)), ("caption", json!("")), ("call_to_action", json!({ "narration": "" }))];
        for (name, value) in rest {
            object.entry(name).or_insert(value);
        }
    }
    read_draft(serde_json::from_value(value).map_err(|error| not_the_schema(&error))?, pack)
}

fn not_the_schema(error: &serde_json::Error) -> String {
    format!("it is not JSON of the schema: {error}")
}

fn read_draft(wire: Wire, pack: &Pack) -> Result<ScriptDraft, String> {
    let scene = |name: String, scene: WireScene| scene.into_scene(&name, pack);
    let numbered = |name: &'static str, list: Vec<WireScene>| {
        list.into_iter()
            .enumerate()
            .map(|(at, beat)| scene(format!("{name}[{at}]"), beat))
            .collect::<Result<Vec<_>, _>>()
    };
    Ok(ScriptDraft {
        title: line(&wire.title),
        hook: scene("hook".to_owned(), wire.hook)?,
        other_hooks: numbered("other_hooks", wire.other_hooks)?,
        scenes: numbered("scenes", wire.scenes)?,
        call_to_action: scene("call_to_action".to_owned(), wire.call_to_action)?,
        caption: line(&wire.caption),
        hashtags: wire.hashtags,
        sources: pack.sources.clone(),
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
    #[serde(default)]
    other_hooks: Vec<WireScene>,
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
    /// Servers that ignore the schema leave it out; then the words tell where they come from.
    #[serde(default, alias = "from")]
    evidence: Option<Named>,
}

/// The pieces of a beat. One alone may stand without its list.
#[derive(Deserialize)]
#[serde(untagged)]
enum Named {
    Several(Vec<Value>),
    One(Value),
}

impl WireScene {
    fn into_scene(self, name: &str, pack: &Pack) -> Result<Scene, String> {
        let mut sources = Vec::new();
        let named = match self.evidence {
            Some(Named::Several(all)) => all,
            Some(Named::One(one)) => vec![one],
            None => Vec::new(),
        };
        for id in named.iter().take(50) {
            let numbered = piece_number(id).and_then(|number| pack.pieces.get(number.checked_sub(1)?));
            let piece = numbered.or_else(|| quoted_piece(id.as_str()?, pack));
            let Some(piece) = piece else {
                let id = shortened(&plain(&id.to_string()), 40);
                let last = pack.pieces.len();
                return Err(format!("{name}.evidence names {id}, and there are only E1 to E{last}"));
            };
            sources.extend(piece.source);
        }
        sources.sort_unstable();
        sources.dedup();
        Ok(Scene {
            narration: line(&self.narration),
            on_screen: line(&self.on_screen.unwrap_or_default()),
            show: line(&self.show.unwrap_or_default()),
            sources,
            ..Scene::default()
        })
    }
}

/// The 3 of `"E3"`, `"[E3]"`, `"e3"` and `3`.
fn piece_number(id: &Value) -> Option<usize> {
    match id {
        Value::Number(number) => usize::try_from(number.as_u64()?).ok(),
        Value::String(text) => {
            let bare = text.trim().trim_matches(['[', ']', '(', ')', '.']);
            bare.strip_prefix(['E', 'e']).unwrap_or(bare).parse().ok()
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The piece that is quoted as the small order quotes it.
fn quoted_piece<'a>(text: &str, pack: &'a Pack) -> Option<&'a Piece> {
    pack.pieces.iter().find(|piece| lean::quoted(piece) == text)
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
