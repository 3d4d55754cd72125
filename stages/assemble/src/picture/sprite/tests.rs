use proptest::prelude::*;

use super::super::mask::RoundBox;
use super::super::planes::Picture420;
use super::*;

const SIZE: (usize, usize) = (96, 64);

fn ground() -> Picture420 {
    let mut picture = Picture420::black(SIZE.0, SIZE.1);
    for (index, plane) in picture.planes.iter_mut().enumerate() {
        for (at, value) in plane.iter_mut().enumerate() {
            *value = (30 + (at * 7 + index * 40) % 190) as u8;
        }
    }
    picture
}

/// A card with round corners and a gap with a thin line in it, in a colour that is far from the ground.
fn card(area: Rect, opacity: f32) -> Sprite {
    let mut layers = Layers::new(area);
    let mut mask = layers.mask();
    let (width, height) = (mask.width as f32, mask.height as f32);
    let line = (height * 0.45).floor();
    for (top, bottom) in [(0.0, height * 0.4), (line, line + 1.0), (height * 0.6, height)] {
        mask.put_box(RoundBox { left: 0.3, top, right: width - 0.6, bottom, radius: 5.0 });
    }
    layers.put(&mask, Colour::parse("#30C0F0").unwrap(), opacity);
    layers.finish()
}

fn laid(sprite: &Sprite, how: Laying) -> Picture420 {
    let mut out = ground();
    sprite.lay(&mut out.as_planes(), how);
    out
}

/// Value and remaining ground of a layer at any place: nothing outside.
fn at(layer: &Layer, x: isize, y: isize) -> (f64, f64) {
    let height = layer.spans.len();
    match (usize::try_from(x), usize::try_from(y)) {
        (Ok(x), Ok(y)) if x < layer.width && y < height => {
            let at = y * layer.width + x;
            (f64::from(layer.values[at]), f64::from(layer.stays[at]) / 255.0)
        }
        _ => (0.0, 1.0),
    }
}

/// What plain arithmetic lays over one value of the ground.
fn expected(layer: &Layer, corner: (f64, f64), (x, y): (usize, usize), old: u8, opacity: u16) -> f64 {
    let (across, down) = (x as f64 - corner.0, y as f64 - corner.1);
    let (left, top) = (across.floor(), down.floor());
    let (mut value, mut stays) = (0.0, 0.0);
    for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
        let share = |part: f64, one: bool| if one { part } else { 1.0 - part };
        let weight = share(across - left, dx == 1) * share(down - top, dy == 1);
        let (one, rest) = at(layer, left as isize + dx, top as isize + dy);
        value += one * weight;
        stays += rest * weight;
    }
    let laid = value + f64::from(old) * stays;
    let opacity = f64::from(opacity) / 256.0;
    f64::from(old) * (1.0 - opacity) + laid * opacity
}

#[test]
fn an_opaque_card_has_its_colour_and_leaves_the_rest_alone() {
    let area = Rect { x: 20, y: 10, width: 40, height: 40 };
    let out = laid(&card(area, 1.0), Laying::PLAIN);
    let before = ground();
    let colour = bt709_of(Colour::parse("#30C0F0").unwrap());
    for (plane, scale) in [(0, 1), (1, 2), (2, 2)] {
        let row = SIZE.0 / scale;
        let value = |x: usize, y: usize| out.planes[plane][y / scale * row + x / scale];
        assert_eq!(value(40, 16), colour[plane]);
        assert_eq!(value(40, 44), colour[plane]);
        assert_eq!(value(40, 30), before.planes[plane][30 / scale * row + 40 / scale], "the gap shows the ground");
        assert_eq!(value(18, 16), before.planes[plane][16 / scale * row + 18 / scale]);
    }
}

#[test]
fn nothing_is_laid_with_no_opacity_and_far_outside() {
    let sprite = card(Rect { x: 20, y: 10, width: 40, height: 40 }, 1.0);
    for how in [
        Laying { opacity: 0, ..Laying::PLAIN },
        Laying { shift: (1e30, 0.0), ..Laying::PLAIN },
        Laying { shift: (-80.0, 0.5), ..Laying::PLAIN },
        Laying { shift: (f32::NAN, f32::INFINITY), ..Laying::PLAIN },
        Laying { down: isize::MIN, ..Laying::PLAIN },
        Laying { down: isize::MAX, shift: (0.5, 1.0), ..Laying::PLAIN },
        Laying { columns: (0, 0), ..Laying::PLAIN },
        Laying { clip: Some(Rect { x: 0, y: 0, width: 20, height: 64 }), ..Laying::PLAIN },
        Laying { clip: Some(Rect { x: 50, y: 20, width: 0, height: 9 }), ..Laying::PLAIN },
    ] {
        assert!(laid(&sprite, how) == ground(), "{how:?}");
    }
}

