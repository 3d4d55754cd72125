//! The OpenAI-compatible writer: one prompt, at most one repair round and one wider try, everything checked here again.

mod answer;
mod finish;
pub(crate) mod prompt;
mod schema;

use std::num::NonZeroU32;

use reelpress_config::{Endpoint, Niche};
use reelpress_core::{Job, Reason, Step};
use reelpress_endpoint::{Callee, Calls, Failure, Line, Reach};
use reelpress_vocabulary::{Brief, Script, ScriptLimits};
use serde_json::{Value, json};

use crate::error::ScriptError;
use crate::llm::answer::Answer;
use crate::material::shortened;

const CALLEE: Callee = Callee {
    what: "language model endpoint",
    table: "script.openai",
    shape: "model, max_tokens, new_token_field and temperature",
    refusals: &[],
};
/// An answer larger than this is not a script.
const ANSWER_MAX: usize = 1 << 20;
/// Characters of a useless answer that are shown to the model again.
const ECHO_MAX: usize = 4_000;

/// One order for a script.
#[derive(Clone, Copy)]
pub(crate) struct Order<'a> {
    pub(crate) brief: &'a Brief,
    pub(crate) niche: &'a Niche,
    pub(crate) limits: &'a ScriptLimits,
    pub(crate) endpoint: &'a Endpoint,
}

/// Writes through an endpoint. Keeps the connection and the call rate over items and reloads.
pub(crate) struct LlmWriter(Calls);

impl Default for LlmWriter {
    /// No burst: a restart or a reload is good for one call, not for a minute's worth.
    fn default() -> Self {
        Self(Calls::new(&CALLEE, NonZeroU32::MIN))
    }
}

impl LlmWriter {
    /// # Errors
    /// [`ScriptError`], by what the endpoint answered.
    pub(crate) async fn write(&self, order: Order<'_>, job: &Job) -> Result<Step<Script>, ScriptError> {
        let turns = self.0.turns(order.endpoint.calls_per_minute);
        if let Some(wait) = turns.take() {
            return Ok(Step::Later(wait));
        }
        let Endpoint { base_url, api_key, timeout, .. } = order.endpoint.clone();
        let line = self.0.line(Reach { base_url, api_key, timeout })?;
        let mut conversation = vec![
            message("system", &prompt::system(order.brief, order.niche, order.limits)),
            message("user", &prompt::user(&order.brief.topic)),
        ];
        let (mut tokens, mut widened, mut repaired) = (order.endpoint.max_tokens, false, false);
        loop {
            let text = match call(&line, order.endpoint, &conversation, tokens, job).await? {
                Answer::Text(text) => text,
                Answer::Refused(why) => return Ok(Step::Hold(Reason::new("writer_refused", why))),
                Answer::Cut if widened => return Err(ScriptError::Cut { max_tokens: tokens }),
                Answer::Cut => {
                    widened = true;
                    tokens = tokens.saturating_mul(2);
                    turns.wait(job).await?;
                    continue;
                }
            };
            let flaw = match finish::script(&text, order) {
                Ok(script) => return Ok(Step::Next(script)),
                Err(flaw) => flaw,
            };
            if repaired {
                return flaw.outcome();
            }
            repaired = true;
            tracing::debug!(item = %job.item, problems = flaw.words(), "script needs a second try");
            conversation.push(message("assistant", &shortened(&text, ECHO_MAX)));
            conversation.push(message("user", &prompt::repair(&flaw.words())));
            turns.wait(job).await?;
        }
    }
}

async fn call(
    line: &Line,
    endpoint: &Endpoint,
    conversation: &[Value],
    tokens: u32,
    job: &Job,
) -> Result<Answer, Failure> {
    let completion = line.complete(&request(endpoint, conversation, tokens), ANSWER_MAX, job).await?;
    answer::read(&completion).ok_or_else(|| {
        let said = line.said(completion.to_string().as_bytes());
        line.unusable(format!("it is no chat completion: {said}"))
    })
}

fn request(endpoint: &Endpoint, conversation: &[Value], tokens: u32) -> Value {
    let limit = if endpoint.new_token_field { "max_completion_tokens" } else { "max_tokens" };
    // f32 to f64 would send 0.699999988079071.
    let temperature = (f64::from(endpoint.temperature) * 1_000.0).round() / 1_000.0;
    json!({
        "model": endpoint.model,
        "stream": false,
        "temperature": temperature,
        limit: tokens,
        "messages": conversation,
        "response_format": {
            "type": "json_schema",
            "json_schema": { "name": schema::NAME, "strict": true, "schema": schema::script() }
        }
    })
}

fn message(role: &str, content: &str) -> Value {
    json!({ "role": role, "content": content })
}
