//! Setting text: shaping, line breaks and glyphs by cosmic-text; here it is fitted into a box, balanced and placed.

use cosmic_text::{
    Attrs, Buffer, Family, FontSystem, LayoutGlyph, Metrics, Shaping, SwashCache, SwashContent, Weight, Wrap,
};
use reelpress_templates::Align;

use super::fonts::Fonts;
use super::mask::{Mask, RoundBox};

/// Each try to make a text fit is this much smaller than the one before it.
const SHRINK: f32 = 0.93;
/// Below this share of the wanted size, words may be broken anywhere.
const SMALLEST_WHOLE: f32 = 0.55;
/// Type smaller than this is not tried; what still does not fit is cut off at the last line.
const SMALLEST_PIXELS: f32 = 6.0;

/// Fonts and caches of one painter.
pub(crate) struct Typesetter {
    system: FontSystem,
    cache: SwashCache,
}

/// What a text shall look like.
#[derive(Debug, Clone)]
pub(crate) struct Style {
    pub(crate) family: String,
    pub(crate) weight: u16,
    /// Pixels.
    pub(crate) size: f32,
    /// Distance of two lines as a share of the size.
    pub(crate) leading: f32,
    pub(crate) align: Align,
    /// Put to each space between two words, as a share of the size.
    pub(crate) gap: f32,
}

/// The room for a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) lines: usize,
}

/// A text with every glyph in its place; the origin is the left upper corner of the block.
#[derive(Debug, Clone)]
pub(crate) struct TextBlock {
    glyphs: Vec<Placed>,
    pub(crate) lines: Vec<Line>,
    /// True if its first line is read from right to left.
    pub(crate) rtl: bool,
    /// As it came out, after shrinking.
    pub(crate) size: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

#[derive(Debug, Clone)]
struct Placed {
    glyph: LayoutGlyph,
    /// Left end of its line and the baseline.
    origin: (f32, f32),
    word: usize,
}

/// Where a line is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Line {
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) top: f32,
    pub(crate) bottom: f32,
    baseline: f32,
}

/// One line as cosmic-text laid it out.
struct RawLine {
    glyphs: Vec<LayoutGlyph>,
    left: f32,
    right: f32,
    rtl: bool,
}

impl Typesetter {
    pub(crate) fn new(fonts: &Fonts, language: &str) -> Self {
        let system = FontSystem::new_with_locale_and_db(language.to_owned(), fonts.database());
        Self { system, cache: SwashCache::new() }
    }

    /// Sets `words` (with a space between two, unless the script writes none) so that they fit the room: first by line
    /// breaks, then smaller, at last by breaking words.
    pub(crate) fn set(&mut self, words: &[String], style: &Style, room: Room) -> TextBlock {
        let mut shaped = self.shape(words, style);
        let mut size = style.size;
        loop {
            let wrap = if size < style.size * SMALLEST_WHOLE { Wrap::WordOrGlyph } else { Wrap::Word };
            let mut lines = self.break_lines(&mut shaped, (size, style.leading), room.width, wrap);
            let fits = lines.len() <= room.lines
                && lines.len() as f32 * size * style.leading <= room.height
                && lines.iter().all(|line| line.right - line.left <= room.width);
            if !fits && size * SHRINK >= SMALLEST_PIXELS {
                size *= SHRINK;
                continue;
            }
            if fits && lines.len() > 1 {
                lines = self.balanced(&mut shaped, (size, style.leading), (room.width, wrap), lines);
            }
            let most = room.lines.min((room.height / (size * style.leading)) as usize).max(1);
            lines.truncate(most);
            return place(lines, style, size);
        }
    }

    /// The same number of lines with the least width, so that no line is left with one word.
    fn balanced(
        &mut self,
        shaped: &mut Buffer,
        metrics: (f32, f32),
        (width, wrap): (f32, Wrap),
        lines: Vec<RawLine>,
    ) -> Vec<RawLine> {
        let count = lines.len();
        let (mut low, mut high, mut best) = (width / count as f32 * 0.8, width, lines);
        for _ in 0..7 {
            let middle = f32::midpoint(low, high);
            let tried = self.break_lines(shaped, metrics, middle, wrap);
            if tried.len() <= count && tried.iter().all(|line| line.right - line.left <= middle) {
                (best, high) = (tried, middle);
            } else {
                low = middle;
            }
        }
        best
    }

    /// Chooses the glyphs, which is most of the work and the same for any size and width.
    fn shape(&mut self, words: &[String], style: &Style) -> Buffer {
        // Fonts of other scripts come in regular and bold; for a weight they lack, a fallback of another style would
        // be taken.
        let foreign = words
            .iter()
            .flat_map(|word| word.chars())
            .any(|letter| matches!(letter, '\u{0590}'..='\u{1DFF}' | '\u{2E80}'..));
        let weight = if foreign { style.weight.min(700) } else { style.weight };
        let attrs = Attrs::new().family(Family::Name(&style.family)).weight(Weight(weight));
        let mut spans = Vec::with_capacity(words.len() * 2);
        for (index, word) in words.iter().enumerate() {
            if index > 0 && needs_space(&words[index - 1], word) {
                spans.push((" ", attrs.clone().metadata(index).letter_spacing(style.gap)));
            }
            spans.push((word.as_str(), attrs.clone().metadata(index)));
        }
        let mut buffer = Buffer::new_empty(Metrics::relative(style.size, style.leading));
        buffer.set_rich_text(spans, &attrs, Shaping::Advanced, None);
        buffer.shape_until_scroll(&mut self.system, false);
        buffer
    }

