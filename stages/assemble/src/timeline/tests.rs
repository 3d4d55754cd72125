use proptest::prelude::*;

use super::*;
use crate::testing::{script, track};

proptest! {
    #[test]
    fn a_cut_is_as_long_as_its_speech_and_tail_within_100_ms(voice_ms in 1_u64..600_000, fps in 10_u32..=60) {
        let timeline = Timeline::new(voice_ms, fps);
        prop_assert!(timeline.duration_ms().abs_diff(voice_ms + TAIL_MS) <= 100);
        prop_assert!(timeline.duration_ms() >= voice_ms, "no word is cut off");
        let seconds = timeline.samples() as f64 / f64::from(SAMPLE_RATE);
        prop_assert!((seconds - timeline.frames() as f64 / f64::from(fps)).abs() < 1.0 / f64::from(SAMPLE_RATE));
    }

    #[test]
    fn scenes_cover_a_cut_without_a_gap_and_words_fall_on_the_nearest_frame(voice_ms in 2_000_u64..60_000, fps in 10_u32..=60) {
        let timeline = Timeline::new(voice_ms, fps);
        let voice = track(voice_ms);
        let scenes = scenes(timeline, &script(), &voice).unwrap();
        prop_assert_eq!(scenes[0].first_frame, 0);
        prop_assert!(scenes.windows(2).all(|pair| pair[0].end_frame == pair[1].first_frame));
        prop_assert_eq!(scenes.last().unwrap().end_frame, timeline.frames());
        for (scene, beat) in scenes.iter().zip(&voice.beats) {
            for (seen, heard) in scene.words.iter().zip(&beat.words) {
                let off = (seen.start_frame as f64 * 1_000.0 / f64::from(fps) - heard.start_ms as f64).abs();
                prop_assert!(off <= 500.0 / f64::from(fps) + 0.01, "{}", off);
                prop_assert!(seen.end_frame > seen.start_frame);
            }
        }
        let spans = spans(timeline, &scenes);
        prop_assert_eq!(spans.last().unwrap().end_ms, timeline.duration_ms());
    }
}

#[test]
fn speech_that_does_not_fit_its_script_is_refused() {
    let check = |change: &dyn Fn(&mut VoiceTrack)| {
        let mut voice = track(4_000);
        change(&mut voice);
        let timeline = Timeline::new(voice.duration_ms, 30);
        scenes(timeline, &script(), &voice).unwrap_err().to_string()
    };
    insta::assert_snapshot!(check(&|voice| drop(voice.beats.pop())), @"the voice track has 3 beats and the script 4");
    insta::assert_snapshot!(check(&|voice| voice.duration_ms = 0), @"the voice track's times do not fit: its length is 0 ms, not 1 to 599600");
    insta::assert_snapshot!(check(&|voice| voice.duration_ms = u64::MAX), @"the voice track's times do not fit: its length is 18446744073709551615 ms, not 1 to 599600");
    insta::assert_snapshot!(check(&|voice| voice.beats[1].start_ms = 10), @"the voice track's times do not fit: beat 1 is at 10 to 2000 ms after one that ends at 1000 ms");
    insta::assert_snapshot!(check(&|voice| voice.beats[1].words[0].end_ms = 0), @"the voice track's times do not fit: the word `word` of beat 1 is at 1000 to 0 ms");
    insta::assert_snapshot!(check(&|voice| voice.beats[3].end_ms = 9_000), @"the voice track's times do not fit: beat 3 is at 3000 to 9000 ms after one that ends at 3000 ms");
}
