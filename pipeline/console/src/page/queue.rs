//! What waits for a person, worst first.

use jiff::Timestamp;
use maud::{Markup, html};

use super::{Frame, ago, clock, framed, outside, plain, token};
use crate::MOUNT;
use crate::desk::{BULK_MAX, Row};
use crate::http::media::file_name;
use crate::press::{Finding, MediaKind, Severity};
use crate::users::Role;

/// One page of the queue.
pub(crate) struct QueueList<'a> {
    pub(crate) rows: &'a [Row],
    /// How many wait.
    pub(crate) all: usize,
    /// How many of them the search found.
    pub(crate) found: usize,
    pub(crate) search: &'a str,
    pub(crate) at: usize,
    pub(crate) pages: usize,
}

pub(crate) fn queue(frame: &Frame, list: &QueueList<'_>, now: Timestamp) -> Markup {
    let may_decide = frame.who.role >= Role::Reviewer;
    let main = html! {
        h1 { (list.all) @if list.all == 1 { " cut waits" } @else { " cuts wait" } }
        div.bar {
            @if may_decide && list.all > 0 {
                form method="post" action=(format!("{MOUNT}/next")) {
                    (token(frame))
                    button.primary type="submit" data-key="n" aria-keyshortcuts="n" { "Review the next" }
                }
            }
            form role="search" method="get" action=(MOUNT) {
                label.hidden for="search" { "Search in title, niche, account and reason" }
                input #search type="search" name="q" value=(plain(list.search)) placeholder="title, niche, account, reason" maxlength="100";
                button type="submit" { "Search" }
            }
        }
        @if !list.search.is_empty() {
            p.soft { (list.found) " of them hold " q { (outside(list.search)) } ". " a href=(MOUNT) { "Show all" } }
        }
        @if list.rows.is_empty() {
            p.empty { @if list.all == 0 { "Nothing waits for you. New cuts come here by themselves when screening holds them or the sample takes them." } @else { "Nothing here." } }
        } @else {
            (rows(frame, list, now, may_decide))
        }
        @if list.pages > 1 { (pager(list)) }
    };
    framed(frame, "Queue", &main)
}

fn rows(frame: &Frame, list: &QueueList<'_>, now: Timestamp, may_decide: bool) -> Markup {
    let is_safe =
        |row: &Row| may_decide && row.waiting.is_bulk_safe() && row.claimed_by.is_none() && row.disputed.is_empty();
    let safe = list.rows.iter().filter(|row| is_safe(row)).count();
    html! {
        form #bulk method="post" action=(format!("{MOUNT}/bulk")) { (token(frame)) }
        ol.queue data-rows="" {
            @for row in list.rows { (line(row, now, is_safe(row))) }
        }
        @if safe > 1 {
            div.bar.bulk {
                label { input type="checkbox" data-all="cut"; " all that may be approved together" }
                button type="submit" form="bulk" { "Approve the chosen" }
                span.soft { "Only cuts with nothing similar, forbidden, unlabelled or unpleasant; at most " (BULK_MAX) " at once." }
            }
        }
    }
}

fn line(row: &Row, now: Timestamp, is_safe: bool) -> Markup {
    let waiting = &row.waiting;
    let poster = format!("{MOUNT}/media/{}", file_name(MediaKind::Poster, &waiting.cut));
    let veil = if waiting.is_veiled() { "thumb veiled" } else { "thumb" };
    html! {
        li.row {
            img class=(veil) src=(poster) alt="" width="54" height="96" loading="lazy";
            div {
                p.title { a data-row="" href=(format!("{MOUNT}/review/{}", waiting.item)) { (outside(&waiting.title)) } }
                p.soft {
                    (outside(&waiting.account)) " \u{b7} " (outside(&waiting.niche)) " \u{b7} " (clock(waiting.duration_ms))
                    " \u{b7} waits " (ago(waiting.since, now))
                }
                p { (badges(&waiting.findings)) (outside(&waiting.why)) }
                @if !row.disputed.is_empty() { p { span.badge.hold { "two people differ" } " a third person decides" } }
                @if let Some(by) = &row.claimed_by { p { span.badge { (outside(by)) " is looking at it" } } }
            }
            @if is_safe {
                label.choose {
                    input type="checkbox" form="bulk" name="cut" value=(format!("{}:{}", waiting.item, waiting.cut.as_str()));
                    span.hidden { "approve together with others: " (outside(&waiting.title)) }
                }
            }
        }
    }
}

/// What was found, in words: colour alone says nothing.
pub(super) fn badges(findings: &[Finding]) -> Markup {
    let mut shown = findings.iter().map(|finding| (finding.severity, finding.kind)).collect::<Vec<_>>();
    shown.sort_by(|a, b| b.cmp(a));
    shown.dedup();
    html! {
        @for (severity, kind) in shown {
            span class=(badge(severity)) { (severity.as_str()) ": " (kind.as_str()) } " "
        }
    }
}

pub(super) fn badge(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "badge",
        Severity::Hold => "badge hold",
        Severity::Block => "badge block",
    }
}

fn pager(list: &QueueList<'_>) -> Markup {
    let search: String = url::form_urlencoded::byte_serialize(list.search.as_bytes()).collect();
    let address = |page: usize| format!("{MOUNT}?page={page}&q={search}");
    html! {
        nav.bar aria-label="Parts of the queue" {
            @if list.at > 1 { a href=(address(list.at - 1)) { "Before" } }
            span { "Part " (list.at) " of " (list.pages) }
            @if list.at < list.pages { a href=(address(list.at + 1)) { "Behind" } }
        }
    }
}
