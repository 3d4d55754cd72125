//! The definition of "similar", version [`crate::prints::DEFINITION`]. For each axis a share of 0 to 1, of the one cut in the
//! other; and what follows from the shares.
//!
//! - **Frames**: of the frames with quality 50 and more and something to see in five of sixteen blocks, four a second of
//!   the one, twelve of the other. What stands still from a cut's first frame to its last is not looked at. Two frames are
//!   one if their hashes (or the mirrored one's) are within the near radius, or if the small copies agree in six tenths of their
//!   blocks once one is laid on the other: at a place, the same for the whole cut, that regions of both gave away. Matches
//!   count only in runs: at least four in a row, forward in both cuts, at 0.8 to 1.25 of the pace, with no hole above
//!   1.25 s. With fewer than eight such frames in either cut the axis abstains.
//! - **Parts**: screen time whose source (same bytes, or same look before composition) the other cut has too.
//! - **Text**: runs of five letters that the shorter script shares with the longer; and its pattern, which only holds.
//! - **Sound**: seconds in common, in stretches of five seconds and more, by the shorter sound. One licensed track in both is
//!   not compared. Only the voice rejects.
//!
//! The share of an axis is the larger of both directions: a trimmed copy lies wholly in the original, a longer one holds it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::parts::{self, Repeated};
use crate::prints::Prints;
use crate::sound::{self, Heard, Sound, SoundKind};
use crate::words::Read;

mod order;
mod place;
mod visual;

pub use visual::{Run, Visual, visual};

/// From which shares on what follows. All shares are 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Bits up to which two hashes are one picture.
    pub near: u32,
    /// Share of frames, parts or text that rejects.
    pub reject: f32,
    /// Share of frames or text that holds.
    pub hold: f32,
    /// Milliseconds in one stretch of the same frames that hold, whatever share of the cut they are: a clip inside of
    /// another cut.
    pub hold_stretch_ms: u32,
    /// Share of parts that holds: reuse is seen sooner there than on the screen.
    pub hold_parts: f32,
    /// Share of the text's pattern that holds.
    pub hold_pattern: f32,
}

impl Default for Rule {
    fn default() -> Self {
        Self { near: 31, reject: 0.80, hold: 0.60, hold_stretch_ms: 5_000, hold_parts: 0.50, hold_pattern: 0.80 }
    }
}

/// What follows for a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub enum Ruling {
    /// Nothing.
    #[default]
    Pass,
    /// A person looks.
    Hold,
    /// It is one that there was.
    Reject,
}

/// In what two cuts are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Axis {
    /// Finished frames.
    Frames,
    /// What it was made of.
    Parts,
    /// The script.
    Text,
    /// The script's sentences without what they are filled with.
    Pattern,
    /// The first cut's sound of this kind.
    Sound(SoundKind),
}

/// An axis that rules.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Which.
    pub axis: Axis,
    /// 0 to 1.
    pub share: f32,
    /// What follows from it.
    pub ruling: Ruling,
}

/// Two cuts side by side, with the evidence. An axis that is `None` abstains: too little to tell, or not known of both.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// Finished frames.
    pub frames: Option<Visual>,
    /// What they were made of.
    pub parts: Option<Repeated>,
    /// Scripts.
    pub text: Option<Read>,
    /// Sounds: the first cut's kind, the second's, and what they share.
    pub sounds: Vec<(SoundKind, SoundKind, Heard)>,
}

/// Compares all axes of two cuts.
#[must_use]
pub fn compare(one: &Prints, two: &Prints, rule: &Rule) -> Comparison {
    Comparison {
        frames: visual(one, two, rule.near),
        parts: parts::repeated(one.parts(), two.parts(), rule.near),
        text: one.words().zip(two.words()).and_then(|(one, two)| one.read(two)),
        sounds: sounds(one.sounds(), two.sounds()),
    }
}

/// Stem against stem. The mix counts only where one of both has nothing else: with its stems at hand it says nothing new,
/// and a licensed bed in both would be heard in it.
fn sounds(one: &[Sound], two: &[Sound]) -> Vec<(SoundKind, SoundKind, Heard)> {
    let only_mix = |sounds: &[Sound]| sounds.iter().all(|sound| sound.kind == SoundKind::Mix);
    let mixes = only_mix(one) || only_mix(two);
    let mut list = Vec::new();
    for (one, two) in one.iter().flat_map(|sound| two.iter().map(move |other| (sound, other))) {
        let mixed = one.kind == SoundKind::Mix || two.kind == SoundKind::Mix;
        if (mixed && mixes) || (!mixed && one.kind == two.kind) {
            list.extend(sound::heard(one, two).map(|heard| (one.kind, two.kind, heard)));
        }
    }
    list
}

