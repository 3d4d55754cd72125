mod hostile;

use proptest::prelude::*;
use reelpress_templates::template::{
    Animation, AnimationKind, Chart, ChartForm, Direction, Easing, Face, Gradient, Ink, Picture, PictureMotion,
    PictureOf, Place, ProgressForm, Role, Shape, ShapeForm, Stand, Text, TextAlign, TextBacking, TimerForm,
    TransitionKind, Typefaces, Video, WaveformForm, Within,
};
use reelpress_templates::{Background, BackgroundKind, Colour, Palette, Typeface};
use reelpress_vocabulary::Figure;

use super::*;
use crate::picture::TimedWord;
use crate::plan::{Media, MediaKind};

const CANVAS: Canvas = Canvas { width: 108, height: 192, fps: 30 };
const FRAMES: u64 = 24;

fn at(x: f32, y: f32, width: f32, height: f32) -> Place {
    Place { within: Within::Frame, x, y, width, height }
}

const WHOLE: Place = Place { within: Within::Frame, x: 0.0, y: 0.0, width: 1.0, height: 1.0 };

fn layer(place: Place, kind: LayerKind) -> Layer {
    Layer {
        name: "one".to_owned(),
        on: vec![Role::Hook],
        when: Vec::new(),
        place,
        fixed: false,
        opacity: 1.0,
        enter: None,
        exit: None,
        kind,
    }
}

fn animated(kind: AnimationKind, easing: Easing) -> Animation {
    Animation { kind, ms: 200, delay_ms: 0, easing }
}

fn picture(zoom_to: f32) -> LayerKind {
    LayerKind::Picture(Picture {
        of: PictureOf::Scene,
        drawn: Background { kind: BackgroundKind::Rays, strength: 1.0 },
        motion: PictureMotion { zoom_from: 1.0, zoom_to, pan: 0.4, easing: Easing::Linear },
        tint: 0.2,
        corner: 0.0,
    })
}

fn shape(form: ShapeForm, stroke: f32, shadow: f32) -> LayerKind {
    LayerKind::Shape(Shape { form, colour: Ink::Accent, corner: 0.01, stroke, shadow })
}

fn text(says: &str, backing: TextBacking) -> LayerKind {
    LayerKind::Text(Text {
        says: says.to_owned(),
        face: Face::Headline,
        size: 0.06,
        lines: 3,
        leading: 1.1,
        align: TextAlign::Start,
        stand: Stand::Middle,
        capitals: false,
        colour: Ink::Ink,
        backing,
        backing_colour: Ink::Surface,
    })
}

fn progress(form: ProgressForm) -> LayerKind {
    LayerKind::Progress { form, colour: Ink::Accent, track: Ink::Ink }
}

fn waveform(form: WaveformForm) -> LayerKind {
    LayerKind::Waveform { form, colour: Ink::Accent, bars: 12 }
}

fn chart(form: ChartForm) -> LayerKind {
    LayerKind::Chart(Chart { form, colour: Ink::Accent, track: Ink::Glow, grow_ms: 300 })
}

fn timer(form: TimerForm) -> LayerKind {
    LayerKind::Timer { form, colour: Ink::Accent, track: Ink::Ink }
}

fn gradient() -> LayerKind {
    LayerKind::Gradient(Gradient {
        from: Ink::Accent,
        to: Ink::Surface,
        from_opacity: 0.4,
        to_opacity: 1.0,
        towards: Direction::Down,
    })
}

/// One layer of each kind that needs no file.
fn kinds() -> Vec<LayerKind> {
    let mut kinds =
        vec![picture(1.3), LayerKind::Colour { colour: Ink::Accent }, gradient(), text("Now", TextBacking::Box)];
    for form in
        [ShapeForm::Box, ShapeForm::Ellipse, ShapeForm::Line, ShapeForm::Triangle, ShapeForm::Check, ShapeForm::Cross]
    {
        kinds.extend([shape(form, 0.0, 0.0), shape(form, 0.01, 0.0)]);
    }
    kinds.extend([ProgressForm::Segments, ProgressForm::Line, ProgressForm::Dots].map(progress));
    kinds.extend([WaveformForm::Bars, WaveformForm::Floor, WaveformForm::Pulse].map(waveform));
    kinds.extend([ChartForm::Bars, ChartForm::Ring, ChartForm::Line, ChartForm::Counter].map(chart));
    kinds.extend([TimerForm::Ring, TimerForm::Bar, TimerForm::Seconds].map(timer));
    kinds
}

