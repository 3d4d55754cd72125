//! The pages as HTML. `maud` escapes every text; [`outside`] also takes the power from marks of direction, and only web
//! links become links. Nothing here holds a script or a style of its own: the policy would not let them run.

mod card;
mod held;
mod people;
mod queue;
mod reports;
mod tables;

use axum::http::StatusCode;
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, html};

use crate::MOUNT;
use crate::desk::Undoable;
use crate::http::assets::{SCRIPT, SIGN, STYLE};
use crate::press::Sheet;
use crate::sessions::Who;
use crate::users::Role;
pub(crate) use card::{CardView, card};
pub(crate) use held::held;
pub(crate) use people::{audit, history, people, users};
pub(crate) use queue::{QueueList, queue};
pub(crate) use reports::decisions;
pub(crate) use tables::{line, sheet};

/// Where in the console a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Queue,
    Card,
    Line,
    Sheet(Sheet),
    History,
    People,
    Users,
    Audit,
}

/// What every page of somebody who is signed in has around it.
pub(crate) struct Frame {
    pub(crate) who: Who,
    pub(crate) here: Here,
    pub(crate) undoable: Option<Undoable>,
    pub(crate) notice: Option<String>,
}

/// Text from outside, in an element: on its own as far as its direction goes, and without marks that make text read as
/// another one.
pub(crate) fn outside(text: &str) -> Markup {
    html! { bdi { (plain(text)) } }
}

/// The same for an attribute.
pub(crate) fn plain(text: &str) -> String {
    let is_command = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if is_command(c) { '\u{fffd}' } else { c }).collect()
}

/// A link to where a fact comes from, if it is a web link; else its text.
pub(crate) fn link(title: &str, address: &str) -> Markup {
    // As it was parsed: what is no letter of an address stands as `%..` in it.
    let web = url::Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    html! {
        @if let Some(web) = web {
            a href=(web) rel="noopener noreferrer nofollow" target="_blank" { (outside(title)) }
        } @else {
            (outside(title))
        }
    }
}

/// `1:05.250` as `1:05`.
pub(crate) fn clock(ms: u64) -> String {
    format!("{}:{:02}", ms / 60_000, ms / 1_000 % 60)
}

/// How long ago, in one unit.
pub(crate) fn ago(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(then).as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

pub(crate) fn date(at: Timestamp) -> Markup {
    html! { time datetime=(at.strftime("%Y-%m-%dT%H:%M:%SZ")) { (at.strftime("%Y-%m-%d %H:%M")) } }
}

fn document(title: &str, csrf: Option<&str>, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if let Some(csrf) = csrf { meta name="csrf" content=(csrf); }
                title { (plain(title)) " - reelpress" }
                link rel="icon" type="image/svg+xml" href=(SIGN.path());
                link rel="stylesheet" href=(STYLE.path());
                script src=(SCRIPT.path()) defer {}
            }
            (body)
        }
    }
}

/// Places in the menu: where, its word, its address, from which role.
fn menu() -> Vec<(Here, &'static str, String, Role)> {
    let mut menu = vec![
        (Here::Queue, "Queue", MOUNT.to_owned(), Role::Viewer),
        (Here::Line, "Line", format!("{MOUNT}/line"), Role::Viewer),
    ];
    let sheet =
        |sheet: Sheet| (Here::Sheet(sheet), sheet.title(), format!("{MOUNT}/sheets/{}", sheet.as_str()), Role::Viewer);
    menu.extend(Sheet::ALL.map(sheet));
    menu.extend([
        (Here::History, "History", format!("{MOUNT}/history"), Role::Reviewer),
        (Here::People, "Agreement", format!("{MOUNT}/people"), Role::Operator),
        (Here::Users, "Users", format!("{MOUNT}/users"), Role::Admin),
        (Here::Audit, "Audit", format!("{MOUNT}/audit"), Role::Admin),
    ]);
    menu
}

/// A page of somebody who is signed in.
pub(crate) fn framed(frame: &Frame, title: &str, main: &Markup) -> Markup {
    let who = &frame.who;
    let body = html! {
        body {
            a.skip href="#main" { "To the content" }
            header.top {
                p.brand { a href=(MOUNT) { "reelpress" } }
                nav aria-label="Pages" {
                    ul {
                        @for (here, word, address, role) in menu() {
                            @if who.role >= role {
                                li { a href=(address) aria-current=[(here == frame.here).then_some("page")] { (word) } }
                            }
                        }
                    }
                }
                form.who method="post" action=(format!("{MOUNT}/sign-out")) {
                    (token(frame))
                    span { (outside(&who.name)) " (" (who.role.as_str()) ")" }
                    button type="submit" { "Sign out" }
                }
            }
            main #main tabindex="-1" {
                div role="status" #notices {
                    @if let Some(notice) = &frame.notice { p.notice { (notice) } }
                    @if let Some(undoable) = &frame.undoable { (undo(frame, undoable)) }
                }
                (main)
            }
            (help())
        }
    };
    document(title, Some(&who.csrf), &body)
}

