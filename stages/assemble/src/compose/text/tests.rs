use std::sync::LazyLock;

use proptest::prelude::*;
use reelpress_templates::Typeface;
use reelpress_templates::template::{Ink, TextBacking, reference_height};

use super::*;
use crate::picture::Fonts;
use crate::picture::sprite::Laying;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::system().unwrap());

/// Frames of all shapes, a quarter of their size.
pub(crate) const FRAMES: [(usize, usize); 4] = [(270, 480), (270, 270), (270, 338), (480, 270)];
/// Language and text; repeated as long as it needs to be.
pub(crate) const SCRIPTS: [(&str, &str); 6] = [
    ("en", "Why the night sky is getting brighter every single year, and what a lamp has to do with it. "),
    ("ar", "لماذا تزداد سماء الليل سطوعًا كل عام، وما علاقة المصابيح بذلك؟ "),
    ("hi", "रात का आकाश हर साल अधिक चमकीला क्यों होता जा रहा है और इसका दीयों से क्या संबंध है? "),
    ("th", "ทำไมท้องฟ้ายามค่ำคืนจึงสว่างขึ้นทุกปี และหลอดไฟเกี่ยวข้องกับเรื่องนี้อย่างไร "),
    ("zh", "为什么夜空每年都在变得更亮？城市使用越来越多的灯光，而人们几乎看不到星星。"),
    ("de", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
];
const BACKINGS: [TextBacking; 7] = [
    TextBacking::None,
    TextBacking::Shadow,
    TextBacking::Outline,
    TextBacking::Strips,
    TextBacking::Box,
    TextBacking::Bar,
    TextBacking::Rule,
];

pub(crate) fn fonts() -> &'static Fonts {
    &FONTS
}

pub(crate) fn palette() -> Palette {
    let colour = |text| Colour::parse(text).unwrap();
    Palette {
        base: colour("#101828"),
        tone: colour("#1F3A5F"),
        glow: colour("#3E7CB1"),
        ink: colour("#F5F7FA"),
        surface: colour("#FFFFFF"),
        accent: colour("#FFC53D"),
    }
}

pub(crate) fn typefaces() -> Typefaces {
    let face = |weight| Typeface { families: vec!["Inter".to_owned(), "DejaVu Sans".to_owned()], weight };
    Typefaces { headline: face(800), body: face(700) }
}

/// As many characters of a text as asked for.
fn long(text: &str, characters: usize) -> String {
    text.chars().cycle().take(characters).collect()
}

fn text(says: &str) -> Text {
    Text {
        says: says.to_owned(),
        face: Face::Headline,
        size: 0.05,
        lines: 5,
        leading: 1.2,
        align: TextAlign::Start,
        stand: Stand::Middle,
        capitals: false,
        colour: Ink::Ink,
        backing: TextBacking::None,
        backing_colour: Ink::Surface,
    }
}

fn set(text: &Text, language: &str, rect: Rect, reference: f32) -> Option<TextLayer> {
    let mut typesetter = Typesetter::new(&FONTS, language);
    set_with(&mut typesetter, text, language, rect, reference)
}

fn set_with(typesetter: &mut Typesetter, text: &Text, language: &str, rect: Rect, reference: f32) -> Option<TextLayer> {
    let order = TextOrder { text, typefaces: &typefaces(), palette: &palette(), language, rect, reference };
    TextLayer::new(&order, typesetter, &mut |_| Vec::new())
}

/// What the layer makes of a grey frame.
fn painted(layer: &TextLayer, (width, height): (usize, usize)) -> Picture420 {
    let mut frame = grey(width, height);
    layer.sprite.lay(&mut frame.as_planes(), Laying::PLAIN);
    frame
}

pub(crate) fn grey(width: usize, height: usize) -> Picture420 {
    let mut frame = Picture420::black(width & !1, height & !1);
    frame.planes[0].fill(70);
    frame
}