fn palette() -> Palette {
    let colour = |red, green, blue| Colour { red, green, blue };
    Palette {
        base: colour(16, 18, 42),
        tone: colour(52, 46, 110),
        glow: colour(104, 92, 190),
        ink: colour(250, 248, 242),
        surface: colour(240, 236, 224),
        accent: colour(255, 196, 61),
    }
}

fn scene(layers: Vec<Layer>) -> ScenePlan {
    let face = Typeface { families: vec!["DejaVu Sans".to_owned(), "Inter".to_owned()], weight: 700 };
    let figure = |label: &str, value: f64| Figure { label: label.to_owned(), value, unit: "%".to_owned() };
    ScenePlan {
        role: Role::Hook,
        index: 1,
        count: 3,
        frames: FRAMES,
        language: "en".to_owned(),
        seed: 7,
        palette: palette(),
        fonts: Typefaces { headline: face.clone(), body: face },
        layers,
        captions: Captions {
            style: CaptionStyle::None,
            place: at(0.1, 0.6, 0.8, 0.2),
            size: 0.04,
            words: 3,
            capitals: false,
            colour: Ink::Ink,
            highlight: Ink::Accent,
            backing: TextBacking::Shadow,
            backing_colour: Ink::Base,
        },
        purposes: Vec::new(),
        reserved: Vec::new(),
        safe: at(0.0, 0.0, 1.0, 1.0),
        words: (0..6)
            .map(|at| TimedWord { text: format!("word{at}"), start_frame: at * 4, end_frame: at * 4 + 3 })
            .collect(),
        figures: vec![figure("One", 64.0), figure("Two", -12.5)],
        level: (0..FRAMES).map(|at| (at * 53 % 256) as u8).collect(),
        media: None,
        media_before: None,
        logo: None,
        clips: Vec::new(),
    }
}

/// All that can be in a scene at once.
fn full() -> ScenePlan {
    let mut layers = vec![layer(WHOLE, picture(1.2)), layer(at(0.0, 0.5, 1.0, 0.5), gradient())];
    let moves = [
        AnimationKind::Fade,
        AnimationKind::Slide(Direction::Left),
        AnimationKind::Wipe(Direction::Up),
        AnimationKind::Pop,
    ];
    for (index, kind) in kinds().into_iter().enumerate() {
        let place = at(0.05 + 0.3 * (index % 3) as f32, 0.03 + 0.1 * (index / 3) as f32, 0.25, 0.08);
        layers.push(Layer {
            fixed: index % 5 == 0,
            enter: Some(animated(moves[index % 4], Easing::Back)),
            exit: Some(animated(moves[index % 3], Easing::InOut)),
            ..layer(place, kind)
        });
    }
    let mut plan = scene(layers);
    plan.captions.style = CaptionStyle::Karaoke;
    plan
}

fn fonts() -> Fonts {
    Fonts::system().expect("this host has fonts")
}

fn painter(plan: ScenePlan) -> ScenePainter {
    ScenePainter::new(CANVAS, Arc::new(plan), &fonts()).expect("the plan is sound")
}

/// A frame, painted over something that must not shine through.
fn painted(painter: &mut ScenePainter, frame: u64) -> Picture420 {
    let mut picture = Picture420::black(CANVAS.width as usize, CANVAS.height as usize);
    picture.planes.iter_mut().for_each(|plane| plane.fill(77));
    painter.paint(frame, &mut picture.as_planes()).expect("it is painted");
    painter.paint_over(frame, &mut picture.as_planes()).expect("it is painted over");
    picture
}

