//! The stage: a cut in, what was found about it out.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reelpress_archive::Archive;
use reelpress_config::{Live, Settings};
use reelpress_core::{Artifacts, Durability, ItemId, Job, MemoKey, Notes, Reason, Stage, StageName, Step};
use reelpress_safety::{Safety, Snapshots};
use reelpress_similar::prints::Prints;
use reelpress_vocabulary::{Assembled, Decision, Finding, Screened, Severity, Verdict};

use crate::captions::Captions;
use crate::duplicates::{Duplicates, Fingerprints};
use crate::error::ScreenError;
use crate::file::{self, block};
use crate::inspect::{FileFacts, Inspect, InspectError};
use crate::label;
use crate::made;
use crate::policies::PoliciesInForce;
use crate::policy;
use crate::safety;
use crate::similar::{self, PrintOrder, Similar, Standing, Turn};

/// Checks cuts against the order, the policy and what went before.
pub struct Screen {
    live: Live,
    artifacts: Arc<dyn Artifacts>,
    notes: Arc<dyn Notes>,
    inspector: Arc<dyn Inspect>,
    scratch: PathBuf,
    policies: PoliciesInForce,
    duplicates: Duplicates,
    captions: Captions,
    similar: Option<Similar>,
    safety: Safety,
}

/// A file in the scratch folder, for as long as this value lives.
struct ScratchFile(PathBuf);

/// What reading the file back gave.
struct Read {
    hash: String,
    facts: Result<FileFacts, InspectError>,
}

/// What was kept of its pictures and its sound, for those who judge them.
#[derive(Default)]
struct Seen {
    prints: Option<Prints>,
    snapshots: Option<Snapshots>,
}

impl Screen {
    /// A stage that fetches videos from `artifacts` into the folder `scratch`, reads them with `inspector`, and
    /// remembers the fingerprints of what it saw in `notes`.
    #[must_use]
    pub fn new(
        live: Live,
        artifacts: Arc<dyn Artifacts>,
        notes: Arc<dyn Notes>,
        inspector: Arc<dyn Inspect>,
        scratch: PathBuf,
    ) -> Self {
        let (policies, duplicates, captions) = (PoliciesInForce::new(), Duplicates::default(), Captions::default());
        Self {
            live,
            artifacts,
            notes,
            inspector,
            scratch,
            policies,
            duplicates,
            captions,
            similar: None,
            safety: Safety::new(),
        }
    }

    /// The same stage with an archive: each cut is compared with those in it, and put into it before it is let on.
    /// `standing` knows which of them do not count any more.
    #[must_use]
    pub fn comparing(mut self, archive: Arc<Archive>, standing: Arc<dyn Standing>) -> Self {
        self.similar = Some(Similar::new(archive, standing));
        self
    }

    async fn read_back(&self, settings: &Settings, job: &Job, assembled: &Assembled) -> Result<Read, ScreenError> {
        let fail = |path: &Path| {
            let path = path.to_owned();
            move |source| ScreenError::Scratch { path, source }
        };
        tokio::fs::create_dir_all(&self.scratch).await.map_err(fail(&self.scratch))?;
        let path = self.scratch.join(format!("screen-{}.mp4", job.item));
        remove(&path).map_err(fail(&path))?;
        let scratch = ScratchFile(path.clone());
        self.artifacts.fetch(&assembled.cut.video, &path).await.map_err(ScreenError::Fetch)?;
        let (inspector, order) = (self.inspector.clone(), made::order(settings, assembled));
        let is_compared = self.similar.is_some() && settings.screen.similar.enabled;
        let prints = is_compared.then(|| PrintOrder::of(assembled));
        // The file goes with the reader, which may outlive a cancelled job.
        let reading = tokio::task::spawn_blocking(move || {
            let hash = hash_of(&scratch.0)?;
            Ok(Read { hash, facts: inspector.inspect(&scratch.0, order, prints) })
        });
        tokio::select! {
            read = reading => read.map_err(|_| ScreenError::InspectorDied)?.map_err(fail(&path)),
            () = job.cancel.cancelled() => Err(ScreenError::Cancelled),
        }
    }

    async fn file_findings(
        &self,
        settings: &Settings,
        job: &Job,
        assembled: &Assembled,
    ) -> Result<(Vec<Finding>, Seen), ScreenError> {
        let read = self.read_back(settings, job, assembled).await?;
        let cut = &assembled.cut;
        let (mut findings, mut seen) = (Vec::new(), Seen::default());
        if read.hash != cut.hash {
            findings.push(block("file.hash", format!("file's hash is {}, but {} was assembled", read.hash, cut.hash)));
        }
        match read.facts {
            Ok(mut facts) => {
                findings.extend(file::findings(settings, cut, &facts));
                seen = Seen { prints: facts.prints.take(), snapshots: facts.snapshots.take() };
            }
            Err(InspectError::Unreadable { message }) => {
                findings.push(block("file.unreadable", format!("file cannot be read as a video: {message}")));
            }
            Err(error @ InspectError::Io(_)) => return Err(ScreenError::Inspect(error)),
        }
        Ok((findings, seen))
    }

