use std::f64::consts::TAU;

use super::*;

fn tone(hertz: f64, rate: u32, samples: usize) -> Vec<f32> {
    (0..samples).map(|at| (at as f64 * hertz / f64::from(rate) * TAU).sin() as f32 * 0.5).collect()
}

#[test]
fn a_tone_stays_where_it_was_in_time_pitch_and_level_at_every_rate() {
    for rate in [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000, 192_000, 44_101] {
        let out = Resampler::from(rate).run(&tone(441.0, rate, rate as usize), usize::MAX);
        assert_eq!(out.len(), 48_000, "{rate}");
        let wanted = tone(441.0, 48_000, 48_000);
        let worst = (500..47_500).map(|at| (out[at] - wanted[at]).abs()).fold(0.0, f32::max);
        let limit = if rate == 44_101 { 1e-3 } else { 2e-4 };
        assert!(worst < limit, "{rate}: {worst}");
    }
}

#[test]
fn what_does_not_fit_into_48_khz_is_taken_out_instead_of_folded_back() {
    let out = Resampler::from(96_000).run(&tone(30_000.0, 96_000, 96_000), usize::MAX);
    let loudest = out[500..47_500].iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    assert!(loudest < 1e-3, "{loudest}");
    // Going up, no image of a tone appears above the input's band.
    let out = Resampler::from(16_000).run(&tone(3_000.0, 16_000, 16_000), usize::MAX);
    let wanted = tone(3_000.0, 48_000, 48_000);
    let worst = (500..47_500).map(|at| (out[at] - wanted[at]).abs()).fold(0.0, f32::max);
    assert!(worst < 1e-3, "{worst}");
}

#[test]
fn the_length_is_bounded_and_nothing_gives_nothing() {
    let resampler = Resampler::from(22_050);
    assert!(resampler.run(&[], usize::MAX).is_empty());
    assert_eq!(resampler.run(&[0.5; 10], usize::MAX).len(), 22);
    assert_eq!(resampler.run(&[0.5; 10], 5).len(), 5);
}
