//! Fingerprints of a file: the one place where a decoder meets them.

use std::path::Path;

use reelpress_assemble::{LumaFrame, Onlooker, STRANGER_RATE, SourceError, Unwatched, look_through};
use reelpress_similar::error::SimilarError;
use reelpress_similar::plane::Luma;
use reelpress_similar::prints::{Builder, Prints};
use reelpress_similar::sound::{SoundKind, SoundPrinter};

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
