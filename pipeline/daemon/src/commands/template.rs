//! `reelpress template`

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use reelpress_config::{Name, Settings};
use reelpress_templates::catalogue::{self, TemplateLibrary};
use reelpress_templates::template::{Brand, Layer, Role, Template};
use reelpress_templates::{TemplateProblems, generate, lint};

use super::Config;
use crate::cli::Template as Command;
use crate::exit::{Exit, coded};
use crate::say;

mod look;

pub(crate) async fn template(config: &Config, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::List => list(&config.load()?),
        Command::Check { paths } if paths.is_empty() => Ok(check_all(&config.load()?)),
        Command::Check { paths } => Ok(check(&paths)),
        Command::New(order) => new(config, &order),
        Command::Preview(order) => look::preview(&config.load()?, &order).await,
        Command::Gallery { out } => look::gallery(&config.load()?, &out).await,
        Command::Format => {
            say::line(catalogue::FORMAT.trim_end());
            Ok(Exit::Ok)
        }
    }
}

/// Every template there is, a row each.
fn list(settings: &Settings) -> anyhow::Result<Exit> {
    let library = library(settings)?;
    say::line(format!("{:<16} {:>6}  {:<17} {}", "NAME", "LAYERS", "ROLES", "FOR"));
    for name in library.names() {
        let Some(template) = library.get(name) else { continue };
        let roles = roles(&template.layers).join(" ");
        say::line(format!("{name:<16} {:>6}  {roles:<17} {}", template.layers.len(), template.description));
    }
    Ok(Exit::Ok)
}

/// The roles with layers of their own.
fn roles(layers: &[Layer]) -> Vec<&'static str> {
    let all = [(Role::Hook, "hook"), (Role::Point, "point"), (Role::Call, "call")];
    let has_own = |role: Role| layers.iter().any(|layer| layer.on.len() < all.len() && layer.on.contains(&role));
    all.into_iter().filter(|(role, _)| has_own(*role)).map(|(_, word)| word).collect()
}

fn library(settings: &Settings) -> anyhow::Result<TemplateLibrary> {
    TemplateLibrary::load(settings.assemble.templates.as_deref())
        .map_err(|problems| coded(Exit::BadInput, problems.to_string()))
}

/// The built-in templates, those of the config's folder, and each in the colours of the niches that use it.
fn check_all(settings: &Settings) -> Exit {
    let library = match TemplateLibrary::load(settings.assemble.templates.as_deref()) {
        Ok(library) => library,
        Err(problems) => return refused(&problems),
    };
    let mut found = 0;
    for (niche, line) in &settings.niches {
        let brand = Brand::from(&line.brand);
        for template in line.templates.iter().filter_map(|name| library.get(name.as_str())) {
            for finding in lint::lint_in_brand(template, &brand) {
                found += 1;
                say::remark(format!("template `{}` in the brand of niche `{niche}`: {finding}", template.name));
            }
        }
    }
    if found > 0 {
        return Exit::Refused;
    }
    say::line(format!("{} templates are fine", library.names().count()));
    Exit::Ok
}

fn check(paths: &[PathBuf]) -> Exit {
    let mut exit = Exit::Ok;
    for path in paths {
        let checked = if path.is_dir() {
            catalogue::check_folder(path).map(|count| format!("{}: {count} templates are fine", path.display()))
        } else {
            catalogue::read(path).map(|template| format!("{} is fine: {}", path.display(), template.description))
        };
        match checked {
            Ok(line) => say::line(line),
            Err(problems) => exit = refused(&problems),
        }
    }
    exit
}

fn refused(problems: &TemplateProblems) -> Exit {
    say::remark(problems);
    Exit::Refused
}

/// Writes a template's file to start from.
fn new(config: &Config, order: &crate::cli::NewTemplate) -> anyhow::Result<Exit> {
    let name = Name::parse(&order.name)
        .map_err(|problem| coded(Exit::BadInput, format!("template name `{}` {problem}", order.name)))?;
    let settings = config.load()?;
    let text = text_of(&settings, name.as_str(), order)?;
    let folder = order.to.clone().or(settings.assemble.templates).unwrap_or_else(|| PathBuf::from("templates"));
    let file = folder.join(format!("{name}.toml"));
    // What is written must be what the press would take.
    catalogue::parse(&file, name.as_str(), &text)
        .map_err(|problems| coded(Exit::Internal, format!("the new template has mistakes: {problems}")))?;
    write(&folder, &file, &text)?;
    say::line(format!("wrote {}", file.display()));
    say::remark(format!(
        "next: change it (`reelpress template format` tells every key), then `reelpress template check {}`",
        file.display()
    ));
    Ok(Exit::Ok)
}

fn text_of(settings: &Settings, name: &str, order: &crate::cli::NewTemplate) -> anyhow::Result<String> {
    let Some(from) = order.from.as_deref() else {
        let seed = order.seed.unwrap_or_else(|| seed_of(name));
        return Ok(headed(
            &generate::generate(name, seed),
            &format!("Made by `reelpress template new {name} --seed {seed}`."),
        ));
    };
    let library = library(settings)?;
    let Some(template) = library.get(from) else {
        let known = library.names().collect::<Vec<_>>().join(", ");
        let hint = reelpress_config::nearest(from, library.names())
            .map_or_else(|| format!("there are {known}"), |meant| format!("did you mean `{meant}`?"));
        return Err(coded(Exit::BadInput, format!("template `{from}` does not exist ({hint})")));
    };
    match order.seed {
        Some(seed) => {
            let varied = generate::vary(template, name, seed).ok_or_else(|| {
                let message = format!("no palette of seed {seed} suits template `{from}` (try another seed)");
                coded(Exit::BadInput, message)
            })?;
            Ok(headed(&varied, &format!("Made by `reelpress template new {name} --from {from} --seed {seed}`.")))
        }
        // With its comments, where it is as it was shipped.
        None => Ok(match catalogue::built_in_text(from) {
            Some(text) if catalogue::parse(Path::new(from), from, text).ok().as_ref() == Some(&**template) => {
                text.to_owned()
            }
            _ => headed(template, &format!("As `{from}`.")),
        }),
    }
}

fn headed(template: &Template, remark: &str) -> String {
    format!("# {remark} `reelpress template format` tells every key.\n{}", catalogue::to_toml(template))
}

/// Another one for each name, the same each time (FNV-1a).
fn seed_of(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Never over a file that is there.
fn write(folder: &Path, file: &Path, text: &str) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("could not make the folder {}", folder.display()))?;
    let opened = OpenOptions::new().write(true).create_new(true).open(file);
    let mut opened = match opened {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let message = format!("{} is there already (choose another name, or remove it first)", file.display());
            return Err(coded(Exit::BadInput, message));
        }
        Err(error) => return Err(error).with_context(|| format!("could not write {}", file.display())),
    };
    opened.write_all(text.as_bytes()).with_context(|| format!("could not write {}", file.display()))
}
