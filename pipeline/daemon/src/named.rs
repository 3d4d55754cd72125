//! What settings name must exist: templates of niches, the policies, the media library, the certificate. Looked at by every command
//! that reads the config, and before a reload puts it in force.

use std::path::Path;

use reelpress_config::{KeyProblem, Settings};
use reelpress_media::MediaLibrary;
use reelpress_policy::{LoadError, Policies};
use reelpress_provenance::{ProvenanceError, Signer};
use reelpress_templates::template::Brand;
use reelpress_templates::{TemplateLibrary, lint};

/// Every setting that names something that is not there or not usable.
pub(crate) fn check(settings: &Settings) -> Vec<KeyProblem> {
    let mut problems = templates(settings);
    problems.extend(brands(settings));
    if let Some(path) = &settings.screen.policy
        && let Err(why) = policies(path)
    {
        problems.push(problem(&["screen", "policy"], why, None));
    }
    problems.extend(signature(settings));
    if let Err(error) = reelpress_safety::check_file(settings) {
        problems.push(problem(&["screen", "safety", "nsfw_model"], error.to_string(), None));
    }
    // Places on S3 are looked at when they are needed: a config must be checkable without a network. Records with mistakes
    // bar their own files only; `reelpress media check` names them.
    if let Err(error) = MediaLibrary::new(&settings.media).and_then(|library| library.look_at_folders()) {
        problems.push(problem(&["media", "places"], with_causes(&error), None));
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

/// A certificate and a key that cannot sign. The development ones are made when they are first needed.
fn signature(settings: &Settings) -> Option<KeyProblem> {
    let own = settings.provenance.own.as_ref().filter(|_| settings.provenance.enabled)?;
    let error = Signer::open(&crate::seal::identity(settings)).err()?;
    let is_key = matches!(&error, ProvenanceError::Key { .. })
        || matches!(&error, ProvenanceError::File { path, .. } if *path == own.key);
    Some(problem(&["provenance", if is_key { "key" } else { "certificate" }], with_causes(&error), None))
}

/// Logos that are not there, and templates that a brand's colours make illegible.
fn brands(settings: &Settings) -> Vec<KeyProblem> {
    let Ok(library) = TemplateLibrary::load(settings.assemble.templates.as_deref()) else { return Vec::new() };
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

fn policies(path: &Path) -> Result<(), String> {
    Policies::load(path).map(drop).map_err(|error| match error {
        LoadError::Read { path, source } => format!("could not read {}: {source}", path.display()),
        LoadError::Wrong(problems) => problems.to_string(),
    })
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn problem(key: &[&str], message: String, hint: Option<String>) -> KeyProblem {
    KeyProblem { key: key.iter().map(|part| (*part).to_owned()).collect(), message, hint }
}
