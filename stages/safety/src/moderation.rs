//! A moderation endpoint of `OpenAI`'s protocol: `POST /moderations`, words in one call, each picture in one of its own
//! (endpoints refuse more than one).

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use reelpress_config::ModerationEndpoint;
use reelpress_core::events::provider_called;
use reelpress_core::{Backoff, Fault as _, Job, Remedy};
use reelpress_endpoint::{Callee, Calls, Failure, Line, Reach};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::score;

const CALLEE: Callee =
    Callee { what: "moderation endpoint", table: "screen.safety.endpoint", shape: "model and pictures", refusals: &[] };
/// What metrics call it.
const PROVIDER: &str = "moderation";
/// Longest answer: a result for each text has about 1 kB.
const ANSWER_MAX: usize = 1 << 20;
/// Most categories of one result.
const CATEGORIES_MAX: usize = 64;
/// First wait between two tries.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// What a category counts at least that the endpoint itself calls one that applies.
const FLAGGED: f32 = 0.5;

/// The risk by category, 0 to 1.
pub(crate) type Risks = BTreeMap<String, f32>;

/// Keeps the connection, the call rate, and whether the endpoint is left alone for now.
pub(crate) struct Moderator {
    calls: Calls,
    parked: Mutex<Option<(Reach, Instant)>>,
}

/// One endpoint for one cut.
pub(crate) struct At<'a> {
    moderator: &'a Moderator,
    endpoint: &'a ModerationEndpoint,
    reach: Reach,
    job: &'a Job,
}

/// Why there are no risks.
#[derive(Debug)]
pub(crate) enum NoAnswer {
    /// The press stops.
    Stopped,
    /// It failed; `kind` is the fixed word for metrics.
    Failed { kind: &'static str, why: String },
}

impl Moderator {
    pub(crate) fn new() -> Self {
        // A minute's worth at once, for a cut has several pictures.
        Self { calls: Calls::new(&CALLEE, NonZeroU32::MAX), parked: Mutex::default() }
    }

    pub(crate) fn at<'a>(&'a self, endpoint: &'a ModerationEndpoint, job: &'a Job) -> At<'a> {
        let ModerationEndpoint { base_url, api_key, timeout, .. } = endpoint.clone();
        At { moderator: self, endpoint, reach: Reach { base_url, api_key, timeout }, job }
    }
}

