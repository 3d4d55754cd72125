//! A hash, and the order in which its bits are stored.
//!
//! Neighbouring bits of a picture's hash stand for neighbouring frequencies and flip together, which would fill some
//! buckets and leave others empty. So hashes are stored with their bits moved about by one fixed permutation. It keeps
//! every distance, so only the way in goes through it.

/// 256 bits; bit `i` is bit `i % 64` of word `i / 64`.
pub type Hash = [u64; 4];

/// Bits of a hash.
pub const BITS: u32 = 256;

/// How many bits differ, 0 to 256.
#[must_use]
pub fn distance(one: &Hash, other: &Hash) -> u32 {
    one.iter().zip(other).map(|(one, other)| (one ^ other).count_ones()).sum()
}

/// Number of the permutation below, kept in every file: hashes stored by another one are not comparable.
pub(crate) const ORDER: u32 = 1;

/// Distance of the bits that a stage swaps within a word, and the lower bits of such pairs.
const WITHIN: [(u32, u64); 6] = [
    (32, 0x0000_0000_ffff_ffff),
    (16, 0x0000_ffff_0000_ffff),
    (8, 0x00ff_00ff_00ff_00ff),
    (4, 0x0f0f_0f0f_0f0f_0f0f),
    (2, 0x3333_3333_3333_3333),
    (1, 0x5555_5555_5555_5555),
];

/// Which pairs are swapped: two masks for each of the two stages across words, four for each stage within a word.
const MASKS: [u64; 4 + 4 * WITHIN.len()] = masks();

/// Half of the pairs of each stage, drawn by splitmix64 (Steele, Lea, Flood 2014) from a seed of no meaning.
const fn masks() -> [u64; 4 + 4 * WITHIN.len()] {
    let mut masks = [0; 4 + 4 * WITHIN.len()];
    let mut state = 0x7265_656c_7072_6573_u64;
    let mut at = 0;
    while at < masks.len() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut drawn = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        masks[at] = drawn ^ (drawn >> 31);
        at += 1;
    }
    masks
}

/// The bits of a hash in the order in which they are stored: a network of swaps between bits 128, 64, .., 1 apart.
pub(crate) fn scramble(hash: &Hash) -> Hash {
    let mut words = *hash;
    for (at, (low, high)) in [(0, 2), (1, 3), (0, 1), (2, 3)].into_iter().enumerate() {
        let swapped = (words[low] ^ words[high]) & MASKS[at];
        words[low] ^= swapped;
        words[high] ^= swapped;
    }
    for (stage, (shift, lower)) in WITHIN.into_iter().enumerate() {
        for (at, word) in words.iter_mut().enumerate() {
            let swapped = ((*word >> shift) ^ *word) & lower & MASKS[4 + 4 * stage + at];
            *word ^= swapped ^ (swapped << shift);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn bit(at: u32) -> Hash {
        let mut hash = [0; 4];
        hash[(at / 64) as usize] = 1 << (at % 64);
        hash
    }

    fn place(hash: &Hash) -> u32 {
        let word = hash.iter().position(|word| *word != 0).unwrap();
        word as u32 * 64 + hash[word].trailing_zeros()
    }

    #[test]
    fn every_bit_keeps_a_place_of_its_own() {
        let places: BTreeSet<u32> = (0..BITS).map(|at| place(&scramble(&bit(at)))).collect();
        assert_eq!(places.len(), 256);
    }

    #[test]
    fn neighbours_in_a_row_or_a_column_of_frequencies_do_not_stay_together() {
        let apart = |step: u32| {
            let near = (0..BITS - step)
                .filter(|at| place(&scramble(&bit(*at))).abs_diff(place(&scramble(&bit(at + step)))) < 24)
                .count();
            near as f64 / f64::from(BITS - step)
        };
        // Two places drawn at random are less than 24 apart in 18 % of all draws.
        assert!(apart(1) < 0.25 && apart(16) < 0.25, "{} {}", apart(1), apart(16));
    }

    #[test]
    fn the_order_of_version_1_never_changes() {
        assert_eq!([0, 1, 100, 255].map(|at| place(&scramble(&bit(at)))), [89, 188, 149, 181]);
    }
}
