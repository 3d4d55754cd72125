mod beats;
pub(crate) mod fixtures;
mod pace;
mod properties;

use std::process::Command;
use std::sync::Arc;

use reelpress_config::{Live, Settings, VoiceName};
use reelpress_core::testing::MemoryArtifacts;
use reelpress_core::{Artifacts, Fault, ItemId, Job, Remedy, Stage, Step};
use reelpress_vocabulary::{Scripted, VoiceTrack};

use self::fixtures::{scripted, settings};
use crate::{Voice, VoiceError};

/// A track with the files of its beats.
struct Heard {
    track: VoiceTrack,
    wavs: Vec<Vec<u8>>,
}

impl Heard {
    fn sample_rate(&self) -> u32 {
        u32::from_le_bytes(self.wavs[0][24..28].try_into().unwrap())
    }

    fn samples(&self, beat: usize) -> Vec<i16> {
        self.wavs[beat][44..].chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
    }

    fn between(&self, beat: usize, start_ms: u64, end_ms: u64) -> Vec<i16> {
        let samples = self.samples(beat);
        let at = |ms: u64| ((ms * u64::from(self.sample_rate()) / 1000) as usize).min(samples.len());
        samples[at(start_ms)..at(end_ms)].to_vec()
    }
}

async fn try_speak(settings: Settings, input: &Scripted) -> Result<Heard, VoiceError> {
    let artifacts = Arc::new(MemoryArtifacts::default());
    let stage = Voice::new(Live::new(settings), artifacts.clone()).unwrap();
    let settings = stage.settings();
    let step = stage.process(&settings, &Job::detached(ItemId::from_parts(1, 1)), input).await?;
    let Step::Next(track) = step else { panic!("speech is neither held nor rejected: {step:?}") };
    let mut wavs = Vec::new();
    for beat in &track.beats {
        wavs.push(artifacts.get(&beat.audio).await.unwrap().expect("each beat's sound is stored").to_vec());
    }
    Ok(Heard { track, wavs })
}

async fn speak(language: &str, narrations: &[&str]) -> Heard {
    try_speak(settings(), &scripted(language, narrations)).await.unwrap()
}

fn loudness(samples: &[i16]) -> f64 {
    let energy = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>();
    (energy / samples.len().max(1) as f64).sqrt()
}

/// What every track must keep, whatever was spoken.
fn check_track(heard: &Heard, narrations: &[&str]) {
    let track = &heard.track;
    assert_eq!(track.beats.len(), narrations.len());
    for (at, (beat, narration)) in track.beats.iter().zip(narrations).enumerate() {
        let texts = beat.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>();
        assert_eq!(texts, narration.split_whitespace().collect::<Vec<_>>());
        let mut time = 0;
        for word in &beat.words {
            assert!(word.start_ms >= time, "{word:?} starts before {time}");
            assert!(word.end_ms >= word.start_ms, "{word:?} ends before it starts");
            time = word.end_ms;
        }
        assert!(time <= beat.duration_ms, "words end at {time}, after their beat at {}", beat.duration_ms);
        assert_eq!(beat.duration_ms, heard.samples(at).len() as u64 * 1000 / u64::from(heard.sample_rate()));
    }
}

/// Every word with a letter or a digit has a time, and that time has sound.
async fn check_words_are_where_sound_is(language: &str, narrations: &[&str]) {
    check_words_by(settings(), 20, language, narrations).await;
}

async fn check_words_by(settings: Settings, least_ms: u64, language: &str, narrations: &[&str]) {
    let heard = try_speak(settings, &scripted(language, narrations)).await.unwrap();
    check_track(&heard, narrations);
    assert!(!heard.track.estimated, "{language}: the engine told the times");
    let beats = heard.track.beats.iter().enumerate();
    for (beat, word) in beats.flat_map(|(at, beat)| beat.words.iter().map(move |word| (at, word))) {
        if word.text.chars().any(char::is_alphanumeric) {
            assert!(word.end_ms >= word.start_ms + least_ms, "{language}: {word:?} is too short to be heard");
            let loud = loudness(&heard.between(beat, word.start_ms, word.end_ms));
            assert!(loud > 300.0, "{language}: {word:?} has a loudness of {loud:.0} only");
        }
    }
}

