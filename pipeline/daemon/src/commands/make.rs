//! `reelpress make`: videos now, into a folder. The same stages under the same runner as the daemon's; only the end of
//! the line differs.

use std::fs::File;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use reelpress_archive::Archive;
use reelpress_config::{Feed, FeedFormat, FeedPlace, Live, Name, Settings};
use reelpress_core::{Book, ItemState, ItemStatus, JournalError, Line, Origin, Supervisor};
use reelpress_store::{FolderArtifacts, SledJournal};
use reelpress_vocabulary::{AccountId, Brief, Decision, Declared, Dossier, NicheId, ScriptDraft, TemplateId, Topic};
use rustix::fs::{FlockOperation, flock};
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::Instant;

use super::Config;
use crate::cli::Make;
use crate::exit::{Exit, coded};
use crate::keep::{Kept, KeptVideo};
use crate::press::{empty_scratch, open_archive};
use crate::progress::{Bars, Explanation};
use crate::reports::ItemReport;
use crate::topology::{Ports, make_line};
use crate::{contact, say};

pub(crate) async fn make(config: &Config, order: Make) -> anyhow::Result<Exit> {
    let mut settings = config.load()?;
    let since = Instant::now();
    let briefs = briefs(&settings, &order).await?;
    let briefs = with_variants(briefs, &mut settings, order.variants);
    let wanted = briefs.len();
    std::fs::create_dir_all(&order.out)
        .with_context(|| format!("could not make the folder {}", order.out.display()))?;
    let workshop = Workshop::open(settings, &order, wanted)?;
    let line = workshop.line()?;
    let exit = tokio::select! {
        made = workshop.press(&line, briefs) => { made?; None }
        why = workshop.supervisor.failed() => return Err(coded(Exit::Internal, why)),
        stopped = asked_to_stop() => { stopped?; Some(Exit::Refused) }
    };
    line.drain(Duration::from_secs(if exit.is_some() { 1 } else { 30 })).await;
    workshop.bars.finish();
    if let Some(exit) = exit {
        say::remark("stopped; what was made is kept, and made again in no time");
        return Ok(exit);
    }
    workshop.report(&line, &order, since.elapsed())
}

/// One brief for each hook. A script that a person wrote has the hooks it has.
fn with_variants(briefs: Vec<Brief>, settings: &mut Settings, asked: Option<u32>) -> Vec<Brief> {
    if let Some(asked) = asked.and_then(NonZeroU32::new) {
        settings.niches.values_mut().for_each(|niche| niche.hook_variants = asked);
    }
    let variants = |brief: &Brief| match &brief.given_script {
        Some(script) => asked.unwrap_or(1).min(u32::try_from(script.other_hooks.len()).unwrap_or(0).saturating_add(1)),
        None => settings.niches.get(brief.niche.name()).map_or(1, |niche| niche.hook_variants.get()),
    };
    let all = briefs
        .into_iter()
        .flat_map(|brief| (0..variants(&brief)).map(|variant| Brief { variant, ..brief.clone() }).collect::<Vec<_>>());
    all.collect()
}

async fn asked_to_stop() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("could not listen for signals")?;
    tokio::select! {
        stopped = tokio::signal::ctrl_c() => stopped.context("could not listen for signals"),
        _ = terminate.recv() => Ok(()),
    }
}

/// Only one `make` at a time may work in a folder: it empties the last one's scratch. Unlocked when dropped.
fn lock(home: &Path) -> anyhow::Result<File> {
    std::fs::create_dir_all(home).with_context(|| format!("could not make {}", home.display()))?;
    let file = File::create(home.join("lock")).with_context(|| format!("could not lock {}", home.display()))?;
    if flock(&file, FlockOperation::NonBlockingLockExclusive).is_err() {
        let folder = home.parent().unwrap_or(home).display();
        return Err(coded(
            Exit::Unavailable,
            format!("another `make` works in {folder} (give another folder with --out)"),
        ));
    }
    Ok(file)
}

