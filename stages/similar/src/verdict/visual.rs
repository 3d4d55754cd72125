//! The axis of frames.

use serde::{Deserialize, Serialize};

use super::order::{self, Pair, Passed};
use super::place;
use crate::frame::detail::Detail;
use crate::geometry::Map;
use crate::prints::{Frame, Prints, RATE};

/// Frames a second that are asked about.
const ASKED: usize = 4;
/// Frames of either cut that are compared; longer cuts are thinned evenly.
const FRAMES_MAX: usize = 2_400;
/// Matches of one frame that are kept, evenly: a still picture of a minute matches itself all along.
const MATCHES_MAX: usize = 720;
/// A share that needs no better one.
const ENOUGH: f32 = 0.90;
/// With fewer frames that can be told apart the axis abstains.
const USABLE_MIN: usize = 8;
/// Share of blocks that must agree for two frames to be one.
const SAME_FROM: f32 = 0.70;
/// Bits up to which whole frames are one where little moves in a cut, and what stands still would decide: those in which
/// programs differ about one and the same picture (the reference's own tolerance).
const UNTOUCHED: u32 = 10;

/// A stretch of one cut that is a stretch of the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// From here to there in the first cut, in milliseconds.
    pub here_ms: (u32, u32),
    /// The same in the second.
    pub there_ms: (u32, u32),
    /// Frames to show side by side: times in both, in milliseconds.
    pub beside: Vec<(u32, u32)>,
}

/// How much is seen of one cut in another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Visual {
    /// Share of the first cut that is in the second, 0 to 1.
    pub here: f32,
    /// Share of the second that is in the first, 0 to 1.
    pub there: f32,
    /// Which stretches, the longest line first.
    pub runs: Vec<Run>,
}

impl Run {
    /// How long it is in the cut in which it is shorter, in milliseconds.
    #[must_use]
    pub fn length_ms(&self) -> u32 {
        let length = |span: (u32, u32)| span.1.saturating_sub(span.0);
        length(self.here_ms).min(length(self.there_ms))
    }
}

impl Visual {
    /// The larger of both shares: a copy that was cut short lies wholly in the original, one that was made longer holds it.
    #[must_use]
    pub fn share(&self) -> f32 {
        self.here.max(self.there)
    }

    /// The longest stretch, in milliseconds.
    #[must_use]
    pub fn longest_ms(&self) -> u32 {
        self.runs.iter().map(Run::length_ms).max().unwrap_or(0)
    }

    fn turned_over(mut self) -> Self {
        std::mem::swap(&mut self.here, &mut self.there);
        for run in &mut self.runs {
            std::mem::swap(&mut run.here_ms, &mut run.there_ms);
            for (here, there) in &mut run.beside {
                std::mem::swap(here, there);
            }
        }
        self
    }
}

/// Compares the frames of two cuts, and the pictures inside of their frames; nothing where either has too few that can be
/// told apart.
#[must_use]
pub fn visual(one: &Prints, two: &Prints, near: u32) -> Option<Visual> {
    // Laid one on the other or the other on the one gives nearly, not wholly, the same: one of both orders is taken always.
    if one.frames() > two.frames() {
        return ordered(two, one, near).map(Visual::turned_over);
    }
    ordered(one, two, near)
}

/// The frames against each other; then each picture inside of the one frame against the other frame, if that tells more.
fn ordered(one: &Prints, two: &Prints, near: u32) -> Option<Visual> {
    let (first, second): (Vec<Seen<'_>>, Vec<Seen<'_>>) =
        (one.seen().map(Seen::of).collect(), two.seen().map(Seen::of).collect());
    let (frame, other) = (first.first()?, second.first()?);
    let mut best = frame.against(other, near);
    let inner = first.iter().skip(1).map(|one| (one, other)).chain(second.iter().skip(1).map(|two| (frame, two)));
    for (one, two) in inner {
        if best.as_ref().is_some_and(|best| best.share() >= ENOUGH) {
            break;
        }
        let found = one.against(two, near);
        best = match (best, found) {
            (Some(best), Some(found)) if found.share() <= best.share() => Some(best),
            (best, found) => found.or(best),
        };
    }
    best
}

/// One view of a cut's frames, ready to be compared.
struct Seen<'a> {
    prints: &'a Prints,
    details: Vec<Detail>,
    /// Twelve a second.
    usable: Vec<&'a Frame>,
    /// Four a second.
    asked: Vec<&'a Frame>,
}

