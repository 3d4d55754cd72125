//! For benchmarks: what the encoder alone costs, to hold the whole press against.

use std::path::Path;

use ffmpeg_next::frame;
use reelpress_config::Settings;
use reelpress_core::{Job, Step};
use reelpress_vocabulary::Voiced;

use crate::compose::{Painters, PiecePainter};
use crate::encode::{CodedSound, EncodeError, FrameSource, VideoSpec, alone, code, paint_into, picture_frame};
use crate::error::AssembleError;
use crate::picture::{Fonts, PictureError};
use crate::plan::CutPlan;
use crate::poster;
use crate::press::PressOrder;
use crate::segment::Segment;
use crate::stage::Assemble;
use crate::watch::Unwatched;

/// What the stage hands to its press for this input; `None` if it would put it off, hold or reject it. Files that it would
/// fetch or paint for this one press are gone again: media must lie in folders of this host.
///
/// # Errors
/// As from the stage.
pub async fn order(
    stage: &Assemble,
    settings: &Settings,
    job: &Job,
    input: &Voiced,
) -> Result<Option<PressOrder>, AssembleError> {
    match stage.order(settings, job, input).await? {
        Step::Next(ready) => Ok(Some(ready.order)),
        Step::Later(_) | Step::Hold(_) | Step::Reject(_) => Ok(None),
    }
}

/// Paints all pieces as one worker of a press does, into one frame; gives the number of frames.
///
/// # Errors
/// [`AssembleError`] about a file or a text of the plan.
pub fn paint_alone(plan: &CutPlan, fonts: &Fonts) -> Result<u64, AssembleError> {
    let painters = Painters::default();
    let mut planes = crate::yuv::Planes::black(plan.canvas.width, plan.canvas.height);
    for piece in plan.pieces() {
        let mut painter = PiecePainter::sharing(plan, piece, fonts, &painters)?;
        for at in 0..plan.frames_of(piece) {
            painter.paint(at, &mut planes.as_mut())?;
        }
        painters.take_back(painter);
    }
    Ok(plan.frames())
}

/// Mixes and codes the sound of an order.
///
/// # Errors
/// [`AssembleError`] about a file of the score.
pub fn sound_alone(order: &PressOrder) -> Result<CodedSound, AssembleError> {
    order.score.coded(&order.settings)
}

/// Paints the poster of a cut and writes it as PNG.
///
/// # Errors
/// [`AssembleError`] about a file or a text of the plan, or if `path` cannot be written.
pub fn poster_alone(plan: &CutPlan, fonts: &Fonts, path: &Path) -> Result<(), AssembleError> {
    poster::write(plan, fonts, &Painters::default(), path)
}

/// A cut's frames, painted and kept in memory (3 MB a frame at 1080x1920).
pub struct Recording {
    frames: Vec<frame::Video>,
}

impl Recording {
    /// Paints all frames of a plan.
    ///
    /// # Errors
    /// [`AssembleError`] if there is no painter for the plan or no memory.
    pub fn paint(plan: &CutPlan, fonts: &Fonts) -> Result<Self, AssembleError> {
        let (mut frames, painters) = (Vec::new(), Painters::default());
        for piece in plan.pieces() {
            let mut painter = PiecePainter::sharing(plan, piece, fonts, &painters).map_err(AssembleError::Picture)?;
            for at in 0..plan.frames_of(piece) {
                let mut frame = picture_frame(plan.canvas.width, plan.canvas.height).map_err(AssembleError::Encode)?;
                let mut painted: Result<(), PictureError> = Ok(());
                paint_into(&mut frame, at, &mut |at, planes| painted = painter.paint(at, planes))
                    .map_err(AssembleError::Encode)?;
                painted.map_err(AssembleError::Picture)?;
                frames.push(frame);
            }
            painters.take_back(painter);
        }
        Ok(Self { frames })
    }

    /// The frames from `at` on, taken out of this one.
    #[must_use]
    pub fn split_off(&mut self, at: usize) -> Self {
        Self { frames: self.frames.split_off(at.min(self.frames.len())) }
    }

    /// How many frames there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// True if there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// The luma of a frame, its rows without gaps; empty if there is no such frame.
    #[must_use]
    pub fn luma(&self, at: usize) -> Vec<u8> {
        let Some(frame) = self.frames.get(at) else { return Vec::new() };
        let rows = frame.data(0).chunks(frame.stride(0)).take(frame.height() as usize);
        rows.flat_map(|row| &row[..frame.width() as usize]).copied().collect()
    }
}

/// Encodes the recording as one stream, without painting, sound or file; gives the stream's bytes. Measure the CPU time
/// of this call and of [`crate::Press::press`] for the ratio.
///
/// # Errors
/// [`EncodeError`], as from [`crate::segment()`].
pub fn encode_alone(video: &VideoSpec, recording: &mut Recording) -> Result<u64, EncodeError> {
    alone(video, recording.frames.len() as u64, recording)
}

/// Codes segments of `lengths` frames without painting: the recording, over and over. The CPU time of this call against
/// that of [`encode_alone`] for as many frames is what cutting a cut into segments costs.
///
/// # Errors
/// [`EncodeError`], as from [`crate::segment()`].
pub fn encode_pieces(
    video: &VideoSpec,
    recording: &mut Recording,
    lengths: &[u64],
) -> Result<Vec<Segment>, EncodeError> {
    let mut start = 0;
    let piece = |length: &u64| {
        let mut source = Piece { recording, start };
        start += length;
        code(video, *length, &mut source, &Unwatched).map(|(segment, _)| segment)
    };
    lengths.iter().map(piece).collect()
}

struct Piece<'a> {
    recording: &'a mut Recording,
    start: u64,
}

impl FrameSource for Piece<'_> {
    fn frame(&mut self, at: u64) -> Result<&mut frame::Video, EncodeError> {
        self.recording.frame(self.start + at)
    }
}

impl FrameSource for Recording {
    fn frame(&mut self, at: u64) -> Result<&mut frame::Video, EncodeError> {
        let at = (at % self.frames.len() as u64) as usize;
        Ok(&mut self.frames[at])
    }
}
