//! Trends as lines of text. Titles come from outside: signs that steer a terminal are left out.

use std::collections::BTreeMap;

use reelpress_config::Settings;
use reelpress_trends::cluster::Change;
use reelpress_trends::{Held, Report, SourceState, Spark, heading, licence_note, standing_line};
use reelpress_vocabulary::TopicKind;

use crate::say;
use crate::trends::Told;
use crate::trends::page::state_of;

/// Text for a terminal: no escape sequences, no turned direction, one line.
pub(super) fn safe(text: &str) -> String {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|letter| if steers(letter) { ' ' } else { letter }).collect()
}

pub(super) fn report(report: &Report, sparks: &BTreeMap<String, Spark>) {
    for kind in TopicKind::ALL {
        let of_kind = report.elements.iter().filter(|element| element.card.topic.kind == kind).collect::<Vec<_>>();
        if of_kind.is_empty() {
            continue;
        }
        say::line(heading(kind));
        for element in of_kind {
            let topic = &element.card.topic;
            let chance =
                topic.probability.map_or_else(|| "   -".to_owned(), |chance| format!("{:3.0}%", chance * 100.0));
            let spark = sparks.get(&topic.id).map(Spark::text).unwrap_or_default();
            let id = topic.id.get(..8).unwrap_or(&topic.id);
            let again = element.again.map_or_else(String::new, |again| format!("  again: {again}"));
            let label = topic.label.as_str();
            say::line(format!("  {id}  {chance}  {label:<7}  {spark:<32}  {}{again}", safe(&topic.title)));
        }
    }
    say::remark(format!(
        "{} elements in the 24 hours to {} UTC (`reelpress trends why ID` says why)",
        report.elements.len(),
        report.at.strftime("%Y-%m-%d %H:%M")
    ));
}

pub(super) fn library(held: &[Held], sparks: &BTreeMap<String, Spark>) {
    for held in held {
        let topic = &held.card.topic;
        let spark = sparks.get(&topic.id).map(Spark::text).unwrap_or_default();
        let id = topic.id.get(..8).unwrap_or(&topic.id);
        let kind = topic.kind.as_str();
        say::line(format!("{id}  {:.2}  {kind:<7}  {spark:<32}  {}", held.strength, safe(&topic.title)));
    }
    say::remark(format!("{} elements", held.len()));
}

pub(super) fn why(told: &Told) {
    let (card, topic) = (&told.explained.card, &told.explained.card.topic);
    say::line(safe(&topic.title));
    let first =
        topic.first_seen.map_or_else(String::new, |at| format!(", first seen {}", at.strftime("%Y-%m-%d %H:%M")));
    say::line(format!(
        "{} {}, {}, language {}{first}",
        topic.kind.as_str(),
        topic.id,
        topic.label.as_str(),
        topic.language
    ));
    let best = card.best_rank.map_or_else(String::new, |rank| format!("best place {rank}  "));
    let peak = card.peak.map_or_else(String::new, |peak| format!("highest count {peak}  "));
    let was_told = told.explained.told.map_or_else(
        || "not in a report yet".to_owned(),
        |at| format!("in the report of {}", at.strftime("%Y-%m-%d %H:%M")),
    );
    say::line(format!("{best}{peak}{was_told}"));
    if !told.timeline.trim().is_empty() {
        say::line(format!("\n48 h  {}", told.timeline));
    }
    say::line("\nwhy");
    for line in &told.explained.because {
        say::line(format!("  {}", safe(line)));
    }
    say::line("\nitems");
    for member in &told.explained.members {
        say::line(format!("  {}/{}  {}", member.feed, member.key, safe(&member.title)));
        say::line(format!("    joined: {}", safe(&member.joined)));
        if let Some(standing) = &member.standing {
            say::line(format!("    {}", safe(&standing_line(standing))));
        }
    }
    if !told.explained.changes.is_empty() {
        say::line("\nmerges and splits (`reelpress trends undo NUMBER` takes one back)");
        for change in &told.explained.changes {
            say::line(format!("  {}", safe(&change_line(change, topic.kind))));
        }
    }
}

pub(super) fn niches(lines: &[String]) {
    if !lines.is_empty() {
        say::line("\nniches (by words; meanings and what was made already are known to the daemon)");
        for line in lines {
            say::line(format!("  {}", safe(line)));
        }
    }
}

fn change_line(change: &Change, kind: TopicKind) -> String {
    let number =
        if kind == TopicKind::Topic { change.id().to_string() } else { format!("{}:{}", kind.as_str(), change.id()) };
    match change {
        Change::Merged { at, from, into, members, score, .. } => format!(
            "{number}  {}  {from} went into {into}, {} items, {score:.2} like each other",
            at.strftime("%Y-%m-%d %H:%M"),
            members.len()
        ),
        Change::Split { at, member, to, .. } => {
            format!("{number}  {}  {member} was taken out, it is {to} now", at.strftime("%Y-%m-%d %H:%M"))
        }
        Change::Undone { at, change, .. } => {
            format!("{number}  {}  {change} was taken back", at.strftime("%Y-%m-%d %H:%M"))
        }
    }
}

pub(super) fn others(found: &[Told]) {
    for told in found {
        let topic = &told.explained.card.topic;
        say::remark(format!("also: {}  {}", topic.id.get(..8).unwrap_or(&topic.id), safe(&topic.title)));
    }
}

pub(super) fn sources(settings: &Settings, sources: &[SourceState]) {
    for (source, feed) in sources.iter().zip(&settings.feeds) {
        let time = |at: Option<jiff::Timestamp>| {
            at.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M").to_string())
        };
        let (state, _) = state_of(source);
        say::line(format!("{}  {state}, {} items", source.feed, source.items));
        say::line(format!(
            "  last asked {}, every {} min, next {}",
            time(source.last),
            source.every_seconds.div_ceil(60),
            time(Some(source.next))
        ));
        let licence = licence_note(&feed.kind);
        say::line(format!("  {}: {}; {}", licence.kind, licence.licence, licence.note));
        say::line(format!("  {}", safe(&source.place)));
    }
    say::remark(format!("{} feeds (`reelpress doctor` asks each one once)", sources.len()));
}
