//! Where lines end: only where the script allows it, and so that all lines are about equally long.

use icu_segmenter::options::{LineBreakOptions, LineBreakStrictness, WordBreakInvariantOptions};
use icu_segmenter::{LineSegmenter, LineSegmenterBorrowed, WordSegmenter, WordSegmenterBorrowed};
use unicode_segmentation::UnicodeSegmentation;

/// A break within a word that the script would allow, but that splits what is read as one (Chinese, Japanese).
const SPLITS_WORD: f32 = 0.12;
/// A Chinese or Japanese line that starts with a particle, which belongs to what is before it.
const BEFORE_PARTICLE: f32 = 0.08;
/// A line that ends in a short word which belongs to the next, such as an article.
const AFTER_SHORT: f32 = 0.03;
/// A line that ends with a clause.
const AFTER_CLAUSE: f32 = -0.05;
/// A word broken because it is wider than the room.
const BREAKS_WORD: f32 = 1.0;

/// Finds the places. The dictionaries are part of the program, so every host breaks alike.
pub(super) struct Breaker {
    lines: LineSegmenterBorrowed<'static>,
    words: WordSegmenterBorrowed<'static>,
}

/// A place where a line may end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    /// The byte where the next line would start.
    pub(super) next: usize,
    /// The byte where the letters of this line end: before a space.
    pub(super) end: usize,
    /// How bad it would be.
    cost: f32,
    /// True if the line gets a hyphen.
    pub(super) hyphen: bool,
}

/// Widths as shares of the type size.
pub(super) struct Widths {
    /// Width of all before each byte.
    pub(super) before: Vec<f32>,
    pub(super) hyphen: f32,
}

/// A line: from one byte to another, perhaps with a hyphen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) hyphen: bool,
}

/// The least cost of some lines, and the point where the last of them begins.
type Step = (f32, Option<usize>);

impl Breaker {
    pub(super) fn new() -> Self {
        let mut options = LineBreakOptions::default();
        options.strictness = Some(LineBreakStrictness::Strict);
        Self {
            lines: LineSegmenter::new_dictionary(options),
            words: WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()),
        }
    }

    /// All places where the script allows a line to end, the text's end last.
    pub(super) fn points(&self, text: &str) -> Vec<Point> {
        let words: Vec<usize> = self.words.segment_str(text).collect();
        let mut points: Vec<Point> = self
            .lines
            .segment_str(text)
            .filter(|at| (1..text.len()).contains(at))
            .filter(|at| may_part(&text[..*at], &text[*at..]))
            .map(|next| {
                let line = text[..next].trim_end();
                let split = words.binary_search(&next).is_err();
                let particle = text[next..].starts_with(is_particle);
                let cost = if split { SPLITS_WORD } else { cost_after(line) };
                Point {
                    next,
                    end: line.len(),
                    cost: cost + if particle { BEFORE_PARTICLE } else { 0.0 },
                    hyphen: false,
                }
            })
            .collect();
        points.push(Point { next: text.len(), end: text.trim_end().len(), cost: 0.0, hyphen: false });
        points
    }
}

fn cost_after(line: &str) -> f32 {
    let word = line.rsplit(' ').next().unwrap_or(line);
    if word.ends_with([',', ';', ':', '.', '!', '?', '—', '，', '。', '、', '：', '！', '？', '؟', '،', '؛', '।'])
    {
        return AFTER_CLAUSE;
    }
    let short = word.chars().count() <= 3 && word.chars().all(char::is_lowercase);
    if short { AFTER_SHORT } else { 0.0 }
}

fn is_particle(letter: char) -> bool {
    matches!(
        letter,
        'は' | 'が'
            | 'を'
            | 'に'
            | 'の'
            | 'へ'
            | 'と'
            | 'で'
            | 'も'
            | 'や'
            | 'か'
            | 'ね'
            | 'よ'
            | '的'
            | '了'
            | '吗'
            | '呢'
            | '们'
            | '吧'
    )
}

/// True unless the second part would start with what must not start a line, or the first end with what must not end one.
fn may_part(before: &str, after: &str) -> bool {
    let (Some(last), Some(first)) = (before.trim_end().chars().next_back(), after.chars().next()) else { return false };
    let starts_badly = matches!(first,
        ')' | ']' | '}' | '”' | '’' | '»' | '›' | ',' | '.' | ';' | ':' | '!' | '?' | '%' | '…' | '،' | '؛' | '؟' | '।' | '॥'
            | '、' | '。' | '，' | '．' | '！' | '？' | '：' | '；' | '）' | '］' | '｝' | '」' | '』' | '】' | '〉' | '》' | '〕' | '・' | 'ー'
            | '々' | '～' | 'ぁ' | 'ぃ' | 'ぅ' | 'ぇ' | 'ぉ' | 'っ' | 'ゃ' | 'ゅ' | 'ょ' | 'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ'
            | 'ャ' | 'ュ' | 'ョ'
            // Thai and Lao vowels and marks that follow their consonant.
            | '\u{0E2F}'..='\u{0E3A}' | '\u{0E45}'..='\u{0E4E}' | '\u{0EB0}'..='\u{0EBC}' | '\u{0EC6}'..='\u{0ECE}');
    let ends_badly = matches!(last,
        '(' | '[' | '{' | '“' | '‘' | '«' | '‹' | '（' | '［' | '｛' | '「' | '『' | '【' | '〈' | '《' | '〔' | '¿' | '¡'
            // Thai and Lao vowels that are written before their consonant.
            | '\u{0E40}'..='\u{0E44}' | '\u{0EC0}'..='\u{0EC4}');
    !starts_badly && !ends_badly
}

