//! The robustness table: copies of base shorts against the shorts they were made of, and different shorts against each
//! other, with plain vPDQ on the same frames beside it.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use rayon::prelude::*;
use reelpress_figures::{Budget, Figures, tell};
use reelpress_similar::parts::Part;
use reelpress_similar::pdq::View;
use reelpress_similar::prints::Prints;
use reelpress_similar::verdict::{Rule, Ruling, compare};

use crate::coder;
use crate::copies::Films;
use crate::film::Film;
use crate::rows::{PARTS, PARTS_WANTED, ROWS, Row, Wanted};
use crate::share::Share;
use crate::shorts::{Half, Short, Studio};

/// Bits up to which vPDQ takes two frames for one, and the share of a video's frames that makes it a match: the
/// published examples.
const PLAIN_NEAR: u32 = 31;
const PLAIN_SHARE: f64 = 0.80;

/// Of the tuning half's shorts, every row is tried on one in so many: that half only says what was tuned on.
const TUNING_ONE_OF: usize = 4;

/// Base shorts in both halves together that the figures are for.
pub(crate) const USUAL: usize = 200;

/// What became of one copy.
#[derive(Debug, Clone, Copy, Default)]
struct Outcome {
    ruling: Ruling,
    plain: bool,
}

/// A short's prints, and what became of its copies, by row.
pub(crate) struct Base {
    pub(crate) prints: Prints,
    template: usize,
    views: Vec<View>,
    outcomes: Vec<Option<Outcome>>,
    parts: [Ruling; 2],
}

/// What a half came to.
pub(crate) struct Table {
    pub(crate) half: Half,
    pub(crate) bases: Vec<Base>,
    pub(crate) lines: Vec<Line>,
    pub(crate) different: Different,
}

/// A row of the table.
pub(crate) struct Line {
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) wanted: Wanted,
    pub(crate) rejected: Share,
    pub(crate) held: Share,
    /// Nothing where no frames are compared.
    pub(crate) plain: Option<Share>,
}

/// Different shorts against each other.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Different {
    pub(crate) pairs: usize,
    pub(crate) of_one_template: usize,
    pub(crate) rejected: usize,
    pub(crate) held: usize,
    pub(crate) plain: usize,
    /// The largest share of all, and pairs with more than 0.4.
    pub(crate) most: f32,
    pub(crate) near: usize,
}

/// Makes the shorts of a half and judges their copies.
pub(crate) fn half(half: Half, count: usize, seed: u64, folder: &Path) -> anyhow::Result<Table> {
    let folder = tempfile::tempdir_in(folder).context("could not make a folder for the pictures")?;
    let studio = Studio::open(folder.path(), seed)?;
    let has_coder = coder::is_there();
    let done = AtomicUsize::new(0);
    let templates = half.templates().len();
    let shelf = |template: usize| -> anyhow::Result<Vec<Base>> {
        let numbers: Vec<usize> = (template..count).step_by(templates).collect();
        let last = numbers.last().copied().unwrap_or_default();
        let mut before = studio.paint(&studio.short(half, last as u64 + 1_000 * templates as u64)?.plan)?;
        let mut bases = Vec::with_capacity(numbers.len());
        for number in numbers {
            let short = studio.short(half, number as u64)?;
            let film = studio.paint(&short.plan)?;
            bases.push(base(&studio, &short, (&film, &before), has_coder, folder.path())?);
            short.forget_files();
            before = film;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(10) {
                tell(&format!("  {}: {done} of {count} shorts", half.name()));
            }
        }
        Ok(bases)
    };
    let shelves = (0..templates).into_par_iter().map(shelf).collect::<anyhow::Result<Vec<_>>>()?;
    let bases: Vec<Base> = shelves.into_iter().flatten().collect();
    let lines = lines(&bases);
    let different = different(&bases);
    Ok(Table { half, bases, lines, different })
}

