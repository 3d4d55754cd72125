//! `reelpress media`

use jiff::civil::Date;
use jiff::tz::TimeZone;
use reelpress_config::Settings;
use reelpress_media::{Listed, MediaError, MediaLibrary, WhyNot};

use super::{Config, clock};
use crate::cli::Media;
use crate::exit::{Exit, coded};
use crate::say;

pub(crate) async fn media(config: &Config, command: Media) -> anyhow::Result<Exit> {
    match command {
        Media::List { kind, barred, output } => {
            let shelf = Shelf::look(config).await?;
            let wanted = |one: &Listed| {
                kind.as_ref().is_none_or(|kind| one.kind.as_str() == kind) && (!barred || one.why_not.is_some())
            };
            let files: Vec<Listed> = shelf.listing()?.into_iter().filter(wanted).collect();
            if output.json {
                say::json(&files)?;
            } else {
                table(&files);
                let usable = files.iter().filter(|one| one.why_not.is_none()).count();
                say::remark(format!("{} files, {usable} may be picked", files.len()));
            }
            shelf.end()
        }
        Media::Check(output) => check(&Shelf::look(config).await?, output.json),
        Media::WhereUsed { file, output } => where_used(config, &file, output.json).await,
    }
}

/// The library as it is now, and what kept a place from being looked at.
struct Shelf {
    library: MediaLibrary,
    settings: Settings,
    today: Date,
    trouble: Option<MediaError>,
}

impl Shelf {
    async fn look(config: &Config) -> anyhow::Result<Self> {
        // Not through `named::check`: a place with mistakes is what these commands are about.
        let settings = config.load_alone()?;
        let library = MediaLibrary::new(&settings.media)?;
        if !library.has_places() {
            say::remark("there is no place yet: set `media.places` in the config (`reelpress media --help` shows how)");
        }
        let now = clock().now();
        let trouble = library.look(now).await.err();
        Ok(Self { library, settings, today: now.to_zoned(TimeZone::UTC).date(), trouble })
    }

    fn listing(&self) -> anyhow::Result<Vec<Listed>> {
        let listed = self.library.listing(self.today, &self.settings.media.uses);
        listed.map_err(|error| coded(Exit::BadInput, Chain(&error).to_string()))
    }

    fn end(self) -> anyhow::Result<Exit> {
        match self.trouble {
            None => Ok(Exit::Ok),
            Some(error) => Err(anyhow::Error::from(error).context(coded(Exit::Unavailable, "a place is not usable"))),
        }
    }
}

fn check(shelf: &Shelf, as_json: bool) -> anyhow::Result<Exit> {
    let mut problems: Vec<String> = Vec::new();
    if let Some(error) = &shelf.trouble {
        problems.push(Chain(error).to_string());
    }
    let of_records = shelf.library.problems();
    problems.extend(
        of_records.iter().flat_map(|of_place| of_place.to_string().lines().map(str::to_owned).collect::<Vec<_>>()),
    );
    let listed = shelf.listing().unwrap_or_else(|error| {
        problems.push(format!("{error:#}"));
        Vec::new()
    });
    for one in listed {
        // A use that is not needed here is needed elsewhere, and a record's mistakes are told above.
        match one.why_not {
            None | Some(WhyNot::NotFor { .. } | WhyNot::BadRecord { .. }) => {}
            Some(why) => problems.push(format!("{}/{}: {why}", one.place, one.file)),
        }
    }
    if as_json {
        say::json(&problems)?;
    } else {
        problems.iter().for_each(say::line);
        say::remark(format!("{} problems", problems.len()));
    }
    Ok(if problems.is_empty() { Exit::Ok } else { Exit::Refused })
}

async fn where_used(config: &Config, file: &str, as_json: bool) -> anyhow::Result<Exit> {
    let uses = super::control(config).await?.media_uses(file).await?;
    if as_json {
        say::json(&uses)?;
        return Ok(Exit::Ok);
    }
    for one in &uses {
        let beats: Vec<String> = one.beats.iter().map(|beat| (beat + 1).to_string()).collect();
        let at = if beats.is_empty() { String::new() } else { format!(" of beat {}", beats.join(", ")) };
        say::line(format!(
            "{}  {:<8}  {}  {}{at}  cut {}  {}",
            one.item,
            one.status,
            one.file,
            one.kind.as_str(),
            one.cut.get(..12).unwrap_or(&one.cut),
            if one.post.is_empty() { "no post yet" } else { &one.post }
        ));
    }
    say::remark(format!("{} uses", uses.len()));
    Ok(Exit::Ok)
}

/// Columns as wide as what stands in them.
fn table(files: &[Listed]) {
    let rows = files.iter().map(|one| {
        [
            one.file.clone(),
            one.kind.as_str().to_owned(),
            if one.licence.is_empty() { "-".to_owned() } else { one.licence.clone() },
            one.expires.map_or_else(|| "-".to_owned(), |last| last.to_string()),
            if one.uses.is_empty() { "-".to_owned() } else { one.uses.iter().cloned().collect::<Vec<_>>().join(",") },
            one.why_not.as_ref().map_or_else(|| "ok".to_owned(), ToString::to_string),
        ]
    });
    let head = ["FILE", "KIND", "LICENCE", "EXPIRES", "USES", "STATE"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}  "));
        say::line(format!("{}{}", cells.collect::<String>(), row[5]));
    }
}

/// An error with its causes, on one line.
struct Chain<'a>(&'a MediaError);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let causes = std::iter::successors(Some(self.0 as &dyn std::error::Error), |error| error.source());
        f.write_str(&causes.map(ToString::to_string).collect::<Vec<_>>().join(": "))
    }
}
