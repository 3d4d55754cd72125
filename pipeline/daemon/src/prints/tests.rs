use reelpress_similar::verdict::{Rule, compare};
use reelpress_vocabulary::testing::{assembled, draft, media_file};
use reelpress_vocabulary::{Area, OverlayKind, Picture, Span};

use super::*;

const WIDTH: usize = 90;
const HEIGHT: usize = 160;
/// The lower half.
const BAR: Area = Area { left: 0.0, top: 0.5, right: 1.0, bottom: 1.0 };

/// Grey patches.
fn patch(seed: u8, x: usize, y: usize) -> u8 {
    blake3::hash(&[seed, (x / 9) as u8, (y / 10) as u8]).as_bytes()[0]
}

/// Prints of four seconds of this picture under this bar, which the cut says is there from one time to another.
fn printed(picture: u8, bar: u8, told: Option<Span>) -> Prints {
    let mut cut = assembled(&draft(), "main", b"film");
    // Pictures that the press draws are masked themselves.
    let file = Picture::File(media_file("sea.png", &"0f".repeat(32)));
    cut.cut.provenance.pictures.fill(file);
    let overlay = |span| Overlay {
        kind: OverlayKind::Furniture,
        span,
        area: BAR,
        text: String::new(),
        size_px: 0.0,
        colours: Vec::new(),
    };
    cut.cut.overlays = told.map(overlay).into_iter().collect();
    let mut printer = CutPrinter::new(PrintOrder::of(&cut));
    for frame in 0..48 {
        // Each second another picture: what stands still all along is not looked at.
        let picture = picture.wrapping_add(frame / 12);
        let pixel = |at: usize| {
            let (x, y) = (at % WIDTH, at / WIDTH);
            if y < HEIGHT / 2 { patch(picture, x, y) } else { patch(bar.wrapping_add(frame / 12), x, y) }
        };
        let luma: Vec<u8> = (0..WIDTH * HEIGHT).map(pixel).collect();
        let time_ms = f64::from(frame) * 1_000.0 / 12.0;
        printer.picture(&LumaFrame { width: WIDTH, height: HEIGHT, stride: WIDTH, luma: &luma, time_ms });
    }
    printer.finish().unwrap()
}

/// How much is alike of the frames.
fn share(one: &Prints, two: &Prints) -> f32 {
    compare(one, two, &Rule::default()).frames.map_or(0.0, |frames| frames.share())
}

#[test]
fn what_the_template_drew_is_no_likeness_and_hides_none() {
    let always = Some(Span { start_ms: 0, end_ms: 10_000 });
    let (one, two) = (printed(10, 100, always), printed(20, 100, always));
    assert!(share(&one, &two) < 0.3, "other pictures under one bar: {}", share(&one, &two));
    let other_bar = printed(10, 120, always);
    assert!(share(&one, &other_bar) > 0.9, "one picture under other bars: {}", share(&one, &other_bar));
}

#[test]
fn an_overlay_is_masked_only_while_it_is_seen() {
    let late = Some(Span { start_ms: 2_000, end_ms: 10_000 });
    let (masked_late, never) = (printed(10, 100, late), printed(10, 100, None));
    let hash = |prints: &Prints, frame: usize| prints.frames()[frame].view.hash;
    assert_eq!(hash(&masked_late, 0), hash(&never, 0));
    assert_ne!(hash(&masked_late, 36), hash(&never, 36));
}

#[test]
fn the_mix_is_heard_and_its_licensed_music_named() {
    let mut order = PrintOrder::of(&assembled(&draft(), "main", b"film"));
    order.licensed = Some("bed".to_owned());
    let mut printer = CutPrinter::new(order);
    for block in 0..220_u16 {
        let wave = |at: u16| (f32::from(block) * 0.37 + f32::from(at) * (0.02 + f32::from(block % 7) * 0.01)).sin();
        let left: Vec<f32> = (0..1_024).map(wave).collect();
        printer.sound(44_100, &left, &left);
    }
    let prints = printer.finish().unwrap();
    let [sound] = prints.sounds() else { panic!("{:?}", prints.sounds()) };
    assert_eq!((sound.kind, sound.licensed.as_deref()), (SoundKind::Mix, Some("bed")));
    assert!(!sound.items.is_empty());
    assert!(prints.words().is_some(), "the script is in it");
}

#[test]
fn sound_that_cannot_be_listened_to_means_no_prints_and_not_wrong_ones() {
    let mut printer = CutPrinter::new(PrintOrder::of(&assembled(&draft(), "main", b"film")));
    printer.sound(7, &[0.0], &[0.0]);
    assert!(printer.finish().is_none());
}
