//! Making a text fit: breaks, size, and at last an ellipsis.

use std::ops::Range;

use reelpress_templates::template::TextAlign;

use super::breaks::{Cut, Point, Widths, balanced, most_that_fit, with_broken_words};
use super::faces::{Span, Wish, spans};
use super::{Inked, Line, Piece, Placed, RawLine, Room, TextBlock, Typesetter, clean, needs_space};
use crate::picture::fonts::Chosen;

/// Each try to make a text fit is this much smaller than the one before it.
const SHRINK: f32 = 0.97;
/// Words are broken only below this share of the wanted size.
const BREAK_WORDS_BELOW: f32 = 0.72;
/// Type below this many pixels is no type.
const LEAST_PIXELS: f32 = 4.0;
/// Widths are measured at this size, in pixels.
const MEASURED_AT: f32 = 100.0;
/// How often a text is set anew because its ink was larger than its letters' boxes.
const MOST_TRIES: usize = 24;
/// Shown where a text was cut.
const ELLIPSIS: &str = "…";

/// What a text shall look like.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    /// First choice first.
    pub(crate) families: &'a [String],
    pub(crate) weight: u16,
    /// Wanted, in pixels.
    pub(crate) size: f32,
    /// Smallest; what does not fit then is cut at a word.
    pub(crate) smallest: f32,
    /// Distance of two lines as a share of the size.
    pub(crate) leading: f32,
    pub(crate) align: TextAlign,
    /// Put to each space between two words, as a share of the size.
    pub(crate) gap: f32,
}

/// A text that is known but has no lines yet.
struct Known {
    text: String,
    spans: Vec<Span>,
    /// Where each word is, with its number.
    words: Vec<(Range<usize>, usize)>,
    points: Vec<Point>,
    widths: Widths,
    /// Width of the ellipsis as a share of the size, and its face.
    ellipsis: (f32, Option<Chosen>),
    rtl: bool,
    /// Height of letters above and below the baseline as shares of the size.
    rise: f32,
    fall: f32,
    tall: bool,
    /// More was given than is ever set.
    was_cut: bool,
    missing: Option<char>,
}

/// Lines at a size.
struct Fitted {
    size: f32,
    cuts: Vec<Cut>,
    cut: bool,
}

impl Typesetter {
    /// Sets words with a space between two, unless the script writes none. What comes back is within the room, whatever
    /// the words are; it is empty if they have no letters or the room holds none.
    pub(crate) fn fit(&mut self, words: &[String], setting: &Setting<'_>, room: Room) -> TextBlock {
        let known = self.learn(words, setting);
        let nothing = TextBlock { missing: known.missing, rtl: known.rtl, ..TextBlock::default() };
        // Room that ink beyond its letters' boxes turned out to need: across and down.
        let mut slack = (0.0_f32, 0.0_f32);
        for _ in 0..MOST_TRIES {
            let rest = Room { width: room.width - slack.0, height: room.height - slack.1, ..room };
            if rest.width < 1.0 || rest.height < 1.0 {
                break;
            }
            let Some(fitted) = fitted(&known, setting, rest) else { break };
            let lines = self.lines(&known, &fitted, setting.gap);
            let mut block = place(lines, setting, fitted.size, &known);
            block.cut = fitted.cut;
            self.make_room_for_ink(&mut block, &known, fitted.size * setting.leading);
            let over = (block.width - room.width, block.height - room.height);
            if over.0 <= 0.0 && over.1 <= 0.0 {
                return block;
            }
            slack = (slack.0 + over.0.max(0.0).ceil(), slack.1 + over.1.max(0.0).ceil());
        }
        nothing
    }

    /// Words to one text with faces, breaks and widths.
    fn learn(&mut self, words: &[String], setting: &Setting<'_>) -> Known {
        let (text, words, was_cut) = joined(words);
        let language = self.language.clone();
        let wish = Wish { families: setting.families, weight: setting.weight, language: &language };
        let (kept, faces, missing) = spans(&self.fonts, &text, &wish);
        // Left-out letters move the words behind them.
        let words = if kept.len() == text.len() { words } else { moved(&text, &kept, &words) };
        let (_, marks, _) = spans(&self.fonts, ELLIPSIS, &wish);
        let mut known = Known {
            rtl: clean::direction(&kept, &language),
            points: self.breaker.points(&kept),
            widths: Widths { before: Vec::new(), hyphen: 0.0 },
            ellipsis: (0.0, marks.first().map(|span| span.face)),
            rise: 0.80,
            fall: 0.24,
            text: kept,
            spans: faces,
            words,
            tall: false,
            was_cut,
            missing,
        };
        known.tall = known.text.chars().any(is_tall);
        if known.tall {
            (known.rise, known.fall) = (0.96, 0.34);
        }
        self.measure(&mut known, setting.gap);
        known
    }