impl At<'_> {
    /// The risks of each text; of all together if the endpoint gives one result for them.
    pub(crate) async fn texts(&self, texts: &[&str]) -> Result<Vec<Risks>, NoAnswer> {
        let results = self.ask(&json!(texts)).await?;
        if results.len() != texts.len() && results.len() != 1 {
            let why = format!("the endpoint gave {} results for {} texts", results.len(), texts.len());
            return Err(NoAnswer::Failed { kind: "not_an_answer", why });
        }
        Ok(results)
    }

    /// The risks of one picture, given as a `data:` address.
    pub(crate) async fn picture(&self, uri: &str) -> Result<Risks, NoAnswer> {
        let results = self.ask(&json!([{ "type": "image_url", "image_url": { "url": uri } }])).await?;
        let mut worst = Risks::new();
        for (category, risk) in results.into_iter().flatten() {
            let known = worst.entry(category).or_insert(risk);
            *known = known.max(risk);
        }
        Ok(worst)
    }

    /// One call, tried again as the settings allow.
    async fn ask(&self, input: &Value) -> Result<Vec<Risks>, NoAnswer> {
        self.is_parked()?;
        let failed = |failure: &Failure| NoAnswer::Failed { kind: failure.kind(), why: failure.to_string() };
        let calls = &self.moderator.calls;
        let line = calls.line(self.reach.clone()).map_err(|failure| failed(&failure))?;
        let turns = calls.turns(self.endpoint.calls_per_minute);
        let body = json!({ "model": self.endpoint.model, "input": input }).to_string().into_bytes();
        let backoff = Backoff { first: FIRST_WAIT.min(self.endpoint.longest_wait), max: self.endpoint.longest_wait };
        let salt = u128::from_be_bytes(self.job.item.to_bytes()) as u64;
        let mut attempt = 1;
        loop {
            turns.wait(self.job).await.map_err(|_| NoAnswer::Stopped)?;
            let failure = match self.attempt(&line, body.clone()).await {
                Ok(results) => return Ok(results),
                Err(Failure::Stopped { .. }) => return Err(NoAnswer::Stopped),
                Err(failure) => failure,
            };
            let asked = match failure.remedy() {
                Remedy::Retry { after } => after,
                Remedy::GiveUp => return Err(failed(&failure)),
                Remedy::StopStage => return Err(self.park(None, failed(&failure))),
            };
            let is_too_long = asked.is_some_and(|wait| wait > self.endpoint.longest_wait);
            if is_too_long || attempt >= self.endpoint.attempts.get() {
                return Err(self.park(asked, failed(&failure)));
            }
            tokio::select! {
                () = self.job.cancel.cancelled() => return Err(NoAnswer::Stopped),
                () = tokio::time::sleep(backoff.wait(attempt, salt, asked)) => {}
            }
            attempt += 1;
        }
    }

    async fn attempt(&self, line: &Line, body: Vec<u8>) -> Result<Vec<Risks>, Failure> {
        let began = Instant::now();
        let answer = line.post("/moderations", "application/json", body, ANSWER_MAX, self.job).await;
        let risks = answer.and_then(|bytes| {
            let answer: Value = serde_json::from_slice(&bytes).map_err(|_| line.unusable("it is not JSON"))?;
            results(&answer).map_err(|why| line.unusable(why))
        });
        let outcome = risks.as_ref().map_or_else(Failure::kind, |_| "ok");
        provider_called(PROVIDER, outcome, began.elapsed());
        risks
    }

    /// Leaves the endpoint alone for as long as it asked for, and at least for the longest wait between two tries: a dead
    /// one must not cost every cut all its time limits.
    fn park(&self, asked: Option<Duration>, error: NoAnswer) -> NoAnswer {
        let until = Instant::now() + asked.unwrap_or_default().max(self.endpoint.longest_wait);
        *self.moderator.parked.lock().unwrap_or_else(PoisonError::into_inner) = Some((self.reach.clone(), until));
        error
    }

    fn is_parked(&self) -> Result<(), NoAnswer> {
        let parked = self.moderator.parked.lock().unwrap_or_else(PoisonError::into_inner);
        let left = parked.as_ref().filter(|(reach, _)| *reach == self.reach);
        let left = left.map(|(_, until)| until.saturating_duration_since(Instant::now()));
        match left.filter(|left| !left.is_zero()) {
            None => Ok(()),
            Some(left) => {
                let seconds = left.as_secs_f64().ceil();
                let why = format!("the moderation endpoint failed before and is left alone for {seconds} s more");
                Err(NoAnswer::Failed { kind: "parked", why })
            }
        }
    }
}

/// The risks of each result of an answer.
fn results(answer: &Value) -> Result<Vec<Risks>, &'static str> {
    let results = answer.get("results").and_then(Value::as_array).ok_or("it holds no `results`")?;
    let results: Vec<Risks> = results
        .iter()
        .map(risks)
        .collect::<Option<_>>()
        .ok_or("a result of it holds neither `category_scores` nor `categories` nor `flagged`")?;
    if results.is_empty() { Err("its `results` are empty") } else { Ok(results) }
}

/// Own limits are held against the scores; what the endpoint itself flags counts as even odds at least. Scores may be
/// missing or null for categories that a model does not know.
fn risks(result: &Value) -> Option<Risks> {
    let table = |key: &str| result.get(key).and_then(Value::as_object);
    let flagged = result.get("flagged").and_then(Value::as_bool);
    let (scores, categories) = (table("category_scores"), table("categories"));
    if scores.is_none() && categories.is_none() && flagged.is_none() {
        return None;
    }
    let mut risks = Risks::new();
    let mut add = |name: &str, risk: f32| {
        if let Some(category) = score::category(name)
            && (risks.len() < CATEGORIES_MAX || risks.contains_key(&category))
        {
            let known = risks.entry(category).or_insert(risk);
            *known = known.max(risk);
        }
    };
    for (name, score) in scores.into_iter().flatten() {
        if let Some(score) = score.as_f64() {
            add(name, (score as f32).clamp(0.0, 1.0));
        }
    }
    let applying = categories.into_iter().flatten().filter(|(_, applies)| applies.as_bool() == Some(true));
    for (name, _) in applying {
        add(name, if scores.is_some() { FLAGGED } else { 1.0 });
    }
    if flagged == Some(true) && risks.values().all(|risk| *risk < FLAGGED) {
        risks.insert("flagged".to_owned(), FLAGGED);
    }
    Some(risks)
}

#[cfg(test)]
mod tests;
