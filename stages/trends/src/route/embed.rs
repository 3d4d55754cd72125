//! Titles as vectors: asked of an endpoint in batches, kept by hash over polls and restarts.
//!
//! A vector is kept under the hash of endpoint, model and text, beside its model and its dimension: vectors of another model
//! are never compared. An endpoint that fails is left alone for a while, and whoever asks goes on with what is kept:
//! a missing vector costs a closer look, never a topic.

mod kept;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::{EmbeddingsEndpoint, Name, Settings};
use reelpress_core::{Fault as _, ItemId, Job, Remedy};
use reelpress_endpoint::{Callee, Calls, Failure, Line, Reach};
use serde::Deserialize;

use super::Meaning;
use kept::{Kept, Model};

const CALLEE: Callee =
    Callee { what: "embeddings endpoint", table: "trends.embeddings", shape: "model and batch", refusals: &[] };
/// Calls at once, at most.
const BURST: NonZeroU32 = NonZeroU32::new(4).expect("four is not zero");
/// Characters of a text that are sent; titles have at most 300.
const TEXT_MAX: usize = 600;
/// Bytes of an answer for each text: 4,096 numbers of 20 characters.
const ANSWER_PER_TEXT: usize = 4_096 * 20;
/// Bytes of an answer, at most.
const ANSWER_MAX: usize = 64 << 20;
/// How long an endpoint is left alone after its first failure; doubles each time.
const PAUSE: Duration = Duration::from_mins(1);
/// The longest that it is left alone.
const PAUSE_MAX: Duration = Duration::from_mins(30);

/// What one round of asking came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prepared {
    /// Distinct texts that were wanted.
    pub wanted: usize,
    /// Of them, vectors that were there already.
    pub kept: usize,
    /// Vectors that the endpoint gave now.
    pub got: usize,
    /// Why the rest is missing, for people; empty if nothing is, or if its turn comes next round.
    pub problem: String,
}

/// The endpoint, and every vector that it gave.
pub struct Embeddings {
    calls: Calls,
    kept: Kept,
    failures: u32,
    not_before: Option<Timestamp>,
    /// Which endpoint the pause is about.
    failed: Option<Model>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Datum>,
}

#[derive(Deserialize)]
struct Datum {
    index: usize,
    embedding: Vec<f32>,
}

impl Embeddings {
    /// With the vectors kept in `folder`; a damaged file counts as none.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        Self {
            calls: Calls::new(&CALLEE, BURST),
            kept: Kept::open(folder),
            failures: 0,
            not_before: None,
            failed: None,
        }
    }

    /// Makes sure, as far as can be, that there are vectors of what the niches are about and of these titles. Without
    /// `[trends.embeddings]` nothing happens. Waits for the endpoint at most its time limit a batch, never for a turn: what
    /// has none now is asked for on the next round.
    pub async fn prepare(&mut self, settings: &Settings, titles: &[&str], now: Timestamp) -> Prepared {
        let Some(endpoint) = &settings.trends.embeddings else { return Prepared::default() };
        let model = Model::of(endpoint);
        let niches = settings.niches.values().flat_map(|niche| descriptions(&niche.routing));
        // Niches first: without them no title can be compared.
        let mut seen = BTreeSet::new();
        let wanted = niches.chain(titles.iter().copied()).map(shortened);
        let wanted = wanted.filter(|text| !text.is_empty() && seen.insert(*text)).collect::<Vec<_>>();
        let missing = wanted.iter().copied().filter(|text| !self.kept.touch(model, text)).collect::<Vec<_>>();
        let mut prepared = Prepared { wanted: wanted.len(), kept: wanted.len() - missing.len(), ..Prepared::default() };
        if self.is_paused(model, now) {
            prepared.problem = format!("{} left alone until {}", CALLEE.what, self.not_before.unwrap_or(now));
            return prepared;
        }
        for batch in missing.chunks(endpoint.batch.get()) {
            match self.ask(endpoint, batch).await {
                Ok(Some(vectors)) => {
                    prepared.got += vectors.len();
                    self.kept.take(model, batch.iter().copied().zip(vectors), endpoint.keep.get());
                    self.failures = 0;
                    self.not_before = None;
                }
                Ok(None) => break,
                Err(failure) => {
                    prepared.problem = self.failed(model, &failure, now);
                    break;
                }
            }
        }
        prepared
    }

    /// The vector of a text, of length 1, if it is kept.
    #[must_use]
    pub fn vector(&self, endpoint: &EmbeddingsEndpoint, text: &str) -> Option<&[f32]> {
        self.kept.get(Model::of(endpoint), shortened(text))
    }

    /// How close titles are to the niches of these settings, by what is kept.
    #[must_use]
    pub fn meaning<'a>(&'a self, settings: &'a Settings) -> KnownMeaning<'a> {
        let endpoint = settings.trends.embeddings.as_ref();
        let vectors = |routing| {
            let texts = descriptions(routing);
            texts.filter_map(|text| self.vector(endpoint?, text)).collect::<Vec<_>>()
        };
        let niches = settings.niches.iter().map(|(name, niche)| (name, vectors(&niche.routing)));
        KnownMeaning { embeddings: self, endpoint, niches: niches.collect() }
    }

    /// Writes what is kept, if it changed.
    ///
    /// # Errors
    /// The system's; what was written before stays.
    pub fn save(&mut self) -> std::io::Result<()> {
        self.kept.save()
    }

    fn is_paused(&self, model: Model, now: Timestamp) -> bool {
        self.failed == Some(model) && self.not_before.is_some_and(|time| now < time)
    }

    fn failed(&mut self, model: Model, failure: &Failure, now: Timestamp) -> String {
        self.failures = if self.failed == Some(model) { self.failures.saturating_add(1) } else { 1 };
        let pause = PAUSE.saturating_mul(1 << (self.failures - 1).min(10)).min(PAUSE_MAX);
        let pause = match failure.remedy() {
            Remedy::Retry { after: Some(after) } => pause.max(after).min(Duration::from_hours(24)),
            Remedy::Retry { after: None } | Remedy::GiveUp | Remedy::StopStage => pause,
        };
        self.failed = Some(model);
        let pause = SignedDuration::try_from(pause).unwrap_or(SignedDuration::from_mins(30));
        self.not_before = now.checked_add(pause).ok();
        failure.to_string()
    }

    /// The vectors of one batch in its order, an empty one where the endpoint's cannot be used; `None` if it is not our turn.
    async fn ask(&self, endpoint: &EmbeddingsEndpoint, batch: &[&str]) -> Result<Option<Vec<Vec<f32>>>, Failure> {
        let reach =
            Reach { base_url: endpoint.base_url.clone(), api_key: endpoint.api_key.clone(), timeout: endpoint.timeout };
        let line = self.calls.line(reach)?;
        if self.calls.turns(endpoint.calls_per_minute).take().is_some() {
            return Ok(None);
        }
        let body = serde_json::json!({ "model": endpoint.model, "input": batch }).to_string().into_bytes();
        let limit = (batch.len().saturating_mul(ANSWER_PER_TEXT)).clamp(1 << 20, ANSWER_MAX);
        let job = Job::detached(ItemId::from_parts(0, 0));
        let answer = line.post("/embeddings", "application/json", body, limit, &job).await?;
        read(&line, &answer, batch.len()).map(Some)
    }
}