/// What `make` works with: its own journal for the time it runs, and a store beside the videos, so that what was made
/// once is not made again.
struct Workshop {
    live: Live,
    book: Arc<Book>,
    artifacts: Arc<FolderArtifacts>,
    archive: Arc<Archive>,
    supervisor: Supervisor,
    scratch: PathBuf,
    folder: PathBuf,
    bars: Arc<Bars>,
    kept: Kept,
    pause: watch::Sender<bool>,
    // Removed with everything in it when the command ends.
    _journal_folder: tempfile::TempDir,
    _lock: File,
}

impl Workshop {
    fn open(settings: Settings, order: &Make, videos: usize) -> anyhow::Result<Self> {
        let home = order.out.join(".reelpress");
        let lock = lock(&home)?;
        let scratch = empty_scratch(&home)?;
        let journal_folder = tempfile::tempdir_in(&home).context("could not make a folder for the journal")?;
        let journal = SledJournal::open(journal_folder.path(), super::clock())?;
        let (book, _) = Book::open(Arc::new(journal), super::clock())?;
        Ok(Self {
            live: Live::new(settings),
            book: Arc::new(book),
            artifacts: Arc::new(FolderArtifacts::open(&home.join("artifacts"))?),
            // Compared is what is made in one go: what was made before is made again when it is asked for.
            archive: open_archive(journal_folder.path())?,
            supervisor: Supervisor::default(),
            scratch,
            folder: order.out.clone(),
            bars: Arc::new(Bars::new(videos as u64, order.explain)),
            kept: Kept::default(),
            pause: watch::Sender::new(false),
            _journal_folder: journal_folder,
            _lock: lock,
        })
    }

    fn line(&self) -> anyhow::Result<Line<Brief>> {
        let ports = Ports {
            live: self.live.clone(),
            book: self.book.clone(),
            artifacts: self.artifacts.clone(),
            archive: self.archive.clone(),
            clock: super::clock(),
            fleet: None,
            scratch: self.scratch.clone(),
            progress: self.bars.clone(),
            pause: self.pause.subscribe(),
            supervisor: self.supervisor.clone(),
        };
        make_line(&ports, self.folder.clone(), self.kept.clone())
    }

    async fn press(&self, line: &Line<Brief>, briefs: Vec<Brief>) -> anyhow::Result<()> {
        let feed = async {
            for (number, brief) in briefs.into_iter().enumerate() {
                line.admit(Origin::of(&["make", &number.to_string(), &brief.topic.id]), brief).await?;
            }
            line.idle().await;
            Ok(())
        };
        let mut feed = std::pin::pin!(feed);
        let mut shown = 0;
        loop {
            tokio::select! {
                done = &mut feed => { self.show_new(&mut shown); return done; }
                () = tokio::time::sleep(Duration::from_millis(200)) => self.show_new(&mut shown),
            }
        }
    }

    fn show_new(&self, shown: &mut usize) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        for video in &kept[*shown..] {
            self.bars.one_done();
            self.bars.remark(&format!("finished: {}", video.video.display()));
        }
        *shown = kept.len();
    }

    fn report(&self, line: &Line<Brief>, order: &Make, took: Duration) -> anyhow::Result<Exit> {
        let videos = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let unfinished = line.book().items(|item| item.status != ItemStatus::Finished);
        let failed = unfinished.iter().map(|item| Unmade::of(line.book(), item)).collect::<Result<Vec<_>, _>>()?;
        let failed: Vec<Unmade> = failed.into_iter().flatten().collect();
        let sheet = order.contact_sheet.then(|| order.out.join("contact-sheet.png")).filter(|_| !videos.is_empty());
        if let Some(sheet) = &sheet {
            contact::write(&videos, sheet)?;
        }
        let explained = self.bars.explained();
        let report = MakeReport { videos, failed, explained, contact_sheet: sheet, seconds: took.as_secs_f64() };
        if order.output.json {
            say::json(&report)?;
        } else {
            report.print();
        }
        Ok(if report.failed.is_empty() { Exit::Ok } else { Exit::Refused })
    }
}

#[derive(Debug, Serialize)]
struct MakeReport {
    videos: Vec<KeptVideo>,
    failed: Vec<Unmade>,
    /// Empty without `--explain`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explained: Vec<Explanation>,
    contact_sheet: Option<PathBuf>,
    seconds: f64,
}

