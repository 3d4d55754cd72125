//! A conversation with one provider: one prompt, at most one repair round and one wider try, everything checked here again.

mod answer;
mod bounds;
mod finish;
pub(crate) mod lean;
pub(crate) mod prompt;
mod schema;

use std::time::Duration;

use reelpress_config::{Niche, Provider, SchemaMode, Settings};
use reelpress_core::{BreakerPolicy, Fault as _, Job, Reason, Remedy, Step, events};
use reelpress_endpoint::Failure;
use reelpress_vocabulary::{Brief, Script, ScriptLimits};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::budget::{Answer as Purchase, Prices, Purse, Usage, Wish};
use crate::error::ScriptError;
use crate::evidence::Pack;
use crate::llm::answer::Answer;
use crate::material::shortened;
use crate::provider::Known;

/// An answer larger than this is not a script.
const ANSWER_MAX: usize = 1 << 20;
/// Characters of a useless answer that are shown to the model again.
const ECHO_MAX: usize = 4_000;
/// Longest wait for a provider's rate that is better than asking another writer.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
/// An answer with less room than this is hardly ever a whole script.
const USEFUL_TOKENS: u32 = 400;
/// An account without credit is not filled up in a minute.
const NO_CREDIT_PAUSE: Duration = Duration::from_hours(1);
/// Bytes that make a token, for our own pace; budgets count each byte as one, which no tokeniser exceeds.
const BYTES_PER_TOKEN: u64 = 4;

/// One order for a script.
#[derive(Clone, Copy)]
pub(crate) struct Order<'a> {
    pub(crate) brief: &'a Brief,
    pub(crate) niche: &'a Niche,
    pub(crate) limits: &'a ScriptLimits,
    pub(crate) pack: &'a Pack,
    pub(crate) endpoint: &'a Provider,
}

impl Order<'_> {
    /// Whether the model is asked for the little that a small one can do.
    fn is_lean(&self) -> bool {
        lean::wanted(self.endpoint)
    }

    /// The rules that the model is given.
    fn rules(&self) -> String {
        let Self { brief, niche, limits, .. } = *self;
        if self.is_lean() { prompt::short_system(brief, niche, limits) } else { prompt::system(brief, niche, limits) }
    }

    fn evidence(&self) -> String {
        if self.is_lean() { prompt::short_user(self.pack) } else { prompt::user(self.pack, self.brief) }
    }

    fn schema(&self) -> Value {
        if self.is_lean() { lean::schema(self.pack, self.limits) } else { schema::script() }
    }

    /// The schema in words, for providers that are not given it as such.
    fn shape(&self) -> String {
        format!("The JSON object keeps this schema: {}", self.schema())
    }
}

/// Why a provider gave no script.
pub(crate) enum Stumble {
    /// It will not write about this. Nobody else is asked: a refusal is not shopped around.
    Refused(Reason),
    /// Its rate is used up for so long; nothing was asked.
    Busy(Duration),
    /// Its breaker is open for so long; nothing was asked.
    Open(Duration),
    /// The day's budget has no room for its call; ask again after this time.
    Spent(Duration),
    /// It wrote figures that nobody can vouch for, twice.
    Held(Reason),
    /// Anything else.
    Failed(ScriptError),
}

impl Stumble {
    /// A fixed word for metrics.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::Busy(_) => "busy",
            Self::Open(_) => "breaker_open",
            Self::Spent(_) => "out_of_budget",
            Self::Held(_) => "unsupported_number",
            Self::Failed(error) => error.kind(),
        }
    }
}

impl From<ScriptError> for Stumble {
    fn from(error: ScriptError) -> Self {
        Self::Failed(error)
    }
}

/// A conversation under way.
pub(crate) struct Talk<'a> {
    pub(crate) order: Order<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) known: &'a Known,
    pub(crate) purse: &'a Purse,
    pub(crate) job: &'a Job,
}

