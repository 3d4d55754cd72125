//! Connects screening with the one part that can read a video back.

use std::path::Path;

use reelpress_assemble::{Depth, probe};
use reelpress_screen::{FileFacts, Inspect, InspectError};

/// Reads the whole file back: demux, decode, measure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReadBack;

impl Inspect for ReadBack {
    fn inspect(&self, file: &Path) -> Result<FileFacts, InspectError> {
        todo!("{} {:?}", file.display(), probe(file, Depth::Full).is_ok())
    }
}
