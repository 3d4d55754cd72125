//! One cut with all that a person needs to decide on it.

mod player;
mod similar;

use jiff::Timestamp;
use maud::{Markup, html};
use reelpress_core::ItemId;

use super::queue::{badge, badges};
use super::{Frame, ago, clock, framed, link, outside, token};
use crate::MOUNT;
use crate::desk::{NOTE_MAX, Row};
use crate::press::{Card, Finding};
use crate::users::Role;

/// A card as one person sees it.
pub(crate) struct CardView<'a> {
    pub(crate) card: &'a Card,
    /// Its line in their queue; `None` if it is not there (any more).
    pub(crate) row: Option<&'a Row>,
    pub(crate) before: Option<ItemId>,
    pub(crate) behind: Option<ItemId>,
    /// Its place in the queue, and how many there are.
    pub(crate) place: Option<(usize, usize)>,
}

/// What people most often say; digits choose them.
const REASONS: [&str; 5] = [
    "Too much like something we made before.",
    "A fact is wrong or has no source.",
    "Pictures do not fit what is said.",
    "Sound or speech is bad.",
    "Against a rule of ours or of a platform.",
];

pub(crate) fn card(frame: &Frame, view: &CardView<'_>, now: Timestamp) -> Markup {
    let waiting = &view.card.waiting;
    let may_decide = frame.who.role >= Role::Reviewer;
    let title = super::plain(&waiting.title);
    let claim = may_decide && view.row.is_some();
    let main = html! {
        article.card data-claim=[claim.then(|| format!("{MOUNT}/review/{}", waiting.item))] {
            div.head {
                h1 { (outside(&waiting.title)) }
                p.soft {
                    @if let Some((at, all)) = view.place { (at) " of " (all) " \u{b7} " }
                    (outside(&waiting.account)) " \u{b7} " (outside(&waiting.niche)) " \u{b7} " (clock(waiting.duration_ms))
                    " \u{b7} waits " (ago(waiting.since, now))
                }
                nav aria-label="Other cuts" {
                    @if let Some(item) = view.before { a rel="prev" data-key="k" aria-keyshortcuts="k" href=(format!("{MOUNT}/review/{item}")) { "Previous" } " " }
                    @if let Some(item) = view.behind { a rel="next" data-key="j" aria-keyshortcuts="j" href=(format!("{MOUNT}/review/{item}")) { "Next" } }
                }
                (state(view))
            }
            div.columns {
                div.left { (player::player(view.card)) }
                div.right {
                    section aria-labelledby="why" {
                        h2 #why { "Why it is here" }
                        p { (badges(&waiting.findings)) (outside(&waiting.why)) }
                        @if !waiting.findings.is_empty() { ul.findings { @for finding in &waiting.findings { (found(finding)) } } }
                    }
                    (similar::similar(view.card))
                    (script(view.card))
                    (post(view.card))
                    (facts(view.card))
                }
            }
            @if may_decide && view.row.is_some() { (decide(frame, view)) }
        }
    };
    framed(frame, &title, &main)
}

/// Who else is at it, or why it cannot be decided on here.
fn state(view: &CardView<'_>) -> Markup {
    html! {
        p.notice #claimed role="alert" hidden[view.row.is_none_or(|row| row.claimed_by.is_none())] {
            span #claimed-by { @if let Some(by) = view.row.and_then(|row| row.claimed_by.as_deref()) { (outside(by)) } }
            " is looking at this cut now."
        }
        @match view.row {
            None => p.notice { "This cut does not wait for your word: it is decided, or it waits for another person's." },
            Some(row) if !row.disputed.is_empty() => {
                div.notice {
                    p { "Two people differ. Your word decides." }
                    ul { @for (by, choice, note) in &row.disputed { li { (outside(by)) ": " strong { (choice.as_str()) } " " q { (outside(note)) } } } }
                }
            }
            Some(_) => {}
        }
    }
}

