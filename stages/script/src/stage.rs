//! The stage: who writes, under which key, and what happens to what was written.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use reelpress_config::{Live, Niche, Settings};
use reelpress_core::{Clock, Job, MemoKey, Notes, Reason, Stage, StageName, Step};
use reelpress_vocabulary::{
    Brief, Disclosure, FormatPrior, Pace, Script, ScriptDraft, ScriptLimits, Scripted, SensitiveMark, SentBack, Writer,
};
use reelpress_web::Web;
use serde::Serialize;

use crate::chain::{Chain, Task};
use crate::delicate;
use crate::earlier::{self, Earlier};
use crate::error::ScriptError;
use crate::evidence::Pack;
use crate::evidence::pages::Pages;
use crate::llm::{lean, prompt};
use crate::material::{plain, shortened};
use crate::phrases::PhraseBook;

/// Raise it when the same inputs give another script.
const VERSION: u32 = 3;

/// Turns briefs into scripts.
pub struct ScriptStage {
    live: Live,
    chain: Chain,
    pace: Pace,
    earlier: Earlier,
    /// Where the pace is kept.
    pace_file: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    /// Reads the pages that feeds link to, where the settings ask for it.
    pages: Option<Pages>,
}

impl ScriptStage {
    /// A stage that takes its settings from `live`, anew for each attempt. What today's calls have cost so far is read
    /// from `notes`, and what they cost from now on is written there; `clock` says when a new day begins.
    #[must_use]
    pub fn new(live: Live, notes: Arc<dyn Notes>, clock: Arc<dyn Clock>) -> Self {
        let timezone = live.snapshot().script.timezone.clone();
        let chain = Chain::new(notes, clock.clone(), &timezone);
        Self { live, chain, pace: Pace::default(), earlier: Earlier::default(), pace_file: None, clock, pages: None }
    }

    /// The same stage, which reads the pages that a topic's feeds link to when `[script.evidence]` asks for it, and keeps
    /// their text in this folder. Without it no page is read, whatever the settings say.
    #[must_use]
    pub fn reading(self, web: Web, folder: &Path) -> Self {
        let pages = Pages::new(web, folder, self.clock.clone());
        self.with_pages(pages)
    }

    /// The same stage with this reader of pages.
    pub(crate) fn with_pages(mut self, pages: Pages) -> Self {
        self.pages = Some(pages);
        self
    }

    /// The reader of pages, if these settings want any read.
    fn reader(&self, settings: &Settings) -> Option<&Pages> {
        self.pages.as_ref().filter(|_| Pages::wanted(settings))
    }

    /// The same stage, writing for voices as fast as `pace` says.
    #[must_use]
    pub fn paced(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// The same stage, which knows the scripts and the pace of earlier runs from files in this folder and keeps its own
    /// there. Without it, near copies are found among the scripts of this run only. Call it after [`Self::paced`].
    #[must_use]
    pub fn remembering(mut self, folder: &Path) -> Self {
        self.earlier = Earlier::in_folder(folder);
        let file = folder.join("pace.json");
        let kept = std::fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        self.pace.learn(kept.unwrap_or_default());
        self.pace_file = Some(file);
        self
    }

    /// What the topic says, and its pages if they are read.
    async fn pack(&self, settings: &Settings, job: &Job, brief: &Brief) -> Pack {
        let Some(reader) = self.reader(settings) else { return Pack::of(&brief.topic) };
        let pages = reader.of(settings, &brief.topic, job).await;
        let pack = Pack::with(&brief.topic, &pages);
        tracing::debug!(item = %job.item, pages = pages.len(), evidence = pack.hash(), "pages read for a script");
        pack
    }

    /// Makes a script of an earlier run known, where the files were lost and the journal was not. One that is known
    /// already is not taken twice.
    pub fn remember(&self, scripted: &Scripted) {
        self.earlier.remember(&scripted.brief, &scripted.script);
    }
}

/// Everything that makes a script. The account is not in it: two accounts with one seed share the words.
#[derive(Serialize)]
struct Inputs<'a> {
    title: &'a str,
    summary: &'a str,
    topic_language: &'a str,
    evidence: Vec<(&'a str, Option<&'a str>)>,
    niche: Option<&'a Niche>,
    language: &'a str,
    seed: u64,
    given: Option<&'a ScriptDraft>,
    limits: ScriptLimits,
    writers: Vec<Hand<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a FormatPrior>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    suggested_hashtags: &'a [String],
    /// A script that was kept under this key was written after a person's release, or needed none.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    sensitive: &'a [SensitiveMark],
    #[serde(skip_serializing_if = "Option::is_none")]
    pages: Option<Reads>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sent_back: Option<&'a SentBack>,
}

/// How much of the topic's pages is read; how patiently and how often is not in it.
///
/// What the pages said is not either. The key is made before anybody asks them, and has to be the same after a restart,
/// when a page may say something else, be slow or be gone: then the script that was paid for would be written again for
/// nothing. The links are in the key, so the script under it is one from these pages as they were when it was written; which
/// of them it rests on is told by its sources, and the hash of what was read by the log.
#[derive(Serialize)]
struct Reads {
    pages: usize,
    max_bytes: u64,
}

