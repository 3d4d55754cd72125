//! From the engine's word events to one time for each word as written.
//!
//! The engine's words are not ours: `2,000` is two of its words and `of the` is one; it names symbols, skips others,
//! and now and then sends an event for a place it has left. So each event is mapped to the written word at its place,
//! events that go back are dropped, words without an event share the time of the word they were spoken with, and every
//! span is cut to where sound is. Without a single event the words share all sound, but not the silences in it.

use std::ops::Range;

use crate::engine::{Sound, WordEvent};
use crate::plain::PlainBeat;

/// Samples below this are silence in any case: about -54 dB of full scale.
const SILENT: u16 = 64;

/// How much lower than the loudest sample silence is: 42 dB. Some voices breathe that loud where they pause.
const BELOW_LOUDEST: u16 = 125;

/// Silences from this length on are no part of words whose times are guessed, in milliseconds.
const GAP_MS: u32 = 120;

/// When each word is heard, in samples of the beat's own sound.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Timing {
    /// One for each word, in order, not overlapping.
    pub(crate) spans: Vec<Range<usize>>,
    /// True if there was sound and not one usable event.
    pub(crate) guessed: bool,
}

/// Samples from this on are sound.
pub(crate) fn threshold(sound: &Sound) -> u16 {
    if !sound.hisses {
        return SILENT;
    }
    let loudest = sound.samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    (loudest / BELOW_LOUDEST).max(SILENT)
}

/// First to last sample that is not below the threshold, if there is any.
pub(crate) fn audible(samples: &[i16], threshold: u16) -> Option<Range<usize>> {
    let loud = |sample: &i16| sample.unsigned_abs() >= threshold;
    let first = samples.iter().position(loud)?;
    let last = samples.iter().rposition(loud)?;
    Some(first..last + 1)
}

/// Silences of at least `least` samples between the first and the last sound, in order.
pub(crate) fn silences(samples: &[i16], threshold: u16, least: usize) -> Vec<Range<usize>> {
    let mut silences = Vec::new();
    let mut sound_end = None;
    for (at, sample) in samples.iter().enumerate() {
        if sample.unsigned_abs() < threshold {
            continue;
        }
        if let Some(end) = sound_end
            && at - end >= least.max(1)
        {
            silences.push(end..at);
        }
        sound_end = Some(at + 1);
    }
    silences
}

/// One time for each word of the beat.
pub(crate) fn timing(beat: &PlainBeat, sound: &Sound) -> Timing {
    let threshold = threshold(sound);
    let starts = word_starts(beat, sound);
    if starts.iter().all(Option::is_none) {
        let spans = guess(beat, sound, threshold);
        return Timing { spans, guessed: audible(&sound.samples, threshold).is_some() };
    }
    let mut spans = Vec::with_capacity(starts.len());
    let mut group_from = 0;
    while group_from < starts.len() {
        let group_to = group_end(&starts, group_from);
        // What was spoken before the first event belongs to the words before it.
        let from = if group_from == 0 { 0 } else { starts[group_from].unwrap_or(sound.samples.len()) };
        let to = starts.get(group_to).copied().flatten().unwrap_or(sound.samples.len());
        let mut weights = beat.weights[group_from..group_to].to_vec();
        if weights.iter().all(|weight| *weight == 0) || (starts[group_from].is_some() && weights[0] == 0) {
            // A symbol that the engine does name.
            weights[0] = 1;
        }
        let heard = match audible(&sound.samples[from..to], threshold) {
            Some(heard) => from + heard.start..from + heard.end,
            None => from..from,
        };
        let whole = weights.iter().sum::<usize>();
        let mut before = 0;
        for weight in weights {
            let start = heard.start + heard.len() * before / whole;
            before += weight;
            spans.push(start..heard.start + heard.len() * before / whole);
        }
        group_from = group_to;
    }
    Timing { spans, guessed: false }
}

/// Divides all sound among the words by what is said for each, as if its longer silences were not there.
fn guess(beat: &PlainBeat, sound: &Sound, threshold: u16) -> Vec<Range<usize>> {
    let heard = audible(&sound.samples, threshold).unwrap_or(0..0);
    let least = (u64::from(GAP_MS) * u64::from(sound.sample_rate) / 1_000) as usize;
    let gaps = silences(&sound.samples, threshold, least);
    let length = heard.len() - gaps.iter().map(Range::len).sum::<usize>();
    let whole = beat.weights.iter().sum::<usize>().max(1);
    // A place counted in sound alone, as one of the whole recording: the last before a gap for a word's end, the first
    // behind it for a word's start.
    let place = |sounding: usize, is_end: bool| {
        let mut at = heard.start + sounding;
        for gap in &gaps {
            if gap.start < at || (gap.start == at && !is_end) {
                at += gap.len();
            }
        }
        at.min(heard.end)
    };
    let mut before = 0;
    let spans = beat.weights.iter().map(|weight| {
        let start = place(length * before / whole, *weight == 0);
        before += weight;
        start..place(length * before / whole, true).max(start)
    });
    spans.collect()
}

/// Where a group that starts at `from` ends: a word with an event and those without one behind it. Words before the
/// first event that have letters form one group with the word that has it.
fn group_end(starts: &[Option<usize>], from: usize) -> usize {
    let first = if starts[from].is_none() {
        starts[from..].iter().position(Option::is_some).map_or(starts.len(), |at| from + at)
    } else {
        from
    };
    let behind = starts.get(first + 1..).unwrap_or_default();
    behind.iter().position(Option::is_some).map_or(starts.len(), |at| first + 1 + at)
}

/// The first sample of each word that the engine told of. Rising.
fn word_starts(beat: &PlainBeat, sound: &Sound) -> Vec<Option<usize>> {
    let told = sound.words.iter().filter_map(|event| {
        let sample = usize::try_from(event.at_ms * u64::from(sound.sample_rate) / 1000).ok()?;
        Some((word_at(beat, event)?, sample.min(sound.samples.len())))
    });
    let told = told.collect::<Vec<_>>();
    let mut starts = vec![None; beat.words.len()];
    let mut latest = 0;
    for (word, sample) in longest_forward_run(&told) {
        latest = sample.max(latest);
        starts[word].get_or_insert(latest);
    }
    starts
}

/// The written word at an event's place. A place between two words belongs to the one before: the second word of an
/// emoji's name is reported there.
fn word_at(beat: &PlainBeat, event: &WordEvent) -> Option<usize> {
    if event.length == 0 {
        return None;
    }
    let place = event.position.checked_sub(1)?;
    let next = beat.places.partition_point(|range| range.start <= place);
    // Of several words that start here all but the last are empty.
    beat.places[..next].iter().rposition(|range| !range.is_empty())
}

/// The longest run of events in which the word never goes back: a stray event can then spoil one word, not the rest.
fn longest_forward_run(told: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // `ends[n]` is the event that ends the run of length n + 1 with the earliest word.
    let mut ends = Vec::<usize>::new();
    let mut before = vec![None; told.len()];
    for (at, (word, _)) in told.iter().enumerate() {
        let length = ends.partition_point(|end| told[*end].0 <= *word);
        before[at] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        run.push(told[at]);
        next = before[at];
    }
    run.reverse();
    run
}
