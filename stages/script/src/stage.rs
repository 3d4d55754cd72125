//! The stage: who writes, under which key, and what happens to what was written.

use std::sync::Arc;

use reelpress_config::{Live, Niche, ScriptWriter, Settings};
use reelpress_core::{Job, MemoKey, Stage, StageName, Step};
use reelpress_vocabulary::{Brief, FormatPrior, Script, ScriptDraft, ScriptLimits, Scripted, SensitiveMark, Writer};
use serde::Serialize;

use crate::builtin;
use crate::delicate;
use crate::error::ScriptError;
use crate::llm::{LlmWriter, Order, prompt};
use crate::phrases::PhraseBook;

/// Raise it when the same inputs give another script.
const VERSION: u32 = 1;

/// Turns briefs into scripts.
pub struct ScriptStage {
    live: Live,
    llm: LlmWriter,
}

impl ScriptStage {
    /// A stage that takes its settings from `live`, anew for each attempt.
    #[must_use]
    pub fn new(live: Live) -> Self {
        Self { live, llm: LlmWriter::default() }
    }
}

/// Everything that makes a script. The account is not in it: two accounts with one seed share the words.
#[derive(Serialize)]
struct Inputs<'a> {
    title: &'a str,
    summary: &'a str,
    topic_language: &'a str,
    evidence: Vec<(&'a str, Option<&'a str>)>,
    niche: Option<&'a Niche>,
    language: &'a str,
    seed: u64,
    given: Option<&'a ScriptDraft>,
    limits: ScriptLimits,
    writer: Hand<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a FormatPrior>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    suggested_hashtags: &'a [String],
    /// A script that was kept under this key was written after a person's release, or needed none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    sensitive: &'a [SensitiveMark],
}

/// The writer, as far as it changes the words. The key, the time limit and the call rate do not.
#[derive(Serialize)]
enum Hand<'a> {
    Person,
    Builtin { phrases: Option<String> },
    Llm { base_url: &'a str, model: &'a str, temperature: f32, prompts: [String; 3] },
}

fn limits(settings: &Settings) -> ScriptLimits {
    ScriptLimits {
        words_min: settings.script.words_min,
        words_max: settings.script.words_max,
        ..ScriptLimits::default()
    }
}

fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

fn hand<'a>(settings: &'a Settings, brief: &Brief) -> Hand<'a> {
    if brief.given_script.is_some() {
        return Hand::Person;
    }
    match &settings.script.writer {
        ScriptWriter::Builtin => Hand::Builtin { phrases: PhraseBook::text_of(&brief.language).map(hash) },
        ScriptWriter::OpenAi(endpoint) => Hand::Llm {
            base_url: endpoint.base_url.as_str(),
            model: &endpoint.model,
            temperature: endpoint.temperature,
            prompts: prompt::texts().map(hash),
        },
    }
}

impl Stage for ScriptStage {
    type In = Brief;
    type Product = Script;
    type Out = Scripted;
    type Error = ScriptError;
    type Settings = Arc<Settings>;
    const NAME: StageName = StageName::new("script");

    fn settings(&self) -> Self::Settings {
        self.live.snapshot()
    }

    fn memo(&self, settings: &Self::Settings, brief: &Brief) -> Option<MemoKey> {
        let topic = &brief.topic;
        let seen =
            |evidence: &'_ reelpress_vocabulary::Evidence| evidence.link.as_ref().map(|link| link.as_str().to_owned());
        let links = topic.evidence.iter().map(seen).collect::<Vec<_>>();
        let titles = topic.evidence.iter().map(|evidence| evidence.title.as_str());
        let inputs = Inputs {
            title: &topic.title,
            summary: &topic.summary,
            topic_language: &topic.language,
            evidence: titles.zip(links.iter().map(Option::as_deref)).collect(),
            niche: settings.niches.get(brief.niche.name()),
            language: &brief.language,
            seed: brief.seed,
            given: brief.given_script.as_ref(),
            limits: limits(settings),
            writer: hand(settings, brief),
            format: brief.format.as_ref(),
            suggested_hashtags: &brief.suggested_hashtags,
            sensitive: &brief.dossier.sensitive,
        };
        Some(MemoKey::new(&Self::NAME, VERSION, &inputs))
    }

    async fn process(&self, settings: &Self::Settings, job: &Job, brief: &Brief) -> Result<Step<Script>, ScriptError> {
        if let Some(reason) = delicate::waits(brief, job) {
            return Ok(Step::Hold(reason));
        }
        let limits = limits(settings);
        if let Some(given) = &brief.given_script {
            let script = given.clone().check(Writer::Person, &limits);
            return script.map(Step::Next).map_err(|problems| ScriptError::GivenScript { problems });
        }
        let niche = settings
            .niches
            .get(brief.niche.name())
            .ok_or_else(|| ScriptError::UnknownNiche { niche: brief.niche.to_string() })?;
        match &settings.script.writer {
            ScriptWriter::Builtin => Ok(builtin::write(brief, niche, &limits).map_or_else(Step::Hold, Step::Next)),
            ScriptWriter::OpenAi(endpoint) => {
                self.llm.write(Order { brief, niche, limits: &limits, endpoint }, job).await
            }
        }
    }

    fn hand_on(&self, brief: Brief, script: Script) -> Scripted {
        Scripted { brief, script }
    }
}
