//! Learns the model's weights from the tuning pairs again, to see that those in the code are what they are said to be.

use super::super::compare::{Features, compare};
use super::super::{Commonness, WEIGHTS};
use super::{MORE, PAIRS, Title};

const FIGURES: usize = 10;
type Example = ([f64; FIGURES], bool);

fn figures(f: &Features) -> [f64; FIGURES] {
    [1.0, f.contained, f.shared, f.kept, f.swapped, f.names, f.agreed, f.numbers, f.sides, f.sequel]
}

fn examples() -> Vec<Example> {
    let read = |text: &'static str| csv::Reader::from_reader(text.as_bytes()).into_records().map(Result::unwrap);
    let rows = read(PAIRS).chain(read(MORE)).filter(|row| &row[4] == "tune").collect::<Vec<_>>();
    let titles = rows.iter().map(|row| (Title::of(&row[0], &row[2]), Title::of(&row[1], &row[2]))).collect::<Vec<_>>();
    let mut common = Commonness::default();
    for (a, b) in &titles {
        common.learn(a);
        common.learn(b);
    }
    let pairs = rows.iter().zip(&titles);
    pairs.map(|(row, (a, b))| (figures(&compare(a, b, &common).0), &row[3] == "same")).collect()
}

fn probability(x: &[f64; FIGURES], weights: &[f64; FIGURES]) -> f64 {
    let sum = x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>();
    1.0 / (1.0 + (-sum).exp())
}

/// Logistic regression by gradient descent from 0, with a pull towards it.
fn learned(examples: &[Example], pull: f64) -> [f64; FIGURES] {
    let mut weights = [0.0; FIGURES];
    for _ in 0..4_000 {
        let mut slope = weights.map(|weight: f64| pull * weight);
        slope[0] = 0.0;
        for (x, is_same) in examples {
            let wrong = probability(x, &weights) - f64::from(u8::from(*is_same));
            slope.iter_mut().zip(x).for_each(|(slope, x)| *slope += wrong * x);
        }
        weights.iter_mut().zip(slope).for_each(|(weight, slope)| *weight -= slope / examples.len() as f64);
    }
    weights
}

/// Mean surprise of the labels, in nats.
fn loss(examples: &[Example], weights: &[f64; FIGURES]) -> f64 {
    let each = examples.iter().map(|(x, is_same)| {
        let p = probability(x, weights);
        -(if *is_same { p } else { 1.0 - p }).max(1e-9).ln()
    });
    each.sum::<f64>() / examples.len() as f64
}

#[test]
fn the_weights_are_those_that_the_tuning_pairs_teach() {
    let examples = examples();
    assert!(examples.len() > 200, "{}", examples.len());
    let w = &WEIGHTS;
    let ours = [w.bias, w.contained, w.shared, w.kept, w.swapped, w.names, w.agreed, w.numbers, w.sides, w.sequel];
    let best = learned(&examples, 0.15);
    let (loss_of_ours, least) = (loss(&examples, &ours), loss(&examples, &best));
    assert!(loss_of_ours < least + 0.02, "ours {loss_of_ours:.3} {ours:.2?}, learned {least:.3} {best:.2?}");
    for (ours, best) in ours.iter().zip(&best).skip(1) {
        assert!(ours.signum().total_cmp(&best.signum()).is_eq(), "{ours} {best}");
    }
}