/// Every form carries it.
pub(crate) fn token(frame: &Frame) -> Markup {
    html! { input type="hidden" name="csrf" value=(frame.who.csrf); }
}

fn undo(frame: &Frame, undoable: &Undoable) -> Markup {
    html! {
        form.notice method="post" action=(format!("{MOUNT}/undo")) {
            (token(frame))
            input type="hidden" name="word" value=(undoable.word);
            span { "You " (undoable.choice.done()) " " q { (outside(&undoable.title)) } "." }
            button type="submit" data-key="u" aria-keyshortcuts="u" { "Undo" }
            span.soft { "for another " span data-countdown=(undoable.left.as_secs()) { (undoable.left.as_secs()) } " s" }
        }
    }
}

/// Keys and what they do.
const KEYS: [(&str, &str); 16] = [
    ("j, k", "next and previous cut"),
    ("Enter", "open the chosen cut (in the queue)"),
    ("n", "take the next cut that nobody has"),
    ("Space", "play and pause"),
    ("\u{2190}, \u{2192}", "two seconds back and on"),
    ("a", "approve"),
    ("r", "reject: then 1 to 5 for a reason, or type; Enter sends"),
    ("e", "send back with a note; Enter sends"),
    ("u", "undo your last decision"),
    ("b", "blur and mute, or show"),
    ("c", "captions over the picture"),
    ("z", "what each platform covers, in turn"),
    ("m", "next mark on the timeline"),
    ("s", "next stretch that is like an earlier cut, in both films"),
    ("p", "play and pause both films"),
    ("?", "this help"),
];

fn help() -> Markup {
    html! {
        dialog #help aria-labelledby="help-title" {
            h2 #help-title { "Keys" }
            dl.keys {
                @for (key, what) in KEYS { div { dt { kbd { (key) } } dd { (what) } } }
            }
            p { label { input type="checkbox" #keys-on checked; " single keys work (this browser)" } }
            form method="dialog" { button type="submit" { "Close" } }
        }
    }
}

/// The page to sign in.
pub(crate) fn sign_in(to: &str, problem: Option<&str>, provider: Option<&str>) -> Markup {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("to", to).finish();
    let body = html! {
        body.narrow {
            main #main {
                h1 { "Sign in" }
                @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
                @if let Some(provider) = provider {
                    p { a.button href=(format!("{MOUNT}/oidc/start?{query}")) { "Sign in with " (outside(provider)) } }
                    p.soft { "Or with a name and a password of the press:" }
                }
                form method="post" action=(format!("{MOUNT}/sign-in")) {
                    input type="hidden" name="to" value=(to);
                    p { label for="name" { "Name" } input #name name="name" autocomplete="username" autocapitalize="none" required maxlength="64"; }
                    p { label for="password" { "Password" } input #password type="password" name="password" autocomplete="current-password" required maxlength="256"; }
                    p { button.primary type="submit" { "Sign in" } }
                }
                p.soft { "No name yet? Whoever runs the press adds you with " code { "reelpress user add NAME --role reviewer" } "." }
            }
        }
    };
    document("Sign in", None, &body)
}

/// After signing in at the provider; goes on by itself.
pub(crate) fn go_on(to: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="refresh" content=(format!("0; url={to}"));
                title { "Signed in - reelpress" }
                link rel="stylesheet" href=(STYLE.path());
            }
            body.narrow { main #main { h1 { "Signed in" } p { a href=(to) { "Go on" } } } }
        }
    }
}

/// The page behind the one-time link.
pub(crate) fn first(token: &str) -> Markup {
    let body = html! {
        body.narrow {
            main #main {
                h1 { "Welcome" }
                p { "This link signs you in once, as an admin called " code { "local" } ", on this machine only. It works as long as nobody was added with " code { "reelpress user add" } "." }
                form method="post" action=(format!("{MOUNT}/first")) {
                    input type="hidden" name="token" value=(token);
                    p { button.primary type="submit" { "Sign in" } }
                }
            }
        }
    };
    document("Welcome", None, &body)
}

/// Why something was not done.
pub(crate) fn refusal(status: StatusCode, words: &str) -> Markup {
    let body = html! {
        body.narrow {
            main #main {
                h1 { "Not done" }
                p.problem role="alert" { (outside(words)) }
                p.soft { (status.as_str()) " " (status.canonical_reason().unwrap_or("")) }
                p { a href=(MOUNT) { "To the queue" } }
            }
        }
    };
    document("Not done", None, &body)
}
