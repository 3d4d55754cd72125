//! The player: the cut, what platforms cover of it, captions, and the timeline with beats and marks.

use maud::{Markup, html};

use crate::MOUNT;
use crate::http::media::file_name;
use crate::page::{clock, outside, plain};
use crate::press::{Card, MediaKind, Span, Zone};

/// Units of the drawings: thousandths of the frame or of the length.
const UNITS: f64 = 1_000.0;

pub(super) fn player(card: &Card) -> Markup {
    let waiting = &card.waiting;
    let veil = if waiting.is_veiled() { "stage veiled" } else { "stage" };
    html! {
        section aria-label="Video" {
            div class=(veil) #stage data-veil="" {
                video #video controls playsinline preload="metadata" muted[waiting.is_veiled()] aria-label="the cut"
                    width="360" height="640"
                    poster=(format!("{MOUNT}/media/{}", file_name(MediaKind::Poster, &waiting.cut)))
                    src=(format!("{MOUNT}/media/{}", file_name(MediaKind::Video, &waiting.cut))) {}
                @for zone in &card.zones { (covered(zone)) }
                p.shown-caption #shown-caption hidden aria-hidden="true" {}
            }
            div.bar {
                label for="zone" { "Covered by" }
                select #zone {
                    option value="" { "nothing" }
                    @for zone in &card.zones { option value=(plain(&zone.platform)) { (plain(&zone.platform)) } }
                }
                label { input type="checkbox" #captions-on; " captions" }
                label { input type="checkbox" #veil-on checked[waiting.is_veiled()]; " blur and mute" }
            }
            (timeline(card))
            details.captions {
                summary { "Captions with times" }
                ol #captions {
                    @for caption in &card.captions {
                        li data-from=(caption.span.from_ms) data-to=(caption.span.to_ms) {
                            button.mark type="button" data-at=(caption.span.from_ms) { span.hidden { "play from " } (clock(caption.span.from_ms)) }
                            " " span.words { (outside(&caption.text)) }
                        }
                    }
                }
            }
        }
    }
}

/// What a player covers, as four bars at the frame's sides.
fn covered(zone: &Zone) -> Markup {
    let [left, right, top, bottom] = zone.covered.map(|share| share.clamp(0.0, 1.0) * UNITS);
    let bars = [
        (0.0, 0.0, UNITS, top),
        (0.0, UNITS - bottom, UNITS, bottom),
        (0.0, top, left, (UNITS - top - bottom).max(0.0)),
        (UNITS - right, top, right, (UNITS - top - bottom).max(0.0)),
    ];
    html! {
        svg.zone data-zone=(plain(&zone.platform)) viewBox="0 0 1000 1000" preserveAspectRatio="none" hidden aria-hidden="true" {
            @for (x, y, width, height) in bars { rect x=(x) y=(y) width=(width) height=(height) {} }
        }
    }
}

/// A drawing for the eye; every mark of it is also a button beside its finding.
fn timeline(card: &Card) -> Markup {
    let length = card.waiting.duration_ms.max(1) as f64;
    let place = |span: Span| {
        let from = (span.from_ms as f64 / length).clamp(0.0, 1.0) * UNITS;
        let to = (span.to_ms as f64 / length).clamp(0.0, 1.0) * UNITS;
        (from, (to - from).max(3.0))
    };
    html! {
        svg.timeline #timeline viewBox="0 0 1000 60" preserveAspectRatio="none" aria-hidden="true" data-length=(card.waiting.duration_ms) {
            rect.ground x="0" y="0" width="1000" height="60" {}
            @for beat in &card.beats {
                @let (x, width) = place(beat.span);
                rect.beat x=(x) y="4" width=(width - 2.0) height="16" {}
            }
            @for finding in &card.waiting.findings {
                @for mark in &finding.marks {
                    @let (x, width) = place(*mark);
                    rect class=(format!("mark {}", finding.severity.as_str())) x=(x) y="24" width=(width) height="14" {}
                }
                @for (here, _) in finding.earlier.iter().flat_map(|earlier| &earlier.matches) {
                    @let (x, width) = place(*here);
                    rect.mark.alike x=(x) y="42" width=(width) height="14" {}
                }
            }
            line #playhead x1="0" x2="0" y1="0" y2="60" {}
        }
        p.legend.soft aria-hidden="true" { "beats \u{b7} findings \u{b7} like an earlier cut" }
    }
}
