//! Where texts and captions are: within the safe zone, apart from each other, off the reserved places.

use super::case::{Area, Case, is_for};
use super::{Findings, LEAST_AI_LABEL};
use crate::safe::Shape;
use crate::template::{CaptionStyle, Layer, LayerKind, Template, reference_height, variables};

pub(super) fn look(template: &Template, findings: &mut Findings) {
    for shape in Shape::ALL {
        texts_are_safe(template, shape, findings);
        texts_fit(template, shape, findings);
        captions_fit(template, shape, findings);
        for case in Case::all().filter(|case| case.is_of(shape)) {
            nothing_collides(template, shape, case, findings);
        }
    }
    ai_label(template, findings);
}

/// Layers that people read.
fn is_read(layer: &Layer) -> bool {
    matches!(
        layer.kind,
        LayerKind::Text(_)
            | LayerKind::Logo
            | LayerKind::Progress { .. }
            | LayerKind::Chart(_)
            | LayerKind::Timer { .. }
    )
}

fn texts_are_safe(template: &Template, shape: Shape, findings: &mut Findings) {
    let safe = Area::safe(shape);
    for (at, layer) in template.layers.iter().enumerate().filter(|(_, layer)| is_read(layer) && is_for(layer, shape)) {
        if !safe.contains(Area::of(&layer.place, shape)) {
            let message = format!(
                "of {:?} leaves the safe zone of {} frames (leave `within` out: places are measured in the safe zone)",
                layer.name,
                shape.ratio()
            );
            findings.add(format!("layers[{at}].place"), message);
        }
    }
    if has_captions(template) && !safe.contains(Area::of(&template.captions.place, shape)) {
        let message = format!("leaves the safe zone of {} frames (leave `within` out)", shape.ratio());
        findings.add("captions.place".to_owned(), message);
    }
}

/// On an upright frame all lines fit; on others one does, and the type may get smaller.
fn texts_fit(template: &Template, shape: Shape, findings: &mut Findings) {
    let (width, height) = shape.size();
    for (at, layer) in template.layers.iter().enumerate().filter(|(_, layer)| is_for(layer, shape)) {
        let LayerKind::Text(text) = &layer.kind else { continue };
        let lines = if shape == Shape::Upright { text.lines } else { 1 };
        let needed = lines as f32 * text.size * text.leading * reference_height(width, height) / height as f32;
        let room = Area::of(&layer.place, shape).height();
        if needed > room * 1.01 {
            let message = format!(
                "of {:?} is {:.1} % of the height of a {} frame, too low for {lines} line(s) of its size, which take \
                 {:.1} % (a smaller `size`, fewer `lines` or a higher place)",
                layer.name,
                room * 100.0,
                shape.ratio(),
                needed * 100.0
            );
            findings.add(format!("layers[{at}].place"), message);
        }
    }
}

fn captions_fit(template: &Template, shape: Shape, findings: &mut Findings) {
    if !has_captions(template) {
        return;
    }
    let captions = &template.captions;
    let (width, height) = shape.size();
    let lines = if captions.style == CaptionStyle::TwoLine && shape == Shape::Upright { 2.0 } else { 1.0 };
    let needed = lines * captions.size * 1.2 * reference_height(width, height) / height as f32;
    let room = Area::of(&captions.place, shape).height();
    if needed > room * 1.01 {
        let message = format!(
            "is {:.1} % of the height of a {} frame, too low for {lines} line(s) of captions, which take {:.1} %",
            room * 100.0,
            shape.ratio(),
            needed * 100.0
        );
        findings.add("captions.place".to_owned(), message);
    }
}

fn has_captions(template: &Template) -> bool {
    template.captions.style != CaptionStyle::None
}

fn nothing_collides(template: &Template, shape: Shape, case: Case, findings: &mut Findings) {
    let captions = has_captions(template).then(|| Area::of(&template.captions.place, shape));
    let painted: Vec<(usize, &Layer, Area)> = (template.layers.iter().enumerate())
        .filter(|(_, layer)| is_read(layer) && case.paints(template, layer))
        .map(|(at, layer)| (at, layer, Area::of(&layer.place, shape)))
        .collect();
    let role = format!("{:?}", case.role).to_lowercase();
    for (nth, (at, layer, area)) in painted.iter().enumerate() {
        let key = || format!("layers[{at}].place");
        if captions.is_some_and(|captions| captions.overlaps(*area)) {
            findings.add(key(), format!("of {:?} lies over the captions on a {role} (move one of them)", layer.name));
        }
        let is_text = matches!(layer.kind, LayerKind::Text(_));
        for (_, other, other_area) in &painted[..nth] {
            let collide = match (is_text, &other.kind) {
                (true, LayerKind::Text(_) | LayerKind::Logo | LayerKind::Progress { .. }) => true,
                (false, LayerKind::Text(_)) => matches!(layer.kind, LayerKind::Logo | LayerKind::Progress { .. }),
                _ => false,
            };
            if collide && area.overlaps(*other_area) {
                let message = format!(
                    "of {:?} overlaps that of {:?} on a {role} of {} (move one, or part them with `on` or `when`)",
                    layer.name,
                    other.name,
                    shape.ratio()
                );
                findings.add(key(), message);
            }
        }
        for reserved in template.reserved.iter().map(|place| Area::of(place, shape)) {
            if is_text && area.overlaps(reserved) {
                findings.add(key(), format!("of {:?} lies over a reserved place", layer.name));
            }
        }
    }
    for reserved in template.reserved.iter().map(|place| Area::of(place, shape)) {
        if captions.is_some_and(|captions| captions.overlaps(reserved)) {
            findings.add("captions.place".to_owned(), "lies over a reserved place".to_owned());
        }
    }
}

/// The AI label is on every scene, whatever else is.
fn ai_label(template: &Template, findings: &mut Findings) {
    let is_label =
        |layer: &Layer| matches!(&layer.kind, LayerKind::Text(text) if variables(&text.says).any(|name| name == "ai"));
    let labels = || template.layers.iter().enumerate().filter(|(_, layer)| is_label(layer));
    for (at, layer) in labels() {
        if !layer.fixed {
            findings.add(
                format!("layers[{at}].fixed"),
                format!("of the AI label {:?} must be true (it stays while scenes change)", layer.name),
            );
        }
        if layer.opacity < 0.8 {
            findings
                .add(format!("layers[{at}].opacity"), format!("of the AI label {:?} must be 0.8 or more", layer.name));
        }
        for shape in Shape::ALL {
            let height = Area::of(&layer.place, shape).height();
            if height < LEAST_AI_LABEL - 0.000_1 {
                let message = format!(
                    "of the AI label {:?} must be {:.0} % of a frame's height or more; in {} it is {:.1} %",
                    layer.name,
                    LEAST_AI_LABEL * 100.0,
                    shape.ratio(),
                    height * 100.0
                );
                findings.add(format!("layers[{at}].place"), message);
            }
        }
    }
    let missing = Case::all().find(|case| !labels().any(|(_, layer)| case.paints(template, layer)));
    if let Some(case) = missing {
        let role = format!("{:?}", case.role).to_lowercase();
        let message = format!(
            "have no AI label on every {role} (a text layer that says `{{ai}}`, with `fixed = true`, without `on` and `when`)"
        );
        findings.add("layers".to_owned(), message);
    }
}