/// The writer, as far as it changes the words. The key, the time limit and the call rate do not.
#[derive(Serialize)]
enum Hand<'a> {
    Person,
    Builtin {
        phrases: Option<String>,
    },
    Llm {
        base_url: &'a str,
        model: &'a str,
        temperature: f32,
        prompts: [String; 6],
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        lean: bool,
    },
}

/// A hook has come to its point after so many seconds.
const HOOK_S: f64 = 2.0;
/// The voice can be fitted to a length by a fifth and no further; the words stay within this share of what fits.
const AROUND: f64 = 0.15;

/// What a script for this language must keep. A target length gives the number of words; without one the config does.
fn limits(settings: &Settings, pace: &Pace, language: &str) -> ScriptLimits {
    let per_second = pace.words_per_second(language, settings.voice.words_per_minute);
    // In steps of five: what is derived must not change with every video.
    let words = |seconds: f64, share: f64| ((seconds * per_second * share / 5.0).round() as usize * 5).clamp(10, 1_000);
    let (words_min, words_max) = match settings.voice.target.map(|target| target.as_secs_f64()) {
        Some(target) => (words(target, 1.0 - AROUND), words(target, 1.0 + AROUND)),
        None => (settings.script.words_min, settings.script.words_max),
    };
    ScriptLimits {
        words_min,
        words_max,
        hook_words_max: (HOOK_S * per_second).ceil() as usize,
        ..ScriptLimits::default()
    }
}

fn hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// All who may write it: which of them does depends on the day.
fn hands<'a>(settings: &'a Settings, brief: &Brief) -> Vec<Hand<'a>> {
    if brief.given_script.is_some() {
        return vec![Hand::Person];
    }
    let models = settings.script.chain().map(|(_, provider)| Hand::Llm {
        base_url: provider.base_url.as_str(),
        model: &provider.model,
        temperature: provider.temperature,
        prompts: prompt::texts().map(hash),
        lean: lean::wanted(provider),
    });
    let builtin = || Hand::Builtin { phrases: PhraseBook::text_of(&brief.language).map(hash) };
    models.chain(settings.script.has_builtin().then(builtin)).collect()
}

/// A headline that speaks to the writer leaves nothing to write about.
fn spoken_to(brief: &Brief) -> Option<Reason> {
    let pack = Pack::of(&brief.topic);
    let spoken_to = pack.title().is_empty() && !plain(&brief.topic.title).is_empty();
    spoken_to.then(|| {
        Reason::new(
            "injected_text",
            format!(
                "the topic's headline speaks to the writer instead of telling something: `{}` (look at the feed it comes \
                 from, and take it out of the config if it does so on purpose)",
                shortened(&plain(&brief.topic.title), 80)
            ),
        )
    })
}

/// The fixed word of that hold.
const SENT_BACK: &str = "sent_back_script";

/// The press does not rewrite what a person wrote: an editor's word on it waits for a person, too.
fn sent_back_to_a_person(brief: &Brief, job: &Job) -> Option<Reason> {
    let back = brief.dossier.sent_back.as_ref().filter(|_| job.released(SENT_BACK).is_none())?;
    let message = format!(
        "{} sent the cut of item {} back, and its script is a person's: `{}` (order it again with another script and give this \
         one up; `reelpress items release {} --by NAME` makes it again with the same words)",
        plain(&back.by),
        plain(&back.item),
        shortened(&plain(&back.note), 500),
        job.item
    );
    Some(Reason::new(SENT_BACK, message))
}

impl Stage for ScriptStage {
    type In = Brief;
    type Product = Script;
    type Out = Scripted;
    type Error = ScriptError;
    type Settings = Arc<Settings>;
    const NAME: StageName = StageName::new("script");

    fn settings(&self) -> Self::Settings {
        self.live.snapshot()
    }

    fn memo(&self, settings: &Self::Settings, brief: &Brief) -> Option<MemoKey> {
        let topic = &brief.topic;
        let seen =
            |evidence: &'_ reelpress_vocabulary::Evidence| evidence.link.as_ref().map(|link| link.as_str().to_owned());
        let links = topic.evidence.iter().map(seen).collect::<Vec<_>>();
        let titles = topic.evidence.iter().map(|evidence| evidence.title.as_str());
        let inputs = Inputs {
            title: &topic.title,
            summary: &topic.summary,
            topic_language: &topic.language,
            evidence: titles.zip(links.iter().map(Option::as_deref)).collect(),
            niche: settings.niches.get(brief.niche.name()),
            language: &brief.language,
            seed: brief.seed,
            given: brief.given_script.as_ref(),
            limits: limits(settings, &self.pace, &brief.language),
            writers: hands(settings, brief),
            format: brief.format.as_ref(),
            suggested_hashtags: &brief.suggested_hashtags,
            sensitive: &brief.dossier.sensitive,
            pages: self.reader(settings).map(|_| Reads {
                pages: settings.script.evidence.pages.get(),
                max_bytes: settings.script.evidence.max_bytes,
            }),
            sent_back: brief.dossier.sent_back.as_ref(),
        };
        Some(MemoKey::new(&Self::NAME, VERSION, &inputs))
    }

