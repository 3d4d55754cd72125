use std::sync::{Arc, LazyLock, Mutex};

use proptest::prelude::*;
use reelpress_templates::{Align, Colour, DEFAULT_LOOKS, TemplateLibrary};

use super::planes::bt709_of;
use super::text::{Room, Style};
use super::*;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::system().unwrap());
static TYPESETTER: LazyLock<Mutex<Typesetter>> = LazyLock::new(|| Mutex::new(Typesetter::new(&FONTS, "en")));
static LOOKS: LazyLock<TemplateLibrary> = LazyLock::new(|| TemplateLibrary::load(None).unwrap());

const WIDTH: usize = 270;
const HEIGHT: usize = 480;

const LONG: [&str; 5] = [
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "السماء تزداد سطوعًا كل عام والمصابيح تضيء المدن طوال الليل دون توقف",
    "夜空每年都在变得更亮因为城市使用越来越多的灯光而人们几乎看不到星星",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
    "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z",
];

/// A look whose background stands still, so that any change of a pixel is a change of text.
fn still(name: &str) -> Arc<Look> {
    let mut look = LOOKS.get(name).unwrap().as_ref().clone();
    look.motion = reelpress_templates::Motion { zoom_from: 1.0, zoom_to: 1.0, pan: 0.0, fade_ms: 0 };
    look.caption.pop = 0.0;
    Arc::new(look)
}

fn words(text: &str, first: u64, length: u64) -> Vec<TimedWord> {
    text.split_whitespace()
        .enumerate()
        .map(|(at, word)| {
            let start_frame = first + at as u64 * length;
            TimedWord { text: word.to_owned(), start_frame, end_frame: start_frame + length }
        })
        .collect()
}

fn plan(look: Arc<Look>, texts: &[(&str, &str)]) -> PicturePlan {
    let scenes: Vec<PictureScene> = texts
        .iter()
        .enumerate()
        .map(|(at, (on_screen, narration))| {
            let first_frame = at as u64 * 60;
            PictureScene {
                first_frame,
                end_frame: first_frame + 60,
                on_screen: (*on_screen).to_owned(),
                picture: None,
                words: words(narration, first_frame + 5, 8),
            }
        })
        .collect();
    PicturePlan {
        width: WIDTH as u32,
        height: HEIGHT as u32,
        fps: 30,
        frames: scenes.len() as u64 * 60,
        seed: 11,
        language: "en".to_owned(),
        look,
        title: "A title".to_owned(),
        scenes,
    }
}

fn painted(painter: &mut Painter, frame: u64) -> Picture420 {
    let mut out = Picture420::black(painter.plan.width as usize, painter.plan.height as usize);
    painter.paint(frame, &mut out.as_planes());
    out
}

fn ground(painter: &mut Painter, scene: usize, frame: u64) -> Picture420 {
    let mut out = Picture420::black(painter.plan.width as usize, painter.plan.height as usize);
    painter.paint_ground(scene, frame, &mut out.as_planes());
    out
}

/// The pixels of the picture inside or outside of a rectangle with even edges.
fn pixels(picture: &Picture420, area: Rect, inside: bool) -> Vec<u8> {
    let mut found = Vec::new();
    for (index, plane) in picture.planes.iter().enumerate() {
        let scale = if index == 0 { 1 } else { 2 };
        for (at, value) in plane.iter().enumerate() {
            let (x, y) = (at % (picture.width / scale) * scale, at / (picture.width / scale) * scale);
            let within = (area.x..area.right()).contains(&x) && (area.y..area.bottom()).contains(&y);
            if within == inside {
                found.push(*value);
            }
        }
    }
    found
}

#[test]
fn pure_colours_have_their_bt709_values() {
    for (colour, expected) in [
        ("#000000", [16, 128, 128]),
        ("#FFFFFF", [235, 128, 128]),
        ("#FF0000", [63, 102, 240]),
        ("#00FF00", [173, 42, 26]),
        ("#0000FF", [32, 240, 118]),
        ("#808080", [126, 128, 128]),
    ] {
        assert_eq!(bt709_of(Colour::parse(colour).unwrap()), expected, "{colour}");
    }
    let white = Picture420::draw(16, 16, |_, _| [1.0, 1.0, 1.0]);
    assert!(white.planes[0].iter().all(|value| *value == 235), "noise must not pass white");
}

