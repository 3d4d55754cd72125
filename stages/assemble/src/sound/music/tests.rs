use super::*;

fn ramp(samples: usize) -> Stereo {
    Stereo::centred(&vec![0.5; samples])
}

#[test]
fn a_track_goes_round_without_a_gap_a_step_or_a_jump_in_level() {
    let rate = SAMPLE_RATE as usize;
    // Two seconds of a tone that does not fit a whole number of times.
    let tone: Vec<f32> = (0..2 * rate).map(|at| sine(at as f64 * 333.3 / 48_000.0) as f32 * 0.5).collect();
    let music = looped(&Stereo::centred(&tone), 7 * rate);
    assert_eq!(music.len(), 7 * rate);
    let steepest = music.left.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.5 * 333.3 / 48_000.0 * 6.284 * 1.5, "{steepest}");
    let level = |block: &[f32]| (block.iter().map(|sample| sample * sample).sum::<f32>() / block.len() as f32).sqrt();
    let levels: Vec<f32> = music.left.chunks_exact(rate / 10).map(level).collect();
    assert!(levels.iter().all(|level| (0.0..0.75).contains(level)), "{levels:?}");
    // Before the first loop point it is the track itself.
    assert_eq!(music.left[..rate], tone[..rate]);
}

#[test]
fn unrelated_sound_keeps_its_power_over_the_loop_point() {
    let mut choices = crate::sound::random::Choices::new(1);
    let noise: Vec<f32> = (0..96_000).map(|_| choices.noise() * 0.3).collect();
    let music = looped(&Stereo::centred(&noise), 480_000);
    let power = |block: &[f32]| block.iter().map(|sample| sample * sample).sum::<f32>() / block.len() as f32;
    let powers: Vec<f32> = music.left.chunks_exact(4_800).map(power).collect();
    assert!(powers.iter().all(|power| (power / 0.03 - 1.0).abs() < 0.2), "{powers:?}");
}

#[test]
fn short_empty_and_long_tracks_fill_exactly_what_is_ordered() {
    for (track, samples) in [(0, 1_000), (1, 1_000), (2, 999), (3, 1_000), (50_000, 1_000), (50_000, 0)] {
        let music = looped(&ramp(track), samples);
        assert_eq!((music.left.len(), music.right.len()), (samples, samples));
        assert!(music.left.iter().all(|sample| (0.0..0.75).contains(sample)), "{track}");
    }
}

#[test]
fn a_piece_begins_and_ends_in_silence() {
    for samples in [0, 1, 100, 30_000, 480_000] {
        let mut music = ramp(samples);
        fade(&mut music);
        assert!(music.left.first().is_none_or(|first| first.abs() < 1e-3));
        assert!(music.left.last().is_none_or(|last| last.abs() < 1e-3));
        let steepest = music.left.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
        assert!(steepest < 1e-3, "{steepest}");
    }
}
