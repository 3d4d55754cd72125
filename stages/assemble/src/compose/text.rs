//! Texts of a template: set once into a rectangle, then laid over many frames.

pub(crate) mod ground;
mod place;

use reelpress_templates::template::{Face, Stand, Text, TextAlign, Typefaces};
use reelpress_templates::{Colour, Palette};

use super::contrast::{self, Added};
use crate::picture::planes::{Picture420, Rect};
use crate::picture::sprite::{Layers, Sprite};
use crate::picture::text::{Inked, Room, Setting, TextBlock, Typesetter, capitals};
use ground::Ground;
pub(crate) use place::{inner_even, placed};

/// Type is never made smaller than this share of what was asked for; what still does not fit is cut at a word.
const SMALLEST_SHARE: f32 = 0.5;
/// Nor smaller than this share of the reference height, unless it was asked for: 25 pixels of 1920.
const SMALLEST: f32 = 0.013;

/// What is behind a rectangle at the scene's start, middle and end; empty if nobody knows.
pub(crate) type Behind<'a> = &'a mut dyn FnMut(Rect) -> Vec<Picture420>;

/// A letter that no installed font has. It was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no installed font has the letter `{letter}` ({}) of `{text}` (install more: `{}`)", letter.escape_unicode(), crate::picture::fonts::INSTALL_SCRIPTS)]
pub(crate) struct MissingGlyph {
    /// The first of them.
    pub(crate) letter: char,
    /// The text's first 60 characters.
    pub(crate) text: String,
}

impl MissingGlyph {
    pub(crate) fn of(letter: Option<char>, text: &str) -> Option<Self> {
        letter.map(|letter| Self { letter, text: text.chars().take(60).collect() })
    }

    /// True if a reader would miss it: a letter or a figure, not a sign.
    pub(crate) fn is_letter(&self) -> bool {
        self.letter.is_alphanumeric()
    }
}

/// A text and where it goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextOrder<'a> {
    /// With its variables filled in.
    pub(crate) text: &'a Text,
    pub(crate) typefaces: &'a Typefaces,
    pub(crate) palette: &'a Palette,
    /// ISO 639-1 code.
    pub(crate) language: &'a str,
    /// In pixels of the frame; nothing is painted outside of it.
    pub(crate) rect: Rect,
    /// What shares of the height are taken of, in pixels.
    pub(crate) reference: f32,
}

/// A text as it is painted.
#[derive(Debug)]
pub(crate) struct TextLayer {
    /// Backing and letters.
    pub(crate) sprite: Sprite,
    /// Where letters are, a rectangle for each line, in pixels of the frame.
    #[cfg(test)]
    pub(crate) ink: Vec<Rect>,
    /// What was added so that it can be read.
    #[cfg(test)]
    pub(crate) added: Added,
    /// True if not all of it had room.
    #[cfg(test)]
    pub(crate) cut: bool,
    /// A letter that had to be left out.
    pub(crate) missing: Option<MissingGlyph>,
    /// Its words as they are seen.
    pub(crate) says: String,
    /// Type size in pixels.
    pub(crate) size: f32,
    /// Of its letters.
    pub(crate) colour: Colour,
}

impl TextLayer {
    /// Sets and paints a text; `None` if nothing of it can be seen: it has no letters, or the rectangle no room.
    ///
    /// `behind` is asked at most once, for the rectangle of the letters, and only if they have no ground of their own.
    pub(crate) fn new(order: &TextOrder<'_>, typesetter: &mut Typesetter, behind: Behind<'_>) -> Option<Self> {
        let text = order.text;
        let wanted = order.reference * text.size;
        let colour = text.colour.of(order.palette);
        let mut ground = Ground::new(text.backing, text.backing_colour.of(order.palette), colour, order.palette);
        let mut set = Set::new(order, &ground, wanted, typesetter)?;
        let added = if ground.carries() {
            Added::Nothing
        } else {
            let seen = set.bounds(typesetter)?;
            contrast::needed(&behind(seen), colour, set.block.size)
        };
        if added != Added::Nothing {
            ground.add(added);
            set = Set::new(order, &ground, wanted, typesetter)?;
        }
        #[cfg(test)]
        let ink = set.ink(typesetter);
        let colour = ground.letters(colour);
        let sprite = set.painted(&ground, colour, typesetter)?;
        typesetter.trim();
        let missing = MissingGlyph::of(set.block.missing, &text.says);
        Some(Self {
            sprite,
            #[cfg(test)]
            ink,
            #[cfg(test)]
            added,
            #[cfg(test)]
            cut: set.block.cut,
            missing,
            says: seen_as(text, order.language),
            size: set.block.size,
            colour,
        })
    }
}

/// A block of text in its rectangle.
struct Set {
    block: TextBlock,
    /// The block's corner in the frame, whole pixels.
    corner: (f32, f32),
    area: Rect,
    /// True if lines start at the right.
    from_right: bool,
    align: TextAlign,
}

