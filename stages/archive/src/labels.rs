//! Who is in the archive.

use std::collections::BTreeMap;

use reelpress_index::{Filter, Label};

use crate::archive::Archive;

impl Archive {
    /// The labels of all cuts in it, by id; those that a crash left half-added are among them.
    #[must_use]
    pub fn labels(&self) -> Vec<Label> {
        let mut labels = BTreeMap::new();
        for index in self.indexes() {
            let snapshot = index.snapshot();
            let owners = snapshot.owners(&Filter::everything()).into_iter();
            labels.extend(owners.filter_map(|owner| snapshot.label(owner)).map(|label| (label.id.clone(), label)));
        }
        labels.into_values().collect()
    }
}