#[test]
fn captions_change_exactly_when_words_begin() {
    for name in DEFAULT_LOOKS {
        let plan = plan(still(name), &[("A headline", "Light from lamps hides stars."), ("Next", "Shields help.")]);
        let starts: Vec<u64> = plan.scenes.iter().flat_map(|scene| &scene.words).map(|word| word.start_frame).collect();
        let mut painter = Painter::new(plan, &FONTS).unwrap();
        let area = painter.caption_area();
        let mut before = pixels(&painted(&mut painter, 0), area, true);
        for frame in 1..45 {
            let now = pixels(&painted(&mut painter, frame), area, true);
            assert_eq!(now != before, starts.contains(&frame), "{name}: frame {frame} (words begin at {starts:?})");
            before = now;
        }
        for start in starts {
            let (before, now) = (painted(&mut painter, start - 1), painted(&mut painter, start));
            assert_ne!(pixels(&before, area, true), pixels(&now, area, true), "{name}: word at frame {start}");
        }
    }
}

#[test]
fn nothing_but_the_background_leaves_the_safe_zone() {
    for name in DEFAULT_LOOKS {
        for text in LONG {
            let texts = [(text, text), (text, text), (text, text)];
            let mut painter = Painter::new(plan(Arc::clone(LOOKS.get(name).unwrap()), &texts), &FONTS).unwrap();
            let safe = painter.safe_area();
            assert!(safe.x >= WIDTH * 8 / 100 && safe.right() <= WIDTH * 86 / 100, "{safe:?}");
            assert!(safe.y >= HEIGHT / 10 && safe.bottom() <= HEIGHT * 78 / 100, "{safe:?}");
            for frame in [0, 20, 62, 80, 140, 179] {
                let scene = frame as usize / 60;
                let (full, bare) = (painted(&mut painter, frame), ground(&mut painter, scene, frame));
                assert!(
                    pixels(&full, safe, false) == pixels(&bare, safe, false),
                    "{name}, frame {frame}: {text} is outside"
                );
                let area = painter.caption_area();
                assert!(pixels(&full, safe, true) != pixels(&bare, safe, true), "{name}: there is text");
                let captioned = pixels(&full, area, true) != pixels(&bare, area, true);
                assert!(captioned || ![20, 80, 140].contains(&frame), "{name}, frame {frame}: {text}");
            }
        }
    }
}

#[test]
fn every_frame_of_every_look_says_that_a_machine_made_it() {
    for name in DEFAULT_LOOKS {
        let mut painter = Painter::new(plan(still(name), &[("", ""), ("Text", "word")]), &FONTS).unwrap();
        let header = painter.layout.header;
        let label = Rect { x: header.right() - header.width / 3, width: header.width / 3, ..header }.even();
        let marked = |picture: &Picture420| {
            let values = pixels(picture, label, true);
            values.iter().max().unwrap().abs_diff(*values.iter().min().unwrap())
        };
        for frame in [0, 1, 59, 60, 119] {
            let (full, bare) = (painted(&mut painter, frame), ground(&mut painter, frame as usize / 60, frame));
            assert!(marked(&full) > marked(&bare) + 60, "{name}: no label in frame {frame}");
        }
    }
}

#[test]
fn motion_is_smooth_and_never_stands_still() {
    for name in DEFAULT_LOOKS {
        let mut look = LOOKS.get(name).unwrap().as_ref().clone();
        look.motion.fade_ms = 0;
        let mut painter = Painter::new(plan(Arc::new(look), &[("", ""), ("", "")]), &FONTS).unwrap();
        let mut before = ground(&mut painter, 1, 60);
        for frame in 61..120 {
            let now = ground(&mut painter, 1, frame);
            let difference: u64 =
                now.planes[0].iter().zip(&before.planes[0]).map(|(now, before)| u64::from(now.abs_diff(*before))).sum();
            let mean = difference as f64 / now.planes[0].len() as f64;
            assert!(mean > 0.001, "{name}: frame {frame} is the same as the one before it");
            assert!(mean < 1.5, "{name}: frame {frame} jumps by {mean}");
            before = now;
        }
    }
}

