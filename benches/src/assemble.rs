//! What a press costs beside its encoder: CPU time of the whole stage call against the encoder alone on the very same
//! frames, of a cut made again after a small edit against the first time, and of several cuts at a time.

use std::num::NonZeroUsize;
use std::process::Command;

use anyhow::Context as _;
use reelpress_assemble::{Recording, encode_alone, luma_frames, ssim};
use reelpress_vocabulary::Cut;
use tokio::time::Instant;

use crate::cut::Edit;
use crate::studio::Studio;
use crate::{cpu, parts, peers, waiting};
use reelpress_figures::{Budget, Figures};

/// Scenes of the cut of thirty seconds, and of the long one.
const SCENES: usize = 6;
const SCENES_LONG: usize = 12;
/// Cuts that are made at the same time on two workers: a day's worth has one end at which a worker runs out of pieces, so
/// that end must not be a large part of what is measured.
const TOGETHER: u64 = 6;
const TWO: NonZeroUsize = NonZeroUsize::new(2).expect("not zero");
/// Frames between two that are compared.
const COMPARED: usize = 10;
/// The hidden flag under which the harness starts itself.
pub(crate) const ONE_PRESS: &str = "one-press";

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// Small frames, short scenes.
    pub(crate) quick: bool,
    /// How often press and encoder are compared.
    pub(crate) pairs: usize,
    /// Other tools too.
    pub(crate) peers: bool,
}

/// `assemble.*`
pub(crate) fn measure(extent: Extent, figures: &mut Figures) -> anyhow::Result<()> {
    let bar = waiting::bar("press against encoder", 3 + 3 * extent.pairs as u64);
    bar.tick();
    let studio = Studio::open(NonZeroUsize::MIN, extent.quick, true)?;
    let input = studio.voiced(SCENES, Edit::default())?;
    let order = studio.order(&input)?;
    let mut recording = Recording::paint(&order.plan, &studio.fonts)?;
    bar.inc(1);
    studio.warm_up()?;
    bar.inc(1);
    let (mut colds, mut encodes, mut ratios, mut edits) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for pair in 0..extent.pairs {
        // By turns, and each first in turn: whatever else the machine does meets both alike.
        let (mut cold, mut encoded) = (0.0, 0.0);
        for is_press in [pair % 2 == 0, pair % 2 != 0] {
            if is_press {
                studio.forget()?;
                cold = press_cost(&studio, SCENES, Edit::default())?;
            } else {
                encoded = encode_cost(&studio, &mut recording)?;
            }
            bar.inc(1);
        }
        let text = format!("Another text, number {pair}");
        edits.push(press_cost(&studio, SCENES, Edit { third_text: Some(&text), ..Edit::default() })? / cold);
        bar.inc(1);
        ratios.push(cold / encoded);
        colds.push(cold);
        encodes.push(encoded);
    }
    let seconds = order.plan.frames() as f64 / f64::from(order.plan.canvas.fps);
    figures.judge("assemble.cold_ratio", median(&mut ratios), "x encoder alone", Budget::AtMost(1.15));
    figures.judge("assemble.one_of_six_ratio", median(&mut edits), "of cold", Budget::AtMost(0.3));
    let likeness = likeness(&studio, &studio.press(&input)?, &recording)?;
    figures.judge("assemble.ssim", likeness, "of 1", Budget::AtLeast(0.984));
    let encoding = median(&mut encodes);
    figures.add("assemble.encode_cpu_seconds_per_video_second", encoding / seconds, "CPU s/s");
    parts::measure(&studio, &order, &mut recording, median(&mut colds), figures)?;
    bar.inc(1);
    bar.finish_and_clear();
    measure_call(&studio, figures)?;
    measure_two_cores(extent.quick, recording, figures)?;
    measure_peak(extent.quick, figures)?;
    if extent.peers { peers::measure(&studio, &input, encoding, figures) } else { Ok(()) }
}

/// Only the call to action of a long cut is another one.
fn measure_call(studio: &Studio, figures: &mut Figures) -> anyhow::Result<()> {
    let calls =
        ["Now go and look for them yourself.", "Write down where you saw one.", "Follow along for the next one."];
    let bar = waiting::bar("another call to action", 1 + calls.len() as u64);
    bar.tick();
    studio.forget()?;
    let cold = press_cost(studio, SCENES_LONG, Edit::default())?;
    bar.inc(1);
    let mut edits = Vec::new();
    for call in calls {
        edits.push(press_cost(studio, SCENES_LONG, Edit { call: Some(call), ..Edit::default() })? / cold);
        bar.inc(1);
    }
    bar.finish_and_clear();
    figures.judge("assemble.cta_of_twelve_ratio", median(&mut edits), "of cold", Budget::AtMost(0.12));
    Ok(())
}