fn found(finding: &Finding) -> Markup {
    html! {
        li {
            p { span class=(badge(finding.severity)) { (finding.severity.as_str()) } " " code { (outside(&finding.rule)) } }
            p { (outside(&finding.message)) @if !finding.evidence.is_empty() { " " span.soft { "(" (outside(&finding.evidence)) ")" } } }
            @if !finding.marks.is_empty() {
                p {
                    @for mark in &finding.marks {
                        button.mark type="button" data-at=(mark.from_ms) {
                            span.hidden { "play from " } (clock(mark.from_ms)) "\u{2013}" (clock(mark.to_ms))
                        } " "
                    }
                }
            }
        }
    }
}

fn script(card: &Card) -> Markup {
    html! {
        section aria-labelledby="script" {
            h2 #script { "Script" }
            ol.script {
                @for beat in &card.beats {
                    li {
                        button.mark type="button" data-at=(beat.span.from_ms) { span.hidden { "play from " } (clock(beat.span.from_ms)) }
                        " " (outside(&beat.spoken))
                        @for source in &beat.sources { @if *source < card.sources.len() { " " a href=(format!("#source-{source}")) { "[" (source + 1) "]" } } }
                        @if !beat.on_screen.is_empty() { br; span.soft { "on screen: " (outside(&beat.on_screen)) } }
                    }
                }
            }
            h3 { "Sources" }
            @if card.sources.is_empty() { p.soft { "None." } } @else {
                ol { @for (at, (title, address)) in card.sources.iter().enumerate() { li id=(format!("source-{at}")) { (link(title, address)) } } }
            }
        }
    }
}

fn post(card: &Card) -> Markup {
    html! {
        section aria-labelledby="post" {
            h2 #post { "Post" }
            p.text { (outside(&card.caption)) }
            p { @for tag in &card.hashtags { (outside(&format!("#{tag}"))) " " } }
        }
    }
}

fn facts(card: &Card) -> Markup {
    html! {
        section aria-labelledby="facts" {
            h2 #facts { "Made of" }
            dl.facts {
                @for (word, value) in &card.facts { div { dt { (outside(word)) } dd { (outside(value)) } } }
                div { dt { "cut" } dd { code { (card.waiting.cut.as_str()) } } }
                div { dt { "item" } dd { code { (card.waiting.item) } } }
            }
        }
    }
}

fn decide(frame: &Frame, view: &CardView<'_>) -> Markup {
    let waiting = &view.card.waiting;
    let action = format!("{MOUNT}/review/{}/decide", waiting.item);
    let hidden = |choice: &str| {
        html! {
            (token(frame))
            input type="hidden" name="cut" value=(waiting.cut.as_str());
            input type="hidden" name="choice" value=(choice);
        }
    };
    html! {
        section.decide aria-label="Your decision" {
            @if waiting.is_blocked() {
                p.soft { "Screening blocked it: it cannot be approved." }
            } @else {
                form method="post" action=(action) {
                    (hidden("approve"))
                    button.yes type="submit" data-key="a" aria-keyshortcuts="a" { "Approve" }
                }
            }
            details {
                summary.no data-key="r" aria-keyshortcuts="r" { "Reject" }
                form method="post" action=(action) {
                    (hidden("reject"))
                    label for="why-not" { "Why" }
                    textarea #why-not name="note" required maxlength=(NOTE_MAX) rows="2" data-note="" {}
                    ol.reasons { @for reason in REASONS { li { button type="button" data-reason=(reason) { (reason) } } } }
                    button.no type="submit" { "Reject it" }
                }
            }
            details {
                summary data-key="e" aria-keyshortcuts="e" { "Send back" }
                form method="post" action=(action) {
                    (hidden("send-back"))
                    label for="what-else" { "What is to be made otherwise" }
                    textarea #what-else name="note" required maxlength=(NOTE_MAX) rows="2" data-note="" {}
                    button type="submit" { "Send it back" }
                }
            }
            form method="post" action=(format!("{MOUNT}/next")) {
                (token(frame))
                input type="hidden" name="after" value=(waiting.item);
                button type="submit" data-key="n" aria-keyshortcuts="n" { "Skip" }
            }
            button type="button" #show-help data-key="?" { "Keys" }
        }
    }
}
