use proptest::prelude::*;

use super::*;
use crate::testing::{HEIGHT, Picture, WIDTH, draw};

fn view(grey: impl Fn(f32, f32) -> f32, masks: &[Rect]) -> View {
    look(grey, masks).view
}

fn look(grey: impl Fn(f32, f32) -> f32, masks: &[Rect]) -> Look {
    let pixels = draw(WIDTH, HEIGHT, grey);
    Eye::new().look(&Luma::new(&pixels, WIDTH, HEIGHT, WIDTH).unwrap(), masks)
}

/// The picture in the middle `share` of the frame's height, between bars of one grey.
fn between_bars(picture: &Picture, share: f32, bar: f32) -> impl Fn(f32, f32) -> f32 {
    move |x, y| {
        let y = (y - 0.5) / share + 0.5;
        if (0.0..1.0).contains(&y) { picture.at(x, y) } else { bar }
    }
}

#[test]
fn a_letterboxed_picture_has_the_pictures_hash_whatever_the_bars_colour() {
    for (seed, bar) in [(1, 0.0), (2, 255.0), (3, 90.0)] {
        let picture = Picture::new(seed);
        let plain = look(|x, y| picture.at(x, y), &[]);
        let boxed = look(between_bars(&picture, 0.6, bar), &[]);
        let bits = plain.view.hash.distance(&boxed.view.hash);
        assert!(bits <= 24, "{bits} bits");
        assert!((boxed.aspect / plain.aspect - 1.0 / 0.6).abs() < 0.1, "{} {}", boxed.aspect, plain.aspect);
    }
}

#[test]
fn a_pillarboxed_picture_has_the_pictures_hash() {
    let picture = Picture::new(4);
    let plain = view(|x, y| picture.at(x, y), &[]);
    let bars = between_bars(&picture, 0.6, 0.0);
    let boxed = view(
        |x, y| {
            let x = (x - 0.5) / 0.7 + 0.5;
            if (0.0..1.0).contains(&x) { bars(x, (y - 0.5) * 0.6 + 0.5) } else { 16.0 }
        },
        &[],
    );
    assert!(plain.hash.distance(&boxed.hash) <= 24, "{} bits", plain.hash.distance(&boxed.hash));
}

#[test]
fn a_mirrored_picture_has_the_mirrored_hash() {
    for seed in 10..20 {
        let picture = Picture::new(seed);
        let plain = view(|x, y| picture.at(x, y), &[]);
        let mirrored = view(|x, y| picture.at(1.0 - x, y), &[]);
        assert!(plain.mirrored.distance(&mirrored.hash) <= 4, "{seed}");
        assert!(plain.distance(&mirrored) <= 4, "{seed}");
        assert!(plain.hash.distance(&mirrored.hash) > 80, "{seed}: it is not its own mirror");
    }
}

#[test]
fn what_a_template_drew_is_not_the_picture() {
    let bar = Rect::new(0.0, 0.7, 1.0, 0.85);
    let captioned = |picture: u64, caption: u64, masks: &[Rect]| {
        let (picture, caption) = (Picture::new(picture), Picture::new(caption));
        view(|x, y| if bar.holds(x, y) { caption.at(x, (y - 0.7) / 0.15) } else { picture.at(x, y) }, masks)
    };
    let (one, two) = (captioned(1, 50, &[bar]), captioned(1, 51, &[bar]));
    assert!(one.hash.distance(&two.hash) <= 6, "another caption: {} bits", one.hash.distance(&two.hash));
    let (open, other) = (captioned(1, 50, &[]), captioned(1, 51, &[]));
    assert!(open.hash.distance(&other.hash) > 6 + one.hash.distance(&two.hash), "without masks the caption counts");
}

#[test]
fn two_pictures_in_one_brand_frame_are_two_pictures() {
    let masks = [Rect::new(0.0, 0.0, 1.0, 0.2), Rect::new(0.0, 0.8, 1.0, 1.0)];
    let brand = Picture::new(99);
    let framed = |seed: u64, masks: &[Rect]| {
        let picture = Picture::new(seed);
        view(|x, y| if (0.2..0.8).contains(&y) { picture.at(x, y) } else { brand.at(x, y) }, masks)
    };
    let (one, two) = (framed(1, &masks), framed(2, &masks));
    assert!(one.hash.distance(&two.hash) > 80, "{} bits", one.hash.distance(&two.hash));
}

#[test]
fn a_frame_with_nothing_to_see_abstains() {
    assert_eq!(view(|_, _| 40.0, &[]).quality, 0);
    assert!(view(|x, _| 40.0 + 20.0 * x, &[]).quality < crate::pdq::QUALITY_MIN);
    let picture = Picture::new(5);
    let open = view(|x, y| picture.at(x, y), &[]);
    let masked = view(|x, y| picture.at(x, y), &[Rect::new(0.0, 0.1, 1.0, 1.0)]);
    assert!(open.quality >= crate::pdq::QUALITY_MIN && masked.quality == 0);
}

#[test]
fn a_picture_that_is_drawn_larger_has_the_same_hash() {
    let picture = Picture::new(7);
    let small = view(|x, y| picture.at(x, y), &[]);
    let pixels = draw(540, 960, |x, y| picture.at(x, y));
    let large = Eye::new().look(&Luma::new(&pixels, 540, 960, 540).unwrap(), &[]).view;
    assert!(small.hash.distance(&large.hash) <= 16, "{} bits", small.hash.distance(&large.hash));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_plane_with_any_masks_is_looked_at(
        width in 1_usize..70, height in 1_usize..70, extra in 0_usize..9, seed: u64,
        edges in prop::collection::vec(prop::array::uniform4(-2.0_f32..3.0), 0..40),
    ) {
        let stride = width + extra;
        let mut dice = crate::testing::Dice(seed);
        let pixels: Vec<u8> = (0..stride * height).map(|_| dice.next() as u8).collect();
        let luma = Luma::new(&pixels, width, height, stride).unwrap();
        let masks: Vec<Rect> = edges.iter().map(|edges| Rect::new(edges[0], edges[1], edges[2], edges[3])).collect();
        let mut eye = Eye::new();
        let look = eye.look(&luma, &masks);
        prop_assert!(look.view.quality <= 100 && look.aspect > 0.0 && look.aspect.is_finite());
        let mut regions = Vec::new();
        eye.regions(&mut regions);
        prop_assert_eq!(eye.still().pixels().len(), 1_024);
        prop_assert_eq!(eye.look(&luma, &masks), look);
    }

    #[test]
    fn padding_beside_the_rows_is_not_looked_at(extra in 1_usize..40, seed in 0_u64..50) {
        let picture = Picture::new(seed);
        let pixels = draw(WIDTH, HEIGHT, |x, y| picture.at(x, y));
        let mut padded = Vec::new();
        for row in pixels.chunks(WIDTH) {
            padded.extend_from_slice(row);
            padded.extend((0..extra).map(|at| (at * 37) as u8));
        }
        let plain = Luma::new(&pixels, WIDTH, HEIGHT, WIDTH).unwrap();
        let padded = Luma::new(&padded, WIDTH, HEIGHT, WIDTH + extra).unwrap();
        prop_assert_eq!(Eye::new().look(&plain, &[]), Eye::new().look(&padded, &[]));
    }
}
