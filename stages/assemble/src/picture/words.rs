//! Which words are shown together, from when to when, and which of them is heard.

use super::TimedWord;

/// A silence of this many seconds ends a group.
const PAUSE_SECONDS: f32 = 0.45;
/// A group stays this many seconds after its last word, if nothing follows.
const LINGER_SECONDS: f32 = 0.7;
/// A word stays marked this many seconds after its end, if the next has not begun.
const AFTERGLOW_SECONDS: f32 = 0.25;
/// Most characters of a group, a Chinese or Japanese one counting as two; a longer word stands alone.
const MOST_CHARACTERS: usize = 30;

/// Words that are shown together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) words: Vec<String>,
    /// For each word: when it is heard first, and when its mark goes.
    times: Vec<(u64, u64)>,
    /// For each word: the frame after its last sound.
    ends: Vec<u64>,
    pub(crate) first_frame: u64,
    pub(crate) end_frame: u64,
}

/// What of a group stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spoken {
    /// The word that is heard.
    pub(crate) word: Option<usize>,
    /// Frames since it began, while it still moves.
    pub(crate) phase: Option<usize>,
}

impl Group {
    /// How many words have begun at `frame`.
    pub(crate) fn begun(&self, frame: u64) -> usize {
        self.times.partition_point(|(start, _)| *start <= frame)
    }

    /// How much of a word has been heard when `frame` is over, 0.0 to 1.0.
    pub(crate) fn heard(&self, word: usize, frame: u64) -> f32 {
        let (Some((start, _)), Some(end)) = (self.times.get(word), self.ends.get(word)) else { return 0.0 };
        if frame < *start {
            return 0.0;
        }
        let length = end.saturating_sub(*start).max(1);
        ((frame - start + 1) as f32 / length as f32).min(1.0)
    }

    /// What stands out at `frame`; a word moves for `phases` frames.
    pub(crate) fn spoken(&self, frame: u64, phases: u64) -> Spoken {
        let begun = self.times.partition_point(|(start, _)| *start <= frame);
        let word = begun.checked_sub(1).filter(|word| frame < self.times[*word].1);
        let phase = word.map(|word| frame - self.times[word].0).filter(|age| *age < phases).map(|age| age as usize);
        Spoken { word, phase }
    }
}

/// Puts the words of one scene into groups of at most `most` words, as even as can be, that end where sentences, clauses
/// and pauses end. Words without letters are dropped; times are put into order.
pub(crate) fn group(words: &[TimedWord], end_frame: u64, fps: u32, most: usize) -> Vec<Group> {
    group_by(words, (end_frame, fps), Limits { words: most, characters: MOST_CHARACTERS })
}

/// How much is shown together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) words: usize,
    /// A Chinese or Japanese character counts as two.
    pub(crate) characters: usize,
}

/// As [`group`], with any limits.
pub(crate) fn group_by(words: &[TimedWord], (end_frame, fps): (u64, u32), limits: Limits) -> Vec<Group> {
    let most = limits.words;
    let frames = |seconds: f32| (seconds * fps as f32).round() as u64;
    let mut heard: Vec<&TimedWord> =
        words.iter().filter(|word| !word.text.trim().is_empty() && word.start_frame < end_frame).collect();
    heard.sort_by_key(|word| word.start_frame);
    let mut groups: Vec<Group> = Vec::new();
    for phrase in phrases(&heard, frames(PAUSE_SECONDS), most) {
        for words in even_parts(phrase, limits) {
            let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
            let times = words
                .iter()
                .enumerate()
                .map(|(at, word)| {
                    let faded = word.end_frame.max(word.start_frame + 1).saturating_add(frames(AFTERGLOW_SECONDS));
                    (word.start_frame, words.get(at + 1).map_or(faded, |next| next.start_frame.min(faded)))
                })
                .collect();
            groups.push(Group {
                words: words.iter().map(|word| word.text.split_whitespace().collect::<Vec<_>>().join(" ")).collect(),
                times,
                ends: words.iter().map(|word| word.end_frame.max(word.start_frame + 1)).collect(),
                first_frame: first.start_frame,
                end_frame: last
                    .end_frame
                    .max(last.start_frame + 1)
                    .saturating_add(frames(LINGER_SECONDS))
                    .min(end_frame),
            });
        }
    }
    for at in 1..groups.len() {
        let next = groups[at].first_frame;
        groups[at - 1].end_frame = groups[at - 1].end_frame.min(next);
    }
    groups
}

fn phrases<'w, 'a>(words: &'a [&'w TimedWord], pause: u64, most: usize) -> Vec<&'a [&'w TimedWord]> {
    let mut phrases = Vec::new();
    let mut start = 0;
    for at in 0..words.len() {
        let text = words[at].text.trim_end_matches(['"', '\'', '”', '’', ')', '»']);
        let sentence = text.ends_with(['.', '!', '?', '…', '。', '！', '？', '؟']);
        let clause = text.ends_with([',', ';', ':', '–', '—', '，', '、', '；', '،']) && at + 1 - start >= most.min(3);
        let silence =
            words.get(at + 1).is_some_and(|next| next.start_frame > words[at].end_frame.saturating_add(pause));
        if sentence || clause || silence || at + 1 == words.len() {
            phrases.push(&words[start..=at]);
            start = at + 1;
        }
    }
    phrases
}

/// Cuts a phrase into the least number of groups that keep both limits, and makes them about equally long.
fn even_parts<'w, 'a>(phrase: &'a [&'w TimedWord], limits: Limits) -> Vec<&'a [&'w TimedWord]> {
    let most = limits.words.max(1);
    let length = |words: &[&TimedWord]| words.iter().map(|word| columns(&word.text) + 1).sum::<usize>();
    for count in phrase.len().div_ceil(most)..phrase.len() {
        let bounds: Vec<usize> = (0..=count).map(|at| (at * phrase.len() + count / 2) / count).collect();
        let parts: Vec<&[&TimedWord]> = bounds.windows(2).map(|bound| &phrase[bound[0]..bound[1]]).collect();
        if parts.iter().all(|part| part.len() == 1 || (part.len() <= most && length(part) <= limits.characters)) {
            return parts;
        }
    }
    phrase.chunks(1).collect()
}

/// Characters of a word; wide ones count as two, marks not at all.
fn columns(word: &str) -> usize {
    word.chars()
        .map(|letter| match u32::from(letter) {
            0x0300..=0x036F | 0x0E31 | 0x0E34..=0x0E3A | 0x0E47..=0x0E4E | 0x200B..=0x200F | 0xFE00..=0xFE0F => 0,
            0x1100..=0x115F
            | 0x2E80..=0xA4CF
            | 0xAC00..=0xD7A3
            | 0xF900..=0xFAFF
            | 0xFF00..=0xFF60
            | 0x1F300..=0x3FFFF => 2,
            _ => 1,
        })
        .sum()
}

#[cfg(test)]
mod tests;
