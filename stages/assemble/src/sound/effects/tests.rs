use super::*;

fn drawn() -> [Effect; 6] {
    [Effect::Whoosh, Effect::Pop, Effect::Tick, Effect::Ding, Effect::Riser, Effect::Impact]
}

fn alone(effect: Effect, sample: usize, length: usize) -> Stereo {
    let mut sound = Stereo::silence(length);
    add(&mut sound, &[Cue { sample, effect }], -14.0, 7);
    sound
}

fn loudest(sound: &Stereo) -> usize {
    let level = |at: usize| sound.left[at].abs().max(sound.right[at].abs());
    (0..sound.len()).max_by(|a, b| level(*a).total_cmp(&level(*b))).unwrap()
}

#[test]
fn every_effect_is_heard_at_its_moment_below_the_voices_peaks() {
    for effect in drawn() {
        let (over, lead) = (effect.over_voice_db(), effect.lead());
        let sound = alone(effect.clone(), 96_000, 192_000);
        let highest = sound.sides().into_iter().map(peak).fold(0.0, f32::max);
        assert!((highest / decibels(-14.0 + over) - 1.0).abs() < 0.05, "{effect:?}: {highest}");
        // Nothing before it begins; its loudest place within 150 ms of the moment.
        let begins = 96_000 - (lead * RATE) as usize;
        assert!(sound.left[..begins].iter().chain(&sound.right[..begins]).all(|sample| *sample == 0.0), "{effect:?}");
        assert!(loudest(&sound).abs_diff(96_000) < 7_200, "{effect:?}: {}", loudest(&sound));
    }
}

#[test]
fn no_effect_clicks_wherever_it_is_cut() {
    for effect in drawn() {
        for (sample, length) in [(0, 96_000), (10, 96_000), (95_990, 96_000), (2_000, 2_400), (0, 1)] {
            let sound = alone(effect.clone(), sample, length);
            assert!(sound.left[0].abs() < 1e-6 && sound.left[length - 1].abs() < 1e-6, "{effect:?} at {sample}");
        }
        let past = alone(effect.clone(), 100, 100);
        assert_eq!(past, Stereo::silence(100), "past the end nothing is heard");
    }
}

#[test]
fn the_same_cues_sound_the_same_and_neighbours_pass_the_other_way() {
    assert_eq!(alone(Effect::Whoosh, 20_000, 48_000), alone(Effect::Whoosh, 20_000, 48_000));
    let early = |sound: &Stereo, from: usize| {
        let side = |side: &[f32]| side[from..from + 10_000].iter().map(|sample| sample * sample).sum::<f32>();
        (side(&sound.left), side(&sound.right))
    };
    let cue = |sample| Cue { sample, effect: Effect::Whoosh };
    let mut both = Stereo::silence(96_000);
    add(&mut both, &[cue(20_000), cue(68_000)], -14.0, 7);
    let (first, second) = (early(&both, 7_600), early(&both, 55_600));
    assert!(first.0 > first.1 && second.0 < second.1, "{first:?} {second:?}");
}
