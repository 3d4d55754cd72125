//! Setting text: shaping and glyphs by cosmic-text; faces, line breaks, fitting and placing are done here, so that no
//! line leaves its room and every host breaks alike.

mod breaks;
mod clean;
mod faces;
mod fit;
mod ink;

use std::collections::BTreeMap;

use cosmic_text::fontdb::{Database, ID};
use cosmic_text::{
    Attrs, Buffer, Fallback, Family, FontSystem, LayoutGlyph, Metrics, Shaping, SwashCache, Weight, Wrap,
};

use super::fonts::{Chosen, Fonts};
use super::mask::RoundBox;
use breaks::Breaker;
pub(crate) use clean::{capitals, is_rtl_language};
pub(crate) use fit::Setting;
pub(crate) use ink::Inked;

/// Fonts and caches of one painter.
pub(crate) struct Typesetter {
    fonts: Fonts,
    language: String,
    system: FontSystem,
    cache: SwashCache,
    breaker: Breaker,
    /// The names that the faces in use have in `system`: each face is a family of its own there, so that nothing but
    /// what was chosen is ever taken.
    names: BTreeMap<ID, String>,
}

/// The room for a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    pub(crate) width: f32,
    pub(crate) height: f32,
    pub(crate) lines: usize,
}

/// A text with every glyph in its place; the origin is the left upper corner of the block.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextBlock {
    glyphs: Vec<Placed>,
    pub(crate) lines: Vec<Line>,
    /// True if it is read from right to left.
    pub(crate) rtl: bool,
    /// True if its script has marks high above or deep below the letters.
    tall: bool,
    /// As it came out, after shrinking.
    pub(crate) size: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
    /// True if not all of it had room: it ends in an ellipsis.
    pub(crate) cut: bool,
    /// The first letter that no font has; it was left out.
    pub(crate) missing: Option<char>,
}

#[derive(Debug, Clone)]
struct Placed {
    glyph: LayoutGlyph,
    /// Left end of its line and the baseline.
    origin: (f32, f32),
    word: usize,
    line: usize,
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
}

/// A piece of a line in one face.
struct Piece<'t> {
    text: &'t str,
    face: Chosen,
    word: usize,
    gap: f32,
}

/// No face is taken but the chosen one.
struct NoFallback;

impl Fallback for NoFallback {
    fn common_fallback(&self) -> &[&'static str] {
        &[]
    }

    fn forbidden_fallback(&self) -> &[&'static str] {
        &[]
    }

    fn script_fallback(&self, _script: unicode_script::Script, _locale: &str) -> &[&'static str] {
        &[]
    }
}

impl Typesetter {
    pub(crate) fn new(fonts: &Fonts, language: &str) -> Self {
        let system = FontSystem::new_with_locale_and_db_and_fallback(language.to_owned(), Database::new(), NoFallback);
        Self {
            fonts: fonts.clone(),
            language: language.to_owned(),
            system,
            cache: SwashCache::new(),
            breaker: Breaker::new(),
            names: BTreeMap::new(),
        }
    }

