//! Hashes drawn from a seed. Those of real pictures that have nothing to do with each other look the same: their
//! distances have a mean of 128 and a deviation of 8.

use std::collections::BTreeSet;

use reelpress_index::{BITS, Hash};

/// Splitmix64 (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub(crate) struct Draw(pub(crate) u64);

impl Draw {
    pub(crate) fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    }

    /// 0 to 1, 1 left out.
    pub(crate) fn share(&mut self) -> f32 {
        (self.word() >> 40) as f32 / (1 << 24) as f32
    }

    /// From `low` to `high`.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.share()
    }

    pub(crate) fn hash(&mut self) -> Hash {
        [(); 4].map(|()| self.word())
    }

    /// The hash with so many bits flipped.
    pub(crate) fn planted(&mut self, hash: &Hash, count: u32) -> Hash {
        let mut bits = BTreeSet::new();
        while bits.len() < count as usize {
            bits.insert(self.word() as u32 % BITS);
        }
        let mut hash = *hash;
        for bit in bits {
            hash[(bit / 64) as usize] ^= 1 << (bit % 64);
        }
        hash
    }

    /// So many needles: one half near a hash at 0 to 31 bits, one by one farther, the other half near none.
    pub(crate) fn needles(&mut self, among: &[(Hash, u32)], count: usize) -> Vec<Hash> {
        let draw = |at: usize| {
            let near = among[(self.word() % among.len() as u64) as usize].0;
            if at.is_multiple_of(2) { self.planted(&near, (at / 2 % 32) as u32) } else { self.hash() }
        };
        (0..count).map(draw).collect()
    }
}
