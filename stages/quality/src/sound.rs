//! Loudness, clipping, silence, and what the two channels are to each other.

use ebur128::{EbuR128, Mode};

use crate::finding::{Finding, Rule, Unchecked, Weight};
use crate::frame::Sound;
use crate::limits::Limits;
use crate::scan::over;
use crate::stretch::{Span, Spans};

/// Levels are kept for each of these stretches, in milliseconds.
pub(crate) const HOP_MS: f64 = 10.0;
/// An hour of them; what comes after is measured as a whole, but has no times.
const MOST_HOPS: usize = 360_000;
/// Sound rates that are measured, in samples a second.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// At or above this a sample is at full scale: one step of 16 bits is less.
const FULL: f32 = 0.9999;
/// So many samples in a row at full scale are a cut-off crest, not a lucky hit.
const CLIPPED: u32 = 3;
/// Below this nothing is heard, in dBFS.
pub(crate) const SILENT_DBFS: f64 = -60.0;
/// Below this a hop does not count for the channels' balance, in dBFS.
const HEARD_DBFS: f64 = -45.0;
/// Length of the end whose level is told, in milliseconds.
const END_MS: f64 = 20.0;

/// Mean square of one hop.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Hop {
    /// Mean of both channels.
    pub(crate) power: f32,
}

/// Follows the sound.
pub(crate) struct Ear {
    rate: u32,
    meter: Option<EbuR128>,
    clipping: [Clipping; 2],
    clipped: Spans,
    clipped_runs: u64,
    silence: Spans,
    hops: Vec<Hop>,
    hop: Sums,
    /// Over all hops that are heard.
    heard: Sums,
    samples: u64,
    /// Samples that are no numbers, and blocks that do not fit.
    refused: u64,
    spare: [Vec<f32>; 2],
    end: End,
}

#[derive(Debug, Clone, Copy, Default)]
struct Clipping {
    run: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    left: f64,
    right: f64,
    both: f64,
    samples: u32,
}

impl Sums {
    fn power(&self) -> f64 {
        0.5 * (self.left + self.right) / f64::from(self.samples.max(1))
    }

    fn add(&mut self, other: &Self) {
        self.left += other.left;
        self.right += other.right;
        self.both += other.both;
        self.samples = self.samples.saturating_add(other.samples);
    }
}

/// The last samples, as powers in a ring.
#[derive(Debug, Default)]
struct End {
    ring: Vec<f32>,
    at: usize,
}

impl End {
    fn add(&mut self, power: f32) {
        if let Some(slot) = self.ring.get_mut(self.at) {
            *slot = power;
        }
        self.at = if self.at + 1 >= self.ring.len() { 0 } else { self.at + 1 };
    }

    fn dbfs(&self) -> f64 {
        let sum: f64 = self.ring.iter().map(|power| f64::from(*power)).sum();
        decibels(sum / self.ring.len().max(1) as f64)
    }
}

/// What was heard.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) findings: Vec<Finding>,
    pub(crate) unchecked: Vec<Unchecked>,
    pub(crate) hops: Vec<Hop>,
    pub(crate) length_ms: f64,
    pub(crate) integrated_lufs: Option<f64>,
    pub(crate) range_lu: Option<f64>,
    pub(crate) true_peak_dbtp: Option<f64>,
    pub(crate) clipped_runs: u64,
    pub(crate) mono_loss_db: Option<f64>,
    pub(crate) silent_tail: Option<Span>,
    pub(crate) end_dbfs: f64,
    pub(crate) refused: u64,
}

