//! Learns the model's weights from the tuning half, to see that those in the code are what it says.

use super::super::Commonness;
use super::super::compare::compare;
use super::super::pairs::Label;
use super::{PAIRS, Title};

const FEATURES: usize = 8;

fn examples(half: &str) -> Vec<([f64; FEATURES], bool)> {
    let mut lines = csv::Reader::from_reader(PAIRS.as_bytes());
    let rows = lines.records().map(Result::unwrap).filter(|row| &row[4] == half).collect::<Vec<_>>();
    let titles = rows.iter().map(|row| (Title::of(&row[0], &row[2]), Title::of(&row[1], &row[2]))).collect::<Vec<_>>();
    let mut common = Commonness::default();
    for (a, b) in &titles {
        common.learn(a);
        common.learn(b);
    }
    let row = |(row, (a, b)): (&csv::StringRecord, &(Title, Title))| {
        let f = compare(a, b, &common).0;
        let x = [1.0, f.contained, f.covered, f.shared, f.kept, f.names, f.numbers, f.sides];
        (x, Label::parse(&row[3]) == Some(Label::Same))
    };
    rows.iter().zip(&titles).map(row).collect()
}

/// Gradient descent with a pull towards 0, from 0.
fn fitted(examples: &[([f64; FEATURES], bool)], pull: f64) -> [f64; FEATURES] {
    let mut weights = [0.0; FEATURES];
    for _ in 0..20_000 {
        let mut slope = [0.0; FEATURES];
        for (x, is_same) in examples {
            let sum = x.iter().zip(&weights).map(|(x, w)| x * w).sum::<f64>();
            let wrong = 1.0 / (1.0 + (-sum).exp()) - f64::from(u8::from(*is_same));
            for (slope, x) in slope.iter_mut().zip(x) {
                *slope += wrong * x;
            }
        }
        for (at, weight) in weights.iter_mut().enumerate() {
            let pulled = if at == 0 { 0.0 } else { pull * *weight };
            *weight -= 0.5 * (slope[at] + pulled) / examples.len() as f64;
        }
    }
    weights
}

#[test]
fn show_fit() {
    for pull in [0.1, 0.3, 1.0] {
        println!("{pull}: {:.2?}", fitted(&examples("tune"), pull));
    }
}
