use super::*;
use crate::sound::meter;

const SECONDS: usize = 12;
const SAMPLES: usize = SECONDS * SAMPLE_RATE as usize;

fn bed(minor: bool, seed: u64) -> Stereo {
    compose(MusicMood { tempo_bpm: 96.0, root_hz: 220.0, minor }, seed, SAMPLES)
}

fn levels(music: &[f32], step: usize) -> Vec<f32> {
    let level = |block: &[f32]| (block.iter().map(|sample| sample * sample).sum::<f32>() / block.len() as f32).sqrt();
    music.chunks(step).map(level).collect()
}

#[test]
fn a_bed_is_as_long_as_ordered_and_never_silent() {
    let music = bed(false, 1);
    assert_eq!((music.left.len(), music.right.len()), (SAMPLES, SAMPLES));
    for side in music.sides() {
        assert!(side.iter().all(|sample| sample.is_finite() && sample.abs() < 4.0));
        let seconds = levels(side, SAMPLE_RATE as usize);
        assert!(seconds[2..SECONDS - 2].iter().all(|level| *level > 0.02), "never silent in between: {seconds:?}");
    }
}

#[test]
fn a_bed_is_music_and_not_a_tone() {
    for (minor, seed) in [(false, 1), (true, 2), (false, 3)] {
        let music = bed(minor, seed);
        // Its level moves with its notes: a drone's would not.
        let short = levels(&music.left[3 * 48_000..9 * 48_000], 1_200);
        let mean = short.iter().sum::<f32>() / short.len() as f32;
        let spread = (short.iter().map(|level| (level - mean).powi(2)).sum::<f32>() / short.len() as f32).sqrt();
        assert!(spread / mean > 0.1, "seed {seed}: {}", spread / mean);
        // Left and right differ.
        let apart = music.left.iter().zip(&music.right).map(|(left, right)| (left - right).abs()).sum::<f32>();
        let together = music.left.iter().map(|sample| sample.abs()).sum::<f32>();
        assert!(apart / together > 0.1, "seed {seed}: {}", apart / together);
    }
}

#[test]
fn no_note_begins_or_ends_with_a_click() {
    let table = Table::of(&[1.0]);
    let [left, right] = pad(48_000, 220.0, &table);
    for note in [left, right, pluck(440.0, &table, &Table::sloping(1.3, 9)), bass(55.0), kick()] {
        assert!(note[0].abs() < 0.002, "{}", note[0]);
        assert!(note[note.len() - 1].abs() < 0.002, "{}", note[note.len() - 1]);
    }
}

#[test]
fn chords_change_from_bar_to_bar_and_come_round() {
    let mood = MusicMood { tempo_bpm: 96.0, root_hz: 220.0, minor: false };
    for seed in 0..20 {
        let score = Score::new(mood, &mut Choices::new(seed));
        let chords: Vec<_> = (0..5).map(|bar| score.chord(bar)).collect();
        let same = |a: [f64; 4], b: [f64; 4]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9);
        assert!((0..3).all(|bar| !same(chords[bar], chords[bar + 1])), "seed {seed}");
        assert!(same(chords[0], chords[4]), "seed {seed}");
        assert!(chords.iter().flatten().all(|hertz| (100.0..600.0).contains(hertz)), "seed {seed}: {chords:?}");
    }
}

#[test]
fn no_mood_makes_it_fail() {
    for (tempo_bpm, root_hz) in [(0.0, 0.0), (f32::NAN, f32::NAN), (f32::INFINITY, -5.0), (1e9, 1e9)] {
        let music = compose(MusicMood { tempo_bpm, root_hz, minor: true }, 9, 48_000);
        assert!(music.sides().into_iter().flatten().all(|sample| sample.is_finite()));
        assert!(meter::measure(&music).unwrap().integrated_lufs.is_finite());
    }
    assert!(compose(MusicMood { tempo_bpm: 96.0, root_hz: 220.0, minor: true }, 9, 0).is_empty());
}
