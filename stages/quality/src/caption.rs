//! Captions: within the safe zone, large enough, seen against what is behind them, read in the time there is, and spelled
//! as in the script.
//!
//! What is shown where and when comes from the line: no letters are recognised. Only the contrast is taken from the
//! pixels: along the edges of the letters, found by their colour, each letter's own luminance is held against that of the
//! picture a few pixels further out. An outline or a ground counts as what it is there for.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::finding::{Finding, Rule, Unchecked, Weight};
use crate::frame::Frame;
use crate::limits::Limits;
use crate::scan::over;

/// A part of the frame, in shares of its width and height, from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f32,
    /// Upper edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Lower edge.
    pub bottom: f32,
}

/// Text as it is planned to be seen.
#[derive(Debug, Clone, PartialEq)]
pub struct Caption {
    /// All words that are seen at once.
    pub text: String,
    /// First millisecond of the cut.
    pub from_ms: f64,
    /// First millisecond after it.
    pub to_ms: f64,
    /// Where its letters are; `None` if that is not known.
    pub area: Option<Area>,
    /// Type size in shares of the frame's shorter side; `None` if that is not known.
    pub size: Option<f32>,
    /// The colours of its letters, 8-bit sRGB; empty if they are not known.
    pub colours: Vec<[u8; 3]>,
    /// True for what is heard at the same time. Other texts on the screen may be smaller, may stand for longer than they
    /// are read, and are spelled by nobody's voice.
    pub spoken: bool,
}

/// Captions of a cut that are looked at; more than a thousand words.
const MOST: usize = 2_000;
/// Findings of one rule; the reader knows by then.
const MOST_FINDINGS: usize = 8;
/// How far letters may lie outside of the safe zone: places are rounded to even pixels.
const SLACK: f32 = 0.002;
/// Reading speed is taken over at least this time, in milliseconds: single words come and go as they are spoken.
const SPEED_WINDOW_MS: f64 = 2_500.0;
/// How far a pixel may be from a letter's colour, in steps of Y, U and V.
const LIKE: [i32; 3] = [18, 20, 20];
/// Smaller type is not measured, in pixels: its strokes are about as thin as a sample of colour, so that no pixel has the
/// letters' own.
const LEAST_PIXELS: f32 = 24.0;
/// Fewer edges than this are not letters.
const LEAST_EDGES: usize = 24;

/// Follows the captions over the frames.
#[derive(Debug)]
pub(crate) struct Readable {
    captions: Vec<Caption>,
    /// The next caption whose pixels are looked at; they are in the order of their middles.
    next: usize,
    findings: Vec<Finding>,
    /// Captions whose letters were looked for, and found.
    looked_for: usize,
    seen: usize,
}

impl Readable {
    /// Judges what needs no pixels.
    pub(crate) fn new(mut captions: Vec<Caption>, safe: Option<Area>, limits: &Limits) -> Self {
        captions.retain(|caption| caption.from_ms.is_finite() && caption.to_ms.is_finite());
        captions.truncate(MOST);
        captions.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
        let mut findings = Vec::new();
        for caption in &captions {
            // Other texts come in from outside of their places, and where they rest is not told.
            findings.extend(place(caption, safe.filter(|_| caption.spoken)));
            findings.extend(size(caption, limits));
            findings.extend(time(caption, limits));
        }
        let spoken: Vec<&Caption> = captions.iter().filter(|caption| caption.spoken).collect();
        findings.extend(speed(&spoken, limits));
        Self { captions, next: 0, findings, looked_for: 0, seen: 0 }
    }