#[tokio::test]
async fn words_rise_and_lie_where_sound_is() {
    for (language, narrations) in [
        ("en", &["Hello there, world!", "Two thousand people ran a mile.", "Follow for more."][..]),
        ("en", &["In 2024, 2,000 people ran 3.5 miles for $5.99.", "A well-known, state-of-the-art thing — done."]),
        (
            "en",
            &["Dr. Smith e.g. met Mr. Jones at 10:30 AM.", "It's one of the best, because of the USA's COVID-19 plan."],
        ),
        ("fr", &["L'été dernier, où était-il ?", "À l'école, peut-être."]),
        ("de", &["Über 2.000 Züge fuhren schön.", "Größe ist nicht alles."]),
        ("es", &["¿Dónde está el niño?", "Mañana será otro día."]),
        ("ru", &["Привет, мир!", "Сегодня хорошая погода."]),
        ("ar", &["مرحبا بكم في العالم", "شكرا جزيلا لكم"]),
        ("zh", &["你好世界。 今天 天气 很好", "再见 朋友"]),
        ("ja", &["こんにちは 世界", "ありがとう ございます"]),
    ] {
        check_words_are_where_sound_is(language, narrations).await;
    }
}

#[tokio::test]
async fn english_is_spoken_by_flite_unless_the_settings_say_otherwise() {
    let long = "the café behind our naïve little garden sells über good bread — and then, 🎉 we go on; ".repeat(20);
    let narrations = [
        "In 2024, 2,000 people ran 3.5 miles for $5.99.",
        "Dr. Smith e.g. met Mr. Jones at 10:30 AM. It's one of the best, because of the USA's COVID-19 plan!",
        "A well-known, state-of-the-art thing — done. (Really?) \"Yes.\"",
        long.trim(),
        "Follow @space_daily at example.org for more.",
    ];
    // The first sound of a sentence comes up slowly.
    check_words_by(Settings::default(), 12, "en", &narrations).await;
    let heard = try_speak(Settings::default(), &scripted("en", &narrations)).await.unwrap();
    assert!(heard.track.voice.starts_with("flite 2") && heard.track.voice.ends_with(" rms"), "{}", heard.track.voice);
    let again = try_speak(Settings::default(), &scripted("en", &narrations)).await.unwrap();
    assert_eq!((heard.track, heard.wavs), (again.track, again.wavs), "the same bytes each time");
}

#[test]
fn doctor_hears_who_speaks_and_what_is_missing() {
    let said = |change: fn(&mut Settings)| {
        let mut settings = Settings::default();
        let other = settings.niches.values().next().unwrap().clone();
        let name = reelpress_config::Name::parse("other").unwrap();
        settings.niches.insert(name, reelpress_config::Niche { language: "de".to_owned(), ..other });
        change(&mut settings);
        let state = |speaks: crate::Speaks| match speaks.state {
            Ok(words) => format!("{}: {words}", speaks.language),
            Err(error) => format!("{}: MISSING {error}", speaks.language),
        };
        crate::check(&settings).into_iter().map(state).collect::<Vec<_>>()
    };
    let fine = said(|_| {});
    assert!(fine[0].starts_with("de: espeak-ng 1.5") && fine[0].ends_with(" de"), "{fine:?}");
    assert_eq!(fine[1], "en: flite 2.2 rms");
    let unknown = said(|settings| {
        settings.voice.voices.insert("de".to_owned(), VoiceName::plain("dde"));
    });
    assert!(unknown[0].starts_with("de: MISSING espeak-ng has no voice `dde`; near: de"), "{unknown:?}");
    let no_endpoint = said(|settings| settings.voice.engine = Some(reelpress_config::SpeechEngine::OpenAi));
    assert!(no_endpoint[1].contains("MISSING") && no_endpoint[1].contains("[voice.openai]"), "{no_endpoint:?}");
    let no_model = said(|settings| settings.voice.engine = Some(reelpress_config::SpeechEngine::Kokoro));
    assert!(no_model[1].contains("MISSING") && no_model[1].contains("[voice.kokoro]"), "{no_model:?}");
}

