//! Each beat under its own key: what is spoken again, and what is not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use proptest::prelude::*;
use reelpress_config::{Live, Settings, SpeechEngine};
use reelpress_core::testing::MemoryArtifacts;
use reelpress_core::{Artifacts, ItemId, Job, Stage, Step};
use reelpress_vocabulary::{Scripted, VoiceTrack};

use super::fixtures::{scripted, settings};
use crate::engine::{Engine, Order, Sound};
use crate::stage::Engines;
use crate::{Voice, VoiceError};

/// Speaks one second of tone for each letter of an order's text, and remembers the orders.
#[derive(Default)]
struct Recorder {
    orders: Mutex<Vec<Order>>,
}

#[async_trait]
impl Engine for Recorder {
    fn identity(&self) -> String {
        "recorder 1".to_owned()
    }

    fn sample_rate(&self) -> u32 {
        8_000
    }

    async fn speak(&self, order: &Order, _job: &Job) -> Result<Sound, VoiceError> {
        self.orders.lock().unwrap().push(order.clone());
        let samples = vec![3_000; 80 * order.text.len().max(1)];
        Ok(Sound { sample_rate: 8_000, samples, ..Sound::default() })
    }
}

struct Only(Arc<Recorder>);

impl Engines for Only {
    fn engine(&self, _: &Settings, _: SpeechEngine, _: &str, _: &str) -> Result<Arc<dyn Engine>, VoiceError> {
        Ok(self.0.clone())
    }
}

struct Studio {
    recorder: Arc<Recorder>,
    artifacts: Arc<MemoryArtifacts>,
}

impl Studio {
    fn new() -> Self {
        Self { recorder: Arc::default(), artifacts: Arc::default() }
    }

    /// Speaks with a stage of its own, as after a restart; gives the track, and the texts that were spoken for it.
    async fn speak(&self, settings: Settings, input: &Scripted) -> (VoiceTrack, Vec<String>) {
        let engines = Box::new(Only(self.recorder.clone()));
        let stage = Voice::with_engines(Live::new(settings), self.artifacts.clone(), engines);
        let settings = stage.settings();
        let step = stage.process(&settings, &Job::detached(ItemId::from_parts(1, 1)), input).await.unwrap();
        let Step::Next(track) = step else { panic!("{step:?}") };
        let orders = std::mem::take(&mut *self.recorder.orders.lock().unwrap());
        (track, orders.into_iter().map(|order| order.text).collect())
    }
}

#[tokio::test]
async fn a_script_with_one_new_sentence_speaks_one_sentence() {
    let studio = Studio::new();
    let (first, spoken) = studio.speak(settings(), &scripted("en", &["One.", "Two.", "Three.", "Four."])).await;
    assert_eq!(spoken, ["One.", "Two.", "Three.", "Four."]);
    let (again, spoken) = studio.speak(settings(), &scripted("en", &["One.", "Two.", "Three.", "Four."])).await;
    assert_eq!((again, spoken.len()), (first.clone(), 0), "nothing is spoken twice");
    let (changed, spoken) = studio.speak(settings(), &scripted("en", &["One.", "Two, new.", "Three.", "Four."])).await;
    assert_eq!(spoken, ["Two, new."]);
    for beat in [0, 2, 3] {
        assert_eq!(changed.beats[beat], first.beats[beat]);
    }
    let (_, spoken) = studio.speak(settings(), &scripted("en", &["Four.", "One.", "Two."])).await;
    assert_eq!(spoken.len(), 0, "order does not matter");
}

#[tokio::test]
async fn what_is_heard_otherwise_is_spoken_anew() {
    let studio = Studio::new();
    let input = scripted("en", &["One.", "Two."]);
    studio.speak(settings(), &input).await;
    let changes: [fn(&mut Settings); 5] = [
        |settings| settings.voice.words_per_minute = 120,
        |settings| settings.voice.pitch = 20,
        |settings| settings.voice.pause_ms = 20,
        |settings| settings.voice.longest_pause_ms = 120,
        |settings| {
            settings.voice.voices.clear();
        },
    ];
    for change in changes {
        let mut settings = settings();
        change(&mut settings);
        assert_eq!(studio.speak(settings, &input).await.1.len(), 2);
    }
}

#[tokio::test]
async fn sound_that_is_gone_is_spoken_again() {
    let studio = Studio::new();
    let input = scripted("en", &["One.", "Two."]);
    let (track, _) = studio.speak(settings(), &input).await;
    studio.artifacts.remove(&track.beats[1].audio).await.unwrap();
    let (again, spoken) = studio.speak(settings(), &input).await;
    assert_eq!(spoken, ["Two."]);
    assert!(studio.artifacts.get(&again.beats[1].audio).await.unwrap().is_some());
    for key in studio.artifacts.keys().iter().filter(|key| key.as_str().ends_with("beat.json")) {
        studio.artifacts.put(key, "{not json".into()).await.unwrap();
    }
    assert_eq!(studio.speak(settings(), &input).await.1.len(), 2, "what cannot be read is made again");
}