/// The rectangle of all pixels that differ from a grey frame.
pub(crate) fn touched(frame: &Picture420) -> Option<Rect> {
    let mut found: Option<Rect> = None;
    for (plane, scale) in [(0, 1), (1, 2), (2, 2)] {
        let width = frame.width / scale;
        let ground = if plane == 0 { 70 } else { 128 };
        for (at, _) in frame.planes[plane].iter().enumerate().filter(|(_, value)| **value != ground) {
            let pixel = Rect { x: at % width * scale, y: at / width * scale, width: scale, height: scale };
            found = Some(found.map_or(pixel, |all| grown(all, &pixel, 0.0)));
        }
    }
    found
}

pub(crate) fn is_within(inner: &Rect, outer: &Rect) -> bool {
    inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() && inner.bottom() <= outer.bottom()
}

#[test]
fn the_longest_texts_of_every_script_stay_in_their_rectangle_in_every_shape_of_frame() {
    for (width, height) in FRAMES {
        let reference = reference_height(width as u32, height as u32);
        let rect = Rect { x: width / 12 + 1, y: height / 10 + 1, width: width * 3 / 4, height: height * 3 / 10 };
        for (language, says) in SCRIPTS {
            for (at, backing) in BACKINGS.into_iter().enumerate() {
                let mut text = text(&long(says, if at % 2 == 0 { 150 } else { 60 }));
                text.backing = backing;
                text.align = [TextAlign::Start, TextAlign::Centre, TextAlign::End][at % 3];
                text.stand = [Stand::Top, Stand::Middle, Stand::Bottom][at % 3];
                let what = format!("{language} {backing:?} {width}x{height}");
                let layer = set(&text, language, rect, reference);
                let layer = layer.unwrap_or_else(|| panic!("{what}: nothing is left of {}", text.says));
                assert_eq!(layer.missing, None, "{what}");
                assert!(!layer.ink.is_empty() && layer.ink.len() <= 5, "{what}");
                assert!(layer.ink.iter().all(|line| is_within(line, &rect)), "{what}: {:?}", layer.ink);
                let frame = painted(&layer, (width, height));
                let touched = touched(&frame).unwrap();
                assert!(is_within(&touched, &rect), "{what}: {touched:?} is not in {rect:?}");
            }
        }
    }
}

#[test]
fn letters_are_where_the_layer_says() {
    for (language, says) in SCRIPTS {
        let rect = Rect { x: 20, y: 30, width: 220, height: 140 };
        let layer = set(&text(&long(says, 60)), language, rect, 480.0).unwrap();
        let all = layer.ink.iter().copied().reduce(|one, two| grown(one, &two, 0.0)).unwrap();
        let touched = touched(&painted(&layer, (270, 480))).unwrap();
        // Chroma has one sample for two pixels.
        assert!(is_within(&touched, &all.even()), "{language}: {touched:?} {all:?}");
        assert!(touched.width + 4 >= all.width && touched.height + 4 >= all.height, "{language}: {touched:?} {all:?}");
    }
}

#[test]
fn the_same_text_gives_the_same_pixels_whatever_was_set_before() {
    let rect = Rect { x: 20, y: 30, width: 220, height: 140 };
    let mut used = Typesetter::new(&FONTS, "en");
    for (_, says) in SCRIPTS {
        set_with(&mut used, &text(says), "en", rect, 480.0).unwrap();
    }
    for (_, says) in SCRIPTS {
        let fresh = set(&text(says), "en", rect, 480.0).unwrap();
        let again = set_with(&mut used, &text(says), "en", rect, 480.0).unwrap();
        assert!(painted(&fresh, (270, 480)) == painted(&again, (270, 480)), "{says}");
        assert_eq!(fresh.ink, again.ink);
    }
}

