//! `reelpress config`

use super::Config;
use crate::exit::Exit;
use crate::say;

/// Prints the settings in force, defaults included; secrets only by reference.
pub(crate) fn show(config: &Config) -> anyhow::Result<Exit> {
    say::line(config.load()?.to_toml());
    Ok(Exit::Ok)
}
