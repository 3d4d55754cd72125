use proptest::prelude::*;

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_passes_the_limiter_and_what_is_below_it_is_untouched(
        peaks in proptest::collection::vec((0_usize..2_000, -4.0_f32..4.0), 0..12),
    ) {
        let mut samples: Vec<f32> = (0..4_000).map(|at| (at as f32 * 0.05).sin() * 0.3).collect();
        for (at, level) in &peaks {
            samples[at * CHANNELS] += level;
        }
        let before = samples.clone();
        limit(&mut samples, 0.5);
        prop_assert!(samples.iter().all(|sample| sample.abs() <= 0.5));
        if before.iter().all(|sample| sample.abs() <= 0.5) {
            prop_assert_eq!(samples, before);
        }
    }
}

#[test]
fn the_limiter_turns_down_smoothly_instead_of_clipping() {
    let frames = 2_000;
    let mut samples = vec![0.4_f32; frames * CHANNELS];
    samples[1_000 * CHANNELS] = 0.8;
    limit(&mut samples, 0.5);
    let left: Vec<f32> = samples.chunks(CHANNELS).map(|frame| frame[1]).collect();
    assert!((left[500] - 0.4).abs() < 1e-6, "far before the peak nothing happens");
    assert!(left[1_000] <= 0.4 * 0.625 + 1e-4, "at the peak it is down by as much as the peak needs");
    let steepest = left.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.002, "{steepest}");
}

#[test]
fn a_peak_that_coding_lifts_is_made_softer_there_and_nowhere_else() {
    let tone: Vec<f32> =
        (0..2 * SAMPLE_RATE as usize).flat_map(|at| [(at as f32 * 0.05).sin() * 0.5; CHANNELS]).collect();
    let mut heard = tone.clone();
    let lifted = (SAMPLE_RATE as usize) * CHANNELS;
    heard[lifted] = 1.1;
    let mix = soften(tone.clone(), &heard, -1.5).unwrap();
    // An encoder is late by up to two AAC frames, so the dip reaches back as far.
    let dip = (SAMPLE_RATE as usize - CODED_SPREAD / 2) * CHANNELS;
    let softer = mix.samples[dip..dip + 200].iter().zip(&tone[dip..dip + 200]);
    assert!(softer.clone().all(|(now, before)| now.abs() <= before.abs()));
    assert!(softer.clone().any(|(now, before)| now.abs() < before.abs() * 0.8), "3 dB are taken off");
    assert_eq!(mix.samples[..lifted / 2], tone[..lifted / 2], "half a second before");
    let far = lifted + lifted / 2;
    let close = |(now, before): (&f32, &f32)| (now - before).abs() < 0.01;
    assert!(mix.samples[far..].iter().zip(&tone[far..]).all(close), "half a second later");
}
