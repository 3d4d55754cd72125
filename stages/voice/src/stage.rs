//! The stage: a script in, its speech and word times out.

use std::sync::Arc;

use bytes::Bytes;
use reelpress_config::{Live, Settings};
use reelpress_core::{Artifacts, Job, MemoKey, Stage, StageName, Step};
use reelpress_vocabulary::{Scripted, SpokenBeat, VoiceTrack, Voiced};
use serde::Serialize;

use crate::error::VoiceError;
use crate::espeak::{self, Delivery};
use crate::speaker::{Request, Speaker};

/// Raise it when the same text and settings give another track.
const VERSION: u32 = 1;

/// Speaks scripts with espeak-ng, on a thread of its own.
pub struct Voice {
    live: Live,
    artifacts: Arc<dyn Artifacts>,
    speaker: Speaker,
}

/// Everything that changes the track, and nothing else: another language's voice does not speak this script anew.
#[derive(Serialize)]
struct MemoInputs<'a> {
    engine: String,
    narrations: Vec<&'a str>,
    language: &'a str,
    voice: &'a str,
    words_per_minute: u32,
    pitch: u32,
    pause_ms: u32,
}

impl Voice {
    /// A stage that keeps its sound in `artifacts`. The engine's data is read with the first script, so that a missing
    /// package stops this stage only, and it goes on once the package is there.
    ///
    /// # Errors
    /// [`VoiceError::Start`] if the system gives no thread.
    pub fn new(live: Live, artifacts: Arc<dyn Artifacts>) -> Result<Self, VoiceError> {
        Ok(Self { live, artifacts, speaker: Speaker::start()? })
    }

    fn key(settings: &Settings, input: &Scripted) -> MemoKey {
        let inputs = MemoInputs {
            engine: espeak::version(),
            narrations: input.script.beats().map(|beat| beat.narration.as_str()).collect(),
            language: &input.brief.language,
            voice: wanted_voice(settings, input),
            words_per_minute: settings.voice.words_per_minute,
            pitch: settings.voice.pitch,
            pause_ms: settings.voice.pause_ms,
        };
        MemoKey::new(&<Self as Stage>::NAME, VERSION, &inputs)
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
        Some(Self::key(settings, input))
    }

    async fn process(
        &self,
        settings: &Arc<Settings>,
        _job: &Job,
        input: &Scripted,
    ) -> Result<Step<VoiceTrack>, VoiceError> {
        let voice = wanted_voice(settings, input);
        let request = Request {
            narrations: input.script.beats().map(|beat| beat.narration.clone()).collect(),
            delivery: Delivery {
                voice: voice.to_owned(),
                words_per_minute: settings.voice.words_per_minute,
                pitch: settings.voice.pitch,
            },
            pause_ms: settings.voice.pause_ms,
        };
        let track = self.speaker.speak(request).await?;
        let key = Self::key(settings, input);
        let mut beats = Vec::with_capacity(track.beats.len());
        for beat in track.beats {
            let wav = Bytes::from(beat.wav(track.sample_rate));
            // The engine's flutter runs on from one text to the next and cannot be set back, so the same text twice
            // gives two sounds that differ by a few samples. The name holds the sound's own hash: a track never points
            // to another run's bytes.
            let hash = blake3::hash(&wav).to_hex();
            let audio = key.artifact(&format!("beat-{}.wav", &hash[..16]));
            self.artifacts.put(&audio, wav).await.map_err(VoiceError::Store)?;
            beats.push(SpokenBeat { audio, duration_ms: beat.duration_ms(track.sample_rate), words: beat.words });
        }
        let voice = format!("{} {voice}", espeak::version());
        Ok(Step::Next(VoiceTrack { voice, estimated: track.estimated, beats }))
    }

    fn hand_on(&self, input: Scripted, product: VoiceTrack) -> Voiced {
        Voiced { scripted: input, voice: product }
    }
}

/// The voice set for the script's language; a language without one uses its own code.
fn wanted_voice<'a>(settings: &'a Settings, input: &'a Scripted) -> &'a str {
    let language = input.brief.language.as_str();
    settings.voice.voices.get(language).map_or(language, String::as_str)
}
