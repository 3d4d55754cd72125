//! Captions: the spoken words in groups, the one that is heard standing out from its very first frame.
//!
//! A group's ground and each of its words are rasterised once; a frame is a few small sprites laid over each other.

mod seen;

use reelpress_templates::template::{CaptionStyle, Captions, TextAlign, Typefaces};
use reelpress_templates::{Colour, Palette};

use super::contrast::{self, Added};
use super::text::ground::{Ground, Side};
use super::text::{Behind, MissingGlyph, block_rect, grown, inner_even, rect_of};
use crate::picture::TimedWord;
use crate::picture::mask::RoundBox;
use crate::picture::planes::{PlanesMut, Rect};
use crate::picture::sprite::{Layers, Laying, Sprite};
use crate::picture::text::{Inked, Room, Setting, TextBlock, Typesetter, capitals};
use crate::picture::words::{Group, Limits, group, group_by};

/// Size of a popped word in its first frames.
const POP: [f32; 3] = [1.12, 1.09, 1.04];
/// Captions may be set this much smaller before they are cut.
const SMALLEST_SHARE: f32 = 0.5;
/// Distance of lines as a share of the type size.
const LEADING: f32 = 1.24;
/// The same where words stand on boxes.
const LEADING_BOXES: f32 = 1.38;
/// The box round a spoken word, beyond its letters, as shares of the type size.
const BOX: (f32, f32) = (0.14, 0.06);
/// Put to each space between words, as a share of the type size.
const GAP: f32 = 0.06;
/// The same where words stand on boxes or grow.
const GAP_BOXES: f32 = 0.16;
/// Average width of a letter as a share of the type size, for guessing how many fill two lines of subtitles.
const LETTER: f32 = 0.52;

/// What captions are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CaptionOrder<'a> {
    pub(crate) captions: &'a Captions,
    pub(crate) typefaces: &'a Typefaces,
    pub(crate) palette: &'a Palette,
    /// ISO 639-1 code.
    pub(crate) language: &'a str,
    /// What is spoken, in frames from the scene's first.
    pub(crate) words: &'a [TimedWord],
    /// Length of the scene in frames.
    pub(crate) frames: u64,
    pub(crate) fps: u32,
    /// Nothing is painted outside of it; in pixels of the frame.
    pub(crate) place: Rect,
    /// What shares of the height are taken of, in pixels.
    pub(crate) reference: f32,
}

/// Paints the captions of one scene.
pub(crate) struct CaptionTrack {
    captions: Captions,
    families: Vec<String>,
    weight: u16,
    size: f32,
    place: Rect,
    groups: Vec<Group>,
    ground: Ground,
    colours: Colours,
    shown: Option<Shown>,
    missing: Option<MissingGlyph>,
}

/// The colours of letters.
#[derive(Debug, Clone, Copy)]
struct Colours {
    plain: Colour,
    marked: Colour,
    /// Of the box under the spoken word.
    under: Option<Colour>,
}

/// One group with its sprites.
struct Shown {
    group: usize,
    block: TextBlock,
    corner: (f32, f32),
    ground: Option<Sprite>,
    words: Vec<WordSprites>,
}

/// A word as it looks; made when it is first seen so.
#[derive(Default)]
struct WordSprites {
    plain: Option<Made>,
    marked: Option<Made>,
    popped: [Option<Made>; POP.len()],
}

/// A sprite, or the knowledge that there is nothing to see.
struct Made(Option<Sprite>);

/// How a word looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Plain,
    Marked,
    /// In its first frames.
    Popped(usize),
}

impl CaptionTrack {
    /// Gets ready; `None` if there is nothing to show. `behind` is asked at most once, for the captions' place: the whole
    /// scene's captions look alike.
    pub(crate) fn new(order: &CaptionOrder<'_>, behind: Behind<'_>) -> Option<Self> {
        let captions = *order.captions;
        let place = inner_even(order.place);
        if captions.style == CaptionStyle::None || place.width == 0 || place.height == 0 {
            return None;
        }
        let size = order.reference * captions.size;
        let mut spoken = order.words.to_vec();
        if captions.capitals {
            for word in &mut spoken {
                word.text = capitals(&word.text, order.language);
            }
        }
        let groups = if captions.style == CaptionStyle::TwoLine {
            let letters = (place.width as f32 / (size * LETTER)) as usize * 2 * 9 / 10;
            let limits = Limits { words: captions.words.max(1), characters: letters.max(8) };
            group_by(&spoken, (order.frames, order.fps), limits)
        } else {
            group(&spoken, order.frames, order.fps, captions.words.max(1))
        };
        if groups.is_empty() {
            return None;
        }
        let (plain, highlight) = (captions.colour.of(order.palette), captions.highlight.of(order.palette));
        let backing_colour = captions.backing_colour.of(order.palette);
        let mut ground = Ground::new(captions.backing, backing_colour, plain, order.palette);
        if !ground.carries() {
            let letters_only = matches!(captions.style, CaptionStyle::TwoLine | CaptionStyle::Box);
            let colours: &[Colour] = if letters_only { &[plain] } else { &[plain, highlight] };
            let seen = behind(place);
            let added = colours.iter().map(|colour| contrast::needed(&seen, *colour, size));
            ground.add(added.max_by_key(|added| *added as u8).unwrap_or(Added::Nothing));
        }
        let boxed = captions.style == CaptionStyle::Box;
        let choices = [plain, order.palette.base, order.palette.ink];
        let colours = Colours {
            plain: ground.letters(plain),
            marked: if boxed { contrast::readable(highlight, choices) } else { highlight },
            under: boxed.then_some(highlight),
        };
        let body = &order.typefaces.body;
        let (families, weight) = (body.families.clone(), body.weight);
        Some(Self { captions, families, weight, size, place, groups, ground, colours, shown: None, missing: None })
    }

