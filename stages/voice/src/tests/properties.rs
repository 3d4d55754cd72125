use proptest::prelude::*;

use super::{check_track, fixtures, settings, try_speak};
use crate::VoiceError;
use crate::espeak::{Delivery, Sound, Spoken, WordEvent};
use crate::plain::PlainBeat;
use crate::track::Track;

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is written: no panic, no hang, and a track that keeps its rules or an error that says why.
    #[test]
    fn any_text_gives_a_track_or_an_error(text in "\\PC{1,60}( \\PC{1,20}){0,4}") {
        let narrations = ["Hello.", text.as_str(), "Bye."];
        prop_assume!(text.split_whitespace().next().is_some());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        match runtime.block_on(try_speak(settings(), &fixtures::scripted("en", &narrations))) {
            Ok(heard) => check_track(&heard, &narrations),
            Err(error) => prop_assert!(matches!(error, VoiceError::NoSound { beat: 1, .. }), "{error}"),
        }
    }
}

proptest! {
    /// Whatever events come, in whatever order: times rise, stay within the beat, and cover no silence at the edges.
    #[test]
    fn any_events_give_rising_times(
        narration in "[a-z,.—]{1,6}( [a-z0-9—]{1,6}){0,9}",
        events in prop::collection::vec((0_usize..80, 0_usize..4, 0_u64..3_000), 0..30),
        loud in prop::collection::vec(any::<bool>(), 1..20),
        pause_ms in 0_u32..500,
    ) {
        let samples = loud.iter().flat_map(|loud| vec![if *loud { 5_000_i16 } else { 0 }; 2_205]).collect();
        let words = events.into_iter().map(|(position, length, at_ms)| WordEvent { position, length, at_ms });
        let spoken = Spoken { sample_rate: 22_050, sounds: vec![Sound { samples, words: words.collect() }] };
        let delivery = Delivery { voice: "en".to_owned(), words_per_minute: 175, pitch: 50 };
        match Track::join(&[PlainBeat::new(&narration)], &spoken, &delivery, pause_ms) {
            Ok(track) => {
                let beat = &track.beats[0];
                let mut time = 0;
                for word in &beat.words {
                    prop_assert!(word.start_ms >= time && word.end_ms >= word.start_ms, "{:?}", beat.words);
                    time = word.end_ms;
                }
                prop_assert!(time <= beat.duration_ms(22_050));
                prop_assert_eq!(beat.words.len(), narration.split_whitespace().count());
            }
            Err(error) => prop_assert!(!loud.contains(&true), "{error}"),
        }
    }
}

#[test]
fn words_and_no_sound_is_an_error_that_names_the_beat() {
    let silence = || Sound { samples: vec![0; 22_050], words: Vec::new() };
    let spoken = Spoken { sample_rate: 22_050, sounds: vec![silence(), silence()] };
    let delivery = Delivery { voice: "en".to_owned(), words_per_minute: 175, pitch: 50 };
    let beats = [PlainBeat::new("…"), PlainBeat::new("Hello there")];
    let error = Track::join(&beats, &spoken, &delivery, 100).unwrap_err();
    insta::assert_snapshot!(error, @"voice `en` gave no sound for beat 1: `Hello there` (is it the right voice for the language?)");
}

#[test]
fn sound_without_events_is_shared_by_letters_and_said_to_be_guessed() {
    let sound = Sound { samples: vec![5_000; 22_050], words: Vec::new() };
    let spoken = Spoken { sample_rate: 22_050, sounds: vec![sound] };
    let delivery = Delivery { voice: "en".to_owned(), words_per_minute: 175, pitch: 50 };
    let track = Track::join(&[PlainBeat::new("a bbb — cccc dd")], &spoken, &delivery, 0).unwrap();
    assert!(track.estimated);
    let times = track.beats[0].words.iter().map(|word| (word.start_ms, word.end_ms)).collect::<Vec<_>>();
    assert_eq!(times, [(0, 100), (100, 400), (400, 400), (400, 800), (800, 1000)]);
}

#[test]
fn leftovers_of_an_earlier_clause_are_no_words() {
    let event = |position, length, at_ms| WordEvent { position, length, at_ms };
    let words = vec![event(1, 3, 0), event(9, 0, 200), event(9, 0, 400), event(5, 3, 500)];
    let spoken = Spoken { sample_rate: 22_050, sounds: vec![Sound { samples: vec![5_000; 22_050], words }] };
    let delivery = Delivery { voice: "en".to_owned(), words_per_minute: 175, pitch: 50 };
    let track = Track::join(&[PlainBeat::new("one two six")], &spoken, &delivery, 0).unwrap();
    let times = track.beats[0].words.iter().map(|word| (word.start_ms, word.end_ms)).collect::<Vec<_>>();
    assert_eq!(times, [(0, 500), (500, 749), (749, 1000)]);
}
