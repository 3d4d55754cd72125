//! Matches that lie on a line of time: the n-th second of one cut is the m-th of the other, and so on from there at nearly
//! the same pace. Scattered matches are chance; a line is a copy.

/// A match: a time in one cut and a time in the other, in milliseconds.
pub(super) type Pair = (u32, u32);

/// Slowest and fastest pace of a copy, in thousandths.
const PACE: (u32, u32) = (800, 1_250);
/// From one pace that is tried to the next, in thousandths: over a minute the error stays within the slack.
const PACE_STEP: u32 = 10;
/// How far from the line a match may lie, in milliseconds: a sample of either side, and what rounding adds.
const SLACK_MS: i64 = 260;
/// Width of a bin of the first count.
const BIN_MS: i64 = 104;
/// Lines that are looked for: a cut whose order was changed has one for each piece.
const LINES_MAX: usize = 12;
/// A longer hole ends a run.
const HOLE_MS: u32 = 1_250;
/// A sample so near to one of a run is in it: the other cut's samples lie between this one's.
const NEAR_MS: u32 = 210;
/// Samples of a run at least: what is shorter is chance.
pub(super) const RUN_MIN: usize = 4;

/// Runs of matches, none with a sample of the first cut in common, the longest line first. `pairs` are ordered by the first
/// cut's times; each run is too.
pub(super) fn runs(pairs: &[Pair]) -> Vec<Vec<Pair>> {
    let mut left = pairs.to_vec();
    let mut runs = Vec::new();
    for _ in 0..LINES_MAX {
        let found = split(&best_line(&left));
        if found.is_empty() {
            break;
        }
        let taken: Vec<u32> = found.iter().flatten().map(|(first, _)| *first).collect();
        // The pieces of one line are in the order of its times.
        left.retain(|(first, _)| taken.binary_search(first).is_err());
        runs.extend(found);
    }
    runs
}

/// The pairs of the line that passes the most samples, one for each sample.
fn best_line(pairs: &[Pair]) -> Vec<Pair> {
    // Samples on it, its pace, its offset; and how far beyond that offset it is as good.
    let mut best: (usize, u32, i64, i64) = (0, 1_000, 0, 0);
    // The pace of 1 first: others must be better, not as good.
    let paces = std::iter::once(1_000).chain((PACE.0..=PACE.1).step_by(PACE_STEP as usize));
    for pace in paces {
        let offset = |pair: &Pair| i64::from(pair.1) - i64::from(pair.0) * i64::from(pace) / 1_000;
        let low = pairs.iter().map(offset).min().unwrap_or(0);
        let high = pairs.iter().map(offset).max().unwrap_or(0);
        let mut bins = vec![(0_usize, u32::MAX); ((high - low) / BIN_MS) as usize + 5];
        for pair in pairs {
            let bin = ((offset(pair) - low) / BIN_MS) as usize;
            // A match counts in its own bin and two on either side: each bin stands for all within the slack.
            for (count, last) in &mut bins[bin..bin + 5] {
                if *last != pair.0 {
                    (*count, *last) = (*count + 1, pair.0);
                }
            }
        }
        for (at, (count, _)) in bins.iter().enumerate() {
            let offset = low + (at as i64 - 2) * BIN_MS + BIN_MS / 2;
            if *count > best.0 {
                best = (*count, pace, offset, 0);
            } else if *count == best.0 && (pace, offset) == (best.1, best.2 + best.3 + BIN_MS) {
                best.3 += BIN_MS;
            }
        }
    }
    on_line(pairs, best.1, best.2 + best.3 / 2)
}

/// For each sample the match nearest to the line, if one is near enough.
fn on_line(pairs: &[Pair], pace: u32, offset: i64) -> Vec<Pair> {
    let off = |pair: &Pair| (i64::from(pair.1) - i64::from(pair.0) * i64::from(pace) / 1_000 - offset).abs();
    let mut line = Vec::<Pair>::new();
    for pair in pairs.iter().filter(|pair| off(pair) <= SLACK_MS) {
        match line.last_mut().filter(|last| last.0 == pair.0) {
            Some(last) if off(pair) < off(last) => *last = *pair,
            Some(_) => {}
            None => line.push(*pair),
        }
    }
    line
}

/// Splits a line at its holes, and drops what is short.
fn split(line: &[Pair]) -> Vec<Vec<Pair>> {
    let pieces = line.chunk_by(|one, two| two.0 - one.0 <= HOLE_MS && two.1.abs_diff(one.1) <= 2 * HOLE_MS);
    pieces.filter(|piece| piece.len() >= RUN_MIN).map(<[Pair]>::to_vec).collect()
}

/// A run's times in one cut, and how long a hole in them may be to be no hole.
pub(super) struct Passed {
    times: Vec<u32>,
    hole_ms: u32,
}

impl Passed {
    /// Of one side of a run whose first cut was asked at steps of so many milliseconds. Where half of the samples match,
    /// those between them lie on the same line of time: they are the same stretch, whatever was laid over it just then. A
    /// run with fewer is no more than its matches.
    pub(super) fn of(run: &[Pair], step_ms: u32, side: impl Fn(&Pair) -> u32) -> Self {
        let mut times: Vec<u32> = run.iter().map(side).collect();
        times.sort_unstable();
        let length = run.last().zip(run.first()).map_or(0, |(last, first)| last.0 - first.0);
        let is_dense = 2 * run.len() as u32 * step_ms >= length + step_ms;
        Self { times, hole_ms: if is_dense { HOLE_MS } else { 0 } }
    }

    /// True where the run goes through a time.
    pub(super) fn holds(&self, at: u32) -> bool {
        let next = self.times.partition_point(|time| *time < at);
        let after = self.times.get(next).map(|time| time - at);
        let before = next.checked_sub(1).and_then(|last| self.times.get(last)).map(|time| at - time);
        let near = |gap: Option<u32>| gap.is_some_and(|gap| gap <= NEAR_MS);
        near(before) || near(after) || before.zip(after).is_some_and(|(before, after)| before + after <= self.hole_ms)
    }
}
