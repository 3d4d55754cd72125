//! The settings in force. Readers take one snapshot for one piece of work.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::settings::Settings;

/// A handle to the settings in force; clones see the same settings.
#[derive(Debug, Clone)]
pub struct Live(Arc<ArcSwap<Settings>>);

impl Live {
    /// Starts with these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(settings)))
    }

    /// The settings as they are now. Take it once at the top of a piece of work, not twice in the middle.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Settings> {
        self.0.load_full()
    }

    /// Puts new settings in force for every snapshot taken from now on.
    pub fn swap(&self, settings: Arc<Settings>) {
        self.0.store(settings);
    }
}