/// Cuts an hour on two workers against two encoders alone, each on half of a cut's frames. By the wall: other programs
/// on the machine disturb it.
fn measure_two_cores(quick: bool, mut recording: Recording, figures: &mut Figures) -> anyhow::Result<()> {
    let bar = waiting::bar("two workers against two encoders", 3);
    bar.tick();
    let studio = Studio::open(TWO, quick, true)?;
    studio.warm_up()?;
    let inputs: Vec<_> =
        (1..=TOGETHER).map(|seed| studio.voiced(SCENES, Edit { seed, ..Edit::default() })).collect::<Result<_, _>>()?;
    let mut halves = [recording.split_off(recording.len() / 2), recording];
    let before = two_encoders(&studio, &mut halves)?;
    bar.inc(1);
    let (since, used) = (Instant::now(), cpu::used());
    studio.press_together(&inputs)?;
    let pressing = since.elapsed().as_secs_f64();
    let cores = (cpu::used() - used) / pressing;
    bar.inc(1);
    let after = two_encoders(&studio, &mut halves)?;
    bar.inc(1);
    bar.finish_and_clear();
    let (alone, cuts) = (f64::midpoint(before, after), TOGETHER as f64);
    figures.judge("assemble.two_core_ratio", cuts * alone / pressing, "of two encoders", Budget::AtLeast(0.93));
    figures.add("assemble.two_core_cuts_per_hour", cuts * 3_600.0 / pressing, "cuts/h");
    figures.add("assemble.two_core_busy", cores, "cores");
    Ok(())
}

/// Seconds by the wall.
fn two_encoders(studio: &Studio, halves: &mut [Recording; 2]) -> anyhow::Result<f64> {
    let since = Instant::now();
    std::thread::scope(|scope| {
        let start = |half| {
            std::thread::Builder::new()
                .name("bench-encoder".to_owned())
                .spawn_scoped(scope, || encode_alone(&studio.spec, half).map(drop))
        };
        let running = halves.iter_mut().map(start).collect::<Result<Vec<_>, _>>().context("no thread")?;
        running.into_iter().try_for_each(|encoder| {
            encoder.join().map_err(|_| anyhow::anyhow!("an encoder panicked"))?.context("an encoder failed")
        })
    })?;
    Ok(since.elapsed().as_secs_f64())
}

/// The most memory of a process that presses with one worker.
fn measure_peak(quick: bool, figures: &mut Figures) -> anyhow::Result<()> {
    let bar = waiting::bar("memory of a worker", 1);
    bar.tick();
    let mut child = Command::new(std::env::current_exe().context("where is this program?")?);
    child.arg(format!("--{ONE_PRESS}")).args(quick.then_some("--quick"));
    let output = child.output().context("the harness could not be started again")?;
    anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stdout).context("the harness said something strange")?;
    let peak: f64 = said.trim().parse().with_context(|| format!("`{said}` is no number"))?;
    bar.finish_and_clear();
    figures.judge("assemble.worker_peak_mb", peak, "MB", Budget::AtMost(400.0));
    Ok(())
}

/// Presses one cut with one worker; gives the most memory that this process ever had, in MB.
pub(crate) fn one_press(quick: bool) -> anyhow::Result<f64> {
    let studio = Studio::open(NonZeroUsize::MIN, quick, true)?;
    studio.press(&studio.voiced(SCENES, Edit::default())?)?;
    let status = std::fs::read_to_string("/proc/self/status").context("no /proc here")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM here")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().context("VmHWM is no number")?;
    Ok(kilobytes / 1_024.0)
}

/// How alike the decoded cut and the painted frames are: the mean over some of them.
fn likeness(studio: &Studio, cut: &Cut, recording: &Recording) -> anyhow::Result<f64> {
    let (mut at, mut sum, mut count) = (0, 0.0, 0_u32);
    luma_frames(&studio.video(cut)?, &mut |frame| {
        if at % COMPARED == 0 {
            let rows = frame.luma.chunks(frame.stride).take(frame.height);
            let decoded: Vec<u8> = rows.flat_map(|row| &row[..frame.width]).copied().collect();
            sum += ssim(&decoded, &recording.luma(at), frame.width);
            count += 1;
        }
        at += 1;
    })?;
    anyhow::ensure!(at == recording.len(), "the cut has {at} frames, {} were painted", recording.len());
    Ok(sum / f64::from(count))
}

fn press_cost(studio: &Studio, scenes: usize, edit: Edit<'_>) -> anyhow::Result<f64> {
    let input = studio.voiced(scenes, edit)?;
    let (pressed, cost) = cpu::timed(|| studio.press(&input));
    pressed?;
    Ok(cost)
}

/// CPU seconds of encoding the frames alone.
pub(crate) fn encode_cost(studio: &Studio, recording: &mut Recording) -> anyhow::Result<f64> {
    let (encoded, cost) = cpu::timed(|| encode_alone(&studio.spec, recording));
    encoded?;
    Ok(cost)
}

/// CPU seconds that the encoder alone takes for a second of a cut with drawn backgrounds.
pub(crate) fn encode_cpu_per_second(quick: bool) -> anyhow::Result<f64> {
    let studio = Studio::open(NonZeroUsize::MIN, quick, false)?;
    let order = studio.order(&studio.voiced(SCENES, Edit::default())?)?;
    let seconds = order.plan.frames() as f64 / f64::from(order.plan.canvas.fps);
    let mut recording = Recording::paint(&order.plan, &studio.fonts)?;
    Ok(encode_cost(&studio, &mut recording)? / seconds)
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
