//! The rows of a segment by the value of one chunk.
//!
//! Row numbers lie sorted by value, those of one value (a *bucket*) side by side. Where a bucket ends is kept for 32
//! buckets in one cache line: a base, and 32 ends after it of 15 bits each. So a look into a bucket costs one miss, and
//! values that differ in their low bits share it. Where 32 buckets hold more than 15 bits can say (one frame that is in
//! ten thousands of cuts), the line points to a row of plain numbers instead.

use crate::chunks::Chunk;
use crate::hash::Hash;

/// Where 32 buckets end.
pub(crate) type Line = [u8; 64];

/// Buckets of one line.
const PER_LINE: usize = 32;
const BASE: usize = 60;
const END_BITS: usize = 15;
/// An end that says: look at the wide row.
const WIDE: u32 = (1 << END_BITS) - 1;
/// Numbers in a wide row: a start and 32 ends.
const WIDE_ROW: usize = PER_LINE + 1;

/// Parts of values that are counted at a time, so that the counts stay in the cache: 2^13 buckets.
const PART_BITS: u32 = 13;

/// Bytes of a table on disk, without wide rows.
pub(crate) fn bytes(width: u32, rows: u64) -> u64 {
    (lines(width) * size_of::<Line>()) as u64 + 4 * rows
}

/// Lines for chunks of so many bits.
pub(crate) fn lines(width: u32) -> usize {
    (1_usize << width).div_ceil(PER_LINE)
}

/// A table that is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table<'a> {
    pub(crate) lines: &'a [Line],
    pub(crate) wide: &'a [u32],
    pub(crate) rows: &'a [u32],
}

impl<'a> Table<'a> {
    /// Which line a value is in, to fetch it ahead of [`Table::bucket`].
    #[inline]
    pub(crate) fn line(value: u32) -> usize {
        value as usize / PER_LINE
    }

    /// Where in [`Table::rows`] the rows with this value lie; `None` if the table is damaged.
    #[inline]
    pub(crate) fn bucket(&self, value: u32) -> Option<(u32, u32)> {
        let line = self.lines.get(Self::line(value))?;
        let at = value as usize % PER_LINE;
        let base = u32::from_le_bytes([line[BASE], line[BASE + 1], line[BASE + 2], line[BASE + 3]]);
        let last = end(line, at);
        if last == WIDE {
            let start = (base as usize).checked_mul(WIDE_ROW)?;
            let row = self.wide.get(start..start.checked_add(WIDE_ROW)?)?;
            return Some((row[at], row[at + 1]));
        }
        let first = if at == 0 { 0 } else { end(line, at - 1) };
        Some((base.checked_add(first)?, base.checked_add(last)?))
    }

    /// The rows with this value; `None` if the table is damaged.
    #[inline]
    pub(crate) fn rows(&self, (start, end): (u32, u32)) -> Option<&'a [u32]> {
        self.rows.get(start as usize..end as usize)
    }
}

#[inline]
fn end(line: &Line, at: usize) -> u32 {
    let bit = at * END_BITS;
    let byte = bit / 8;
    let word = u32::from_le_bytes([line[byte], line[byte + 1], line[byte + 2], line[byte + 3]]);
    (word >> (bit % 8)) & WIDE
}

/// A table that was made.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) lines: Vec<Line>,
    pub(crate) wide: Vec<u32>,
    pub(crate) rows: Vec<u32>,
}

/// Makes tables, one after the other, in the same memory.
#[derive(Debug, Default)]
pub(crate) struct Maker {
    /// Value and row, sorted by the high bits of the value.
    pairs: Vec<(u32, u32)>,
    made: Made,
}