impl Ear {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            rate: 0,
            meter: None,
            clipping: [Clipping::default(); 2],
            clipped: Spans::longer_than(0.0),
            clipped_runs: 0,
            silence: Spans::longer_than(limits.silence_ms),
            hops: Vec::new(),
            hop: Sums::default(),
            heard: Sums::default(),
            samples: 0,
            refused: 0,
            spare: [Vec::new(), Vec::new()],
            end: End::default(),
        }
    }

    pub(crate) fn add(&mut self, sound: &Sound<'_>) {
        let fits = RATES.contains(&sound.rate) && sound.left.len() == sound.right.len();
        if !fits || (self.rate != 0 && self.rate != sound.rate) {
            self.refused += 1;
            return;
        }
        if self.rate == 0 {
            self.rate = sound.rate;
            self.meter = EbuR128::new(2, sound.rate, Mode::I | Mode::LRA | Mode::TRUE_PEAK).ok();
            self.end.ring = vec![0.0; (f64::from(sound.rate) * END_MS / 1_000.0) as usize];
        }
        if sound.left.iter().chain(sound.right).all(|sample| sample.is_finite()) {
            self.measure(sound.left, sound.right);
            return;
        }
        let mut spare = std::mem::take(&mut self.spare);
        for (clean, given) in spare.iter_mut().zip([sound.left, sound.right]) {
            self.refused += given.iter().filter(|sample| !sample.is_finite()).count() as u64;
            clean.clear();
            clean.extend(given.iter().map(|sample| if sample.is_finite() { *sample } else { 0.0 }));
        }
        self.measure(&spare[0], &spare[1]);
        self.spare = spare;
    }

    fn measure(&mut self, left: &[f32], right: &[f32]) {
        if let Some(meter) = &mut self.meter
            && meter.add_frames_planar_f32(&[left, right]).is_err()
        {
            self.refused += 1;
        }
        let per_hop = (f64::from(self.rate) * HOP_MS / 1_000.0) as u32;
        for (&left, &right) in left.iter().zip(right) {
            let (l, r) = (f64::from(left), f64::from(right));
            self.hop.left += l * l;
            self.hop.right += r * r;
            self.hop.both += (l + r) * (l + r) / 4.0;
            self.hop.samples += 1;
            self.end.add((0.5 * (l * l + r * r)) as f32);
            self.clip(0, left);
            self.clip(1, right);
            self.samples += 1;
            if self.hop.samples >= per_hop {
                self.end_hop();
            }
        }
    }

    fn clip(&mut self, channel: usize, sample: f32) {
        let run = &mut self.clipping[channel].run;
        if sample.abs() < FULL {
            *run = 0;
            return;
        }
        *run = run.saturating_add(1);
        if *run == CLIPPED {
            self.clipped_runs += 1;
            let now = self.samples as f64 * 1_000.0 / f64::from(self.rate.max(1));
            // Crests a tenth of a second apart are one stretch.
            if self.clipped.tail().is_some_and(|last| now - last.to_ms > 100.0) {
                self.clipped.ends();
            }
            self.clipped.holds(now, now + 1.0);
        }
    }

    fn end_hop(&mut self) {
        let hop = std::mem::take(&mut self.hop);
        let to_ms = self.samples as f64 * 1_000.0 / f64::from(self.rate.max(1));
        let from_ms = to_ms - f64::from(hop.samples) * 1_000.0 / f64::from(self.rate.max(1));
        let level = decibels(hop.power());
        if level < SILENT_DBFS {
            self.silence.holds(from_ms, to_ms);
        } else {
            self.silence.ends();
        }
        if level > HEARD_DBFS {
            self.heard.add(&hop);
        }
        if self.hops.len() < MOST_HOPS {
            self.hops.push(Hop { power: hop.power() as f32 });
        }
    }

    pub(crate) fn finish(mut self, limits: &Limits) -> Heard {
        if self.hop.samples > 0 {
            self.end_hop();
        }
        let length_ms = self.samples as f64 * 1_000.0 / f64::from(self.rate.max(1));
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        let meter = self.meter.as_ref();
        let peak = meter.and_then(|meter| Some(meter.true_peak(0).ok()?.max(meter.true_peak(1).ok()?)));
        let silent_tail = self.silence.tail();
        let mut heard = Heard {
            findings: Vec::new(),
            unchecked: Vec::new(),
            length_ms,
            integrated_lufs: finite(meter.and_then(|meter| meter.loudness_global().ok())),
            range_lu: finite(meter.and_then(|meter| meter.loudness_range().ok())),
            true_peak_dbtp: finite(peak.map(|peak| 20.0 * peak.log10())),
            clipped_runs: self.clipped_runs,
            mono_loss_db: self.mono_loss_db(),
            silent_tail,
            end_dbfs: self.end.dbfs(),
            refused: self.refused,
            hops: std::mem::take(&mut self.hops),
        };
        heard.judge_loudness(limits);
        heard.judge_channels(&self.heard, limits);
        let clipped = self.clipped.finish();
        if self.clipped_runs as f64 > limits.clipped_runs
            && let (Some(first), Some(last)) = (clipped.first(), clipped.last())
        {
            let (time, runs) = ((first.from_ms, last.to_ms), self.clipped_runs as f64);
            let finding = over(Rule::Clipping, Weight::Hold, time, runs, limits.clipped_runs, "crests at full scale");
            heard.findings.push(finding);
        }
        let silence = self.silence.finish();
        heard.findings.extend(silence.iter().map(|span| {
            let time = (span.from_ms, span.to_ms);
            over(Rule::Silence, Weight::Hold, time, span.length_ms(), limits.silence_ms, "ms")
        }));
        heard
    }

    /// What is lost when both channels are played as one, against both played on their own.
    fn mono_loss_db(&self) -> Option<f64> {
        let power = 0.5 * (self.heard.left + self.heard.right);
        (self.heard.samples > 0).then(|| decibels(power) - decibels(self.heard.both))
    }
}