#[test]
fn scenes_fade_into_each_other_and_end_as_themselves() {
    let mut look = LOOKS.get("explainer").unwrap().as_ref().clone();
    look.motion.fade_ms = 200;
    let mut painter = Painter::new(plan(Arc::new(look), &[("", ""), ("", "")]), &FONTS).unwrap();
    let distance = |one: &Picture420, two: &Picture420| -> u64 {
        one.planes[0].iter().zip(&two.planes[0]).map(|(one, two)| u64::from(one.abs_diff(*two))).sum()
    };
    let frames: Vec<Picture420> =
        (59..=66).map(|frame| ground(&mut painter, usize::from(frame >= 60), frame)).collect();
    let whole = distance(&frames[0], &frames[7]);
    for pair in frames.windows(2) {
        assert!(distance(&pair[0], &pair[1]) < whole / 2, "no step is half of the way");
    }
}

#[test]
fn the_same_plan_gives_the_same_bytes_in_any_order() {
    let texts = [("One", "Some words are heard."), ("Two", "And more words follow."), ("Three", "The end.")];
    let plan = || plan(Arc::clone(LOOKS.get("top-list").unwrap()), &texts);
    let mut forwards = Painter::new(plan(), &FONTS).unwrap();
    let frames: Vec<Picture420> = (0..180).step_by(7).map(|frame| painted(&mut forwards, frame)).collect();
    let mut backwards = Painter::new(plan(), &FONTS).unwrap();
    for (index, frame) in (0..180).step_by(7).enumerate().collect::<Vec<_>>().into_iter().rev() {
        assert!(painted(&mut backwards, frame) == frames[index], "frame {frame}");
    }
    let mut other = PicturePlan { seed: 12, ..plan() };
    other.scenes[0].on_screen = "One".to_owned();
    assert!(painted(&mut Painter::new(other, &FONTS).unwrap(), 0) != frames[0], "the seed changes the background");
}

#[test]
fn rows_with_gaps_are_painted_like_rows_without() {
    let mut painter = Painter::new(plan(still("news-brief"), &[("Text", "word word")]), &FONTS).unwrap();
    let expected = painted(&mut painter, 10);
    let (stride, half) = (WIDTH + 50, WIDTH / 2 + 13);
    let (mut y, mut u, mut v) = (vec![7; stride * HEIGHT], vec![7; half * HEIGHT / 2], vec![7; half * HEIGHT / 2]);
    let mut planes = PlanesMut {
        width: WIDTH,
        height: HEIGHT,
        y: &mut y,
        y_stride: stride,
        u: &mut u,
        u_stride: half,
        v: &mut v,
        v_stride: half,
    };
    painter.paint(10, &mut planes);
    for (plane, stride, width) in [(&y, stride, WIDTH), (&u, half, WIDTH / 2), (&v, half, WIDTH / 2)] {
        assert!(plane.chunks(stride).all(|row| row[width..].iter().all(|gap| *gap == 7)), "gaps are left alone");
    }
    assert!(y.chunks(stride).flat_map(|row| &row[..WIDTH]).eq(&expected.planes[0]));
    assert!(v.chunks(half).flat_map(|row| &row[..WIDTH / 2]).eq(&expected.planes[2]));
}

#[test]
fn any_even_size_is_painted() {
    for (width, height) in [(64, 64), (270, 480), (482, 270), (98, 1002), (1000, 66)] {
        for name in DEFAULT_LOOKS {
            let plan = PicturePlan { width, height, ..plan(still(name), &[("A headline", "Some words.")]) };
            let mut painter = Painter::new(plan, &FONTS).unwrap();
            let picture = painted(&mut painter, 8);
            assert_eq!(picture.planes[0].len(), (width * height) as usize);
        }
    }
}