impl Comparison {
    /// What follows, by the heaviest axis, and the axes that rule, the heaviest first.
    #[must_use]
    pub fn ruling(&self, rule: &Rule) -> (Ruling, Vec<Reason>) {
        let mut reasons = Vec::new();
        let mut weigh = |axis: Axis, share: f32, hold: f32, reject: f32| {
            let ruling = match share {
                share if share >= reject => Ruling::Reject,
                share if share >= hold => Ruling::Hold,
                _ => return,
            };
            reasons.push(Reason { axis, share, ruling });
        };
        if let Some(frames) = &self.frames {
            let is_long = frames.longest_ms() >= rule.hold_stretch_ms;
            weigh(Axis::Frames, frames.share(), if is_long { 0.0 } else { rule.hold }, rule.reject);
        }
        if let Some(parts) = &self.parts {
            weigh(Axis::Parts, parts.share(), rule.hold_parts, rule.reject);
        }
        if let Some(text) = &self.text {
            weigh(Axis::Text, text.contained, rule.hold, rule.reject);
            weigh(Axis::Pattern, text.pattern.unwrap_or(0.0), rule.hold_pattern, f32::INFINITY);
        }
        for (kind, other, heard) in &self.sounds {
            let voices = (*kind, *other) == (SoundKind::Voice, SoundKind::Voice);
            weigh(Axis::Sound(*kind), heard.share, rule.reject, if voices { rule.reject } else { f32::INFINITY });
        }
        reasons.sort_by(|one, two| two.ruling.cmp(&one.ruling).then(two.share.total_cmp(&one.share)));
        (reasons.first().map_or(Ruling::Pass, |reason| reason.ruling), reasons)
    }
}

/// Where earlier prints are kept.
pub trait Library {
    /// The prints of a cut by the library's number for it; nothing where they are gone.
    fn prints(&self, owner: u32) -> Option<Arc<Prints>>;
}

/// An earlier cut that rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// The library's number for it.
    pub owner: u32,
    /// What follows from it.
    pub ruling: Ruling,
    /// Which axes, the heaviest first.
    pub reasons: Vec<Reason>,
    /// The evidence.
    pub comparison: Comparison,
}

/// What a library says of a cut.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Judgement {
    /// The definition that it was judged by.
    pub definition: u16,
    /// The heaviest ruling of all.
    pub ruling: Ruling,
    /// Earlier cuts that rule, the heaviest first.
    pub matches: Vec<Match>,
    /// Earlier cuts that were compared.
    pub compared: u32,
    /// Candidates whose prints were gone: of them nothing is known.
    pub gone: Vec<u32>,
}

/// Compares a cut with each of the candidates that [`crate::search::candidates`] (or the bands of its words, or its parts)
/// named.
pub fn judge(
    prints: &Prints,
    candidates: impl IntoIterator<Item = u32>,
    library: &dyn Library,
    rule: &Rule,
) -> Judgement {
    let mut judgement = Judgement { definition: crate::prints::DEFINITION, ..Judgement::default() };
    for owner in candidates {
        let Some(earlier) = library.prints(owner) else {
            judgement.gone.push(owner);
            continue;
        };
        judgement.compared += 1;
        let comparison = compare(prints, &earlier, rule);
        let (ruling, reasons) = comparison.ruling(rule);
        if ruling != Ruling::Pass {
            judgement.matches.push(Match { owner, ruling, reasons, comparison });
        }
    }
    let weight = |found: &Match| (found.ruling, found.reasons.first().map_or(0.0, |reason| reason.share));
    judgement.matches.sort_by(|one, two| {
        let (one, two) = (weight(one), weight(two));
        two.0.cmp(&one.0).then(two.1.total_cmp(&one.1))
    });
    judgement.ruling = judgement.matches.first().map_or(Ruling::Pass, |found| found.ruling);
    judgement
}

#[cfg(test)]
mod tests;
