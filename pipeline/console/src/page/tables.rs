//! The line as it works now, and the pages that are tables.

use maud::{Markup, html};

use super::{Frame, framed, outside};
use crate::MOUNT;
use crate::press::{LineNow, Sheet, Table};

pub(crate) fn line(frame: &Frame, line: &LineNow, waiting: usize) -> Markup {
    let state = if line.paused { "paused: it takes no new work now" } else { "running" };
    let main = html! {
        h1 { "The line" }
        div #line data-live=(format!("{MOUNT}/line.json")) {
            p { "It is " strong data-live-text="state" { (state) } ", for " (hours(line.uptime_s)) "." }
            p.problem #trouble role="alert" hidden[line.trouble.is_empty()] { span data-live-text="trouble" { (outside(&line.trouble)) } }
            dl.numbers {
                div { dt { "finished in the last hour" } dd data-live-text="finished_last_hour" { (line.finished_last_hour) } }
                div { dt { "wait for a person" } dd data-live-text="waiting" { (waiting) } }
                @for (word, count) in &line.items { div { dt { (outside(word)) } dd data-live-item=(super::plain(word)) { (count) } } }
            }
            h2 { "Depths" }
            @if line.stages.is_empty() { p.empty { "No line is running." } } @else {
                table {
                    caption.hidden { "Items in front of each stage" }
                    thead { tr { th scope="col" { "stage" } th scope="col" { "in front of it" } th scope="col" { "fill" } } }
                    tbody {
                        @for stage in &line.stages {
                            tr data-live-stage=(super::plain(&stage.name)) {
                                th scope="row" { (outside(&stage.name)) }
                                td { span.depth { (stage.depth) } @if stage.capacity > 0 { " of " (stage.capacity) } }
                                td { @if stage.capacity > 0 { progress max=(stage.capacity) value=(stage.depth.min(stage.capacity)) aria-label=(format!("fill of {}", super::plain(&stage.name))) {} } @else { "not bounded here" } }
                            }
                        }
                    }
                }
            }
            p.soft { "The figures change by themselves every two seconds." }
        }
    };
    framed(frame, "The line", &main)
}

fn hours(seconds: u64) -> String {
    match seconds {
        0..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

pub(crate) fn sheet(frame: &Frame, sheet: Sheet, table: &Table, above: Option<&Markup>) -> Markup {
    let main = html! {
        h1 { (sheet.title()) }
        @if let Some(above) = above { (above) }
        @if !table.note.is_empty() { p.soft { (outside(&table.note)) } }
        @if table.rows.is_empty() {
            @if table.note.is_empty() { p.empty { "There is nothing yet." } }
        } @else {
            div.wide tabindex="0" role="region" aria-label=(sheet.title()) {
                table {
                    caption.hidden { (sheet.title()) }
                    thead { tr { @for column in &table.columns { th scope="col" { (outside(column)) } } } }
                    tbody { @for row in &table.rows { tr { @for cell in row { td { (outside(cell)) } } } } }
                }
            }
        }
    };
    framed(frame, sheet.title(), &main)
}