#[tokio::test]
async fn the_same_words_written_otherwise_keep_how_they_are_written() {
    let studio = Studio::new();
    studio.speak(settings(), &scripted("en", &["It costs five dollars.", "End."])).await;
    let (track, _) = studio.speak(settings(), &scripted("en", &["It costs $5.", "End."])).await;
    let words = track.beats[0].words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>();
    assert_eq!(words, ["It", "costs", "$5."]);
}

const LINES: [&str; 8] = [
    "A new telescope has found water on a far away planet.",
    "It took the team two long years to be sure of it.",
    "Nobody had expected a result that is so very clear.",
    "The planet circles its small red sun in eleven days.",
    "Its air holds more vapour than ours does in summer.",
    "Still, nobody could live in such heat for a minute.",
    "The next look is planned for early in the spring.",
    "Follow us for more stories from the edge of space.",
];

fn with_target(seconds: u64) -> Settings {
    let mut settings = settings();
    settings.voice.target = Some(Duration::from_secs(seconds));
    settings
}

#[tokio::test]
async fn a_changed_sentence_does_not_change_the_rate_of_all_others() {
    let mut changed = LINES;
    changed[3] = "The planet circles its small dark red sun in about ten days.";
    let mut most = 0;
    let mut respoken = 0;
    for seconds in 22..34 {
        let studio = Studio::new();
        studio.speak(with_target(seconds), &scripted("en", &LINES)).await;
        let (_, spoken) = studio.speak(with_target(seconds), &scripted("en", &changed)).await;
        most = most.max(spoken.len());
        respoken += spoken.len();
    }
    // The sentence makes the whole two percent longer: two fifths of a step, and of the other beats.
    assert!(most <= 6, "{most} of 8 beats were spoken anew");
    assert!(respoken <= 12 * 5, "{respoken} of 96 beats were spoken anew");
}

#[test]
fn the_rate_brings_speech_to_its_target_within_bounds() {
    for (seconds, least, most) in [(5, 198, 198), (60, 140, 140), (25, 140, 198)] {
        let plain = LINES.map(|line| crate::plain::PlainBeat::new(line, "en"));
        let mut voice = with_target(seconds).voice;
        voice.words_per_minute = 165;
        let rates = crate::rate::rates(&voice, SpeechEngine::Flite, &plain);
        assert!(rates.iter().all(|rate| (least..=most).contains(rate)), "{seconds} s: {rates:?}");
        let steps = rates.iter().map(|rate| (f64::from(*rate) / 1.65 / 5.0).round() as u32);
        let steps = steps.collect::<std::collections::BTreeSet<_>>();
        assert!(steps.len() <= 2, "{seconds} s: neighbouring steps only, not {steps:?}");
    }
}

proptest! {
    #[test]
    fn rates_are_within_bounds_and_told_by_the_text_alone(
        lines in prop::collection::vec("[a-z]{1,9}( [a-z]{1,9}){0,15}", 1..9), seconds in 5_u64..120,
    ) {
        let plain = lines.iter().map(|line| crate::plain::PlainBeat::new(line, "en")).collect::<Vec<_>>();
        let mut voice = with_target(seconds).voice;
        voice.words_per_minute = 100;
        let rates = crate::rate::rates(&voice, SpeechEngine::Flite, &plain);
        prop_assert!(rates.iter().all(|rate| (85..=120).contains(rate)), "{:?}", rates);
        prop_assert_eq!(&rates, &crate::rate::rates(&voice, SpeechEngine::Flite, &plain));
    }
}

/// The foretold length against the real one.
#[tokio::test]
async fn flite_and_espeak_hit_a_target_that_is_within_reach() {
    for by_flite in [true, false] {
        let mut settings = with_target(26);
        if by_flite {
            settings.voice.voices.clear();
        }
        settings.voice.words_per_minute = 165;
        let stage = Voice::new(Live::new(settings), Arc::new(MemoryArtifacts::default())).unwrap();
        let snapshot = stage.settings();
        let job = Job::detached(ItemId::from_parts(1, 1));
        let Ok(Step::Next(track)) = stage.process(&snapshot, &job, &scripted("en", &LINES)).await else {
            panic!("nothing was spoken");
        };
        let length = track.duration_ms();
        assert!((25_000..27_000).contains(&length), "{}: {length} ms for a target of 26 s", track.voice);
    }
}
