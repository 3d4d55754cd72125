//! The heavy part of the stage as one plain function: paint, mix, encode, poster.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use reelpress_config::Assemble as AssembleSettings;
use tempfile::TempPath;

use crate::encode::{CodedSound, EncodeSpec, code_sound, encode};
use crate::error::AssembleError;
use crate::picture::{Fonts, Painter, PicturePlan};
use crate::poster;
use crate::sound::{Loudness, Music, SoundOrder, SpokenPart};
use crate::timeline::Timeline;
use crate::watch::Watch;

/// Part of every memo key: raised when the same order gives other bytes.
pub const ENGINE: u32 = 3;

/// Everything one press needs; no part of it knows an account or an item.
#[derive(Clone)]
pub struct PressOrder {
    /// Encoder and loudness; folders in it are not looked at.
    pub settings: AssembleSettings,
    /// What is painted. Its size, frames and rate are the cut's.
    pub plan: PicturePlan,
    /// When it is painted.
    pub timeline: Timeline,
    /// The speech: 16-bit mono WAV.
    pub voice: Bytes,
    /// The fonts.
    pub fonts: Arc<Fonts>,
    /// Where the files are made; created if it is missing.
    pub scratch: PathBuf,
}

/// A finished cut. Its files are removed when this is dropped.
#[derive(Debug)]
pub struct Pressed {
    /// The MP4.
    pub video: TempPath,
    /// The PNG.
    pub poster: TempPath,
    /// blake3 of the MP4, hex.
    pub hash: String,
    /// Size of the MP4 in bytes.
    pub bytes: u64,
    /// The sound as it is heard, measured after coding.
    pub loudness: Loudness,
}

/// Makes one cut. The same order gives the same bytes on the same libav build.
///
/// # Errors
/// Any [`AssembleError`]; nothing is left in the scratch folder then.
pub fn press(order: &PressOrder, watch: &dyn Watch) -> Result<Pressed, AssembleError> {
    let plan = &order.plan;
    let sound = sound(order)?;
    let mut painter = painter(order)?;
    let video = scratch_file(&order.scratch, "cut-", ".mp4")?;
    let spec = EncodeSpec { sound: Some(&sound), ..spec(order) };
    encode(&spec, &video, &mut |frame, planes| painter.paint(frame, planes), watch).map_err(AssembleError::Encode)?;
    let poster = scratch_file(&order.scratch, "poster-", ".png")?;
    poster::write(&mut painter, (plan.width, plan.height), poster::frame_of(plan), &poster)
        .map_err(AssembleError::Poster)?;
    let (hash, bytes) = fingerprint(&video).map_err(|source| AssembleError::Scratch {
        action: "read the cut",
        path: order.scratch.clone(),
        source,
    })?;
    Ok(Pressed { video, poster, hash, bytes, loudness: sound.loudness() })
}

fn sound(order: &PressOrder) -> Result<CodedSound, AssembleError> {
    let settings = &order.settings;
    let sound = SoundOrder {
        voice: vec![SpokenPart { wav: &order.voice, start: 0 }],
        cues: Vec::new(),
        samples: order.timeline.samples(),
        music: Music::Composed(order.plan.look.music),
        seed: order.plan.seed,
        music_db: settings.music_db,
        duck_db: settings.duck_db,
        loudness_lufs: settings.loudness_lufs,
        true_peak_dbtp: settings.true_peak_dbtp,
    };
    code_sound(&sound, settings.audio_bitrate)
}

/// How the order is encoded, without its sound.
pub(crate) fn spec(order: &PressOrder) -> EncodeSpec<'_> {
    EncodeSpec {
        width: order.plan.width,
        height: order.plan.height,
        fps: order.plan.fps,
        frames: order.plan.frames,
        preset: &order.settings.preset,
        crf: order.settings.crf,
        sound: None,
    }
}

/// The order's painter; if a picture is to blame for a failure, the error names its file.
pub(crate) fn painter(order: &PressOrder) -> Result<Painter, AssembleError> {
    Painter::new(order.plan.clone(), &order.fonts).map_err(|error| {
        let mut pictures = order.plan.scenes.iter().filter_map(|scene| scene.picture.as_deref());
        pictures
            .find_map(|path| damage(path).map(|why| AssembleError::CorruptPicture { path: path.to_owned(), why }))
            .unwrap_or(AssembleError::Picture(error))
    })
}

fn damage(picture: &Path) -> Option<String> {
    let opened = image::ImageReader::open(picture).and_then(image::ImageReader::with_guessed_format);
    match opened {
        Ok(reader) => reader.decode().err().map(|error| error.to_string()),
        Err(error) => Some(error.to_string()),
    }
}

fn scratch_file(folder: &Path, prefix: &str, suffix: &str) -> Result<TempPath, AssembleError> {
    std::fs::create_dir_all(folder)
        .and_then(|()| tempfile::Builder::new().prefix(prefix).suffix(suffix).tempfile_in(folder))
        .map(tempfile::NamedTempFile::into_temp_path)
        .map_err(|source| AssembleError::Scratch { action: "create a file", path: folder.to_owned(), source })
}

fn fingerprint(file: &Path) -> io::Result<(String, u64)> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(file)?)?;
    Ok((hasher.finalize().to_hex().to_string(), hasher.count()))
}

#[cfg(test)]
mod tests;
