//! Items that are held for another reason than review, and what an operator may do with them.

use maud::{Markup, html};

use super::{Frame, date, outside, token};
use crate::MOUNT;
use crate::desk::NOTE_MAX;
use crate::press::{HeldItem, MendingKind};
use crate::users::Role;

pub(crate) fn held(frame: &Frame, items: &[HeldItem]) -> Markup {
    html! {
        @if !items.is_empty() {
            section aria-labelledby="held" {
                h2 #held { "Held" }
                p.soft { "They wait for a person. Cuts that wait for review are in the queue." }
                ul.held { @for item in items { (one(frame, item)) } }
            }
            h2 { "All" }
        }
    }
}

fn one(frame: &Frame, held: &HeldItem) -> Markup {
    let action = |kind: MendingKind| format!("{MOUNT}/items/{}/{}", held.item, kind.as_str());
    html! {
        li {
            p { strong { (outside(&held.title)) } " " span.soft { "at " (outside(&held.stage)) ", since " (date(held.since)) ", " code { (held.item) } } }
            p { (outside(&held.why)) }
            @if frame.who.role >= Role::Operator {
                div.bar {
                    form method="post" action=(action(MendingKind::Release)) {
                        (token(frame))
                        button type="submit" { "Release" span.hidden { ": " (outside(&held.title)) } }
                    }
                    details {
                        summary { "Give up" span.hidden { ": " (outside(&held.title)) } }
                        form method="post" action=(action(MendingKind::GiveUp)) {
                            (token(frame))
                            label for=(format!("why-{}", held.item)) { "Why" }
                            input id=(format!("why-{}", held.item)) name="note" required maxlength=(NOTE_MAX) autocomplete="off";
                            button.no type="submit" { "End it for good" }
                        }
                    }
                }
            }
        }
    }
}
