//! Multi-index hashing (Norouzi, Punjani, Fleet, CVPR 2012): how a hash is cut into chunks, and how far each of them must
//! be searched.
//!
//! If two hashes differ in at most `r` bits, and `r = q * m + a` with `a < m`, then of any `m` chunks either one of the
//! first `a + 1` differs in at most `q` bits, or one of the others in at most `q - 1`. (Otherwise they would differ in at
//! least `(a + 1)(q + 1) + (m - a - 1) q = r + 1` bits.) The narrow chunks come first: the farther search is shorter there.

use crate::hash::{BITS, Hash};

/// The radius that the tables of a segment are laid out for: the one of the PDQ paper and of what is screened here.
pub(crate) const USUAL_RADIUS: u32 = 31;

/// Fewest and most chunks: 26 and 13 bits wide at most.
const CHUNKS_MIN: u32 = 10;
const CHUNKS_MAX: u32 = 20;

/// Memory that the tables may cost at most, in bytes for each hash, where there are more than a few hashes.
const BYTES_PER_HASH_MAX: u64 = 86;

/// What a look into a bucket and a look at a hash cost, in half nanoseconds: measured at 10 million hashes, where both are
/// misses of the cache. Only their ratio to [`FLAT_COST`] matters, and only for speed.
const BUCKET_COST: f64 = 26.0;
const HASH_COST: f64 = 30.0;

/// What a row of a scan over all costs for one needle of many, in half nanoseconds; one alone waits for memory.
const FLAT_COST: f64 = 0.6;
const FLAT_COST_ALONE: f64 = 1.8;

/// How hashes are cut: the same for every hash of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chunks {
    count: u32,
}

/// One chunk of every hash, and how far it is to be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chunk {
    start: u32,
    /// In bits.
    pub(crate) width: u32,
}

impl Chunks {
    /// `None` if there is no such way to cut.
    pub(crate) fn new(count: u32) -> Option<Self> {
        (CHUNKS_MIN..=CHUNKS_MAX).contains(&count).then_some(Self { count })
    }

    /// The cheapest way for so many hashes.
    pub(crate) fn for_rows(rows: u64) -> Self {
        let mut best = Self { count: CHUNKS_MAX };
        for count in CHUNKS_MIN..CHUNKS_MAX {
            let other = Self { count };
            let is_small = other.table_bytes(rows) <= BYTES_PER_HASH_MAX.saturating_mul(rows);
            if is_small && other.cost(rows, USUAL_RADIUS) < best.cost(rows, USUAL_RADIUS) {
                best = other;
            }
        }
        best
    }

    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Each chunk with the distance in which it must be searched; `None` where it need not be.
    pub(crate) fn at_radius(&self, radius: u32) -> impl Iterator<Item = (Chunk, Option<u32>)> + Clone {
        let (count, narrow) = (self.count, BITS / self.count);
        let wide = BITS % count;
        let (each, more) = (radius / count, radius % count);
        (0..count).map(move |at| {
            let before_wide = at.min(count - wide);
            let start = at * narrow + (at - before_wide);
            let chunk = Chunk { start, width: narrow + u32::from(at >= count - wide) };
            (chunk, if at <= more { Some(each) } else { each.checked_sub(1) })
        })
    }

    /// The chunks alone.
    pub(crate) fn all(&self) -> impl Iterator<Item = Chunk> {
        self.at_radius(0).map(|(chunk, _)| chunk)
    }

    fn table_bytes(&self, rows: u64) -> u64 {
        self.all().map(|chunk| crate::table::bytes(chunk.width, rows)).sum()
    }

    /// What one query costs through the tables, in half nanoseconds.
    pub(crate) fn cost(&self, rows: u64, radius: u32) -> f64 {
        let each = self.at_radius(radius).map(|(chunk, reach)| {
            let buckets = reach.map_or(0.0, |reach| buckets(chunk.width, reach));
            let rows = buckets * rows as f64 / f64::from(chunk.width).exp2();
            buckets * BUCKET_COST + rows * HASH_COST
        });
        each.sum()
    }
}