    fn measure(&mut self, known: &mut Known, gap: f32) {
        let mut before = vec![0.0_f32; known.text.len() + 1];
        let mut whole = known.pieces(0..known.text.len(), gap);
        let mark = known.put_mark(0..known.text.len(), &mut whole);
        for (start, width) in self.advances(&whole) {
            let start = start.checked_sub(mark);
            if let Some(slot) = start.and_then(|start| before.get_mut(start + 1)) {
                *slot += width / MEASURED_AT;
            }
        }
        let mut sum = 0.0;
        for slot in &mut before {
            sum += *slot;
            *slot = sum;
        }
        known.widths.before = before;
        let face = known.spans.first().map(|span| span.face);
        let mut width = |text: &'static str, face: Option<Chosen>| {
            let piece = face.map(|face| Piece { text, face, word: 0, gap: 0.0 });
            self.advances(&piece.into_iter().collect::<Vec<_>>()).iter().map(|(_, width)| width / MEASURED_AT).sum()
        };
        known.widths.hyphen = width("-", face);
        known.ellipsis.0 = width(ELLIPSIS, known.ellipsis.1);
    }

    /// The lines with all that is put to them: marks of direction, hyphens, the ellipsis.
    fn lines(&mut self, known: &Known, fitted: &Fitted, gap: f32) -> Vec<RawLine> {
        let last = fitted.cuts.len().saturating_sub(1);
        let lines: Vec<Vec<Piece<'_>>> = fitted
            .cuts
            .iter()
            .enumerate()
            .map(|(at, cut)| {
                let mut pieces = known.pieces(cut.start..cut.end, gap);
                let end = pieces.last().map(|piece| (piece.face, piece.word));
                if cut.hyphen
                    && let Some((face, word)) = end
                {
                    pieces.push(Piece { text: "-", face, word, gap: 0.0 });
                }
                if fitted.cut
                    && at == last
                    && let (Some((_, word)), Some(face)) = (end, known.ellipsis.1)
                {
                    pieces.push(Piece { text: ELLIPSIS, face, word, gap: 0.0 });
                }
                known.put_mark(cut.start..cut.end, &mut pieces);
                with_joints(pieces)
            })
            .collect();
        self.lay_out(&lines, fitted.size)
    }

    /// Moves glyphs whose ink leaves their boxes (marks on marks, tails, swashes) into the block, and lines whose ink
    /// would meet apart.
    fn make_room_for_ink(&mut self, block: &mut TextBlock, known: &Known, pitch: f32) {
        let inked = self.inked_lines(block, (0.0, 0.0));
        let down = |at: usize| block.lines.get(at).map_or(0.0, |line| line.baseline);
        let mut apart = pitch;
        for at in 1..inked.len() {
            if let (Some(above), Some(below)) = (inked[at - 1], inked[at]) {
                let fall = above.bottom as f32 - down(at - 1);
                let rise = down(at) - below.top as f32;
                apart = apart.max(fall + rise + 1.0);
            }
        }
        apart = apart.ceil();
        let first = known.rise * block.size;
        let rise = inked.first().copied().flatten().map_or(first, |ink| first.max(down(0) - ink.top as f32)).ceil();
        let last = inked.len().saturating_sub(1);
        let least = known.fall * block.size;
        let fall =
            inked.last().copied().flatten().map_or(least, |ink| least.max(ink.bottom as f32 - down(last))).ceil();
        for (at, line) in block.lines.iter_mut().enumerate() {
            line.baseline = rise + at as f32 * apart;
            line.top = line.baseline - rise;
            line.bottom = line.baseline + fall;
        }
        for placed in &mut block.glyphs {
            placed.origin.1 = block.lines.get(placed.line).map_or(0.0, |line| line.baseline);
        }
        block.height = rise + fall + apart * last as f32;
        let all = inked.into_iter().fold(None, Inked::joined);
        if let Some(all) = all {
            let left = (-all.left).max(0) as f32;
            let right = (all.right as f32).max(block.width);
            if left > 0.0 {
                block.shift(left, 0.0);
            }
            block.width = right + left;
        }
    }

    /// Advance of each cluster of one line at [`MEASURED_AT`] pixels, with the byte where it starts.
    fn advances(&mut self, pieces: &[Piece<'_>]) -> Vec<(usize, f32)> {
        let Some(buffer) = self.shaped(&[pieces], MEASURED_AT) else { return Vec::new() };
        buffer.layout_runs().flat_map(|run| run.glyphs).map(|glyph| (glyph.start, glyph.w)).collect()
    }
}

