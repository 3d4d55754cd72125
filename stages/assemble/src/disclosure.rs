//! Advertising that is told in the picture: one box with dark letters, from the first frame to the last, in any template.
//!
//! Its figures are our own reading of "difficult to miss" (16 CFR 255.0(f) names none): 4 % of the frame's height or more,
//! 4.5:1 or more (black on white has 18:1), inside the safe zone, over everything else, and never moving.

use reelpress_templates::Colour;
use reelpress_templates::template::{
    Face, Ink, Layer, LayerKind, Place, Role, Shape, ShapeForm, Stand, Template, Text, TextAlign, TextBacking, Within,
    reference_height,
};
use reelpress_vocabulary::{Area, Brief, Disclosure, Overlay, OverlayKind, Span};

use crate::plan::CutPlan;

const BOX_LAYER: &str = "disclosure box";
const TEXT_LAYER: &str = "disclosure";
/// Least height of the box as a share of the frame's.
const LEAST_HEIGHT: f32 = 0.04;
/// Where it is: in the row of small texts, whose place every built-in template keeps free for the kicker; the others
/// serve templates that have something else there.
const PLACES: [[f32; 4]; 3] = [[0.0, 0.022, 0.56, 0.06], [0.44, 0.022, 0.56, 0.06], [0.0, 0.09, 0.56, 0.06]];
/// Type size on one line, as a share of the reference height, and how many characters that holds.
const LARGE: (f32, usize) = (0.026, 16);
/// On two lines. What is longer is set smaller.
const SMALL: f32 = 0.018;
const WHITE: Colour = Colour { red: 255, green: 255, blue: 255 };
const BLACK: Colour = Colour { red: 17, green: 17, blue: 17 };

/// What the picture of a video must say of who gains; `None` where nobody does.
pub(crate) fn words(brief: &Brief) -> Option<String> {
    Some(Disclosure::of(&brief.declared, &brief.language)?.shown)
}

/// The template with the words over everything else, in place of its kicker. `safe` is the safe zone in shares of the frame.
pub(crate) fn laid(mut template: Template, words: Option<&str>, safe: &Place) -> Template {
    let Some(words) = words else { return template };
    template.layers.retain(|layer| !says(layer, "{kicker}"));
    let taken: Vec<Place> =
        template.layers.iter().filter(|layer| says(layer, "{ai}")).map(|layer| layer.place).collect();
    let places = PLACES.map(|[x, y, width, height]| Place {
        within: Within::Safe,
        x,
        y,
        width,
        height: height.max(LEAST_HEIGHT / safe.height.max(LEAST_HEIGHT)),
    });
    let place = places.into_iter().find(|place| !taken.iter().any(|other| meet(place, other))).unwrap_or(places[2]);
    let form = Shape { form: ShapeForm::Box, colour: Ink::Fixed(WHITE), corner: 0.008, stroke: 0.0, shadow: 0.0 };
    let is_short = words.chars().count() <= LARGE.1;
    let text = Text {
        says: words.to_owned(),
        face: Face::Body,
        size: if is_short { LARGE.0 } else { SMALL },
        lines: if is_short { 1 } else { 2 },
        leading: 1.05,
        align: TextAlign::Centre,
        stand: Stand::Middle,
        capitals: false,
        colour: Ink::Fixed(BLACK),
        backing: TextBacking::None,
        backing_colour: Ink::Fixed(WHITE),
    };
    template.layers.push(still(BOX_LAYER, place, LayerKind::Shape(form)));
    template.layers.push(still(TEXT_LAYER, place, LayerKind::Text(text)));
    template
}

/// True for the two layers that [`laid`] adds. They are on record as one, by [`overlay`]: the box belongs to the words.
pub(crate) fn is_of_it(layer: &Layer) -> bool {
    layer.name == TEXT_LAYER || layer.name == BOX_LAYER
}

/// The words with their box, if every scene of the cut shows them.
pub(crate) fn overlay(plan: &CutPlan, duration_ms: u64) -> Option<Overlay> {
    let is_told = |layer: &&Layer| layer.name == TEXT_LAYER;
    if !plan.scenes.iter().all(|scene| scene.layers.iter().any(|layer| is_told(&layer))) {
        return None;
    }
    let scene = plan.scenes.first()?;
    // As it is painted: filled in, and mirrored for languages that are written from the right.
    let painted = scene.layers.iter().find(is_told)?;
    let LayerKind::Text(text) = &painted.kind else { return None };
    let colour = text.colour.of(&scene.palette);
    let reference = reference_height(plan.canvas.width, plan.canvas.height);
    Some(Overlay {
        kind: OverlayKind::Disclosure,
        span: Span { start_ms: 0, end_ms: duration_ms },
        area: area(&painted.place, &scene.safe),
        text: text.says.clone(),
        size_px: text.size * reference,
        colours: vec![[colour.red, colour.green, colour.blue]],
    })
}

fn area(place: &Place, safe: &Place) -> Area {
    let (left, top, width, height) = match place.within {
        Within::Frame => (0.0, 0.0, 1.0, 1.0),
        Within::Safe => (safe.x, safe.y, safe.width, safe.height),
    };
    Area {
        left: left + width * place.x,
        top: top + height * place.y,
        right: left + width * (place.x + place.width),
        bottom: top + height * (place.y + place.height),
    }
}

fn still(name: &str, place: Place, kind: LayerKind) -> Layer {
    let on = vec![Role::Hook, Role::Point, Role::Call];
    Layer {
        name: name.to_owned(),
        on,
        when: Vec::new(),
        place,
        fixed: true,
        opacity: 1.0,
        enter: None,
        exit: None,
        kind,
    }
}

fn says(layer: &Layer, variable: &str) -> bool {
    matches!(&layer.kind, LayerKind::Text(text) if text.says.contains(variable))
}

fn meet(one: &Place, other: &Place) -> bool {
    one.within == other.within
        && one.x < other.x + other.width
        && other.x < one.x + one.width
        && one.y < other.y + other.height
        && other.y < one.y + one.height
}

#[cfg(test)]
mod tests;