    /// Looks at the pixels of captions whose middle is in this frame.
    pub(crate) fn add(&mut self, frame: &Frame<'_>, limits: &Limits) {
        while let Some(caption) = self.captions.get(self.next) {
            let middle = middle(caption);
            if middle >= frame.end_ms {
                return;
            }
            self.next += 1;
            let Some(area) = caption.area.filter(|_| middle >= frame.time_ms && !caption.colours.is_empty()) else {
                continue;
            };
            let pixels = caption.size.map(|size| size * frame.width.min(frame.height) as f32);
            if pixels.is_some_and(|pixels| pixels < LEAST_PIXELS) {
                continue;
            }
            self.looked_for += 1;
            let mut contrasts = edges(frame, area, &caption.colours);
            if contrasts.len() < LEAST_EDGES {
                continue;
            }
            self.seen += 1;
            contrasts.sort_unstable_by(f32::total_cmp);
            let at = (contrasts.len() as f64 * limits.poor_edges) as usize;
            let contrast = f64::from(contrasts[at.min(contrasts.len() - 1)]);
            if contrast < limits.contrast {
                self.findings.push(about(
                    caption,
                    Rule::CaptionContrast,
                    Weight::Hold,
                    contrast,
                    limits.contrast,
                    "to 1",
                ));
            }
        }
    }

    pub(crate) fn finish(self) -> (Vec<Finding>, Vec<Unchecked>) {
        let mut unchecked = Vec::new();
        let mut add = |is_missing: bool, rule, why| {
            if is_missing {
                unchecked.push(Unchecked { rule, why });
            }
        };
        let none = |has: &dyn Fn(&Caption) -> bool| !self.captions.iter().any(|one| one.spoken && has(one));
        let no_plan = "no captions are planned, or their place is not known";
        add(none(&|caption| caption.area.is_some()), Rule::CaptionPlace, no_plan);
        add(none(&|caption| caption.size.is_some()), Rule::CaptionSize, "the size of the captions is not known");
        add(none(&|_| true), Rule::CaptionSpeed, "no captions are planned");
        let why = if self.looked_for == 0 {
            "the colours or places of the captions are not known, or they are too small to measure"
        } else {
            "letters of the planned colours were not found in the picture"
        };
        add(self.seen == 0, Rule::CaptionContrast, why);
        let mut findings = self.findings;
        findings.sort_by_key(|finding| finding.rule);
        let mut count = 0;
        let mut last = None;
        findings.retain(|finding| {
            count = if last == Some(finding.rule) { count + 1 } else { 1 };
            last = Some(finding.rule);
            count <= MOST_FINDINGS
        });
        (findings, unchecked)
    }
}

fn middle(caption: &Caption) -> f64 {
    f64::midpoint(caption.from_ms, caption.to_ms)
}

fn about(caption: &Caption, rule: Rule, weight: Weight, measured: f64, limit: f64, unit: &'static str) -> Finding {
    let finding = over(rule, weight, (caption.from_ms, caption.to_ms), measured, limit, unit);
    Finding { about: format!("`{}`", shortened(&caption.text)), ..finding }
}

fn shortened(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).take(61).collect();
    if plain.chars().count() <= 60 { plain } else { plain.chars().take(59).chain(['\u{2026}']).collect() }
}

fn place(caption: &Caption, safe: Option<Area>) -> Option<Finding> {
    let (area, safe) = (caption.area?, safe?);
    let beyond = [safe.left - area.left, safe.top - area.top, area.right - safe.right, area.bottom - safe.bottom];
    let most = beyond.into_iter().fold(0.0_f32, |most, one| if one.is_finite() { most.max(one) } else { 1.0 });
    let percent = f64::from(most) * 100.0;
    (most > SLACK).then(|| {
        about(caption, Rule::CaptionPlace, Weight::Hold, percent, 0.0, "% of the frame outside of the safe zone")
    })
}

fn size(caption: &Caption, limits: &Limits) -> Option<Finding> {
    let limit = if caption.spoken { limits.letters } else { limits.small_letters };
    let size = f64::from(caption.size?);
    let is_small = size.is_nan() || size < limit;
    let unit = "% of the frame's shorter side";
    is_small.then(|| about(caption, Rule::CaptionSize, Weight::Hold, size * 100.0, limit * 100.0, unit))
}

