//! Finds the titles that share what few others have.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

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
        let held = features.iter().filter_map(|feature| Some((*feature, self.postings.get(feature)?)));
        let mut held = held.collect::<Vec<_>>();
        held.sort_unstable_by_key(|(feature, posting)| (posting.held_by, *feature));
        held.truncate(LOOKED_UP);
        let mut shared = Vec::with_capacity(held.iter().map(|(_, posting)| posting.newest.len()).sum());
        for (_, posting) in held {
            let weight = 1.0 / (1.0 + f64::from(posting.held_by)).ln().max(0.5);
            shared.extend(posting.newest.iter().map(|member| (*member, weight)));
        }
        // Stable, so that weights are summed in one order; what is sorted is a few runs, which is quick.
        shared.sort_by_key(|(member, _)| *member);
        let sums = shared.chunk_by(|a, b| a.0 == b.0).map(|same| {
            let weight = same.iter().fold(0.0_f64, |sum, (_, weight)| sum + weight);
            // The bits of positive numbers are in the numbers' order.
            (weight.to_bits(), Reverse(topic_of(same[0].0)))
        });
        // A topic comes first with the best of its titles.
        let mut likeliest = sums.collect::<BinaryHeap<_>>();
        let mut topics = Vec::with_capacity(most);
        while topics.len() < most
            && let Some((_, Reverse(topic))) = likeliest.pop()
        {
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        topics
    }
}

#[cfg(test)]
mod tests;
