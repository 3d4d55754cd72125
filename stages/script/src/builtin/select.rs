//! Which sentences of a topic go into the script: all subsets are weighed, twelve sentences make 4,096 of them.

use crate::builtin::dice::Dice;
use crate::builtin::keyphrase::Phrases;
use crate::material::Sentence;

/// What is asked of the selection. Words are spoken words of the body.
pub(super) struct Wish<'a> {
    /// Used by the hook already.
    pub used: Option<usize>,
    /// The hook points at it.
    pub wants: Option<usize>,
    /// Fewest words.
    pub least: usize,
    /// Best number of words.
    pub aim: usize,
    /// Most words.
    pub most: usize,
    /// The headline, as spoken.
    pub title: &'a str,
}

/// Weights are whole numbers, a hundred a sentence.
const SENTENCE: i64 = 100;
/// What each sentence left out in the middle costs: the author put sentences in a row for a reason.
const GAP: i64 = 50;

/// The best selection in the topic's order, or `None` if nothing fits.
pub(super) fn sentences(
    all: &[Sentence],
    wish: &Wish<'_>,
    phrases: &Phrases<'_>,
    dice: &mut Dice,
) -> Option<Vec<usize>> {
    let worth = all.iter().map(|sentence| worth(sentence, wish, phrases, dice)).collect::<Vec<_>>();
    let best = (1_u32..1 << all.len()).filter(|set| holds_together(*set, all, wish)).filter_map(|set| {
        let chosen = || (0..all.len()).filter(move |at| set & (1 << at) != 0);
        let words = chosen().map(|at| all[at].words).sum::<usize>();
        if !(wish.least..=wish.most).contains(&words) || words + 12 < wish.aim.min(wish.least + 12) {
            return None;
        }
        let gain = chosen().map(|at| worth[at]).sum::<i64>();
        // A sentence of usual length too many costs more than it brings; one too few costs less than it would bring.
        let off = words.saturating_sub(wish.aim) as i64 * 24 + wish.aim.saturating_sub(words) as i64 * 10;
        Some((gain - off - GAP * gaps(set), std::cmp::Reverse(set)))
    });
    let (_, std::cmp::Reverse(set)) = best.max()?;
    Some((0..all.len()).filter(|at| set & (1 << at) != 0).collect())
}

/// Sentences left out between chosen ones; leaving out the end costs nothing.
fn gaps(set: u32) -> i64 {
    let span = u32::BITS - set.leading_zeros() - set.trailing_zeros();
    i64::from(span - set.count_ones())
}

fn worth(sentence: &Sentence, wish: &Wish<'_>, phrases: &Phrases<'_>, dice: &mut Dice) -> i64 {
    let figure = if phrases.number(&sentence.text).is_some() { 50 } else { 0 };
    // A sentence that is mostly the headline again adds nothing.
    let stale = if phrases.repeats(&sentence.text, wish.title) { 80 } else { 0 };
    let wordy = sentence.words.saturating_sub(24) as i64 * 6;
    SENTENCE + figure - stale - wordy + (dice.roll() % 60) as i64
}

/// Nothing used twice, the thread not lost, and what the hook promised is there.
fn holds_together(set: u32, all: &[Sentence], wish: &Wish<'_>) -> bool {
    let has = |at: usize| set & (1 << at) != 0;
    let told = |at: usize| has(at) || wish.used == Some(at);
    let first = all.iter().position(|sentence| !sentence.leans);
    wish.used.is_none_or(|used| !has(used))
        && wish.wants.is_none_or(has)
        // The first sentence says what it is all about.
        && first.is_some_and(told)
        && (0..all.len()).filter(|at| has(*at)).all(|at| !all[at].leans || leans_well(at, all, wish, &has))
}

/// The sentence it leans on is told right before it: in the body, or by the hook if the body starts with it.
fn leans_well(at: usize, all: &[Sentence], wish: &Wish<'_>, has: &dyn Fn(usize) -> bool) -> bool {
    let Some(before) = at.checked_sub(1).filter(|before| all[*before].position + 1 == all[at].position) else {
        return false;
    };
    has(before) || (wish.used == Some(before) && (0..at).all(|other| !has(other)))
}