#[test]
fn lines_start_where_readers_start() {
    let rect = Rect { x: 20, y: 30, width: 220, height: 140 };
    for (language, says, align, at_right) in [
        ("en", "Short", TextAlign::Start, false),
        ("en", "Short", TextAlign::End, true),
        ("ar", "قصير", TextAlign::Start, true),
        ("ar", "قصير", TextAlign::End, false),
        ("he", "3/10", TextAlign::Start, true),
    ] {
        let layer = set(&Text { align, ..text(says) }, language, rect, 480.0).unwrap();
        let line = layer.ink[0];
        let (left, right) = (line.x - rect.x, rect.right() - line.right());
        assert_eq!(right < left, at_right, "{language} {align:?}: {left} left, {right} right");
        assert!(left.min(right) <= 4, "{language} {align:?}: {left} left, {right} right");
    }
}

#[test]
fn an_outline_or_a_box_is_added_where_the_ground_is_too_light() {
    let rect = Rect { x: 20, y: 30, width: 220, height: 100 };
    let added = |says: &Text, ground: [f32; 3]| {
        let mut typesetter = Typesetter::new(&FONTS, "en");
        let order = TextOrder {
            text: says,
            typefaces: &typefaces(),
            palette: &palette(),
            language: "en",
            rect,
            reference: 480.0,
        };
        let mut asked = Vec::new();
        let mut behind = |part: Rect| {
            asked.push(part);
            vec![Picture420::draw(part.width, part.height, |_, _| ground)]
        };
        let layer = TextLayer::new(&order, &mut typesetter, &mut behind).unwrap();
        assert!(asked.len() <= 1 && asked.iter().all(|part| is_within(part, &rect)), "{asked:?}");
        (layer.added, asked.len())
    };
    let (light, dark) = ([0.9; 3], [0.05; 3]);
    assert_eq!(added(&text("Readable"), dark), (Added::Nothing, 1));
    assert_eq!(added(&text("Readable"), light), (Added::Outline, 1));
    assert_eq!(added(&Text { size: 0.03, ..text("Small") }, light), (Added::Box, 1));
    assert_eq!(added(&Text { backing: TextBacking::Shadow, ..text("Shadow") }, light), (Added::Outline, 1));
    assert_eq!(added(&Text { backing: TextBacking::Strips, ..text("Own") }, light), (Added::Nothing, 0));
}

#[test]
fn a_text_has_the_contrast_that_it_was_given_on_painted_pixels() {
    // White on a white box and on white strips: the letters take a colour that can be read.
    for backing in [TextBacking::Box, TextBacking::Strips] {
        let says = Text { backing, backing_colour: Ink::Surface, ..text("Contrast") };
        let rect = Rect { x: 20, y: 30, width: 220, height: 100 };
        let layer = set(&says, "en", rect, 480.0).unwrap();
        let frame = painted(&layer, (270, 480));
        let line = layer.ink[0];
        let inside: Vec<u8> = (line.y..line.bottom())
            .flat_map(|y| frame.planes[0][y * 270 + line.x..y * 270 + line.right()].to_vec())
            .collect();
        let dark = inside.iter().filter(|luma| **luma < 60).count();
        let light = inside.iter().filter(|luma| **luma > 200).count();
        assert!(dark * 8 > inside.len() && light * 8 > inside.len(), "{backing:?}: {dark} dark, {light} light");
    }
}

#[test]
fn emoji_keep_their_colours() {
    let rect = Rect { x: 20, y: 30, width: 220, height: 100 };
    let layer = set(&text("❤️ \u{1F49A}"), "en", rect, 480.0).unwrap();
    assert_eq!(layer.missing, None);
    let frame = painted(&layer, (270, 480));
    let chroma = |x: usize, y: usize| (frame.planes[1][y / 2 * 135 + x / 2], frame.planes[2][y / 2 * 135 + x / 2]);
    let line = layer.ink[0];
    let seen: Vec<(u8, u8)> = (line.y..line.bottom())
        .flat_map(|y| (line.x..line.right()).map(move |x| (x, y)))
        .map(|(x, y)| chroma(x, y))
        .collect();
    let red = seen.iter().filter(|(_, v)| *v > 190).count();
    let green = seen.iter().filter(|(u, v)| *u < 110 && *v < 116).count();
    assert!(red * 8 > seen.len() && green * 8 > seen.len(), "{red} red and {green} green of {}", seen.len());
}