    /// Shapes lines of pieces at a size in pixels; `None` if no face of theirs can be read.
    fn shaped<'t>(&mut self, lines: &[impl AsRef<[Piece<'t>]>], size: f32) -> Option<Buffer> {
        for piece in lines.iter().flat_map(AsRef::as_ref) {
            self.know(piece.face);
        }
        let mut spans: Vec<(&str, Attrs<'_>)> = Vec::new();
        let mut any = false;
        for (at, line) in lines.iter().enumerate() {
            if at > 0 {
                spans.push(("\n", Attrs::new()));
            }
            for piece in line.as_ref() {
                let Some(name) = self.names.get(&piece.face.id) else { continue };
                let mut attrs =
                    Attrs::new().family(Family::Name(name)).weight(Weight(piece.face.weight)).metadata(piece.word);
                if piece.gap > 0.0 {
                    attrs = attrs.letter_spacing(piece.gap);
                }
                any = true;
                spans.push((piece.text, attrs));
            }
        }
        if !any {
            return None;
        }
        let mut buffer = Buffer::new_empty(Metrics::new(size, size));
        buffer.set_wrap(Wrap::None);
        buffer.set_rich_text(spans, &Attrs::new(), Shaping::Advanced, None);
        buffer.shape_until_scroll(&mut self.system, false);
        Some(buffer)
    }

    /// Lays out lines of pieces at a size in pixels.
    fn lay_out(&mut self, lines: &[Vec<Piece<'_>>], size: f32) -> Vec<RawLine> {
        let Some(buffer) = self.shaped(lines, size) else { return Vec::new() };
        let seen = |text: Option<&str>| {
            text.is_some_and(|text| text.chars().any(|c| !c.is_whitespace() && !clean::is_ignorable(c)))
        };
        buffer
            .layout_runs()
            .filter_map(|run| {
                let glyphs = run.glyphs.iter().filter(|glyph| seen(run.text.get(glyph.start..glyph.end)));
                let glyphs: Vec<LayoutGlyph> = glyphs.cloned().collect();
                let left = glyphs.iter().map(|glyph| glyph.x).reduce(f32::min)?;
                let right = glyphs.iter().map(|glyph| glyph.x + glyph.w).reduce(f32::max)?;
                Some(RawLine { glyphs, left, right })
            })
            .collect()
    }

    /// Makes a face known to the shaper, as a family of its own; one that cannot be read stays unknown, and what it
    /// would set is left out.
    fn know(&mut self, face: Chosen) {
        if self.names.contains_key(&face.id) {
            return;
        }
        let Some(info) = self.fonts.info(face.id) else { return };
        let name = format!("face {}", self.names.len());
        let mut info = info.clone();
        for (family, _) in &mut info.families {
            family.clone_from(&name);
        }
        // Chosen for itself: its slant and width are no question any more.
        info.style = cosmic_text::fontdb::Style::Normal;
        info.stretch = cosmic_text::fontdb::Stretch::Normal;
        let id = self.system.db_mut().push_face_info(info);
        if self.system.get_font(id, Weight(face.weight)).is_some() {
            self.names.insert(face.id, name);
        } else {
            self.system.db_mut().remove_face(id);
        }
    }
}

impl TextBlock {
    /// The boxes round one word, one for each line that it is on, with the line's number.
    pub(crate) fn word_boxes(&self, word: usize) -> impl Iterator<Item = (usize, RoundBox)> {
        let mut boxes: Vec<(usize, RoundBox)> = Vec::new();
        for placed in self.glyphs.iter().filter(|placed| placed.word == word) {
            let (x, baseline) = placed.origin;
            let (left, right) = (x + placed.glyph.x, x + placed.glyph.x + placed.glyph.w);
            match boxes.last_mut() {
                Some((line, shape)) if *line == placed.line => {
                    (shape.left, shape.right) = (shape.left.min(left), shape.right.max(right));
                }
                Some(_) | None => {
                    let (top, bottom) = (baseline - self.size * 0.80, baseline + self.size * 0.26);
                    boxes.push((placed.line, RoundBox { left, top, right, bottom, radius: self.size * 0.18 }));
                }
            }
        }
        boxes.into_iter()
    }

    /// True if a word is read from right to left.
    pub(crate) fn is_rtl_word(&self, word: usize) -> bool {
        self.glyphs.iter().find(|placed| placed.word == word).is_some_and(|placed| placed.glyph.level.is_rtl())
    }

    /// The height of a line's letters, with their marks.
    pub(crate) fn letters_of(&self, line: &Line) -> (f32, f32) {
        if self.tall { line.marks(self.size) } else { line.letters(self.size) }
    }

    /// True if nothing of the text came out, such as a text of spaces.
    pub(crate) fn is_empty(&self) -> bool {
        self.glyphs.is_empty()
    }

    /// Moves everything by whole pixels.
    fn shift(&mut self, across: f32, down: f32) {
        for placed in &mut self.glyphs {
            placed.origin = (placed.origin.0 + across, placed.origin.1 + down);
        }
        for line in &mut self.lines {
            (line.left, line.right) = (line.left + across, line.right + across);
            (line.top, line.bottom) = (line.top + down, line.bottom + down);
            line.baseline += down;
        }
    }
}

impl Line {
    /// The height of the line's letters: a little above capitals, and as much below the baseline.
    pub(crate) fn letters(&self, size: f32) -> (f32, f32) {
        (self.baseline - size * 0.74, self.baseline + size * 0.02)
    }

    /// The same with the marks of scripts that have some.
    pub(crate) fn marks(&self, size: f32) -> (f32, f32) {
        (self.baseline - size * 0.92, self.baseline + size * 0.16)
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
