//! New templates from seeds: a palette, a layout and a motion that go together, and pass [`crate::lint`].
//!
//! Layouts are files as any template (`layouts/`); a seed gives them colours, type and motion. The same seed gives the same
//! template. Seeds next to each other differ in layout or in motion by counting, and in colours by chance.

mod palette;
mod random;

use std::path::Path;

use crate::catalogue;
use crate::form;
use crate::lint;
use crate::parts::{BackgroundKind, Typeface};
use crate::template::{
    AnimationKind, CaptionStyle, Direction, Easing, LayerKind, PictureMotion, Template, TextBacking, Transition,
    TransitionKind, Typefaces,
};
use random::Random;

/// The layouts, with their files.
const LAYOUTS: [(&str, &str); 6] = [
    ("lower-third", include_str!("../layouts/lower-third.toml")),
    ("top-line", include_str!("../layouts/top-line.toml")),
    ("centre", include_str!("../layouts/centre.toml")),
    ("card", include_str!("../layouts/card.toml")),
    ("split", include_str!("../layouts/split.toml")),
    ("numeral", include_str!("../layouts/numeral.toml")),
];

/// How texts come in.
const ENTERS: [AnimationKind; 6] = [
    AnimationKind::Fade,
    AnimationKind::Slide(Direction::Up),
    AnimationKind::Slide(Direction::Left),
    AnimationKind::Wipe(Direction::Right),
    AnimationKind::Pop,
    AnimationKind::Slide(Direction::Right),
];

/// How scenes follow each other.
const TRANSITIONS: [(TransitionKind, u32); 8] = [
    (TransitionKind::CrossFade, 300),
    (TransitionKind::Push(Direction::Left), 260),
    (TransitionKind::Slide(Direction::Up), 240),
    (TransitionKind::Wipe(Direction::Right), 320),
    (TransitionKind::Zoom, 300),
    (TransitionKind::Slide(Direction::Left), 260),
    (TransitionKind::Push(Direction::Up), 260),
    (TransitionKind::Wipe(Direction::Up), 320),
];

/// How views move: zoom from, zoom to, pan.
const VIEWS: [(f32, f32, f32); 4] = [(1.0, 1.08, 0.3), (1.1, 1.02, 0.4), (1.04, 1.08, 0.8), (1.0, 1.14, 0.1)];

const CAPTIONS: [(CaptionStyle, TextBacking); 6] = [
    (CaptionStyle::WordHighlight, TextBacking::Outline),
    (CaptionStyle::Box, TextBacking::Outline),
    (CaptionStyle::Pop, TextBacking::Outline),
    (CaptionStyle::Karaoke, TextBacking::Box),
    (CaptionStyle::TwoLine, TextBacking::Box),
    (CaptionStyle::WordHighlight, TextBacking::Box),
];

/// Families and weight of headlines, then of everything else; all of them are installed by `./setup`.
const TYPE: [([&str; 3], u16, [&str; 3], u16); 5] = [
    (["Inter Display", "Inter", "DejaVu Sans"], 800, ["Inter", "Open Sans", "DejaVu Sans"], 700),
    (["League Spartan", "Inter Display", "DejaVu Sans"], 700, ["Inter", "Open Sans", "DejaVu Sans"], 700),
    (["Vollkorn", "DejaVu Serif", "Open Sans"], 700, ["Open Sans", "Inter", "DejaVu Sans"], 600),
    (["Bebas Neue", "Inter Display", "DejaVu Sans"], 700, ["Inter", "Open Sans", "DejaVu Sans"], 700),
    (["Open Sans", "Inter", "DejaVu Sans"], 800, ["Open Sans", "Inter", "DejaVu Sans"], 600),
];

const DRAWN: [BackgroundKind; 5] =
    [BackgroundKind::Light, BackgroundKind::Bands, BackgroundKind::Rays, BackgroundKind::Paper, BackgroundKind::Hills];

/// Most palettes that are tried for one template. One in a few passes; this many never all fail.
const TRIES: u32 = 64;

