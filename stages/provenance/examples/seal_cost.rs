//! What signing costs: CPU milliseconds for one file, its manifest read back and held against it as the line does.
//!
//! `cargo run --release -p reelpress-provenance --example seal_cost -- VIDEO.mp4 [TIMES]`
#![expect(clippy::print_stdout, reason = "prints a measurement for a person")]

use std::error::Error;
use std::path::PathBuf;

use reelpress_provenance::{Identity, Making, Part, Role, Signer, SourceType, read};

/// As many as a cut of many pictures has.
const PARTS: usize = 12;
/// The kernel's unit of CPU time in `/proc`.
const TICK_MS: f64 = 10.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let video = PathBuf::from(arguments.next().ok_or("name an MP4")?);
    let times: u32 = arguments.next().map_or(Ok(10), |times| times.parse())?;
    let folder = tempfile::tempdir()?;
    let signer = Signer::open(&Identity::Development(folder.path().to_owned()))?;
    let part = |at: usize| Part {
        title: format!("picture-{at}.jpg"),
        role: Role::Component,
        format: Some("image/jpeg".to_owned()),
        description: "a picture, its author and its licence".to_owned(),
        link: None,
    };
    let making = Making {
        title: "What signing costs".to_owned(),
        unsigned_hash: "ab".repeat(32),
        source_type: SourceType::CompositeSynthetic,
        parts: (0..PARTS).map(part).collect(),
    };
    let signed = folder.path().join("signed.mp4");
    let before = cpu_ms()?;
    for _ in 0..times {
        signer.sign(&video, &making, &signed)?;
    }
    let signing = cpu_ms()?;
    for _ in 0..times {
        read(&signed)?;
    }
    let reading = cpu_ms()?;
    let (was, is) = (std::fs::metadata(&video)?.len(), std::fs::metadata(&signed)?.len());
    println!("{was} bytes, {} more when signed", is - was);
    println!("signed and read back: {:.0} ms of CPU", (signing - before) / f64::from(times));
    println!("read once more: {:.0} ms of CPU", (reading - signing) / f64::from(times));
    Ok(())
}

/// CPU time of this process and all its threads, in user and kernel mode.
fn cpu_ms() -> Result<f64, Box<dyn Error>> {
    let counted = std::fs::read_to_string("/proc/self/stat")?;
    let after = counted.rsplit_once(')').ok_or("no name")?.1;
    let ticks: Vec<f64> = after.split_whitespace().skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() * TICK_MS)
}