#[tokio::test]
async fn places_stay_right_over_a_long_beat() {
    // More than the engine takes as one clause, with characters of two to four bytes on the way.
    let plain = "the café behind our naïve little garden sells über good bread ".repeat(16);
    let marked = "first we walk, then we rest — and then, 🎉 we go on; ".repeat(16);
    check_words_are_where_sound_is("en", &["Now.", plain.trim(), marked.trim(), "Done."]).await;
    let heard = speak("en", &["Now.", plain.trim(), "Done."]).await;
    let lengths = heard.track.beats[1].words.iter().map(|word| word.end_ms - word.start_ms).collect::<Vec<_>>();
    let phrases = lengths.chunks_exact(11).collect::<Vec<_>>();
    assert_eq!(phrases.len(), 16);
    for word in 0..11 {
        let of_word = phrases.iter().map(|phrase| phrase[word]);
        let (least, most) = (of_word.clone().min().unwrap(), of_word.max().unwrap());
        assert!(most - least < 160, "word {word} takes {least} to {most} ms: the places have drifted");
    }
}

#[tokio::test]
async fn between_sentences_there_is_silence_and_no_word() {
    let heard = speak("en", &["Stop here. Go on there.", "Yes."]).await;
    let words = &heard.track.beats[0].words;
    let gap = (words[1].end_ms, words[2].start_ms);
    assert!(gap.1 > gap.0 + 80, "a full stop pauses: {gap:?}");
    let loud = loudness(&heard.between(0, gap.0, gap.1));
    assert!(loud < 60.0, "{loud}");
}

#[tokio::test]
async fn each_beat_starts_at_once_and_ends_with_the_pause_that_is_set() {
    for pause_ms in [0, 120, 900] {
        let mut settings = settings();
        settings.voice.pause_ms = pause_ms;
        let narrations = ["Hello there.", "Dr. Smith, etc.", "Good night"];
        let heard = try_speak(settings, &scripted("en", &narrations)).await.unwrap();
        check_track(&heard, &narrations);
        for beat in &heard.track.beats {
            let first = beat.words.first().unwrap().start_ms;
            assert!(first <= 6, "{first} ms of silence before the first word");
            let pause = beat.duration_ms - beat.words.last().unwrap().end_ms;
            assert!(pause.abs_diff(u64::from(pause_ms)) <= 2, "{pause} ms instead of {pause_ms}");
        }
    }
}

#[tokio::test]
async fn a_number_in_several_spoken_words_is_one_word_with_one_time() {
    let heard = speak("en", &["It cost 1,234,567 dollars.", "Now it costs 3.5."]).await;
    let words = &heard.track.beats[0].words;
    let length = |at: usize| words[at].end_ms - words[at].start_ms;
    assert!(length(2) > 3 * length(3), "`1,234,567` is long to say: {words:?}");
    assert!(words[3].start_ms >= words[2].end_ms);
}

#[tokio::test]
async fn a_symbol_that_is_not_spoken_has_a_moment_and_takes_no_time() {
    let heard = speak("en", &["Left — right … up.", "\u{200b} Down."]).await;
    check_track(&heard, &["Left — right … up.", "\u{200b} Down."]);
    let words = &heard.track.beats[0].words;
    for at in [1, 3] {
        assert_eq!(words[at].start_ms, words[at].end_ms, "{:?}", words[at]);
    }
    assert!(words[2].end_ms > words[2].start_ms);
}

#[tokio::test]
async fn an_emoji_is_not_spoken_and_does_not_take_its_neighbours_time() {
    for language in ["en", "de"] {
        let heard = speak(language, &["Smile 😀 please.", "Thanks 🎉"]).await;
        let plain = speak(language, &["Smile please.", "Thanks"]).await;
        let words = &heard.track.beats[0].words;
        assert_eq!(words[1].start_ms, words[1].end_ms, "`grinning face` is not spoken: {words:?}");
        assert!(words[2].start_ms >= words[1].end_ms && words[0].end_ms > words[0].start_ms + 100);
        assert!(heard.track.duration_ms().abs_diff(plain.track.duration_ms()) < 50);
    }
}

