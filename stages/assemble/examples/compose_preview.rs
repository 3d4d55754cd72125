//! Paints frames of a plan with every kind of layer and transition into PNG files, to be looked at, and says what a frame
//! costs.
//!
//! `cargo run --release -p reelpress-assemble --example compose_preview -- FOLDER [WIDTH HEIGHT [PICTURE [LOGO]]]`
#![expect(clippy::print_stdout, reason = "a program for the desk: its answer goes to the terminal")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use reelpress_assemble::plan::{Canvas, CutPlan, Media, MediaKind, Piece, ScenePlan};
use reelpress_assemble::{Fonts, PiecePainter, PlanesMut, TimedWord};
use reelpress_templates::template::{
    Animation, AnimationKind, CaptionStyle, Captions, Chart, ChartForm, Direction, Easing, Face, Gradient, Ink, Layer,
    LayerKind, Picture, PictureMotion, PictureOf, Place, ProgressForm, Role, Shape, ShapeForm, Stand, Text, TextAlign,
    TextBacking, TimerForm, Transition, TransitionKind, Typefaces, WaveformForm, Within,
};
use reelpress_templates::{Background, BackgroundKind, Colour, Palette, Typeface};
use reelpress_vocabulary::Figure;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = PathBuf::from(arguments.first().ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    let side = |at: usize, otherwise: u32| arguments.get(at).map_or(Ok(otherwise), |text| text.parse());
    let canvas = Canvas { width: side(1, 1080)?, height: side(2, 1920)?, fps: 30 };
    let media = |at: usize| arguments.get(at).map(|path| media(Path::new(path)));
    let (picture, logo) = (media(3), media(4));
    let fonts = Fonts::system()?;
    let sets = [("typical", typical()), ("shapes", shapes()), ("lively", lively()), ("places", places())];
    let scenes: Vec<Arc<ScenePlan>> = sets
        .iter()
        .enumerate()
        .map(|(index, (_, layers))| {
            let mut plan = scene(index, sets.len(), layers.clone());
            plan.media.clone_from(&picture);
            plan.logo.clone_from(&logo);
            Arc::new(plan)
        })
        .collect();
    let kinds = [
        ("fade", TransitionKind::CrossFade),
        ("slide", TransitionKind::Slide(Direction::Left)),
        ("push", TransitionKind::Push(Direction::Up)),
        ("wipe", TransitionKind::Wipe(Direction::Right)),
        ("zoom", TransitionKind::Zoom),
    ];
    for (name, kind) in kinds {
        let cut =
            CutPlan { canvas, scenes: scenes.clone(), transition: Transition { kind, ms: 400, easing: Easing::InOut } };
        let pieces = cut.pieces();
        for piece in &pieces {
            match piece {
                Piece::Scene { scene, .. } if name == "fade" => {
                    paint(&cut, *piece, &fonts, &folder, (sets[*scene].0, &[0, 4, 10, 60, 100, 119]))?;
                }
                Piece::Transition { into: 1, .. } => paint(&cut, *piece, &fonts, &folder, (name, &[0, 5, 11]))?,
                Piece::Scene { .. } | Piece::Transition { .. } => {}
            }
        }
    }
    Ok(())
}

fn paint(
    cut: &CutPlan,
    piece: Piece,
    fonts: &Fonts,
    folder: &Path,
    (name, shown): (&str, &[u64]),
) -> Result<(), Box<dyn Error>> {
    let begun = processor_ms()?;
    let mut painter = PiecePainter::new(cut, piece, fonts)?;
    let ready = processor_ms()? - begun;
    let (wide, high) = (cut.canvas.width as usize, cut.canvas.height as usize);
    let (mut y, mut u, mut v) = (vec![0; wide * high], vec![0; wide * high / 4], vec![0; wide * high / 4]);
    let mut times = Vec::new();
    for frame in 0..cut.frames_of(piece) {
        let begun = processor_ms()?;
        let mut planes = PlanesMut {
            width: wide,
            height: high,
            y: &mut y,
            y_stride: wide,
            u: &mut u,
            u_stride: wide / 2,
            v: &mut v,
            v_stride: wide / 2,
        };
        painter.paint(frame, &mut planes)?;
        times.push(processor_ms()? - begun);
        if shown.contains(&frame) {
            to_rgb(&y, &u, &v, wide).save(folder.join(format!("{name}-{frame:03}.png")))?;
        }
    }
    let (first, total) = (times[0], times.iter().sum::<f64>());
    let count = times.len();
    times.sort_by(f64::total_cmp);
    println!(
        "{name}: ready {ready:.1} ms, first {first:.1} ms, {count} frames: mean {:.2} ms, median {:.2} ms, 90 % {:.2} ms",
        total / count as f64,
        times[count / 2],
        times[count * 9 / 10],
    );
    Ok(())
}

