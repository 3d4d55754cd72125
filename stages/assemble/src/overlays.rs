//! What a cut puts over its pictures, on record: for those who compare pictures without what every cut of a template has,
//! and for those who check that captions can be read.

use reelpress_templates::template::{Layer, LayerKind, variables};
use reelpress_vocabulary::{Area, Overlay, OverlayKind, Span};

use crate::compose::survey::Seen;
use crate::disclosure;
use crate::picture::Rect;
use crate::plan::Canvas;
use crate::timeline::Timeline;

/// Overlays of one cut that are told; hours of captions.
const MOST: usize = 4_000;
/// Areas are told in steps of this share, rounded outwards: fine enough for a tenth of a pixel.
const STEPS: f32 = 10_000.0;

/// What a template's layer is over the pictures. `None` is a part of them (pictures, charts, gradients), or told by
/// [`disclosure::overlay`].
pub(crate) fn purpose(layer: &Layer) -> Option<OverlayKind> {
    if disclosure::is_of_it(layer) {
        return None;
    }
    match &layer.kind {
        LayerKind::Text(text) => {
            let names: Vec<&str> = variables(&text.says).collect();
            let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(name));
            Some(if has(&["ai"]) {
                OverlayKind::Disclosure
            } else if has(&["title", "on_screen", "claim", "figure", "value", "unit", "label", "source"]) {
                OverlayKind::Text
            } else if has(&["handle"]) {
                OverlayKind::Brand
            } else {
                OverlayKind::Furniture
            })
        }
        LayerKind::Logo => Some(OverlayKind::Brand),
        LayerKind::Video(_)
        | LayerKind::Colour { .. }
        | LayerKind::Shape(_)
        | LayerKind::Progress { .. }
        | LayerKind::Waveform { .. }
        | LayerKind::Timer { .. } => Some(OverlayKind::Furniture),
        LayerKind::Picture(_) | LayerKind::Gradient(_) | LayerKind::Chart(_) => None,
    }
}

/// Those of a whole cut, by the time they appear. What keeps still over several scenes is told once.
pub(crate) fn of_cut(canvas: Canvas, timeline: &Timeline, scenes: Vec<Vec<Seen>>) -> Vec<Overlay> {
    let mut told: Vec<(Seen, (u64, u64))> = Vec::new();
    for (seen, (start, _)) in scenes.into_iter().zip(timeline.scenes()) {
        for one in seen {
            let (first, end) = (start + one.frames.0, start + one.frames.1);
            let goes_on = told.iter_mut().rev().find(|(before, span)| {
                let alike = (before.kind, before.area, &before.text) == (one.kind, one.area, &one.text);
                before.fixed && one.fixed && span.1 == first && alike && before.colours == one.colours
            });
            if let Some((_, span)) = goes_on {
                span.1 = end;
            } else if told.len() < MOST {
                told.push((one, (first, end)));
            }
        }
    }
    told.sort_by_key(|(seen, span)| (*span, seen.kind));
    let overlay = |(seen, (first, end)): (Seen, (u64, u64))| Overlay {
        kind: seen.kind,
        span: Span { start_ms: timeline.milliseconds(first), end_ms: timeline.milliseconds(end) },
        area: area(&seen.area, canvas),
        text: seen.text,
        size_px: (seen.size * 10.0).round() / 10.0,
        colours: seen.colours.into_iter().map(|colour| [colour.red, colour.green, colour.blue]).collect(),
    };
    told.into_iter().map(overlay).collect()
}

fn area(rect: &Rect, canvas: Canvas) -> Area {
    let down = |value: usize, of: u32| (value as f32 / of.max(1) as f32 * STEPS).floor() / STEPS;
    let up = |value: usize, of: u32| ((value as f32 / of.max(1) as f32 * STEPS).ceil() / STEPS).min(1.0);
    Area {
        left: down(rect.x, canvas.width),
        top: down(rect.y, canvas.height),
        right: up(rect.right(), canvas.width),
        bottom: up(rect.bottom(), canvas.height),
    }
}

#[cfg(test)]
mod tests;