#[tokio::test]
async fn text_is_data_and_never_markup() {
    // As markup the first would be five seconds of silence, the second a change of voice, the third one short word.
    let length = |heard: &Heard| heard.track.duration_ms();
    let plain = speak("en", &["one two", "end"]).await;
    let ssml = speak("en", &["one <break time=\"60s\"/> two", "end"]).await;
    assert!(length(&ssml) < 15_000, "{}", length(&ssml));
    assert!(length(&ssml) > length(&plain) + 500, "the tag's letters are spoken");
    let phonemes = speak("en", &["[[h@l'oU]]", "end"]).await;
    let hello = speak("en", &["hello", "end"]).await;
    assert!(length(&phonemes) > length(&hello) + 500, "the codes are spelled, not obeyed");
}

#[tokio::test]
async fn a_control_character_is_not_a_command() {
    // A script cannot hold one, but a journal from elsewhere could: U+0001 is the engine's own command mark.
    let json = serde_json::to_string(&scripted("en", &["say 99S this", "end"])).unwrap();
    let commands: Scripted = serde_json::from_str(&json.replace("99S", r"\u000199S")).unwrap();
    let commanded = try_speak(settings(), &commands).await.unwrap().track.duration_ms();
    let plain = speak("en", &["say 99S this", "end"]).await.track.duration_ms();
    // Obeyed, it would slow the speech down to 99 words a minute.
    assert!(commanded.abs_diff(plain) < 50, "{commanded} against {plain}");
}

#[tokio::test]
async fn the_file_is_a_wav_of_16_bits_and_one_channel() {
    let heard = speak("en", &["Hello.", "Bye."]).await;
    for wav in &heard.wavs {
        let number = |at: usize| u32::from_le_bytes(wav[at..at + 4].try_into().unwrap());
        assert_eq!((&wav[..4], &wav[8..16], &wav[36..40]), (&b"RIFF"[..], &b"WAVEfmt "[..], &b"data"[..]));
        assert_eq!(number(4) as usize, wav.len() - 8);
        assert_eq!(number(24), 22_050);
        assert_eq!(number(40) as usize, wav.len() - 44);
        assert_eq!((wav[20], wav[22], wav[34]), (1, 1, 16));
    }
    assert!(heard.track.voice.starts_with("espeak-ng 1.5") && heard.track.voice.ends_with(" en-us"));
}

#[tokio::test]
async fn the_settings_are_heard() {
    let input = scripted("en", &["This is a sentence of some length.", "And another one."]);
    let normal = try_speak(settings(), &input).await.unwrap();
    let mut fast = settings();
    fast.voice.words_per_minute = 300;
    let fast = try_speak(fast, &input).await.unwrap();
    assert!(fast.track.duration_ms() * 4 < normal.track.duration_ms() * 3);
    let mut british = settings();
    british.voice.voices.insert("en".to_owned(), VoiceName::plain("en-gb+f3"));
    let british = try_speak(british, &input).await.unwrap();
    assert_ne!(british.wavs, normal.wavs);
}

#[tokio::test]
async fn an_unknown_voice_names_those_that_are_near() {
    let mut wrong = settings();
    wrong.voice.voices.insert("en".to_owned(), VoiceName::plain("en-uk"));
    let error = try_speak(wrong, &scripted("en", &["Hello.", "Bye."])).await.err().unwrap();
    assert_eq!(error.remedy(), Remedy::GiveUp);
    assert_eq!(error.kind(), "unknown_voice");
    let text = error.to_string();
    assert!(text.starts_with("espeak-ng has no voice `en-uk`; near: en-"), "{text}");
    assert!(text.contains("en-gb") && text.contains("en-us"), "{text}");
    for voice in ["../../etc/passwd", "mb/mb-us1", "", "en-us+../../x", "en-us+", "xx"] {
        let mut wrong = settings();
        wrong.voice.voices.insert("en".to_owned(), VoiceName::plain(voice));
        let error = try_speak(wrong, &scripted("en", &["Hello.", "Bye."])).await.err();
        assert!(matches!(error, Some(VoiceError::UnknownVoice { .. })), "{voice}: {error:?}");
    }
}

