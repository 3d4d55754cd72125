//! Which of our words a transcription's words are: the alignment with the fewest edits.

use crate::engine::WordEvent;
use crate::plain::letters;

/// A word that was heard, and when it starts, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) text: String,
    pub(super) at_ms: u64,
}

/// More words than a beat has; the table grows with the square.
const WORDS_MAX: usize = 2_000;

/// What another word costs; leaving one out costs half of it.
const OTHER: u32 = 20;

/// Events for the words of `text` (between blanks and line breaks) that were heard.
pub(super) fn align(text: &str, heard: &[Heard]) -> Vec<WordEvent> {
    let ours = words(text);
    let heard = heard.iter().filter(|word| letters(&word.text) > 0).collect::<Vec<_>>();
    if ours.is_empty() || heard.is_empty() || ours.len() > WORDS_MAX || heard.len() > WORDS_MAX {
        return Vec::new();
    }
    let theirs = heard.iter().map(|word| folded(&word.text)).collect::<Vec<_>>();
    let width = theirs.len() + 1;
    // `costs[i * width + j]`: the first i of ours against the first j of theirs.
    let mut costs = vec![0_u32; (ours.len() + 1) * width];
    let mut matches = vec![0_u32; ours.len() * theirs.len()];
    for (i, our) in ours.iter().enumerate() {
        for (j, their) in theirs.iter().enumerate() {
            matches[i * theirs.len() + j] = difference(&our.folded, their);
        }
    }
    for (j, cost) in costs[..width].iter_mut().enumerate() {
        *cost = j as u32 * (OTHER / 2);
    }
    for i in 1..=ours.len() {
        costs[i * width] = i as u32 * (OTHER / 2);
        for j in 1..width {
            let both = costs[(i - 1) * width + j - 1] + matches[(i - 1) * theirs.len() + j - 1];
            let one = costs[(i - 1) * width + j].min(costs[i * width + j - 1]) + OTHER / 2;
            costs[i * width + j] = both.min(one);
        }
    }
    let mut events = Vec::new();
    let (mut i, mut j) = (ours.len(), theirs.len());
    while i > 0 && j > 0 {
        let same = matches[(i - 1) * theirs.len() + j - 1];
        if costs[i * width + j] == costs[(i - 1) * width + j - 1] + same {
            // Two words with nothing in common stand at the same place by chance or by a mishearing: the time is right
            // either way, as nothing else is heard there.
            let Ours { position, length, .. } = ours[i - 1];
            events.push(WordEvent { position, length, at_ms: heard[j - 1].at_ms });
            (i, j) = (i - 1, j - 1);
        } else if costs[i * width + j] == costs[(i - 1) * width + j] + OTHER / 2 {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    events.reverse();
    events
}

struct Ours {
    /// First character, from 1.
    position: usize,
    length: usize,
    folded: String,
}

fn words(text: &str) -> Vec<Ours> {
    let mut words = Vec::new();
    let mut position = 1;
    for piece in text.split([' ', '\n']) {
        let length = piece.chars().count();
        if letters(piece) > 0 {
            words.push(Ours { position, length, folded: folded(piece) });
        }
        position += length + 1;
    }
    words
}

fn folded(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(40).collect()
}

/// 0 for the same word to [`OTHER`] for one that shares no letter.
fn difference(one: &str, other: &str) -> u32 {
    if one == other {
        return 0;
    }
    let (one, other) = (one.chars().collect::<Vec<_>>(), other.chars().collect::<Vec<_>>());
    let mut row = (0..=other.len() as u32).collect::<Vec<_>>();
    for (i, a) in one.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i as u32 + 1;
        for (j, b) in other.iter().enumerate() {
            let edit = (corner + u32::from(a != b)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = row[j + 1];
            row[j + 1] = edit;
        }
    }
    // A little less than leaving both out, so that words at the same place meet.
    row[other.len()] * (OTHER - 1) / one.len().max(other.len()).max(1) as u32 + 1
}
