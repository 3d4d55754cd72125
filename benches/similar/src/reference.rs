//! Our PDQ beside the reference's, through the Python package that wraps it, where a Python has it.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use reelpress_figures::{Budget, Figures};
use reelpress_similar::hash::Hash;
use reelpress_similar::pdq::Pdq;

use crate::clock::{Clock, percentile};
use crate::pictures;

const KEY: &str = "similar.hash_ratio_to_reference";
/// Reads pictures of packed bytes and answers with the seconds of all and a hash a line, in one thread.
const SCRIPT: &str = "
import sys, time
import numpy, pdqhash
path, width, height, count = sys.argv[1], *map(int, sys.argv[2:])
frames = numpy.fromfile(path, dtype=numpy.uint8).reshape(count, height, width, 3)
best, hashes = 1e9, []
for _ in range(3):
    start = time.process_time()
    hashes = [pdqhash.compute(frame) for frame in frames]
    best = min(best, time.process_time() - start)
print(best)
for bits, quality in hashes:
    print(quality, ''.join(str(int(bit)) for bit in bits))
";
const PICTURES: usize = 24;
/// Bits by which implementations may differ, as the reference's own page says.
const TOLERANCE: u32 = 10;

pub(crate) fn run(python: &Path, folder: &Path, figures: &mut Figures) -> anyhow::Result<()> {
    let check = Command::new(python).args(["-c", "import pdqhash, numpy"]).stderr(Stdio::null()).status();
    if !check.is_ok_and(|status| status.success()) {
        figures.say(KEY, "SKIPPED: no Python with pdqhash and numpy (pip install pdqhash; --python PROGRAM)");
        return Ok(());
    }
    let folder = tempfile::tempdir_in(folder)?;
    let path = folder.path().join("pictures");
    let drawn: Vec<image::RgbImage> = (0..PICTURES as u64).map(|seed| pictures::picture(9_000 + seed)).collect();
    let (width, height) = (drawn[0].width() as usize, drawn[0].height() as usize);
    std::fs::write(&path, drawn.iter().flat_map(|picture| picture.as_raw().iter().copied()).collect::<Vec<u8>>())?;
    let size = [width, height, PICTURES].map(|number| number.to_string());
    let output =
        Command::new(python).args(["-c", SCRIPT]).arg(&path).args(size).output().context("could not start Python")?;
    ensure!(output.status.success(), "the reference failed: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines();
    let theirs: f64 = lines.next().context("the reference gave no time")?.trim().parse()?;
    let mut pdq = Pdq::new();
    let (mut times, mut hashes) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        hashes.clear();
        let clock = Clock::of_thread();
        for picture in &drawn {
            hashes.push(pdq.see_packed(picture.as_raw(), width, height, 3)?);
        }
        times.push(clock.took().cpu);
    }
    for (seen, line) in hashes.iter().zip(lines) {
        let (quality, bits) = line.trim().split_once(' ').context("a line without a hash")?;
        // The highest bit comes first, as in the published lists.
        let mut theirs = Hash::default();
        for (at, bit) in bits.bytes().rev().enumerate().filter(|(at, _)| *at < 256) {
            theirs.0[at / 64] |= u64::from(bit == b'1') << (at % 64);
        }
        let apart = seen.hash().distance(&theirs);
        ensure!(quality.parse::<u32>()? < 80 || apart <= TOLERANCE, "a hash is {apart} bits from the reference's");
    }
    let ours = percentile(&times, 50);
    figures.judge(KEY, theirs / ours, "times the hashes a second", Budget::AtLeast(1.0));
    figures.add("similar.hash_ms", ours * 1e3 / PICTURES as f64, "ms of CPU a picture of 288x432");
    Ok(())
}