fn base(
    studio: &Studio<'_>,
    short: &Short,
    (film, other): (&Film, &Film),
    has_coder: bool,
    folder: &Path,
) -> anyhow::Result<Base> {
    let rule = Rule::default();
    let plain = film.plain();
    let (prints, views) = (plain.prints()?, plain.views(1)?);
    let captions = studio.paint_some(&studio.with_other_captions(short), 2)?;
    let films = Films { own: film, captions: &captions, other };
    let with_parts = made_of(Prints::builder(), &short.parts()?);
    let mut outcomes = Vec::with_capacity(ROWS.len());
    for (at, row) in ROWS.iter().enumerate() {
        let is_left_out = short.half == Half::Tuning && !(at + short.number as usize / 5).is_multiple_of(TUNING_ONE_OF);
        if is_left_out || (row.needs_coder() && !has_coder) {
            outcomes.push(None);
            continue;
        }
        let copy = films.copy(row, folder)?;
        let ruling = compare(&copy.prints()?, &prints, &rule).ruling(&rule).0;
        outcomes.push(Some(Outcome { ruling, plain: plain_match(&copy.views(3)?, &views) }));
    }
    let mut again = [Ruling::Pass; 2];
    for (ruling, (.., coded_anew)) in again.iter_mut().zip(PARTS) {
        let copy = made_of(Prints::builder(), &studio.parts_again(short, coded_anew)?);
        *ruling = compare(&copy, &with_parts, &rule).ruling(&rule).0;
    }
    Ok(Base { prints, template: short.template, views, outcomes, parts: again })
}

fn made_of(mut builder: reelpress_similar::prints::Builder, parts: &[Part]) -> Prints {
    parts.iter().cloned().for_each(|part| builder.add_part(part));
    builder.finish()
}

/// Plain vPDQ: enough frames of the copy near some frame of the original.
fn plain_match(copy: &[View], original: &[View]) -> bool {
    let telling: Vec<&View> = copy.iter().filter(|view| view.tells()).collect();
    let near =
        |view: &&&View| original.iter().any(|other| other.tells() && view.hash.distance(&other.hash) <= PLAIN_NEAR);
    let found = telling.iter().filter(near).count();
    !telling.is_empty() && found as f64 >= PLAIN_SHARE * telling.len() as f64
}

fn lines(bases: &[Base]) -> Vec<Line> {
    let of_row = |(at, row): (usize, &Row)| {
        let outcomes: Vec<Outcome> = bases.iter().filter_map(|base| base.outcomes[at]).collect();
        let share = |counts: &dyn Fn(&Outcome) -> bool| {
            Share::of(outcomes.iter().filter(|outcome| counts(outcome)).count(), outcomes.len())
        };
        Line {
            key: row.key,
            name: row.name,
            wanted: row.wanted,
            rejected: share(&|outcome| outcome.ruling == Ruling::Reject),
            held: share(&|outcome| outcome.ruling >= Ruling::Hold),
            plain: Some(share(&|outcome| outcome.plain)),
        }
    };
    let of_parts = |(at, (key, name, _)): (usize, &(&'static str, &'static str, bool))| {
        let share = |from: Ruling| Share::of(bases.iter().filter(|base| base.parts[at] >= from).count(), bases.len());
        let (rejected, held) = (share(Ruling::Reject), share(Ruling::Hold));
        Line { key, name, wanted: Wanted::Reject(PARTS_WANTED), rejected, held, plain: None }
    };
    ROWS.iter().enumerate().map(of_row).chain(PARTS.iter().enumerate().map(of_parts)).collect()
}