/// Processor time of this thread so far: other programs on the machine do not count.
fn processor_ms() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("schedstat is empty")?.parse::<f64>()? / 1e6)
}

fn media(path: &Path) -> Media {
    Media { hash: String::new(), kind: MediaKind::Picture, focus: (0.5, 0.4), path: path.to_owned() }
}

fn at(x: f32, y: f32, width: f32, height: f32) -> Place {
    Place { within: Within::Frame, x, y, width, height }
}

fn layer(place: Place, kind: LayerKind) -> Layer {
    Layer {
        name: String::new(),
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

fn animation(kind: AnimationKind, ms: u32) -> Animation {
    Animation { kind, ms, delay_ms: 0, easing: Easing::Out }
}

fn picture(corner: f32) -> LayerKind {
    LayerKind::Picture(Picture {
        of: PictureOf::Scene,
        drawn: Background { kind: BackgroundKind::Hills, strength: 0.9 },
        motion: PictureMotion { zoom_from: 1.0, zoom_to: 1.12, pan: 0.5, easing: Easing::Linear },
        tint: 0.1,
        corner,
    })
}

fn shape(form: ShapeForm, stroke: f32, shadow: f32, colour: Ink) -> LayerKind {
    LayerKind::Shape(Shape { form, colour, corner: 0.012, stroke, shadow })
}

fn scrim(towards: Direction) -> LayerKind {
    LayerKind::Gradient(Gradient { from: Ink::Base, to: Ink::Base, from_opacity: 0.0, to_opacity: 0.85, towards })
}

fn text(says: &str, size: f32, backing: TextBacking) -> LayerKind {
    LayerKind::Text(Text {
        says: says.to_owned(),
        face: Face::Headline,
        size,
        lines: 3,
        leading: 1.1,
        align: TextAlign::Start,
        stand: Stand::Top,
        capitals: false,
        colour: Ink::Ink,
        backing,
        backing_colour: Ink::Surface,
    })
}

/// A zooming picture, a gradient, texts, progress.
fn typical() -> Vec<Layer> {
    let mut title =
        layer(at(0.08, 0.16, 0.78, 0.2), text("Why the night sky is getting brighter", 0.046, TextBacking::Shadow));
    title.enter = Some(animation(AnimationKind::Slide(Direction::Down), 300));
    vec![
        layer(at(0.0, 0.0, 1.0, 1.0), picture(0.0)),
        layer(at(0.0, 0.55, 1.0, 0.45), scrim(Direction::Down)),
        title,
        layer(at(0.08, 0.37, 0.5, 0.05), text("IN BRIEF", 0.02, TextBacking::None)),
        Layer { fixed: true, ..layer(at(0.6, 0.11, 0.26, 0.03), text("Made with AI", 0.016, TextBacking::Box)) },
        progress(ProgressForm::Segments, 0.1),
        Layer { fixed: true, ..layer(at(0.8, 0.12, 0.12, 0.05), LayerKind::Logo) },
    ]
}

fn progress(form: ProgressForm, y: f32) -> Layer {
    let kind = LayerKind::Progress { form, colour: Ink::Accent, track: Ink::Ink };
    Layer { fixed: true, ..layer(at(0.08, y, 0.78, 0.006), kind) }
}

fn shapes() -> Vec<Layer> {
    let mut layers = vec![layer(at(0.0, 0.0, 1.0, 1.0), LayerKind::Colour { colour: Ink::Tone })];
    let forms =
        [ShapeForm::Box, ShapeForm::Ellipse, ShapeForm::Line, ShapeForm::Triangle, ShapeForm::Check, ShapeForm::Cross];
    let kinds = [
        AnimationKind::Fade,
        AnimationKind::Slide(Direction::Left),
        AnimationKind::Wipe(Direction::Right),
        AnimationKind::Pop,
    ];
    for (row, form) in forms.into_iter().enumerate() {
        for (column, (stroke, shadow)) in [(0.0, 0.0), (0.004, 0.0), (0.0, 0.9), (0.004, 0.9)].into_iter().enumerate() {
            let place = at(0.04 + 0.24 * column as f32, 0.03 + 0.16 * row as f32, 0.2, 0.12);
            let ink = if row % 2 == 0 { Ink::Accent } else { Ink::Surface };
            let mut layer = layer(place, shape(form, stroke, shadow, ink));
            layer.enter = Some(animation(kinds[column], 400));
            layer.exit = Some(animation(kinds[column], 400));
            layers.push(layer);
        }
    }
    layers
}

fn lively() -> Vec<Layer> {
    let wave = |form| LayerKind::Waveform { form, colour: Ink::Accent, bars: 32 };
    let chart = |form| LayerKind::Chart(Chart { form, colour: Ink::Accent, track: Ink::Glow, grow_ms: 1_000 });
    let timer = |form| LayerKind::Timer { form, colour: Ink::Accent, track: Ink::Ink };
    let card = |x, y, width, height| layer(at(x, y, width, height), shape(ShapeForm::Box, 0.0, 0.6, Ink::Base));
    vec![
        layer(at(0.0, 0.0, 1.0, 1.0), LayerKind::Colour { colour: Ink::Tone }),
        card(0.05, 0.05, 0.9, 0.26),
        layer(at(0.08, 0.07, 0.84, 0.22), chart(ChartForm::Bars)),
        card(0.05, 0.34, 0.42, 0.2),
        layer(at(0.08, 0.36, 0.36, 0.16), chart(ChartForm::Ring)),
        card(0.52, 0.34, 0.43, 0.2),
        layer(at(0.55, 0.36, 0.37, 0.16), chart(ChartForm::Line)),
        layer(at(0.08, 0.58, 0.84, 0.08), wave(WaveformForm::Bars)),
        layer(at(0.08, 0.68, 0.4, 0.08), wave(WaveformForm::Floor)),
        layer(at(0.55, 0.68, 0.2, 0.08), wave(WaveformForm::Pulse)),
        layer(at(0.08, 0.8, 0.15, 0.08), timer(TimerForm::Ring)),
        layer(at(0.3, 0.83, 0.6, 0.01), timer(TimerForm::Bar)),
        progress(ProgressForm::Line, 0.9),
        progress(ProgressForm::Dots, 0.92),
        progress(ProgressForm::Segments, 0.95),
    ]
}

fn places() -> Vec<Layer> {
    let mut popped = layer(at(0.08, 0.30, 0.4, 0.25), picture(0.02));
    popped.enter = Some(animation(AnimationKind::Pop, 500));
    let mut slid = layer(at(0.54, 0.30, 0.4, 0.25), picture(0.02));
    slid.enter = Some(animation(AnimationKind::Slide(Direction::Right), 500));
    vec![
        layer(at(0.0, 0.0, 1.0, 1.0), LayerKind::Colour { colour: Ink::Base }),
        layer(at(0.0, 0.0, 1.0, 0.26), picture(0.0)),
        popped,
        slid,
        Layer { opacity: 0.5, ..layer(at(0.08, 0.6, 0.84, 0.3), picture(0.1)) },
    ]
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

fn scene(index: usize, count: usize, layers: Vec<Layer>) -> ScenePlan {
    let face = |weight| Typeface { families: vec!["Inter".to_owned(), "DejaVu Sans".to_owned()], weight };
    let narration = "The night sky is getting brighter every single year and here is why";
    let words = narration.split(' ').enumerate().map(|(at, word)| TimedWord {
        text: word.to_owned(),
        start_frame: at as u64 * 8,
        end_frame: at as u64 * 8 + 7,
    });
    let figure = |label: &str, value, unit: &str| Figure { label: label.to_owned(), value, unit: unit.to_owned() };
    ScenePlan {
        role: Role::Hook,
        index,
        count,
        frames: 120,
        language: "en".to_owned(),
        seed: 7 + index as u64,
        palette: palette(),
        fonts: Typefaces { headline: face(800), body: face(600) },
        layers,
        captions: Captions {
            style: CaptionStyle::WordHighlight,
            place: Place { within: Within::Safe, x: 0.0, y: 0.78, width: 1.0, height: 0.2 },
            size: 0.036,
            words: 4,
            capitals: false,
            colour: Ink::Ink,
            highlight: Ink::Accent,
            backing: TextBacking::Outline,
            backing_colour: Ink::Base,
        },
        reserved: Vec::new(),
        safe: at(0.08, 0.10, 0.78, 0.68),
        words: words.collect(),
        figures: vec![
            figure("Paris", 64.0, "%"),
            figure("Rome", 41.5, "%"),
            figure("Oslo", 23.0, "%"),
            figure("Bern", -9.0, "%"),
        ],
        level: (0..120_u32).map(|at| (at * 37 % 90 + (at / 9 % 3) * 70) as u8).collect(),
        media: None,
        media_before: None,
        logo: None,
        clips: Vec::new(),
    }
}

fn to_rgb(y: &[u8], u: &[u8], v: &[u8], width: usize) -> image::RgbImage {
    image::RgbImage::from_fn(width as u32, (y.len() / width) as u32, |x, row| {
        let (x, row) = (x as usize, row as usize);
        let chroma = row / 2 * (width / 2) + x / 2;
        let luma = (f32::from(y[row * width + x]) - 16.0) / 219.0;
        let (blue, red) = ((f32::from(u[chroma]) - 128.0) / 224.0, (f32::from(v[chroma]) - 128.0) / 224.0);
        let rgb = [luma + 1.5748 * red, luma - 0.1873 * blue - 0.4681 * red, luma + 1.8556 * blue];
        image::Rgb(rgb.map(|channel| (channel.clamp(0.0, 1.0) * 255.0 + 0.5) as u8))
    })
}
