//! How far two people who judged the same cut, each without the other's word, say the same.

use std::collections::BTreeMap;

use crate::press::Choice;

/// Pairs of words by what they were: approve or not, first and second.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pairs {
    pub(crate) both_approve: u64,
    pub(crate) first_only: u64,
    pub(crate) second_only: u64,
    pub(crate) neither: u64,
}

impl Pairs {
    pub(crate) fn n(self) -> u64 {
        self.both_approve + self.first_only + self.second_only + self.neither
    }

    /// Share of pairs that agree, in percent; `None` without pairs.
    pub(crate) fn percent(self) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| (self.both_approve + self.neither) as f64 * 100.0 / n as f64)
    }

    /// Cohen's kappa (Cohen 1960): agreement beyond what chance alone would give; 1 is full, 0 is chance. `None` without
    /// pairs, or where both always said the same one thing, as chance then explains all.
    pub(crate) fn kappa(self) -> Option<f64> {
        let n = self.n() as f64;
        let observed = self.percent()? / 100.0;
        let first = (self.both_approve + self.first_only) as f64 / n;
        let second = (self.both_approve + self.second_only) as f64 / n;
        let chance = first * second + (1.0 - first) * (1.0 - second);
        (chance < 1.0).then(|| (observed - chance) / (1.0 - chance))
    }
}

/// Over all pairs, and by who they were.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Agreement {
    pub(crate) all: Pairs,
    pub(crate) by_pair: BTreeMap<(String, String), Pairs>,
}

impl Agreement {
    pub(crate) fn count(&mut self, first: (&str, Choice), second: (&str, Choice)) {
        let add = |pairs: &mut Pairs, one: Choice, two: Choice| match (one == Choice::Approve, two == Choice::Approve) {
            (true, true) => pairs.both_approve += 1,
            (true, false) => pairs.first_only += 1,
            (false, true) => pairs.second_only += 1,
            (false, false) => pairs.neither += 1,
        };
        add(&mut self.all, first.1, second.1);
        // One line for two people, whoever was first.
        let (one, two) = if first.0 <= second.0 { (first, second) } else { (second, first) };
        add(self.by_pair.entry((one.0.to_owned(), two.0.to_owned())).or_default(), one.1, two.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_is_the_textbooks() {
        // 20 both yes, 5 first only, 10 second only, 15 both no: observed 0.7, chance 0.5, kappa 0.4.
        let pairs = Pairs { both_approve: 20, first_only: 5, second_only: 10, neither: 15 };
        assert_eq!(pairs.n(), 50);
        assert!((pairs.percent().unwrap() - 70.0).abs() < 1e-9);
        assert!((pairs.kappa().unwrap() - 0.4).abs() < 1e-9);
    }

    #[test]
    fn without_pairs_or_without_any_difference_there_is_no_kappa() {
        assert_eq!((Pairs::default().percent(), Pairs::default().kappa()), (None, None));
        let same = Pairs { both_approve: 9, ..Pairs::default() };
        assert_eq!((same.percent(), same.kappa()), (Some(100.0), None));
    }

    #[test]
    fn two_people_are_one_line_whoever_was_first() {
        let mut agreement = Agreement::default();
        agreement.count(("bo", Choice::Approve), ("ana", Choice::Reject));
        agreement.count(("ana", Choice::Reject), ("bo", Choice::Approve));
        let line = agreement.by_pair[&("ana".to_owned(), "bo".to_owned())];
        assert_eq!(line, Pairs { second_only: 2, ..Pairs::default() });
        assert_eq!(agreement.all, Pairs { first_only: 1, second_only: 1, ..Pairs::default() });
    }
}
