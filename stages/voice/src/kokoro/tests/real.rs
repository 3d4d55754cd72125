//! The real model, where there is one: `REELPRESS_KOKORO` names a folder with `model.onnx`, `voices/` and
//! `libonnxruntime.so`.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reelpress_config::{Live, Settings, SpeechEngine, Voice as VoiceSettings};
use reelpress_core::testing::MemoryArtifacts;
use reelpress_core::{ItemId, Job, Stage as _, Step};

use super::{at, settings};
use crate::beat::{Beat, Pauses};
use crate::engine::{Engine, Order, Sound};
use crate::kokoro::KokoroError;
use crate::plain::PlainBeat;
use crate::tests::fixtures::scripted;
use crate::{Voice, VoiceError};

const PAUSES: Pauses = Pauses { after_ms: 250, longest_ms: 450 };

fn order(plain: &PlainBeat, voice: &str) -> Order {
    Order { beat: 0, text: plain.text.clone(), voice: voice.to_owned(), words_per_minute: 165, pitch: 50 }
}

#[expect(clippy::print_stderr, reason = "who reads the test's output must see that nothing was tried")]
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("REELPRESS_KOKORO").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: REELPRESS_KOKORO names no folder with model.onnx, voices/ and libonnxruntime.so");
    }
    folder
}

fn loudness(samples: &[i16]) -> f64 {
    let energy = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
    (energy / samples.len().max(1) as f64).sqrt()
}

async fn speak(engine: &dyn Engine, order: &Order) -> Sound {
    engine.speak(order, &Job::detached(ItemId::from_parts(1, 1))).await.unwrap()
}

#[tokio::test]
async fn a_sentence_is_spoken_with_the_time_of_each_word() {
    let Some(folder) = folder() else { return };
    let engine = at(&settings(&folder), "af_heart", "en").unwrap();
    let narration = "Honey never spoils. Jars from old tombs, sealed 3,000 years ago, were still good to eat.";
    let plain = PlainBeat::new(narration, "en");
    let order = order(&plain, "af_heart");
    let sound = speak(&engine, &order).await;
    let again = speak(&engine, &order).await;
    assert_eq!(sound, again, "the same text, the same bytes");
    assert_eq!(sound.words.len(), plain.text.split([' ', '\n']).count(), "each spoken word is told of");

    let beat = Beat::of(&plain, &sound, &order, PAUSES).unwrap();
    assert!(!beat.guessed && beat.sample_rate == 24_000);
    // 16 words as written, 18 as said, at 165 a minute.
    assert!((4_500..9_000).contains(&beat.duration_ms()), "{} ms", beat.duration_ms());
    let at = |ms: u64| ((ms * 24) as usize).min(beat.samples.len());
    let mut before = 0;
    let mut outside = Vec::new();
    for word in &beat.words {
        assert!(before <= word.start_ms && word.start_ms + 40 <= word.end_ms, "{word:?} after {before}");
        let heard = loudness(&beat.samples[at(word.start_ms)..at(word.end_ms)]);
        assert!(heard > 300.0, "{word:?} is as quiet as {heard}");
        outside.extend_from_slice(&beat.samples[at(before)..at(word.start_ms)]);
        before = word.end_ms;
    }
    assert!(before <= beat.duration_ms());
    outside.extend_from_slice(&beat.samples[at(before)..]);
    assert!(loudness(&outside) < loudness(&beat.samples) / 10.0, "between words it is quiet");
    let end_of_first = beat.words[2].end_ms;
    assert!(beat.words[3].start_ms - end_of_first > 150, "a pause between the sentences");
}

#[tokio::test]
async fn rate_and_pitch_are_heard_and_long_beats_are_cut() {
    let Some(folder) = folder() else { return };
    let engine = at(&settings(&folder), "bm_george", "en").unwrap();
    let plain = PlainBeat::new("The keeper climbed the narrow stairs and lit the lamp.", "en");
    let as_set = order(&plain, "bm_george");
    let length = |sound: &Sound| sound.samples.len() as f64;
    let normal = speak(&engine, &as_set).await;
    let fast = speak(&engine, &Order { words_per_minute: 198, ..as_set.clone() }).await;
    let shorter = length(&normal) / length(&fast);
    assert!((1.08..1.3).contains(&shorter), "{shorter}");
    let high = speak(&engine, &Order { pitch: 80, ..as_set.clone() }).await;
    let same = length(&normal) / length(&high);
    assert!((0.9..1.1).contains(&same) && high.samples != normal.samples, "{same}");
    assert_eq!(high.words.len(), normal.words.len());

    let long = "Ships far out at sea could see the light through rain and fog, and steered by it. ".repeat(7);
    let plain = PlainBeat::new(long.trim(), "en");
    let order = order(&plain, "bm_george");
    let sound = speak(&engine, &order).await;
    let beat = Beat::of(&plain, &sound, &order, PAUSES).unwrap();
    assert_eq!(sound.words.len(), plain.words.len());
    assert!(beat.words.is_sorted_by_key(|word| word.start_ms));
    let lengths = beat.words.iter().map(|word| word.end_ms - word.start_ms).collect::<Vec<_>>();
    assert!(lengths.iter().all(|length| (20..1_500).contains(length)), "{lengths:?}");
}

