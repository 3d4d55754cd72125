//! What the model is told. Outside text goes in as fenced data: one line a field, the fence named after the data's own
//! hash, so that no text can close a fence it would have to contain.

use reelpress_config::{HookType, Niche};
use reelpress_vocabulary::{Brief, FormatPrior, ScriptLimits};

use super::lean;
use crate::craft;
use crate::evidence::{Pack, Piece, PieceKind};
use crate::material::{plain, shortened};

const SYSTEM: &str = include_str!("../../../../templates/prompts/script-system.txt");
const SHORT: &str = include_str!("../../../../templates/prompts/script-system-short.txt");
const USER: &str = include_str!("../../../../templates/prompts/script-user.txt");
/// Without a sentence about the evidence: a small model narrates whatever sentence it sees.
const SHORT_USER: &str = include_str!("../../../../templates/prompts/script-user-short.txt");
const REPAIR: &str = include_str!("../../../../templates/prompts/script-repair.txt");
/// What an editor said of an earlier script. Not for the small order: a small model would narrate it.
const EDITOR: &str = include_str!("../../../../templates/prompts/script-editor.txt");

/// Spoken words asked for: 30 seconds.
const WORDS_AIM: usize = 80;

/// Characters of an editor's note that the model is given; the console takes no longer ones.
const NOTE_MAX: usize = 2_000;

/// Where the niche names none.
const USUAL_TONE: &str = "clear and friendly";

/// All prompt texts, so that a change of one changes the memo key.
pub(crate) fn texts() -> [&'static str; 6] {
    [SYSTEM, SHORT, USER, SHORT_USER, REPAIR, EDITOR]
}

/// Which prompts these are, for provenance: `2.1f8a90c3`, the version in their heads and the hash of all of them.
pub(crate) fn edition() -> String {
    let hash = blake3::hash(texts().concat().as_bytes()).to_hex();
    format!("{}.{}", split_head(SYSTEM).0, &hash[..8])
}

/// A prompt's version, and its text without that line.
fn split_head(text: &str) -> (&str, &str) {
    let head = text.split_once('\n').and_then(|(head, rest)| Some((head.strip_prefix("version: ")?.trim(), rest)));
    head.unwrap_or(("0", text))
}

/// The rules of the house for one niche and language.
pub(super) fn system(brief: &Brief, niche: &Niche, limits: &ScriptLimits) -> String {
    let call_to_action = craft::call_to_action(niche, brief.seed);
    let call_to_action = if call_to_action.is_empty() {
        "Call to action: one short closing sentence, no plea for likes.".to_owned()
    } else {
        format!("Call to action: exactly this sentence: {call_to_action}")
    };
    let others = craft::other_hooks(niche);
    let other_hooks = if others == 0 {
        "other_hooks: leave the list empty.".to_owned()
    } else {
        format!(
            "other_hooks: {others} more hooks for the same body, each of another kind (figure, contrast, question, scene), under rule 8."
        )
    };
    let tone = plain(&niche.tone);
    fill(
        split_head(SYSTEM).1,
        &[
            ("language", &brief.language),
            ("tone", if tone.is_empty() { USUAL_TONE } else { &tone }),
            ("words_min", &limits.words_min.to_string()),
            ("words_max", &limits.words_max.to_string()),
            ("words_aim", &words_aim(brief, WORDS_AIM, limits).to_string()),
            ("hook_words", &limits.hook_words_max.to_string()),
            ("other_hooks", &other_hooks),
            ("scenes_min", &limits.scenes_min.max(3).min(limits.scenes_max).to_string()),
            ("scenes_max", &limits.scenes_max.min(6).to_string()),
            ("on_screen_max", &on_screen_max(brief, limits).to_string()),
            ("caption_max", &limits.caption_max.min(300).to_string()),
            ("hashtags_max", &limits.hashtags_max.min(5).to_string()),
            ("call_to_action", &call_to_action),
            ("priors", &brief.format.as_ref().map_or_else(String::new, |prior| priors(prior, limits))),
        ],
    )
}

/// Letters that fit a template's boxes: half as many of a script whose letters are twice as wide.
fn on_screen_max(brief: &Brief, limits: &ScriptLimits) -> usize {
    let is_wide = matches!(brief.language.as_str(), "zh" | "ja" | "ko");
    if is_wide { limits.on_screen_max / 2 } else { limits.on_screen_max }
}

/// The rules of the small order.
pub(super) fn short_system(brief: &Brief, niche: &Niche, limits: &ScriptLimits) -> String {
    let tone = plain(&niche.tone);
    fill(
        split_head(SHORT).1,
        &[
            ("language", &brief.language),
            ("tone", if tone.is_empty() { USUAL_TONE } else { &tone }),
            ("hook_words", &limits.hook_words_max.to_string()),
        ],
    )
}

