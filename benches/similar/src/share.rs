//! A share of so many cases, and how far it may be from the truth.

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) count: usize,
    pub(crate) of: usize,
}

/// Of the normal distribution: 95 % lie within so many deviations.
const DEVIATIONS: f64 = 1.96;

impl Share {
    pub(crate) fn of(count: usize, of: usize) -> Self {
        Self { count, of }
    }

    pub(crate) fn value(self) -> f64 {
        self.count as f64 / self.of.max(1) as f64
    }

    pub(crate) fn low(self) -> f64 {
        self.ends().0
    }

    pub(crate) fn high(self) -> f64 {
        self.ends().1
    }

    /// The score interval (Wilson 1927): it stays within 0 and 1, and says something where all or none were found.
    fn ends(self) -> (f64, f64) {
        let (n, p, z) = (self.of.max(1) as f64, self.value(), DEVIATIONS);
        let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        ((middle - half).max(0.0), (middle + half).min(1.0))
    }

    pub(crate) fn text(self) -> String {
        if self.of == 0 {
            return "-".to_owned();
        }
        format!("{:.3} ({:.3}-{:.3})", self.value(), self.low(), self.high())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_a_hundred_are_not_proof_of_all() {
        assert_eq!(Share::of(100, 100).text(), "1.000 (0.963-1.000)");
        assert_eq!(Share::of(0, 100).text(), "0.000 (0.000-0.037)");
        assert_eq!(Share::of(50, 100).text(), "0.500 (0.404-0.596)");
        assert_eq!(Share::of(0, 0).text(), "-");
    }
}
