use super::*;
use crate::testing::{speech, wav};

#[test]
fn each_part_begins_at_its_sample_at_any_rate() {
    let click = |rate: u32| {
        let mut samples = vec![0_i16; rate as usize / 2];
        samples[rate as usize / 10] = 30_000;
        wav(&samples, rate)
    };
    let (first, second) = (click(22_050), click(48_000));
    let parts = [SpokenPart { wav: &first, start: 0 }, SpokenPart { wav: &second, start: 100_001 }];
    let voice = placed(&parts, 120_000).unwrap();
    let loudest =
        |from: usize, to: usize| (from..to).max_by(|a, b| voice[*a].abs().total_cmp(&voice[*b].abs())).unwrap();
    assert!(loudest(0, 50_000).abs_diff(4_800) <= 1, "{}", loudest(0, 50_000));
    assert_eq!(loudest(50_000, 120_000), 104_801);
}

#[test]
fn no_part_begins_or_ends_with_a_step_even_where_it_is_cut_off() {
    let loud = wav(&vec![20_000; 24_000], 24_000);
    let parts = [SpokenPart { wav: &loud, start: 1_000 }, SpokenPart { wav: &loud, start: 60_000 }];
    let voice = placed(&parts, 70_000).unwrap();
    let steepest = voice.windows(2).map(|pair| (pair[0] - pair[1]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.02, "{steepest}");
    assert!(voice[69_999].abs() < 0.01, "cut off with the sound");
    assert!((voice[30_000] - 20_000.0 / 32_768.0).abs() < 0.01);
}

#[test]
fn parts_past_the_end_are_left_out_and_a_broken_one_is_named() {
    let part = wav(&speech(500, 16_000), 16_000);
    let late = [SpokenPart { wav: &part, start: 1_000 }, SpokenPart { wav: &part, start: usize::MAX }];
    assert!(placed(&late, 1_000).unwrap().iter().all(|sample| *sample == 0.0));
    let broken = [SpokenPart { wav: &part, start: 0 }, SpokenPart { wav: b"PK", start: 0 }];
    insta::assert_snapshot!(placed(&broken, 1_000).unwrap_err(), @"part 1 of the voice is not a 16-bit mono WAV: its 2 bytes do not begin with a RIFF/WAVE header");
}

#[test]
fn levels_follow_the_speech_frame_by_frame() {
    // Half a second of silence, half of speech at full level, half at a tenth, and silence again.
    let tone = |level: f64| (0..12_000).map(move |at| (super::super::exact::sine(f64::from(at) / 60.0) * level) as i16);
    let samples: Vec<i16> = tone(0.0).chain(tone(20_000.0)).chain(tone(2_000.0)).chain(tone(0.0)).collect();
    let levels = narration_levels(&wav(&samples, 24_000), 30, 75).unwrap();
    assert_eq!(levels.len(), 75);
    assert_eq!(levels[..15], [0; 15], "silence");
    assert!(levels[15..30].iter().all(|level| *level >= 254), "at once, in the frame it begins: {levels:?}");
    assert!(levels[15..45].windows(2).all(|pair| pair[1] <= pair[0]), "it falls and does not jump");
    assert!((120..=140).contains(&levels[44]), "20 of 40 dB below: {}", levels[44]);
    assert!(levels[46] > 0 && levels[74] < 10, "it falls to nothing, past the end of the part: {levels:?}");
}

#[test]
fn a_silent_part_is_drawn_flat_and_a_broken_one_refused() {
    let quiet: Vec<i16> = (0..24_000).map(|at| at % 3 - 1).collect();
    assert_eq!(narration_levels(&wav(&quiet, 24_000), 30, 30).unwrap(), vec![0; 30]);
    assert_eq!(narration_levels(&wav(&[], 24_000), 30, 3).unwrap(), vec![0; 3]);
    assert!(narration_levels(b"", 30, 3).is_err());
    assert!(narration_levels(&wav(&[], 24_000), 0, 0).unwrap().is_empty());
}
