use proptest::prelude::*;

use super::*;

/// Only the limiter, at no gain.
fn limit(sound: &mut Stereo, ceiling: f32) {
    let curve = curve(&needed(&peaks(sound), ceiling));
    ride(sound, &curve, 1.0, f32::INFINITY);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_passes_the_limiter_and_what_is_below_it_is_untouched(
        peaks in proptest::collection::vec((0_usize..2_003, -4.0_f32..4.0), 0..12),
    ) {
        let left: Vec<f32> = (0..2_003).map(|at| (at as f32 * 0.05).sin() * 0.3).collect();
        let mut sound = Stereo { right: left.clone(), left };
        for (at, level) in &peaks {
            sound.left[*at] += level;
        }
        let before = sound.clone();
        limit(&mut sound, 0.5);
        // Without the cut of what rounding leaves: the curve alone holds it.
        prop_assert!(sound.sides().into_iter().flatten().all(|sample| sample.abs() <= 0.500_01));
        if before.sides().into_iter().flatten().all(|sample| sample.abs() <= 0.5) {
            prop_assert_eq!(sound, before);
        }
    }
}

#[test]
fn the_limiter_turns_down_smoothly_instead_of_clipping() {
    let mut sound = Stereo::centred(&[0.4_f32; 4_000]);
    sound.left[2_000] = 0.8;
    limit(&mut sound, 0.5);
    let other = &sound.right;
    assert!((other[1_000] - 0.4).abs() < 1e-6, "far before the peak nothing happens");
    assert!(other[2_000] <= 0.4 * 0.625 + 1e-4, "at the peak it is down by as much as the peak needs");
    let steepest = other.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.002, "{steepest}");
}

#[test]
fn the_loudness_after_the_limiter_is_known_before_it_is_applied() {
    // Bursts that take a lot of limiting.
    let mut choices = crate::sound::random::Choices::new(5);
    let noise: Vec<f32> = (0..4 * 48_000)
        .map(|at| {
            choices.noise()
                * if at % 24_000 < 12_000 {
                    0.1
                } else if at % 4_000 < 200 {
                    2.5
                } else {
                    0.25
                }
        })
        .collect();
    let mut sound = Stereo::centred(&noise);
    let energies = weighed(sound.sides());
    let curve = curve(&needed(&peaks(&sound), 0.8));
    let foretold = integrated(&limited(&energies, &curve));
    ride(&mut sound, &curve, 1.0, 0.8);
    let is = integrated(&weighed(sound.sides()));
    assert!((foretold - is).abs() < 0.1, "{foretold} {is}");
    assert!(integrated(&energies) - is > 1.0, "it was limited a lot");
}

#[test]
fn a_peak_that_coding_lifts_is_made_softer_there_and_nowhere_else() {
    let rate = SAMPLE_RATE as usize;
    let tone = Stereo::centred(&(0..2 * rate).map(|at| (at as f32 * 0.05).sin() * 0.5).collect::<Vec<_>>());
    let mut heard = tone.clone();
    heard.left[rate] = 1.1;
    let mut softer = tone.clone();
    soften(&mut softer, &heard, -1.5, 0.0);
    // A coder may move and spread a peak by an AAC frame, so the dip reaches as far.
    let dip = rate - CODED_SPREAD * GRAIN / 2;
    let pairs = || softer.left[dip..dip + 200].iter().zip(&tone.left[dip..dip + 200]);
    assert!(pairs().all(|(now, before)| now.abs() <= before.abs()));
    assert!(pairs().any(|(now, before)| now.abs() < before.abs() * 0.8), "3 dB are taken off");
    assert_eq!(softer.left[..rate / 2], tone.left[..rate / 2], "half a second before");
    let far = rate + rate / 2;
    let close = |(now, before): (&f32, &f32)| (now - before).abs() < 0.01;
    assert!(softer.left[far..].iter().zip(&tone.left[far..]).all(close), "half a second later");
}
