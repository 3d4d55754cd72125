//! From durations to word times.

use proptest::prelude::*;

use crate::beat::{Beat, Pauses};
use crate::engine::{Order, Sound, WordEvent};
use crate::kokoro::text::{End, Token};
use crate::kokoro::times::{UNIT, fit, starts};
use crate::plain::PlainBeat;

fn token(word: Option<usize>) -> Token {
    Token { number: 43, word, end: End::Nothing }
}

#[test]
fn a_word_starts_where_the_durations_before_it_end() {
    let tokens = [Some(0), Some(0), None, Some(2), None].map(token);
    let durations = [10, 3, 4, 2, 5, 1, 1];
    assert_eq!(starts(&tokens, &durations), [(0, (10 - 3) * UNIT), (2, (10 + 3 + 4 + 2 - 3) * UNIT)]);
    assert_eq!(starts(&tokens, &durations[1..]), [], "durations of another text tell nothing");
    // `a. b`: the full stop and its blank, then the word.
    let paused =
        [token(Some(0)), Token { end: End::Sentence, ..token(None) }, Token { end: End::Sentence, ..token(None) }];
    let tokens = [&paused[..], &[token(Some(1))]].concat();
    assert_eq!(starts(&tokens, &[10, 3, 4, 5, 6, 1]), [(0, 7 * UNIT), (1, (10 + 3 + 4 - 3) * UNIT)]);
    assert!(fit(5, &durations, 26 * UNIT) && !fit(5, &durations, 28 * UNIT) && !fit(4, &durations, 26 * UNIT));
    assert!(!fit(1, &[usize::MAX, 2, usize::MAX], 100));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn words_are_in_order_and_end_within_the_sound(
        words in prop::collection::vec(prop::collection::vec(0..12_usize, 1..6), 1..12), lead in 0..20_usize,
        tail in 0..20_usize,
    ) {
        let narration = (0..words.len()).map(|_| "word").collect::<Vec<_>>().join(" ");
        let plain = PlainBeat::new(&narration, "en");
        let mut tokens = Vec::new();
        let mut durations = vec![lead];
        for (word, symbols) in words.iter().enumerate() {
            tokens.extend(symbols.iter().map(|_| token(Some(word))));
            tokens.push(token(None));
            durations.extend(symbols);
            durations.push(1);
        }
        durations.push(tail);
        let samples = durations.iter().sum::<usize>() * UNIT;
        let starts = starts(&tokens, &durations);
        prop_assert!(starts.is_sorted() && starts.iter().all(|(_, sample)| *sample < samples));
        prop_assert!(starts.iter().map(|(word, _)| *word).eq(0..words.len()));
        let event = |(word, sample): &(usize, usize)| WordEvent {
            position: word * 5 + 1, length: 4, at_ms: (sample * 1_000 / 24_000) as u64,
        };
        let sound = Sound {
            sample_rate: 24_000, samples: vec![3_000; samples], hisses: true, words: starts.iter().map(event).collect(),
        };
        let order = Order { beat: 0, text: plain.text.clone(), voice: String::new(), words_per_minute: 165, pitch: 50 };
        let beat = Beat::of(&plain, &sound, &order, Pauses { after_ms: 250, longest_ms: 450 }).unwrap();
        prop_assert!(!beat.guessed);
        let mut before = 0;
        for word in &beat.words {
            prop_assert!(before <= word.start_ms && word.start_ms <= word.end_ms);
            before = word.end_ms;
        }
        prop_assert!(before <= beat.duration_ms());
    }
}