    fn break_lines(
        &mut self,
        shaped: &mut Buffer,
        (size, leading): (f32, f32),
        width: f32,
        wrap: Wrap,
    ) -> Vec<RawLine> {
        shaped.set_wrap(wrap);
        shaped.set_metrics_and_size(Metrics::relative(size, leading), Some(width + 0.5), None);
        shaped.shape_until_scroll(&mut self.system, false);
        shaped
            .layout_runs()
            .filter_map(|run| {
                let seen = |glyph: &&LayoutGlyph| {
                    run.text.get(glyph.start..glyph.end).is_some_and(|text| !text.trim().is_empty())
                };
                let glyphs: Vec<LayoutGlyph> = run.glyphs.iter().filter(seen).cloned().collect();
                let left = glyphs.iter().map(|glyph| glyph.x).reduce(f32::min)?;
                let right = glyphs.iter().map(|glyph| glyph.x + glyph.w).reduce(f32::max)?;
                Some(RawLine { glyphs, left, right, rtl: run.rtl })
            })
            .collect()
    }

    /// Draws the glyphs whose word `wanted` takes, with the block's corner at `corner`, each word scaled about its own
    /// middle by what `wanted` says.
    pub(crate) fn draw(
        &mut self,
        block: &TextBlock,
        (left, top): (f32, f32),
        mask: &mut Mask,
        wanted: impl Fn(usize) -> Option<f32>,
    ) {
        for placed in &block.glyphs {
            let Some(scale) = wanted(placed.word) else { continue };
            let (mut x, mut y) = (left + placed.origin.0, top + placed.origin.1);
            if (scale - 1.0).abs() > f32::EPSILON
                && let Some(shape) = block.word_box(placed.word)
            {
                let middle =
                    (left + f32::midpoint(shape.left, shape.right), top + f32::midpoint(shape.top, shape.bottom));
                x = middle.0 + (x - middle.0) * scale;
                y = middle.1 + (y - middle.1) * scale;
            }
            let physical = placed.glyph.physical((x, y.round()), scale);
            let Some(image) = self.cache.get_image(&mut self.system, physical.cache_key) else { continue };
            let coverage: Vec<u8> = match image.content {
                SwashContent::Mask => image.data.clone(),
                SwashContent::Color | SwashContent::SubpixelMask => {
                    image.data.chunks_exact(4).map(|pixel| pixel[3]).collect()
                }
            };
            let corner = (physical.x + image.placement.left, physical.y - image.placement.top);
            mask.put(corner, image.placement.width as usize, &coverage);
        }
    }

    /// Forgets glyph pictures when there are many: popped words come in many sizes.
    pub(crate) fn trim(&mut self) {
        const MOST_GLYPHS: usize = 4_000;
        if self.cache.image_cache.len() > MOST_GLYPHS {
            self.cache.image_cache.clear();
        }
    }
}

impl TextBlock {
    /// The box round one word: its advance widths, and the height of its line's letters.
    pub(crate) fn word_box(&self, word: usize) -> Option<RoundBox> {
        let mut glyphs = self.glyphs.iter().filter(|placed| placed.word == word).peekable();
        let baseline = glyphs.peek()?.origin.1;
        let (left, right) = glyphs
            // A broken word is boxed where it starts.
            .filter(|placed| (placed.origin.1 - baseline).abs() < 0.5)
            .map(|placed| (placed.origin.0 + placed.glyph.x, placed.origin.0 + placed.glyph.x + placed.glyph.w))
            .reduce(|one, two| (one.0.min(two.0), one.1.max(two.1)))?;
        let (top, bottom) = (baseline - self.size * 0.80, baseline + self.size * 0.26);
        Some(RoundBox { left, top, right, bottom, radius: self.size * 0.18 })
    }

    /// True if nothing of the word came out, such as a word of spaces.
    pub(crate) fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }
}

/// Moves each line to its place.
fn place(lines: Vec<RawLine>, style: &Style, size: f32) -> TextBlock {
    let width = lines.iter().map(|line| line.right - line.left).fold(0.0, f32::max);
    let pitch = size * style.leading;
    let mut block = TextBlock {
        rtl: lines.first().is_some_and(|line| line.rtl),
        glyphs: Vec::new(),
        lines: Vec::new(),
        size,
        width,
        height: pitch * lines.len() as f32,
    };
    for (index, line) in lines.into_iter().enumerate() {
        let free = width - (line.right - line.left);
        let left = match (style.align, line.rtl) {
            (Align::Centre, _) => free / 2.0,
            (Align::Start, true) => free,
            (Align::Start, false) => 0.0,
        };
        let top = index as f32 * pitch;
        // Letters reach about 0.73 of the size above the baseline and 0.21 below: their middle is the line's middle.
        let baseline = top + pitch / 2.0 + size * 0.26 + size * 0.10;
        let origin = (left - line.left, baseline);
        block.lines.push(Line { left, right: width - (free - left), top, bottom: top + pitch, baseline });
        block.glyphs.extend(line.glyphs.into_iter().map(|glyph| Placed { word: glyph.metadata, glyph, origin }));
    }
    block
}

impl Line {
    /// The height of the line's letters: a little above capitals, and as much below the baseline.
    pub(crate) fn letters(&self, size: f32) -> (f32, f32) {
        (self.baseline - size * 0.74, self.baseline + size * 0.02)
    }
}

/// Chinese, Japanese and Thai write no spaces between words.
fn needs_space(before: &str, after: &str) -> bool {
    let spaceless = |letter: Option<char>| {
        letter.is_some_and(|letter| {
            matches!(u32::from(letter), 0x0E00..=0x0EFF | 0x2E80..=0x30FF | 0x31F0..=0x9FFF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF | 0x20000..=0x3FFFF)
        })
    };
    !spaceless(before.chars().next_back()) && !spaceless(after.chars().next())
}