impl MakeReport {
    fn print(&self) {
        let spoken: u64 = self.videos.iter().map(|video| video.duration_ms).sum();
        for video in &self.videos {
            say::line(format!("{}  {:.1} s  {}", video.video.display(), seconds(video.duration_ms), video.title));
            if video.decision == Decision::Hold {
                say::line("  a person should look at it first:");
                video.findings.iter().for_each(|finding| say::line(format!("  - {finding}")));
            }
        }
        for unmade in &self.failed {
            say::line(format!("not made: {}\n  {}: {}", unmade.title, unmade.stage, unmade.reason));
        }
        if let Some(sheet) = &self.contact_sheet {
            say::line(sheet.display());
        }
        let made = self.videos.len();
        say::line(format!("{made} videos, {:.1} s of picture, made in {:.1} s", seconds(spoken), self.seconds));
    }
}

fn seconds(millis: u64) -> f64 {
    Duration::from_millis(millis).as_secs_f64()
}

/// A brief that did not become a video.
#[derive(Debug, Serialize)]
struct Unmade {
    title: String,
    stage: String,
    reason: String,
}

impl Unmade {
    fn of(book: &Book, item: &ItemState) -> Result<Option<Self>, JournalError> {
        let (stage, reason) = match &item.status {
            ItemStatus::Held { stage, reason, .. } | ItemStatus::Rejected { stage, reason } => {
                (stage.to_string(), reason.to_string())
            }
            ItemStatus::Running { .. } => ("line".to_owned(), "was not finished".to_owned()),
            ItemStatus::Finished | ItemStatus::Archived { .. } => return Ok(None),
        };
        // The fold drops what a rejected item carried; the journal has it.
        let title = ItemReport::of(item, &book.history(item.id)?).title;
        Ok(Some(Self { title, stage, reason }))
    }
}

/// The orders for what the command line names, at most `count` of each kind of source.
async fn briefs(settings: &Settings, order: &Make) -> anyhow::Result<Vec<Brief>> {
    let desk = BriefDesk::new(settings, order)?;
    let mut briefs = Vec::new();
    for feed in &order.feed {
        let topics = read_feed(settings, feed).await?;
        let room = (order.count as usize).saturating_sub(briefs.len());
        briefs.extend(topics.into_iter().take(room).enumerate().map(|(at, topic)| desk.brief(topic, at, None)));
    }
    let summary = match &order.summary {
        Some(file) => read_text(file)?,
        None => String::new(),
    };
    for topic in &order.topic {
        for variant in 0..order.count as usize {
            briefs.push(desk.brief(plain_topic(topic, &summary, &desk.language), variant, None));
        }
    }
    for file in &order.script {
        let given = read_given(file)?;
        let topic = plain_topic(&given.draft.title, "", &desk.language);
        let mut brief = desk.brief(topic, briefs.len(), Some(given.draft));
        brief.declared = brief.declared.narrowed(&given.declared);
        briefs.push(brief);
    }
    if briefs.is_empty() {
        return Err(coded(
            Exit::BadInput,
            "there is nothing to make: give --topic, --feed or --script (see `reelpress make --help`)",
        ));
    }
    Ok(briefs)
}

struct BriefDesk {
    niche: Name,
    account: Name,
    templates: Vec<Name>,
    language: String,
    /// By niche and account.
    declared: Declared,
}

impl BriefDesk {
    fn new(settings: &Settings, order: &Make) -> anyhow::Result<Self> {
        let known = || settings.niches.keys().map(Name::as_str).collect::<Vec<_>>().join(", ");
        let (name, niche) = match &order.niche {
            Some(name) => settings.niches.get_key_value(name.as_str()),
            None => settings.niches.first_key_value(),
        }
        .ok_or_else(|| {
            let asked = order.niche.as_deref().unwrap_or("");
            coded(Exit::BadInput, format!("niche `{asked}` is not in the config (there is: {})", known()))
        })?;
        let templates = match &order.template {
            Some(name) => vec![Name::parse(name).map_err(|e| coded(Exit::BadInput, format!("template {e}")))?],
            None => niche.templates.clone(),
        };
        let account = settings.accounts.keys().next().cloned().unwrap_or_else(|| name.clone());
        let declared = settings.declared(name, &account);
        Ok(Self { niche: name.clone(), account, templates, language: niche.language.clone(), declared })
    }

