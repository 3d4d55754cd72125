//! How common words are among the headlines seen.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::title::Title;

/// Below this many titles the background speaks louder than what was counted.
const TRUSTED: f64 = 300.0;
/// Words counted at most; beyond, all counts are halved and those that reach nothing go.
const WORDS: usize = 1 << 20;
/// Share of the greatest possible rarity that is neither common nor rare.
const USUAL: f64 = 0.6;

/// Counts of words by titles. Empty, it changes nothing: the background stands alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub struct Commonness {
    titles: f64,
    held_by: HashMap<u32, f32>,
}

impl Commonness {
    /// Counts a title's words. The same title is to be learned once.
    pub fn learn(&mut self, title: &Title) {
        self.titles += 1.0;
        for hash in title.distinct_words() {
            *self.held_by.entry(hash).or_default() += 1.0;
        }
        if self.held_by.len() > WORDS {
            self.titles /= 2.0;
            self.held_by.retain(|_, held| {
                *held /= 2.0;
                *held >= 1.0
            });
        }
    }

    /// What a word's weight is multiplied by: 1 without any titles, down to a fifth for words that most of them hold.
    pub(super) fn factor(&self, hash: u32) -> f32 {
        if self.titles < 2.0 {
            return 1.0;
        }
        let held = f64::from(self.held_by.get(&hash).copied().unwrap_or(1.0));
        // Most words are held by one title: those need no logarithm.
        let rarity = if held <= 1.0 { 1.0 } else { (1.0 + self.titles / held).ln() / (1.0 + self.titles).ln() };
        let trust = self.titles / (self.titles + TRUSTED);
        (1.0 + trust * ((rarity / USUAL).clamp(0.2, 1.15) - 1.0)) as f32
    }
}

/// Sorted, so that the same counts give the same bytes.
#[derive(Serialize, Deserialize)]
struct Saved {
    titles: f64,
    held_by: Vec<(u32, f32)>,
}

impl From<Saved> for Commonness {
    fn from(saved: Saved) -> Self {
        Self { titles: saved.titles, held_by: saved.held_by.into_iter().collect() }
    }
}

impl From<Commonness> for Saved {
    fn from(common: Commonness) -> Self {
        let mut held_by = common.held_by.into_iter().collect::<Vec<_>>();
        held_by.sort_unstable_by_key(|(word, _)| *word);
        Self { titles: common.titles, held_by }
    }
}
