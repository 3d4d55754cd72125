//! Text that has lost its way: beats that say one thing twice, a handful of words over and over, the same few words on
//! the screen.

use std::collections::{BTreeMap, BTreeSet};

use reelpress_vocabulary::{Scene, ScriptDraft};

use crate::ground::words::{is_dense, words};
use crate::material::shortened;
use crate::review::Objection;

/// Two beats that share this many percent of their pairs of words say one thing.
const SAME_BEAT: usize = 60;
/// Fewest different words, in percent, of a text of at least [`COUNTED_FROM`] words. Our own scripts of the demonstration
/// feed have 67 to 84.
const DIFFERENT_MIN: usize = 38;
const COUNTED_FROM: usize = 40;

pub(super) fn refusal(draft: &ScriptDraft) -> Option<Objection> {
    let beats = std::iter::once(("hook".to_owned(), &draft.hook))
        .chain(draft.scenes.iter().enumerate().map(|(at, scene)| (format!("scenes[{at}]"), scene)))
        .collect::<Vec<_>>();
    let terms = beats.iter().map(|(_, beat)| terms(&beat.narration)).collect::<Vec<_>>();
    let pairs = terms.iter().map(|terms| neighbours(terms)).collect::<Vec<_>>();
    for at in 0..beats.len() {
        for other in at + 1..beats.len() {
            if say_one_thing(&pairs[at], &pairs[other]) {
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

/// Every two neighbours of a text.
type Pairs = BTreeSet<Vec<String>>;

fn neighbours(terms: &[String]) -> Pairs {
    terms.windows(2).map(<[String]>::to_vec).collect()
}

fn say_one_thing(one: &Pairs, other: &Pairs) -> bool {
    let smaller = one.len().min(other.len());
    smaller >= 4 && one.intersection(other).count() * 100 >= smaller * SAME_BEAT
}

/// Takes the scenes out that say what the hook or an earlier scene said already.
pub(crate) fn drop_repeats(draft: &mut ScriptDraft) {
    let of = |scene: &Scene| neighbours(&terms(&scene.narration));
    let mut said = vec![of(&draft.hook)];
    draft.scenes.retain(|scene| {
        let pairs = of(scene);
        let new = !said.iter().any(|earlier| say_one_thing(earlier, &pairs));
        said.push(pairs);
        new
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
