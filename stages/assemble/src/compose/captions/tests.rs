use reelpress_templates::template::{Ink, Place, TextBacking, Within, reference_height};

use super::*;
use crate::compose::text::tests::{FRAMES, SCRIPTS, fonts, grey, is_within, palette, touched, typefaces};
use crate::picture::planes::Picture420;

const STYLES: [CaptionStyle; 5] =
    [CaptionStyle::WordHighlight, CaptionStyle::Box, CaptionStyle::Pop, CaptionStyle::Karaoke, CaptionStyle::TwoLine];

fn captions(style: CaptionStyle) -> Captions {
    Captions {
        style,
        place: Place { within: Within::Safe, x: 0.0, y: 0.7, width: 1.0, height: 0.2 },
        size: 0.05,
        words: 4,
        capitals: false,
        colour: Ink::Fixed(Colour::WHITE),
        highlight: Ink::Fixed(Colour { red: 255, green: 40, blue: 40 }),
        backing: TextBacking::Outline,
        backing_colour: Ink::Base,
    }
}

/// Words of `length` frames with `gap` frames of silence after each, from frame 5 on.
fn spoken(text: &str, length: u64, gap: u64) -> Vec<TimedWord> {
    text.split_whitespace()
        .enumerate()
        .map(|(at, word)| {
            let start_frame = 5 + at as u64 * (length + gap);
            TimedWord { text: word.to_owned(), start_frame, end_frame: start_frame + length }
        })
        .collect()
}

struct Stage {
    track: CaptionTrack,
    typesetter: Typesetter,
    size: (usize, usize),
}

impl Stage {
    fn new(
        captions: &Captions,
        words: &[TimedWord],
        language: &str,
        size: (usize, usize),
        place: Rect,
    ) -> Option<Self> {
        let order = CaptionOrder {
            captions,
            typefaces: &typefaces(),
            palette: &palette(),
            language,
            words,
            frames: 400,
            fps: 30,
            place,
            reference: reference_height(size.0 as u32, size.1 as u32),
        };
        let track = CaptionTrack::new(&order, &mut |_| Vec::new())?;
        Some(Self { track, typesetter: Typesetter::new(fonts(), language), size })
    }

    fn paint(&mut self, frame: u64) -> (Picture420, Option<Rect>) {
        let mut picture = grey(self.size.0, self.size.1);
        let painted = self.track.paint(frame, &mut self.typesetter, &mut picture.as_planes());
        (picture, painted)
    }

    /// The columns of red, and how much of it there is.
    fn red(&mut self, frame: u64) -> Option<(usize, usize, usize)> {
        let (picture, _) = self.paint(frame);
        let half = picture.width / 2;
        let columns: Vec<usize> =
            picture.planes[2].iter().enumerate().filter(|(_, v)| **v > 175).map(|(at, _)| at % half * 2).collect();
        Some((*columns.iter().min()?, *columns.iter().max()?, columns.len()))
    }
}

const PLACE: Rect = Rect { x: 22, y: 300, width: 210, height: 100 };
const SIZE: (usize, usize) = (270, 480);

#[test]
fn the_highlight_moves_on_the_very_frame_on_which_a_word_begins() {
    for style in [CaptionStyle::WordHighlight, CaptionStyle::Box, CaptionStyle::Pop] {
        let words = spoken("one two three four", 12, 0);
        let mut stage = Stage::new(&captions(style), &words, "en", SIZE, PLACE).unwrap();
        assert_eq!(stage.red(4), None, "{style:?}: nothing is heard yet");
        let mut middles = Vec::new();
        for word in &words {
            let before = stage.red(word.start_frame - 1);
            let now = stage.red(word.start_frame).unwrap();
            assert_ne!(before, Some(now), "{style:?}: {}", word.text);
            // After its first frames it stays until the next word.
            let settled = stage.red(word.start_frame + POP.len() as u64);
            for frame in word.start_frame + POP.len() as u64..word.end_frame {
                assert_eq!(stage.red(frame), settled, "{style:?}: {} at {frame}", word.text);
            }
            middles.push(usize::midpoint(now.0, now.1));
        }
        // Four words of one group: two lines or one, but every word elsewhere.
        let mut places = middles.clone();
        places.dedup();
        assert_eq!(places.len(), words.len(), "{style:?}: {middles:?}");
    }
}

#[test]
fn karaoke_fills_each_word_from_its_start_to_its_end_and_keeps_it() {
    for (language, text, from_right) in [("en", "brightness everywhere", false), ("ar", "السماء المصابيح", true)]
    {
        let words = spoken(text, 20, 6);
        let captions = Captions { size: 0.03, ..captions(CaptionStyle::Karaoke) };
        let mut stage = Stage::new(&captions, &words, language, SIZE, PLACE).unwrap();
        assert_eq!(stage.red(4), None);
        let mut last = 0;
        let mut full = Vec::new();
        for frame in 5..=words[1].end_frame + 3 {
            let much = stage.red(frame).map_or(0, |red| red.2);
            assert!(much >= last, "{language}: what was heard keeps its colour ({frame})");
            let silent = words.iter().all(|word| frame < word.start_frame || frame >= word.end_frame);
            if silent && frame > words[0].end_frame {
                assert_eq!(much, last, "{language}: nothing is filled in silence ({frame})");
            }
            if words.iter().any(|word| word.end_frame == frame) {
                full.push(much);
            }
            last = much;
        }
        let half = stage.red(words[0].start_frame + 10).unwrap();
        let whole = stage.red(words[0].end_frame).unwrap();
        let share = half.2 as f32 / whole.2 as f32;
        assert!((0.3..0.75).contains(&share), "{language}: {share} of it when half of it is heard");
        assert_eq!(half.1 >= whole.1 - 2, from_right, "{language}: {half:?} of {whole:?}");
        assert!(full[1] > full[0], "{language}: the second word is filled as well");
        // Within a frame of its start, some of the second word is filled.
        let (before, after) =
            (stage.red(words[1].start_frame - 1).unwrap().2, stage.red(words[1].start_frame + 1).unwrap().2);
        assert!(after > before, "{language}: {before} then {after}");
    }
}

