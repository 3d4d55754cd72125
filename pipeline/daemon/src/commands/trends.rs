//! `reelpress trends`

mod mend;
mod print;
mod recorded;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use reelpress_config::Settings;
use reelpress_trends::route::Router;
use reelpress_trends::sensitive::SensitiveLists;
use reelpress_trends::{Newsroom, Nothing, TrendView};
use reelpress_vocabulary::Topic;

use super::Config;
use crate::cli::trends::Trends;
use crate::exit::{Exit, coded};
use crate::say;
use crate::trends::{self, FOLDER};

pub(crate) async fn trends(config: &Config, command: Trends) -> anyhow::Result<Exit> {
    match command {
        Trends::Replay(order) => return recorded::replay(&order),
        Trends::Same { pairs, output } => return recorded::same(&pairs, output.json),
        Trends::Split { topic, member } => return mend::split(config, &topic, &member).await,
        Trends::Undo { change } => return mend::undo(config, &change).await,
        Trends::Report { .. } | Trends::Library { .. } | Trends::Why { .. } | Trends::Sources(_) => {}
    }
    let settings = config.load_alone()?;
    let now = super::clock().now();
    match command {
        Trends::Report { as_of, markdown, output } => {
            let (view, at) = open(&settings, as_of.as_deref(), now)?;
            let report = view.report(at);
            if output.json {
                say::json(&report)?;
            } else if markdown {
                say::line(report.markdown());
            } else {
                print::report(&report, &view.sparks(report.elements.iter().map(|element| &element.card), at)?);
            }
        }
        Trends::Library { markdown, output } => {
            let (view, at) = open(&settings, None, now)?;
            let held = view.library(&settings, at);
            if output.json {
                say::json(&held)?;
            } else if markdown {
                say::line(reelpress_trends::library_markdown(&held));
            } else {
                print::library(&held, &view.sparks(held.iter().map(|held| &held.card), at)?);
            }
        }
        Trends::Why { topic, when, output } => {
            let (view, at) = open(&settings, when.as_of.as_deref(), now)?;
            let found = trends::explain(&view, &topic, at)?;
            if found.is_empty() {
                return Err(unknown(&view, &topic, at));
            }
            if output.json {
                say::json(&found)?;
            } else {
                if let Some(told) = found.first() {
                    print::why(told);
                    print::niches(&niches(&settings, &told.explained.card.topic, at)?);
                }
                print::others(&found[1..]);
            }
        }
        Trends::Sources(output) => {
            let (view, at) = open(&settings, None, now)?;
            let sources = view.sources(&settings, at);
            if output.json {
                say::json(&sources)?;
            } else {
                print::sources(&settings, &sources);
            }
        }
        Trends::Split { .. } | Trends::Undo { .. } | Trends::Replay(_) | Trends::Same { .. } => {}
    }
    Ok(Exit::Ok)
}

/// What is known, as of now or of a past time, and that time.
fn open(settings: &Settings, as_of: Option<&str>, now: Timestamp) -> anyhow::Result<(TrendView, Timestamp)> {
    let folder = settings.daemon.data_dir.join(FOLDER);
    if !folder.exists() {
        let place = folder.display();
        return Err(coded(
            Exit::Unavailable,
            format!(
                "there are no trends in {place} yet (start the daemon with `reelpress run`, with feeds in the config)"
            ),
        ));
    }
    let at = as_of.map(time).transpose()?;
    let view = TrendView::open(&folder, settings, at)?;
    if let (Some(at), Some(oldest)) = (at, view.oldest()?)
        && at.to_zoned(TimeZone::UTC).date() < oldest
    {
        let words =
            format!("nothing is kept of {at}: the oldest observations are of {oldest} (`trends.keep_observations`)");
        return Err(coded(Exit::Refused, words));
    }
    Ok((view, at.unwrap_or(now)))
}

/// A time as people write it; without a zone it is UTC, without a time of day the end of the day.
fn time(text: &str) -> anyhow::Result<Timestamp> {
    let text = text.trim();
    let utc = |at: DateTime| at.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
    let end_of = |date: Date| utc(date.at(23, 59, 59, 999_000_000));
    let minutes = || text.strip_suffix('Z').and_then(|text| text.parse::<DateTime>().ok());
    let found = (text.len() == 10).then(|| text.parse::<Date>().ok().and_then(end_of)).flatten();
    let found = found.or_else(|| text.parse::<Timestamp>().ok()).or_else(|| minutes().and_then(utc));
    found.or_else(|| text.parse::<DateTime>().ok().and_then(utc)).ok_or_else(|| {
        coded(
            Exit::BadInput,
            format!("`{text}` is no time (write 2026-11-20T18:00Z, 2026-11-20 18:00 for UTC, or 2026-11-20)"),
        )
    })
}

/// What each niche says to a topic, as far as the settings alone tell.
fn niches(settings: &Settings, topic: &Topic, now: Timestamp) -> anyhow::Result<Vec<String>> {
    let (router, nothing) = (Router::new(settings), Nothing::default());
    let lists = SensitiveLists::of(&settings.trends)?;
    let room = Newsroom::plain(settings, &router, &lists, &nothing, now);
    Ok(room.explain(topic).iter().map(ToString::to_string).collect())
}

/// Nothing is called so; what is nearest.
fn unknown(view: &TrendView, topic: &str, at: Timestamp) -> anyhow::Error {
    let cards = view.cards(at);
    let hint = match cards.first() {
        None => "no topic is known yet".to_owned(),
        Some(card) => format!("the first of {} is `{}`, {}", cards.len(), card.topic.title, &card.topic.id),
    };
    coded(Exit::Refused, format!("no topic is called `{topic}` ({hint}; `reelpress trends report` shows more)"))
}

#[cfg(test)]
mod tests {
    use super::time;

    #[test]
    fn times_are_read_as_people_write_them() {
        let read = |text| time(text).map_or_else(|error| error.to_string(), |at| at.to_string());
        assert_eq!(read("2026-11-20T18:00:00Z"), "2026-11-20T18:00:00Z");
        assert_eq!(read("2026-11-20T18:00Z"), "2026-11-20T18:00:00Z");
        assert_eq!(read("2026-11-20 18:00"), "2026-11-20T18:00:00Z");
        assert_eq!(read("2026-11-20T18:00:00+02:00"), "2026-11-20T16:00:00Z");
        assert_eq!(read("2026-11-20"), "2026-11-20T23:59:59.999Z");
        insta::assert_snapshot!(read("yesterday"), @"`yesterday` is no time (write 2026-11-20T18:00Z, 2026-11-20 18:00 for UTC, or 2026-11-20)");
    }
}
