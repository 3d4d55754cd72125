//! Several feeds' topics in one list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::TermStanding;

/// A term over several feeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergedTerm {
    /// The term, as [`terms_of`](super::terms_of) gives it.
    pub term: String,
    /// The best chance that any one feed gives it, 0 to 1. Feeds of very different volumes compare by it, since each
    /// learnt its chances from its own past.
    pub probability: f64,
    /// How it stands in each feed that carries it, the best chance first; how many there are is told apart from the score.
    pub feeds: Vec<(String, TermStanding)>,
}

/// Merges the standings of feeds, best first, at most `n`.
///
/// Where two terms are equally likely, the one more feeds carry goes first, then the order of the text.
#[must_use]
pub fn merge(feeds: &[(&str, Vec<TermStanding>)], n: usize) -> Vec<MergedTerm> {
    let mut by_term = BTreeMap::<&str, Vec<(String, TermStanding)>>::new();
    for (feed, standings) in feeds {
        for standing in standings {
            by_term.entry(&standing.term).or_default().push(((*feed).to_owned(), standing.clone()));
        }
    }
    let mut merged = by_term
        .into_iter()
        .map(|(term, mut feeds)| {
            feeds.sort_by(|(a_feed, a), (b_feed, b)| {
                b.probability.total_cmp(&a.probability).then_with(|| a_feed.cmp(b_feed))
            });
            let probability = feeds.first().map_or(0.0, |(_, standing)| standing.probability);
            MergedTerm { term: term.to_owned(), probability, feeds }
        })
        .collect::<Vec<_>>();
    merged.sort_by(|a, b| {
        let by_chance = b.probability.total_cmp(&a.probability);
        by_chance.then_with(|| b.feeds.len().cmp(&a.feeds.len())).then_with(|| a.term.cmp(&b.term))
    });
    merged.truncate(n);
    merged
}
