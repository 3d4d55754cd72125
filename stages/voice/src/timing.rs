//! From the engine's word events to one time for each word as written.
//!
//! The engine's words are not ours: `2,000` is two of its words and `of the` is one; it names symbols, skips others,
//! and now and then sends an event for a place it has left. So each event is mapped to the written word at its place,
//! events that go back are dropped, words without an event share the time of the word they were spoken with, and every
//! span is cut to where sound is.

use std::ops::Range;

use crate::espeak::{Sound, WordEvent};
use crate::plain::{PlainBeat, letters};

/// Samples below this are silence: about -54 dB of full scale.
const AUDIBLE: u16 = 64;

/// When each word is heard, in samples of the beat's own sound.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Timing {
    /// One for each word, in order, not overlapping.
    pub(crate) spans: Vec<Range<usize>>,
    /// True if there was sound and not one usable event.
    pub(crate) guessed: bool,
}

/// First to last audible sample, if there is any.
pub(crate) fn audible(samples: &[i16]) -> Option<Range<usize>> {
    let loud = |sample: &i16| sample.unsigned_abs() >= AUDIBLE;
    let first = samples.iter().position(loud)?;
    let last = samples.iter().rposition(loud)?;
    Some(first..last + 1)
}

/// One time for each word of the beat.
pub(crate) fn timing(beat: &PlainBeat, sound: &Sound, sample_rate: u32) -> Timing {
    let starts = word_starts(beat, sound, sample_rate);
    let guessed = starts.iter().all(Option::is_none) && audible(&sound.samples).is_some();
    let mut spans = Vec::with_capacity(starts.len());
    let mut group_from = 0;
    while group_from < starts.len() {
        let group_to = group_end(&starts, group_from);
        // What was spoken before the first event belongs to the words before it.
        let from = if group_from == 0 { 0 } else { starts[group_from].unwrap_or(sound.samples.len()) };
        let to = starts.get(group_to).copied().flatten().unwrap_or(sound.samples.len());
        share(&beat.words[group_from..group_to], starts[group_from].is_some(), &sound.samples, from..to, &mut spans);
        group_from = group_to;
    }
    Timing { spans, guessed }
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

/// Divides the sound within `span` among words by their letters.
fn share(words: &[String], first_is_told: bool, samples: &[i16], span: Range<usize>, spans: &mut Vec<Range<usize>>) {
    let sound = match audible(&samples[span.clone()]) {
        Some(sound) => span.start + sound.start..span.start + sound.end,
        None => span.start..span.start,
    };
    let mut weights = words.iter().map(|word| letters(word)).collect::<Vec<_>>();
    if weights.iter().all(|weight| *weight == 0) || (first_is_told && weights[0] == 0) {
        // A symbol that the engine does name.
        weights[0] = 1;
    }
    let whole = weights.iter().sum::<usize>();
    let mut before = 0;
    for weight in weights {
        let start = sound.start + sound.len() * before / whole;
        before += weight;
        spans.push(start..sound.start + sound.len() * before / whole);
    }
}

/// The first sample of each word that the engine told of. Rising.
fn word_starts(beat: &PlainBeat, sound: &Sound, sample_rate: u32) -> Vec<Option<usize>> {
    let told = sound.words.iter().filter_map(|event| {
        let sample = usize::try_from(event.at_ms * u64::from(sample_rate) / 1000).ok()?;
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