fn frames(plan: ScenePlan, which: impl IntoIterator<Item = u64>) -> Vec<Picture420> {
    let mut painter = painter(plan);
    which.into_iter().map(|frame| painted(&mut painter, frame)).collect()
}

#[test]
fn a_frame_is_the_same_whatever_was_painted_before() {
    let all = frames(full(), 0..FRAMES + 4);
    let mut backwards = frames(full(), (0..FRAMES + 4).rev());
    backwards.reverse();
    assert!(all == backwards, "painting backwards gives other pictures");
    for start in [1, 7, FRAMES - 1, FRAMES + 2] {
        let alone = frames(full(), [start]);
        assert!(alone[0] == all[start as usize], "frame {start} on its own is another one");
    }
    assert!(all[0] != all[12], "the scene moves");
}

#[test]
fn a_scene_in_which_nothing_moves_has_one_picture() {
    let still = vec![
        layer(WHOLE, picture(1.0)),
        layer(at(0.1, 0.1, 0.5, 0.3), shape(ShapeForm::Ellipse, 0.0, 0.8)),
        layer(at(0.1, 0.5, 0.8, 0.2), text("All is still", TextBacking::None)),
        Layer { fixed: true, ..layer(at(0.1, 0.8, 0.5, 0.1), gradient()) },
    ];
    let all = frames(scene(still), 0..FRAMES + 10);
    assert!(all.iter().all(|picture| *picture == all[0]));
}

#[test]
fn without_an_opaque_layer_the_base_colour_is_the_ground() {
    let all = frames(scene(Vec::new()), [0, 1, 2]);
    for picture in all {
        for (plane, value) in picture.planes.iter().zip(bt709_of(palette().base)) {
            assert!(plane.iter().all(|seen| *seen == value));
        }
    }
}

#[test]
fn every_kind_of_layer_is_painted_and_stays_in_its_place() {
    let empty = &frames(scene(Vec::new()), [0])[0];
    let place = at(0.25, 0.25, 0.5, 0.25);
    let area = Field::new(CANVAS, WHOLE).rect(&place).expect("it has a size");
    for kind in kinds() {
        for fixed in [false, true] {
            let plan = scene(vec![Layer { fixed, ..layer(place, kind.clone()) }]);
            for (frame, seen) in [0, 5, 12, FRAMES + 3].into_iter().zip(frames(plan, [0, 5, 12, FRAMES + 3])) {
                let outside = changed(empty, &seen)
                    .into_iter()
                    .find(|(x, y)| *x < area.x || *y < area.y || *x >= area.right() || *y >= area.bottom());
                assert_eq!(outside, None, "{kind:?} leaves its place at frame {frame}");
                if frame == 5 {
                    assert!(!changed(empty, &seen).is_empty(), "{kind:?} is not seen");
                }
            }
        }
    }
}

/// Where two pictures differ, in pixels.
fn changed(one: &Picture420, two: &Picture420) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for (index, (one_plane, two_plane)) in one.planes.iter().zip(&two.planes).enumerate() {
        let scale = if index == 0 { 1 } else { 2 };
        let width = one.width / scale;
        let differ = one_plane.iter().zip(two_plane).enumerate().filter(|(_, (one, two))| one != two);
        places.extend(differ.map(|(at, _)| (at % width * scale, at / width * scale)));
    }
    places
}

#[test]
fn colours_come_out_as_bt709_in_limited_range() {
    for (colour, expected) in [
        (Colour { red: 255, green: 0, blue: 0 }, [63, 102, 240]),
        (Colour { red: 0, green: 255, blue: 0 }, [173, 42, 26]),
        (Colour { red: 0, green: 0, blue: 255 }, [32, 240, 118]),
        (Colour::WHITE, [235, 128, 128]),
        (Colour::BLACK, [16, 128, 128]),
        (Colour { red: 128, green: 128, blue: 128 }, [126, 128, 128]),
    ] {
        let ink = Ink::Fixed(colour);
        let solid = LayerKind::Gradient(Gradient {
            from: ink,
            to: ink,
            from_opacity: 1.0,
            to_opacity: 1.0,
            towards: Direction::Left,
        });
        let form = LayerKind::Shape(Shape { form: ShapeForm::Box, colour: ink, corner: 0.0, stroke: 0.0, shadow: 0.0 });
        for kind in [LayerKind::Colour { colour: ink }, solid, form] {
            let picture = &frames(scene(vec![layer(WHOLE, kind.clone())]), [0])[0];
            for (plane, value) in picture.planes.iter().zip(expected) {
                let far = plane.iter().find(|seen| seen.abs_diff(value) > 1);
                assert_eq!(far, None, "{colour} as {kind:?}, not {value}");
            }
        }
    }
}

