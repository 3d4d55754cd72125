//! What the model is told. Outside text goes in as fenced data: one line a field, the fence named after the data's own
//! hash, so that no text can close a fence it would have to contain.

use reelpress_config::Niche;
use reelpress_vocabulary::{Brief, ScriptLimits, Topic};

use crate::material::{plain, shortened};

const SYSTEM: &str = include_str!("../../../../templates/prompts/script-system.txt");
const USER: &str = include_str!("../../../../templates/prompts/script-user.txt");
const REPAIR: &str = include_str!("../../../../templates/prompts/script-repair.txt");

/// Evidence lines shown to the model.
const EVIDENCE_MAX: usize = 8;
/// Spoken words asked for: 30 seconds.
const WORDS_AIM: usize = 80;

/// All prompt texts, so that a change of one changes the memo key.
pub(crate) fn texts() -> [&'static str; 3] {
    [SYSTEM, USER, REPAIR]
}

/// The rules of the house for one niche and language.
pub(super) fn system(brief: &Brief, niche: &Niche, limits: &ScriptLimits) -> String {
    let call_to_action = plain(&niche.call_to_action);
    let call_to_action = if call_to_action.is_empty() {
        "Call to action: one short closing sentence, no plea for likes.".to_owned()
    } else {
        format!("Call to action: exactly this sentence: {call_to_action}")
    };
    let tone = plain(&niche.tone);
    fill(
        SYSTEM,
        &[
            ("language", &brief.language),
            ("tone", if tone.is_empty() { "clear and friendly" } else { &tone }),
            ("words_min", &limits.words_min.to_string()),
            ("words_max", &limits.words_max.to_string()),
            ("words_aim", &WORDS_AIM.clamp(limits.words_min, limits.words_max).to_string()),
            ("scenes_min", &limits.scenes_min.max(3).min(limits.scenes_max).to_string()),
            ("scenes_max", &limits.scenes_max.min(6).to_string()),
            ("on_screen_max", &limits.on_screen_max.to_string()),
            ("caption_max", &limits.caption_max.min(300).to_string()),
            ("hashtags_max", &limits.hashtags_max.min(5).to_string()),
            ("call_to_action", &call_to_action),
        ],
    )
}

/// The topic, fenced.
pub(super) fn user(topic: &Topic) -> String {
    let data = data(topic);
    let fence = fence(&data);
    fill(USER, &[("fence", &fence), ("data", &data)])
}

/// What was wrong with the model's first answer.
pub(super) fn repair(problems: &str) -> String {
    fill(REPAIR, &[("problems", &shortened(&plain_line(problems), 1_500))])
}

/// `=== 9f86d081884c7d65`: the hash covers the data, so the data cannot hold it; what looks like a fence is taken out
/// of the data all the same.
fn fence(data: &str) -> String {
    let hash = blake3::Hasher::new_derive_key("reelpress script prompt fence 1").update(data.as_bytes()).finalize();
    format!("=== {}", &hash.to_hex()[..24])
}

fn data(topic: &Topic) -> String {
    let mut lines = vec![format!("title: {}", field(&topic.title, 300))];
    let text = field(&topic.summary, 4_000);
    if !text.is_empty() {
        lines.push(format!("text: {text}"));
    }
    for evidence in topic.evidence.iter().take(EVIDENCE_MAX) {
        let site = evidence.link.as_ref().and_then(|link| link.host_str()).unwrap_or("unknown");
        lines.push(format!("seen at {}: {}", field(site, 100), field(&evidence.title, 300)));
    }
    lines.join("\n")
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
