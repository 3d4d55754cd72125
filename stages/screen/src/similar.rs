//! Whether a cut is too much like something made before.
//!
//! Prints are taken while the file is read back, and judged against the archive of earlier cuts. A cut is in the archive
//! before the stage lets it on, so a kill between the two costs nothing: the rerun leaves itself out. A cut that a person
//! rejects, or an item that is given up, no longer counts: it never went out, so its next try repeats nothing.

use std::sync::Arc;
use std::time::Duration;

use reelpress_archive::{Archive, Found, Judged, Label, Query};
use reelpress_config::{Similar as Limits, SimilarScope};
use reelpress_core::{Book, ItemId, ItemStatus, Notes, events};
use reelpress_similar::prints::Prints;
use reelpress_similar::verdict::{Rule, Ruling};
use reelpress_vocabulary::{Assembled, Finding, Severity};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use crate::captions;
use crate::error::ScreenError;

mod order;
mod repeats;
mod told;

pub use order::PrintOrder;
pub use repeats::SCREEN_SIMILAR;

use repeats::Repeats;

/// Earlier cuts that are named in a verdict: the worst. A person looks at one or two.
const TOLD_MAX: usize = 5;
/// Hooks of one order are made together; the same topic on another day is no variant.
const TOGETHER: Duration = Duration::from_hours(24);
/// The archive keeps shares that may be asked for when the config changes.
const LEAST_SHARE: f32 = 0.1;

/// Who knows what became of earlier items.
pub trait Standing: Send + Sync + 'static {
    /// True if a person rejected this item after it was screened, or it was given up: nothing can repeat it.
    fn is_withdrawn(&self, item: ItemId) -> bool;
}

impl Standing for Book {
    fn is_withdrawn(&self, item: ItemId) -> bool {
        self.item(item).is_some_and(|item| match item.status {
            ItemStatus::Rejected { .. } | ItemStatus::Archived { finished: false } => true,
            ItemStatus::Running { .. }
            | ItemStatus::Held { .. }
            | ItemStatus::Finished
            | ItemStatus::Archived { finished: true } => false,
        })
    }
}

/// Compares cuts with earlier ones, and remembers them.
pub(crate) struct Similar {
    archive: Arc<Archive>,
    standing: Arc<dyn Standing>,
    /// Held from the comparison of a cut until it is in the archive: of two that are alike, one comes first.
    repeats: Mutex<Repeats>,
}

/// One cut's turn at the archive.
pub(crate) struct Turn<'a> {
    similar: &'a Similar,
    notes: &'a dyn Notes,
    limits: &'a Limits,
    item: ItemId,
    assembled: &'a Assembled,
    prints: Arc<Prints>,
    repeats: MutexGuard<'a, Repeats>,
    own_share: f32,
}

impl Similar {
    pub(crate) fn new(archive: Arc<Archive>, standing: Arc<dyn Standing>) -> Self {
        Self { archive, standing, repeats: Mutex::default() }
    }

    /// Waits until no other cut is being compared.
    pub(crate) async fn turn<'a>(
        &'a self,
        notes: &'a dyn Notes,
        limits: &'a Limits,
        item: ItemId,
        assembled: &'a Assembled,
        prints: Prints,
    ) -> Turn<'a> {
        let repeats = self.repeats.lock().await;
        Turn { similar: self, notes, limits, item, assembled, prints: Arc::new(prints), repeats, own_share: 0.0 }
    }
}