impl Talk<'_> {
    /// Asks for the script.
    ///
    /// # Errors
    /// [`Stumble`]; the breaker has been told.
    pub(crate) async fn script(&self) -> Result<Script, Stumble> {
        let breaker = &self.known.breaker;
        breaker.try_admitted().map_err(Stumble::Open)?;
        let _probe = Probe(self.known);
        let outcome = self.converse().await;
        if let Err(Stumble::Failed(ScriptError::Endpoint { failure, .. })) = &outcome {
            self.blame(failure);
        } else if !matches!(
            outcome,
            Err(Stumble::Busy(_) | Stumble::Open(_) | Stumble::Spent(_) | Stumble::Failed(ScriptError::Note { .. }))
        ) {
            // It works, also where what it writes is of no use. The others say nothing of it.
            breaker.succeeded();
        }
        outcome
    }

    fn blame(&self, failure: &Failure) {
        let retries = &self.settings.daemon.retries;
        let policy = BreakerPolicy { after: retries.breaker_after.get(), pause: retries.breaker_pause };
        let breaker = &self.known.breaker;
        match failure.remedy() {
            Remedy::StopStage if matches!(failure, Failure::NoCredit { .. }) => {
                breaker.open(policy.pause.max(NO_CREDIT_PAUSE));
            }
            Remedy::StopStage => breaker.open(policy.pause),
            Remedy::Retry { .. } if !matches!(failure, Failure::Stopped { .. }) => breaker.failed(policy),
            Remedy::Retry { .. } | Remedy::GiveUp => breaker.abandoned(),
        }
    }

    async fn converse(&self) -> Result<Script, Stumble> {
        let order = self.order;
        let mut conversation = vec![message("system", &order.rules()), message("user", &order.evidence())];
        let mut room = Room { wanted: order.endpoint.max_tokens, least: order.endpoint.max_tokens.min(USEFUL_TOKENS) };
        let (mut cut, mut repaired, mut begun) = (false, false, false);
        loop {
            let (answer, granted) = self.ask(&conversation, room, begun).await?;
            begun = true;
            let text = match answer {
                Answer::Text(text) => text,
                Answer::Refused(why) => return Err(Stumble::Refused(Reason::new("writer_refused", why))),
                Answer::Cut if cut => return Err(ScriptError::Cut { max_tokens: granted }.into()),
                Answer::Cut => {
                    cut = true;
                    room = Room { wanted: room.wanted.saturating_mul(2), least: granted.saturating_add(1) };
                    continue;
                }
            };
            let flaw = match finish::script(&text, order, repaired) {
                Ok(script) => return Ok(script),
                Err(flaw) => flaw,
            };
            if repaired {
                return Err(match flaw.outcome() {
                    Ok(Step::Hold(reason)) => Stumble::Held(reason),
                    Ok(Step::Next(_) | Step::Later(_) | Step::Reject(_)) => {
                        Stumble::Failed(ScriptError::Nonsense { problems: "a flaw is not an answer".to_owned() })
                    }
                    Err(error) => Stumble::Failed(error),
                });
            }
            repaired = true;
            tracing::debug!(item = %self.job.item, problems = flaw.words(), "script needs a second try");
            conversation.push(message("assistant", &shortened(&text, ECHO_MAX)));
            let mut repair = prompt::repair(&flaw.words());
            // Whoever does not know the names of the fields was never shown them: some servers drop the schema silently.
            if !text.contains("\"narration\"") {
                repair = format!("{repair}\n{}", order.shape());
            }
            conversation.push(message("user", &repair));
        }
    }

    /// One question, asked again without `response_format` if the provider does not know that. With the answer comes the
    /// room that it had.
    async fn ask(&self, conversation: &[Value], room: Room, begun: bool) -> Result<(Answer, u32), Stumble> {
        let known = self.known;
        loop {
            let place = known.pace.place(self.job).await.map_err(|failure| self.failed(failure))?;
            let bound = self.request(conversation, room.wanted).to_string().len() as u64;
            self.turn(bound / BYTES_PER_TOKEN + u64::from(room.wanted), begun).await?;
            let wish = Wish {
                item: self.job.item,
                niche: self.order.brief.niche.name().as_str(),
                provider: &known.name,
                prices: Prices { input: self.order.endpoint.input_price, output: self.order.endpoint.output_price },
                prompt: bound,
                wanted: room.wanted,
                least: room.least,
            };
            let set_aside = match self.purse.set_aside(self.settings, wish).await? {
                Purchase::Granted(set_aside) => set_aside,
                Purchase::Spent { budget, wait } => {
                    events::budget_spent(&budget, &known.name);
                    return Err(Stumble::Spent(wait));
                }
            };
            let (granted, since) = (set_aside.granted, Instant::now());
            let reply = known.line().complete(&self.request(conversation, granted), ANSWER_MAX, self.job).await;
            drop(place);
            known.pace.heard_from(&reply.told);
            let used = match &reply.answer {
                Ok(completion) => usage(completion),
                Err(failure) if failure.may_have_cost() => None,
                Err(_) => Some(Usage::default()),
            };
            self.purse.settle(self.settings, set_aside, used).await;
            let answer = reply.answer.and_then(|completion| self.read(&completion));
            let word = answer.as_ref().map_or_else(reelpress_core::Fault::kind, Answer::word);
            events::provider_called(&known.name, word, since.elapsed());
            match answer {
                Ok(answer) => return Ok((answer, granted)),
                Err(failure) if known.learns_from(&failure) => {}
                Err(failure) => {
                    if let Failure::TooManyCalls { after: Some(after), .. }
                    | Failure::Unavailable { after: Some(after), .. } = &failure
                    {
                        known.pace.park(*after);
                    }
                    return Err(self.failed(failure));
                }
            }
        }
    }

    /// Takes the turn for a call. Before the first one nobody waits here: the item can wait on its place in the line.
    async fn turn(&self, tokens: u64, begun: bool) -> Result<(), Stumble> {
        while let Err(wait) = self.known.pace.take(tokens) {
            events::provider_waits(&self.known.name, wait);
            if !begun || wait > PATIENCE {
                return Err(Stumble::Busy(wait));
            }
            self.known.pace.pause(wait, self.job).await.map_err(|failure| self.failed(failure))?;
        }
        Ok(())
    }

    fn read(&self, completion: &Value) -> Result<Answer, Failure> {
        answer::read(completion).ok_or_else(|| {
            let line = self.known.line();
            let said = line.said(completion.to_string().as_bytes());
            line.unusable(format!("it is no chat completion: {said}"))
        })
    }

    fn failed(&self, failure: Failure) -> Stumble {
        Stumble::Failed(ScriptError::Endpoint { provider: self.known.name.clone(), failure })
    }

    fn request(&self, conversation: &[Value], tokens: u32) -> Value {
        let provider = self.order.endpoint;
        let limit = if provider.new_token_field { "max_completion_tokens" } else { "max_tokens" };
        // f32 to f64 would send 0.699999988079071.
        let temperature = (f64::from(provider.temperature) * 1_000.0).round() / 1_000.0;
        let mut request = json!({
            "model": provider.model,
            "stream": false,
            "temperature": temperature,
            limit: tokens,
            "messages": conversation,
        });
        let strict = |schema: Value| {
            json!({
                "type": "json_schema",
                "json_schema": { "name": schema::NAME, "strict": true, "schema": schema }
            })
        };
        let format = match self.known.schema() {
            SchemaMode::JsonSchema => Some(strict(schema::script())),
            SchemaMode::JsonSchemaBounded if self.order.is_lean() => Some(strict(self.order.schema())),
            SchemaMode::JsonSchemaBounded => {
                Some(strict(bounds::bounded(schema::script(), self.order.limits, self.order.pack.pieces.len())))
            }
            SchemaMode::JsonObject => Some(json!({ "type": "json_object" })),
            SchemaMode::None => None,
        };
        let is_shown = format.as_ref().is_some_and(|format| format["json_schema"].is_object());
        if let Some(format) = format {
            request["response_format"] = format;
        }
        if !is_shown {
            let rules = conversation.first().and_then(|message| message["content"].as_str()).unwrap_or_default();
            request["messages"][0]["content"] = Value::String(format!("{rules}\n{}", self.order.shape()));
        }
        request
    }
}

/// Room for an answer, in tokens.
#[derive(Clone, Copy)]
struct Room {
    wanted: u32,
    least: u32,
}

/// Whoever leaves without a word gives the probe's turn back.
struct Probe<'a>(&'a Known);

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        self.0.breaker.abandoned();
    }
}

/// What an answer says it used. None of it is believed if the prompt counts nothing.
fn usage(completion: &Value) -> Option<Usage> {
    let count = |name: &str| completion["usage"][name].as_u64();
    let usage = Usage { input: count("prompt_tokens")?, output: count("completion_tokens")? };
    (usage.input > 0).then_some(usage)
}

fn message(role: &str, content: &str) -> Value {
    json!({ "role": role, "content": content })
}