#[test]
fn a_zoom_moves_in_every_frame() {
    let mut plan = scene(vec![layer(WHOLE, picture(1.3))]);
    plan.frames = 90;
    let all = frames(plan, 0..100);
    let stands = all.windows(2).position(|pair| pair[0] == pair[1]);
    assert_eq!(stands, None, "two frames are alike");
}

#[test]
fn a_view_goes_evenly_and_never_leaves_its_picture() {
    for (zoom_from, zoom_to, pan, easing) in [
        (1.0, 1.1, 0.0, Easing::Linear),
        (1.3, 1.0, 1.0, Easing::Linear),
        (1.0, 1.5, 0.7, Easing::InOut),
        (1.2, 1.2, 1.0, Easing::Back),
        (1.5, 1.0, 0.3, Easing::In),
    ] {
        let motion = PictureMotion { zoom_from, zoom_to, pan, easing };
        let travel = travel::Travel::new(&motion, 5, (150, 30), (1080, 1920));
        let views: Vec<((f64, f64), f64)> = (0..180).map(|frame| travel.view(frame)).collect();
        let (width, height) = travel.source();
        for ((x, y), step) in &views {
            let inside = |middle: f64, length: f64, source: usize| {
                middle - length * step / 2.0 > -0.01 && middle + length * step / 2.0 < source as f64 + 0.01
            };
            assert!(inside(*x, 1080.0, width) && inside(*y, 1920.0, height), "{motion:?}: {x}, {y}, {step}");
        }
        // Within the scene, no frame moves by a pixel more or less than the one before it.
        for triple in views[..150].windows(3) {
            let [one, two, three] = [0, 1, 2].map(|at| {
                let ((x, y), step) = triple[at];
                [x - 540.0 * step, y - 960.0 * step, x + 540.0 * step]
            });
            for at in 0..3 {
                let jolt = (three[at] - 2.0 * two[at] + one[at]).abs();
                assert!(jolt < 0.25, "{motion:?} jolts by {jolt} pixels");
            }
        }
    }
}

#[test]
fn an_exit_is_over_at_the_scenes_end_and_an_enter_starts_with_it() {
    let kinds = [
        AnimationKind::Fade,
        AnimationKind::Slide(Direction::Up),
        AnimationKind::Wipe(Direction::Left),
        AnimationKind::Pop,
    ];
    let empty = &frames(scene(Vec::new()), [0])[0];
    for kind in kinds {
        let both = Layer {
            enter: Some(animated(kind, Easing::Out)),
            exit: Some(animated(kind, Easing::Out)),
            ..layer(at(0.2, 0.2, 0.6, 0.6), LayerKind::Colour { colour: Ink::Accent })
        };
        let seen = frames(scene(vec![both]), [0, 12, FRAMES - 1, FRAMES]);
        let amounts: Vec<usize> = seen.iter().map(|seen| changed(empty, seen).len()).collect();
        assert!(amounts[0] > 0 && amounts[2] > 0 && amounts[3] == 0, "{kind:?}: {amounts:?}");
        assert!(seen[1] != seen[0] && seen[1] != seen[2], "{kind:?} changes nothing");
    }
}

