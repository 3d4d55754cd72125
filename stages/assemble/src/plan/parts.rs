//! What a piece is made from, part by part. The hash of all parts is the piece's key; the parts by themselves say what
//! changed when a piece has to be made again.

use std::collections::BTreeMap;

use reelpress_templates::template::{Layer, LayerKind};
use serde::Serialize;

use super::{CutPlan, Piece, ScenePlan};

/// A hash for each part of a piece, under a word that people understand.
pub(crate) type Parts = Vec<(&'static str, [u8; 32])>;

/// The parts of a piece that its plan knows: all but fonts and encoder.
pub(crate) fn of(plan: &CutPlan, piece: Piece) -> Parts {
    let parts: Vec<ScenePartValues> = match piece {
        Piece::Scene { scene, .. } => vec![of_scene(&plan.scenes[scene])],
        Piece::Transition { into, .. } => vec![of_leaving(&plan.scenes[into - 1]), of_scene(&plan.scenes[into])],
    };
    let CutPlan { canvas, scenes: _, transition } = plan;
    let transition = matches!(piece, Piece::Transition { .. }).then_some(transition);
    let part = |name: &str| hash(&parts.iter().map(|scene| &scene[name]).collect::<Vec<_>>());
    let frames = plan.frames_of(piece);
    vec![
        ("frame size", hash(canvas)),
        ("length", hash(&(part("length"), frames))),
        ("picture", part("picture")),
        ("motion", part("motion")),
        ("captions", part("captions")),
        ("text on the screen", part("text on the screen")),
        ("voice level", part("voice level")),
        ("place in the cut", part("place in the cut")),
        ("template", hash(&(transition, piece_kind(piece), part("template")))),
    ]
}

type ScenePartValues = BTreeMap<&'static str, serde_json::Value>;

/// Everything that makes a scene's pixels. Whoever adds a field to [`ScenePlan`] has to say here which part it belongs to:
/// without that it does not compile.
fn of_scene(scene: &ScenePlan) -> ScenePartValues {
    let ScenePlan {
        role,
        index,
        count,
        frames,
        language,
        seed,
        palette,
        fonts,
        layers,
        // What is said of the pixels, not what makes them.
        purposes: _,
        captions,
        reserved,
        safe,
        words,
        figures,
        level,
        media,
        media_before,
        logo,
        clips,
    } = scene;
    let bare: Vec<Layer> = layers.iter().map(without_text).collect();
    BTreeMap::from([
        ("length", json(frames)),
        ("picture", json(&(media, media_before, logo, clips))),
        ("motion", json(seed)),
        ("captions", json(words)),
        ("text on the screen", json(&(texts(layers), figures, language))),
        ("voice level", json(level)),
        ("place in the cut", json(&(role, index, count))),
        // All that comes from the template, without the texts, which have a part of their own.
        ("template", json(&(palette, fonts, bare, captions, reserved, safe))),
    ])
}

/// Of a scene that goes. Its captions end with it: in a transition those of the scene that comes lie over both, so other
/// word times in the old scene make no other pixel.
fn of_leaving(scene: &ScenePlan) -> ScenePartValues {
    of_scene(&ScenePlan { words: Vec::new(), ..scene.clone() })
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
