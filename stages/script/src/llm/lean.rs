//! The small order: for a model with little room, which is a small model. It is asked for nothing but a hook and a few
//! scenes; each scene has its own share of the evidence and quotes the piece that it retells before it retells it, so that
//! the words it needs are the last ones it saw. What it is not asked for comes from the topic, the niche and the phrase book.
//!
//! Measured with a model of 135 million parameters: with the full rules and schema it wrote 500 to 700 tokens of piece
//! numbers and loops and no script; with these about 200 tokens and sentences of the topic.

use reelpress_config::{Provider, SchemaMode};
use reelpress_vocabulary::{ScriptDraft, ScriptLimits};
use serde_json::{Map, Value, json};

use super::USEFUL_TOKENS;
use crate::craft;
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
const SCENE: (usize, usize) = (20, 200);
/// Characters of a hook, likewise.
const HOOK_MIN: usize = 10;
/// A retold piece may be so much longer than the piece; a longer one is a loop or made up.
const LONGER: usize = 40;
/// Characters of a hook word, with its space.
const HOOK_WORD: usize = 7;
/// What the field is called in which a piece is quoted; `evidence` made a small model begin with "The evidence is that".
pub(super) const FROM: &str = "from";
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

/// A beat of the small order: the pieces that it may be about, and how long it may be.
struct Beat<'a> {
    pieces: Vec<&'a Piece>,
    /// Characters before the stop.
    least: usize,
    most: usize,
}

/// A hook about the headline, and a scene for each share of the rest, in the order of the evidence.
fn beats<'a>(pack: &'a Pack, limits: &ScriptLimits) -> (Beat<'a>, Vec<Beat<'a>>) {
    let pieces = pieces(pack);
    let (titles, mut rest): (Vec<&Piece>, Vec<&Piece>) =
        pieces.iter().copied().partition(|piece| piece.kind == PieceKind::Title);
    let opening = if titles.is_empty() { pieces } else { titles };
    if rest.is_empty() {
        rest.clone_from(&opening);
    }
    let scenes = (limits.words_min / WORDS_PER_SCENE)
        .clamp(SCENES_MIN, SCENES_MAX)
        .clamp(limits.scenes_min, limits.scenes_max.max(limits.scenes_min));
    let shares = (0..scenes).map(|at| {
        let from = (at * rest.len() / scenes).min(rest.len().saturating_sub(1));
        let to = ((at + 1) * rest.len() / scenes).max(from + 1).min(rest.len());
        let pieces = rest.get(from..to).unwrap_or_default().to_vec();
        let longest = pieces.iter().map(|piece| piece.text.chars().count()).max().unwrap_or(0);
        Beat { pieces, least: SCENE.0, most: (longest + LONGER).clamp(SCENE.0, SCENE.1) }
    });
    let most = limits.hook_words_max * HOOK_WORD + LONGER;
    (Beat { pieces: opening, least: HOOK_MIN, most }, shares.collect())
}

/// The schema of the small order.
pub(super) fn schema(pack: &Pack, limits: &ScriptLimits) -> Value {
    let (hook, scenes) = beats(pack, limits);
    let (count, scenes) = (scenes.len(), scenes.iter().map(Beat::schema).collect::<Vec<_>>());
    object([
        ("hook", hook.schema()),
        ("scenes", json!({ "type": "array", "minItems": count, "maxItems": count, "prefixItems": scenes })),
    ])
}

/// Takes out what ended because the schema let it go no further: such a sentence is not whole. A hook that is cut or takes
/// too long makes room for the headline, if that one is short enough.
pub(super) fn mend(draft: &mut ScriptDraft, pack: &Pack, limits: &ScriptLimits) {
    let (hook, beats) = beats(pack, limits);
    let mut beats = beats.iter();
    draft.scenes.retain(|scene| !beats.next().is_some_and(|beat| beat.ends(&scene.narration)));
    let cut = hook.ends(&draft.hook.narration);
    if cut || !craft::in_time(&draft.hook.narration, limits) {
        let headline = pack.title().trim_end_matches(['.', ' ']);
        if !headline.is_empty() && craft::in_time(headline, limits) {
            let stop = if headline.ends_with(['?', '!', '\u{2026}']) { "" } else { "." };
            draft.hook.narration = format!("{headline}{stop}");
        } else if cut {
            draft.hook.narration.clear();
        }
    }
}

impl Beat<'_> {
    fn schema(&self) -> Value {
        let Self { pieces, least, most } = self;
        let offered = pieces.iter().map(|piece| quoted(piece)).collect::<Vec<_>>();
        // One sentence: a stop inside stands in a number only, and only where the evidence has such numbers.
        let inside = if pieces.iter().any(|piece| has_decimals(&piece.text)) { "|[0-9][.][0-9]" } else { "" };
        // Figures only where the evidence has some: a small model counts on from the fence's.
        let figures = pieces.iter().any(|piece| piece.text.bytes().any(|byte| byte.is_ascii_digit()));
        let never = format!("{NEVER}{}", if figures { "" } else { "0-9" });
        let sentence = format!("^[^ ,.!?{never}]([^.!?{never}]{inside}){{{least},{most}}}[^ ,.!?{never}][.!?]$");
        object([
            (FROM, json!({ "type": "string", "enum": offered })),
            ("narration", json!({ "type": "string", "pattern": sentence })),
        ])
    }

    /// Whether a narration is as long as the schema lets it be: the first letter, those between, the last one, the stop.
    fn ends(&self, narration: &str) -> bool {
        narration.chars().count() >= self.most + 3
    }
}

fn has_decimals(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(3).any(|three| three[0].is_ascii_digit() && three[1] == b'.' && three[2].is_ascii_digit())
}

fn object<const N: usize>(properties: [(&str, Value); N]) -> Value {
    let names = properties.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    let required = json!(names);
    let properties = properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>();
    json!({ "type": "object", "additionalProperties": false, "required": required, "properties": properties })
}

#[cfg(test)]
mod tests;
