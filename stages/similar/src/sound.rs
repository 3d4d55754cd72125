//! The axis of sound: Chromaprint items, and every stretch that two sounds have in common. The library's own matcher
//! reports one alignment only, so a bed that is looped or cut anew would count once; here each stretch counts.

use rusty_chromaprint::{Configuration, Fingerprinter};
use serde::{Deserialize, Serialize};

use crate::error::SimilarError;

/// Seconds of an item: a third of 4096 samples at 11,025 Hz.
pub const ITEM_SECONDS: f32 = 1_365.0 / 11_025.0;
/// Items of a sound that are kept: half an hour.
const ITEMS_MAX: usize = 14_600;
/// Items of a stretch at least: five seconds.
const STRETCH_MIN: usize = 40;
/// Items over which bit errors are averaged: two seconds.
const WINDOW: usize = 16;
/// Mean bit errors of an item, of 32, up to which two sounds are one. Unrelated ones differ in 16 or so.
const ERRORS_MAX: u32 = 6;
/// Spans of a sound that are given as evidence.
const SPANS_MAX: usize = 64;
/// Items that differ little from each other all along: silence and hum say nothing.
const CHANGES_MIN: u32 = 24;

/// Which sound of a cut. A bed under speech is found only where it is alone, so each stem has a print of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SoundKind {
    /// The speech alone.
    Voice,
    /// The music alone.
    Music,
    /// What is heard: all that a file from outside has.
    Mix,
}

/// The print of one sound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sound {
    /// Which sound.
    pub kind: SoundKind,
    /// The id of a licensed track; cuts may share it.
    pub licensed: Option<String>,
    /// Chromaprint items, about eight a second.
    pub items: Vec<u32>,
}

/// Makes a [`Sound`] of samples as they come, in blocks of any size. Stays on one thread.
pub struct SoundPrinter {
    fingerprinter: Fingerprinter,
    block: Vec<i16>,
    left: usize,
}

impl std::fmt::Debug for SoundPrinter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SoundPrinter").field("left", &self.left).finish_non_exhaustive()
    }
}

impl SoundPrinter {
    /// For interleaved samples. Best at 11,025 Hz in one channel: the prints are then bit for bit those of `fpcalc`; from
    /// other rates some bits in a thousand differ.
    ///
    /// # Errors
    /// [`SimilarError::Sound`] for a rate outside of 8 to 192 kHz, or none or more than 8 channels.
    pub fn new(rate: u32, channels: u16) -> Result<Self, SimilarError> {
        let wrong = || SimilarError::Sound { rate, channels };
        if !(8_000..=192_000).contains(&rate) || !(1..=8).contains(&channels) {
            return Err(wrong());
        }
        let mut fingerprinter = Fingerprinter::new(&Configuration::preset_test2());
        fingerprinter.start(rate, u32::from(channels)).map_err(|_| wrong())?;
        let left = ITEMS_MAX * 1_365 * rate as usize / 11_025 * usize::from(channels);
        Ok(Self { fingerprinter, block: Vec::new(), left })
    }

    /// Takes samples of -1 to 1. What is beyond half an hour is not listened to.
    pub fn push(&mut self, samples: &[f32]) {
        let samples = &samples[..samples.len().min(self.left)];
        self.left -= samples.len();
        for part in samples.chunks(4_096) {
            self.block.clear();
            self.block.extend(part.iter().map(|sample| (sample.clamp(-1.0, 1.0) * 32_767.0) as i16));
            self.fingerprinter.consume(&self.block);
        }
    }

    /// The print of all that was pushed; without items where that was less than three seconds.
    #[must_use]
    pub fn finish(mut self, kind: SoundKind, licensed: Option<String>) -> Sound {
        self.fingerprinter.finish();
        Sound { kind, licensed, items: self.fingerprinter.fingerprint().to_vec() }
    }
}

/// What two sounds have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// Seconds of the first that are in the second.
    pub here_s: f32,
    /// Seconds of the second that are in the first.
    pub there_s: f32,
    /// The larger of both as a share of the shorter sound, 0 to 1.
    pub share: f32,
    /// Stretches: from and to in the first, from in the second, in milliseconds.
    pub spans: Vec<(u32, u32, u32)>,
}

