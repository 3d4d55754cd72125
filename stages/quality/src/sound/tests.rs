use super::{Ear, Heard};
use crate::finding::Rule;
use crate::frame::Sound;
use crate::limits::Limits;
use crate::testing::{noise, tone};

const RATE: usize = 48_000;

fn heard_with(limits: &Limits, left: &[f32], right: &[f32]) -> Heard {
    let mut ear = Ear::new(limits);
    // In blocks as an AAC decoder gives them.
    for (left, right) in left.chunks(1_024).zip(right.chunks(1_024)) {
        ear.add(&Sound { rate: RATE as u32, left, right });
    }
    ear.finish(limits)
}

fn heard(left: &[f32], right: &[f32]) -> Heard {
    heard_with(&Limits::default(), left, right)
}

fn rules(heard: &Heard) -> Vec<Rule> {
    heard.findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_tone_measures_what_the_standard_says() {
    // EBU Tech 3341, case 1: a stereo sine of 1 kHz at -23 dBFS peak has -23 LUFS.
    let tone = tone(1_000.0, 10_f32.powf(-23.0 / 20.0), RATE * 20);
    let heard = heard(&tone, &tone);
    assert!((heard.integrated_lufs.unwrap() + 23.0).abs() < 0.1, "{heard:?}");
    assert!((heard.true_peak_dbtp.unwrap() + 23.0).abs() < 0.2);
    assert!(heard.range_lu.unwrap() < 0.1);
    assert!(heard.mono_loss_db.unwrap().abs() < 0.01);
    assert_eq!(rules(&heard), []);
    assert!((heard.length_ms - 20_000.0).abs() < 0.01);
}

#[test]
fn loudness_and_peak_are_held_against_what_was_ordered() {
    let loud = tone(1_000.0, 0.5, RATE * 5);
    let limits = Limits { loudness: Some((-14.0, 1.0)), true_peak: Some(-8.0), ..Limits::default() };
    let found = heard_with(&limits, &loud, &loud);
    assert_eq!(rules(&found), [Rule::Loudness, Rule::TruePeak]);
    let limits = Limits { loudness: Some((-6.0, 1.0)), true_peak: Some(-6.0), ..Limits::default() };
    assert_eq!(rules(&heard_with(&limits, &loud, &loud)), []);
}

#[test]
fn a_wide_range_is_noted() {
    let mut sound = tone(500.0, 0.5, RATE * 20);
    sound[RATE * 10..].iter_mut().for_each(|sample| *sample *= 0.11);
    let found = heard(&sound, &sound);
    assert_eq!(rules(&found), [Rule::LoudnessRange]);
    // 19.2 dB between the halves.
    assert!((found.findings[0].measured - 19.2).abs() < 1.0, "{:?}", found.findings);
}

#[test]
fn crests_that_were_cut_off_are_counted_with_their_times() {
    let mut sound = tone(300.0, 0.5, RATE * 4);
    for sample in &mut sound[RATE * 2..RATE * 3] {
        *sample = (*sample * 4.0).clamp(-1.0, 1.0);
    }
    let found = heard(&sound, &sound);
    assert_eq!(rules(&found), [Rule::Clipping]);
    let finding = &found.findings[0];
    // Two crests a wave, on both sides.
    assert!((finding.measured - 1_200.0).abs() < 8.0, "{finding}");
    assert!((1_990..2_010).contains(&finding.from_ms) && (2_990..3_010).contains(&finding.to_ms), "{finding}");
    // A wave that only just reaches full scale is not cut off.
    let full = tone(1_000.0, 0.9995, RATE);
    assert_eq!(heard(&full, &full).clipped_runs, 0);
}

#[test]
fn a_silence_is_told_with_its_times_and_a_short_one_is_not() {
    let mut sound = noise(7, 0.2, RATE * 6);
    sound[RATE * 2..RATE * 4].fill(0.0);
    let found = heard(&sound, &sound);
    assert_eq!(rules(&found), [Rule::Silence]);
    let finding = &found.findings[0];
    assert!(finding.from_ms.abs_diff(2_000) <= 10 && finding.to_ms.abs_diff(4_000) <= 10, "{finding}");
    sound[RATE * 3..RATE * 4].copy_from_slice(&noise(9, 0.2, RATE));
    assert_eq!(rules(&heard(&sound, &sound)), []);
    assert_eq!(heard(&sound, &sound).silent_tail, None);
}

#[test]
fn channels_against_each_other_and_a_missing_one_are_two_faults() {
    let sound = noise(3, 0.3, RATE * 3);
    let turned: Vec<f32> = sound.iter().map(|sample| -sample * 0.9).collect();
    let found = heard(&sound, &turned);
    assert_eq!(rules(&found), [Rule::Phase]);
    assert!(found.mono_loss_db.unwrap() > 20.0, "{found:?}");
    let found = heard(&vec![0.0; sound.len()], &sound);
    assert_eq!(rules(&found), [Rule::Balance]);
    assert_eq!(found.findings[0].about, "right is louder");
    // Two channels that have nothing to do with each other lose 3 dB.
    let found = heard(&sound, &noise(4, 0.3, RATE * 3));
    assert_eq!(rules(&found), []);
    assert!((found.mono_loss_db.unwrap() - 3.0).abs() < 0.3, "{found:?}");
}

#[test]
fn what_is_no_number_and_what_does_not_fit_is_counted_and_does_no_harm() {
    let limits = Limits::default();
    let mut ear = Ear::new(&limits);
    ear.add(&Sound { rate: 0, left: &[0.0], right: &[0.0] });
    ear.add(&Sound { rate: 48_000, left: &[0.0, 0.0], right: &[0.0] });
    let bad = [f32::NAN, f32::INFINITY, 0.25];
    ear.add(&Sound { rate: 48_000, left: &bad, right: &bad });
    ear.add(&Sound { rate: 44_100, left: &bad, right: &bad });
    let good = tone(1_000.0, 0.1, RATE);
    ear.add(&Sound { rate: 48_000, left: &good, right: &good });
    let found = ear.finish(&limits);
    assert_eq!(found.refused, 2 + 4 + 1);
    assert!(found.integrated_lufs.unwrap().is_finite() && found.true_peak_dbtp.unwrap() < 0.0, "{found:?}");
}

#[test]
fn nothing_at_all_is_said_to_be_unchecked() {
    let found = heard(&[], &[]);
    assert_eq!(rules(&found), []);
    let unchecked: Vec<Rule> = found.unchecked.iter().map(|unchecked| unchecked.rule).collect();
    assert_eq!(unchecked, [Rule::Loudness, Rule::Phase]);
}