#[test]
fn a_missing_letter_is_named_with_the_package() {
    let missing = MissingGlyph::of(Some('夜'), "夜空 above").unwrap();
    insta::assert_snapshot!(missing, @r"no installed font has the letter `夜` (\u{591c}) of `夜空 above` (install more: `apt-get install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji`)");
    assert!(missing.is_letter());
    assert!(!MissingGlyph::of(Some('⟿'), "").unwrap().is_letter());
}

#[test]
fn texts_keep_out_of_reserved_places() {
    let rect = Rect { x: 10, y: 10, width: 100, height: 100 };
    let face = Rect { x: 0, y: 50, width: 200, height: 30 };
    assert_eq!(placed(rect, &[]), Some(rect));
    assert_eq!(placed(rect, &[face]), Some(Rect { height: 40, ..rect }), "the larger part is above");
    let product = Rect { x: 0, y: 0, width: 40, height: 60 };
    assert_eq!(placed(rect, &[face, product]), Some(Rect { y: 80, height: 30, ..rect }), "now the part below");
    assert_eq!(placed(rect, &[Rect { x: 0, y: 0, width: 500, height: 500 }]), None);
    assert_eq!(placed(rect, &[Rect { x: 300, y: 300, width: 5, height: 5 }]), Some(rect));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any text in any rectangle, with any backing: nothing outside of the rectangle is painted.
    #[test]
    fn nothing_is_painted_outside_of_the_rectangle(
        says in "\\PC{0,60}|[\\u{0}-\\u{1F}\u{202A}-\u{202E}\u{2066}-\u{2069}\u{5D0}-\u{5EA}a-z ]{0,90}|[\u{E01}-\u{E4E}]{1,40}",
        backing in prop::sample::select(BACKINGS.to_vec()),
        (x, y, width, height) in (0_usize..200, 0_usize..200, 0_usize..140, 0_usize..140),
        size in 0.012_f32..0.16,
    ) {
        let rect = Rect { x, y, width, height };
        let text = Text { backing, size, ..text(&says) };
        if let Some(layer) = set(&text, "en", rect, 480.0) {
            if let Some(touched) = touched(&painted(&layer, (360, 360))) {
                prop_assert!(is_within(&touched, &rect), "{touched:?} is not in {rect:?}");
            }
            prop_assert!(layer.ink.iter().all(|line| is_within(line, &rect)));
        }
    }

    /// No part that is free of all reserved places is larger than the one that is taken.
    #[test]
    fn the_largest_free_part_is_taken(
        reserved in prop::collection::vec((0_usize..12, 0_usize..12, 1_usize..8, 1_usize..8), 0..4),
    ) {
        let rect = Rect { x: 2, y: 2, width: 8, height: 8 };
        let reserved: Vec<Rect> =
            reserved.into_iter().map(|(x, y, width, height)| Rect { x, y, width, height }).collect();
        let free = |part: &Rect| reserved.iter().all(|place| {
            let both = place.within(part);
            both.width == 0 || both.height == 0
        });
        let mut largest = 0;
        for x in 2..10 { for y in 2..10 { for width in 1..=10 - x { for height in 1..=10 - y {
            if free(&Rect { x, y, width, height }) {
                largest = largest.max(width * height);
            }
        } } } }
        let found = placed(rect, &reserved);
        prop_assert_eq!(found.map_or(0, |part| part.width * part.height), largest);
        prop_assert!(found.is_none_or(|part| free(&part) && is_within(&part, &rect)));
    }
}
