//! `reelpress trends split` and `undo`: by the running daemon, or on its files when none runs.

use reelpress_trends::{TrendDesk, TrendView};
use reelpress_vocabulary::TopicKind;

use super::super::Config;
use super::print::safe;
use crate::control::Control;
use crate::exit::{Exit, coded};
use crate::say;
use crate::trends::{FOLDER, Splitting, Undoing};

pub(super) async fn split(config: &Config, topic: &str, member: &str) -> anyhow::Result<Exit> {
    let settings = config.load_alone()?;
    let (folder, now) = (settings.daemon.data_dir.join(FOLDER), super::super::clock().now());
    let control = super::super::control(config).await?;
    let split = find(&TrendView::open(&folder, &settings, None)?.explain(topic, now), topic, member)?;
    if let Some(daemon) = control.daemon() {
        daemon.post::<()>("/api/trends/split", &split).await?;
    } else {
        let mut desk = TrendDesk::open(&folder, &settings, now)?;
        desk.split(&split.topic, &split.member, &settings, now).map_err(refused)?;
        desk.close()?;
    }
    say::line(format!(
        "{} is out of topic {} (`reelpress trends why {}` has the number that undoes it)",
        split.member, split.topic, split.topic
    ));
    drop(control);
    Ok(Exit::Ok)
}

/// The one item that is meant.
fn find(found: &[reelpress_trends::Explained], topic: &str, member: &str) -> anyhow::Result<Splitting> {
    let refuse = |words: String| Err(coded(Exit::Refused, words));
    let [one] = found else {
        let titles =
            found.iter().take(5).map(|found| format!("\n  {}  {}", found.card.topic.id, safe(&found.card.topic.title)));
        return refuse(match found.len() {
            0 => format!("no topic is called `{topic}` (`reelpress trends report` shows ids)"),
            many => format!("{many} topics are called `{topic}`, give one's id:{}", titles.collect::<String>()),
        });
    };
    let wanted = member.to_lowercase();
    let name = |member: &reelpress_trends::Member| format!("{}/{}", member.feed, member.key);
    let meant =
        one.members.iter().filter(|known| name(known) == member || known.title.to_lowercase().contains(&wanted));
    match meant.collect::<Vec<_>>()[..] {
        [meant] => Ok(Splitting { topic: one.card.topic.id.clone(), member: name(meant) }),
        ref meant => {
            let items = one.members.iter().map(|known| format!("\n  {}  {}", name(known), safe(&known.title)));
            let count = meant.len();
            refuse(format!(
                "{count} items of the topic are called `{member}`, name one of:{}",
                items.collect::<String>()
            ))
        }
    }
}

pub(super) async fn undo(config: &Config, change: &str) -> anyhow::Result<Exit> {
    let undo = number(change)?;
    let settings = config.load_alone()?;
    let (folder, now) = (settings.daemon.data_dir.join(FOLDER), super::super::clock().now());
    let control: Control = super::super::control(config).await?;
    if let Some(daemon) = control.daemon() {
        daemon.post::<()>("/api/trends/undo", &undo).await?;
    } else {
        let mut desk = TrendDesk::open(&folder, &settings, now)?;
        desk.undo(undo.kind, undo.change, &settings, now).map_err(refused)?;
        desk.close()?;
    }
    say::line(format!("change {change} is taken back"));
    drop(control);
    Ok(Exit::Ok)
}

fn refused(error: reelpress_trends::TrendsError) -> anyhow::Error {
    if let reelpress_trends::TrendsError::Change(error) = &error {
        return coded(Exit::Refused, error.to_string());
    }
    error.into()
}

/// `12`, or `hashtag:12`.
fn number(text: &str) -> anyhow::Result<Undoing> {
    let (kind, number) = text.split_once(':').unwrap_or(("topic", text));
    let kind = TopicKind::ALL.into_iter().find(|known| known.as_str() == kind);
    match (kind, number.parse()) {
        (Some(kind), Ok(change)) => Ok(Undoing { kind, change }),
        _ => Err(coded(
            Exit::BadInput,
            format!("`{text}` is no number of a change (`reelpress trends why TOPIC` lists them)"),
        )),
    }
}