    /// The frames on which a group begins and ends.
    #[cfg(test)]
    pub(crate) fn spans(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.groups.iter().map(|group| (group.first_frame, group.end_frame))
    }

    /// Lays what is spoken at `frame` over it; says where, if anything was painted.
    pub(crate) fn paint(&mut self, frame: u64, typesetter: &mut Typesetter, into: &mut PlanesMut<'_>) -> Option<Rect> {
        let index = self.show(frame, typesetter)?;
        let group = &self.groups[index];
        let states = states(self.captions.style, group, frame);
        let fill = (self.captions.style == CaptionStyle::Karaoke).then(|| group.spoken(frame, 0).word).flatten();
        let fill = fill.map(|word| (word, group.heard(word, frame))).filter(|(_, heard)| *heard < 1.0);
        let (style, ground, colours, place) = (self.captions.style, self.ground, self.colours, self.place);
        let shown = self.shown.as_mut()?;
        let mut painted = shown.ground.as_ref().map(|sprite| sprite.area);
        if let Some(sprite) = &shown.ground {
            sprite.lay(into, Laying::PLAIN);
        }
        if style == CaptionStyle::TwoLine {
            return painted;
        }
        let mut lay = |sprite: Option<&Sprite>, how: Laying| {
            if let Some(sprite) = sprite {
                sprite.lay(into, how);
                painted = Some(painted.map_or(sprite.area, |all| grown(all, &sprite.area, 0.0)));
            }
        };
        // The words that stand out lie over the others.
        let mut order: Vec<usize> = (0..states.len()).collect();
        order.sort_by_key(|word| states[*word] != State::Plain);
        for word in order {
            let brush = Brush { ground: &ground, colours: &colours, place };
            if let Some((_, heard)) = fill.filter(|(filled, _)| *filled == word) {
                let origin = shown.sprite(word, State::Plain, &brush, typesetter).map(|sprite| sprite.area.x);
                let (plain, marked) = shown.filled(word, heard, origin.unwrap_or(0));
                lay(shown.sprite(word, State::Plain, &brush, typesetter), plain);
                lay(shown.sprite(word, State::Marked, &brush, typesetter), marked);
            } else {
                lay(shown.sprite(word, states[word], &brush, typesetter), Laying::PLAIN);
            }
        }
        typesetter.trim();
        painted
    }

    /// Where letters are at `frame`, in pixels of the frame.
    #[cfg(test)]
    pub(crate) fn ink(&mut self, frame: u64, typesetter: &mut Typesetter) -> Vec<Rect> {
        let Some(_) = self.show(frame, typesetter) else { return Vec::new() };
        let Some(shown) = &self.shown else { return Vec::new() };
        let lines = typesetter.inked_lines(&shown.block, shown.corner);
        lines.into_iter().flatten().map(|ink| rect_of(ink).within(&self.place)).collect()
    }

    /// The first letter of the groups shown so far that no font has.
    pub(crate) fn missing(&self) -> Option<&MissingGlyph> {
        self.missing.as_ref()
    }

    /// Makes sure that the group of a frame is set; its number.
    fn show(&mut self, frame: u64, typesetter: &mut Typesetter) -> Option<usize> {
        let at = self.groups.partition_point(|group| group.first_frame <= frame);
        let index = at.checked_sub(1).filter(|index| frame < self.groups[*index].end_frame)?;
        if self.shown.as_ref().is_none_or(|shown| shown.group != index) {
            let shown = self.set(index, typesetter);
            if self.missing.is_none() {
                self.missing = MissingGlyph::of(shown.block.missing, &self.groups[index].words.join(" "));
            }
            self.shown = Some(shown);
        }
        Some(index)
    }