fn time(caption: &Caption, limits: &Limits) -> Option<Finding> {
    let shown = caption.to_ms - caption.from_ms;
    let is_short = caption.spoken && shown < limits.caption_ms && !caption.text.trim().is_empty();
    is_short.then(|| about(caption, Rule::CaptionTime, Weight::Note, shown, limits.caption_ms, "ms"))
}

/// The fastest stretch, if it is too fast.
fn speed(captions: &[&Caption], limits: &Limits) -> Option<Finding> {
    let characters: Vec<usize> = captions.iter().map(|caption| caption.text.chars().count()).collect();
    let mut worst: Option<(f64, usize, usize)> = None;
    let (mut first, mut sum) = (0, 0);
    for last in 0..captions.len() {
        sum += characters[last];
        // The shortest stretch that ends here and is long enough.
        while first < last && captions[last].to_ms - captions[first + 1].from_ms >= SPEED_WINDOW_MS {
            sum -= characters[first];
            first += 1;
        }
        let took = captions[last].to_ms - captions[first].from_ms;
        // A cut of one short caption is judged by its own time.
        let is_long = took >= SPEED_WINDOW_MS || captions.len() == 1;
        let rate = sum as f64 * 1_000.0 / took.max(1.0);
        if is_long && worst.is_none_or(|(most, ..)| rate > most) {
            worst = Some((rate, first, last));
        }
    }
    let (rate, first, last) = worst.filter(|(rate, ..)| *rate > limits.characters_per_second)?;
    let time = (captions[first].from_ms, captions[last].to_ms);
    let finding =
        over(Rule::CaptionSpeed, Weight::Hold, time, rate, limits.characters_per_second, "characters a second");
    Some(Finding { about: format!("`{}`", shortened(&captions[first].text)), ..finding })
}

/// The contrast at each edge of letters of these colours.
fn edges(frame: &Frame<'_>, area: Area, colours: &[[u8; 3]]) -> Vec<f32> {
    let wanted: Vec<[i32; 3]> = colours.iter().take(8).map(|colour| yuv(*colour)).collect();
    let at = |share: f32, size: usize| ((share.clamp(0.0, 1.0) * size as f32) as usize).min(size);
    let (left, right) = (at(area.left, frame.width), at(area.right, frame.width));
    let (top, bottom) = (at(area.top, frame.height), at(area.bottom, frame.height));
    let pixel = |x: usize, y: usize| {
        let chroma = y / 2 * frame.chroma_stride + x / 2;
        [frame.y[y * frame.y_stride + x], frame.u[chroma], frame.v[chroma]].map(i32::from)
    };
    let is_letter = |pixel: [i32; 3]| {
        wanted.iter().any(|colour| (0..3).all(|part| (pixel[part] - colour[part]).abs() <= LIKE[part]))
    };
    let reach = (frame.width.min(frame.height) / 180).max(2);
    let mut contrasts = Vec::new();
    for y in (top..bottom).step_by((frame.height / 480).max(1)) {
        let mut was_letter = None;
        for x in left..right {
            let is = is_letter(pixel(x, y));
            let edge = match was_letter {
                Some(true) if !is => Some((x - 1, x + reach)),
                Some(false) if is => x.checked_sub(1 + reach).map(|outside| (x, outside)),
                _ => None,
            };
            was_letter = Some(is);
            let Some((letter, outside)) = edge.filter(|(_, outside)| *outside < frame.width) else { continue };
            let beside = pixel(outside, y);
            if !is_letter(beside) {
                contrasts.push(contrast(luminance(pixel(letter, y)), luminance(beside)));
            }
        }
    }
    contrasts
}

