//! Whether letters can be told from what is right under them, where that is known.

use super::case::{Area, Case};
use super::{CONTRAST, CONTRAST_LARGE, Findings};
use crate::colour::Colour;
use crate::template::{CaptionStyle, Direction, Gradient, Ink, LayerKind, PictureOf, ShapeForm, Template, TextBacking};

pub(super) fn look(template: &Template, findings: &mut Findings) {
    let palette = &template.palette;
    let contrast = palette.ink.contrast(palette.base);
    if contrast < CONTRAST {
        let message = format!(
            "{} has a contrast of {contrast:.1}:1 against `palette.base` {}, less than {CONTRAST}:1",
            palette.ink, palette.base
        );
        findings.add("palette.ink".to_owned(), message);
    }
    for case in Case::all() {
        for (at, layer) in template.layers.iter().enumerate() {
            let LayerKind::Text(text) = &layer.kind else { continue };
            if !case.paints(template, layer) {
                continue;
            }
            let letters = Letters { colour: text.colour, backing: text.backing, under: text.backing_colour };
            let area = Area::of(&layer.place, case.shape());
            if let Some((ground, contrast)) = worst(template, case, at, area, letters, layer.opacity) {
                let message = format!(
                    "of {:?} has a contrast of {contrast:.1}:1 against {ground} under it, less than {CONTRAST}:1 (another \
                     colour, or a `backing` such as \"box\" with its `backing_colour`)",
                    layer.name
                );
                findings.add(format!("layers[{at}].colour"), message);
            }
        }
        captions(template, case, findings);
    }
}

fn captions(template: &Template, case: Case, findings: &mut Findings) {
    let captions = &template.captions;
    if captions.style == CaptionStyle::None {
        return;
    }
    let letters = Letters { colour: captions.colour, backing: captions.backing, under: captions.backing_colour };
    let area = Area::of(&captions.place, case.shape());
    let above_all = template.layers.len();
    if let Some((ground, contrast)) = worst(template, case, above_all, area, letters, 1.0) {
        let message = format!(
            "has a contrast of {contrast:.1}:1 against {ground} under it, less than {CONTRAST}:1 (another colour, or \
             another `backing_colour`)"
        );
        findings.add("captions.colour".to_owned(), message);
    }
    if matches!(captions.style, CaptionStyle::WordHighlight | CaptionStyle::Karaoke) && has_ground(captions.backing) {
        let (word, ground) = (captions.highlight.of(&template.palette), captions.backing_colour.of(&template.palette));
        let contrast = word.contrast(ground);
        if contrast < CONTRAST_LARGE {
            let message = format!(
                "{word} has a contrast of {contrast:.1}:1 against its `backing_colour` {ground}, less than {CONTRAST_LARGE}:1"
            );
            findings.add("captions.highlight".to_owned(), message);
        }
    }
}

/// Letters and what goes with them.
#[derive(Clone, Copy)]
struct Letters {
    colour: Ink,
    backing: TextBacking,
    under: Ink,
}

/// True if the letters bring what they are told from.
fn has_ground(backing: TextBacking) -> bool {
    matches!(backing, TextBacking::Outline | TextBacking::Strips | TextBacking::Box)
}

/// The ground from which the letters can least be told, if that is too little.
fn worst(
    template: &Template,
    case: Case,
    at: usize,
    area: Area,
    letters: Letters,
    opacity: f32,
) -> Option<(Colour, f32)> {
    let palette = &template.palette;
    let grounds =
        if has_ground(letters.backing) { vec![letters.under.of(palette)] } else { grounds(template, case, at, area)? };
    let colour = letters.colour.of(palette);
    let seen = |ground: Colour| (ground, ground.mixed(colour, opacity).contrast(ground));
    grounds
        .into_iter()
        .map(seen)
        .filter(|(_, contrast)| *contrast < CONTRAST)
        .min_by(|one, two| one.1.total_cmp(&two.1))
}

