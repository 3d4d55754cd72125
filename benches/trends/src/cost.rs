//! What a replay costs: ten sources for thirty days, in a process of its own.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use anyhow::Context as _;
use jiff::Timestamp;
use reelpress_trends::replay::{Options, replay as replay_recording};

use crate::series::Series;
use crate::synthetic;
use reelpress_figures::{Budget, Figures, tell};

/// What /proc counts in, on every Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// Replays in this process and prints its CPU seconds and its peak of memory in MB.
pub(crate) fn replay(input: &Path, out: &Path) -> anyhow::Result<()> {
    let summary = replay_recording(input, out, &Options::default(), &mut |_| ())?;
    let polls: u64 = summary.sources.iter().map(|source| source.polls).sum();
    tell(&format!("{} {} {polls}", seconds().unwrap_or(f64::NAN), peak().unwrap_or(f64::NAN)));
    Ok(())
}

fn seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in brackets, may hold spaces.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
}

fn peak() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<f64>().ok()? / 1_024.0)
}

/// Writes ten sources of thirty days and lets a child replay them.
pub(crate) fn run(figures: &mut Figures) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("reelpress-bench-trends-{}", std::process::id()));
    let outcome = measure(&folder, figures);
    std::fs::remove_dir_all(&folder).with_context(|| format!("could not remove {}", folder.display()))?;
    outcome
}

fn measure(folder: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let input = folder.join("in");
    std::fs::create_dir_all(&input).with_context(|| format!("could not make {}", input.display()))?;
    for source in 0..10 {
        let series = synthetic::make(&synthetic::for_cost(source)).0;
        write(&series, &input.join(format!("source-{source}.ndjson")))?;
    }
    let program = std::env::current_exe().context("could not find this program")?;
    let output = Command::new(program)
        .arg("--input")
        .arg(&input)
        .arg("--replay-into")
        .arg(folder.join("out"))
        .output()
        .context("could not start the replay")?;
    anyhow::ensure!(output.status.success(), "the replay failed: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    let [seconds, peak, polls] = numbers[..] else { anyhow::bail!("the replay said {text:?}") };
    figures.judge("trends.replay_seconds", seconds, &format!("CPU s, {polls} polls"), Budget::AtMost(10.0));
    figures.judge("trends.replay_mb", peak, "MB, ten sources, 30 days", Budget::AtMost(200.0));
    Ok(())
}

fn write(series: &Series, path: &Path) -> anyhow::Result<()> {
    let failed = || format!("could not write {}", path.display());
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).with_context(failed)?);
    for step in &series.steps {
        let at = Timestamp::from_second(step.at).context("a time of this century")?;
        let mut line = format!("{{\"fetched_at\":\"{at}\",\"source\":\"{}\",\"items\":[", series.name);
        for (index, spot) in step.spots.iter().enumerate() {
            let comma = if index > 0 { "," } else { "" };
            let (rank, id, count) = (spot.rank, &series.ids[spot.id as usize], spot.count.unwrap_or_default());
            write!(
                line,
                "{comma}{{\"rank\":{rank},\"id\":\"{id}\",\"title\":\"The title of {id}, as long as titles are\",\
                 \"url\":\"https://example.com/{id}\",\"score\":{count}}}"
            )?;
        }
        line.push_str("]}\n");
        file.write_all(line.as_bytes()).with_context(failed)?;
    }
    file.flush().with_context(failed)
}
