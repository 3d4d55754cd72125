//! Text that has lost its way: beats that say one thing twice, a handful of words over and over, the same few words on
//! the screen.

use std::collections::{BTreeMap, BTreeSet};

use reelpress_vocabulary::ScriptDraft;

use crate::ground::words::{is_dense, same_stem, words};
use crate::material::shortened;
use crate::review::Objection;

/// Two beats that share this many percent of their pairs of words say one thing.
const SAME_BEAT: usize = 60;
/// So do two that share this many percent of the longer one's words in some form.
const SAME_WORDS: usize = 80;
/// Fewest different words, in percent, of a text of at least [`COUNTED_FROM`] words. Our own scripts of the demonstration
/// feed have 67 to 84.
const DIFFERENT_MIN: usize = 38;
const COUNTED_FROM: usize = 40;

pub(super) fn refusal(draft: &ScriptDraft) -> Option<Objection> {
    let beats = std::iter::once(("hook".to_owned(), &draft.hook))
        .chain(draft.scenes.iter().enumerate().map(|(at, scene)| (format!("scenes[{at}]"), scene)))
        .collect::<Vec<_>>();
    let terms = beats.iter().map(|(_, beat)| terms(&beat.narration)).collect::<Vec<_>>();
    for at in 0..beats.len() {
        for other in at + 1..beats.len() {
            if say_one_thing(&terms[at], &terms[other]) {
                let (one, two) = (&beats[at].0, &beats[other].0);
                let message =
                    format!("says in {two} what {one} said already: `{}`", shortened(&beats[other].1.narration, 80));
                return Some(Objection::new("degenerate_text", message));
            }
        }
    }
    let all = terms.iter().flatten().collect::<Vec<_>>();
    let different = all.iter().collect::<BTreeSet<_>>().len();
    if all.len() >= COUNTED_FROM && different * 100 < all.len() * DIFFERENT_MIN {
        let message = format!("has {different} different words in {}, as few as a loop has", all.len());
        return Some(Objection::new("degenerate_text", message));
    }
    let mut shown = BTreeMap::<String, usize>::new();
    for (_, beat) in beats.iter().filter(|(_, beat)| !beat.on_screen.is_empty()) {
        *shown.entry(beat.on_screen.to_lowercase()).or_default() += 1;
    }
    let (text, times) = shown.into_iter().find(|(_, times)| *times > 2)?;
    Some(Objection::new("degenerate_text", format!("shows `{}` {times} times", shortened(&text, 60))))
}

/// Two beats say one thing if they share most of their pairs of words, or nearly all of their words in some form: `The tides
/// are the reason` and `The tide is the reason`.
fn say_one_thing(one: &[String], other: &[String]) -> bool {
    let (pairs, others) = (neighbours(one), neighbours(other));
    let smaller = pairs.len().min(others.len());
    smaller >= 4 && pairs.intersection(&others).count() * 100 >= smaller * SAME_BEAT || have_same_words(one, other)
}

/// Every two neighbours of a text.
fn neighbours(terms: &[String]) -> BTreeSet<&[String]> {
    terms.windows(2).collect()
}

/// Whether [`SAME_WORDS`] of the longer text's words stand in the other with some ending.
fn have_same_words(one: &[String], other: &[String]) -> bool {
    let (shorter, longer) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let mut left = longer.iter().collect::<Vec<_>>();
    for word in shorter {
        if let Some(at) = left.iter().position(|other| same_stem(word, other)) {
            left.swap_remove(at);
        }
    }
    shorter.len() >= 3 && (longer.len() - left.len()) * 100 >= longer.len() * SAME_WORDS
}

/// Takes the scenes out that say what the hook or an earlier scene said already.
pub(crate) fn drop_repeats(draft: &mut ScriptDraft) {
    let mut said = vec![terms(&draft.hook.narration)];
    draft.scenes.retain(|scene| {
        let terms = terms(&scene.narration);
        let is_new = !said.iter().any(|earlier| say_one_thing(earlier, &terms));
        said.push(terms);
        is_new
    });
}

/// Words, or pairs of letters where there are no spaces.
pub(crate) fn terms(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in words(text) {
        let letters = word.folded.chars().collect::<Vec<_>>();
        if letters.iter().any(|c| is_dense(*c)) {
            found.extend(letters.windows(2).map(|pair| pair.iter().collect::<String>()));
        } else {
            found.push(word.folded);
        }
    }
    found
}
