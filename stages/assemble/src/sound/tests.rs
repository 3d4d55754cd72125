use proptest::prelude::*;
use reelpress_templates::MusicMood;

use super::*;
use crate::testing::{speech, wav};

const MOOD: MusicMood = MusicMood { tempo_bpm: 96.0, root_hz: 220.0, minor: false };

fn order(voice: &[u8], seconds: f64) -> SoundOrder<'_> {
    SoundOrder {
        voice,
        samples: (seconds * f64::from(SAMPLE_RATE)) as usize,
        mood: MOOD,
        seed: 7,
        music_db: Some(18.0),
        duck_db: 8.0,
        loudness_lufs: -14.0,
        true_peak_dbtp: -1.5,
    }
}

#[track_caller]
fn reaches(order: &SoundOrder<'_>) -> Mix {
    let mix = mix(order).unwrap();
    assert_eq!(mix.samples.len(), order.samples * CHANNELS);
    let measured = meter::measure(&mix.samples).unwrap();
    assert_eq!(measured, mix.loudness, "the figures are those of the samples");
    assert!((measured.integrated_lufs - order.loudness_lufs).abs() <= 0.3, "{measured:?}");
    assert!(measured.true_peak_dbtp <= order.true_peak_dbtp, "{measured:?}");
    mix
}

#[test]
fn every_mix_has_the_ordered_loudness_below_the_ordered_peak() {
    for rate in [16_000, 22_050, 48_000] {
        let voice = wav(&speech(3_000, rate), rate);
        reaches(&order(&voice, 3.4));
    }
    let voice = wav(&speech(3_000, 22_050), 22_050);
    reaches(&SoundOrder { music_db: None, ..order(&voice, 3.4) });
    reaches(&SoundOrder { loudness_lufs: -23.0, true_peak_dbtp: -3.0, ..order(&voice, 3.4) });
    reaches(&SoundOrder { mood: MusicMood { tempo_bpm: 140.0, root_hz: 65.0, minor: true }, ..order(&voice, 3.4) });
}

#[test]
fn a_very_quiet_voice_and_one_with_sharp_peaks_are_brought_to_the_same_loudness() {
    let quiet: Vec<i16> = speech(2_000, 22_050).iter().map(|sample| sample / 200).collect();
    reaches(&order(&wav(&quiet, 22_050), 2.4));
    let mut spiky = speech(2_000, 22_050);
    spiky.iter_mut().step_by(4_001).for_each(|sample| *sample = i16::MAX);
    reaches(&order(&wav(&spiky, 22_050), 2.4));
}

#[test]
fn the_same_order_gives_the_same_samples_and_another_seed_gives_others() {
    let voice = wav(&speech(1_500, 22_050), 22_050);
    let first = mix(&order(&voice, 2.0)).unwrap();
    assert_eq!(first, mix(&order(&voice, 2.0)).unwrap());
    assert_ne!(first.samples, mix(&SoundOrder { seed: 8, ..order(&voice, 2.0) }).unwrap().samples);
}

#[test]
fn the_music_gives_way_to_the_voice_and_comes_back() {
    // Six seconds: two of voice, four of music alone.
    let voice = wav(&speech(2_000, 48_000), 48_000);
    let parsed = wav::parse(&voice).unwrap();
    let samples = 6 * SAMPLE_RATE as usize;
    let spoken = wav::resampled(&parsed, samples).unwrap();
    let level = vec![1.0_f32; samples * CHANNELS];
    let mut ducked = level.clone();
    duck::apply(&mut ducked, &spoken, 8.0);
    let at = |seconds: f64| ducked[(seconds * f64::from(SAMPLE_RATE)) as usize * CHANNELS];
    let down = decibels(-8.0);
    assert!((at(1.0) - down).abs() < 0.03, "down while it speaks, through the gaps between words: {}", at(1.0));
    assert!((at(1.45) - down).abs() < 0.03, "a gap of 100 ms does not let it up: {}", at(1.45));
    assert!(at(5.5) > 0.99, "back afterwards: {}", at(5.5));
    let steepest = ducked.chunks(2).map(|frame| frame[0]).collect::<Vec<_>>();
    let steepest = steepest.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.001, "no clicks: {steepest}");
}

#[test]
fn orders_that_cannot_be_met_are_refused_with_a_reason() {
    let silence = wav(&vec![0; 22_050], 22_050);
    insta::assert_snapshot!(mix(&order(&silence, 1.4)).unwrap_err(), @"the voice track is silent (1.0 s without a sound)");
    insta::assert_snapshot!(mix(&order(&silence, 0.0)).unwrap_err(), @"a sound of 0.0 s was ordered, not more than 0 and up to 600 s");
    insta::assert_snapshot!(mix(&order(&silence, 601.0)).unwrap_err(), @"a sound of 601.0 s was ordered, not more than 0 and up to 600 s");
    // A loudness that full scale cannot give.
    let voice = wav(&speech(1_000, 22_050), 22_050);
    let impossible = SoundOrder { loudness_lufs: 6.0, ..order(&voice, 1.4) };
    assert!(
        matches!(mix(&impossible), Err(SoundError::Loudness { .. })),
        "{:?}",
        mix(&impossible).map(|mix| mix.loudness)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_voice_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), header in any::<bool>()) {
        if header {
            let mut whole = wav(&[], 22_050);
            whole.append(&mut bytes);
            bytes = whole;
        }
        let samples = 4_800;
        drop(mix(&SoundOrder { samples, ..order(&bytes, 0.1) }));
    }
}
