//! Glyphs as pixels: coverage for grounds, colours for letters and emoji, and where ink is.

use cosmic_text::{SwashContent, SwashImage};
use reelpress_templates::Colour;

use super::{TextBlock, Typesetter};
use crate::picture::mask::Mask;
use crate::picture::sprite::Layers;

/// Pixels with ink, from the first to the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Inked {
    pub(crate) left: i32,
    pub(crate) top: i32,
    pub(crate) right: i32,
    pub(crate) bottom: i32,
}

impl Typesetter {
    /// Calls `put` with each glyph's picture and where it goes.
    fn each_glyph(
        &mut self,
        block: &TextBlock,
        (left, top): (f32, f32),
        wanted: impl Fn(usize) -> Option<f32>,
        mut put: impl FnMut((i32, i32), usize, &SwashImage),
    ) {
        for placed in &block.glyphs {
            let Some(scale) = wanted(placed.word) else { continue };
            let (mut x, mut y) = (left + placed.origin.0, top + placed.origin.1);
            if (scale - 1.0).abs() > f32::EPSILON
                && let Some(shape) = block.word_boxes(placed.word).find(|(line, _)| *line == placed.line)
            {
                let middle = shape.1.middle();
                x = left + middle.0 + (x - left - middle.0) * scale;
                y = top + middle.1 + (y - top - middle.1) * scale;
            }
            let physical = placed.glyph.physical((x, y.round()), scale);
            let Some(image) = self.cache.get_image(&mut self.system, physical.cache_key) else { continue };
            put((physical.x + image.placement.left, physical.y - image.placement.top), placed.line, image);
        }
    }

    /// Draws the glyphs whose word `wanted` takes, with the block's corner at `corner`, each word scaled about its own
    /// middle by what `wanted` says.
    pub(crate) fn draw(
        &mut self,
        block: &TextBlock,
        corner: (f32, f32),
        mask: &mut Mask,
        wanted: impl Fn(usize) -> Option<f32>,
    ) {
        self.each_glyph(block, corner, wanted, |at, _, image| {
            let width = image.placement.width as usize;
            if image.content == SwashContent::Mask {
                mask.put(at, width, &image.data);
            } else {
                let coverage: Vec<u8> = image.data.chunks_exact(4).map(|pixel| pixel[3]).collect();
                mask.put(at, width, &coverage);
            }
        });
    }

    /// Paints letters in `colour`, and emoji in their own colours; else as [`Typesetter::draw`].
    pub(crate) fn paint(
        &mut self,
        block: &TextBlock,
        corner: (f32, f32),
        (layers, colour): (&mut Layers, Colour),
        wanted: impl Fn(usize) -> Option<f32>,
    ) {
        let mut mask = layers.mask();
        let mut pictures: Vec<((i32, i32), usize, Vec<u8>)> = Vec::new();
        self.each_glyph(block, corner, wanted, |at, _, image| {
            let width = image.placement.width as usize;
            if image.content == SwashContent::Mask {
                mask.put(at, width, &image.data);
            } else {
                pictures.push((at, width, straight(image)));
            }
        });
        layers.put(&mask, colour, 1.0);
        for (at, width, pixels) in pictures {
            layers.put_picture(at, width, &pixels);
        }
    }

    /// The pixels that [`Typesetter::draw`] would touch.
    pub(crate) fn inked(
        &mut self,
        block: &TextBlock,
        corner: (f32, f32),
        wanted: impl Fn(usize) -> Option<f32>,
    ) -> Option<Inked> {
        let mut all: Option<Inked> = None;
        self.each_glyph(block, corner, wanted, |at, _, image| all = Inked::joined(all, Inked::of(at, image)));
        all
    }

    /// The same, for each line.
    pub(crate) fn inked_lines(&mut self, block: &TextBlock, corner: (f32, f32)) -> Vec<Option<Inked>> {
        let mut lines = vec![None; block.lines.len()];
        self.each_glyph(
            block,
            corner,
            |_| Some(1.0),
            |at, line, image| {
                if let Some(of_line) = lines.get_mut(line) {
                    *of_line = Inked::joined(*of_line, Inked::of(at, image));
                }
            },
        );
        lines
    }

    /// Forgets glyph pictures when there are many: popped words come in many sizes.
    pub(crate) fn trim(&mut self) {
        const MOST_GLYPHS: usize = 4_000;
        if self.cache.image_cache.len() > MOST_GLYPHS {
            self.cache.image_cache.clear();
        }
    }
}

impl Inked {
    fn of((left, top): (i32, i32), image: &SwashImage) -> Option<Self> {
        let (width, height) = (image.placement.width as i32, image.placement.height as i32);
        (width > 0 && height > 0).then_some(Self { left, top, right: left + width, bottom: top + height })
    }

    /// What holds both.
    pub(crate) fn joined(one: Option<Self>, two: Option<Self>) -> Option<Self> {
        let (Some(one), Some(two)) = (one, two) else { return one.or(two) };
        Some(Self {
            left: one.left.min(two.left),
            top: one.top.min(two.top),
            right: one.right.max(two.right),
            bottom: one.bottom.max(two.bottom),
        })
    }
}

/// Pixels of a coloured glyph as red, green, blue and alpha, colours not multiplied by alpha. Bitmaps come so; drawn
/// ones come multiplied.
fn straight(image: &SwashImage) -> Vec<u8> {
    let mut pixels = image.data.clone();
    if !matches!(image.source, swash::scale::Source::ColorBitmap(_)) {
        for pixel in pixels.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]).max(1);
            for channel in &mut pixel[..3] {
                *channel = (u32::from(*channel) * 255 / alpha).min(255) as u8;
            }
        }
    }
    pixels
}
