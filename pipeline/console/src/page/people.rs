//! Who decided what, how far people agree, who may sign in, what was recorded.

use maud::{Markup, html};

use super::{Frame, date, framed, outside};
use crate::MOUNT;
use crate::audit::AuditEntry;
use crate::desk::{PairLine, Pairs, Past, Tally};
use crate::users::Users;

pub(crate) fn history(frame: &Frame, of: Option<&str>, past: &[Past]) -> Markup {
    let title = of.map_or_else(|| "History".to_owned(), |of| format!("History of {of}"));
    let main = html! {
        h1 { (outside(&title)) }
        @if past.is_empty() { p.empty { "Nothing was decided yet." } } @else {
            div.wide tabindex="0" role="region" aria-label="Decisions" {
                table {
                    caption.hidden { "Decisions, newest first" }
                    thead { tr { th scope="col" { "when (UTC)" } th scope="col" { "who" } th scope="col" { "what" } th scope="col" { "cut" } th scope="col" { "note" } th scope="col" { "how it ended" } } }
                    tbody {
                        @for past in past {
                            tr {
                                td { (date(past.at)) }
                                td { (outside(&past.by)) }
                                td { (past.choice.done()) }
                                td { a href=(format!("{MOUNT}/review/{}", past.item)) { (outside(&past.title)) } }
                                td { (outside(&past.note)) }
                                td { (past.how) }
                            }
                        }
                    }
                }
            }
        }
    };
    framed(frame, &title, &main)
}

pub(crate) fn people(
    frame: &Frame,
    people: &[(String, Tally)],
    (all, by_pair): (Pairs, &[PairLine]),
    share: u32,
) -> Markup {
    let main = html! {
        h1 { "Agreement" }
        p {
            @if share == 0 { "No cut is judged by two people: " code { "console.double_check_percent" } " is 0." }
            @else { (share) " % of cuts are judged by two people, neither knowing the other's word." }
        }
        (agreement(all, by_pair))
        h2 { "People" }
        @if people.is_empty() { p.empty { "Nobody decided yet." } } @else {
            table {
                caption.hidden { "Decisions that count, by person" }
                thead { tr { th scope="col" { "who" } th scope="col" { "approved" } th scope="col" { "rejected" } th scope="col" { "sent back" } th scope="col" { "undone" } } }
                tbody {
                    @for (name, tally) in people {
                        @let address = url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
                        tr {
                            th scope="row" { a href=(format!("{MOUNT}/history?of={address}")) { (outside(name)) } }
                            td { (tally.approved) } td { (tally.rejected) } td { (tally.sent_back) } td { (tally.undone) }
                        }
                    }
                }
            }
        }
    };
    framed(frame, "Agreement", &main)
}

fn agreement(all: Pairs, by_pair: &[PairLine]) -> Markup {
    let percent =
        |pairs: Pairs| pairs.percent().map_or_else(|| "\u{2013}".to_owned(), |percent| format!("{percent:.0} %"));
    let kappa = |pairs: Pairs| pairs.kappa().map_or_else(|| "\u{2013}".to_owned(), |kappa| format!("{kappa:.2}"));
    html! {
        @if all.n() == 0 { p.empty { "No two people judged the same cut yet." } } @else {
            table {
                caption { "Approve or not, of cuts that two people judged; Cohen's kappa is 1 for full agreement, 0 for chance" }
                thead { tr { th scope="col" { "who" } th scope="col" { "cuts" } th scope="col" { "agree" } th scope="col" { "kappa" } } }
                tbody {
                    tr { th scope="row" { "all" } td { (all.n()) } td { (percent(all)) } td { (kappa(all)) } }
                    @for ((one, two), pairs) in by_pair {
                        tr { th scope="row" { (outside(one)) " and " (outside(two)) } td { (pairs.n()) } td { (percent(*pairs)) } td { (kappa(*pairs)) } }
                    }
                }
            }
        }
    }
}

pub(crate) fn users(frame: &Frame, users: &Users) -> Markup {
    let main = html! {
        h1 { "Users" }
        p.soft { "They are added, removed and given passwords at the command line: " code { "reelpress user --help" } "." }
        @if users.users.is_empty() { p.empty { "There are none. The one-time link is the only way in, on this machine alone." } } @else {
            table {
                caption.hidden { "Who may sign in" }
                thead { tr { th scope="col" { "name" } th scope="col" { "role" } th scope="col" { "since" } } }
                tbody { @for (name, user) in &users.users { tr { th scope="row" { (outside(name.as_str())) } td { (user.role.as_str()) } td { (date(user.added)) } } } }
            }
        }
    };
    framed(frame, "Users", &main)
}

pub(crate) fn audit(frame: &Frame, entries: &[AuditEntry], damaged: &[String]) -> Markup {
    let main = html! {
        h1 { "Audit" }
        p.soft { "The newest " (entries.len()) " lines of " code { "console/audit.log" } " in the data folder." }
        @if damaged.is_empty() { p { "Every line is as it was written." } } @else {
            p.problem role="alert" { "Somebody changed the record: look at " @for (at, place) in damaged.iter().enumerate() { @if at > 0 { ", " } code { (outside(place)) } } "." }
        }
        div.wide tabindex="0" role="region" aria-label="Audit record" {
            table {
                caption.hidden { "What people did, newest first" }
                thead { tr { th scope="col" { "when (UTC)" } th scope="col" { "who" } th scope="col" { "what" } th scope="col" { "item" } th scope="col" { "note" } th scope="col" { "from" } } }
                tbody {
                    @for entry in entries {
                        tr {
                            td { (date(entry.at)) } td { (outside(&entry.by)) } td { (outside(&entry.what)) }
                            td { (outside(&entry.item)) @if !entry.cut.is_empty() { br; span.soft { (outside(entry.cut.get(..12).unwrap_or(""))) } } }
                            td { (outside(&entry.note)) } td { (outside(&entry.from)) }
                        }
                    }
                }
            }
        }
    };
    framed(frame, "Audit", &main)
}
