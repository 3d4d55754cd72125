//! The same hashes and needles through FAISS's exact multi-hash index, where a Python has it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, ensure};
use reelpress_figures::{Budget, Figures, tell};
use reelpress_index::{Filter, Hash, Index};

use crate::clock::{Clock, percentile};
use crate::drawn::Draw;
use crate::index::{RADIUS, build, rows};

const SCRIPT: &str = include_str!("../faiss_multi_hash.py");
const NEEDLES: usize = 500;
/// Each times both, one after the other, so that both meet the same load.
const ROUNDS: usize = 5;
/// Chunks, bits of each, bits flipped in each: both find everything up to 31 bits. The second is the usual one.
const WAYS: [[usize; 3]; 2] = [[11, 23, 2], [16, 16, 1]];

pub(crate) fn run(count: usize, python: &Path, folder: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    const RATIO: &str = "similar.index1m_ratio_to_faiss";
    if !has_faiss(python) {
        figures.say(RATIO, "SKIPPED: no Python with faiss and numpy (pip install faiss-cpu; --python PROGRAM)");
        return Ok(());
    }
    let folder = tempfile::tempdir_in(folder).context("could not make a folder for the index")?;
    let rows = rows(count);
    let needles = Draw(3).needles(&rows, NEEDLES);
    let files = [folder.path().join("hashes"), folder.path().join("needles")];
    write(&files[0], rows.iter().map(|(hash, _)| hash))?;
    write(&files[1], needles.iter())?;
    let (index, _) = build(&folder.path().join("index"), &rows)?;
    drop(rows);
    let (mut best, mut times) = (f64::INFINITY, [0.0; 2]);
    for way in WAYS {
        let [ratio, ours, theirs] = compare(&index, &needles, &mut Faiss::start(python, &files, way)?)?;
        tell(&format!("FAISS multi-hash {}x{}, {} flips: {theirs:.3} ms, ours {ours:.3} ms", way[0], way[1], way[2]));
        if ratio < best {
            (best, times) = (ratio, [ours, theirs]);
        }
    }
    figures.add("similar.index1m_ms", times[0], "ms a query");
    figures.add("similar.faiss1m_ms", times[1], "ms a query");
    figures.judge(RATIO, best, "times the queries a second", Budget::AtLeast(8.0));
    Ok(())
}

/// Median of the ratios of times, and of both times in ms a query.
fn compare(index: &Index, needles: &[Hash], faiss: &mut Faiss) -> anyhow::Result<[f64; 3]> {
    let mut rounds = [Vec::new(), Vec::new(), Vec::new()];
    let mut hits = Vec::new();
    for round in 0..=ROUNDS {
        let clock = Clock::of_thread();
        let mut found = 0;
        for needle in needles {
            index.near(needle, RADIUS, &Filter::everything(), &mut hits)?;
            found += hits.len();
        }
        let ours = clock.took().cpu * 1e3 / needles.len() as f64;
        let (theirs, their_hits) = faiss.round()?;
        ensure!(found == their_hits, "FAISS found {their_hits} hashes, and this index {found}");
        // The first round warms the caches.
        if round > 0 {
            let theirs = theirs * 1e3 / needles.len() as f64;
            rounds.iter_mut().zip([theirs / ours, ours, theirs]).for_each(|(values, value)| values.push(value));
        }
    }
    Ok(rounds.map(|values| percentile(&values, 50)))
}

fn has_faiss(python: &Path) -> bool {
    let check = Command::new(python)
        .args(["-c", "import faiss, numpy"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    check.is_ok_and(|status| status.success())
}

fn write<'a>(path: &Path, hashes: impl Iterator<Item = &'a Hash>) -> anyhow::Result<()> {
    let bytes: Vec<u8> = hashes.flatten().flat_map(|word| word.to_le_bytes()).collect();
    std::fs::write(path, bytes).with_context(|| format!("could not write {}", path.display()))
}

/// A Python with an index, which answers a line with a line.
struct Faiss {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Faiss {
    fn start(python: &Path, files: &[std::path::PathBuf; 2], way: [usize; 3]) -> anyhow::Result<Self> {
        let mut child = Command::new(python)
            .args(["-c", SCRIPT])
            .args(files)
            .args(way.map(|number| number.to_string()))
            .arg(RADIUS.to_string())
            .env("OMP_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start {}", python.display()))?;
        let (ask, answers) = (child.stdin.take().context("no pipe")?, child.stdout.take().context("no pipe")?);
        Ok(Self { child, ask, answers: BufReader::new(answers) })
    }

    /// Seconds on the core for all needles, and how many hashes were found.
    fn round(&mut self) -> anyhow::Result<(f64, usize)> {
        self.ask.write_all(b"go\n")?;
        self.ask.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        let (seconds, found) = line.trim().split_once(' ').context("FAISS gave no answer")?;
        Ok((seconds.parse()?, found.parse()?))
    }
}

impl Drop for Faiss {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
