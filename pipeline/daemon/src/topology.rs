//! The whole line, wired in one place, tail first: each stage is given the way to the one after it, so a missing or
//! doubled edge is a type error. Read this beside the picture in `ARCHITECTURE.md`.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use reelpress_archive::Archive;
use reelpress_assemble::Assemble;
use reelpress_config::Live;
use reelpress_core::{
    Artifacts, Backoff, Book, BreakerPolicy, Clock, CpuPool, Line, LineParts, LineWiring, Notes, Progress, RetryPolicy,
    StageTuning, Supervisor,
};
use reelpress_deliver::Deliver;
use reelpress_device_farm::Fleet;
use reelpress_review::Review;
use reelpress_schedule::Schedule;
use reelpress_screen::Screen;
use reelpress_script::ScriptStage;
use reelpress_vocabulary::{Brief, Pace};
use reelpress_voice::Voice;
use reelpress_web::Web;
use tokio::sync::watch;

use crate::inspect::ReadBack;
use crate::keep::{Keep, Kept};
use crate::seal::SignsFiles;

/// What the stages are given from outside.
pub struct Ports {
    /// The settings in force.
    pub live: Live,
    /// The journal with its fold.
    pub book: Arc<Book>,
    /// Where products are kept.
    pub artifacts: Arc<dyn Artifacts>,
    /// Earlier cuts, to compare new ones with.
    pub archive: Arc<Archive>,
    /// The calendar time.
    pub clock: Arc<dyn Clock>,
    /// The test phones, if there are any.
    pub fleet: Option<Arc<Fleet>>,
    /// A folder for files in the making.
    pub scratch: PathBuf,
    /// Who hears of progress.
    pub progress: Arc<dyn Progress>,
    /// While true nothing is taken.
    pub pause: watch::Receiver<bool>,
    /// Who spawns.
    pub supervisor: Supervisor,
}

/// The daemon's line: `script -> voice -> assemble -> screen -> review -> schedule -> deliver`.
///
/// # Errors
/// If threads or the speech engine cannot be started.
pub fn daemon_line(ports: &Ports) -> anyhow::Result<Line<Brief>> {
    let Ports { live, artifacts, clock, fleet, scratch, .. } = ports;
    let notes: Arc<dyn Notes> = ports.book.clone();
    let depth = live.snapshot().line;
    let encoders = CpuPool::new(depth.cpu_workers).context("could not start the encoder threads")?;

    let mut line = LineWiring::new(parts(ports, Stopped::WaitsForMending));
    let deliver = Deliver::new(live.clone(), artifacts.clone(), notes.clone(), clock.clone(), fleet.clone());
    let deliver = line.last(deliver, tuning(depth.deliver, FEW));
    let schedule = Schedule::new(live.clone(), notes.clone(), clock.clone());
    let schedule = line.before(deliver, schedule, tuning(depth.shelf, FEW));
    let review = Review::new(live.clone(), notes.clone(), clock.clone());
    let review = line.before(schedule, review, tuning(depth.review, FEW));
    let screen = Screen::new(live.clone(), artifacts.clone(), notes.clone(), Arc::new(ReadBack), scratch.clone())
        .comparing(ports.archive.clone(), ports.book.clone());
    let screen = line.before(review, screen, tuning(depth.screen, ONE));
    let assemble = Assemble::new(live.clone(), artifacts.clone(), clock.clone(), scratch.clone(), encoders)
        .sealing(Arc::new(SignsFiles::default()));
    let assemble = line.before(screen, assemble, tuning(depth.assemble, depth.cpu_workers));
    // How fast the voices speak is measured at one stage and written for at the other.
    let pace = Pace::default();
    let voice = Voice::new(live.clone(), artifacts.clone()).context("could not start the voice")?.telling(pace.clone());
    let voice = line.before(assemble, voice, tuning(depth.voice, ONE));
    let data = live.snapshot().daemon.data_dir.clone();
    let web = Web::new().context("could not start the reader of pages")?;
    let script = ScriptStage::new(live.clone(), notes.clone(), clock.clone())
        .paced(pace)
        .remembering(&data.join("scripts"))
        .reading(web, &data.join("evidence"));
    let script = line.before(voice, script, tuning(depth.script, depth.script_workers));
    Ok(line.start(script))
}

/// The line of `reelpress make`: `script -> voice -> assemble -> screen -> keep`. Nothing is scheduled or delivered; the
/// finished files go into `folder`.
///
/// # Errors
/// As [`daemon_line`].
pub fn make_line(ports: &Ports, folder: PathBuf, kept: Kept) -> anyhow::Result<Line<Brief>> {
    let Ports { live, artifacts, clock, scratch, .. } = ports;
    let notes: Arc<dyn Notes> = ports.book.clone();
    let depth = live.snapshot().line;
    let encoders = CpuPool::new(depth.cpu_workers).context("could not start the encoder threads")?;

    let mut line = LineWiring::new(parts(ports, Stopped::IsFinal));
    let keep = line.last(Keep::new(artifacts.clone(), folder, kept), tuning(depth.review, ONE));
    let screen = Screen::new(live.clone(), artifacts.clone(), notes.clone(), Arc::new(ReadBack), scratch.clone())
        .comparing(ports.archive.clone(), ports.book.clone());
    let screen = line.before(keep, screen, tuning(depth.screen, ONE));
    let assemble = Assemble::new(live.clone(), artifacts.clone(), clock.clone(), scratch.clone(), encoders)
        .sealing(Arc::new(SignsFiles::default()));
    let assemble = line.before(screen, assemble, tuning(depth.assemble, depth.cpu_workers));
    let voice = Voice::new(live.clone(), artifacts.clone()).context("could not start the voice")?;
    let voice = line.before(assemble, voice, tuning(depth.voice, ONE));
    let script = line.before(
        voice,
        ScriptStage::new(live.clone(), notes.clone(), clock.clone()),
        tuning(depth.script, depth.script_workers),
    );
    Ok(line.start(script))
}

const ONE: NonZeroUsize = NonZeroUsize::MIN;
/// Enough to keep a disk or a journal busy.
const FEW: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3);

fn tuning(depth: NonZeroUsize, workers: NonZeroUsize) -> StageTuning {
    StageTuning { depth, workers }
}

/// What a stage means that cannot work at all.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stopped {
    /// Somebody mends it while the daemon waits.
    WaitsForMending,
    /// The person at the command wants to know now.
    IsFinal,
}

fn parts(ports: &Ports, stopped: Stopped) -> LineParts {
    let live = ports.live.clone();
    LineParts {
        book: ports.book.clone(),
        artifacts: ports.artifacts.clone(),
        progress: ports.progress.clone(),
        retry: Arc::new(move || retry_policy(&live, stopped)),
        pause: ports.pause.clone(),
        supervisor: ports.supervisor.clone(),
    }
}

fn retry_policy(live: &Live, stopped: Stopped) -> RetryPolicy {
    let retries = &live.snapshot().daemon.retries;
    RetryPolicy {
        attempts: retries.attempts.get(),
        backoff: Backoff { first: retries.first, max: retries.max },
        breaker: BreakerPolicy { after: retries.breaker_after.get(), pause: retries.breaker_pause },
        stop_is_final: stopped == Stopped::IsFinal,
    }
}