    fn set(&self, index: usize, typesetter: &mut Typesetter) -> Shown {
        let mut shown = self.lay_out(index, typesetter);
        shown.ground = self.ground_of(&shown, typesetter);
        shown
    }

    /// A group in its place, nothing of it drawn.
    fn lay_out(&self, index: usize, typesetter: &mut Typesetter) -> Shown {
        let group = &self.groups[index];
        let (style, size) = (self.captions.style, self.size);
        let (width, height) = (self.place.width as f32, self.place.height as f32);
        let inset = self.ground.insets(size, TextAlign::Centre).within((width, height));
        // A popped word needs room to grow, a box room round its word.
        let beside = match style {
            CaptionStyle::Pop => (width * (POP[0] - 1.0) / 2.0, size * 0.12),
            CaptionStyle::Box => (size * BOX.0, size * BOX.1),
            CaptionStyle::WordHighlight | CaptionStyle::Karaoke | CaptionStyle::TwoLine | CaptionStyle::None => {
                (0.0, 0.0)
            }
        };
        let across = (inset.start.max(beside.0), inset.end.max(beside.0));
        let down = (inset.top.max(beside.1), inset.bottom.max(beside.1));
        let room = Room { width: width - across.0 - across.1 - 1.0, height: height - down.0 - down.1, lines: 2 };
        let boxes = style == CaptionStyle::Box;
        let setting = Setting {
            families: &self.families,
            weight: self.weight,
            size,
            smallest: size * SMALLEST_SHARE,
            leading: if boxes { LEADING_BOXES } else { LEADING },
            align: TextAlign::Centre,
            gap: match style {
                CaptionStyle::Box | CaptionStyle::Pop => GAP_BOXES,
                CaptionStyle::TwoLine => 0.0,
                CaptionStyle::WordHighlight | CaptionStyle::Karaoke | CaptionStyle::None => GAP,
            },
        };
        let block = typesetter.fit(&group.words, &setting, room);
        let left = self.place.x as f32 + across.0 + (room.width - block.width) / 2.0;
        let top = self.place.y as f32 + down.0 + (room.height - block.height) / 2.0;
        let corner = (left.max(self.place.x as f32).floor(), top.max(self.place.y as f32).floor());
        let words = group.words.iter().map(|_| WordSprites::default()).collect();
        Shown { group: index, block, corner, ground: None, words }
    }

    /// What the ground and its letters may touch.
    fn ground_area(&self, shown: &Shown, typesetter: &mut Typesetter) -> Option<Rect> {
        let block = &shown.block;
        let ink = typesetter.inked(block, shown.corner, |_| Some(1.0))?;
        let reach = self.ground.reach(block.size);
        Some(grown(rect_of(ink), &block_rect(block, shown.corner), reach).even().within(&self.place))
    }

    /// Backing, and for subtitles the letters too.
    fn ground_of(&self, shown: &Shown, typesetter: &mut Typesetter) -> Option<Sprite> {
        let block = &shown.block;
        let area = self.ground_area(shown, typesetter)?;
        let corner = (shown.corner.0 - area.x as f32, shown.corner.1 - area.y as f32);
        let mut layers = Layers::new(area);
        let side = Side { from_right: block.rtl, align: TextAlign::Centre };
        self.ground.put(&mut layers, typesetter, (block, corner), side);
        if self.captions.style == CaptionStyle::TwoLine {
            typesetter.paint(block, corner, (&mut layers, self.colours.plain), |_| Some(1.0));
        }
        Some(layers.finish())
    }
}

/// How each word of a group looks.
fn states(style: CaptionStyle, group: &Group, frame: u64) -> Vec<State> {
    let spoken = group.spoken(frame, POP.len() as u64);
    let begun = group.begun(frame);
    (0..group.words.len())
        .map(|word| match style {
            CaptionStyle::Karaoke if word < begun => State::Marked,
            CaptionStyle::Pop if spoken.word == Some(word) => spoken.phase.map_or(State::Marked, State::Popped),
            CaptionStyle::WordHighlight | CaptionStyle::Box if spoken.word == Some(word) => State::Marked,
            CaptionStyle::WordHighlight
            | CaptionStyle::Box
            | CaptionStyle::Pop
            | CaptionStyle::Karaoke
            | CaptionStyle::TwoLine
            | CaptionStyle::None => State::Plain,
        })
        .collect()
}

impl State {
    /// Of its own size.
    fn scale(self) -> f32 {
        if let Self::Popped(phase) = self { POP.get(phase).copied().unwrap_or(1.0) } else { 1.0 }
    }
}

/// What words are painted with.
struct Brush<'a> {
    ground: &'a Ground,
    colours: &'a Colours,
    place: Rect,
}

