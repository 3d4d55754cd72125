//! What a piece is made from, part by part. The hash of all parts is the piece's key; the parts by themselves say what
//! changed when a piece has to be made again.

use reelpress_templates::template::{Layer, LayerKind};
use serde::Serialize;

use super::{CutPlan, Piece, ScenePlan};

/// A hash for each part of a piece, under a word that people understand.
pub(crate) type Parts = Vec<(&'static str, [u8; 32])>;

/// The parts of a piece that its plan knows: all but fonts and encoder.
pub(crate) fn of(plan: &CutPlan, piece: Piece) -> Parts {
    let scenes: Vec<&ScenePlan> = match piece {
        Piece::Scene { scene, .. } => vec![&plan.scenes[scene]],
        Piece::Transition { into, .. } => vec![&plan.scenes[into - 1], &plan.scenes[into]],
    };
    let transition = matches!(piece, Piece::Transition { .. }).then_some(plan.transition);
    let part = |values: &dyn Fn(&ScenePlan) -> serde_json::Value| {
        hash(&scenes.iter().map(|scene| values(scene)).collect::<Vec<_>>())
    };
    vec![
        ("frame size", hash(&plan.canvas)),
        ("length", part(&|scene| json(&(scene.frames, plan.frames_of(piece))))),
        ("picture", part(&|scene| json(&(&scene.media, &scene.media_before, &scene.logo, &scene.clips)))),
        ("motion", part(&|scene| json(&scene.seed))),
        ("captions", part(&|scene| json(&scene.words))),
        ("text on the screen", part(&|scene| json(&(texts(&scene.layers), &scene.figures, &scene.language)))),
        ("voice level", part(&|scene| json(&scene.level))),
        ("place in the cut", part(&|scene| json(&(scene.role, scene.index, scene.count)))),
        ("template", hash(&(transition, piece_kind(piece), part(&template)))),
    ]
}

/// A transition and a scene of the same length are not the same thing.
fn piece_kind(piece: Piece) -> (&'static str, u64) {
    match piece {
        Piece::Scene { from, .. } => ("scene", from),
        Piece::Transition { frames, .. } => ("transition", frames),
    }
}

fn texts(layers: &[Layer]) -> Vec<&str> {
    layers
        .iter()
        .filter_map(|layer| if let LayerKind::Text(text) = &layer.kind { Some(text.says.as_str()) } else { None })
        .collect()
}

/// Everything that comes from the template, without the texts, which have a part of their own.
fn template(scene: &ScenePlan) -> serde_json::Value {
    let layers: Vec<Layer> = scene.layers.iter().map(without_text).collect();
    json(&(&scene.palette, &scene.fonts, &layers, &scene.captions, &scene.reserved, &scene.safe))
}

fn without_text(layer: &Layer) -> Layer {
    let mut layer = layer.clone();
    if let LayerKind::Text(text) = &mut layer.kind {
        text.says.clear();
    }
    layer
}

fn json(value: &impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("plans are plain data with text keys")
}

fn hash(value: &impl Serialize) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    serde_json::to_writer(&mut hasher, value).expect("plans are plain data with text keys");
    *hasher.finalize().as_bytes()
}
