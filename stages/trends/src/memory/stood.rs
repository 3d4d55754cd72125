//! Where a feed's items stand at its newest list.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::FeedMemory;
use crate::rising::Standing;
use crate::terms::TermStanding;

/// What the watches say of a feed's items, by key.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Stood {
    pub(super) standings: BTreeMap<String, Standing>,
    /// The greatest expected gain.
    pub(super) most: f64,
    /// Of each item the term that is likeliest to stand out.
    pub(super) terms: BTreeMap<String, TermStanding>,
}

impl FeedMemory {
    /// Reckoned once after each poll, when somebody asks.
    pub(super) fn stood(&self) -> Arc<Stood> {
        self.stood.get_or_init(|| Arc::new(self.reckon())).clone()
    }

    fn reckon(&self) -> Stood {
        let Some(listed) = self.listed else { return Stood::default() };
        let standings = self.watch.standings(listed);
        let most = standings.iter().map(|standing| standing.gain).fold(0.0, f64::max);
        let mut terms = BTreeMap::new();
        // The likeliest first: the first term that names an item is its best.
        for standing in self.terms.rising(listed, TERMS) {
            for key in &standing.items {
                if !terms.contains_key(key) {
                    terms.insert(key.clone(), standing.clone());
                }
            }
        }
        let standings = standings.into_iter().map(|standing| (standing.key.clone(), standing)).collect();
        Stood { standings, most, terms }
    }
}

/// Terms of a feed that are looked at.
const TERMS: usize = 200;