#[tokio::test]
async fn a_script_with_nothing_to_say_is_an_error_and_one_silent_beat_is_a_pause() {
    let error = try_speak(settings(), &scripted("en", &["…", "—"])).await.err().unwrap();
    assert_eq!((error.remedy(), error.kind()), (Remedy::GiveUp, "no_sound"));
    insta::assert_snapshot!(error, @"no beat of the script has anything to speak (voice `en-us`)");
    let heard = speak("en", &["Hello.", "…", "Bye."]).await;
    assert_eq!(heard.track.beats[1].duration_ms, 200);
}

#[tokio::test]
async fn a_narration_without_end_is_refused() {
    let long = "word ".repeat(500);
    let error = try_speak(settings(), &scripted("en", &["Hello.", &long])).await.err().unwrap();
    assert_eq!(error.remedy(), Remedy::GiveUp);
    insta::assert_snapshot!(error, @"narration of beat 1 has 2500 characters, more than 2000 (split it)");
}

#[tokio::test]
async fn two_stages_speak_at_once_and_do_not_mix() {
    let english = ["Hello there, my friend.", "This is a test of two voices."];
    let german = ["Guten Tag, mein Freund.", "Das ist nur ein Versuch."];
    for _ in 0..5 {
        let (one, other) = tokio::join!(speak("en", &english), speak("de", &german));
        check_track(&one, &english);
        check_track(&other, &german);
        let alone = speak("de", &german).await;
        let difference = alone.track.duration_ms().abs_diff(other.track.duration_ms());
        assert!(difference < 50, "{difference} ms more or less than alone");
    }
}

#[tokio::test]
async fn a_request_that_was_given_up_does_not_stop_the_next() {
    let artifacts = Arc::new(MemoryArtifacts::default());
    let stage = Voice::new(Live::new(settings()), artifacts).unwrap();
    let settings = stage.settings();
    let job = Job::detached(ItemId::from_parts(1, 1));
    let input = scripted("en", &["Hello.", "Bye."]);
    for _ in 0..20 {
        let mut future = Box::pin(stage.process(&settings, &job, &input));
        assert!(poll_once(&mut future).is_none());
    }
    assert!(matches!(stage.process(&settings, &job, &input).await, Ok(Step::Next(_))));
}

fn poll_once<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::Pin::new(future).poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

#[tokio::test]
async fn the_key_covers_what_is_heard_and_nothing_else() {
    let stage = Voice::new(Live::new(settings()), Arc::new(MemoryArtifacts::default())).unwrap();
    let key = |change: &dyn Fn(&mut Settings), input: &Scripted| {
        let mut settings = settings();
        change(&mut settings);
        stage.memo(&Arc::new(settings), input).unwrap().to_string()
    };
    let input = scripted("en", &["Hello.", "Bye."]);
    let same = key(&|_| {}, &input);
    assert_eq!(same, key(&|s| s.assemble.crf = 30, &input));
    assert_eq!(same, key(&|s| s.voice.voices.extend([("fr".to_owned(), VoiceName::plain("fr-be"))]), &input));
    let british = |s: &mut Settings| {
        s.voice.voices.insert("en".to_owned(), VoiceName::plain("en-gb"));
    };
    assert_ne!(same, key(&british, &input));
    assert_ne!(same, key(&|s| s.voice.pause_ms = 1, &input));
    assert_ne!(same, key(&|s| s.voice.pitch = 1, &input));
    assert_ne!(same, key(&|s| s.voice.words_per_minute = 100, &input));
    assert_ne!(same, key(&|_| {}, &scripted("en", &["Hello!", "Bye."])));
    assert_ne!(same, key(&|_| {}, &scripted("de", &["Hello.", "Bye."])));
}

