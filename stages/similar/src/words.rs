//! The axis of text: which runs of letters two scripts share, and whether they are cut by the same pattern.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

/// Letters of a run. Containment of such runs tells light edits from other texts better than their Jaccard share.
const RUN: usize = 5;
/// Tokens of a run of the pattern.
const PATTERN_RUN: usize = 4;
/// Hashes kept of a text. Scripts have fewer, so the shares are exact; of longer texts the least hashes stand for all.
const KEPT: usize = 2_048;
/// With fewer runs a text is too short to be compared.
const RUNS_MIN: usize = 40;
/// The same for its pattern.
const PATTERNS_MIN: usize = 12;
/// Letters that are read of a text.
const LETTERS_MAX: usize = 200_000;
/// Words up to this length are the pattern, longer ones are what it is filled with.
const SHORT: usize = 3;
/// Rows of a band, and bands: two texts that share half of their runs have a band in common in 64 of 100 cases, those that
/// share eight tenths always (`1 - (1 - s^4)^16`).
const ROWS: usize = 4;
const BANDS: usize = 16;

/// A text's least hashes, and those of its pattern.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Words {
    runs: Sketch,
    pattern: Sketch,
    bands: Vec<u64>,
}

/// The least hashes of a set, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
struct Sketch {
    hashes: Vec<u32>,
    /// Members of the set.
    of: u32,
}

/// How much two texts have in common.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// Share of the runs of the one with fewer that the other has too, 0 to 1.
    pub contained: f32,
    /// Shared runs by all runs of both, 0 to 1.
    pub jaccard: f32,
    /// The same as `contained` for the pattern: short words and signs, with all that is between them left out. High with
    /// little else in common: the same sentences with other names. Nothing where either is too short.
    pub pattern: Option<f32>,
}

impl Words {
    /// Of the beats of a script (hook and scenes, in order). Leave out what a niche says in each of its cuts, such as the
    /// closing sentence: that is shared on purpose.
    #[must_use]
    pub fn of<'a>(beats: impl IntoIterator<Item = &'a str>) -> Self {
        let mut letters = Vec::new();
        let mut tokens = Vec::new();
        for beat in beats {
            let room = LETTERS_MAX.saturating_sub(letters.len());
            let text: Vec<char> = beat.nfkc().flat_map(char::to_lowercase).take(room).collect();
            for word in text.split(|letter| !letter.is_alphanumeric()).filter(|word| !word.is_empty()) {
                letters.extend_from_slice(word);
                letters.push(' ');
                tokens.push(token(word));
            }
            tokens.push(".".to_owned());
        }
        let runs = Sketch::of(letters.windows(RUN).map(|run| hash(&run.iter().collect::<String>())));
        let pattern = Sketch::of(tokens.windows(PATTERN_RUN).map(|run| hash(&run.join(" "))));
        let bands = bands(&runs.hashes);
        Self { runs, pattern, bands }
    }

    /// Keys for finding candidates among many texts: those that share most of their runs have one of them in common. For
    /// containment in a much longer text they are no help. Empty for a text that is too short.
    #[must_use]
    pub fn bands(&self) -> &[u64] {
        &self.bands
    }

    /// Compares two texts; nothing where either is too short.
    #[must_use]
    pub fn read(&self, other: &Self) -> Option<Read> {
        if self.runs.hashes.len().min(other.runs.hashes.len()) < RUNS_MIN {
            return None;
        }
        let patterns = self.pattern.hashes.len().min(other.pattern.hashes.len());
        Some(Read {
            contained: self.runs.contained(&other.runs),
            jaccard: self.runs.jaccard(&other.runs),
            pattern: (patterns >= PATTERNS_MIN).then(|| self.pattern.contained(&other.pattern)),
        })
    }
}

impl Sketch {
    fn of(hashes: impl Iterator<Item = u32>) -> Self {
        let mut hashes: Vec<u32> = hashes.collect();
        hashes.sort_unstable();
        hashes.dedup();
        let of = hashes.len() as u32;
        hashes.truncate(KEPT);
        Self { hashes, of }
    }

    /// Least hashes of both together, and how many of them are in both: the two sketches are complete up to the lower of
    /// their ends.
    fn common(&self, other: &Self) -> (usize, usize) {
        let end = |sketch: &Self| {
            if sketch.of as usize > sketch.hashes.len() { sketch.hashes.last().copied() } else { None }
        };
        let end = [end(self), end(other)].into_iter().flatten().min().unwrap_or(u32::MAX);
        let (mut one, mut two) = (self.hashes.as_slice(), other.hashes.as_slice());
        let (mut all, mut both) = (0, 0);
        while let Some(next) =
            [one.first(), two.first()].into_iter().flatten().min().copied().filter(|next| *next <= end)
        {
            let (in_one, in_two) = (one.first() == Some(&next), two.first() == Some(&next));
            one = &one[usize::from(in_one)..];
            two = &two[usize::from(in_two)..];
            all += 1;
            both += usize::from(in_one && in_two);
        }
        (all, both)
    }

    fn jaccard(&self, other: &Self) -> f32 {
        let (all, both) = self.common(other);
        both as f32 / all.max(1) as f32
    }

    /// Of the smaller set: what a Jaccard share `j` of two sets of known sizes comes to.
    fn contained(&self, other: &Self) -> f32 {
        let shared = self.jaccard(other);
        let both = shared / (1.0 + shared) * (self.of + other.of) as f32;
        (both / self.of.min(other.of).max(1) as f32).min(1.0)
    }
}

/// A word as the pattern sees it.
fn token(word: &[char]) -> String {
    if word.iter().any(|letter| letter.is_numeric()) {
        return "#".to_owned();
    }
    if word.len() <= SHORT { word.iter().collect() } else { "_".to_owned() }
}

fn hash(text: &str) -> u32 {
    let hash = blake3::hash(text.as_bytes());
    let [a, b, c, d, ..] = *hash.as_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// `MinHash` by bands: each row is the least of all hashes under a mixing of its own (splitmix64).
fn bands(hashes: &[u32]) -> Vec<u64> {
    if hashes.len() < RUNS_MIN {
        return Vec::new();
    }
    let mix = |value: u64| {
        let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    };
    let row = |row: usize| {
        let salt = (row as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        hashes.iter().map(|hash| mix(u64::from(*hash).wrapping_add(salt))).min().unwrap_or(0)
    };
    let band = |band: usize| (0..ROWS).fold(band as u64, |key, at| mix(key ^ row(band * ROWS + at)));
    (0..BANDS).map(band).collect()
}

#[cfg(test)]
mod tests;
