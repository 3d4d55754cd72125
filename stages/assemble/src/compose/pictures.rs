//! Pictures that were read or drawn once and serve all pieces of a cut: a scene, the transition into it and that out of it
//! show the same one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use crate::picture::PictureError;
use crate::picture::planes::Picture420;

/// Pictures that are kept: those of a few neighbouring scenes, 4 MB each at 1080x1920.
const KEPT: usize = 6;

/// A small store of pictures by what they are. Clones are the same store.
#[derive(Debug, Clone, Default)]
pub struct Pictures(Arc<Mutex<VecDeque<(String, Slot)>>>);

/// Empty until somebody made it; whoever makes it holds the lock, and the others wait for it.
type Slot = Arc<Mutex<Option<Arc<Picture420>>>>;

impl Pictures {
    /// The picture of this key, from `make` if it is not there.
    pub(crate) fn get_or_make(
        &self,
        key: String,
        make: impl FnOnce() -> Result<Picture420, PictureError>,
    ) -> Result<Arc<Picture420>, PictureError> {
        let slot = self.slot(key);
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(picture) = slot.as_ref() {
            return Ok(Arc::clone(picture));
        }
        let picture = Arc::new(make()?);
        *slot = Some(Arc::clone(&picture));
        Ok(picture)
    }

    fn slot(&self, key: String) -> Slot {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = match kept.iter().position(|(known, _)| *known == key) {
            Some(at) => kept.remove(at).unwrap_or_default(),
            None => (key, Slot::default()),
        };
        let slot = Arc::clone(&entry.1);
        kept.push_back(entry);
        if kept.len() > KEPT {
            kept.pop_front();
        }
        slot
    }
}
