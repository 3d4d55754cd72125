//! Type that is too small, motion that is too slow or too much, words that mean nothing.

use reelpress_config::nearest;

use super::case::{Area, Case};
use super::{Findings, MOST_MOVING, SHORT_SCENE_MS, SMALLEST_CAPTIONS, SMALLEST_TEXT};
use crate::template::{CaptionStyle, Layer, LayerKind, Template, VARIABLES, variables};

pub(super) fn look(template: &Template, findings: &mut Findings) {
    for (at, layer) in template.layers.iter().enumerate() {
        if let LayerKind::Text(text) = &layer.kind {
            if text.size < SMALLEST_TEXT {
                let message = format!(
                    "{} of {:?} is too small to read on a phone: {SMALLEST_TEXT} or more",
                    text.size, layer.name
                );
                findings.add(format!("layers[{at}].size"), message);
            }
            known_variables(at, &text.says, findings);
        }
        if let LayerKind::Video(video) = &layer.kind
            && !stays_in_its_folder(&video.file)
        {
            let message = format!("{:?} must be a path below the template's own folder, without `..`", video.file);
            findings.add(format!("layers[{at}].file"), message);
        }
        if !Case::all().any(|case| layer.on.contains(&case.role) && layer.when.iter().all(|&when| case.holds(when))) {
            let message = format!("of {:?} never holds: two of its words exclude each other", layer.name);
            findings.add(format!("layers[{at}].when"), message);
        } else if !Case::all().any(|case| case.paints(template, layer)) {
            let message = format!("of {:?} is never painted: nothing fills in its variables where it is", layer.name);
            findings.add(format!("layers[{at}].says"), message);
        }
        if layer.opacity <= 0.0 {
            findings.add(format!("layers[{at}].opacity"), format!("of {:?} is 0: it is never seen", layer.name));
        }
        unhurried(at, layer, findings);
    }
    let captions = &template.captions;
    if captions.style != CaptionStyle::None && captions.size < SMALLEST_CAPTIONS {
        let message = format!("{} is too small to read at a glance: {SMALLEST_CAPTIONS} or more", captions.size);
        findings.add("captions.size".to_owned(), message);
    }
    kicker_is_used(template, findings);
    few_things_move(template, findings);
}

fn known_variables(at: usize, says: &str, findings: &mut Findings) {
    for name in variables(says).filter(|name| !VARIABLES.contains(name)) {
        let hint = nearest(name, VARIABLES)
            .map_or_else(|| format!("there are {}", VARIABLES.join(", ")), |known| format!("did you mean `{known}`?"));
        findings.add(format!("layers[{at}].says"), format!("has no meaning for `{{{name}}}` ({hint})"));
    }
    if says.matches('{').count() != variables(says).count() || says.matches('}').count() != variables(says).count() {
        findings.add(format!("layers[{at}].says"), "has a brace without its partner".to_owned());
    }
}

/// A path of plain parts: nothing that climbs, no root, no drive.
pub(crate) fn stays_in_its_folder(file: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':', '\0']);
    file.split('/').all(plain)
}

fn unhurried(at: usize, layer: &Layer, findings: &mut Findings) {
    let takes = |animation: Option<crate::template::Animation>| animation.map_or(0, |it| it.ms + it.delay_ms);
    let (enter, exit) = (takes(layer.enter), takes(layer.exit));
    let grows = if let LayerKind::Chart(chart) = &layer.kind {
        chart.grow_ms + layer.enter.map_or(0, |enter| enter.delay_ms)
    } else {
        0
    };
    for (key, ms) in [("enter", enter), ("exit", exit), ("grow_ms", grows), ("enter", enter + exit)] {
        if ms > SHORT_SCENE_MS {
            let message = format!(
                "of {:?} takes {ms} ms, more than a short scene has ({SHORT_SCENE_MS} ms with its delay, enter and exit \
                 together)",
                layer.name
            );
            findings.add(format!("layers[{at}].{key}"), message);
        }
    }
}

fn kicker_is_used(template: &Template, findings: &mut Findings) {
    let used = template.layers.iter().any(
        |layer| matches!(&layer.kind, LayerKind::Text(text) if variables(&text.says).any(|name| name == "kicker")),
    );
    if !used && !template.labels.kicker.is_empty() {
        let message = "is said by no layer (a text with `{kicker}`, or leave it out)".to_owned();
        findings.add("labels.kicker".to_owned(), message);
    }
}

fn few_things_move(template: &Template, findings: &mut Findings) {
    for case in Case::all() {
        let mut sum = 0.0;
        for (at, layer) in template.layers.iter().enumerate().filter(|(_, layer)| case.paints(template, layer)) {
            if !moves(&layer.kind) {
                continue;
            }
            let area = Area::of(&layer.place, case.shape());
            sum += area.width() * area.height();
            if sum > MOST_MOVING {
                let message = format!(
                    "of {:?} brings the pictures in motion to {sum:.1} whole frames at once, more than {MOST_MOVING}: slow to make, and \
                     hard to look at (a smaller place, or a picture that keeps still)",
                    layer.name
                );
                findings.add(format!("layers[{at}].place"), message);
            }
        }
    }
}

fn moves(kind: &LayerKind) -> bool {
    if let LayerKind::Picture(picture) = kind {
        let motion = picture.motion;
        return motion.zoom_from.to_bits() != motion.zoom_to.to_bits() || motion.pan > 0.0;
    }
    matches!(kind, LayerKind::Video(_))
}
