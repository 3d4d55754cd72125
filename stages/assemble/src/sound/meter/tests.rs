use proptest::prelude::*;

use super::*;
use crate::sound::random::Choices;

fn stereo(left: Vec<f32>) -> Stereo {
    let right = left.iter().rev().map(|sample| sample * 0.7).collect();
    Stereo { left, right }
}

#[track_caller]
fn agrees(sound: &Stereo) {
    let (full, quick) = (measure(sound).unwrap(), quick(sound));
    let close = |a: f64, b: f64, by: f64| (a - b).abs() < by || (a < -150.0 && b < -150.0);
    assert!(close(full.true_peak_dbtp, quick.true_peak_dbtp, 1e-3), "{full:?} {quick:?}");
    assert!(close(full.integrated_lufs, quick.integrated_lufs, 0.01), "{full:?} {quick:?}");
}

#[test]
fn a_full_scale_sine_of_997_hz_has_the_loudness_the_standard_gives_it() {
    let sine: Vec<f32> = (0..96_000).map(|at| super::sine(f64::from(at) * 997.0 / 48_000.0) as f32).collect();
    let silent = vec![0.0; sine.len()];
    let loudness = integrated(&weighed([&sine, &silent]));
    assert!((loudness + 3.01).abs() < 0.01, "{loudness}");
}

#[test]
fn quiet_stretches_are_gated_as_in_the_full_meter() {
    let mut choices = Choices::new(3);
    let mut level = 0.5;
    let noise = (0..10 * 48_000).map(|at| {
        if at % 30_000 == 0 {
            level = [0.5, 0.2, 0.01, 0.0001, 0.0][(choices.next() % 5) as usize];
        }
        choices.noise() * level
    });
    agrees(&stereo(noise.collect()));
    agrees(&Stereo::silence(48_000));
    agrees(&stereo(vec![0.3; 100]));
    agrees(&stereo(vec![]));
}

#[test]
fn a_peak_between_two_samples_is_found() {
    // A quarter of the sample rate, an eighth of a turn off: no sample is above 0.707 of the wave.
    let wave: Vec<f32> = (0..4_800).map(|at| super::sine(f64::from(at) * 0.25 + 0.125) as f32).collect();
    let sample_peak = peak(&wave);
    let found = true_peak(&[&wave]);
    assert!(sample_peak < 0.71 && found > 0.98, "{sample_peak} {found}");
    agrees(&stereo(wave));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_true_peak_of_the_full_meter_is_missed(
        seed in any::<u64>(),
        length in 0_usize..3_000,
        bursts in proptest::collection::vec((0_usize..3_000, 1_usize..64, 0.0_f32..1.5), 0..12),
    ) {
        let mut choices = Choices::new(seed);
        let mut sound: Vec<f32> = (0..length).map(|_| choices.noise() * 0.3).collect();
        for (start, count, level) in bursts {
            for sample in sound.iter_mut().skip(start).take(count) {
                *sample = choices.noise().signum() * level;
            }
        }
        agrees(&stereo(sound));
    }
}