    fn brief(&self, topic: Topic, number: usize, given_script: Option<ScriptDraft>) -> Brief {
        let seed = blake3::hash(format!("{}/{}/{number}", self.niche, topic.id).as_bytes());
        let seed = u64::from_le_bytes(seed.as_bytes()[..8].try_into().expect("a hash has 32 bytes"));
        Brief {
            topic,
            niche: NicheId::from(self.niche.clone()),
            account: AccountId::from(self.account.clone()),
            template: TemplateId::from(self.templates[number % self.templates.len()].clone()),
            language: self.language.clone(),
            seed,
            variant: 0,
            given_script,
            format: None,
            suggested_hashtags: Vec::new(),
            dossier: Dossier::default(),
            declared: self.declared.clone(),
        }
    }
}

fn plain_topic(title: &str, summary: &str, language: &str) -> Topic {
    let id = blake3::hash(format!("{title}\n{summary}").as_bytes()).to_hex()[..16].to_owned();
    Topic {
        id,
        title: title.to_owned(),
        summary: summary.to_owned(),
        language: language.to_owned(),
        score: 0.0,
        evidence: Vec::new(),
        ..Topic::default()
    }
}

async fn read_feed(settings: &Settings, place: &str) -> anyhow::Result<Vec<Topic>> {
    let is_address = place.starts_with("http://") || place.starts_with("https://");
    let feed_place = if is_address {
        FeedPlace::Url(place.parse().map_err(|e| coded(Exit::BadInput, format!("feed address `{place}`: {e}")))?)
    } else {
        FeedPlace::File(PathBuf::from(place))
    };
    let feed = Feed {
        // A person typed this address: a feed on their own network is what they mean.
        allow_private: is_address,
        ..Feed::new(Name::parse("make").expect("four letters"), feed_place, format_of(place))
    };
    let now: Timestamp = super::clock().now();
    let topics = reelpress_trends::read_once(&feed, settings, now).await;
    let topics = topics.map_err(|error| coded(Exit::BadInput, error.full_text()))?;
    if topics.is_empty() {
        return Err(coded(Exit::BadInput, format!("feed {place} holds no topic")));
    }
    Ok(topics)
}

fn format_of(place: &str) -> FeedFormat {
    let name = place.strip_suffix(".gz").unwrap_or(place);
    match Path::new(name).extension().and_then(|e| e.to_str()) {
        Some("ndjson" | "jsonl") => FeedFormat::Ndjson,
        Some("csv") => FeedFormat::Csv,
        Some(_) | None => FeedFormat::Syndication,
    }
}

fn read_text(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file)
        .map_err(|error| coded(Exit::BadInput, format!("could not read {}: {error}", file.display())))
}

/// A script that a person wrote, and what they declare of it in the table `declared` beside it.
pub(super) fn read_script(file: &Path) -> anyhow::Result<ScriptDraft> {
    read_given(file).map(|given| given.draft)
}

/// The two parts of a script's file.
struct Given {
    draft: ScriptDraft,
    declared: Declared,
}

fn read_given(file: &Path) -> anyhow::Result<Given> {
    let text = read_text(file)?;
    let wrong = |error: String| coded(Exit::BadInput, format!("script {}: {error}", file.display()));
    if file.extension().is_some_and(|extension| extension == "json") {
        let mut whole: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let declared = whole.remove("declared").map(serde_json::from_value).transpose();
        let declared = declared.map_err(|error| wrong(format!("`declared`: {error}")))?.unwrap_or_default();
        // Without the table, as it stands: then a mistake is told at its place in the file.
        let draft = if text.contains("\"declared\"") {
            serde_json::from_value(whole.into())
        } else {
            serde_json::from_str(&text)
        };
        return Ok(Given { draft: draft.map_err(|error| wrong(error.to_string()))?, declared });
    }
    let mut whole: toml::Table = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let Some(table) = whole.remove("declared") else {
        let draft = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        return Ok(Given { draft, declared: Declared::default() });
    };
    let declared = table.try_into().map_err(|error| wrong(format!("`declared`: {error}")))?;
    let draft = toml::Value::Table(whole).try_into().map_err(|error| wrong(error.to_string()))?;
    Ok(Given { draft, declared })
}

#[cfg(test)]
mod tests;
