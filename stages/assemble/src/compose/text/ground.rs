//! What lies under letters: shadow, outline, strips, box, bar, rule.

use reelpress_templates::template::{TextAlign, TextBacking};
use reelpress_templates::{Colour, Palette};

use crate::compose::contrast::{self, Added};
use crate::picture::mask::{Mask, RoundBox};
use crate::picture::sprite::Layers;
use crate::picture::text::{TextBlock, Typesetter};

/// Lengths as shares of the type size.
const OUTLINE: f32 = 0.07;
const OUTLINE_GLOW: f32 = 0.16;
const SHADOW_NEAR: f32 = 0.06;
const SHADOW_FAR: f32 = 0.24;
const STRIP: (f32, f32) = (0.28, 0.22);
const BOX: (f32, f32) = (0.50, 0.34);
const BAR: (f32, f32) = (0.13, 0.36);
const RULE: (f32, f32, f32) = (0.11, 1.5, 0.34);
/// How much of a box's rectangle its insets may take.
const MOST_INSET: f32 = 0.4;

/// What lies under a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ground {
    kind: TextBacking,
    outline: bool,
    boxed: bool,
    /// Of strips, box, bar and rule.
    colour: Colour,
    /// Of outline and shadow: can be told from the letters.
    dark: Colour,
    /// The letters' other colours, where their own cannot be read on the ground.
    choices: [Colour; 2],
}

/// Where lines start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side {
    pub(crate) from_right: bool,
    pub(crate) align: TextAlign,
}

/// Room between a text and the edges of its rectangle, in pixels; `start` is where lines start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Insets {
    pub(crate) start: f32,
    pub(crate) end: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
}

impl Insets {
    /// The same, but leaving most of `room` to the text.
    pub(crate) fn within(self, (width, height): (f32, f32)) -> Self {
        let across = (width * MOST_INSET / (self.start + self.end).max(1.0)).min(1.0);
        let down = (height * MOST_INSET / (self.top + self.bottom).max(1.0)).min(1.0);
        Self { start: self.start * across, end: self.end * across, top: self.top * down, bottom: self.bottom * down }
    }
}

impl Ground {
    /// The ground that a template gives to letters of the colour `letters`.
    pub(crate) fn new(kind: TextBacking, colour: Colour, letters: Colour, palette: &Palette) -> Self {
        let own = matches!(kind, TextBacking::Outline | TextBacking::Shadow).then_some(colour);
        let dark = contrast::readable(letters, own.into_iter().chain([palette.base, palette.ink]));
        Self {
            kind,
            outline: kind == TextBacking::Outline,
            boxed: kind == TextBacking::Box,
            colour,
            dark,
            choices: [palette.ink, palette.base],
        }
    }

    /// True if the letters need nothing that is behind it.
    pub(crate) fn carries(&self) -> bool {
        self.outline || self.boxed || self.kind == TextBacking::Strips
    }

    /// Adds what makes the letters readable.
    pub(crate) fn add(&mut self, added: Added) {
        match added {
            Added::Nothing => {}
            Added::Outline => self.outline = true,
            Added::Box => {
                self.boxed = true;
                self.colour = self.dark;
            }
        }
    }

    pub(crate) fn has_outline(&self) -> bool {
        self.outline
    }

    /// Paints an outline for these letters alone.
    pub(crate) fn put_outline(&self, layers: &mut Layers, letters: &Mask, size: f32) {
        layers.put(&letters.dilated(outline_pixels(size)), self.dark, 1.0);
    }

    /// The letters' colour: the wanted one, or one that can be read on the ground.
    pub(crate) fn letters(&self, wanted: Colour) -> Colour {
        if !self.boxed && self.kind != TextBacking::Strips || contrast::between(wanted, self.colour) >= contrast::LEAST
        {
            return wanted;
        }
        contrast::readable(self.colour, self.choices)
    }

    /// Room that it takes round letters of `size` pixels.
    pub(crate) fn insets(&self, size: f32, align: TextAlign) -> Insets {
        let even = |across: f32, down: f32| Insets { start: across, end: across, top: down, bottom: down };
        let mut inset = match self.kind {
            TextBacking::None => even(0.0, 0.0),
            TextBacking::Shadow => even(SHADOW_NEAR * 2.0, SHADOW_NEAR * 2.0),
            TextBacking::Outline => even(OUTLINE, OUTLINE),
            TextBacking::Strips => even(STRIP.0, STRIP.1),
            TextBacking::Box => even(BOX.0, BOX.1),
            TextBacking::Bar => {
                let bar = BAR.0 + BAR.1;
                match align {
                    TextAlign::Start => Insets { start: bar, ..even(0.0, 0.0) },
                    TextAlign::End => Insets { end: bar, ..even(0.0, 0.0) },
                    TextAlign::Centre => even(bar, 0.0),
                }
            }
            TextBacking::Rule => Insets { top: RULE.0 + RULE.2, ..even(0.0, 0.0) },
        };
        let least = if self.boxed {
            BOX
        } else if self.outline {
            (OUTLINE, OUTLINE)
        } else {
            (0.0, 0.0)
        };
        inset.start = inset.start.max(least.0) * size;
        inset.end = inset.end.max(least.0) * size;
        inset.top = inset.top.max(least.1) * size;
        inset.bottom = inset.bottom.max(least.1) * size;
        if self.outline {
            let pixels = outline_pixels(size) as f32 + 1.0;
            for side in [&mut inset.start, &mut inset.end, &mut inset.top, &mut inset.bottom] {
                *side = side.max(pixels);
            }
        }
        inset
    }

