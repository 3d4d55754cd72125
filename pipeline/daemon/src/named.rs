//! What settings name must exist: templates of niches, the text policy, the picture library. Looked at by every command
//! that reads the config, and before a reload puts it in force.

use std::path::Path;

use jiff::tz::TimeZone;
use reelpress_assemble::PictureLibrary;
use reelpress_config::{KeyProblem, Settings};
use reelpress_core::Clock as _;
use reelpress_screen::Policy;
use reelpress_templates::template::Brand;
use reelpress_templates::{TemplateLibrary, catalogue, lint};

/// Every setting that names something that is not there or not usable.
pub(crate) fn check(settings: &Settings) -> Vec<KeyProblem> {
    let mut problems = templates(settings);
    problems.extend(brands(settings));
    if let Some(file) = &settings.screen.policy
        && let Err(why) = policy(file)
    {
        problems.push(problem(&["screen", "policy"], why, None));
    }
    if let Some(folder) = &settings.assemble.library {
        let today = reelpress_core::SystemClock.now().to_zoned(TimeZone::UTC).date();
        if let Err(error) = PictureLibrary::load(folder, today) {
            problems.push(problem(&["assemble", "library"], error.to_string(), None));
        }
    }
    problems
}

fn templates(settings: &Settings) -> Vec<KeyProblem> {
    let library = match TemplateLibrary::load(settings.assemble.templates.as_deref()) {
        Ok(library) => library,
        Err(error) => return vec![problem(&["assemble", "templates"], error.to_string(), None)],
    };
    let known = library.names().collect::<Vec<_>>().join(", ");
    let mut problems = Vec::new();
    for (name, niche) in &settings.niches {
        for template in niche.templates.iter().filter(|template| library.get(template.as_str()).is_none()) {
            let message = format!("niche `{name}` uses template `{template}`, which does not exist");
            problems.push(problem(
                &["niches", name.as_str(), "templates"],
                message,
                Some(format!("there is: {known}")),
            ));
        }
    }
    problems
}

/// Logos that are not there, and templates that a brand's colours make illegible.
fn brands(settings: &Settings) -> Vec<KeyProblem> {
    let Ok(library) = catalogue::TemplateLibrary::load(None) else { return Vec::new() };
    let mut problems = Vec::new();
    for (name, niche) in &settings.niches {
        if let Some(logo) = niche.brand.logo.as_deref().filter(|logo| !logo.is_file()) {
            let message = format!("the logo {} of niche `{name}` is not a file", logo.display());
            problems.push(problem(&["niches", name.as_str(), "brand", "logo"], message, None));
        }
        let brand = Brand::from(&niche.brand);
        for template in niche.templates.iter().filter_map(|template| library.get(template.as_str())) {
            let found = lint::lint_in_brand(template, &brand).into_iter().map(|finding| {
                let message = format!("template `{}` in the brand of niche `{name}`: {finding}", template.name);
                problem(&["niches", name.as_str(), "brand"], message, None)
            });
            problems.extend(found);
        }
    }
    problems
}

fn policy(file: &Path) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| format!("could not read {}: {error}", file.display()))?;
    Policy::parse(&file.display().to_string(), &text).map(drop).map_err(|problems| problems.to_string())
}

fn problem(key: &[&str], message: String, hint: Option<String>) -> KeyProblem {
    KeyProblem { key: key.iter().map(|part| (*part).to_owned()).collect(), message, hint }
}