/// Vectors of length 1 in the order of the texts. The answer's own order says nothing.
fn read(line: &Line, answer: &[u8], texts: usize) -> Result<Vec<Vec<f32>>, Failure> {
    let answer = serde_json::from_slice::<Answer>(answer).map_err(|error| line.unusable(format!("{error}")))?;
    let mut data = answer.data;
    data.sort_by_key(|datum| datum.index);
    if data.len() != texts || data.iter().enumerate().any(|(at, datum)| datum.index != at) {
        return Err(
            line.unusable(format!("it has {} vectors for {texts} texts, or their places are wrong", data.len()))
        );
    }
    let dimension = data.first().map_or(0, |datum| datum.embedding.len());
    if dimension == 0 || data.iter().any(|datum| datum.embedding.len() != dimension) {
        return Err(line.unusable("its vectors are empty or of different lengths"));
    }
    Ok(data.into_iter().map(|datum| of_length_one(datum.embedding)).collect())
}

/// Empty if it has no direction.
fn of_length_one(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    if !length.is_finite() || length <= f64::from(f32::MIN_POSITIVE) {
        return Vec::new();
    }
    for x in &mut vector {
        *x = (f64::from(*x) / length) as f32;
    }
    vector
}

/// What a niche says that it is about.
fn descriptions(routing: &reelpress_config::NicheRouting) -> impl Iterator<Item = &str> {
    let about = (!routing.about.is_empty()).then_some(routing.about.as_str());
    about.into_iter().chain(routing.examples.iter().map(String::as_str))
}

fn shortened(text: &str) -> &str {
    let text = text.trim();
    text.char_indices().nth(TEXT_MAX).map_or(text, |(at, _)| &text[..at])
}

/// The cosine of two vectors of length 1; `None` if they cannot be compared.
#[must_use]
pub fn cosine(a: &[f32], b: &[f32]) -> Option<f64> {
    let comparable = a.len() == b.len() && !a.is_empty();
    comparable.then(|| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum())
}

/// [`Meaning`] by the vectors that are kept.
pub struct KnownMeaning<'a> {
    embeddings: &'a Embeddings,
    endpoint: Option<&'a EmbeddingsEndpoint>,
    niches: BTreeMap<&'a Name, Vec<&'a [f32]>>,
}

impl Meaning for KnownMeaning<'_> {
    fn closeness(&self, niche: &Name, title: &str) -> Option<f64> {
        let title = self.embeddings.vector(self.endpoint?, title)?;
        let cosines = self.niches.get(niche)?.iter().filter_map(|about| cosine(about, title));
        cosines.max_by(f64::total_cmp)
    }
}
