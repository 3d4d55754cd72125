//! A logistic ridge regression that is learned row by row and starts from a given answer.
//!
//! Each row is added to the sums of a weighted least-squares fit, linearised where the fit stands when it comes (one step of
//! iteratively reweighted least squares): nothing is kept of a row but its share in the sums.

use serde::{Deserialize, Serialize};

/// Sums of a least-squares fit, halved over time: `gram` is the upper triangle of the sum of `x x'`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Ridge {
    size: usize,
    gram: Vec<f64>,
    moment: Vec<f64>,
    at: i64,
    weights: Vec<f64>,
}

const HALF_LIFE_DAYS: f64 = 45.0;

impl Ridge {
    pub(super) fn new(prior: &[f64]) -> Self {
        let size = prior.len();
        Self {
            size,
            gram: vec![0.0; size * (size + 1) / 2],
            moment: vec![0.0; size],
            at: i64::MIN,
            weights: prior.to_vec(),
        }
    }

    /// Moves its time on; old rows weigh less.
    pub(super) fn age(&mut self, at: i64) {
        if self.at == i64::MIN {
            self.at = at;
        }
        let keep = (-((at - self.at).max(0) as f64) / 86_400.0 / HALF_LIFE_DAYS).exp2();
        self.at = self.at.max(at);
        for sum in self.gram.iter_mut().chain(&mut self.moment) {
            *sum *= keep;
        }
    }

    fn add(&mut self, x: &[f64], y: f64, weight: f64) {
        let mut cell = self.gram.iter_mut();
        for (i, a) in x.iter().enumerate() {
            self.moment[i] += weight * a * y;
            for b in &x[i..] {
                if let Some(sum) = cell.next() {
                    *sum += weight * a * b;
                }
            }
        }
    }

    /// Learns a share `y` (0 to 1): one step of the logistic fit, around what it says now.
    pub(super) fn learn(&mut self, x: &[f64], y: f64) {
        let eta = self.say(x).clamp(-6.0, 6.0);
        let p = sigmoid(eta);
        let weight = (p * (1.0 - p)).max(0.02);
        self.add(x, eta + (y - p) / weight, weight);
    }

    pub(super) fn say(&self, x: &[f64]) -> f64 {
        self.weights.iter().zip(x).map(|(weight, value)| weight * value).sum()
    }

    /// Weights that fit the rows and stay near `prior`, which counts as much as `strength` rows of size 1.
    pub(super) fn fit(&mut self, prior: &[f64], strength: f64) {
        let n = self.size;
        let mut a = vec![0.0; n * n];
        let mut cell = self.gram.iter();
        for i in 0..n {
            for j in i..n {
                let sum = cell.next().copied().unwrap_or_default();
                a[i * n + j] = sum;
                a[j * n + i] = sum;
            }
        }
        let mut b = self.moment.clone();
        for i in 0..n {
            a[i * n + i] += strength;
            b[i] += strength * prior[i];
        }
        if solve(&mut a, &mut b, n) {
            self.weights = b;
        }
    }
}

pub(super) fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Solves `a x = b` by Cholesky's method in place; false if `a` is not positive definite.
fn solve(a: &mut [f64], b: &mut [f64], n: usize) -> bool {
    for j in 0..n {
        for i in j..n {
            let mut sum = a[i * n + j];
            for k in 0..j {
                sum -= a[i * n + k] * a[j * n + k];
            }
            if i == j {
                if sum <= 0.0 || !sum.is_finite() {
                    return false;
                }
                a[j * n + j] = sum.sqrt();
            } else {
                a[i * n + j] = sum / a[j * n + j];
            }
        }
    }
    for i in 0..n {
        for k in 0..i {
            b[i] -= a[i * n + k] * b[k];
        }
        b[i] /= a[i * n + i];
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            b[i] -= a[k * n + i] * b[k];
        }
        b[i] /= a[i * n + i];
    }
    b.iter().all(|x| x.is_finite())
}
