//! What is told of a cut's overlays, held against the pixels of every built-in template.

use std::sync::Arc;

use reelpress_core::testing::MemoryArtifacts;
use reelpress_templates::catalogue::built_in;
use reelpress_templates::template::Brand;

use super::*;
use crate::compose::ScenePainter;
use crate::plan::{CutPlan, ScenePlan};
use crate::testing::{Edition, assemble_settings, fonts, press_over, template};
use crate::watch::Unwatched;
use crate::yuv::Planes;
use crate::{Sample, preview};

fn plan(name: &str) -> Arc<CutPlan> {
    preview(&template(name), &Brand::default(), &assemble_settings(), &Sample::default()).unwrap().plan
}

/// A scene, some frames of it, and what it says is over its pictures.
fn painted(canvas: Canvas, scene: &ScenePlan, frames: &[u64]) -> (Vec<image::RgbImage>, Vec<Seen>) {
    let mut painter = ScenePainter::new(canvas, Arc::new(scene.clone()), &fonts()).unwrap();
    let pictures = frames.iter().map(|frame| {
        let mut planes = Planes::black(canvas.width, canvas.height);
        painter.paint(*frame, &mut planes.as_mut()).unwrap();
        painter.paint_over(*frame, &mut planes.as_mut()).unwrap();
        planes.to_rgb()
    });
    let pictures = pictures.collect();
    (pictures, painter.survey().unwrap())
}

/// How many pixels of two frames differ, and the first of those that is in none of `areas`.
fn differences(one: &image::RgbImage, other: &image::RgbImage, areas: &[Rect]) -> (usize, Option<(u32, u32)>) {
    let inside = |x: u32, y: u32| {
        let (x, y) = (x as usize, y as usize);
        areas.iter().any(|area| x >= area.x && x < area.right() && y >= area.y && y < area.bottom())
    };
    let mut count = 0;
    let mut outside = None;
    for ((x, y, pixel), other) in one.enumerate_pixels().zip(other.pixels()) {
        if pixel != other {
            count += 1;
            outside = outside.or_else(|| (!inside(x, y)).then_some((x, y)));
        }
    }
    (count, outside)
}

fn areas_at(seen: &[Seen], frame: u64) -> Vec<Rect> {
    seen.iter().filter(|one| one.frames.0 <= frame && frame < one.frames.1).map(|one| one.area).collect()
}

#[test]
fn pixels_with_and_without_captions_differ_only_within_the_recorded_areas() {
    let mut groups = 0;
    for name in built_in() {
        let plan = plan(name);
        for scene in &plan.scenes {
            let words = scene.words.iter().map(|word| word.start_frame);
            // Words pop in their first frames and stand out later; between words nothing may be left.
            let frames: Vec<u64> = words.flat_map(|first| [first, first + 2]).step_by(5).chain([0]).collect();
            let (with, seen) = painted(plan.canvas, scene, &frames);
            let silent = ScenePlan { words: Vec::new(), ..ScenePlan::clone(scene) };
            let (without, others) = painted(plan.canvas, &silent, &frames);
            assert!(others.iter().all(|one| one.kind != OverlayKind::Caption), "{name}");
            let captions: Vec<Seen> = seen.into_iter().filter(|one| one.kind == OverlayKind::Caption).collect();
            for ((frame, one), other) in frames.iter().zip(&with).zip(&without) {
                let areas = areas_at(&captions, *frame);
                let (count, outside) = differences(one, other, &areas);
                assert_eq!(outside, None, "{name}, frame {frame}: {areas:?}");
                assert_eq!(count > 0, !areas.is_empty(), "{name}, frame {frame}: {areas:?}");
                groups += areas.len();
            }
        }
    }
    assert!(groups > 100, "{groups} captions are not all that there are");
}