impl Known {
    /// The pieces of a stretch of the text, each of one word and one face.
    fn pieces(&self, stretch: Range<usize>, gap: f32) -> Vec<Piece<'_>> {
        let mut pieces = Vec::new();
        for (range, word) in &self.words {
            let space = self.text[range.clone()].trim().is_empty();
            for span in &self.spans {
                let start = stretch.start.max(range.start).max(span.range.start);
                let end = stretch.end.min(range.end).min(span.range.end);
                if start < end {
                    let gap = if space { gap } else { 0.0 };
                    pieces.push(Piece { text: &self.text[start..end], face: span.face, word: *word, gap });
                }
            }
        }
        pieces
    }

    /// Puts a mark of direction before a stretch that would not run as its text does: one that starts with foreign
    /// letters, and a right-to-left one that starts with no letter at all, of which the shaper would lose the figures
    /// before its first letter. Gives the mark's length in bytes.
    fn put_mark<'t>(&'t self, stretch: Range<usize>, pieces: &mut Vec<Piece<'t>>) -> usize {
        let text = &self.text[stretch];
        let own = text.chars().find_map(clean::is_rtl).unwrap_or(false);
        let starts_so = text.chars().next().and_then(clean::is_rtl) == Some(true);
        if own == self.rtl && (starts_so || !self.rtl) {
            return 0;
        }
        let Some((face, word)) = pieces.first().map(|piece| (piece.face, piece.word)) else { return 0 };
        let mark = if self.rtl { "\u{200F}" } else { "\u{200E}" };
        pieces.insert(0, Piece { text: mark, face, word, gap: 0.0 });
        mark.len()
    }
}

/// Puts an invisible place to break between two faces within a right-to-left word: the shaper would show the pieces of
/// such a word in the wrong order.
fn with_joints(pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    let mut out: Vec<Piece<'_>> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        if let Some(last) = out.last().filter(|last| last.face != piece.face) {
            let rtl = |text: &str| text.chars().any(|letter| clean::is_rtl(letter) == Some(true));
            if rtl(last.text) || rtl(piece.text) {
                let (face, word) = (last.face, last.word);
                out.push(Piece { text: "\u{200B}", face, word, gap: 0.0 });
            }
        }
        out.push(piece);
    }
    out
}

/// The words as one cleaned text; where each is; whether there was more.
fn joined(words: &[String]) -> (String, Vec<(Range<usize>, usize)>, bool) {
    let (mut text, mut ranges, mut was_cut, mut before) = (String::new(), Vec::new(), false, String::new());
    let mut room = clean::MOST_CHARACTERS;
    for (number, word) in words.iter().enumerate() {
        let (word, cut) = clean::clean(word);
        if word.is_empty() {
            continue;
        }
        if room == 0 {
            was_cut = true;
            break;
        }
        if !text.is_empty() && needs_space(&before, &word) {
            ranges.push((text.len()..text.len() + 1, number));
            text.push(' ');
        }
        let start = text.len();
        text.extend(word.chars().take(room));
        was_cut |= cut || word.chars().count() > room;
        room = room.saturating_sub(word.chars().count());
        ranges.push((start..text.len(), number));
        before = word;
    }
    (text, ranges, was_cut)
}

/// The words' places in the text that is left: both texts have the same letters in the same order, but `kept` lacks some.
fn moved(text: &str, kept: &str, words: &[(Range<usize>, usize)]) -> Vec<(Range<usize>, usize)> {
    let mut place = vec![0; text.len() + 1];
    let mut left = kept.char_indices().peekable();
    for (at, letter) in text.char_indices() {
        place[at] = left.peek().map_or(kept.len(), |(to, _)| *to);
        left.next_if(|(_, other)| *other == letter);
    }
    place[text.len()] = kept.len();
    words
        .iter()
        .map(|(range, number)| (place[range.start]..place[range.end], *number))
        .filter(|(range, _)| !range.is_empty())
        .collect()
}