    async fn process(&self, settings: &Self::Settings, job: &Job, brief: &Brief) -> Result<Step<Script>, ScriptError> {
        if let Some(reason) = delicate::waits(brief, job) {
            return Ok(Step::Hold(reason));
        }
        let limits = limits(settings, &self.pace, &brief.language);
        if let Some(given) = &brief.given_script {
            if let Some(reason) = sent_back_to_a_person(brief, job) {
                return Ok(Step::Hold(reason));
            }
            let script = given.clone().check(Writer::Person, &limits);
            return script.map(Step::Next).map_err(|problems| ScriptError::GivenScript { problems });
        }
        let niche = settings
            .niches
            .get(brief.niche.name())
            .ok_or_else(|| ScriptError::UnknownNiche { niche: brief.niche.to_string() })?;
        if let Some(reason) = spoken_to(brief) {
            return Ok(Step::Hold(reason));
        }
        let pack = self.pack(settings, job, brief).await;
        let step = self.chain.write(Task { settings, brief, niche, limits: &limits, pack: &pack }, job).await?;
        if job.released(earlier::NEAR_COPY).is_some() {
            return Ok(step);
        }
        Ok(self.earlier.unlike(brief, step))
    }

    /// Writes down how fast the voices speak; without it the next run starts from the measured constants.
    async fn close(&self) {
        let Some(file) = &self.pace_file else { return };
        let bytes = serde_json::to_vec(&self.pace.kept()).unwrap_or_default();
        let aside = file.with_extension("json.new");
        let folder = file.parent().unwrap_or(Path::new("."));
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&aside, bytes))
            .and_then(|()| std::fs::rename(&aside, file));
        if let Err(error) = written {
            tracing::warn!(file = %file.display(), %error, "the pace of the voices could not be kept");
        }
    }

    fn hand_on(&self, brief: Brief, script: Script) -> Scripted {
        let script = script.with_hook(brief.variant);
        // Behind the memo key: what is kept is the script alone, and each account's own words come to it here.
        let script = match Disclosure::of(&brief.declared, &brief.language) {
            Some(disclosure) => script.disclosed(&disclosure),
            None => script,
        };
        Scripted { brief, script }
    }
}

#[cfg(test)]
mod tests {
    use reelpress_config::Settings;
    use reelpress_core::{ItemId, Release};
    use reelpress_vocabulary::testing;

    use super::*;

    #[tokio::test]
    async fn an_editors_note_makes_another_order_and_on_a_persons_script_it_waits_for_a_person() {
        let notes = Arc::new(reelpress_core::testing::MemoryNotes::default());
        let stage = ScriptStage::new(Live::new(Settings::default()), notes, Arc::new(reelpress_core::SystemClock));
        let settings = stage.settings();
        let mut brief = testing::brief(testing::topic("Three hearts"), "one");
        let before = stage.memo(&settings, &brief);
        let (item, by, note) = ("01".to_owned(), "ana".to_owned(), "a slower opening".to_owned());
        brief.dossier.sent_back = Some(SentBack { item, by, note });
        assert_ne!(stage.memo(&settings, &brief), before, "the script that was sent back is not taken again");
        let job = Job::detached(ItemId::from_parts(1, 2));
        assert!(
            sent_back_to_a_person(&brief, &job).is_some_and(|reason| reason.to_string().contains("a slower opening"))
        );
        brief.given_script = Some(testing::draft());
        let Ok(Step::Hold(reason)) = stage.process(&settings, &job, &brief).await else { panic!("it must wait") };
        assert_eq!(reason.kind, "sent_back_script");
        let (stage_name, kind) = (StageName::new("script"), "sent_back_script".to_owned());
        let release = Release { stage: stage_name, kind, by: "olga".to_owned(), note: String::new() };
        let job = Job { releases: vec![release], ..job };
        assert!(!matches!(stage.process(&settings, &job, &brief).await, Ok(Step::Hold(_))), "a release lets it go on");
    }

    #[tokio::test]
    async fn the_pace_outlives_a_restart_and_fits_the_words_to_a_target() {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::default();
        settings.voice.target = Some(std::time::Duration::from_secs(20));
        let live = Live::new(settings.clone());
        let stage = |pace: &Pace| {
            let notes = Arc::new(reelpress_core::testing::MemoryNotes::default());
            ScriptStage::new(live.clone(), notes, Arc::new(reelpress_core::SystemClock)).paced(pace.clone())
        };
        let pace = Pace::default();
        let first = stage(&pace).remembering(folder.path());
        assert_eq!((limits(&settings, &pace, "en").words_min, limits(&settings, &pace, "en").words_max), (55, 75));
        (0..10).for_each(|_| pace.heard("rms", "en", 40, 20_000));
        first.close().await;
        let again = Pace::default();
        let _stage = stage(&again).remembering(folder.path());
        let limits = limits(&settings, &again, "en");
        assert_eq!((limits.words_min, limits.words_max, limits.hook_words_max), (35, 45, 4));
    }
}
