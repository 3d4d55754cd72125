//! Frames through the real x264 and back, by the program `ffmpeg`.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::film::Moving;

/// True where the program is there.
pub(crate) fn is_there() -> bool {
    let asked = Command::new("ffmpeg").arg("-version").stdin(Stdio::null()).stdout(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// Codes at a constant rate factor, in another size if one is given, and reads it back.
pub(crate) fn recoded(
    moving: &Moving,
    crf: u32,
    size: Option<(usize, usize)>,
    folder: &Path,
) -> anyhow::Result<Moving> {
    let (width, height) = size.unwrap_or((moving.width, moving.height));
    let folder = tempfile::tempdir_in(folder)?;
    let [raw, coded] = ["frames.raw", "coded.mkv"].map(|name| folder.path().join(name));
    std::fs::write(&raw, moving.frames.concat())?;
    let program = |threads: &str| {
        let mut command = Command::new("ffmpeg");
        command.args(["-v", "error", "-y", "-threads", threads]).stdin(Stdio::null());
        command
    };
    let status = program("1")
        .args(["-f", "rawvideo", "-pix_fmt", "gray", "-r", "12", "-s", &format!("{}x{}", moving.width, moving.height)])
        .arg("-i")
        .arg(&raw)
        .args(["-vf", &format!("scale={width}:{height}"), "-pix_fmt", "yuv420p", "-c:v", "libx264"])
        .args(["-preset", "veryfast", "-threads", "1", "-crf", &crf.to_string()])
        .arg(&coded)
        .status()
        .context("could not start ffmpeg")?;
    ensure!(status.success(), "ffmpeg could not code a copy");
    let output = program("1")
        .arg("-i")
        .arg(&coded)
        .args(["-f", "rawvideo", "-vf", "extractplanes=y", "-pix_fmt", "gray", "-"])
        .output()
        .context("could not start ffmpeg")?;
    ensure!(output.status.success(), "ffmpeg could not read a copy back");
    let frames = output.stdout.chunks_exact(width * height).map(<[u8]>::to_vec).collect();
    let copy = Moving { width, height, frames };
    copy.check()?;
    Ok(copy)
}