/// The same script spoken twice by one process (with nothing kept) may differ by the engine's flutter, which moves a weak
/// sound over the border of silence or under it, and by no more.
#[tokio::test]
async fn the_same_script_again_gives_the_same_words_at_the_same_times() {
    let narrations = ["Hello there, world!", "Well-known e.g. Dr. Smith.", "Hello again."];
    let first = speak("en", &narrations).await;
    for _ in 0..3 {
        let again = speak("en", &narrations).await;
        for (one, other) in first.track.beats.iter().zip(&again.track.beats) {
            for (one, other) in one.words.iter().zip(&other.words) {
                let apart = one.start_ms.abs_diff(other.start_ms).max(one.end_ms.abs_diff(other.end_ms));
                assert!(apart <= 20, "{one:?} and {other:?}");
            }
        }
        for at in 0..narrations.len() {
            let same_key = first.track.beats[at].audio == again.track.beats[at].audio;
            assert_eq!(first.wavs[at] == again.wavs[at], same_key, "a key names one sound only");
        }
    }
}

/// Runs one of the `child_` tests in a process of its own and gives what it printed.
fn child(test: &str, data: Option<&std::path::Path>) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("tests::{test}"), "--ignored", "--nocapture"]);
    if let Some(data) = data {
        command.env("ESPEAK_DATA_PATH", data);
    }
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    printed.lines().filter_map(|line| line.split_once("says: ")).map(|(_, said)| said.to_owned()).collect()
}

#[test]
fn two_processes_make_the_same_bytes_of_the_same_first_script() {
    let one = child("child_prints_a_key", None);
    assert!(one.contains(".beat-"), "{one}");
    assert_eq!(one, child("child_prints_a_key", None));
}

#[tokio::test]
#[ignore = "run by `two_processes_make_the_same_bytes_of_the_same_first_script`"]
#[expect(clippy::print_stdout, reason = "the parent test reads it")]
async fn child_prints_a_key() {
    let track = speak("en", &["Hello there.", "Good bye, all of you."]).await.track;
    println!("says: {} {}", track.beats[0].audio, track.beats[1].audio);
}

#[test]
fn missing_speech_data_stops_the_stage_and_names_the_package() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("espeak-ng-data")).unwrap();
    let said = child("child_prints_an_error", Some(folder.path()));
    assert!(said.starts_with("StopStage speech_data_missing could not read the speech data of espeak-ng: "), "{said}");
    assert!(said.ends_with("(install the Debian package `espeak-ng-data`)"), "{said}");
}

#[tokio::test]
#[ignore = "run by `missing_speech_data_stops_the_stage_and_names_the_package`"]
#[expect(clippy::print_stdout, reason = "the parent test reads it")]
async fn child_prints_an_error() {
    let input = scripted("en", &["Hello.", "Bye."]);
    let error = try_speak(settings(), &input).await.err().unwrap();
    println!("says: {:?} {} {error}", error.remedy(), error.kind());
}

/// A script that was kept for its first variant serves the others too, so nothing before could see that one hook is missing.
#[tokio::test]
async fn a_variant_without_a_hook_of_its_own_is_not_spoken_and_takes_no_kept_track() {
    let mut input = scripted("en", &["The sea is deep.", "Nobody sees its floor.", "Follow for more."]);
    let artifacts = Arc::new(MemoryArtifacts::default());
    let stage = Voice::new(Live::new(settings()), artifacts).unwrap();
    assert!(stage.memo(&stage.settings(), &input).is_some());
    input.brief.variant = 1;
    assert!(stage.memo(&stage.settings(), &input).is_none(), "the first variant's track would be the same video");
    let job = Job::detached(ItemId::from_parts(1, 1));
    let error = stage.process(&stage.settings(), &job, &input).await.unwrap_err();
    assert_eq!((error.remedy(), error.kind()), (Remedy::GiveUp, "no_such_hook"));
    insta::assert_snapshot!(error, @"the brief asks for hook variant 1, but the script has 0 other hooks (ask for fewer `hook_variants`, or for a topic with more to say)");
}