#[test]
fn plans_that_contradict_themselves_are_refused() {
    let good = || plan(still("explainer"), &[("One", "word"), ("Two", "word")]);
    let refusal =
        |plan: PicturePlan| Painter::new(plan, &FONTS).err().map_or_else(String::new, |error| error.to_string());
    assert_eq!(refusal(good()), "");
    let check = |edit: &dyn Fn(&mut PicturePlan), expected: &str| {
        let mut plan = good();
        edit(&mut plan);
        assert_eq!(refusal(plan), expected);
    };
    check(&|plan| plan.width = 271, "picture plan: width must be even and 64 to 8192 pixels, not 271");
    check(&|plan| plan.height = 20_000, "picture plan: height must be even and 64 to 8192 pixels, not 20000");
    check(&|plan| plan.fps = 0, "picture plan: fps must be 1 to 240, not 0");
    check(&|plan| plan.frames = u64::MAX, "picture plan: frames must be 1 to 1000000, not 18446744073709551615");
    check(&|plan| plan.frames = 100, "picture plan: scenes end at frame 120, the video at 100");
    check(&|plan| plan.scenes.clear(), "picture plan: scenes end at frame 0, the video at 120");
    check(
        &|plan| plan.scenes[1].first_frame = 61,
        "picture plan: scene 1 goes from frame 61 to 120, but must start at 60 and end later",
    );
}

#[test]
fn a_missing_font_is_named_with_the_command_that_installs_it() {
    let mut look = LOOKS.get("explainer").unwrap().as_ref().clone();
    look.fonts.body.families = vec!["No Such Sans".to_owned(), "Nor This".to_owned()];
    let error = Painter::new(plan(Arc::new(look.clone()), &[("", "")]), &FONTS).err().unwrap();
    insta::assert_snapshot!(error, @"none of the fonts No Such Sans, Nor This is installed (install them: `apt-get install fonts-inter fonts-open-sans fonts-dejavu-core`)");
    look.fonts.body.families.push("dejavu sans".to_owned());
    Painter::new(plan(Arc::new(look), &[("", "")]), &FONTS).unwrap();
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(Fonts::in_folder(empty.path()), Err(PictureError::NoFonts { .. })));
}

#[test]
fn a_broken_picture_is_refused_before_the_first_frame_and_only_where_it_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.png");
    std::fs::write(&file, "not a picture").unwrap();
    let mut plan = plan(still("explainer"), &[("One", "word"), ("Two", "word"), ("Three", "word")]);
    plan.scenes[2].picture = Some(file);
    assert!(matches!(Painter::new(plan.clone(), &FONTS), Err(PictureError::WrongType { .. })));
    Painter::for_frames(plan, &FONTS, 0..120).unwrap();
}

#[test]
fn a_library_picture_is_seen_in_its_scene() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("green.png");
    image::RgbImage::from_pixel(40, 30, image::Rgb([30, 220, 40])).save(&file).unwrap();
    let mut plan = plan(still("news-brief"), &[("One", ""), ("Two", "")]);
    plan.scenes[1].picture = Some(file);
    let mut painter = Painter::new(plan, &FONTS).unwrap();
    let red_of = |picture: &Picture420| picture.planes[2][HEIGHT / 4 * (WIDTH / 2) + 3];
    assert!(red_of(&painted(&mut painter, 90)) < 105, "green is far from red");
    assert!(red_of(&painted(&mut painter, 30)) > 110, "the drawn scene is not green");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever is set into whatever room: it fits, and a word that has letters is there.
    #[test]
    fn text_fits_its_room(
        words in prop::collection::vec("[a-zäßøА-я0-9-]{1,40}|[\u{0621}-\u{064A}]{1,20}|[\u{4E00}-\u{4E80}]{1,30}|\\PC{1,12}", 1..14),
        width in 40.0_f32..400.0, height in 20.0_f32..200.0, lines in 1_usize..6, size in 8.0_f32..60.0,
    ) {
        let look = LOOKS.get("explainer").unwrap();
        let family = FONTS.first_of(&look.fonts.body).unwrap();
        let style = Style { family, weight: 700, size, leading: 1.2, align: Align::Start, gap: 0.1 };
        let mut typesetter = TYPESETTER.lock().unwrap();
        let block = typesetter.set(&words, &style, Room { width, height, lines });
        prop_assert!(block.lines.len() <= lines);
        prop_assert!(block.width <= width + 1.0 || block.size < 7.0, "{} is wider than {width}", block.width);
        prop_assert!(block.height <= height.max(block.size * 1.2) + 1.0, "{} is higher than {height}", block.height);
        prop_assert!(block.size <= size);
    }
}