/// What own best posts taught, as a lean: `16. A lean, not a rule: ...`.
fn priors(prior: &FormatPrior, limits: &ScriptLimits) -> String {
    let range = |(from, to): (u32, u32), least: usize, most: usize| {
        let (from, to) = ((from as usize).clamp(least, most), (to as usize).clamp(least, most));
        if from >= to { from.to_string() } else { format!("{from} to {to}") }
    };
    let hook = prior.hook.map(|hook| {
        match hook {
            HookType::Question => "open with a question that a scene answers",
            HookType::HowTo => "open with how something is done",
            HookType::Contrast => "open with a contrast",
            HookType::Number => "open with a number",
            HookType::Statement => "open with a plain statement",
        }
        .to_owned()
    });
    let words = prior.words.map(|words| format!("have {} words", range(words, limits.words_min, limits.words_max)));
    let scenes =
        prior.scenes.map(|scenes| format!("have {} scenes", range(scenes, limits.scenes_min, limits.scenes_max)));
    let told = [hook, words, scenes].into_iter().flatten().collect::<Vec<_>>().join("; they ");
    if told.is_empty() {
        return String::new();
    }
    format!(
        "16. A lean, not a rule: our best posts {told}. Do the same where the evidence carries it; every rule above comes first.\n"
    )
}

/// Spoken words to aim at: what own best posts had, else the usual.
pub(crate) fn words_aim(brief: &Brief, usual: usize, limits: &ScriptLimits) -> usize {
    let learnt = brief.format.as_ref().and_then(|prior| prior.words).map(|(from, to)| (from.midpoint(to)) as usize);
    learnt.unwrap_or(usual).clamp(limits.words_min, limits.words_max.max(limits.words_min))
}

/// The topic's evidence, numbered and fenced; and what an editor wants otherwise, if one sent an earlier cut back.
pub(super) fn user(pack: &Pack, brief: &Brief) -> String {
    let evidence = fenced(USER, &data(pack));
    let editor = brief.dossier.sent_back.as_ref().map(|back| fenced(EDITOR, &field(&back.note, NOTE_MAX)));
    evidence + &editor.unwrap_or_default()
}

/// The evidence of the small order: a piece a line, as it is quoted there.
pub(super) fn short_user(pack: &Pack) -> String {
    let line = |piece: &Piece| format!("- {}", field(&lean::quoted(piece), 600));
    fenced(SHORT_USER, &lean::pieces(pack).into_iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn fenced(template: &str, data: &str) -> String {
    let fence = fence(data);
    fill(split_head(template).1, &[("fence", &fence), ("data", data)])
}

/// What was wrong with the model's first answer.
pub(super) fn repair(problems: &str) -> String {
    fill(split_head(REPAIR).1, &[("problems", &shortened(&plain_line(problems), 1_500))])
}

/// `=== 9f86d081884c7d65`: the hash covers the data, so the data cannot hold it; what looks like a fence is taken out
/// of the data all the same.
fn fence(data: &str) -> String {
    let hash = blake3::Hasher::new_derive_key("reelpress script prompt fence 1").update(data.as_bytes()).finalize();
    format!("=== {}", &hash.to_hex()[..24])
}

fn data(pack: &Pack) -> String {
    let line = |(at, piece): (usize, &Piece)| {
        let number = at + 1;
        let text = field(&piece.text, 600);
        let day = piece.at.filter(|at| *at != jiff::Timestamp::UNIX_EPOCH);
        let day = day.map_or_else(String::new, |at| format!(", {}", at.to_zoned(jiff::tz::TimeZone::UTC).date()));
        let count = piece.count.map_or_else(String::new, |count| format!(", count {count}"));
        match piece.kind {
            PieceKind::Title => format!("E{number} title: {text}"),
            PieceKind::Text => format!("E{number} text: {text}"),
            PieceKind::Page => format!("E{number} read at {}: {text}", field(&piece.site, 100)),
            PieceKind::Sighting => format!("E{number} seen at {}{day}{count}: {text}", field(&piece.site, 100)),
        }
    };
    pack.pieces.iter().enumerate().map(line).collect::<Vec<_>>().join("\n")
}

/// One line, no tags, no invisible characters, nothing that looks like a fence.
fn field(text: &str, most: usize) -> String {
    let mut text = plain(text);
    while text.contains("==") {
        text = text.replace("==", "=");
    }
    shortened(&text, most)
}

fn plain_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Puts values in for `{name}` in one pass: a value that holds `{tone}` stays as it is.
fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len() + values.iter().map(|(_, value)| value.len()).sum::<usize>());
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let value = after[1..].find('}').and_then(|close| {
            let name = &after[1..=close];
            values.iter().find(|(known, _)| *known == name).map(|(_, value)| (close + 2, *value))
        });
        let (used, text) = value.unwrap_or((1, "{"));
        out.push_str(text);
        rest = &after[used..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