/// Each layer of a scene painted over those under it, and alone told.
#[test]
fn pixels_with_and_without_a_layer_differ_only_within_its_recorded_area() {
    let mut told = [0; 5];
    for name in built_in() {
        let plan = plan(name);
        for scene in [&plan.scenes[0], &plan.scenes[2]] {
            let (first, last) = (scene.frames / 8, scene.frames * 2 / 3);
            let frames = [0, first, last];
            // In the order of painting: what keeps still lies over the rest.
            let mut all: Vec<_> = scene.layers.iter().cloned().zip(scene.purposes.iter().copied()).collect();
            all.sort_by_key(|(layer, _)| layer.fixed);
            let upto = |count: usize| {
                let (layers, purposes) = all[..count].iter().cloned().unzip();
                ScenePlan { layers, purposes, words: Vec::new(), ..ScenePlan::clone(scene) }
            };
            let mut below = painted(plan.canvas, &upto(0), &frames);
            for count in 1..=all.len() {
                let with = painted(plan.canvas, &upto(count), &frames);
                let layer = &all[count - 1].0;
                if let Some(own) = with.1.get(below.1.len()) {
                    told[own.kind as usize] += 1;
                    let mut differ = 0;
                    for ((frame, one), other) in frames.iter().zip(&with.0).zip(&below.0) {
                        let areas = areas_at(std::slice::from_ref(own), *frame);
                        let (count, outside) = differences(one, other, &areas);
                        assert_eq!(outside, None, "{name}, {}, frame {frame}: {own:?}", layer.name);
                        differ += count;
                    }
                    assert!(differ > 0, "{name}: {} is told and not seen", layer.name);
                }
                below = with;
            }
        }
    }
    let of = |kind: OverlayKind| told[kind as usize];
    assert!(of(OverlayKind::Text) > 12 && of(OverlayKind::Disclosure) >= 24, "{told:?}");
    assert!(of(OverlayKind::Furniture) > 5, "{told:?}");
}

#[tokio::test]
async fn a_cut_of_kept_pieces_tells_the_same_as_one_that_was_painted() {
    let (folder, artifacts) = (tempfile::tempdir().unwrap(), Arc::new(MemoryArtifacts::default()));
    let order = Edition::new(3_000).order();
    let press = press_over(&artifacts, folder.path(), 1).await;
    let first = press.press(&order, Arc::new(Unwatched)).await.unwrap();
    let again = press.press(&order, Arc::new(Unwatched)).await.unwrap();
    assert!(again.pieces.iter().all(|piece| piece.made.is_none()), "{:?}", again.pieces);
    assert_eq!(first.overlays, again.overlays);
    let end = order.score.timeline.duration_ms();
    let captions: Vec<&Overlay> =
        first.overlays.iter().filter(|overlay| overlay.kind == OverlayKind::Caption).collect();
    let words: Vec<&str> = captions.iter().flat_map(|caption| caption.text.split(' ')).collect();
    let spoken: usize = Edition::new(3_000).voice.beats.iter().map(|beat| beat.words.len()).sum();
    assert_eq!(words.len(), spoken);
    assert!(words.iter().all(|word| word.eq_ignore_ascii_case("word")), "{words:?}");
    assert!(captions.windows(2).all(|pair| pair[0].span.end_ms <= pair[1].span.start_ms), "{captions:?}");
    let is_whole = |overlay: &Overlay| (overlay.span.start_ms, overlay.span.end_ms) == (0, end);
    let disclosures: Vec<&Overlay> =
        first.overlays.iter().filter(|overlay| overlay.kind == OverlayKind::Disclosure).collect();
    assert!(disclosures.iter().any(|overlay| is_whole(overlay)), "told once for the whole cut: {disclosures:?}");
    for overlay in &first.overlays {
        let Area { left, top, right, bottom } = overlay.area;
        let is_sound = 0.0 <= left && left < right && right <= 1.0 && 0.0 <= top && top < bottom && bottom <= 1.0;
        assert!(is_sound && overlay.span.start_ms < overlay.span.end_ms && overlay.span.end_ms <= end, "{overlay:?}");
        assert_eq!(overlay.text.is_empty(), overlay.size_px == 0.0 || overlay.colours.is_empty(), "{overlay:?}");
    }
}

#[test]
fn a_layer_is_what_its_variables_say() {
    let kinds: Vec<(String, Option<OverlayKind>)> = ["explainer", "ranking", "quote"]
        .into_iter()
        .filter(|name| built_in().any(|known| known == *name))
        .flat_map(|name| {
            let of = |layer: &Layer| (format!("{name}/{}", layer.name), purpose(layer));
            template(name).layers.iter().map(of).collect::<Vec<_>>()
        })
        .collect();
    let is = |kind, variable: &str| {
        let text = |says: &str| {
            let mut layer = template("explainer")
                .layers
                .iter()
                .find(|layer| matches!(layer.kind, LayerKind::Text(_)))
                .expect("it has a text")
                .clone();
            if let LayerKind::Text(text) = &mut layer.kind {
                says.clone_into(&mut text.says);
            }
            layer
        };
        assert_eq!(purpose(&text(variable)), Some(kind), "{variable}");
    };
    is(OverlayKind::Disclosure, "{handle} · {ai}");
    is(OverlayKind::Text, "{number}. {on_screen}");
    is(OverlayKind::Brand, "{handle}");
    is(OverlayKind::Furniture, "{number} of {count}");
    is(OverlayKind::Furniture, "{kicker}");
    is(OverlayKind::Furniture, "breaking");
    assert!(kinds.iter().any(|(_, kind)| *kind == Some(OverlayKind::Disclosure)), "{kinds:?}");
}
