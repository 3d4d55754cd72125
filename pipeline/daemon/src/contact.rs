//! The contact sheet: a row of frames for each video, for people who would rather look than read.

use std::path::Path;

use anyhow::Context as _;
use reelpress_assemble::{Sheet, contact_sheet};

use crate::keep::KeptVideo;

const SHEET: Sheet = Sheet { columns: 6, frame_width: 270 };

pub(crate) fn write(videos: &[KeptVideo], file: &Path) -> anyhow::Result<()> {
    let cuts: Vec<(&Path, String)> = videos.iter().map(|video| (video.video.as_path(), video.title.clone())).collect();
    contact_sheet(&cuts, SHEET, file).with_context(|| format!("could not make {}", file.display()))
}