/// WCAG 2.2, "contrast ratio".
fn contrast(a: f32, b: f32) -> f32 {
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// Limited-range BT.709 of an sRGB colour.
fn yuv(colour: [u8; 3]) -> [i32; 3] {
    let [r, g, b] = colour.map(|part| f32::from(part) / 255.0);
    let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    let (cb, cr) = ((b - y) / 1.8556, (r - y) / 1.5748);
    [16.0 + 219.0 * y, 128.0 + 224.0 * cb, 128.0 + 224.0 * cr].map(|part| part.round() as i32)
}

/// WCAG 2.2, "relative luminance", of a limited-range BT.709 pixel.
fn luminance([y, u, v]: [i32; 3]) -> f32 {
    let (y, cb, cr) = ((y - 16) as f32 / 219.0, (u - 128) as f32 / 224.0, (v - 128) as f32 / 224.0);
    let linear = |value: f32| {
        let value = value.clamp(0.0, 1.0);
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = [y + 1.5748 * cr, y - 0.1873 * cb - 0.4681 * cr, y + 1.8556 * cb].map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// What counts of a word.
fn folded(word: &str) -> String {
    let upper: String = word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    upper.nfd().filter(|c| !is_combining_mark(*c)).collect()
}

/// How far ahead words are looked for after one that differs.
const AHEAD: usize = 8;

/// Where the captions show another word than the script has, in the script's order. Case, marks on letters and punctuation do
/// not count: captions may be set in capitals, which have no marks in some languages. Nor do spaces, if the letters are the
/// same: some languages have none, and words are told apart by who speaks them.
#[must_use]
pub fn spelling(captions: &[Caption], script: &[&str]) -> Vec<Finding> {
    let tokens =
        |text: &str| -> Vec<String> { text.split_whitespace().map(folded).filter(|word| !word.is_empty()).collect() };
    let shown: Vec<(String, &Caption)> = captions
        .iter()
        .filter(|caption| caption.spoken)
        .take(MOST)
        .flat_map(|caption| tokens(&caption.text).into_iter().map(move |word| (word, caption)))
        .collect();
    let written: Vec<String> = script.iter().flat_map(|text| tokens(text)).collect();
    let mut findings = Vec::new();
    let letters = |words: &mut dyn Iterator<Item = &String>| words.flat_map(|word| word.chars()).collect::<String>();
    if letters(&mut shown.iter().map(|(word, _)| word)) == letters(&mut written.iter()) {
        return findings;
    }
    let (mut at, mut of) = (0, 0);
    while at < shown.len() && findings.len() < MOST_FINDINGS {
        if written.get(of) == Some(&shown[at].0) {
            (at, of) = (at + 1, of + 1);
            continue;
        }
        // The nearest place where both go on alike, words left out on either side.
        let next = (0..=2 * AHEAD)
            .flat_map(|sum| (0..=sum.min(AHEAD)).map(move |skip| (skip, sum - skip)))
            .filter(|(skip, other)| *other <= AHEAD && at + skip < shown.len())
            .find(|(skip, other)| written.get(of + other) == Some(&shown[at + skip].0));
        let (skip, other) = next.unwrap_or((1, 1));
        let say =
            |words: &[String]| if words.is_empty() { "nothing".to_owned() } else { format!("`{}`", words.join(" ")) };
        let wrong: Vec<String> = shown[at..at + skip].iter().map(|(word, _)| word.clone()).collect();
        let right = &written[of.min(written.len())..(of + other).min(written.len())];
        let caption = shown[at].1;
        let finding =
            about(caption, Rule::CaptionWords, Weight::Hold, wrong.len().max(right.len()) as f64, 0.0, "words differ");
        findings.push(Finding { about: shortened(&format!("{} instead of {}", say(&wrong), say(right))), ..finding });
        (at, of) = (at + skip, of + other);
    }
    if of < written.len()
        && at == shown.len()
        && findings.len() < MOST_FINDINGS
        && let Some(last) = captions.iter().rev().find(|caption| caption.spoken)
    {
        let left = written.len() - of;
        let finding = about(last, Rule::CaptionWords, Weight::Hold, left as f64, 0.0, "words differ");
        let words = shortened(&written[of..].join(" "));
        findings.push(Finding { about: format!("nothing instead of `{words}`"), ..finding });
    }
    findings
}

#[cfg(test)]
mod tests;