#[test]
fn fixed_layers_come_in_with_the_first_scene_only() {
    let fixed = Layer {
        fixed: true,
        enter: Some(animated(AnimationKind::Fade, Easing::Linear)),
        ..layer(at(0.2, 0.2, 0.6, 0.6), LayerKind::Colour { colour: Ink::Accent })
    };
    let within = frames(ScenePlan { role: Role::Point, ..scene(vec![fixed.clone()]) }, [0, 12]);
    assert!(within[0] == within[1], "it comes in again in a later scene");
    let first = frames(ScenePlan { role: Role::Hook, ..scene(vec![fixed]) }, [0, 12]);
    assert!(first[0] != first[1], "it does not come in at all");
}

#[test]
fn progress_depends_on_index_count_and_frames_only() {
    let bar = |index, count, frames| {
        let plan = ScenePlan { index, count, frames, ..scene(vec![layer(WHOLE, progress(ProgressForm::Line))]) };
        let picture = &self::frames(plan, [frames / 2 - 1])[0];
        let accent = bt709_of(palette().accent)[0];
        picture.planes[0][96 * 108..97 * 108].iter().map(|value| u32::from(*value == accent)).sum::<u32>()
    };
    // Half of the second of four scenes, whatever its length.
    for frames in [4, 24, 100] {
        let filled = bar(1, 4, frames);
        assert!((36..=42).contains(&filled), "{filled} of 108 columns");
    }
    assert!(bar(3, 4, 24) > bar(1, 4, 24));
}

fn cut(kind: TransitionKind) -> CutPlan {
    let flat = |colour| {
        let mut layers = vec![layer(WHOLE, LayerKind::Colour { colour })];
        layers.push(Layer { fixed: true, ..layer(at(0.4, 0.4, 0.2, 0.2), LayerKind::Colour { colour: Ink::Glow }) });
        Arc::new(scene(layers))
    };
    let transition = Transition { kind, ms: 400, easing: Easing::Linear };
    CutPlan { canvas: CANVAS, scenes: vec![flat(Ink::Accent), flat(Ink::Base)], transition }
}

fn piece(cut: &CutPlan, piece: Piece, which: impl IntoIterator<Item = u64>) -> Vec<Picture420> {
    let mut painter = PiecePainter::new(cut, piece, &fonts()).expect("the cut has the piece");
    let one = |frame| {
        let mut picture = Picture420::black(CANVAS.width as usize, CANVAS.height as usize);
        painter.paint(frame, &mut picture.as_planes()).expect("it is painted");
        picture
    };
    which.into_iter().map(one).collect()
}

#[test]
fn transitions_begin_near_the_one_scene_and_end_near_the_other() {
    for kind in [
        TransitionKind::CrossFade,
        TransitionKind::Slide(Direction::Left),
        TransitionKind::Push(Direction::Down),
        TransitionKind::Wipe(Direction::Right),
        TransitionKind::Zoom,
    ] {
        let cut = cut(kind);
        let pieces = cut.pieces();
        assert_eq!(pieces.len(), 3, "{kind:?}: {pieces:?}");
        let old = piece(&cut, pieces[0], [FRAMES - 1]).remove(0);
        let new = piece(&cut, pieces[2], [0]).remove(0);
        let between = piece(&cut, pieces[1], 0..cut.frames_of(pieces[1]));
        let off = |one: &Picture420, two: &Picture420| {
            one.planes[0].iter().zip(&two.planes[0]).map(|(one, two)| u64::from(one.abs_diff(*two))).sum::<u64>()
        };
        let whole = off(&old, &new);
        assert!(off(&old, &between[0]) * 5 < whole, "{kind:?} begins with something else");
        assert!(off(&between[between.len() - 1], &new) * 5 < whole, "{kind:?} ends with something else");
        let mut last = 0;
        for (at, frame) in between.iter().enumerate() {
            let far = off(&old, frame);
            assert!(far >= last, "{kind:?} goes back at frame {at}");
            last = far;
            // What is fixed does not take part.
            let middle = 96 * 108 + 54;
            assert_eq!(frame.planes[0][middle], new.planes[0][middle], "{kind:?}, frame {at}");
        }
        let alone = piece(&cut, pieces[1], [4]).remove(0);
        assert!(alone == between[4], "{kind:?}: a frame depends on those before it");
    }
}