#[test]
fn a_slow_move_moves_the_middle_of_a_sprite_smoothly() {
    let mut layers = Layers::new(Rect { x: 30, y: 20, width: 20, height: 20 });
    let mut mask = layers.mask();
    mask.put_box(RoundBox { left: 4.0, top: 4.0, right: 16.0, bottom: 16.0, radius: 6.0 });
    layers.put(&mask, Colour::parse("#FFFFFF").unwrap(), 1.0);
    let sprite = layers.finish();
    let middle = |step: u32| {
        let shift = (step as f32 * 0.03, -(step as f32) * 0.02);
        let mut out = Picture420::black(SIZE.0, SIZE.1);
        sprite.lay(&mut out.as_planes(), Laying { shift, ..Laying::PLAIN });
        let (mut sum, mut across, mut down) = (0.0, 0.0, 0.0);
        for (at, value) in out.planes[0].iter().enumerate() {
            let weight = f64::from(*value) - 16.0;
            sum += weight;
            across += weight * (at % SIZE.0) as f64;
            down += weight * (at / SIZE.0) as f64;
        }
        (across / sum, down / sum)
    };
    let first = middle(0);
    for step in 1..300 {
        let (before, now) = (middle(step - 1), middle(step));
        assert!((now.0 - before.0 - 0.03).abs() < 0.02, "step {step}: {before:?} to {now:?}");
        assert!((now.1 - before.1 + 0.02).abs() < 0.02, "step {step}: {before:?} to {now:?}");
        let off = (now.0 - first.0 - f64::from(step) * 0.03).hypot(now.1 - first.1 + f64::from(step) * 0.02);
        assert!(off < 0.03, "step {step} is {off} off");
    }
}

#[test]
fn a_fill_reaches_into_the_last_pixel_by_its_share() {
    let mut out = Picture420::black(SIZE.0, SIZE.1);
    fill(&mut out.as_planes(), Rect { x: 10, y: 4, width: 40, height: 2 }, 20.5, [216, 100, 150], 256);
    let row = &out.planes[0][4 * SIZE.0..][..SIZE.0];
    assert_eq!(row[9..22], [[16].as_slice(), &[216; 10], &[116], &[16]].concat());
    assert_eq!(out.planes[1][2 * (SIZE.0 / 2)..][4..12], [128, 100, 100, 100, 100, 100, 121, 128]);
    assert!(out.planes[0][3 * SIZE.0..4 * SIZE.0].iter().all(|value| *value == 16));
    // Edges outside of the frame and of each other do no harm.
    let before = out.clone();
    fill(&mut out.as_planes(), Rect { x: 200, y: 4, width: 40, height: 2 }, 220.0, [0; 3], 256);
    fill(&mut out.as_planes(), Rect { x: 10, y: 4, width: 40, height: 2 }, -3.0, [0; 3], 256);
    fill(&mut out.as_planes(), Rect { x: 10, y: 400, width: 40, height: 2 }, 30.0, [0; 3], 256);
    assert!(out == before);
}

proptest! {
    /// Anywhere, also between pixels and over the edges of the frame: what plain arithmetic gives, within two and a half steps of
    /// 255 for its four roundings and that of the sprite; and nothing outside of the clip.
    #[test]
    fn laying_is_bilinear_and_clipped(
        x in 0_usize..80, y in 0_usize..50, width in 12_usize..60, height in 12_usize..50, cover in 0.2_f32..=1.0,
        down in -30_isize..30, shift in (-70.0_f32..70.0, -40.0_f32..40.0), whole in any::<bool>(),
        opacity in 1_u16..=256,
        clip in (0_usize..50, 0_usize..40, 0_usize..60, 0_usize..60), clipped in any::<bool>(),
    ) {
        let sprite = card(Rect { x, y, width, height }, cover);
        let shift = if whole { (shift.0.round(), shift.1.round()) } else { shift };
        let clip = Rect { x: clip.0 & !1, y: clip.1 & !1, width: clip.2 & !1, height: clip.3 & !1 };
        let how = Laying { down, shift, opacity, clip: clipped.then_some(clip), ..Laying::PLAIN };
        let (before, out) = (ground(), laid(&sprite, how));
        for (plane, layer) in [&sprite.full, &sprite.blue, &sprite.red].into_iter().enumerate() {
            let scale = if plane == 0 { 1 } else { 2 };
            let row = SIZE.0 / scale;
            let corner = (
                (sprite.area.x as f64 + f64::from(shift.0)) / scale as f64,
                (sprite.area.y as f64 + down as f64 + f64::from(shift.1)) / scale as f64,
            );
            for (at, value) in out.planes[plane].iter().enumerate() {
                let (x, y) = (at % row, at / row);
                let old = before.planes[plane][at];
                let inside = (clip.x..clip.right()).contains(&(x * scale)) && (clip.y..clip.bottom()).contains(&(y * scale));
                let expected =
                    if inside || !clipped { expected(layer, corner, (x, y), old, opacity) } else { f64::from(old) };
                prop_assert!((f64::from(*value) - expected).abs() <= 2.5, "plane {plane}, ({x}, {y}): {value}, not {expected}");
            }
        }
    }

    /// Laying in parts gives what laying at once gives: a damaged rectangle can be repaired by itself.
    #[test]
    fn two_clips_make_one_whole(cut in 0_usize..48, shift in (-9.0_f32..9.0, -9.0_f32..9.0), opacity in 1_u16..=256) {
        let sprite = card(Rect { x: 20, y: 10, width: 50, height: 40 }, 0.9);
        let how = Laying { opacity, shift, ..Laying::PLAIN };
        let mut parts = ground();
        let cut = cut * 2;
        for clip in [
            Rect { x: 0, y: 0, width: cut, height: SIZE.1 },
            Rect { x: cut, y: 0, width: SIZE.0 - cut, height: SIZE.1 },
        ] {
            sprite.lay(&mut parts.as_planes(), Laying { clip: Some(clip), ..how });
        }
        prop_assert!(parts == laid(&sprite, how));
    }
}