/// A new template called `name`; the same seed gives the same template, whatever its name. It is free of findings.
#[must_use]
pub fn generate(name: &str, seed: u64) -> Template {
    let layouts = LAYOUTS.len() as u64;
    let (_, text) = LAYOUTS[(seed % layouts) as usize];
    // A layout is part of the binary and a test reads each; an empty template would be seen by the lint.
    let layout = form::parse(Path::new("layout"), name, text).map_or_else(|_| form::blank(name), |(layout, _)| layout);
    dressed(&layout, seed / layouts, &mut Random::new(seed))
}

/// A template's layout and words with colours, type and motion from a seed.
///
/// Returns `None` if the template leans on its own colours so that no palette of the seed's suits it.
#[must_use]
pub fn vary(template: &Template, name: &str, seed: u64) -> Option<Template> {
    let varied = dressed(template, seed, &mut Random::new(seed ^ 0x5eed));
    lint::lint(&varied).is_empty().then(|| Template { name: name.to_owned(), ..varied })
}

/// `step` counts through motions, `random` decides the rest.
fn dressed(template: &Template, step: u64, random: &mut Random) -> Template {
    let mut new = template.clone();
    motion(&mut new, step);
    let (headline, heavy, body, normal) = TYPE[random.below(TYPE.len())];
    let face = |families: [&str; 3], weight| Typeface { families: families.map(str::to_owned).to_vec(), weight };
    new.fonts = Typefaces { headline: face(headline, heavy), body: face(body, normal) };
    (new.captions.style, new.captions.backing) = CAPTIONS[random.below(CAPTIONS.len())];
    if new.captions.style == CaptionStyle::TwoLine {
        (new.captions.words, new.captions.size) = (8, lint::SMALLEST_CAPTIONS + 0.002);
    }
    new.music.tempo_bpm = 72.0 + 4.0 * random.below(15) as f32;
    new.music.minor = random.below(2) == 0;
    let drawn = DRAWN[random.below(DRAWN.len())];
    for layer in &mut new.layers {
        if let LayerKind::Picture(picture) = &mut layer.kind {
            picture.drawn.kind = drawn;
            picture.drawn.strength = 0.6;
        }
    }
    for _ in 0..TRIES {
        new.palette = palette::palette(random);
        if template.palette.surface.contrast(template.palette.base) >= lint::CONTRAST {
            // The template's cards stand out from the ground and carry its colour as text.
            new.palette.surface = new.palette.ink;
        }
        if lint::lint(&new).is_empty() {
            return new;
        }
    }
    new.palette = template.palette;
    new
}

/// The `step`-th of 192 motions.
fn motion(template: &mut Template, step: u64) {
    let enter = ENTERS[(step % 6) as usize];
    let (kind, ms) = TRANSITIONS[(step / 6 % 8) as usize];
    let (zoom_from, zoom_to, pan) = VIEWS[(step / 48 % 4) as usize];
    template.transition = Transition { kind, ms, easing: Easing::InOut };
    for layer in &mut template.layers {
        if let (LayerKind::Text(_), false, Some(animation)) = (&layer.kind, layer.fixed, &mut layer.enter) {
            animation.kind = enter;
            animation.easing = if enter == AnimationKind::Pop { Easing::Back } else { Easing::Out };
        }
        if let LayerKind::Picture(picture) = &mut layer.kind {
            picture.motion = PictureMotion { zoom_from, zoom_to, pan, easing: Easing::InOut };
        }
    }
}

/// The names of the layouts that seeds choose from.
pub fn layouts() -> impl Iterator<Item = &'static str> {
    LAYOUTS.iter().map(|(name, _)| *name)
}

/// As [`catalogue::parse`], for a layout by its name; `None` if there is none of that name.
#[must_use]
pub fn layout(name: &str) -> Option<Template> {
    let (name, text) = LAYOUTS.iter().find(|(known, _)| *known == name)?;
    catalogue::parse(Path::new(name), name, text).ok()
}

#[cfg(test)]
mod tests;
