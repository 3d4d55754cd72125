//! How a cut ends: the last thing that is seen and heard before the player starts over.

use crate::finding::{Finding, Rule, Unchecked, Weight};
use crate::limits::Limits;
use crate::scan::{Seen, over};
use crate::sound::{HOP_MS, Heard, Hop, decibels};
use crate::speech::Spoken;

/// The last words that must be heard.
const LAST_WORDS: usize = 3;
/// A word whose loudest moment is this far below the level of all words is not there, in dB. Music under a voice is
/// usually 20 dB and more below it.
const MISSING_DB: f64 = 18.0;
/// Sound may end so much before the picture, in milliseconds.
const SHORT_MS: f64 = 500.0;

/// Everything about the end.
pub(crate) fn judge(seen: &Seen, heard: &Heard, words: &[Spoken], limits: &Limits) -> (Vec<Finding>, Vec<Unchecked>) {
    let (mut findings, mut unchecked) = (Vec::new(), Vec::new());
    let end_ms = if seen.frames > 0 { seen.end_ms } else { heard.length_ms };
    let mut add = |rule, weight, from_ms: f64, measured, limit, unit| {
        findings.push(over(rule, weight, (from_ms, end_ms), measured, limit, unit));
    };
    let has_sound = heard.length_ms > 0.0;
    if seen.frames > 0 && has_sound && end_ms - heard.length_ms > SHORT_MS {
        let without = end_ms - heard.length_ms;
        add(Rule::EndingShort, Weight::Hold, heard.length_ms, without, SHORT_MS, "ms without sound");
    }
    if let Some(last) = words.last().filter(|_| has_sound) {
        let left = end_ms.min(heard.length_ms) - last.to_ms;
        if left < limits.after_voice_ms {
            // A word that goes on past the end is cut off; one that only just fits may be meant.
            let weight = if left < -limits.after_voice_ms { Weight::Block } else { Weight::Hold };
            let from = last.from_ms.min(end_ms - 1.0);
            add(Rule::EndingVoice, weight, from, left, limits.after_voice_ms, "ms after the last word");
        }
        let (missing, from) = missing_words(&heard.hops, words);
        if missing > 0 {
            add(Rule::EndingWords, Weight::Block, from, f64::from(missing), 0.0, "of the last words not heard");
        }
    } else {
        let why = if has_sound { "the times of the words are not known" } else { "there is no sound" };
        unchecked.extend([Rule::EndingVoice, Rule::EndingWords].map(|rule| Unchecked { rule, why }));
    }
    if let Some(tail) = seen.black_tail.filter(|tail| tail.length_ms() > limits.black_tail_ms) {
        add(Rule::EndingBlack, Weight::Hold, tail.from_ms, tail.length_ms(), limits.black_tail_ms, "ms");
    }
    if let Some(tail) = heard.silent_tail.filter(|tail| tail.length_ms() > limits.silent_tail_ms) {
        add(Rule::EndingSilent, Weight::Hold, tail.from_ms, tail.length_ms(), limits.silent_tail_ms, "ms");
    }
    if has_sound && heard.end_dbfs > limits.end_level_dbfs {
        let from = heard.length_ms - 20.0;
        add(Rule::EndingAbrupt, Weight::Hold, from, heard.end_dbfs, limits.end_level_dbfs, "dBFS");
    }
    (findings, unchecked)
}

/// How many of the last words are not in the sound, and when the first of them was to be heard.
fn missing_words(hops: &[Hop], words: &[Spoken]) -> (u32, f64) {
    let of = |word: &Spoken| {
        let (from, to) = ((word.from_ms / HOP_MS) as usize, (word.to_ms / HOP_MS).ceil() as usize);
        hops.get(from.min(hops.len())..to.clamp(from.min(hops.len()), hops.len())).unwrap_or_default()
    };
    let (mut sum, mut count) = (0.0_f64, 0_u32);
    for word in words {
        for hop in of(word) {
            sum += f64::from(hop.power);
            count += 1;
        }
    }
    let usual = decibels(sum / f64::from(count.max(1)));
    let first = words.len().saturating_sub(LAST_WORDS);
    let is_missing = |word: &&Spoken| {
        let loudest = of(word).iter().map(|hop| hop.power).fold(0.0_f32, f32::max);
        count == 0 || decibels(f64::from(loudest)) < usual - MISSING_DB
    };
    let missing: Vec<&Spoken> = words[first..].iter().filter(is_missing).collect();
    (missing.len() as u32, missing.first().map_or(0.0, |word| word.from_ms))
}