    /// The cut's turn at the archive, if it can be compared; else why not.
    async fn turn<'a>(
        &'a self,
        settings: &'a Settings,
        item: ItemId,
        assembled: &'a Assembled,
        prints: Option<Prints>,
    ) -> Result<Turn<'a>, Option<Finding>> {
        let similar = self.similar.as_ref().ok_or(None)?;
        let limits = &settings.screen.similar;
        if !limits.enabled {
            return Err(Some(similar::not_asked("`enabled` in [screen.similar] is off")));
        }
        let prints = prints.ok_or_else(|| Some(similar::not_asked("its file gave no prints")))?;
        Ok(similar.turn(self.notes.as_ref(), limits, item, assembled, prints).await)
    }

    /// Looks for the same file or text, and claims both for this item if nothing else blocks it: the text of a cut that
    /// was never good may be used again.
    async fn duplicate_findings(
        &self,
        item: ItemId,
        assembled: &Assembled,
        is_blocked: bool,
    ) -> Result<Vec<Finding>, ScreenError> {
        let notes = self.notes.as_ref();
        let prints = Fingerprints::of(assembled);
        let findings = self.duplicates.findings(notes, item, &prints, !is_blocked);
        if !is_blocked && findings.is_empty() && !prints.are_noted(notes, item) {
            let written = notes.note(item, prints.noted(), Durability::Flushed).await;
            written.inspect_err(|_| self.duplicates.disclaim(item, &prints)).map_err(ScreenError::Note)?;
        }
        Ok(findings)
    }
}

impl Stage for Screen {
    type In = Assembled;
    type Product = Verdict;
    type Out = Screened;
    type Error = ScreenError;
    type Settings = Arc<Settings>;
    const NAME: StageName = StageName::new("screen");

    fn settings(&self) -> Arc<Settings> {
        self.live.snapshot()
    }

    /// A verdict depends on what was screened before.
    fn memo(&self, _settings: &Arc<Settings>, _input: &Assembled) -> Option<MemoKey> {
        None
    }

    async fn process(
        &self,
        settings: &Arc<Settings>,
        job: &Job,
        input: &Assembled,
    ) -> Result<Step<Verdict>, ScreenError> {
        let policies = self.policies.current(settings.screen.policy.as_deref()).await?;
        let (mut findings, seen) = self.file_findings(settings, job, input).await?;
        findings.extend(label::findings(input));
        let notes = self.notes.as_ref();
        let recent = self.captions.recent(notes, job.item, &input.voiced.scripted);
        findings.extend(policy::findings(&policies.judge(&policy::subject(settings, input, recent, job.item))));
        // It may cost money, and changes nothing about a cut that is rejected.
        if findings.iter().all(|finding| finding.severity != Severity::Block) {
            let looked = safety::findings(&self.safety, settings, job, input, seen.snapshots, &findings).await?;
            findings.extend(looked);
        }
        // From here on one cut at a time: of two that are alike, the first is in the archive before the second is judged.
        let mut turn = self.turn(settings, job.item, input, seen.prints).await;
        match &mut turn {
            Ok(turn) => findings.extend(turn.findings().await?),
            Err(why_not) => findings.extend(why_not.take()),
        }
        let is_blocked = findings.iter().any(|finding| finding.severity == Severity::Block);
        findings.extend(self.duplicate_findings(job.item, input, is_blocked).await?);
        if findings.iter().all(|finding| finding.severity != Severity::Block) {
            self.captions.note(notes, job.item, &input.voiced.scripted).await.map_err(ScreenError::Note)?;
            if let Ok(turn) = turn {
                turn.keep().await?;
            }
        }
        let verdict = Verdict { findings, policy: policies.hash().to_owned() };
        Ok(match verdict.decision() {
            Decision::Pass | Decision::Hold => Step::Next(verdict),
            Decision::Reject => Step::Reject(reason(&verdict)),
        })
    }

    fn hand_on(&self, input: Assembled, product: Verdict) -> Screened {
        Screened { assembled: input, verdict: product }
    }
}

fn reason(verdict: &Verdict) -> Reason {
    let blocking = verdict.findings.iter().filter(|finding| finding.severity == Severity::Block);
    let texts = blocking.map(|finding| match finding.evidence.as_str() {
        "" => format!("{}: {}", finding.rule, finding.message),
        evidence => format!("{}: {} ({evidence})", finding.rule, finding.message),
    });
    Reason::new("blocked", texts.collect::<Vec<_>>().join("; "))
}

fn hash_of(path: &Path) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path)?)?;
    Ok(hasher.finalize().to_hex().to_string())
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Drop for ScratchFile {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.0) {
            tracing::warn!(file = %self.0.display(), %error, "could not remove a scratch file");
        }
    }
}
