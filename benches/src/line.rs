//! The whole line, as `reelpress make` runs it: built-in writer, embedded voice, as many encoders as cores.

use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use reelpress::keep::Kept;
use reelpress::press::{Store, open_archive};
use reelpress::topology::{Ports, make_line};
use reelpress_config::{Feed, FeedFormat, FeedPlace, Live, Name, Settings};
use reelpress_core::{Clock, ItemStatus, Origin, Silent, Supervisor, SystemClock};
use reelpress_vocabulary::{AccountId, Brief, Dossier, NicheId, TemplateId};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::{assemble, cpu, studio, waiting};
use reelpress_figures::{Budget, Figures};

/// What the line is to make.
pub(crate) struct Order<'a> {
    /// Where the topics come from.
    pub(crate) feed: &'a Path,
    /// How many of them.
    pub(crate) videos: usize,
    /// A small picture.
    pub(crate) quick: bool,
}

struct Made {
    videos: usize,
    seconds_of_video: f64,
    wall: Duration,
    cpu: f64,
}

/// `line.*`
pub(crate) fn measure(order: &Order<'_>, figures: &mut Figures) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    let made = runtime.block_on(press(order))?;
    drop(runtime);
    let encoding = made.seconds_of_video * assemble::encode_cpu_per_second(order.quick)?;
    let (videos, cores) = (made.videos as f64, cpu::cores().get() as f64);
    let per_hour = videos * 3_600.0 / made.wall.as_secs_f64();
    let bound = videos * cores * 3_600.0 / encoding;
    figures.add("line.videos_per_hour", per_hour, "videos/h");
    figures.add("line.mean_video_seconds", made.seconds_of_video / videos, "s");
    figures.add("line.encoder_bound_videos_per_hour", bound, "videos/h");
    figures.judge("line.encoder_bound_ratio", per_hour / bound, "of the encoder alone", Budget::AtLeast(0.9));
    // These two tell a line that costs too much from one that leaves cores idle (or is not given them).
    figures.add("line.encoder_cpu_share", encoding / made.cpu, "of the line's CPU time");
    figures.add("line.cores_busy", made.cpu / made.wall.as_secs_f64(), "cores");
    Ok(())
}

async fn press(order: &Order<'_>) -> anyhow::Result<Made> {
    let folder = tempfile::tempdir().context("could not make a folder")?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let mut settings = Settings::default();
    settings.line.cpu_workers = cpu::cores();
    if order.quick {
        studio::make_small(&mut settings.assemble);
    }
    let briefs = briefs(&settings, order, &*clock).await?;
    let store = Store::open(&folder.path().join("data"), clock.clone())?;
    let (kept, pause) = (Kept::default(), watch::Sender::new(false));
    let ports = Ports {
        live: Live::new(settings),
        book: store.book,
        artifacts: store.artifacts,
        archive: open_archive(&folder.path().join("data"))?,
        clock,
        fleet: None,
        scratch: folder.path().join("scratch"),
        progress: Arc::new(Silent),
        pause: pause.subscribe(),
        supervisor: Supervisor::default(),
    };
    let bar = waiting::bar("whole line", briefs.len() as u64);
    bar.enable_steady_tick(Duration::from_secs(1));
    let (since, cpu_before) = (Instant::now(), cpu::used());
    let line = make_line(&ports, folder.path().to_owned(), kept.clone())?;
    for (number, brief) in briefs.into_iter().enumerate() {
        line.admit(Origin::of(&["bench", &number.to_string()]), brief).await?;
    }
    line.idle().await;
    let (wall, cpu) = (since.elapsed(), cpu::used() - cpu_before);
    bar.finish_and_clear();
    let unmade = line.book().items(|item| item.status != ItemStatus::Finished);
    anyhow::ensure!(unmade.is_empty(), "{} videos were not made: {:?}", unmade.len(), unmade[0].status);
    line.drain(Duration::from_secs(10)).await;
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let milliseconds: u64 = kept.iter().map(|video| video.duration_ms).sum();
    Ok(Made { videos: kept.len(), seconds_of_video: milliseconds as f64 / 1_000.0, wall, cpu })
}

/// The feed's first topics, for the first niche of the default settings.
async fn briefs(settings: &Settings, order: &Order<'_>, clock: &dyn Clock) -> anyhow::Result<Vec<Brief>> {
    let feed = Feed::new(Name::parse("bench")?, FeedPlace::File(order.feed.to_owned()), FeedFormat::Syndication);
    let (name, niche) = settings.niches.first_key_value().context("the default settings have a niche")?;
    let account = settings.accounts.keys().next().context("the default settings have an account")?;
    let topics = reelpress_trends::read_once(&feed, settings, clock.now()).await?;
    anyhow::ensure!(topics.len() >= order.videos, "{} holds only {} topics", order.feed.display(), topics.len());
    let briefs = topics.into_iter().take(order.videos).enumerate().map(|(at, topic)| Brief {
        topic,
        niche: NicheId::from(name.clone()),
        account: AccountId::from(account.clone()),
        template: TemplateId::from(niche.templates[at % niche.templates.len()].clone()),
        language: niche.language.clone(),
        seed: at as u64 + 1,
        variant: 0,
        given_script: None,
        format: None,
        suggested_hashtags: Vec::new(),
        dossier: Dossier::default(),
        declared: reelpress_vocabulary::Declared::default(),
    });
    Ok(briefs.collect())
}
