//! Where the time of a cold press goes: each part measured by itself, the rest by what is left.

use anyhow::Context as _;
use reelpress_assemble::{PressOrder, Recording, encode_pieces, join, paint_alone, poster_alone, sound_alone};

use crate::cpu;
use crate::studio::Studio;
use reelpress_figures::Figures;

/// `assemble.cold_ms.*`, and painting and sound for each frame and second; `cold` is the CPU time of the whole.
pub(crate) fn measure(
    studio: &Studio,
    order: &PressOrder,
    recording: &mut Recording,
    cold: f64,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let plan = &order.plan;
    let (painted, painting) = cpu::timed(|| paint_alone(plan, &studio.fonts));
    let frames = painted? as f64;
    let lengths: Vec<u64> = plan.pieces().into_iter().map(|piece| plan.frames_of(piece)).collect();
    let (segments, coding) = cpu::timed(|| encode_pieces(&studio.spec, recording, &lengths));
    let (sound, hearing) = cpu::timed(|| sound_alone(order));
    let (segments, sound) = (segments?, sound?);
    let (file, poster) = (studio.file("parts.mp4"), studio.file("parts.png"));
    let (joined, joining) = cpu::timed(|| join(&studio.spec, segments.iter(), Some(&sound), &file));
    joined?;
    let (shown, showing) = cpu::timed(|| poster_alone(plan, &studio.fonts, &poster));
    shown?;
    let (hashed, hashing) = cpu::timed(|| {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(std::fs::File::open(&file)?).map(|hasher| hasher.finalize())
    });
    hashed.context("the cut could not be read back")?;
    let rest = cold - painting - coding - hearing - joining - showing - hashing;
    for (name, seconds) in [
        ("assemble.cold_ms.painting", painting),
        ("assemble.cold_ms.coding", coding),
        ("assemble.cold_ms.sound", hearing),
        ("assemble.cold_ms.joining", joining),
        ("assemble.cold_ms.poster", showing),
        ("assemble.cold_ms.hashing", hashing),
        ("assemble.cold_ms.rest", rest),
    ] {
        figures.add(name, seconds * 1_000.0, &format!("CPU ms, {:.1} % of cold", seconds / cold * 100.0));
    }
    figures.add("assemble.paint_ms_per_frame", painting * 1_000.0 / frames, "CPU ms/frame");
    figures.add("assemble.sound_ms_per_second", hearing * 1_000.0 * f64::from(plan.canvas.fps) / frames, "CPU ms/s");
    Ok(())
}