impl Widths {
    fn of(&self, start: usize, point: &Point) -> f32 {
        let hyphen = if point.hyphen { self.hyphen } else { 0.0 };
        self.before[point.end.max(start)] - self.before[start] + hyphen
    }
}

/// Adds places between the letters of all words that are wider than `room` (a share of the type size, as all widths).
pub(super) fn with_broken_words(points: &[Point], text: &str, widths: &Widths, room: f32) -> Vec<Point> {
    let mut all = Vec::with_capacity(points.len());
    let mut start = 0;
    for point in points {
        if widths.of(start, point) > room {
            let word = &text[start..point.end];
            for (at, _) in word.grapheme_indices(true).skip(1) {
                if may_part(&word[..at], &word[at..]) {
                    let hyphen = has_hyphens(word[..at].chars().next_back()) && has_hyphens(word[at..].chars().next());
                    // Two letters at least on each side of a hyphen.
                    let cost = if hyphen && (at < 2 || word.len() - at < 2) { 3.0 } else { 0.0 } + BREAKS_WORD;
                    all.push(Point { next: start + at, end: start + at, cost, hyphen });
                }
            }
        }
        all.push(*point);
        start = point.next;
    }
    all
}

/// Latin, Greek and Cyrillic words are broken with a hyphen.
fn has_hyphens(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| letter.is_alphabetic() && u32::from(letter) < 0x0530)
}

/// How many of the points fit into `lines` lines with `tail` after the last letter: the index of the last, if any.
pub(super) fn most_that_fit(
    points: &[Point],
    widths: &Widths,
    (room, lines): (f32, usize),
    tail: f32,
) -> Option<usize> {
    let (mut start, mut line, mut best) = (0, 1, None);
    let mut last: Option<&Point> = None;
    for (at, point) in points.iter().enumerate() {
        let mut width = widths.of(start, point);
        if width > room {
            // On to the next line, if there is one and a place to break at.
            let Some(broken) = last.filter(|broken| line < lines && broken.next > start) else { break };
            (start, line) = (broken.next, line + 1);
            width = widths.of(start, point);
            if width > room {
                break;
            }
        }
        if width + tail <= room {
            best = Some(at);
        }
        last = Some(point);
    }
    best
}

/// The least number of lines that takes all points, and those lines as even as can be; `None` if one line is too narrow
/// for what stands between two points.
pub(super) fn balanced(points: &[Point], widths: &Widths, (room, lines): (f32, usize), tail: f32) -> Option<Vec<Cut>> {
    let count = (1..=lines)
        .find(|count| most_that_fit(points, widths, (room, *count), tail) == Some(points.len().saturating_sub(1)))?;
    let end = points.last()?.end;
    let wanted = ((widths.before[end] + tail) / count as f32).max(0.01);
    // best[k][j]: least cost of k + 1 lines that end at point j, and where the last of them starts.
    let mut best: Vec<Vec<Option<Step>>> = vec![vec![None; points.len()]; count];
    for line in 0..count {
        for at in 0..points.len() {
            let extra = if at + 1 == points.len() { tail } else { 0.0 };
            let cost_of = |start: usize| {
                let width = widths.of(start, &points[at]) + extra;
                let off = (width - wanted) / wanted;
                (width <= room).then_some(off * off)
            };
            if line == 0 {
                best[0][at] = cost_of(0).map(|cost| (cost, None));
                continue;
            }
            let mut found: Option<Step> = None;
            for before in (0..at).rev() {
                let Some(cost) = cost_of(points[before].next) else { break };
                let Some((sum, _)) = best[line - 1][before] else { continue };
                let sum = sum + cost + points[before].cost;
                if found.is_none_or(|(least, _)| sum < least) {
                    found = Some((sum, Some(before)));
                }
            }
            best[line][at] = found;
        }
    }
    let mut cuts = Vec::with_capacity(count);
    let mut at = points.len() - 1;
    for line in (0..count).rev() {
        let (_, before) = best[line][at]?;
        let start = before.map_or(0, |before| points[before].next);
        cuts.push(Cut { start, end: points[at].end.max(start), hyphen: points[at].hyphen });
        at = before.unwrap_or(0);
    }
    cuts.reverse();
    Some(cuts)
}
