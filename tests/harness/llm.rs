//! A sandbox that answers like an OpenAI-compatible endpoint: it records every request, plays the answers it was given
//! in order, and then writes valid scripts out of the topic it finds in the prompt.

use std::collections::VecDeque;

use reelpress_endpoint::testing::{self as wire, Sandbox};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

/// One answer of the endpoint.
#[derive(Debug, Clone)]
pub enum Answer {
    /// A valid script made of the topic in the prompt.
    Good,
    /// [`Answer::Good`] inside a code fence.
    Fenced,
    /// [`Answer::Good`] after a think block.
    ThinkBlock,
    /// This text as the model's content.
    Content(String),
    /// 200 with a refusal and no content.
    Refusal(String),
    /// 200, stopped by the content filter.
    ContentFilter,
    /// 200, the script cut in the middle, `finish_reason` `length`.
    Cut,
    /// 200 with half of a JSON text that claims to be whole.
    Truncated,
    /// 200 with JSON of another shape.
    WrongShape,
    /// 200 with a script of the right shape that says one sentence fifty times.
    Repetitions,
    /// [`Answer::Good`] with a figure that stands nowhere in the topic.
    InventedFigure,
    /// As it goes over the wire.
    Raw(wire::Answer),
    /// The connection breaks in the middle of the answer.
    Reset,
    /// Headers arrive, the body never does.
    Stall,
    /// Nothing ever arrives.
    Silence,
    /// 200 with a body of this many bytes.
    Huge(usize),
}

impl Answer {
    /// A status with the usual error body.
    #[must_use]
    pub fn error(status: u16, kind: &str, code: &Value) -> Self {
        Self::Raw(wire::Answer::error(status, kind, code))
    }

    /// A status with plain text.
    #[must_use]
    pub fn text(status: u16, body: &str) -> Self {
        Self::Raw(wire::Answer::text(status, body))
    }

    /// The same answer with one header more.
    ///
    /// # Panics
    /// If it is not an [`Answer::Raw`].
    #[must_use]
    pub fn with_header(self, name: &'static str, value: &str) -> Self {
        let Self::Raw(answer) = self else { panic!("{self:?} has no headers of its own") };
        Self::Raw(answer.with_header(name, value))
    }
}

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    /// All headers, the authorization too.
    pub headers: HeaderMap,
    /// The JSON body.
    pub body: Value,
}

impl Request {
    /// The content of the message at this place of the conversation; empty if there is none.
    #[must_use]
    pub fn message(&self, at: usize) -> &str {
        self.body["messages"][at]["content"].as_str().unwrap_or_default()
    }
}

/// A running endpoint; it ends when it is dropped.
pub struct LlmSandbox(Sandbox);

impl LlmSandbox {
    /// Starts on a free port of this host, plays `answers` in order, then [`Answer::Good`] for ever.
    ///
    /// # Panics
    /// If no port can be bound.
    pub async fn start(answers: impl IntoIterator<Item = Answer>) -> Self {
        let mut answers = answers.into_iter().collect::<VecDeque<_>>();
        let answer = move |request: &wire::Request| {
            let body = request.json();
            let prompt = body["messages"][1]["content"].as_str().unwrap_or_default();
            on_the_wire(answers.pop_front().unwrap_or(Answer::Good), prompt)
        };
        Self(Sandbox::start(answer).await)
    }

    /// What belongs into `base_url`.
    #[must_use]
    pub fn base_url(&self) -> String {
        self.0.base_url().into()
    }

    /// Every request to the chat so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        let requests = self.0.requests().into_iter();
        requests.map(|request| Request { body: request.json(), headers: request.headers }).collect()
    }
}