/// The colours under a place, below the layer `above`; `None` if a picture shows through.
fn grounds(template: &Template, case: Case, above: usize, area: Area) -> Option<Vec<Colour>> {
    let palette = &template.palette;
    let at = (0..above).rev().find(|at| {
        let layer = &template.layers[*at];
        covers(&layer.kind) && case.paints(template, layer) && Area::of(&layer.place, case.shape()).overlaps(area)
    });
    // Under all layers is black.
    let Some(at) = at else { return Some(vec![Colour::BLACK]) };
    let layer = &template.layers[at];
    let below = || grounds(template, case, at, area);
    let place = Area::of(&layer.place, case.shape());
    let mut colours = match &layer.kind {
        LayerKind::Colour { colour } => over(colour.of(palette), layer.opacity, below)?,
        LayerKind::Shape(shape) => over(shape.colour.of(palette), layer.opacity, below)?,
        LayerKind::Gradient(gradient) => {
            let mut colours = Vec::new();
            for (colour, opacity) in ends(gradient, place, area) {
                colours.extend(over(colour.of_ink(palette), opacity * layer.opacity, below)?);
            }
            colours
        }
        LayerKind::Picture(picture) if case.media && picture.of != PictureOf::None => return None,
        LayerKind::Picture(picture) => {
            let strength = picture.drawn.strength * (1.0 - picture.tint);
            vec![palette.base, palette.base.mixed(palette.tone, strength)]
        }
        LayerKind::Video(_)
        | LayerKind::Text(_)
        | LayerKind::Logo
        | LayerKind::Progress { .. }
        | LayerKind::Waveform { .. }
        | LayerKind::Chart(_)
        | LayerKind::Timer { .. } => return None,
    };
    if !place.contains(area) {
        colours.extend(below()?);
    }
    Some(colours)
}

/// Layers that lie under text as a plain ground.
fn covers(kind: &LayerKind) -> bool {
    match kind {
        LayerKind::Picture(_) | LayerKind::Video(_) | LayerKind::Colour { .. } | LayerKind::Gradient(_) => true,
        LayerKind::Shape(shape) => {
            matches!(shape.form, ShapeForm::Box | ShapeForm::Ellipse | ShapeForm::Circle) && shape.stroke <= 0.0
        }
        LayerKind::Text(_)
        | LayerKind::Logo
        | LayerKind::Progress { .. }
        | LayerKind::Waveform { .. }
        | LayerKind::Chart(_)
        | LayerKind::Timer { .. } => false,
    }
}

fn over(colour: Colour, opacity: f32, below: impl Fn() -> Option<Vec<Colour>>) -> Option<Vec<Colour>> {
    if opacity >= 0.97 {
        return Some(vec![colour]);
    }
    Some(below()?.into_iter().map(|under| under.mixed(colour, opacity)).collect())
}

/// A gradient's colour at a point: a share of the way from one ink to the other.
#[derive(Clone, Copy)]
struct Blend {
    from: Ink,
    to: Ink,
    share: f32,
}

impl Blend {
    fn of_ink(self, palette: &crate::parts::Palette) -> Colour {
        self.from.of(palette).mixed(self.to.of(palette), self.share)
    }
}

/// The gradient's colour and opacity at both ends of an area within its place.
fn ends(gradient: &Gradient, place: Area, area: Area) -> [(Blend, f32); 2] {
    let share = |point: f32, from: f32, length: f32| ((point - from) / length).clamp(0.0, 1.0);
    let [one, two] = match gradient.towards {
        Direction::Down => [area.top, area.bottom].map(|y| share(y, place.top, place.height())),
        Direction::Up => [area.top, area.bottom].map(|y| 1.0 - share(y, place.top, place.height())),
        Direction::Right => [area.left, area.right].map(|x| share(x, place.left, place.width())),
        Direction::Left => [area.left, area.right].map(|x| 1.0 - share(x, place.left, place.width())),
    };
    let at = |share: f32| {
        let opacity = gradient.from_opacity + (gradient.to_opacity - gradient.from_opacity) * share;
        (Blend { from: gradient.from, to: gradient.to, share }, opacity)
    };
    [at(one), at(two)]
}
