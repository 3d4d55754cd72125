//! The stage: a script in, its speech and word times out.

use std::sync::Arc;

use bytes::Bytes;
use reelpress_config::{Live, Settings, SpeechEngine};
use reelpress_core::{Artifacts, Job, MemoKey, Stage, StageName, Step};
use reelpress_vocabulary::{Pace, Scripted, SpokenBeat, VoiceTrack, Voiced, spoken_words};
use serde::{Deserialize, Serialize};

use crate::beat::{Beat, Pauses};
use crate::engine::{Engine, Order};
use crate::error::VoiceError;
use crate::kokoro::{Kokoro, KokoroError};
use crate::openai::OpenAi;
use crate::plain::PlainBeat;
use crate::rate;
use crate::speaker::{Library, Local, Speaker};

/// Raise it when the same text and settings give another track.
const VERSION: u32 = 2;

/// Most characters of one beat's narration.
const BEAT_CHARACTERS_MAX: usize = 2_000;

/// Speaks scripts beat by beat, each by the engine that is set for its language.
pub struct Voice {
    live: Live,
    artifacts: Arc<dyn Artifacts>,
    engines: Box<dyn Engines>,
    pace: Pace,
}

/// Who speaks for an engine's name.
pub(crate) trait Engines: Send + Sync {
    /// The engine for one of its voices and a language (ISO 639-1).
    ///
    /// # Errors
    /// [`VoiceError`] if the engine cannot be set up.
    fn engine(
        &self,
        settings: &Settings,
        engine: SpeechEngine,
        voice: &str,
        language: &str,
    ) -> Result<Arc<dyn Engine>, VoiceError>;
}

struct RealEngines {
    speaker: Arc<Speaker>,
    openai: Arc<OpenAi>,
    kokoro: Arc<Kokoro>,
}

impl Engines for RealEngines {
    fn engine(
        &self,
        settings: &Settings,
        engine: SpeechEngine,
        voice: &str,
        language: &str,
    ) -> Result<Arc<dyn Engine>, VoiceError> {
        let local = |library| Arc::new(Local { library, speaker: Arc::clone(&self.speaker) });
        Ok(match engine {
            SpeechEngine::EspeakNg => local(Library::EspeakNg),
            SpeechEngine::Flite => local(Library::Flite),
            SpeechEngine::OpenAi => self.openai.at(settings.voice.openai.as_ref().ok_or(VoiceError::NoEndpoint)?)?,
            SpeechEngine::Kokoro => {
                let model = settings.voice.kokoro.as_ref().ok_or(KokoroError::NoModel)?;
                Arc::new(self.kokoro.at(model, voice, language, &self.speaker)?)
            }
        })
    }
}

/// Everything that changes one beat's sound and word times, and nothing else.
#[derive(Debug, Serialize)]
struct BeatInputs<'a> {
    engine: String,
    voice: &'a str,
    written: &'a [String],
    spoken: &'a str,
    words_per_minute: u32,
    pitch: u32,
    pause_ms: u32,
    longest_pause_ms: u32,
}

/// One beat as it is kept beside its sound.
#[derive(Debug, Serialize, Deserialize)]
struct Product {
    beat: SpokenBeat,
    guessed: bool,
}

/// A script made ready to be spoken.
struct Plan {
    engine: Arc<dyn Engine>,
    voice: String,
    beats: Vec<Planned>,
    pauses: Pauses,
}

struct Planned {
    plain: PlainBeat,
    order: Order,
    key: MemoKey,
}

impl Voice {
    /// A stage that keeps its sound in `artifacts`. An engine's data is read with the first beat it speaks, so that a
    /// missing package stops this stage only, and it goes on once the package is there.
    ///
    /// # Errors
    /// [`VoiceError::Start`] if the system gives no thread.
    pub fn new(live: Live, artifacts: Arc<dyn Artifacts>) -> Result<Self, VoiceError> {
        let speaker = Arc::new(Speaker::start()?);
        let engines = RealEngines { speaker, openai: Arc::default(), kokoro: Arc::default() };
        Ok(Self::with_engines(live, artifacts, Box::new(engines)))
    }

    pub(crate) fn with_engines(live: Live, artifacts: Arc<dyn Artifacts>, engines: Box<dyn Engines>) -> Self {
        Self { live, artifacts, engines, pace: Pace::default() }
    }