impl<'a> Seen<'a> {
    fn of(prints: &'a Prints) -> Self {
        let details: Vec<Detail> = prints.stills().iter().map(Detail::of).collect();
        let telling: Vec<bool> = details.iter().map(Detail::tells).collect();
        let tells = |frame: &Frame| telling.get(frame.still as usize).copied().unwrap_or(false);
        let usable = thinned(prints, tells);
        Self { prints, details, asked: asked(&usable), usable }
    }

    /// Of a cut in which little moves: all frames, with what stands still in them.
    fn whole(&self) -> Self {
        let usable = thinned(self.prints, |_| true);
        Self { prints: self.prints, details: Vec::new(), asked: asked(&usable), usable }
    }

    fn is_enough(&self) -> bool {
        self.asked.len() >= USABLE_MIN
    }

    fn against(&self, other: &Self, near: u32) -> Option<Visual> {
        if self.is_enough() && other.is_enough() {
            return Some(self.compared(other, near));
        }
        // A copy of a cut in which little moves is one all the same; less than a copy nobody can tell from a brand's frame.
        let (one, two) = (self.whole(), other.whole());
        (one.is_enough() && two.is_enough()).then(|| one.compared(&two, UNTOUCHED.min(near)))
    }

    fn compared(&self, other: &Self, near: u32) -> Visual {
        let agree = Agreement::new(self, other);
        let mut pairs = Vec::<Pair>::new();
        for frame in &self.asked {
            let same = |two: &&&Frame| frame.view.distance(&two.view) <= near || agree.at(frame.still, two.still);
            let found: Vec<&&Frame> = other.usable.iter().filter(same).collect();
            let step = found.len().div_ceil(MATCHES_MAX).max(1);
            pairs.extend(found.into_iter().step_by(step).map(|two| (frame.at_ms, two.at_ms)));
        }
        let runs = order::runs(&pairs);
        let covered = |asked: &[&Frame], side: &dyn Fn(&Pair) -> u32| {
            let passed: Vec<Passed> = runs.iter().map(|run| Passed::of(run, 1_000 / ASKED as u32, side)).collect();
            asked.iter().filter(|frame| passed.iter().any(|run| run.holds(frame.at_ms))).count()
        };
        let (here, there) = (covered(&self.asked, &|pair| pair.0), covered(&other.asked, &|pair| pair.1));
        Visual {
            here: here as f32 / self.asked.len() as f32,
            there: there as f32 / other.asked.len() as f32,
            runs: runs.iter().map(|run| evidence(run)).collect(),
        }
    }
}

/// The frames that can be told apart, fewer where there are too many.
fn thinned(prints: &Prints, tells: impl Fn(&Frame) -> bool) -> Vec<&Frame> {
    let frames: Vec<&Frame> = prints.frames().iter().filter(|frame| frame.view.tells() && tells(frame)).collect();
    let step = frames.len().div_ceil(FRAMES_MAX).max(1);
    frames.into_iter().step_by(step).collect()
}

/// Those of them that are asked about.
fn asked<'a>(usable: &[&'a Frame]) -> Vec<&'a Frame> {
    usable.iter().copied().step_by(RATE as usize / ASKED).collect()
}

fn evidence(run: &[Pair]) -> Run {
    let span =
        |times: &mut dyn Iterator<Item = u32>| times.fold((u32::MAX, 0), |(low, high), at| (low.min(at), high.max(at)));
    let beside = [0, run.len() / 2, run.len().saturating_sub(1)];
    let mut beside: Vec<Pair> = beside.iter().filter_map(|at| run.get(*at).copied()).collect();
    beside.dedup();
    Run {
        here_ms: span(&mut run.iter().map(|pair| pair.0)),
        there_ms: span(&mut run.iter().map(|pair| pair.1)),
        beside,
    }
}

/// Which small copies agree, at the places that were found.
struct Agreement {
    width: usize,
    same: Vec<bool>,
}

impl Agreement {
    fn new(one: &Seen<'_>, two: &Seen<'_>) -> Self {
        let (first, second) = (&one.details, &two.details);
        let width = second.len();
        let mut same = vec![false; width * first.len()];
        for place in place::places(one.prints, first, two.prints, second) {
            mark(&mut same, first, second, &place);
        }
        Self { width, same }
    }

    fn at(&self, one: u32, two: u32) -> bool {
        self.same.get(one as usize * self.width + two as usize).copied().unwrap_or(false)
    }
}

fn mark(same: &mut [bool], one: &[Detail], two: &[Detail], place: &Map) {
    for (column, still) in two.iter().enumerate() {
        let laid = still.laid(place);
        for (row, other) in one.iter().enumerate() {
            let slot = &mut same[row * two.len() + column];
            *slot = *slot || other.fit(&laid).same >= SAME_FROM;
        }
    }
}
