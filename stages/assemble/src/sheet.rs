//! Contact sheets: a few frames of several cuts on one picture.

use std::path::{Path, PathBuf};

use image::RgbImage;
use image::imageops::{FilterType, overlay, resize};

use crate::probe::{Depth, ProbeError, probe, visit_pictures};
use crate::yuv::{PngError, write_png};

/// Between frames and round the sheet, in pixels.
const GAP: u32 = 8;
/// Between rows.
const ROW_GAP: u32 = 20;
const BACKGROUND: image::Rgb<u8> = image::Rgb([24, 24, 28]);

/// How a sheet is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sheet {
    /// Frames taken from each cut, evenly over its length; 1 or more.
    pub columns: u32,
    /// Width of each frame on the sheet, in pixels; 16 or more.
    pub frame_width: u32,
}

impl Default for Sheet {
    fn default() -> Self {
        Self { columns: 6, frame_width: 216 }
    }
}

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// No cuts were given.
    #[error("a contact sheet needs at least one cut")]
    Empty,
    /// A cut cannot be read.
    #[error("could not take frames from `{name}`")]
    Cut {
        /// The cut's name.
        name: String,
        /// Why.
        #[source]
        source: ProbeError,
    },
    /// A cut has no picture.
    #[error("`{name}` has no video track")]
    NoPicture {
        /// The cut's name.
        name: String,
    },
    /// The sheet could not be written.
    #[error("could not write the contact sheet {path}")]
    Write {
        /// Where it was to go.
        path: PathBuf,
        /// Why.
        #[source]
        source: PngError,
    },
}

/// Writes a PNG with a row of frames for each cut, in the order given. The names of the cuts are used in errors.
///
/// # Errors
/// Any [`SheetError`].
pub fn contact_sheet(cuts: &[(&Path, String)], sheet: Sheet, out: &Path) -> Result<(), SheetError> {
    let sheet = Sheet { columns: sheet.columns.max(1), frame_width: sheet.frame_width.max(16) };
    let mut rows = Vec::new();
    for (path, name) in cuts {
        rows.push(row(path, name, sheet)?);
    }
    let widest = rows.iter().flatten().map(RgbImage::width).max().ok_or(SheetError::Empty)?;
    let heights: Vec<u32> = rows.iter().map(|row| row.iter().map(RgbImage::height).max().unwrap_or(0)).collect();
    let width = GAP + sheet.columns * (widest + GAP);
    let height = ROW_GAP + heights.iter().map(|height| height + ROW_GAP).sum::<u32>();
    let mut picture = RgbImage::from_pixel(width, height, BACKGROUND);
    let mut top = ROW_GAP;
    for (row, height) in rows.iter().zip(heights) {
        for (column, frame) in row.iter().enumerate() {
            let left = GAP + column as u32 * (widest + GAP);
            overlay(&mut picture, frame, i64::from(left), i64::from(top));
        }
        top += height + ROW_GAP;
    }
    write_png(&picture, out).map_err(|source| SheetError::Write { path: out.to_owned(), source })
}

fn row(path: &Path, name: &str, sheet: Sheet) -> Result<Vec<RgbImage>, SheetError> {
    let failed = |source| SheetError::Cut { name: name.to_owned(), source };
    let video = probe(path, Depth::Headers).map_err(failed)?.video;
    let video =
        video.filter(|video| video.frames > 0).ok_or_else(|| SheetError::NoPicture { name: name.to_owned() })?;
    // The middle of each of `columns` equal parts.
    let columns = u64::from(sheet.columns);
    let wanted: Vec<u64> = (0..columns).map(|column| (2 * column + 1) * video.frames / (2 * columns)).collect();
    let (mut at, mut frames) = (0_u64, Vec::new());
    visit_pictures(path, &mut |picture| {
        let times = wanted.iter().filter(|frame| **frame == at).count();
        if times > 0 {
            let whole = picture.to_rgb();
            let height = (whole.height() * sheet.frame_width / whole.width().max(1)).max(1);
            let small = resize(&whole, sheet.frame_width, height, FilterType::Triangle);
            frames.extend(std::iter::repeat_n(small, times));
        }
        at += 1;
    })
    .map_err(failed)?;
    Ok(frames)
}

#[cfg(test)]
mod tests;