fn on_the_wire(answer: Answer, prompt: &str) -> wire::Answer {
    let good = script_for(prompt);
    match answer {
        Answer::Good => content(&good.to_string()),
        Answer::Fenced => content(&format!("```json\n{good:#}\n```")),
        Answer::ThinkBlock => content(&format!("<think>\nThe user wants {{a script}}.\n</think>\n\n{good}")),
        Answer::Content(text) => content(&text),
        Answer::Refusal(text) => completion(&json!({"role": "assistant", "content": null, "refusal": text}), "stop"),
        Answer::ContentFilter => completion(&json!({"role": "assistant", "content": null}), "content_filter"),
        Answer::Cut => completion(&json!({"role": "assistant", "content": half(&good)}), "length"),
        Answer::Truncated => content(&half(&good)),
        Answer::WrongShape => content(r#"{"script": ["first", "second"], "mood": 7}"#),
        Answer::Repetitions => content(&repetitions(&good).to_string()),
        Answer::InventedFigure => {
            let mut script = good;
            script["hook"]["narration"] = json!("There are 987654 of them.");
            content(&script.to_string())
        }
        Answer::Raw(answer) => answer,
        Answer::Reset => wire::Answer::Reset,
        Answer::Stall => wire::Answer::Stall,
        Answer::Silence => wire::Answer::Silence,
        Answer::Huge(bytes) => wire::Answer::new(200, " ".repeat(bytes)),
    }
}

fn content(text: &str) -> wire::Answer {
    completion(&json!({"role": "assistant", "content": text, "refusal": null}), "stop")
}

fn completion(message: &Value, finish: &str) -> wire::Answer {
    let body = json!({
        "id": "chatcmpl-sandbox", "object": "chat.completion", "created": 1_790_000_000, "model": "sandbox",
        "choices": [{"index": 0, "finish_reason": finish, "logprobs": null, "message": message}],
        "usage": {"prompt_tokens": 20, "completion_tokens": 30, "total_tokens": 50}
    });
    wire::Answer::json(200, &body)
}

fn half(script: &Value) -> String {
    let text = script.to_string();
    text.chars().take(text.chars().count() / 2).collect()
}

/// The same script with one sentence of the topic fifty times over.
fn repetitions(good: &Value) -> Value {
    let mut script = good.clone();
    let sentence = format!("{} ", good["scenes"][0]["narration"].as_str().unwrap_or_default());
    script["scenes"] =
        [24, 26].map(|times| json!({"narration": sentence.repeat(times), "on_screen": "", "show": "sea"})).into();
    script
}

/// A script that keeps every rule, made of nothing but the topic's own words and a few phrases without figures.
fn script_for(prompt: &str) -> Value {
    // `E3 text: A sentence.`
    let field = |name: &str| {
        let pieces =
            prompt.lines().filter_map(|line| line.split_once(' ').filter(|(number, _)| number.starts_with('E')));
        let fitting = pieces.filter_map(|(_, line)| line.strip_prefix(name)).map(str::trim);
        fitting.collect::<Vec<_>>().join(" ")
    };
    let (title, text) = (field("title:"), field("text:"));
    // Whole sentences: what is cut in the middle may claim what nobody said.
    let mut words = 0;
    let short = text.split_inclusive(". ").map(str::trim).take_while(|sentence| {
        words += sentence.split_whitespace().count();
        words <= 64
    });
    let mut scenes = short
        .map(|sentence| format!("{}.", sentence.trim_end_matches(['.', ','])))
        .take(8)
        .collect::<Vec<_>>()
        .into_iter();
    let filler = [
        "And there it is, once again, as it has been all along and as it will be.",
        "That is what it is, and this is how it was and how it is now.",
        "It is here and it is there, and it is not over yet, not now and not ever.",
        "See it once more, from one end to the other, and then go on from there.",
    ];
    let least = scenes.len().max(4);
    let narrations = (0..least).map(|at| scenes.next().unwrap_or_else(|| filler[at.min(3)].to_owned()));
    let scene = |narration: String| json!({"narration": narration, "on_screen": "", "show": "light and water"});
    let headline = title.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
    // What can be spoken in the two seconds that a hook has.
    let opening = headline.split_whitespace().take(7).collect::<Vec<_>>().join(" ");
    // A hashtag names something of the topic.
    let subject =
        headline.split(|c: char| !c.is_alphanumeric()).find(|word| word.len() > 3).unwrap_or("topic").to_lowercase();
    json!({
        "title": headline,
        "hook": scene(format!("{}.", opening.trim_end_matches(['.', ',']))),
        "scenes": narrations.map(scene).collect::<Vec<_>>(),
        "call_to_action": scene("Where it comes from is written below.".to_owned()),
        "caption": headline,
        "hashtags": [subject]
    })
}