#[test]
fn a_piece_that_a_cut_does_not_have_is_refused() {
    let cut = cut(TransitionKind::CrossFade);
    let refused = |piece| match PiecePainter::new(&cut, piece, &fonts()) {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.to_string(),
    };
    insta::assert_snapshot!(refused(Piece::Scene { scene: 2, from: 0 }), @"picture plan: there is no scene 2 among 2 (count from 0)");
    insta::assert_snapshot!(refused(Piece::Transition { into: 0, frames: 4 }), @"picture plan: the first scene has no transition into it");
}

#[test]
fn plans_out_of_bounds_are_refused() {
    let refused = |canvas, plan| match ScenePainter::new(canvas, Arc::new(plan), &fonts()) {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.to_string(),
    };
    insta::assert_snapshot!(refused(Canvas { width: 109, ..CANVAS }, scene(Vec::new())), @"picture plan: width must be even and 64 to 8192 pixels, not 109");
    insta::assert_snapshot!(refused(CANVAS, ScenePlan { frames: 0, ..scene(Vec::new()) }), @"picture plan: a scene must have 1 to 1000000 frames, not 0");
    let many = vec![layer(WHOLE, gradient()); MOST_LAYERS + 1];
    insta::assert_snapshot!(refused(CANVAS, scene(many)), @"picture plan: a scene must have at most 64 layers, not 65");
    let video = LayerKind::Video(Video { file: "loop.mp4".to_owned(), looped: true, speed: 1.0 });
    insta::assert_snapshot!(refused(CANVAS, scene(vec![layer(WHOLE, video)])), @"picture plan: layer one shows loop.mp4, which is not among the plan's clips");
}

fn file(folder: &std::path::Path, name: &str, picture: &image::RgbaImage) -> Media {
    let path = folder.join(name);
    picture.save(&path).expect("the picture is written");
    Media { hash: String::new(), kind: MediaKind::Picture, focus: (0.5, 0.5), path }
}

#[test]
fn a_logo_is_shown_whole_in_the_middle_of_its_place_and_keeps_its_transparency() {
    let folder = tempfile::tempdir().expect("a folder");
    let round =
        image::RgbaImage::from_fn(40, 20, |x, _| image::Rgba(if x < 20 { [255, 0, 0, 255] } else { [0, 0, 0, 0] }));
    let mut plan = scene(vec![layer(at(0.25, 0.25, 0.5, 0.5), LayerKind::Logo)]);
    assert!(
        changed(&frames(plan.clone(), [0])[0], &frames(scene(Vec::new()), [0])[0]).is_empty(),
        "a logo from nowhere"
    );
    plan.logo = Some(file(folder.path(), "logo.png", &round));
    let seen = &frames(plan, [0])[0];
    let at = |x: usize, y: usize| seen.planes[0][y * 108 + x];
    let (red, base) = (63, bt709_of(palette().base)[0]);
    // 54 x 96 pixels of place, 54 x 27 of logo.
    assert!(at(35, 96).abs_diff(red) <= 1, "{}", at(35, 96));
    assert_eq!([at(75, 96), at(35, 60), at(35, 130), at(20, 96)], [base; 4]);
}

#[test]
fn a_picture_is_cut_round_its_focus() {
    let folder = tempfile::tempdir().expect("a folder");
    let halves = image::RgbaImage::from_fn(400, 100, |x, _| {
        image::Rgba(
            [if x < 200 { 255 } else { 0 }; 3]
                .map(|v: u8| v)
                .into_iter()
                .chain([255])
                .collect::<Vec<u8>>()
                .try_into()
                .expect("four"),
        )
    });
    let mut media = file(folder.path(), "halves.png", &halves);
    for (focus, bright) in [((0.0, 0.5), true), ((1.0, 0.5), false)] {
        media.focus = focus;
        let mut plan = scene(vec![layer(WHOLE, picture(1.0))]);
        plan.media = Some(media.clone());
        let seen = &frames(plan, [0])[0];
        assert_eq!(seen.planes[0][96 * 108 + 54] > 128, bright, "focus at {focus:?}");
    }
}

