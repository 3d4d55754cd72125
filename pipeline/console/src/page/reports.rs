//! What people decided, in numbers.

use maud::{Markup, html};

use super::{Frame, outside};
use crate::MOUNT;
use crate::desk::{Counts, Report};
use crate::users::Role;

pub(crate) fn decisions(frame: &Frame, report: &Report, (days, periods): (i64, &[i64])) -> Markup {
    let is_operator = frame.who.role >= Role::Operator;
    html! {
        h2 { "Decisions" }
        nav.bar aria-label="Period" {
            @for period in periods {
                a href=(format!("{MOUNT}/sheets/reports?days={period}")) aria-current=[(*period == days).then_some("true")] { (period) " days" }
            }
            @if is_operator { a href=(format!("{MOUNT}/decisions.csv")) download { "All as CSV" } }
        }
        @if report.all.all() == 0 { p.empty { "Nothing was decided in these " (days) " days." } } @else {
            dl.numbers {
                @for (count, word) in [(report.all.approved, "approved"), (report.all.rejected, "rejected"), (report.all.sent_back, "sent back")] {
                    div { dt { (word) } dd { (count) } }
                }
                div { dt { "half waited at most" } dd { (wait(&report.all, 50)) } }
                div { dt { "nine in ten waited at most" } dd { (wait(&report.all, 90)) } }
            }
            (lines("By day (UTC)", "day", &report.days))
            (lines("By niche", "niche", &report.niches))
            (lines("By account", "account", &report.accounts))
            (lines("By what screening had found", "rule", &report.rules))
            @if is_operator {
                (lines("By reviewer", "who", &report.people))
                (lines("Why cuts were not approved", "reason", &report.reasons))
            }
        }
        h2 { "Made" }
    }
}

fn lines(caption: &str, what: &str, lines: &[(String, Counts)]) -> Markup {
    html! {
        @if !lines.is_empty() {
            div.wide tabindex="0" role="region" aria-label=(caption) {
                table {
                    caption { (caption) }
                    thead { tr { th scope="col" { (what) } th scope="col" { "approved" } th scope="col" { "rejected" } th scope="col" { "sent back" } th scope="col" { "half waited at most" } } }
                    tbody {
                        @for (name, counts) in lines {
                            tr { th scope="row" { (outside(name)) } td { (counts.approved) } td { (counts.rejected) } td { (counts.sent_back) } td { (wait(counts, 50)) } }
                        }
                    }
                }
            }
        }
    }
}

fn wait(counts: &Counts, percent: usize) -> String {
    let seconds = counts.waited(percent).map(|ms| ms / 1_000);
    match seconds {
        None => "\u{2013}".to_owned(),
        Some(seconds @ 0..60) => format!("{seconds} s"),
        Some(seconds @ 60..3_600) => format!("{} min", seconds / 60),
        Some(seconds @ 3_600..172_800) => format!("{} h", seconds / 3_600),
        Some(seconds) => format!("{} days", seconds / 86_400),
    }
}
