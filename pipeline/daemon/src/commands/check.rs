//! `reelpress check`

use std::path::Path;

use super::{Config, load};
use crate::exit::Exit;
use crate::say;

/// Checks the settings, and what they name: templates, policy, media library.
pub(crate) fn check(config: &Config, file: Option<&Path>) -> anyhow::Result<Exit> {
    let Some(file) = file.or(config.file.as_deref()) else {
        say::line("no config file: the built-in defaults are in force (config/reelpress.toml shows every key)");
        return Ok(Exit::Ok);
    };
    let settings = load(file)?;
    say::line(format!("{} is fine (config hash {})", file.display(), settings.fingerprint()));
    Ok(Exit::Ok)
}
