//! What the runtime costs: six stages that do nothing, over the real journal in a folder on disk, metrics on.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use reelpress_core::{
    Backoff, Book, BreakerPolicy, Clock, Fault, Job, Line, LineParts, LineWiring, MemoKey, Origin, Remedy, RetryPolicy,
    Silent, Stage, StageName, StageTuning, Step, Supervisor, SystemClock, TaskKind,
};
use reelpress_store::{FolderArtifacts, SledJournal};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::waiting;
use reelpress_figures::{Budget, Figures};

const ITEMS: u64 = 200_000;
const ITEMS_QUICK: u64 = 3_000;
const FEEDERS: u64 = 64;
/// Places before each stage. Each of an item's seven appends waits for its group to be written, so throughput is what is
/// under way divided by that wait.
const DEPTH: usize = 512;
const WORKERS: usize = 128;
/// One record for each of: taken in, six stages, the end.
const RECORDS_PER_ITEM: u64 = 8;

/// `runtime.*`
pub(crate) fn measure(quick: bool, figures: &mut Figures) -> anyhow::Result<()> {
    let items = if quick { ITEMS_QUICK } else { ITEMS };
    // As in the daemon: what is counted is counted. A second install fails, and the first one stays.
    metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder().context("could not count")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no runtime")?;
    let took = runtime.block_on(press(items))?;
    let per_second = items as f64 / took.as_secs_f64();
    figures.judge("runtime.items_per_second", per_second, "items/s", Budget::AtLeast(20_000.0));
    figures.add("runtime.journal_records_per_second", per_second * RECORDS_PER_ITEM as f64, "records/s");
    Ok(())
}

async fn press(items: u64) -> anyhow::Result<Duration> {
    let folder = tempfile::tempdir().context("could not make a folder")?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let journal = SledJournal::open(&folder.path().join("journal"), clock.clone())?;
    let (book, _) = Book::open(Arc::new(journal), clock)?;
    let (pause, supervisor) = (watch::Sender::new(false), Supervisor::default());
    let line = Arc::new(line(LineParts {
        book: Arc::new(book),
        artifacts: Arc::new(FolderArtifacts::open(&folder.path().join("artifacts"))?),
        progress: Arc::new(Silent),
        retry: Arc::new(|| RetryPolicy {
            attempts: 3,
            backoff: Backoff { first: Duration::from_secs(1), max: Duration::from_secs(10) },
            breaker: BreakerPolicy { after: 10, pause: Duration::from_secs(10) },
            stop_is_final: false,
        }),
        pause: pause.subscribe(),
        supervisor: supervisor.clone(),
    }));
    let bar = waiting::bar("six stages, no work", items);
    let since = Instant::now();
    let feeders = (0..FEEDERS).map(|feeder| {
        let (line, bar) = (line.clone(), bar.clone());
        supervisor.spawn(TaskKind::Feeder, "bench", async move {
            for number in (feeder..items).step_by(FEEDERS as usize) {
                line.admit(Origin::of(&["bench", &number.to_string()]), number).await?;
                bar.inc(1);
            }
            Ok::<(), anyhow::Error>(())
        })
    });
    for feeder in feeders.collect::<Vec<_>>() {
        feeder.await.context("a feeder was cut off")?;
    }
    line.idle().await;
    let took = since.elapsed();
    bar.finish_and_clear();
    let finished = line.book().items(|item| item.status == reelpress_core::ItemStatus::Finished).len() as u64;
    anyhow::ensure!(finished == items, "{finished} items of {items} came through");
    line.drain(Duration::from_secs(10)).await;
    Ok(took)
}

fn line(parts: LineParts) -> Line<u64> {
    let positive = |count| NonZeroUsize::new(count).expect("a positive constant");
    let tuning = StageTuning { depth: positive(DEPTH), workers: positive(WORKERS) };
    let mut wiring = LineWiring::new(parts);
    let sixth = wiring.last(Idle::<5>, tuning);
    let fifth = wiring.before(sixth, Idle::<4>, tuning);
    let fourth = wiring.before(fifth, Idle::<3>, tuning);
    let third = wiring.before(fourth, Idle::<2>, tuning);
    let second = wiring.before(third, Idle::<1>, tuning);
    let first = wiring.before(second, Idle::<0>, tuning);
    wiring.start(first)
}

/// A stage that hands on what it gets.
struct Idle<const AT: usize>;

/// Cannot happen.
#[derive(Debug, thiserror::Error)]
enum Never {}

impl Fault for Never {
    fn remedy(&self) -> Remedy {
        match *self {}
    }

    fn kind(&self) -> &'static str {
        match *self {}
    }
}

const NAMES: [&str; 6] = ["idle-1", "idle-2", "idle-3", "idle-4", "idle-5", "idle-6"];

impl<const AT: usize> Stage for Idle<AT> {
    type In = u64;
    type Product = u64;
    type Out = u64;
    type Error = Never;
    type Settings = ();
    const NAME: StageName = StageName::new(NAMES[AT]);

    fn settings(&self) {}

    fn memo(&self, (): &(), _input: &u64) -> Option<MemoKey> {
        None
    }

    async fn process(&self, (): &(), _job: &Job, input: &u64) -> Result<Step<u64>, Never> {
        Ok(Step::Next(*input))
    }

    fn hand_on(&self, _input: u64, product: u64) -> u64 {
        product
    }
}