impl Shown {
    /// The sprite of a word; `None` if nothing of it is seen.
    fn sprite(&mut self, word: usize, state: State, brush: &Brush<'_>, typesetter: &mut Typesetter) -> Option<&Sprite> {
        let sprites = self.words.get(word)?;
        let known = match state {
            State::Plain => &sprites.plain,
            State::Marked => &sprites.marked,
            State::Popped(phase) => sprites.popped.get(phase)?,
        };
        let made = if known.is_none() { Some(self.make(word, state, brush, typesetter)) } else { None };
        let sprites = self.words.get_mut(word)?;
        let slot = match state {
            State::Plain => &mut sprites.plain,
            State::Marked => &mut sprites.marked,
            State::Popped(phase) => sprites.popped.get_mut(phase)?,
        };
        if let Some(made) = made {
            *slot = Some(Made(made));
        }
        slot.as_ref()?.0.as_ref()
    }

    /// The boxes under a word that stands on some, from the block's corner.
    fn boxes(&self, word: usize, state: State, brush: &Brush<'_>) -> Vec<RoundBox> {
        let has_boxes = brush.colours.under.is_some() && state != State::Plain;
        let (across, down) = (self.block.size * BOX.0, self.block.size * BOX.1);
        let boxes = self.block.word_boxes(word).filter(|_| has_boxes);
        boxes.map(|(_, shape)| shape.grown(across, down)).collect()
    }

    /// What a word with its outline and its boxes may touch.
    fn area(&self, word: usize, state: State, brush: &Brush<'_>, typesetter: &mut Typesetter) -> Option<Rect> {
        let (scale, size) = (state.scale(), self.block.size);
        let ink = typesetter.inked(&self.block, self.corner, |at| (at == word).then_some(scale))?;
        let reach = if brush.ground.has_outline() && scale > 1.0 { size * 0.08 + 1.0 } else { 0.0 };
        let mut area = grown(rect_of(ink), &rect_of(ink), reach);
        for shape in self.boxes(word, state, brush) {
            let shape = shape.moved(self.corner.0, self.corner.1);
            let shape = Inked {
                left: shape.left as i32,
                top: shape.top as i32,
                right: shape.right.ceil() as i32,
                bottom: shape.bottom.ceil() as i32,
            };
            area = grown(area, &rect_of(shape), 1.0);
        }
        Some(area.even().within(&brush.place))
    }

    fn make(&self, word: usize, state: State, brush: &Brush<'_>, typesetter: &mut Typesetter) -> Option<Sprite> {
        let size = self.block.size;
        let scale = state.scale();
        let wanted = |at: usize| (at == word).then_some(scale);
        let under = brush.colours.under.filter(|_| state != State::Plain);
        let outlined = brush.ground.has_outline() && scale > 1.0;
        let boxes = self.boxes(word, state, brush);
        let area = self.area(word, state, brush, typesetter)?;
        let corner = (self.corner.0 - area.x as f32, self.corner.1 - area.y as f32);
        let mut layers = Layers::new(area);
        if let Some(colour) = under {
            let mut mask = layers.mask();
            for shape in boxes {
                mask.put_box(shape.moved(corner.0, corner.1));
            }
            layers.put(&mask, colour, 1.0);
        }
        if outlined {
            let mut mask = layers.mask();
            typesetter.draw(&self.block, corner, &mut mask, wanted);
            brush.ground.put_outline(&mut layers, &mask, size);
        }
        let colour = if state == State::Plain { brush.colours.plain } else { brush.colours.marked };
        typesetter.paint(&self.block, corner, (&mut layers, colour), wanted);
        Some(layers.finish())
    }

    /// How the plain and the marked sprite of a word, which begin at `origin`, are laid when a share of it has been heard.
    fn filled(&self, word: usize, heard: f32, origin: usize) -> (Laying, Laying) {
        let mut ends: Option<(f32, f32)> = None;
        for (_, shape) in self.block.word_boxes(word) {
            ends = Some(
                ends.map_or((shape.left, shape.right), |(left, right)| (left.min(shape.left), right.max(shape.right))),
            );
        }
        let (left, right) = ends.unwrap_or_default();
        let rtl = self.block.is_rtl_word(word);
        let share = if rtl { 1.0 - heard } else { heard };
        let at = (self.corner.0 + left + (right - left) * share - origin as f32).max(0.0) as usize & !1;
        let (before, after) = ((0, at), (at, usize::MAX));
        let (marked, plain) = if rtl { (after, before) } else { (before, after) };
        (Laying { columns: plain, ..Laying::PLAIN }, Laying { columns: marked, ..Laying::PLAIN })
    }
}

#[cfg(test)]
mod tests;
