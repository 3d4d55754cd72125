//! The library of the settings in force.

use std::sync::{Arc, Mutex, PoisonError};

use reelpress_config::Media;

use crate::error::MediaError;
use crate::library::MediaLibrary;

/// Hands out the library of the settings in force: the same one until they change, so that what is known of its files is
/// kept over reloads.
#[derive(Debug, Default)]
pub struct MediaDesk {
    kept: Mutex<Option<Arc<MediaLibrary>>>,
}

impl MediaDesk {
    /// The library of these settings.
    ///
    /// # Errors
    /// As [`MediaLibrary::new`].
    pub fn library(&self, settings: &Media) -> Result<Arc<MediaLibrary>, MediaError> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(library) = kept.as_ref().filter(|library| library.settings == *settings) {
            return Ok(Arc::clone(library));
        }
        let library = Arc::new(MediaLibrary::new(settings)?);
        *kept = Some(Arc::clone(&library));
        Ok(library)
    }
}