impl Maker {
    /// The table of one chunk. Row numbers rise within a bucket.
    pub(crate) fn make(&mut self, chunk: Chunk, hashes: &[Hash]) -> &Made {
        let low_bits = chunk.width.min(PART_BITS);
        let starts = self.part(chunk, hashes, low_bits);
        let made = &mut self.made;
        made.lines.clear();
        made.lines.resize(lines(chunk.width), [0; 64]);
        made.wide.clear();
        made.rows.clear();
        made.rows.resize(hashes.len(), 0);
        let buckets = 1_usize << low_bits;
        let mut ends = vec![0_u32; buckets];
        for (part, bounds) in starts.windows(2).enumerate() {
            let (start, pairs) = (bounds[0], &self.pairs[bounds[0] as usize..bounds[1] as usize]);
            ends.fill(0);
            for (value, _) in pairs {
                ends[*value as usize % buckets] += 1;
            }
            let mut next = start;
            for end in &mut ends {
                next += std::mem::replace(end, next);
            }
            for (value, row) in pairs {
                let end = &mut ends[*value as usize % buckets];
                made.rows[*end as usize] = *row;
                *end += 1;
            }
            let mut first = start;
            for (at, ends) in ends.chunks(PER_LINE).enumerate() {
                made.lines[part * buckets / PER_LINE + at] = pack(first, ends, &mut made.wide);
                first = ends.last().copied().unwrap_or(first);
            }
        }
        made
    }

    /// Sorts the rows by the high bits of their values, and says where each part starts.
    fn part(&mut self, chunk: Chunk, hashes: &[Hash], low_bits: u32) -> Vec<u32> {
        let parts = 1_usize << (chunk.width - low_bits);
        let mut starts = vec![0_u32; parts + 1];
        for hash in hashes {
            starts[(chunk.of(hash) >> low_bits) as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        self.pairs.resize(hashes.len(), (0, 0));
        let mut next = starts.clone();
        for (row, hash) in hashes.iter().enumerate() {
            let value = chunk.of(hash);
            let place = &mut next[(value >> low_bits) as usize];
            self.pairs[*place as usize] = (value, row as u32);
            *place += 1;
        }
        starts
    }
}

/// A line of the given ends, the first of which starts at `start`.
fn pack(start: u32, ends: &[u32], wide: &mut Vec<u32>) -> Line {
    let last = ends.last().copied().unwrap_or(start);
    let mut line: Line = [0; 64];
    let is_wide = last - start >= WIDE;
    let base = if is_wide { (wide.len() / WIDE_ROW) as u32 } else { start };
    if is_wide {
        wide.push(start);
        wide.extend((0..PER_LINE).map(|at| ends.get(at).copied().unwrap_or(last)));
    }
    for at in 0..PER_LINE {
        let end = if is_wide { WIDE } else { ends.get(at).copied().unwrap_or(last) - start };
        let (byte, shift) = (at * END_BITS / 8, at * END_BITS % 8);
        let bytes = (end << shift).to_le_bytes();
        line[byte..BASE.min(byte + 4)].iter_mut().zip(bytes).for_each(|(byte, bits)| *byte |= bits);
    }
    line[BASE..].copy_from_slice(&base.to_le_bytes());
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chunks::Chunks;

    /// Every bucket of every chunk holds the rows with its value, in order.
    fn check(hashes: &[Hash]) {
        let mut maker = Maker::default();
        for chunk in Chunks::new(20).unwrap().all() {
            let made = maker.make(chunk, hashes);
            let table = Table { lines: &made.lines, wide: &made.wide, rows: &made.rows };
            let mut expected = vec![Vec::new(); 1 << chunk.width];
            for (row, hash) in hashes.iter().enumerate() {
                expected[chunk.of(hash) as usize].push(row as u32);
            }
            for (value, rows) in expected.iter().enumerate() {
                assert_eq!(table.rows(table.bucket(value as u32).unwrap()).unwrap(), rows, "{chunk:?} {value}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]

        #[test]
        fn a_bucket_holds_the_rows_of_its_value(hashes in prop::collection::vec(any::<Hash>(), 0..3_000)) {
            check(&hashes);
        }
    }

    #[test]
    fn one_hash_ten_thousands_of_times_still_fits() {
        let mut hashes = vec![[7, 0, u64::MAX, 1 << 40]; 32_766];
        check(&hashes);
        hashes.push([7, 0, u64::MAX, 1 << 40]);
        check(&hashes);
        hashes.extend(std::iter::repeat_n([9, 1, 5, 2], 40_000));
        hashes.extend((0..5_000).map(|at| [at, at << 13, at << 20, at << 30]));
        check(&hashes);
    }

    #[test]
    fn a_damaged_line_points_outside_and_is_told() {
        let table = Table { lines: &[[0xff; 64]], wide: &[], rows: &[1, 2] };
        assert_eq!(table.bucket(3), None);
        assert_eq!(table.bucket(32), None);
        assert_eq!(table.rows((1, 3)), None);
        assert_eq!(table.rows((2, 1)), None);
    }
}