/// Scripts with marks high above or deep below the letters.
fn is_tall(letter: char) -> bool {
    matches!(u32::from(letter), 0x0600..=0x06FF | 0x0900..=0x109F | 0x1780..=0x17FF)
}

fn fitted(known: &Known, setting: &Setting<'_>, room: Room) -> Option<Fitted> {
    if known.points.last().is_none_or(|point| point.end == 0) {
        return None;
    }
    let mut sizes = vec![setting.size];
    while let Some(next) = sizes.last().map(|size| size * SHRINK).filter(|size| *size > setting.smallest) {
        sizes.push(next);
    }
    if setting.smallest < setting.size {
        sizes.push(setting.smallest);
    }
    let limits = |size: f32| (room.width / size, lines_at(known, setting.leading, size, room));
    if !known.was_cut {
        let whole = sizes.iter().find_map(|size| {
            let cuts = balanced(&known.points, &known.widths, limits(*size), 0.0)?;
            Some(Fitted { size: *size, cuts, cut: false })
        });
        let broken = || {
            sizes.iter().filter(|size| **size <= setting.size * BREAK_WORDS_BELOW || sizes.len() == 1).find_map(
                |size| {
                    let points = with_broken_words(&known.points, &known.text, &known.widths, room.width / size);
                    let cuts = balanced(&points, &known.widths, limits(*size), 0.0)?;
                    Some(Fitted { size: *size, cuts, cut: false })
                },
            )
        };
        if let Some(fitted) = whole.or_else(broken) {
            return Some(fitted);
        }
    }
    let mut size = setting.smallest;
    while size >= LEAST_PIXELS {
        if let Some(cuts) = shortened(known, limits(size)) {
            return Some(Fitted { size, cuts, cut: true });
        }
        size *= 0.9;
    }
    None
}

/// As much as fits, with an ellipsis.
fn shortened(known: &Known, limits: (f32, usize)) -> Option<Vec<Cut>> {
    if limits.1 == 0 {
        return None;
    }
    let tail = known.ellipsis.0;
    let mut points = with_broken_words(&known.points, &known.text, &known.widths, limits.0);
    let last = most_that_fit(&points, &known.widths, limits, tail)?;
    points.truncate(last + 1);
    if let Some(last) = points.last_mut() {
        last.end =
            known.text[..last.end].trim_end_matches([',', ';', ':', '.', '-', '–', '—', '、', '，', '。', ' ']).len();
        last.hyphen = false;
    }
    balanced(&points, &known.widths, limits, tail).filter(|cuts| cuts.last().is_some_and(|cut| cut.end > cut.start))
}

/// How many lines of a size the room holds.
fn lines_at(known: &Known, leading: f32, size: f32, room: Room) -> usize {
    let (one, pitch) = ((known.rise + known.fall) * size, leading * size);
    if one > room.height { 0 } else { room.lines.min(1 + ((room.height - one) / pitch) as usize) }
}

/// Moves each line to its place.
fn place(lines: Vec<RawLine>, setting: &Setting<'_>, size: f32, known: &Known) -> TextBlock {
    let width = lines.iter().map(|line| line.right - line.left).fold(0.0, f32::max);
    let mut block =
        TextBlock { rtl: known.rtl, tall: known.tall, size, width, missing: known.missing, ..TextBlock::default() };
    for (index, line) in lines.into_iter().enumerate() {
        let free = width - (line.right - line.left);
        let left = match (setting.align, known.rtl) {
            (TextAlign::Centre, _) => free / 2.0,
            (TextAlign::Start, true) | (TextAlign::End, false) => free,
            (TextAlign::Start, false) | (TextAlign::End, true) => 0.0,
        };
        let baseline = (known.rise * size + index as f32 * size * setting.leading).round();
        let origin = (left - line.left, baseline);
        let right = left + line.right - line.left;
        block.lines.push(Line { left, right, top: baseline - size, bottom: baseline + size, baseline });
        let glyphs = line.glyphs.into_iter();
        block.glyphs.extend(glyphs.map(|glyph| Placed { word: glyph.metadata, glyph, origin, line: index }));
    }
    block
}

#[cfg(test)]
mod tests;
