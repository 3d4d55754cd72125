//! Fingerprints of files, and of cuts while they are screened: the one place where a decoder meets them.

use std::path::Path;

use reelpress_assemble::{LumaFrame, Onlooker, STRANGER_RATE, SourceError, Unwatched, look_through};
use reelpress_screen::PrintOrder;
use reelpress_similar::error::SimilarError;
use reelpress_similar::geometry::Rect;
use reelpress_similar::plane::Luma;
use reelpress_similar::prints::{Builder, Prints};
use reelpress_similar::sound::{SoundKind, SoundPrinter};
use reelpress_vocabulary::Overlay;

/// Why there are no fingerprints of a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PrintError {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("{file} cannot be compared")]
    Similar {
        file: String,
        #[source]
        source: SimilarError,
    },
}

/// Plays a video or picture file and takes its fingerprints: frames, and the mix of its sound.
pub(crate) fn prints_of(file: &Path) -> Result<Prints, PrintError> {
    let failed = |source| PrintError::Similar { file: file.display().to_string(), source };
    let sound = SoundPrinter::new(STRANGER_RATE, 1).map_err(failed)?;
    let mut taker = Taker { builder: Prints::builder(), sound, heard: 0, last_ms: 0, trouble: None };
    look_through(file, &mut taker, &Unwatched)?;
    if let Some(source) = taker.trouble {
        return Err(failed(source));
    }
    if taker.heard > 0 {
        taker.builder.add_sound(taker.sound.finish(SoundKind::Mix, None));
    }
    Ok(taker.builder.finish())
}

struct Taker {
    builder: Builder,
    sound: SoundPrinter,
    heard: usize,
    last_ms: u32,
    trouble: Option<SimilarError>,
}

impl Onlooker for Taker {
    fn wants(&self, time_ms: f64) -> bool {
        // Times of odd files jump back; those pictures were seen.
        let at_ms = time_ms as u32;
        self.trouble.is_none() && at_ms >= self.last_ms && self.builder.wants(at_ms)
    }

    fn picture(&mut self, picture: &LumaFrame<'_>) {
        let at_ms = picture.time_ms as u32;
        let pushed = Luma::new(picture.luma, picture.width, picture.height, picture.stride)
            .and_then(|luma| self.builder.push_frame(at_ms, &luma, &[]));
        match pushed {
            Ok(()) => self.last_ms = at_ms,
            Err(error) => self.trouble = Some(error),
        }
    }

    fn sound(&mut self, samples: &[f32]) {
        self.heard += samples.len();
        self.sound.push(samples);
    }
}

/// Takes the prints of a cut of our own while screening decodes it. What goes wrong is told in the log: a cut without
/// prints is one that was not compared, and the verdict says so.
pub(crate) struct CutPrinter {
    builder: Builder,
    /// By the time they appear.
    overlays: Vec<Overlay>,
    licensed: Option<String>,
    sound: Option<SoundPrinter>,
    mono: Vec<f32>,
    masks: Vec<Rect>,
    trouble: Option<SimilarError>,
}

impl CutPrinter {
    pub(crate) fn new(order: PrintOrder) -> Self {
        let PrintOrder { builder, mut overlays, licensed } = order;
        overlays.sort_by_key(|overlay| overlay.span);
        Self { builder, overlays, licensed, sound: None, mono: Vec::new(), masks: Vec::new(), trouble: None }
    }

    pub(crate) fn picture(&mut self, picture: &LumaFrame<'_>) {
        let at_ms = picture.time_ms.max(0.0) as u32;
        if self.trouble.is_some() || !self.builder.wants(at_ms) {
            return;
        }
        self.masks.clear();
        let over = self.overlays.iter().take_while(|overlay| overlay.span.start_ms <= u64::from(at_ms));
        let over = over.filter(|overlay| u64::from(at_ms) < overlay.span.end_ms).map(|overlay| overlay.area);
        self.masks.extend(over.map(|area| Rect::new(area.left, area.top, area.right, area.bottom)));
        let pushed = Luma::new(picture.luma, picture.width, picture.height, picture.stride)
            .and_then(|luma| self.builder.push_frame(at_ms, &luma, &self.masks));
        self.trouble = pushed.err();
    }

    pub(crate) fn sound(&mut self, rate: u32, left: &[f32], right: &[f32]) {
        if self.trouble.is_some() {
            return;
        }
        if self.sound.is_none() {
            match SoundPrinter::new(rate, 1) {
                Ok(sound) => self.sound = Some(sound),
                Err(error) => self.trouble = Some(error),
            }
        }
        if let Some(sound) = &mut self.sound {
            self.mono.clear();
            self.mono.extend(left.iter().zip(right).map(|(left, right)| f32::midpoint(*left, *right)));
            sound.push(&self.mono);
        }
    }

    pub(crate) fn finish(mut self) -> Option<Prints> {
        if let Some(error) = self.trouble {
            tracing::warn!(%error, "no prints could be taken of a cut");
            return None;
        }
        if let Some(sound) = self.sound {
            self.builder.add_sound(sound.finish(SoundKind::Mix, self.licensed));
        }
        Some(self.builder.finish())
    }
}

#[cfg(test)]
mod tests;
