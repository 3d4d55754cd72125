use proptest::prelude::*;
use reelpress_templates::MusicMood;

use super::*;
use crate::testing::{speech, wav};

const MOOD: MusicMood = MusicMood { tempo_bpm: 96.0, root_hz: 220.0, minor: false };

fn order(voice: &[u8], seconds: f64) -> SoundOrder<'_> {
    SoundOrder {
        voice: vec![SpokenPart { wav: voice, start: 0 }],
        cues: Vec::new(),
        samples: (seconds * f64::from(SAMPLE_RATE)) as usize,
        music: Music::Composed(MOOD),
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
    assert_eq!((mix.sound.left.len(), mix.sound.right.len()), (order.samples, order.samples));
    let full = meter::measure(&mix.sound).unwrap();
    assert!((full.integrated_lufs - mix.loudness.integrated_lufs).abs() < 0.01, "the figures are those of the samples");
    assert!((full.true_peak_dbtp - mix.loudness.true_peak_dbtp).abs() < 0.001, "the figures are those of the samples");
    assert!((full.integrated_lufs - order.loudness_lufs).abs() <= 0.3, "{full:?}");
    assert!(full.true_peak_dbtp <= order.true_peak_dbtp, "{full:?}");
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
    let mood = MusicMood { tempo_bpm: 140.0, root_hz: 65.0, minor: true };
    reaches(&SoundOrder { music: Music::Composed(mood), ..order(&voice, 3.4) });
    // Music alone.
    reaches(&SoundOrder { voice: Vec::new(), ..order(&voice, 3.4) });
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
fn parts_cues_and_a_short_licensed_track_make_one_mix_without_a_click() {
    let (first, second) = (wav(&speech(1_500, 22_050), 22_050), wav(&speech(1_200, 16_000), 16_000));
    let tone = Stereo::centred(&(0..96_000).map(|at| exact::sine(f64::from(at) / 218.0) as f32).collect::<Vec<_>>());
    let track = Track::for_tests(tone);
    let cues = [Effect::Whoosh, Effect::Ding, Effect::Impact, Effect::Recorded(std::sync::Arc::new(track.clone()))];
    let order = SoundOrder {
        voice: vec![SpokenPart { wav: &first, start: 0 }, SpokenPart { wav: &second, start: 96_000 }],
        cues: cues
            .into_iter()
            .zip([96_000, 10_000, 150_000, 190_000])
            .map(|(effect, sample)| Cue { sample, effect })
            .collect(),
        music: Music::Licensed(&track),
        ..order(&[], 5.0)
    };
    let whole = reaches(&order);
    let quieter = reaches(&SoundOrder { cues: Vec::new(), ..order.clone() });
    assert_ne!(whole.sound, quieter.sound, "the cues are heard");
    // Between the parts, where the music lies alone, no step is steeper than the music's own slope.
    let between = &quieter.sound.left[75_000..95_000];
    let steepest = between.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    let highest = between.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    assert!(highest > 0.005 && steepest < highest * 0.06, "{steepest} {highest}");
}

#[test]
fn the_same_order_gives_the_same_samples_and_another_seed_gives_others() {
    let voice = wav(&speech(1_500, 22_050), 22_050);
    let first = mix(&order(&voice, 2.0)).unwrap();
    assert_eq!(first, mix(&order(&voice, 2.0)).unwrap());
    assert_ne!(first.sound, mix(&SoundOrder { seed: 8, ..order(&voice, 2.0) }).unwrap().sound);
}

#[test]
fn the_music_gives_way_to_the_voice_and_comes_back() {
    // Eight seconds: two of voice, a breath of half a second, one of voice, and music alone.
    let rate = SAMPLE_RATE as usize;
    let samples = 8 * rate;
    let part = wav(&speech(2_000, 48_000), 48_000);
    let later = wav(&speech(1_000, 48_000), 48_000);
    let parts = [SpokenPart { wav: &part, start: 0 }, SpokenPart { wav: &later, start: rate * 5 / 2 }];
    let spoken = voice::placed(&parts, samples).unwrap();
    let mut ducked = Stereo::centred(&vec![1.0_f32; samples]);
    duck::apply(&mut ducked, &spoken, 8.0);
    assert_eq!(ducked.left, ducked.right);
    let at = |seconds: f64| ducked.left[(seconds * f64::from(SAMPLE_RATE)) as usize];
    let down = decibels(-8.0);
    assert!((at(1.0) - down).abs() < 0.03, "down while it speaks, through the gaps between words: {}", at(1.0));
    assert!((at(1.45) - down).abs() < 0.03, "a gap of 100 ms does not let it up: {}", at(1.45));
    assert!((at(2.4) - down).abs() < 0.03, "nor does a breath between two parts: {}", at(2.4));
    assert!(at(3.9) < 0.5, "it is held");
    assert!(at(4.6) > 0.5 && at(4.6) < 0.9, "it comes back slowly: {}", at(4.6));
    assert!(at(7.5) > 0.99, "back afterwards: {}", at(7.5));
    let steepest = ducked.left.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.001, "no clicks: {steepest}");
    // No pumping: down once, up once.
    let turns = |up: bool| {
        let slopes = ducked.left.windows(2).map(|pair| pair[1].total_cmp(&pair[0])).filter(|slope| slope.is_ne());
        let slopes: Vec<bool> = slopes.map(std::cmp::Ordering::is_gt).collect();
        slopes.windows(2).filter(|pair| pair[0] != pair[1] && pair[1] == up).count()
    };
    assert_eq!((turns(true), turns(false)), (1, 0));
}

#[test]
fn orders_that_cannot_be_met_are_refused_with_a_reason() {
    let silence = wav(&vec![0; 22_050], 22_050);
    insta::assert_snapshot!(mix(&order(&silence, 1.4)).unwrap_err(), @"nothing is heard in the 1.4 s of the sound (1 spoken parts, all silent or past its end)");
    insta::assert_snapshot!(mix(&order(&silence, 0.0)).unwrap_err(), @"a sound of 0.0 s was ordered, not more than 0 and up to 600 s");
    insta::assert_snapshot!(mix(&order(&silence, 601.0)).unwrap_err(), @"a sound of 601.0 s was ordered, not more than 0 and up to 600 s");
    let nothing = SoundOrder { voice: Vec::new(), music_db: None, ..order(&silence, 1.0) };
    insta::assert_snapshot!(mix(&nothing).unwrap_err(), @"nothing is heard in the 1.0 s of the sound (0 spoken parts, all silent or past its end)");
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
    fn no_voice_bytes_or_places_make_it_panic(
        mut bytes in proptest::collection::vec(any::<u8>(), 0..200),
        header in any::<bool>(),
        start in prop_oneof![0_usize..6_000, Just(usize::MAX)],
        cue in prop_oneof![0_usize..6_000, Just(usize::MAX)],
        samples in 1_usize..6_000,
    ) {
        if header {
            let mut whole = wav(&[], 22_050);
            whole.append(&mut bytes);
            bytes = whole;
        }
        let voice = vec![SpokenPart { wav: &bytes, start }];
        let cues = vec![Cue { sample: cue, effect: Effect::Pop }];
        drop(mix(&SoundOrder { voice, cues, samples, ..order(&[], 0.1) }));
    }
}