impl Heard {
    fn judge_loudness(&mut self, limits: &Limits) {
        let whole = (0.0, 0.0);
        match (self.integrated_lufs, limits.loudness) {
            (Some(found), Some((target, tolerance))) if (found - target).abs() > tolerance => {
                let finding = over(Rule::Loudness, Weight::Block, whole, found, target, "LUFS");
                self.findings.push(finding);
            }
            (None, _) => self.unchecked.push(Unchecked { rule: Rule::Loudness, why: "there is no sound to measure" }),
            (Some(_), _) => {}
        }
        if let Some(range) = self.range_lu.filter(|range| *range > limits.loudness_range) {
            self.findings.push(over(Rule::LoudnessRange, Weight::Note, whole, range, limits.loudness_range, "LU"));
        }
        if let (Some(peak), Some(limit)) = (self.true_peak_dbtp, limits.true_peak)
            && peak > limit
        {
            self.findings.push(over(Rule::TruePeak, Weight::Block, whole, peak, limit, "dBTP"));
        }
    }

    fn judge_channels(&mut self, sums: &Sums, limits: &Limits) {
        let Some(loss) = self.mono_loss_db else {
            self.unchecked.push(Unchecked { rule: Rule::Phase, why: "nothing is heard" });
            return;
        };
        let whole = (0.0, 0.0);
        let balance = decibels(sums.left) - decibels(sums.right);
        if balance.abs() > limits.balance_db {
            // A side that is missing loses half in mono, too: that is not another fault.
            let finding = over(Rule::Balance, Weight::Hold, whole, balance.abs(), limits.balance_db, "dB");
            let side = if balance > 0.0 { "left is louder" } else { "right is louder" };
            self.findings.push(Finding { about: side.to_owned(), ..finding });
        } else if loss > limits.phase_db {
            let finding = over(Rule::Phase, Weight::Hold, whole, loss, limits.phase_db, "dB lost in mono");
            self.findings.push(finding);
        }
    }
}

/// Of a power; -200 for nothing.
pub(crate) fn decibels(power: f64) -> f64 {
    10.0 * power.max(1e-20).log10()
}

#[cfg(test)]
mod tests;
