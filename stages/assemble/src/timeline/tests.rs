use proptest::prelude::*;

use super::*;
use crate::testing::{script, track};

proptest! {
    #[test]
    fn a_cut_is_as_long_as_its_speech_and_tail_and_each_scene_within_a_frame(
        beats_ms in prop::collection::vec(200_u64..20_000, 1..12),
        fps in 10_u32..=60,
    ) {
        let timeline = Timeline::new(&beats_ms, fps);
        let spoken: u64 = beats_ms.iter().sum();
        let frame_ms = 1_000 / u64::from(fps) + 1;
        prop_assert!(timeline.duration_ms() + frame_ms >= spoken + TAIL_MS, "no word is cut off");
        // A scene of fewer frames would be no segment.
        let shown: u64 = beats_ms.iter().map(|ms| (*ms).max(LEAST_FRAMES * 1_000 / u64::from(fps))).sum();
        prop_assert!(timeline.duration_ms() <= shown + TAIL_MS + frame_ms * beats_ms.len() as u64);
        let seconds = timeline.samples() as f64 / f64::from(SAMPLE_RATE);
        prop_assert!((seconds - timeline.frames() as f64 / f64::from(fps)).abs() < 1.0 / f64::from(SAMPLE_RATE));
        let spans = timeline.spans();
        prop_assert_eq!(spans[0].start_ms, 0);
        prop_assert!(spans.windows(2).all(|pair| pair[0].end_ms == pair[1].start_ms));
        prop_assert_eq!(spans.last().unwrap().end_ms, timeline.duration_ms());
    }

    #[test]
    fn a_scene_has_the_same_frames_wherever_it_is(before in 200_u64..9_000, beat in 200_u64..9_000, fps in 10_u32..=60) {
        let length = |timeline: Timeline, at: usize| timeline.scenes().nth(at).map(|(first, end)| end - first);
        prop_assert_eq!(
            length(Timeline::new(&[before, beat, 500], fps), 1),
            length(Timeline::new(&[beat, before, 500], fps), 0)
        );
    }

    #[test]
    fn words_fall_on_the_nearest_frame(voice_ms in 2_000_u64..60_000, fps in 10_u32..=60) {
        let beat = &track(voice_ms).beats[0];
        let frames = Timeline::new(&[beat.duration_ms], fps).frames();
        for (seen, heard) in words(beat, frames, fps).iter().zip(&beat.words) {
            let off = (seen.start_frame as f64 * 1_000.0 / f64::from(fps) - heard.start_ms as f64).abs();
            prop_assert!(off <= 500.0 / f64::from(fps) + 0.01, "{}", off);
            prop_assert!(seen.end_frame > seen.start_frame);
        }
    }
}

#[test]
fn speech_that_does_not_fit_its_script_is_refused() {
    let refused = |change: &dyn Fn(&mut VoiceTrack)| {
        let mut voice = track(4_000);
        change(&mut voice);
        check(&script(), &voice).unwrap_err().to_string()
    };
    insta::assert_snapshot!(refused(&|voice| drop(voice.beats.pop())), @"the voice track has 3 beats and the script 4");
    insta::assert_snapshot!(refused(&|voice| voice.beats.iter_mut().for_each(|beat| beat.duration_ms = 0)), @"the voice track's times do not fit: its length is 0 ms, not 1 to 599600");
    insta::assert_snapshot!(refused(&|voice| voice.beats[0].duration_ms = 1_000_000), @"the voice track's times do not fit: its length is 1003000 ms, not 1 to 599600");
    insta::assert_snapshot!(refused(&|voice| voice.beats[1].words[1].end_ms = 0), @"the voice track's times do not fit: the word `word` of beat 1, which has 1000 ms, is at 500 to 0 ms");
    insta::assert_snapshot!(refused(&|voice| voice.beats[3].words[0].end_ms = 9_000), @"the voice track's times do not fit: the word `word` of beat 3, which has 1000 ms, is at 0 to 9000 ms");
}
