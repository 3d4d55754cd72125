//! Two titles laid beside each other: what stands in the place of what.

use super::{Side, Word};
use crate::same::title::{Kind, Title};

/// Units of a title that are laid beside another's.
const UNITS: usize = 80;
/// What is kept at an end counts less than what is kept in between, if one title goes on where the other stops.
const AT_END: f32 = 0.4;

/// What a word counts at least in the place of another.
const LEAST: f32 = 0.8;

/// A word, or one character of a script without spaces.
struct Unit<'a> {
    text: &'a str,
    /// What of it the other title does not have.
    kept: f32,
    /// True if the other title has it.
    is_anchor: bool,
}

/// The weight of the lighter of two parts that stand in the same place, of the heaviest such place.
pub(super) fn swapped(a: &Side<'_>, b: &Side<'_>) -> f32 {
    let (all_a, all_b) = (a.total(), b.total());
    let at_end = AT_END + (1.0 - AT_END) * all_a.min(all_b) / all_a.max(all_b).max(0.01);
    let (a, b) = (units(a, b.title), units(b, a.title));
    // There may be several ways to lay them beside each other: the same two, whichever title comes first.
    swapped_between(&a, &b, at_end).max(swapped_between(&b, &a, at_end))
}

fn swapped_between(a: &[Unit<'_>], b: &[Unit<'_>], at_end: f32) -> f32 {
    let anchors = common(a, b);
    let mut heaviest = 0.0_f32;
    let (mut from_a, mut from_b) = (0, 0);
    let ends = [(a.len(), b.len())];
    let last = anchors.len();
    for (place, &(to_a, to_b)) in anchors.iter().chain(&ends).enumerate() {
        let kept = |units: &[Unit<'_>]| units.iter().map(|unit| unit.kept).sum::<f32>();
        let lighter = kept(&a[from_a..to_a]).min(kept(&b[from_b..to_b]));
        let factor = if place == 0 || place == last { at_end } else { 1.0 };
        heaviest = heaviest.max(lighter * factor);
        (from_a, from_b) = ((to_a + 1).min(a.len()), (to_b + 1).min(b.len()));
    }
    if anchors.is_empty() { 0.0 } else { heaviest }
}

fn units<'a>(side: &Side<'a>, other: &Title) -> Vec<Unit<'a>> {
    let mut found = Vec::new();
    for (word, (weight, share)) in side.title.words().iter().zip(&side.found) {
        let text = side.title.text_of(word);
        // In the place of another even an everyday word makes another story: a panda is no giraffe.
        let kept = match word.kind {
            Kind::Stop | Kind::Frame => 0.0,
            Kind::Number => weight * (1.0 - share),
            Kind::Content | Kind::Name => weight.max(LEAST) * (1.0 - share),
        };
        if word.is_paired {
            // Of `医保` and `社保` only the first character is in the place of another.
            let says = word.kind >= Kind::Number && *share < 1.0;
            let each = if says { weight / text.chars().count().max(1) as f32 } else { 0.0 };
            for (at, c) in text.char_indices() {
                let kept = if other.has_letter(c) { 0.0 } else { each };
                found.push(Unit { text: &text[at..at + c.len_utf8()], kept, is_anchor: *share > 0.0 });
            }
        } else {
            found.push(Unit { text, kept, is_anchor: *share > 0.0 && says(word) });
        }
    }
    found.truncate(UNITS);
    found
}

/// Words such as `of` stand between anything.
fn says(word: &Word) -> bool {
    word.kind != Kind::Stop
}

/// The longest run of units that both have in the same order, as places in both.
fn common(a: &[Unit<'_>], b: &[Unit<'_>]) -> Vec<(usize, usize)> {
    let width = b.len() + 1;
    let mut longest = vec![0_u8; (a.len() + 1) * width];
    let meets = |x: &Unit<'_>, y: &Unit<'_>| x.is_anchor && y.is_anchor && x.text == y.text;
    for (i, x) in a.iter().enumerate().rev() {
        for (j, y) in b.iter().enumerate().rev() {
            longest[i * width + j] = if meets(x, y) {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut found = Vec::new();
    while i < a.len() && j < b.len() {
        if meets(&a[i], &b[j]) {
            found.push((i, j));
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}