impl Turn<'_> {
    /// What the archive holds against the cut, the worst first, and what could not be compared.
    pub(crate) async fn findings(&mut self) -> Result<Vec<Finding>, ScreenError> {
        let since = Instant::now();
        let judged = self.judged().await?;
        let rule = rule(self.limits);
        let (counted, variants): (Vec<&Found>, Vec<&Found>) = judged
            .found
            .iter()
            .filter(|found| !self.is_withdrawn(&found.id))
            .partition(|found| !self.is_variant(&found.id));
        let mut findings = Vec::new();
        for found in counted.iter().filter(|found| found.comparison.ruling(&rule).0 != Ruling::Pass) {
            findings.extend(told::finding(found, &self.prints, &self.similar.archive, &rule));
        }
        findings.sort_by_key(|finding: &Finding| std::cmp::Reverse(finding.severity));
        findings.truncate(TOLD_MAX);
        let account = self.assembled.voiced.scripted.brief.account.as_str();
        let nearest = counted.iter().filter(|found| found.account == account);
        let nearest = nearest.max_by(|one, two| repeats::share(one).total_cmp(&repeats::share(two)));
        self.own_share = nearest.map_or(0.0, |found| repeats::share(found));
        findings.extend(nearest.and_then(|found| self.repeated_too_often(&found.id)));
        findings.extend(told::not_compared(&self.prints, &judged.gone));
        findings.extend(told::variants(variants.len()));
        events::similar_judged(self.item, judged.compared, outcome(&findings), since.elapsed());
        Ok(findings)
    }

    async fn judged(&self) -> Result<Judged, ScreenError> {
        let brief = &self.assembled.voiced.scripted.brief;
        let (niche, account) = (brief.niche.to_string(), brief.account.to_string());
        let (niche, account) = match self.limits.scope {
            SimilarScope::Everything => (None, None),
            SimilarScope::Niche => (Some(niche), None),
            SimilarScope::Account => (None, Some(account)),
        };
        let query = Query { niche, account, without: Some(self.item.to_string()) };
        // Wider than what rules: shares below it count for the account's own repetitions.
        let wide = rule(self.limits);
        let least = (self.limits.repeat_share as f32).min(wide.hold).min(wide.hold_parts);
        let wide = Rule { hold: least, hold_parts: least, ..wide };
        let (archive, prints) = (self.similar.archive.clone(), self.prints.clone());
        let judging = tokio::task::spawn_blocking(move || archive.judge(&prints, &query, &wide));
        judging.await.map_err(|_| ScreenError::ComparisonDied)?.map_err(ScreenError::Archive)
    }

    /// Ids that are no items' are files that a person put in: they stand until they are taken out.
    fn is_withdrawn(&self, id: &str) -> bool {
        id.parse().is_ok_and(|item| self.similar.standing.is_withdrawn(item))
    }

    /// Cuts of one order that differ in the hook are alike because somebody wants them so.
    fn is_variant(&self, id: &str) -> bool {
        let scripted = &self.assembled.voiced.scripted;
        id.parse::<ItemId>().is_ok_and(|other| {
            let apart = other.created_millis().abs_diff(self.item.created_millis());
            Duration::from_millis(apart) <= TOGETHER && captions::is_variant(self.notes, other, scripted)
        })
    }

    fn repeated_too_often(&mut self, nearest: &str) -> Option<Finding> {
        let limits = self.limits;
        if f64::from(self.own_share) < limits.repeat_share {
            return None;
        }
        let account = &self.assembled.voiced.scripted.brief.account;
        let withdrawn = |item| self.similar.standing.is_withdrawn(item);
        let before = self.repeats.count(self.notes, account, self.item, limits, &withdrawn);
        (before >= limits.repeats as usize).then(|| Finding {
            rule: "similar.repeats".to_owned(),
            severity: Severity::Hold,
            message: format!(
                "{} of this is in an earlier cut of account `{account}`, and {before} others within {} repeated it by {} \
                 and more (at most {})",
                told::percent(self.own_share),
                told::days(limits.repeat_within),
                told::percent(limits.repeat_share as f32),
                limits.repeats
            ),
            evidence: nearest.to_owned(),
            ..Finding::default()
        })
    }

    /// Puts the cut into the archive. It is on disk when this returns.
    pub(crate) async fn keep(mut self) -> Result<(), ScreenError> {
        let brief = &self.assembled.voiced.scripted.brief;
        let (niche, account) = (brief.niche.to_string(), brief.account.to_string());
        let label = Label { id: self.item.to_string(), niche, account };
        let (archive, prints) = (self.similar.archive.clone(), self.prints.clone());
        let adding = tokio::task::spawn_blocking(move || {
            archive.add(&label, &prints)?;
            events::similar_archive(size_of(&archive));
            Ok(())
        });
        adding.await.map_err(|_| ScreenError::ComparisonDied)?.map_err(ScreenError::Archive)?;
        let share = self.own_share;
        self.repeats.note(self.notes, &brief.account, self.item, share).await.map_err(ScreenError::Note)
    }
}

/// How much the archive holds, as metrics say it.
#[must_use]
pub fn size_of(archive: &Archive) -> events::ArchiveSize {
    let [frames, keys, words] = archive.stats();
    events::ArchiveSize {
        cuts: words.owners,
        frames: frames.hashes,
        keys: keys.hashes,
        words: words.hashes,
        bytes: frames.disk_bytes + keys.disk_bytes + words.disk_bytes,
    }
}

/// The rule of these limits; what they do not set is as [`reelpress_similar`] has it.
#[must_use]
pub fn rule(limits: &Limits) -> Rule {
    Rule {
        reject: limits.reject as f32,
        hold: limits.hold as f32,
        hold_parts: limits.hold_parts as f32,
        ..Rule::default()
    }
}

/// A verdict in which nobody was asked must say so.
pub(crate) fn not_asked(why: &str) -> Finding {
    Finding {
        rule: "similar.not-compared".to_owned(),
        severity: Severity::Note,
        message: format!("not compared with earlier cuts: {why}"),
        ..Finding::default()
    }
}

fn outcome(findings: &[Finding]) -> &'static str {
    match findings.iter().map(|finding| finding.severity).max() {
        Some(Severity::Block) => "rejected",
        Some(Severity::Hold) => "held",
        Some(Severity::Note) | None => "passed",
    }
}
