//! The small order: for a model with little room, which is a small model. It is asked for nothing but a hook and a few
//! scenes; each scene has its own share of the evidence and quotes the piece that it retells before it retells it, so that
//! the words it needs are the last ones it saw. What it is not asked for comes from the topic, the niche and the phrase book.
//!
//! Measured with a model of 135 million parameters: with the full rules and schema it wrote 500 to 700 tokens of piece
//! numbers and loops and no script; with these about 200 tokens and sentences of the topic.

use reelpress_config::{Provider, SchemaMode};
use reelpress_vocabulary::ScriptLimits;
use serde_json::{Map, Value, json};

use super::USEFUL_TOKENS;
use crate::evidence::{Pack, Piece, PieceKind};
use crate::material::shortened;

/// Characters of a piece that stand for it.
const QUOTED_MAX: usize = 160;
/// Pieces that are offered: a small model loses the first ones anyway.
const PIECES_MAX: usize = 12;
/// Scenes that are asked for: one for so many of the fewest words.
const WORDS_PER_SCENE: usize = 15;
const SCENES_MIN: usize = 3;
const SCENES_MAX: usize = 4;
/// Characters of a narration, without the stop at its end.
const SCENE: (usize, usize) = (20, 140);
/// Characters of a hook word, with its space.
const HOOK_WORD: usize = 7;
/// What no spoken sentence of a small model needs: quotation marks, brackets, signs of code and markup, control characters.
const NEVER: &str = r#""\\;=_#*|<>(){}\[\]\x00-\x1F"#;

/// Whether a provider gets the small order: it holds a model to bounds while it writes, and has too little room for a
/// whole script.
pub(crate) fn wanted(endpoint: &Provider) -> bool {
    endpoint.schema == SchemaMode::JsonSchemaBounded && endpoint.max_tokens < USEFUL_TOKENS
}

/// How a piece is quoted.
pub(super) fn quoted(piece: &Piece) -> String {
    shortened(&piece.text, QUOTED_MAX)
}

/// The pieces that the small order is about: what the topic and its pages say, each text once.
pub(super) fn pieces(pack: &Pack) -> Vec<&Piece> {
    let mut kept = Vec::<&Piece>::new();
    for piece in &pack.pieces {
        if kept.len() < PIECES_MAX && kept.iter().all(|other| other.text != piece.text) {
            kept.push(piece);
        }
    }
    kept
}

/// A hook about the headline, and a scene for each share of the rest, in the order of the evidence.
pub(super) fn schema(pack: &Pack, limits: &ScriptLimits) -> Value {
    let pieces = pieces(pack);
    let (titles, mut rest): (Vec<&Piece>, Vec<&Piece>) =
        pieces.iter().copied().partition(|piece| piece.kind == PieceKind::Title);
    let opening = if titles.is_empty() { &pieces } else { &titles };
    if rest.is_empty() {
        rest.clone_from(opening);
    }
    let scenes = (limits.words_min / WORDS_PER_SCENE)
        .clamp(SCENES_MIN, SCENES_MAX)
        .clamp(limits.scenes_min, limits.scenes_max.max(limits.scenes_min));
    let shares = (0..scenes).map(|at| {
        let (from, to) = (at * rest.len() / scenes, (at + 1) * rest.len() / scenes);
        let from = from.min(rest.len() - 1);
        beat(&rest[from..to.max(from + 1)], SCENE.0, SCENE.1)
    });
    object([
        ("hook", beat(opening, 10, (limits.hook_words_max * HOOK_WORD).max(30))),
        ("scenes", json!({ "type": "array", "minItems": scenes, "maxItems": scenes, "prefixItems": shares.collect::<Vec<_>>() })),
    ])
}

fn beat(pieces: &[&Piece], least: usize, most: usize) -> Value {
    let offered = pieces.iter().map(|piece| quoted(piece)).collect::<Vec<_>>();
    let sentence = format!("^[^ {NEVER}][^{NEVER}]{{{least},{most}}}[.!?]$");
    object([
        ("evidence", json!({ "type": "string", "enum": offered })),
        ("narration", json!({ "type": "string", "pattern": sentence })),
    ])
}

fn object<const N: usize>(properties: [(&str, Value); N]) -> Value {
    let names = properties.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    let required = json!(names);
    let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

#[cfg(test)]
mod tests;