    /// How far it may be painted beyond the letters, in pixels.
    pub(crate) fn reach(&self, size: f32) -> f32 {
        let own = match self.kind {
            TextBacking::None => 0.0,
            TextBacking::Shadow => SHADOW_FAR * 2.0,
            TextBacking::Outline => OUTLINE + OUTLINE_GLOW * 2.0,
            TextBacking::Strips => STRIP.0 + 0.4,
            TextBacking::Box => BOX.0 + 0.5,
            TextBacking::Bar => BAR.0 + BAR.1,
            TextBacking::Rule => RULE.0 + RULE.2,
        };
        let outline = if self.outline { OUTLINE + OUTLINE_GLOW * 2.0 } else { 0.0 };
        let boxed = if self.boxed { BOX.0 + 0.5 } else { 0.0 };
        own.max(outline).max(boxed) * size + 2.0
    }

    /// Paints it under the block, whose corner is at `corner` within the layers.
    pub(crate) fn put(
        &self,
        layers: &mut Layers,
        typesetter: &mut Typesetter,
        (block, corner): (&TextBlock, (f32, f32)),
        side: Side,
    ) {
        match self.kind {
            TextBacking::None | TextBacking::Shadow | TextBacking::Outline | TextBacking::Box => {}
            TextBacking::Strips => self.put_strips(layers, block, corner),
            TextBacking::Bar => self.put_bar(layers, block, corner, side),
            TextBacking::Rule => self.put_rule(layers, block, corner, side),
        }
        if self.boxed {
            self.put_card(layers, block, corner);
        } else if self.outline || self.kind == TextBacking::Shadow {
            let mut letters = layers.mask();
            typesetter.draw(block, corner, &mut letters, |_| Some(1.0));
            self.put_round(layers, &letters, block.size);
        }
    }

    /// Outline or shadow round letters.
    fn put_round(&self, layers: &mut Layers, letters: &Mask, size: f32) {
        if self.outline {
            let outline = letters.dilated(outline_pixels(size));
            layers.put(&outline.blurred((size * OUTLINE_GLOW) as usize + 1), self.dark, 0.5);
            layers.put(&outline, self.dark, 1.0);
        } else {
            layers.put(&letters.blurred((size * SHADOW_FAR) as usize + 1), self.dark, 0.75);
            layers.put(&letters.blurred((size * SHADOW_NEAR) as usize + 1), self.dark, 0.6);
        }
    }

    fn put_strips(&self, layers: &mut Layers, block: &TextBlock, corner: (f32, f32)) {
        let size = block.size;
        let strips: Vec<RoundBox> = block
            .lines
            .iter()
            .map(|line| {
                let (top, bottom) = block.letters_of(line);
                RoundBox { left: line.left, top, right: line.right, bottom, radius: size * 0.05 }
                    .moved(corner.0, corner.1)
                    .grown(STRIP.0 * size, STRIP.1 * size)
            })
            .collect();
        let mut shadow = layers.mask();
        let mut shapes = layers.mask();
        for strip in strips {
            shadow.put_box(strip.moved(0.0, size * 0.05));
            shapes.put_box(strip);
        }
        layers.put(&shadow.blurred((size * 0.07) as usize + 1), Colour::BLACK, 0.3);
        layers.put(&shapes, self.colour, 1.0);
    }

    fn put_card(&self, layers: &mut Layers, block: &TextBlock, corner: (f32, f32)) {
        let size = block.size;
        let card = RoundBox { left: 0.0, top: 0.0, right: block.width, bottom: block.height, radius: size * 0.34 }
            .moved(corner.0, corner.1)
            .grown(BOX.0 * size, BOX.1 * size);
        let mut shadow = layers.mask();
        shadow.put_box(card.moved(0.0, size * 0.06));
        layers.put(&shadow.blurred((size * 0.09) as usize + 1), Colour::BLACK, 0.3);
        let mut shape = layers.mask();
        shape.put_box(card);
        layers.put(&shape, self.colour, 1.0);
    }

    fn put_bar(&self, layers: &mut Layers, block: &TextBlock, corner: (f32, f32), side: Side) {
        let size = block.size;
        let at_right = side.from_right != (side.align == TextAlign::End);
        let left = if at_right { block.width + BAR.1 * size } else { -(BAR.0 + BAR.1) * size };
        let bar = RoundBox { left, top: 0.0, right: left + BAR.0 * size, bottom: block.height, radius: size * 0.07 };
        let mut shape = layers.mask();
        shape.put_box(bar.moved(corner.0, corner.1));
        layers.put(&shape, self.colour, 1.0);
    }

    fn put_rule(&self, layers: &mut Layers, block: &TextBlock, corner: (f32, f32), side: Side) {
        let size = block.size;
        let long = (RULE.1 * size).min(block.width.max(size));
        let left = match (side.align, side.from_right) {
            (TextAlign::Centre, _) => (block.width - long) / 2.0,
            (TextAlign::Start, true) | (TextAlign::End, false) => block.width - long,
            (TextAlign::Start, false) | (TextAlign::End, true) => 0.0,
        };
        let top = -(RULE.0 + RULE.2) * size;
        let rule = RoundBox { left, top, right: left + long, bottom: top + RULE.0 * size, radius: RULE.0 * size / 2.0 };
        let mut shape = layers.mask();
        shape.put_box(rule.moved(corner.0, corner.1));
        layers.put(&shape, self.colour, 1.0);
    }
}

/// Width of an outline.
pub(crate) fn outline_pixels(size: f32) -> usize {
    (size * OUTLINE).round().max(1.0) as usize
}