impl Set {
    fn new(order: &TextOrder<'_>, ground: &Ground, wanted: f32, typesetter: &mut Typesetter) -> Option<Self> {
        let text = order.text;
        let area = inner_even(order.rect);
        let face = match text.face {
            Face::Headline => &order.typefaces.headline,
            Face::Body => &order.typefaces.body,
        };
        let says = seen_as(text, order.language);
        let inset = ground.insets(wanted, text.align).within((area.width as f32, area.height as f32));
        let room = Room {
            width: area.width as f32 - inset.start - inset.end - 1.0,
            height: area.height as f32 - inset.top - inset.bottom,
            lines: text.lines.max(1) as usize,
        };
        let setting = Setting {
            families: &face.families,
            weight: face.weight,
            size: wanted,
            smallest: (wanted * SMALLEST_SHARE).max(order.reference * SMALLEST).min(wanted),
            leading: text.leading,
            align: text.align,
            gap: 0.0,
        };
        let block = typesetter.fit(&[says], &setting, room);
        if block.is_empty() {
            return None;
        }
        let from_right = block.rtl;
        let (left, right) = if from_right { (inset.end, inset.start) } else { (inset.start, inset.end) };
        let free = (area.width as f32 - left - right - block.width).max(0.0);
        let across = match (text.align, from_right) {
            (TextAlign::Centre, _) => free / 2.0,
            (TextAlign::Start, true) | (TextAlign::End, false) => free,
            (TextAlign::Start, false) | (TextAlign::End, true) => 0.0,
        };
        let free = (room.height - block.height).max(0.0);
        let down = match text.stand {
            Stand::Top => 0.0,
            Stand::Middle => free / 2.0,
            Stand::Bottom => free,
        };
        let corner = ((area.x as f32 + left + across).floor(), (area.y as f32 + inset.top + down).floor());
        Some(Self { block, corner, area, from_right, align: text.align })
    }

    /// The rectangle of the letters, with even edges.
    fn bounds(&self, typesetter: &mut Typesetter) -> Option<Rect> {
        let ink = typesetter.inked(&self.block, self.corner, |_| Some(1.0))?;
        Some(rect_of(ink).even().within(&self.area)).filter(|rect| rect.width > 0 && rect.height > 0)
    }

    #[cfg(test)]
    fn ink(&self, typesetter: &mut Typesetter) -> Vec<Rect> {
        let lines = typesetter.inked_lines(&self.block, self.corner);
        lines.into_iter().flatten().map(|ink| rect_of(ink).within(&self.area)).collect()
    }

    fn painted(&self, ground: &Ground, colour: Colour, typesetter: &mut Typesetter) -> Option<Sprite> {
        let ink = typesetter.inked(&self.block, self.corner, |_| Some(1.0))?;
        let reach = ground.reach(self.block.size);
        let area = grown(rect_of(ink), &block_rect(&self.block, self.corner), reach).even().within(&self.area);
        let corner = (self.corner.0 - area.x as f32, self.corner.1 - area.y as f32);
        let mut layers = Layers::new(area);
        let side = ground::Side { from_right: self.from_right, align: self.align };
        ground.put(&mut layers, typesetter, (&self.block, corner), side);
        typesetter.paint(&self.block, corner, (&mut layers, colour), |_| Some(1.0));
        Some(layers.finish())
    }
}

fn seen_as(text: &Text, language: &str) -> String {
    if text.capitals { capitals(&text.says, language) } else { text.says.clone() }
}

/// Whole pixels; what lies left of or above the frame is cut off.
pub(super) fn rect_of(ink: Inked) -> Rect {
    let (x, y) = (ink.left.max(0) as usize, ink.top.max(0) as usize);
    Rect {
        x,
        y,
        width: (ink.right.max(0) as usize).saturating_sub(x),
        height: (ink.bottom.max(0) as usize).saturating_sub(y),
    }
}

/// The block as a rectangle of the frame.
pub(super) fn block_rect(block: &TextBlock, corner: (f32, f32)) -> Rect {
    rect_of(Inked {
        left: corner.0 as i32,
        top: corner.1 as i32,
        right: (corner.0 + block.width).ceil() as i32,
        bottom: (corner.1 + block.height).ceil() as i32,
    })
}

/// What holds both rectangles with `reach` pixels round them.
pub(super) fn grown(one: Rect, two: &Rect, reach: f32) -> Rect {
    let reach = reach.ceil() as usize;
    let (x, y) = (one.x.min(two.x).saturating_sub(reach), one.y.min(two.y).saturating_sub(reach));
    let (right, bottom) = (one.right().max(two.right()) + reach, one.bottom().max(two.bottom()) + reach);
    Rect { x, y, width: right - x, height: bottom - y }
}

#[cfg(test)]
pub(crate) mod tests;