    /// The same stage, telling `pace` how fast each finished track was.
    #[must_use]
    pub fn telling(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    fn plan(&self, settings: &Settings, input: &Scripted) -> Result<Plan, VoiceError> {
        let (variant, others) = (input.brief.variant, input.script.draft().other_hooks.len());
        if variant as usize > others {
            return Err(VoiceError::NoSuchHook { variant, others });
        }
        let language = input.brief.language.as_str();
        let (speaker, voice) = settings.voice.speaker(language);
        let engine = self.engines.engine(settings, speaker, &voice, language)?;
        let identity = engine.identity();
        let pauses = Pauses { after_ms: settings.voice.pause_ms, longest_ms: settings.voice.longest_pause_ms };
        let plain = input.script.beats().map(|beat| PlainBeat::new(&beat.narration, language)).collect::<Vec<_>>();
        let rates = rate::rates(&settings.voice, speaker, &plain);
        let beats = plain.into_iter().zip(rates).enumerate().map(|(beat, (plain, words_per_minute))| {
            let inputs = BeatInputs {
                engine: identity.clone(),
                voice: &voice,
                written: &plain.words,
                spoken: &plain.text,
                words_per_minute,
                pitch: settings.voice.pitch,
                pause_ms: pauses.after_ms,
                longest_pause_ms: pauses.longest_ms,
            };
            let key = MemoKey::new(&<Self as Stage>::NAME, VERSION, &inputs);
            let pitch = settings.voice.pitch;
            let order = Order { beat, text: plain.text.clone(), voice: voice.clone(), words_per_minute, pitch };
            Planned { plain, order, key }
        });
        let beats = beats.collect();
        Ok(Plan { engine, voice, beats, pauses })
    }

    /// The beat as it was spoken before, if its sound is still there.
    async fn kept(&self, planned: &Planned) -> Result<Option<Product>, VoiceError> {
        let key = planned.key.artifact("beat.json");
        let Some(bytes) = self.artifacts.get(&key).await.map_err(VoiceError::Store)? else { return Ok(None) };
        // What cannot be read is spoken again.
        let Ok(product) = serde_json::from_slice::<Product>(&bytes) else { return Ok(None) };
        let written = product.beat.words.iter().map(|word| &word.text);
        if !written.eq(planned.plain.words.iter()) {
            return Ok(None);
        }
        let head = self.artifacts.get_range(&product.beat.audio, 0..4).await.map_err(VoiceError::Store)?;
        Ok(head.filter(|head| head.as_ref() == b"RIFF").map(|_| product))
    }

    async fn speak(&self, plan: &Plan, planned: &Planned, job: &Job) -> Result<Product, VoiceError> {
        let beat = if planned.plain.has_words() {
            let sound = plan.engine.speak(&planned.order, job).await?;
            Beat::of(&planned.plain, &sound, &planned.order, plan.pauses)?
        } else {
            Beat::pause(&planned.plain, plan.engine.sample_rate(), plan.pauses)
        };
        let wav = Bytes::from(beat.wav());
        // espeak-ng's flutter runs on from one text to the next and cannot be set back, so the same text twice gives two
        // sounds that differ by a few samples. The name holds the sound's own hash: no product ever points to another
        // run's bytes.
        let hash = blake3::hash(&wav).to_hex();
        let audio = planned.key.artifact(&format!("beat-{}.wav", &hash[..16]));
        self.artifacts.put(&audio, wav).await.map_err(VoiceError::Store)?;
        let guessed = beat.guessed;
        let product =
            Product { beat: SpokenBeat { audio, duration_ms: beat.duration_ms(), words: beat.words }, guessed };
        let json = serde_json::to_vec(&product).map_err(VoiceError::Product)?;
        self.artifacts.put(&planned.key.artifact("beat.json"), json.into()).await.map_err(VoiceError::Store)?;
        Ok(product)
    }
}

impl Stage for Voice {
    type In = Scripted;
    type Product = VoiceTrack;
    type Out = Voiced;
    type Error = VoiceError;
    type Settings = Arc<Settings>;
    const NAME: StageName = StageName::new("voice");

    fn settings(&self) -> Arc<Settings> {
        self.live.snapshot()
    }

    fn memo(&self, settings: &Arc<Settings>, input: &Scripted) -> Option<MemoKey> {
        let plan = self.plan(settings, input).ok()?;
        let beats = plan.beats.iter().map(|planned| planned.key.to_string()).collect::<Vec<_>>();
        Some(MemoKey::new(&Self::NAME, VERSION, &beats))
    }

    async fn process(
        &self,
        settings: &Arc<Settings>,
        job: &Job,
        input: &Scripted,
    ) -> Result<Step<VoiceTrack>, VoiceError> {
        for (beat, scene) in input.script.beats().enumerate() {
            let characters = scene.narration.chars().count();
            if characters > BEAT_CHARACTERS_MAX {
                return Err(VoiceError::TooLong { beat, characters, limit: BEAT_CHARACTERS_MAX });
            }
        }
        let plan = self.plan(settings, input)?;
        if !plan.beats.iter().any(|planned| planned.plain.has_words()) {
            return Err(VoiceError::Silent { voice: plan.voice });
        }
        let mut track = VoiceTrack {
            beats: Vec::with_capacity(plan.beats.len()),
            voice: format!("{} {}", plan.engine.identity(), plan.voice),
            estimated: false,
        };
        for planned in &plan.beats {
            let product = match self.kept(planned).await? {
                Some(product) => product,
                None => self.speak(&plan, planned, job).await?,
            };
            track.estimated |= product.guessed;
            track.beats.push(product.beat);
        }
        let words = input.script.beats().map(|beat| spoken_words(&beat.narration)).sum();
        self.pace.heard(&track.voice, &input.brief.language, words, track.duration_ms());
        Ok(Step::Next(track))
    }

    fn hand_on(&self, input: Scripted, product: VoiceTrack) -> Voiced {
        Voiced { scripted: input, voice: product }
    }
}
