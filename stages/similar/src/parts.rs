//! The axis of parts: what a cut was made of, before it was composed. A picture under a new pan and a new caption is the
//! same picture, and no print of the finished frames can see that.

use serde::{Deserialize, Serialize};

use crate::pdq::View;

/// What kind of thing was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PartKind {
    /// A still picture.
    Picture,
    /// A moving one.
    Clip,
    /// A piece of music, as the library has it.
    Music,
}

/// A source and when it was on the screen (or heard).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// The hash of the file's bytes.
    pub content: [u8; 32],
    /// From here to there in the cut, in milliseconds.
    pub shown_ms: (u32, u32),
    /// Of a clip, the stretch of the source that was taken, in milliseconds. Two stretches of one clip are two sources.
    pub taken_ms: Option<(u32, u32)>,
    /// The source's hash before composition; of a clip, those of the stretch at one a second or so.
    pub looks: Vec<View>,
    /// A backdrop or an intro that the niche shows in each cut: shared on purpose, and not counted.
    pub shared_on_purpose: bool,
}

/// How much of a cut was made of what another one was made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Repeated {
    /// Share of the first cut's screen time whose source the second has too, 0 to 1.
    pub here: f32,
    /// The same of the second.
    pub there: f32,
    /// Which parts: numbers of the first cut's and of the second's.
    pub pairs: Vec<(u32, u32)>,
}

impl Repeated {
    /// The larger of both shares.
    #[must_use]
    pub fn share(&self) -> f32 {
        self.here.max(self.there)
    }
}

/// Parts of a cut that are looked at.
pub const PARTS_MAX: usize = 512;

/// Compares what two cuts were made of; nothing where either shows nothing that is known. Music is no part of the screen.
#[must_use]
pub fn repeated(one: &[Part], two: &[Part], near: u32) -> Option<Repeated> {
    let (here, there) = (on_screen(one), on_screen(two));
    let (all_here, all_there) = (time(here.iter().map(|(_, part)| *part)), time(there.iter().map(|(_, part)| *part)));
    if all_here == 0 || all_there == 0 {
        return None;
    }
    let mut pairs = Vec::new();
    for (number, part) in &here {
        pairs.extend(there.iter().filter(|(_, other)| same(part, other, near)).map(|(other, _)| (*number, *other)));
    }
    let found_here = here.iter().filter(|(number, _)| pairs.iter().any(|pair| pair.0 == *number));
    let found_there = there.iter().filter(|(number, _)| pairs.iter().any(|pair| pair.1 == *number));
    Some(Repeated {
        here: time(found_here.map(|(_, part)| *part)) as f32 / all_here as f32,
        there: time(found_there.map(|(_, part)| *part)) as f32 / all_there as f32,
        pairs,
    })
}

/// Share of a cut's screen time whose sources `known` knows from any earlier cut, 0 to 1; nothing where it shows nothing
/// that is known here.
pub fn repeated_anywhere(parts: &[Part], mut known: impl FnMut(&Part) -> bool) -> Option<f32> {
    let shown = on_screen(parts);
    let all = time(shown.iter().map(|(_, part)| *part));
    let again = time(shown.iter().map(|(_, part)| *part).filter(|part| known(part)));
    (all > 0).then(|| again as f32 / all as f32)
}

/// True where two parts are one source: the same bytes, or pictures that look the same, mirrored or not; of clips the same
/// stretch, for half of the shorter one at least.
#[must_use]
pub fn same(one: &Part, two: &Part, near: u32) -> bool {
    if one.content == two.content && (one.kind == PartKind::Clip) == (two.kind == PartKind::Clip) {
        return match (one.taken_ms, two.taken_ms) {
            (Some(one), Some(two)) => {
                let shorter = one.1.saturating_sub(one.0).min(two.1.saturating_sub(two.0));
                let both = one.1.min(two.1).saturating_sub(one.0.max(two.0));
                2 * u64::from(both) >= u64::from(shorter)
            }
            _ => true,
        };
    }
    let telling = |part: &Part| part.looks.iter().copied().filter(View::tells).collect::<Vec<View>>();
    let (one, two) = (telling(one), telling(two));
    let (fewer, more) = if one.len() <= two.len() { (one, two) } else { (two, one) };
    let found = fewer.iter().filter(|view| more.iter().any(|other| view.distance(other) <= near));
    !fewer.is_empty() && 2 * found.count() >= fewer.len()
}

fn on_screen(parts: &[Part]) -> Vec<(u32, &Part)> {
    let shown = (0..).zip(parts).take(PARTS_MAX);
    shown.filter(|(_, part)| part.kind != PartKind::Music && !part.shared_on_purpose).collect()
}

/// How long these are on the screen together: a moment with two of them counts once.
fn time<'a>(parts: impl Iterator<Item = &'a Part>) -> u64 {
    let mut spans: Vec<(u32, u32)> = parts.map(|part| part.shown_ms).collect();
    spans.sort_unstable();
    let (mut sum, mut until) = (0, 0);
    for (from, to) in spans {
        sum += u64::from(to.saturating_sub(from.max(until)));
        until = until.max(to);
    }
    sum
}

#[cfg(test)]
mod tests;