/// Compares two sounds, whatever their kinds; nothing where one is too short to tell, or both are one licensed track.
#[must_use]
pub fn heard(one: &Sound, two: &Sound) -> Option<Heard> {
    let licensed = one.licensed.is_some() && one.licensed == two.licensed;
    if licensed || one.items.len() < STRETCH_MIN || two.items.len() < STRETCH_MIN {
        return None;
    }
    let mut covered =
        Covered { here: vec![false; one.items.len()], there: vec![false; two.items.len()], spans: Vec::new() };
    let (here, there) = (one.items.len() as isize, two.items.len() as isize);
    let least = STRETCH_MIN as isize;
    for offset in (least - here)..=(there - least) {
        covered.along(&one.items, &two.items, offset);
    }
    let seconds = |covered: &[bool]| covered.iter().filter(|covered| **covered).count() as f32 * ITEM_SECONDS;
    let (here_s, there_s) = (seconds(&covered.here), seconds(&covered.there));
    let shorter = one.items.len().min(two.items.len()) as f32 * ITEM_SECONDS;
    covered.spans.sort_by_key(|(from, to, _)| std::cmp::Reverse(to - from));
    let mut spans = Vec::<(u32, u32, u32)>::new();
    for span in covered.spans {
        // The offsets beside the best one see the same stretch, a little shorter.
        let seen =
            |other: &(u32, u32, u32)| other.0 <= span.0 + 500 && span.1 <= other.1 + 500 && shift(other, &span) <= 500;
        if spans.len() < SPANS_MAX && !spans.iter().any(seen) {
            spans.push(span);
        }
    }
    Some(Heard { here_s, there_s, share: (here_s.max(there_s) / shorter).min(1.0), spans })
}

/// By how much the alignments of two stretches differ, in milliseconds.
fn shift(one: &(u32, u32, u32), two: &(u32, u32, u32)) -> u32 {
    (one.2 + two.0).abs_diff(two.2 + one.0)
}

/// What was found so far.
struct Covered {
    here: Vec<bool>,
    there: Vec<bool>,
    spans: Vec<(u32, u32, u32)>,
}

impl Covered {
    /// Marks the stretches at one offset: item `n` of the first against item `n + offset` of the second.
    fn along(&mut self, one: &[u32], two: &[u32], offset: isize) {
        let (here, there) = (offset.min(0).unsigned_abs(), offset.max(0).unsigned_abs());
        let (one, two) = (&one[here..], &two[there..]);
        let length = one.len().min(two.len());
        let errors = |at: usize| (one[at] ^ two[at]).count_ones();
        let mut sum: u32 = (0..WINDOW).map(errors).sum();
        let mut start = None;
        for at in 0..=length - WINDOW {
            if at > 0 {
                sum = sum + errors(at + WINDOW - 1) - errors(at - 1);
            }
            if sum <= ERRORS_MAX * WINDOW as u32 {
                start.get_or_insert(at);
            } else if let Some(from) = start.take() {
                self.mark(&one[from..], here + from, there + from, at - 1 + WINDOW - from);
            }
        }
        if let Some(from) = start {
            self.mark(&one[from..], here + from, there + from, length - from);
        }
    }

    fn mark(&mut self, items: &[u32], here: usize, there: usize, length: usize) {
        let changes: u32 = items[..length].windows(2).map(|two| (two[0] ^ two[1]).count_ones()).sum();
        if length < STRETCH_MIN || changes < CHANGES_MIN {
            return;
        }
        self.here[here..here + length].fill(true);
        self.there[there..there + length].fill(true);
        // The list stays short whatever the sounds.
        if self.spans.len() < 16 * SPANS_MAX {
            let ms = |item: usize| (item as f32 * ITEM_SECONDS * 1_000.0) as u32;
            self.spans.push((ms(here), ms(here + length), ms(there)));
        }
    }
}

#[cfg(test)]
mod tests;
