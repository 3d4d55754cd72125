//! `reelpress provenance`

use std::path::Path;

use crate::exit::{Exit, coded};
use crate::say;

/// Prints what the manifest of a file says, in plain words.
pub(crate) fn provenance(file: &Path) -> anyhow::Result<Exit> {
    let found = reelpress_provenance::read(file)
        .map_err(|error| coded(Exit::BadInput, format!("{:#}", anyhow::Error::from(error))))?;
    say::line(found.to_string().trim_end());
    Ok(if found.is_whole && found.problems.is_empty() { Exit::Ok } else { Exit::Refused })
}