/// What one of so many queries costs that look at all rows, in half nanoseconds.
pub(crate) fn cost_of_scan(rows: u64, needles: usize) -> f64 {
    rows as f64 * (FLAT_COST + (FLAT_COST_ALONE - FLAT_COST) / needles.max(1) as f64)
}

impl Chunk {
    /// The chunk's value in a hash.
    #[inline]
    pub(crate) fn of(self, hash: &Hash) -> u32 {
        let (word, bit) = ((self.start / 64) as usize, self.start % 64);
        let low = hash[word] >> bit;
        let value = if bit + self.width > 64 { low | hash[word + 1] << (64 - bit) } else { low };
        (value & ((1 << self.width) - 1)) as u32
    }
}

/// How many values are at most `reach` bits from one of `width` bits.
fn buckets(width: u32, reach: u32) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    for bits in 1..=reach.min(width) {
        term *= f64::from(width - bits + 1) / f64::from(bits);
        sum += term;
    }
    sum
}

/// Every value of `width` bits with at most `reach` of them set, fewest first, in rising order: close ones follow each
/// other, as their buckets do.
pub(crate) fn flips(width: u32, reach: u32) -> Vec<u32> {
    let mut flips = vec![0];
    let end = 1_u64 << width;
    for bits in 1..=reach.min(width) {
        let mut value = (1_u64 << bits) - 1;
        while value < end {
            flips.push(value as u32);
            // The next value with as many bits set (Gosper; Beeler, Gosper, Schroeppel, HAKMEM 175).
            let lowest = value & value.wrapping_neg();
            let ripple = value + lowest;
            value = ripple | (((value ^ ripple) >> 2) >> lowest.trailing_zeros());
        }
    }
    flips
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hash::distance;

    #[test]
    fn the_way_to_cut_follows_the_number_of_hashes() {
        let counts = [1, 65_536, 1_000_000, 3_000_000, 10_000_000, 100_000_000].map(|n| Chunks::for_rows(n).count());
        assert_eq!(counts, [20, 17, 13, 12, 11, 10]);
    }

    #[test]
    fn chunks_lie_side_by_side_and_cover_every_bit_once() {
        for count in CHUNKS_MIN..=CHUNKS_MAX {
            let mut next = 0;
            for chunk in Chunks::new(count).unwrap().all() {
                assert_eq!(chunk.start, next, "{count}");
                next += chunk.width;
            }
            assert_eq!(next, BITS, "{count}");
        }
    }

    #[test]
    fn radius_31_over_eleven_chunks_is_ten_times_two_and_once_one() {
        let reaches: Vec<_> = Chunks::new(11).unwrap().at_radius(31).map(|(_, reach)| reach.unwrap()).collect();
        assert_eq!(reaches, [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1]);
        let reaches: Vec<_> = Chunks::new(11).unwrap().at_radius(1).map(|(_, reach)| reach).collect();
        assert_eq!(reaches[..3], [Some(0), Some(0), None]);
    }

    #[test]
    fn flips_are_all_values_of_few_bits() {
        let (width, reach) = (9, 3);
        let mut found = flips(width, reach);
        assert_eq!(found.len(), buckets(width, reach) as usize);
        found.sort_unstable();
        assert!(found.iter().copied().eq((0..512_u32).filter(|value| value.count_ones() <= reach)));
        assert_eq!(flips(3, 200).len(), 8);
    }

    proptest! {
        #[test]
        fn hashes_within_the_radius_always_agree_well_enough_in_some_chunk(
            one: Hash,
            flipped in prop::collection::btree_set(0_u32..BITS, 0..80),
            count in CHUNKS_MIN..=CHUNKS_MAX,
        ) {
            let mut other = one;
            for bit in &flipped {
                other[(bit / 64) as usize] ^= 1 << (bit % 64);
            }
            let radius = flipped.len() as u32;
            prop_assert_eq!(distance(&one, &other), radius);
            let is_found = Chunks::new(count).unwrap().at_radius(radius).any(|(chunk, reach)| {
                reach.is_some_and(|reach| (chunk.of(&one) ^ chunk.of(&other)).count_ones() <= reach)
            });
            prop_assert!(is_found);
        }
    }
}