#[tokio::test]
async fn the_stage_speaks_a_script_to_the_wanted_length_and_doctor_hears_it() {
    let Some(folder) = folder() else { return };
    let target = Duration::from_secs(20);
    let voice = VoiceSettings {
        engine: Some(SpeechEngine::Kokoro),
        kokoro: Some(settings(&folder)),
        target: Some(target),
        ..VoiceSettings::default()
    };
    let settings = Settings { voice, ..Settings::default() };
    let narrations = [
        "Why does a day on Venus last longer than its year?",
        "Venus needs 243 days to turn around once, but only 225 days to travel around the sun.",
        "It also turns the other way round, so the sun rises in the west there.",
        "Would you like to see a sunrise there? Tell us, and follow for more.",
    ];
    let stage = Voice::new(Live::new(settings.clone()), Arc::new(MemoryArtifacts::default())).unwrap();
    let snapshot = stage.settings();
    let job = Job::detached(ItemId::from_parts(1, 1));
    let input = scripted("en", &narrations);
    let memo = stage.memo(&snapshot, &input);
    let step = stage.process(&snapshot, &job, &input).await.unwrap();
    let Step::Next(track) = step else { panic!("{step:?}") };
    assert!(!track.estimated && track.voice.starts_with("kokoro ") && track.voice.ends_with(" af_heart"), "{track:?}");
    let length = track.beats.iter().map(|beat| beat.duration_ms).sum::<u64>();
    assert!((18_000..=22_000).contains(&length), "{length} ms");
    assert_eq!(stage.memo(&snapshot, &input), memo, "the key stays");

    let heard = crate::check(&settings).pop().unwrap().state.unwrap();
    assert_eq!(heard, track.voice);
    let german = stage.process(&snapshot, &job, &scripted("de", &narrations)).await.unwrap_err();
    assert!(matches!(german, VoiceError::Kokoro(KokoroError::Language { .. })), "{german}");
}

#[tokio::test]
async fn a_press_that_stops_does_not_wait_for_a_long_beat() {
    let Some(folder) = folder() else { return };
    let engine = at(&settings(&folder), "af_heart", "en").unwrap();
    let plain = PlainBeat::new(&"Nobody waits for the end of this long text. ".repeat(40), "en");
    let order = order(&plain, "af_heart");
    let job = Job::detached(ItemId::from_parts(1, 1));
    let (spoken, ()) = tokio::join!(engine.speak(&order, &job), async { job.cancel.cancel() });
    assert!(matches!(spoken, Err(VoiceError::Kokoro(KokoroError::Stopped))), "{spoken:?}");
    let short = PlainBeat::new("The next one is spoken.", "en");
    let sound = speak(&engine, &self::order(&short, "af_heart")).await;
    assert_eq!(sound.words.len(), 5, "the model goes on");
    // The thread ends while it may be speaking.
    let job = Job::detached(ItemId::from_parts(1, 1));
    let (spoken, ()) = tokio::join!(engine.speak(&order, &job), async { job.cancel.cancel() });
    assert!(spoken.is_err());
    drop(engine);
}

#[tokio::test]
async fn a_file_that_is_no_model_of_kokoro_is_refused() {
    let Some(folder) = folder() else { return };
    let other = tempfile::tempdir().unwrap();
    let model = other.path().join("model.onnx");
    let refused = async |bytes: &[u8]| {
        std::fs::write(&model, bytes).unwrap();
        let settings = reelpress_config::SpeechModel { model: model.clone(), ..settings(&folder) };
        let engine = at(&settings, "af_heart", "en").unwrap();
        let plain = PlainBeat::new("Yes.", "en");
        let job = Job::detached(ItemId::from_parts(1, 1));
        let error = engine.speak(&order(&plain, "af_heart"), &job).await.unwrap_err().to_string();
        error.replace(&model.display().to_string(), "model.onnx")
    };
    insta::assert_snapshot!(refused(b"version https://git-lfs.github.com/spec/v1").await, @"model.onnx is no model of Kokoro that can be used: it is no ONNX file (set `model` in [voice.kokoro])");
    // IR version 9, opset 17, and a graph `g` that gives its input `x` (f32, one number) as `y`.
    let value = |name: u8| [0x0a, 1, name, 0x12, 10, 0x0a, 8, 0x08, 1, 0x12, 4, 0x0a, 2, 0x08, 1];
    let node = [&[0x0a, 1, b'x', 0x12, 1, b'y', 0x22, 8][..], b"Identity"].concat();
    let graph =
        [&[0x0a, node.len() as u8][..], &node, &[0x12, 1, b'g'], &[0x5a, 15], &value(b'x'), &[0x62, 15], &value(b'y')];
    let graph = graph.concat();
    let identity = [&[0x08, 9][..], &[0x3a, graph.len() as u8], &graph, &[0x42, 4, 0x0a, 0, 0x10, 17]].concat();
    insta::assert_snapshot!(refused(&identity).await, @"model.onnx is no model of Kokoro that can be used: its inputs are x (Tensor<f32>(1)), not input_ids, style and speed (set `model` in [voice.kokoro])");
}
