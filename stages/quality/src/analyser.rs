//! All checks in one pass.

use std::fmt;

use crate::caption::{Area, Caption, Readable, spelling};
use crate::ending;
use crate::finding::{Finding, Rule, Unchecked};
use crate::frame::{Frame, Sound};
use crate::limits::Limits;
use crate::scan::Scan;
use crate::sound::Ear;
use crate::speech::{self, Spoken};

/// What is known of a cut before it is looked at. What is left empty is not checked, and the report says so.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// What good is.
    pub limits: Limits,
    /// The part of the frame that the platform leaves free.
    pub safe: Option<Area>,
    /// What is to be read, and when: captions, and other texts on the screen.
    pub captions: Vec<Caption>,
    /// What the spoken captions must say, in order; empty leaves spelling unchecked.
    pub script: Vec<String>,
    /// What is spoken, and when.
    pub words: Vec<Spoken>,
}

/// Words of a cut that are followed: hours of speech.
const MOST_WORDS: usize = 50_000;

/// Judges a cut from its pictures and its sound, handed in as they are decoded, each kind in its own order.
pub struct Analyser {
    limits: Limits,
    words: Vec<Spoken>,
    scan: Scan,
    ear: Ear,
    readable: Readable,
    misspelt: Vec<Finding>,
    is_spelling_known: bool,
    refused_frames: u64,
}

/// What was measured, good or bad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// Pictures that were looked at.
    pub frames: u64,
    /// Pictures whose planes or times do not fit together; they were not looked at.
    pub refused_frames: u64,
    /// Samples that are no numbers, and blocks of sound that do not fit together.
    pub refused_sound: u64,
    /// Longest black stretch, in milliseconds.
    pub longest_black_ms: f64,
    /// Longest stretch in which nothing moves, in milliseconds.
    pub longest_frozen_ms: f64,
    /// Integrated loudness in LUFS (EBU R 128).
    pub integrated_lufs: Option<f64>,
    /// Loudness range in LU (EBU Tech 3342).
    pub loudness_range_lu: Option<f64>,
    /// Highest true peak in dBTP.
    pub true_peak_dbtp: Option<f64>,
    /// Crests cut off at full scale.
    pub clipped_runs: u64,
    /// What mono loses, in dB.
    pub mono_loss_db: Option<f64>,
    /// Speech over what is heard in its pauses, in dB: the true ratio or less.
    pub speech_db: Option<f64>,
    /// Level of the last 20 ms, in dBFS.
    pub end_dbfs: f64,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What was measured.
    pub measures: Measures,
    /// What is not as it should be, by rule and time.
    pub findings: Vec<Finding>,
    /// What nothing can be said about.
    pub unchecked: Vec<Unchecked>,
}

impl Analyser {
    /// An analyser for one cut.
    #[must_use]
    pub fn new(order: Order) -> Self {
        let Order { limits, safe, captions, script, mut words } = order;
        words.retain(|word| word.from_ms.is_finite() && word.to_ms.is_finite());
        words.truncate(MOST_WORDS);
        words.sort_by(|a, b| a.from_ms.total_cmp(&b.from_ms));
        let script: Vec<&str> = script.iter().map(String::as_str).collect();
        let is_spelling_known = !script.is_empty() && captions.iter().any(|caption| caption.spoken);
        Self {
            misspelt: if is_spelling_known { spelling(&captions, &script) } else { Vec::new() },
            is_spelling_known,
            scan: Scan::new(&limits),
            ear: Ear::new(&limits),
            readable: Readable::new(captions, safe, &limits),
            limits,
            words,
            refused_frames: 0,
        }
    }

    /// Takes in the next picture. One whose planes are shorter than its sizes say is counted and not looked at.
    pub fn picture(&mut self, frame: &Frame<'_>) {
        if !frame.is_whole() {
            self.refused_frames += 1;
            return;
        }
        self.scan.add(frame);
        self.readable.add(frame, &self.limits);
    }

    /// Takes in the next block of sound.
    pub fn sound(&mut self, sound: &Sound<'_>) {
        self.ear.add(sound);
    }

    /// What was found in all of it.
    #[must_use]
    pub fn finish(self) -> Report {
        let limits = &self.limits;
        let seen = self.scan.finish(limits);
        let heard = self.ear.finish(limits);
        let (speech_db, speech) = speech::judge(&heard.hops, &self.words, limits);
        let (ending, mut unchecked) = ending::judge(&seen, &heard, &self.words, limits);
        let (captions, unread) = self.readable.finish();
        let measures = Measures {
            frames: seen.frames,
            refused_frames: self.refused_frames,
            refused_sound: heard.refused,
            longest_black_ms: seen.longest_black_ms,
            longest_frozen_ms: seen.longest_frozen_ms,
            integrated_lufs: heard.integrated_lufs,
            loudness_range_lu: heard.range_lu,
            true_peak_dbtp: heard.true_peak_dbtp,
            clipped_runs: heard.clipped_runs,
            mono_loss_db: heard.mono_loss_db,
            speech_db,
            end_dbfs: heard.end_dbfs,
        };
        let mut findings = seen.findings;
        findings.extend(heard.findings);
        findings.extend(captions);
        findings.extend(self.misspelt);
        // What is told as the end of the cut is not told as a stretch as well, and the other way round for black, which
        // weighs more as a stretch.
        let is_of = |finding: &Finding, rule, other: &Finding| finding.rule == rule && finding.to_ms >= other.to_ms;
        let silent_end = ending.iter().find(|finding| finding.rule == Rule::EndingSilent);
        findings.retain(|finding| silent_end.is_none_or(|end| !is_of(finding, Rule::Silence, end)));
        let is_told = |end: &Finding| {
            end.rule == Rule::EndingBlack && findings.iter().any(|finding| is_of(finding, Rule::Black, end))
        };
        let ending: Vec<Finding> = ending.into_iter().filter(|end| !is_told(end)).collect();
        findings.extend(ending);
        match speech {
            Ok(finding) => findings.extend(finding),
            Err(reason) => unchecked.push(reason),
        }
        unchecked.extend(heard.unchecked);
        unchecked.extend(unread);
        if !self.is_spelling_known {
            unchecked.push(Unchecked { rule: Rule::CaptionWords, why: "captions or script are not known" });
        }
        if seen.frames == 0 {
            let why = "there is no picture";
            unchecked
                .extend([Rule::Black, Rule::Frozen, Rule::Flash, Rule::RedFlash].map(|rule| Unchecked { rule, why }));
        }
        findings.sort_by_key(|finding| (finding.rule, finding.from_ms));
        unchecked.sort_by_key(|unchecked| unchecked.rule);
        Report { measures, findings, unchecked }
    }
}

impl fmt::Debug for Analyser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Analyser").field("limits", &self.limits).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
