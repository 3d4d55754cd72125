use super::*;
use crate::testing::Dice;

const RATE: u32 = 11_025;

/// A tune: chords of a quarter of a second, drawn from the seed.
fn tune(seed: u64, seconds: usize) -> Vec<f32> {
    let mut dice = Dice(seed);
    let mut samples = Vec::new();
    for _ in 0..seconds * 4 {
        let notes: Vec<f32> = (0..3).map(|_| 220.0 * 2.0_f32.powf((dice.next() % 36) as f32 / 12.0)).collect();
        for at in 0..RATE as usize / 4 {
            let time = at as f32 / RATE as f32;
            let sum: f32 = notes.iter().map(|note| (time * note * std::f32::consts::TAU).sin()).sum();
            samples.push(0.25 * sum);
        }
    }
    samples
}

fn print(samples: &[f32], licensed: Option<&str>) -> Sound {
    let mut printer = SoundPrinter::new(RATE, 1).unwrap();
    // Blocks of any size give the same print.
    samples.chunks(997).for_each(|block| printer.push(block));
    printer.finish(SoundKind::Music, licensed.map(str::to_owned))
}

#[test]
fn a_quieter_copy_is_the_same_sound() {
    let one = tune(1, 20);
    let quiet: Vec<f32> = one.iter().map(|sample| sample * 0.3).collect();
    let heard = heard(&print(&one, None), &print(&quiet, None)).unwrap();
    assert!(heard.share > 0.95, "{heard:?}");
    assert!(heard.spans[0].0.abs_diff(heard.spans[0].2) < 200, "{heard:?}");
}

#[test]
fn other_tunes_have_nothing_in_common() {
    let prints: Vec<Sound> = (1..6).map(|seed| print(&tune(seed, 20), None)).collect();
    for (at, one) in prints.iter().enumerate() {
        for two in &prints[at + 1..] {
            assert_eq!(heard(one, two).map(|heard| heard.share), Some(0.0));
        }
    }
}

#[test]
fn a_bed_that_is_looped_counts_in_each_of_its_rounds() {
    let bed = tune(1, 12);
    let looped = [bed.clone(), bed.clone(), bed.clone()].concat();
    let heard = heard(&print(&bed, None), &print(&looped, None)).unwrap();
    assert!(heard.there_s > 25.0, "all three rounds, not one: {heard:?}");
    assert!(heard.share <= 1.0 && heard.here_s < 12.5, "{heard:?}");
    let mut rounds: Vec<u32> = heard.spans.iter().map(|span| (span.2 - span.0) / 1_000).collect();
    rounds.sort_unstable();
    rounds.dedup();
    assert!([0, 12, 24].iter().all(|at| rounds.iter().any(|round| round.abs_diff(*at) <= 1)), "{heard:?}");
}

#[test]
fn a_stretch_in_the_middle_of_another_sound_is_found_where_it_is() {
    let clip = tune(1, 20)[RATE as usize * 5..RATE as usize * 15].to_vec();
    let mixed = [tune(2, 10), clip, tune(3, 10)].concat();
    let heard = heard(&print(&tune(1, 20), None), &print(&mixed, None)).unwrap();
    assert!((7.0..11.5).contains(&heard.here_s), "{heard:?}");
    let (from, _, there) = heard.spans[0];
    assert!(there.abs_diff(from) > 4_500 && there.abs_diff(from) < 5_500, "five seconds later: {heard:?}");
}

#[test]
fn one_licensed_track_in_both_is_not_compared_and_an_unnamed_one_is() {
    let bed = tune(1, 12);
    assert_eq!(heard(&print(&bed, Some("track 7")), &print(&bed, Some("track 7"))), None);
    assert!(heard(&print(&bed, Some("track 7")), &print(&bed, None)).unwrap().share > 0.9);
}

#[test]
fn silence_and_what_is_short_say_nothing() {
    let silence = vec![0.0; RATE as usize * 20];
    assert!(heard(&print(&silence, None), &print(&silence, None)).is_none_or(|heard| heard.share == 0.0));
    let short = tune(1, 4);
    assert_eq!(heard(&print(&short, None), &print(&short, None)), None);
    assert!(print(&[], None).items.is_empty());
}

#[test]
fn sound_that_cannot_be_is_refused() {
    for (rate, channels) in [(0, 1), (11_025, 0), (400_000, 2), (48_000, 9)] {
        assert_eq!(SoundPrinter::new(rate, channels).unwrap_err(), SimilarError::Sound { rate, channels });
    }
    insta::assert_snapshot!(SoundPrinter::new(7, 2).unwrap_err(), @"sound of 7 Hz in 2 channels (8000 to 192000 Hz, 1 to 8 channels)");
}

#[test]
fn stereo_at_another_rate_is_the_same_tune() {
    let one = tune(1, 20);
    let mut printer = SoundPrinter::new(44_100, 2).unwrap();
    let upsampled: Vec<f32> = (0..one.len() * 4)
        .flat_map(|at| {
            let (left, part) = (one[at / 4], (at % 4) as f32 / 4.0);
            let sample = left + part * (one.get(at / 4 + 1).unwrap_or(&left) - left);
            [sample, sample]
        })
        .collect();
    printer.push(&upsampled);
    let heard = heard(&print(&one, None), &printer.finish(SoundKind::Mix, None)).unwrap();
    assert!(heard.share > 0.9, "{heard:?}");
}