#[test]
fn subtitles_stand_still_in_at_most_two_lines() {
    let text = "The night sky is getting brighter, because lamps send their light up. Shields help.";
    let words = spoken(text, 8, 0);
    let captions = Captions { words: 8, ..captions(CaptionStyle::TwoLine) };
    let mut stage = Stage::new(&captions, &words, "en", SIZE, PLACE).unwrap();
    let spans: Vec<(u64, u64)> = stage.track.spans().collect();
    for (first, end) in spans {
        assert!(words.iter().any(|word| word.start_frame == first), "a group begins with a word");
        let still = stage.paint(first).0;
        for frame in first..end {
            assert!(stage.paint(frame).0 == still, "frame {frame} of {first}..{end}");
        }
        let lines = stage.track.ink(first, &mut stage.typesetter);
        assert!((1..=2).contains(&lines.len()), "{lines:?}");
    }
}

#[test]
fn captions_of_every_style_and_script_stay_in_their_place() {
    for size in FRAMES {
        let place = Rect { x: size.0 / 12 + 1, y: size.1 * 6 / 10 + 1, width: size.0 * 3 / 4, height: size.1 / 5 };
        for (language, text) in SCRIPTS {
            let words = spoken(&text.replace('，', "， "), 8, 0);
            for style in STYLES {
                for backing in [TextBacking::Outline, TextBacking::Box, TextBacking::Strips, TextBacking::None] {
                    let captions = Captions { backing, backing_colour: Ink::Base, size: 0.07, ..captions(style) };
                    let mut stage = Stage::new(&captions, &words, language, size, place).unwrap();
                    for frame in words.iter().map(|word| word.start_frame) {
                        let (picture, painted) = stage.paint(frame);
                        let touched = touched(&picture).unwrap();
                        let what = format!("{language} {style:?} {backing:?} {size:?} at {frame}");
                        assert!(is_within(&touched, &place), "{what}: {touched:?} is not in {place:?}");
                        assert!(is_within(&touched, &painted.unwrap()), "{what}: {touched:?} is not in {painted:?}");
                    }
                    assert_eq!(stage.track.missing(), None);
                }
            }
        }
    }
}

#[test]
fn frames_in_any_order_give_the_same_pixels() {
    let words = spoken("one two three four five six seven", 7, 2);
    for style in STYLES {
        let mut rising = Stage::new(&captions(style), &words, "en", SIZE, PLACE).unwrap();
        let mut falling = Stage::new(&captions(style), &words, "en", SIZE, PLACE).unwrap();
        let frames: Vec<u64> = (0..80).collect();
        let mut seen: Vec<Picture420> = frames.iter().map(|frame| rising.paint(*frame).0).collect();
        for frame in frames.iter().rev() {
            assert!(falling.paint(*frame).0 == seen.pop().unwrap(), "{style:?} frame {frame}");
        }
    }
}

#[test]
fn captions_get_an_outline_where_they_could_not_be_read_and_none_where_there_are_none() {
    let words = spoken("one two", 10, 0);
    let plain = Captions { backing: TextBacking::None, ..captions(CaptionStyle::WordHighlight) };
    let dark_pixels = |ground: f32| {
        let order = CaptionOrder {
            captions: &plain,
            typefaces: &typefaces(),
            palette: &palette(),
            language: "en",
            words: &words,
            frames: 60,
            fps: 30,
            place: PLACE,
            reference: 480.0,
        };
        let mut behind = |part: Rect| vec![Picture420::draw(part.width, part.height, |_, _| [ground; 3])];
        let mut track = CaptionTrack::new(&order, &mut behind).unwrap();
        let mut picture = grey(SIZE.0, SIZE.1);
        track.paint(6, &mut Typesetter::new(fonts(), "en"), &mut picture.as_planes());
        picture.planes[0].iter().filter(|luma| **luma < 45).count()
    };
    assert_eq!(dark_pixels(0.0), 0);
    assert!(dark_pixels(0.8) > 100);
    let none = Captions { style: CaptionStyle::None, ..plain };
    assert!(Stage::new(&none, &words, "en", SIZE, PLACE).is_none());
    assert!(Stage::new(&plain, &[], "en", SIZE, PLACE).is_none());
}

#[test]
fn a_word_that_no_font_has_is_remembered_and_leaves_the_others_where_they_are() {
    let words = spoken("one \u{10FFFD} two. three four.", 10, 0);
    let mut stage = Stage::new(&captions(CaptionStyle::Karaoke), &words, "en", SIZE, PLACE).unwrap();
    for frame in 0..80 {
        stage.paint(frame);
    }
    let missing = stage.track.missing().unwrap();
    assert_eq!((missing.letter, missing.text.as_str()), ('\u{10FFFD}', "one \u{10FFFD} two."));
    assert!(!missing.is_letter());
    assert!(stage.red(words[4].start_frame).is_some(), "the next group is shown");
}
