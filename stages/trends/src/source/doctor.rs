//! Asks a source once, and says what to do if it does not work.

use futures::{Stream, StreamExt as _};
use jiff::Timestamp;
use reelpress_config::{Feed, FeedKind, FeedPlace, Trends};
use reelpress_vocabulary::FeedId;

use super::licence::{LicenceNote, licence_note};
use crate::error::TrendsError;
use crate::fetch::{Fetched, Fetcher, Validators};
use crate::read;

/// Feeds tried at the same time; one host is asked at its own pace all the same.
const AT_ONCE: usize = 8;

/// What one try of a source found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which feed.
    pub feed: FeedId,
    /// Its address (without user name and query) or file.
    pub place: String,
    /// It works: it answered with at least one item.
    pub works: bool,
    /// What it showed, or what went wrong, in one line.
    pub said: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// What its owner allows.
    pub licence: LicenceNote,
}

/// Really asks every source, once and unconditionally; nothing is remembered of it. Eight are asked at the same time, and
/// what they said comes in their order. `answered` is called as soon as one is done with.
///
/// # Errors
/// [`TrendsError::Client`] if HTTP cannot be spoken at all.
pub fn try_sources<'a>(
    feeds: &'a [Feed],
    trends: &'a Trends,
    now: Timestamp,
    answered: &'a dyn Fn(),
) -> Result<impl Stream<Item = Finding> + 'a, TrendsError> {
    let fetcher = Fetcher::new()?;
    let tries = feeds.iter().map(move |feed| {
        let fetcher = fetcher.clone();
        async move {
            let finding = try_source(&fetcher, feed, trends, now).await;
            answered();
            finding
        }
    });
    Ok(futures::stream::iter(tries).buffered(AT_ONCE))
}

pub(super) async fn try_source(fetcher: &Fetcher, feed: &Feed, trends: &Trends, now: Timestamp) -> Finding {
    let mut finding = Finding {
        feed: FeedId::from(feed.name.clone()),
        place: read::place_of(feed),
        works: false,
        said: String::new(),
        fix: None,
        licence: licence_note(&feed.kind),
    };
    match tried(fetcher, feed, trends, now).await {
        Ok((0, skipped)) => {
            "it answered, but there was nothing in it".clone_into(&mut finding.said);
            let lines = format!("{skipped} lines could not be used: look at the first of them");
            finding.fix =
                Some(if skipped > 0 { lines } else { "see whether the list is empty in a browser too".to_owned() });
        }
        Ok((items, skipped)) => {
            finding.works = true;
            let without = if skipped > 0 { format!(", {skipped} more that could not be used") } else { String::new() };
            finding.said = format!("{items} items{without}");
            finding.fix = contact(feed, trends);
        }
        Err(error) => {
            finding.said = error.full_text();
            finding.fix = fix(feed, &error);
        }
    }
    finding
}

async fn tried(fetcher: &Fetcher, feed: &Feed, trends: &Trends, now: Timestamp) -> Result<(usize, u64), TrendsError> {
    let got = fetcher.fetch(feed, trends, &Validators::default(), now).await?;
    let Fetched::Body(body) = got else { return Ok((0, 0)) };
    let (owned, limit) = (feed.clone(), trends.max_bytes);
    let reading = tokio::task::spawn_blocking(move || super::read(&owned, &body.parts, now, limit)).await;
    let reading =
        reading.map_err(|broken| read::format_error(feed, "readable", format!("the parser gave up: {broken}")))??;
    let items = reading.snapshots.iter().map(|snapshot| snapshot.items.len()).sum::<usize>();
    Ok((items + reading.results.len(), reading.skipped.count))
}

/// Everybody whose servers we ask should be able to reach us.
fn contact(feed: &Feed, trends: &Trends) -> Option<String> {
    let says = trends.user_agent.contains('@') || trends.user_agent.contains("http");
    let is_away = matches!(feed.place, FeedPlace::Url(_)) && !feed.allow_private;
    (is_away && !says)
        .then(|| "say in `trends.user_agent` how to reach you: some services slow down who does not".to_owned())
}

fn fix(feed: &Feed, error: &TrendsError) -> Option<String> {
    let text = match error {
        TrendsError::Status { status: 404, .. } => "check the address: nothing is there",
        TrendsError::Status { status: 429, .. } => "raise `every`: it is asked too often",
        TrendsError::Status { status: 403, .. } => {
            "look whether the publisher lets programs in, and say in `trends.user_agent` how to reach you"
        }
        TrendsError::Status { status: 500.., .. } | TrendsError::Timeout { .. } => {
            "try again later: it is the server's fault"
        }
        TrendsError::Status { .. } => "ask the address with a browser and see what it says",
        TrendsError::Gone { .. } | TrendsError::Unsupported { .. } => "take the feed out of the config",
        TrendsError::Denied { .. } if matches!(feed.kind, FeedKind::YouTube { .. }) => {
            "check the key in the Google console: the YouTube Data API must be enabled for it"
        }
        TrendsError::Denied { .. } => "check id and secret of the app, and whether it is approved",
        TrendsError::Spent { .. } => "raise `units_a_day`, or ask less often",
        TrendsError::Refused { .. } => "set `allow_private = true` if this server is yours",
        TrendsError::TooLarge { .. } => "raise `trends.max_bytes` if a feed of this size is right",
        TrendsError::Format { .. } => "check `kind`, `format` and the address: something else came",
        TrendsError::File { .. } => "check the path and who may read it",
        TrendsError::Redirect { .. } => "use the address that it leads to in a browser",
        TrendsError::Web { source: reelpress_web::WebError::Robots { .. }, .. } => {
            "its publisher does not want it read by programs: take it out, or set `robots = false` if you have their word"
        }
        TrendsError::Web { .. } => "check the address, the network and the name server",
        TrendsError::Folder { .. }
        | TrendsError::Save { .. }
        | TrendsError::Damaged { .. }
        | TrendsError::Client(_)
        | TrendsError::TornObservations { .. }
        | TrendsError::Flood { .. }
        | TrendsError::Change(_) => return None,
    };
    Some(text.to_owned())
}
