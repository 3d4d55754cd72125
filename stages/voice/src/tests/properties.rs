use proptest::prelude::*;

use super::{check_track, fixtures, settings, try_speak};
use crate::VoiceError;
use crate::beat::{Beat, Pauses};
use crate::engine::{Order, Sound, WordEvent};
use crate::plain::PlainBeat;

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
        longest_ms in 100_u32..400,
    ) {
        let samples = loud.iter().flat_map(|loud| vec![if *loud { 5_000_i16 } else { 0 }; 2_205]).collect();
        let words = events.into_iter().map(|(position, length, at_ms)| WordEvent { position, length, at_ms });
        let sound = Sound { sample_rate: 22_050, samples, hisses: loud.len() % 2 == 0, words: words.collect() };
        let pauses = Pauses { after_ms: pause_ms, longest_ms };
        match Beat::of(&PlainBeat::new(&narration, "de"), &sound, &order(0), pauses) {
            Ok(beat) => {
                let mut time = 0;
                for word in &beat.words {
                    prop_assert!(word.start_ms >= time && word.end_ms >= word.start_ms, "{:?}", beat.words);
                    time = word.end_ms;
                }
                prop_assert!(time <= beat.duration_ms());
                prop_assert_eq!(beat.words.len(), narration.split_whitespace().count());
            }
            Err(error) => prop_assert!(!loud.contains(&true), "{error}"),
        }
    }
}

fn order(beat: usize) -> Order {
    Order { beat, text: String::new(), voice: "en".to_owned(), words_per_minute: 175, pitch: 50 }
}

const PAUSES: Pauses = Pauses { after_ms: 0, longest_ms: 400 };

fn sound(samples: Vec<i16>, words: Vec<WordEvent>) -> Sound {
    Sound { sample_rate: 22_050, samples, hisses: false, words }
}

fn times(beat: &Beat) -> Vec<(u64, u64)> {
    beat.words.iter().map(|word| (word.start_ms, word.end_ms)).collect()
}

#[test]
fn words_and_no_sound_is_an_error_that_names_the_beat() {
    let silence = sound(vec![0; 22_050], Vec::new());
    let error = Beat::of(&PlainBeat::new("Hello there", "en"), &silence, &order(1), PAUSES).unwrap_err();
    insta::assert_snapshot!(error, @"voice `en` gave no sound for beat 1: `Hello there` (is it the right voice for the language?)");
}

#[test]
fn sound_without_events_is_shared_by_letters_and_said_to_be_guessed() {
    let whole = sound(vec![5_000; 22_050], Vec::new());
    let beat = Beat::of(&PlainBeat::new("a bbb — cccc dd", "de"), &whole, &order(0), PAUSES).unwrap();
    assert!(beat.guessed);
    assert_eq!(times(&beat), [(0, 100), (100, 400), (400, 400), (400, 800), (800, 1000)]);
}

#[test]
fn guessed_words_have_no_part_in_longer_silences() {
    let mut samples = vec![5_000; 22_050];
    samples.extend(vec![0; 6_615]);
    samples.extend(vec![5_000; 22_050]);
    let beat = Beat::of(&PlainBeat::new("aa bb cc dd", "de"), &sound(samples, Vec::new()), &order(0), PAUSES).unwrap();
    assert_eq!(times(&beat), [(0, 500), (500, 1000), (1300, 1800), (1800, 2300)]);
}

#[test]
fn a_long_silence_is_shortened_and_the_words_behind_it_come_earlier() {
    let mut samples = vec![5_000; 22_050];
    samples.extend(vec![10; 22_050 * 2]);
    samples.extend(vec![-5_000; 22_050]);
    let event = |position, at_ms| WordEvent { position, length: 3, at_ms };
    let heard = sound(samples, vec![event(1, 0), event(5, 3_000)]);
    let beat = Beat::of(&PlainBeat::new("one two", "de"), &heard, &order(0), PAUSES).unwrap();
    assert_eq!(beat.duration_ms(), 2_400);
    assert_eq!(times(&beat), [(0, 1000), (1400, 2400)]);
}

#[test]
fn leftovers_of_an_earlier_clause_are_no_words() {
    let event = |position, length, at_ms| WordEvent { position, length, at_ms };
    let words = vec![event(1, 3, 0), event(9, 0, 200), event(9, 0, 400), event(5, 3, 500)];
    let heard = sound(vec![5_000; 22_050], words);
    let beat = Beat::of(&PlainBeat::new("one two six", "de"), &heard, &order(0), PAUSES).unwrap();
    assert_eq!(times(&beat), [(0, 500), (500, 749), (749, 1000)]);
}
