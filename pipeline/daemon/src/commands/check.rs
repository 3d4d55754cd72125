//! `reelpress check`

use std::path::Path;

use reelpress_templates::TemplateLibrary;

use super::{Config, load};
use crate::exit::Exit;
use crate::say;

/// Checks the settings, and what they name: templates of niches.
pub(crate) fn check(config: &Config, file: Option<&Path>) -> anyhow::Result<Exit> {
    let Some(file) = file.or(config.file.as_deref()) else {
        say::line("no config file: the built-in defaults are in force (config/reelpress.toml shows every key)");
        return Ok(Exit::Ok);
    };
    let settings = load(file)?;
    let templates = TemplateLibrary::load(settings.assemble.templates.as_deref())?;
    let mut missing = 0;
    for (name, niche) in &settings.niches {
        for template in niche.templates.iter().filter(|template| templates.get(template.as_str()).is_none()) {
            missing += 1;
            let known: Vec<&str> = templates.names().collect();
            say::line(format!(
                "{}: niche `{name}` uses template `{template}`, which does not exist (there is: {})",
                file.display(),
                known.join(", ")
            ));
        }
    }
    if missing > 0 {
        return Ok(Exit::BadConfig);
    }
    say::line(format!("{} is fine (config hash {})", file.display(), settings.fingerprint()));
    Ok(Exit::Ok)
}
