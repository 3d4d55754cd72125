//! Finds the titles that share what few others have.

use std::collections::{BTreeMap, HashMap};

use crate::same::Title;

/// Titles kept for each feature, the newest; a feature that more titles share leads nowhere in particular.
const KEPT: usize = 48;
/// Features of a title that are looked up, the rarest.
const LOOKED_UP: usize = 16;

#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    postings: HashMap<u32, Posting>,
}

#[derive(Debug, Clone, Default)]
struct Posting {
    /// How many titles had the feature.
    held_by: u32,
    newest: Vec<u32>,
}

impl Index {
    pub(super) fn add(&mut self, member: u32, title: &Title) {
        for feature in title.features() {
            let posting = self.postings.entry(feature).or_default();
            if posting.newest.len() < KEPT {
                posting.newest.push(member);
            } else {
                posting.newest[posting.held_by as usize % KEPT] = member;
            }
            posting.held_by = posting.held_by.wrapping_add(1);
        }
    }

    /// The topics of the titles that share most of what is rare, the likeliest first.
    pub(super) fn candidates(&self, title: &Title, topic_of: impl Fn(u32) -> u32, most: usize) -> Vec<u32> {
        let features = title.features();
        let held =
            features.iter().filter_map(|feature| self.postings.get(feature).map(|found| (found.held_by, feature)));
        let mut held = held.collect::<Vec<_>>();
        held.sort_unstable();
        let mut shared = BTreeMap::<u32, f64>::new();
        for (held_by, feature) in held.into_iter().take(LOOKED_UP) {
            let weight = 1.0 / (1.0 + f64::from(held_by)).ln().max(0.5);
            for member in &self.postings[feature].newest {
                *shared.entry(*member).or_default() += weight;
            }
        }
        let mut topics = BTreeMap::<u32, f64>::new();
        for (member, weight) in shared {
            let best = topics.entry(topic_of(member)).or_default();
            *best = best.max(weight);
        }
        let mut topics = topics.into_iter().collect::<Vec<_>>();
        topics.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        topics.into_iter().take(most).map(|(topic, _)| topic).collect()
    }
}