fn different(bases: &[Base]) -> Different {
    let rule = Rule::default();
    let one_by_one = (0..bases.len()).into_par_iter().map(|at| {
        let one = &bases[at];
        let mut sum = Different::default();
        for two in &bases[at + 1..] {
            let comparison = compare(&one.prints, &two.prints, &rule);
            let ruling = comparison.ruling(&rule).0;
            sum.pairs += 1;
            sum.of_one_template += usize::from(one.template == two.template);
            sum.rejected += usize::from(ruling == Ruling::Reject);
            sum.held += usize::from(ruling == Ruling::Hold);
            sum.plain += usize::from(plain_match(&one.views, &two.views));
            let share = comparison.frames.map_or(0.0, |frames| frames.share());
            sum.most = sum.most.max(share);
            sum.near += usize::from(share > 0.4);
        }
        sum
    });
    one_by_one.reduce(Different::default, |one, two| Different {
        pairs: one.pairs + two.pairs,
        of_one_template: one.of_one_template + two.of_one_template,
        rejected: one.rejected + two.rejected,
        held: one.held + two.held,
        plain: one.plain + two.plain,
        most: one.most.max(two.most),
        near: one.near + two.near,
    })
}

impl Line {
    /// The share that is asked of the row, and how it is met: nothing for a row that nothing was tried of.
    pub(crate) fn kept(&self) -> Option<(Share, bool)> {
        if self.rejected.of == 0 {
            return None;
        }
        let (share, is_kept) = match self.wanted {
            Wanted::Reject(least) => (self.rejected, self.rejected.value() >= least),
            Wanted::Hold(least) => (self.held, self.held.value() >= least),
            Wanted::NoReject => (self.rejected, self.rejected.count == 0),
        };
        Some((share, is_kept))
    }

    fn text(&self) -> String {
        let plain = self.plain.map_or_else(|| "-".to_owned(), |plain| format!("{:.2}", plain.value()));
        let word = match self.kept() {
            None => "not tried",
            Some((_, true)) => "kept",
            Some((_, false)) => "MISSED",
        };
        format!(
            "{:<50} {:>22} {:>22} {plain:>6}  {:<10} {word}",
            self.name,
            self.rejected.text(),
            self.held.text(),
            self.wanted.text()
        )
    }
}

impl Wanted {
    pub(crate) fn text(self) -> String {
        match self {
            Self::Reject(least) => format!(">= {least:.2}"),
            Self::Hold(least) => format!("held {least:.2}"),
            Self::NoReject => "none".to_owned(),
        }
    }
}

impl Table {
    pub(crate) fn print(&self) {
        tell(&format!(
            "copies, {} half: {} shorts in {}",
            self.half.name(),
            self.bases.len(),
            self.half.templates().join(", ")
        ));
        tell(&format!("{:<50} {:>22} {:>22} {:>6}  wanted", "copy", "rejected (95 %)", "held or rejected", "vPDQ"));
        self.lines.iter().for_each(|line| tell(&line.text()));
        let all = &self.different;
        tell(&format!(
            "different shorts: {} pairs, {} of one template: {} rejected, {} held, largest share {:.2}, {} above 0.40; vPDQ {}",
            all.pairs, all.of_one_template, all.rejected, all.held, all.most, all.near, all.plain
        ));
    }

    /// Into the file of figures.
    pub(crate) fn figures(&self, figures: &mut Figures) {
        for line in &self.lines {
            let Some((share, _)) = line.kept() else {
                figures.say(line.key, "SKIPPED: no program ffmpeg");
                continue;
            };
            let unit = format!("of {} (95 %: {:.3}-{:.3})", share.of, share.low(), share.high());
            let budget = match line.wanted {
                Wanted::Reject(least) | Wanted::Hold(least) => Budget::AtLeast(least),
                Wanted::NoReject => Budget::AtMost(0.0),
            };
            figures.judge(line.key, share.value(), &unit, budget);
        }
        let unit = format!("rejected of {} pairs", self.different.pairs);
        figures.judge("similar.false_matches", self.different.rejected as f64, &unit, Budget::AtMost(0.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Source;

    #[test]
    fn every_row_has_a_name_of_its_own() {
        let mut keys: Vec<&str> = ROWS.iter().map(|row| row.key).chain(PARTS.map(|(key, ..)| key)).collect();
        let count = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), count);
        assert!(ROWS.iter().any(|row| matches!(row.source, Source::Inside)));
    }
}