#[test]
fn a_missing_picture_is_named() {
    let mut plan = scene(vec![layer(WHOLE, picture(1.0))]);
    let path = std::path::PathBuf::from("/nowhere/at-all.png");
    plan.media = Some(Media { hash: String::new(), kind: MediaKind::Picture, focus: (0.5, 0.5), path });
    let mut picture = Picture420::black(108, 192);
    let error = painter(plan).paint(0, &mut picture.as_planes()).expect_err("there is no such file");
    assert!(error.to_string().contains("/nowhere/at-all.png"), "{error}");
}

#[test]
fn a_transition_shows_nothing_of_the_captions_of_the_scene_that_goes() {
    let mut cut = cut(TransitionKind::CrossFade);
    for scene in &mut cut.scenes {
        Arc::make_mut(scene).captions.style = CaptionStyle::WordHighlight;
    }
    let with_words_in = |scene: usize| {
        let mut cut = cut.clone();
        let word = TimedWord { text: "tide".to_owned(), start_frame: 0, end_frame: FRAMES };
        Arc::make_mut(&mut cut.scenes[scene]).words = vec![word];
        cut
    };
    let transition = cut.pieces()[1];
    let frames = |cut: &CutPlan| piece(cut, transition, 0..cut.frames_of(transition));
    assert!(frames(&cut) == frames(&with_words_in(0)), "they are not part of the transition's key");
    assert!(frames(&cut) != frames(&with_words_in(1)), "those of the scene that comes are seen");
}

#[test]
fn rows_of_percentages_are_shares_of_their_whole_and_run_as_the_language_does() {
    let figure = |value| Figure { label: "Bridges".to_owned(), value, unit: "%".to_owned() };
    let area = Rect { x: 0, y: 0, width: 200, height: 120 };
    let inks = lively::Inks { colour: [1; 3], track: [2; 3] };
    let bars = |from_right: bool, figures: &[Figure]| -> Vec<(f32, f32)> {
        let marks = chart::marks(ChartForm::Rows, inks, area, figures, (1.0, from_right));
        let over = marks.iter().filter(|mark| mark.opacity >= 1.0).map(|mark| mark.form.bounds());
        over.map(|[left, _, right, _]| (left, right)).collect()
    };
    assert_eq!(bars(false, &[figure(75.0), figure(50.0)]), [(0.0, 150.0), (0.0, 100.0)]);
    assert_eq!(bars(true, &[figure(75.0), figure(50.0)]), [(50.0, 200.0), (100.0, 200.0)]);
    let metres = |value| Figure { unit: "m".to_owned(), ..figure(value) };
    assert_eq!(bars(false, &[metres(40.0), metres(10.0)]), [(0.0, 200.0), (0.0, 50.0)], "the greatest is the whole");
}

#[test]
fn circles_crosses_and_ticks_keep_their_shape_in_any_place() {
    let field = Field::new(CANVAS, WHOLE);
    let bounds = |form: ShapeForm, width: usize, height: usize| {
        let LayerKind::Shape(shape) = shape(form, 0.0, 0.0) else { panic!("it is a shape") };
        still::form(&shape, Rect { x: 0, y: 0, width, height }, &field).bounds()
    };
    for form in [ShapeForm::Circle, ShapeForm::Cross] {
        for (width, height) in [(100, 20), (20, 100)] {
            let [left, top, right, bottom] = bounds(form, width, height);
            assert!(((right - left) - (bottom - top)).abs() < 0.01, "{form:?} is as wide as high");
            assert!((left + right - width as f32).abs() < 0.01 && (top + bottom - height as f32).abs() < 0.01);
        }
    }
    let width = |[left, _, right, _]: [f32; 4]| right - left;
    assert!((width(bounds(ShapeForm::Check, 100, 20)) - width(bounds(ShapeForm::Check, 20, 20))).abs() < 0.01);
}
