//! What every writer's draft goes through before it is a script: nothing smuggled, nothing made up, nothing worn out.

use reelpress_config::Niche;
use reelpress_vocabulary::{Brief, Script, ScriptDraft, ScriptLimits, Writer, spoken_words};

use crate::craft;
use crate::evidence::Pack;
use crate::ground::copied::{WORDS_MAX, copied};
use crate::ground::{Finding, Ground, Grounded};
use crate::inject::Guard;
use crate::material::shortened;

/// The kind of an [`Objection`] that is about the shape alone.
pub(crate) const SHAPE: &str = "shape";
/// A draft that loses more of its words than this, in percent, was not written from the evidence.
const LOST_MAX: usize = 40;

/// What a draft is held against.
pub(crate) struct Rules<'a> {
    pub(crate) brief: &'a Brief,
    pub(crate) niche: &'a Niche,
    pub(crate) limits: &'a ScriptLimits,
    pub(crate) pack: &'a Pack,
    /// Words are compared with the evidence, not only numbers and names.
    pub(crate) weigh: bool,
    /// A hook that takes too long is cut short where its clause ends, and a scene that says what was said is taken out; else
    /// both are objections, and the writer tries again.
    pub(crate) may_cut: bool,
    /// What the writer was told: none of it may come back.
    pub(crate) told: &'a str,
}

/// Why a draft is no script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Objection {
    /// A fixed word; [`SHAPE`] if rules of form were broken.
    pub(crate) kind: &'static str,
    /// A lower-case fragment that goes on after "the script".
    pub(crate) message: String,
}

impl Objection {
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The same for the one who wrote it.
    pub(crate) fn advice(&self) -> String {
        format!("it {}", self.message)
    }
}

/// The script, or why there is none.
///
/// # Errors
/// [`Objection`], the first one that counts.
pub(crate) fn review(draft: ScriptDraft, writer: Writer, rules: &Rules<'_>) -> Result<Script, Objection> {
    let Rules { brief, niche, limits, pack, weigh, .. } = *rules;
    let before = words_of(&draft);
    let call = craft::call_to_action(niche, brief.seed);
    let handle = niche.brand.handle.as_str();
    let own = [call.as_str(), handle].into_iter().chain(niche.hashtags.iter().map(String::as_str)).collect::<Vec<_>>();
    let ground = Ground::new(pack, &brief.topic.language, &brief.language, &own, guard(rules, &call));
    let Grounded { mut draft, findings } = ground.check(draft, weigh);
    let niche_tags = niche.hashtags.iter().map(|tag| tag.to_lowercase()).collect::<Vec<_>>();
    draft
        .hashtags
        .retain(|tag| niche_tags.contains(&tag.to_lowercase()) || (!craft::is_banned(tag) && ground.knows_tag(tag)));
    let ScriptDraft { hook, other_hooks, scenes, call_to_action, .. } = &mut draft;
    for beat in [hook, call_to_action].into_iter().chain(other_hooks).chain(scenes) {
        if !ground.may_show(&beat.show) {
            beat.show.clear();
        }
    }
    craft::prefer_short_hook(&mut draft, limits);
    let slow = craft::slow(&mut draft, &brief.language, limits, rules.may_cut);
    let lost = before.saturating_sub(words_of(&draft));
    if rules.may_cut {
        craft::drop_repeats(&mut draft);
    }
    let refused = craft::refusal(&draft, &brief.language);
    let taken = copied(&draft, pack);
    let script = draft.check(writer, limits);
    if !findings.is_empty() && (script.is_err() || lost * 100 > before * LOST_MAX) {
        return Err(told(&findings));
    }
    if let Some(run) = taken {
        let message = format!("has more than {WORDS_MAX} words in a row from a page (say it in other words): {run}");
        return Err(Objection::new("copied_text", message));
    }
    let script = script.map_err(|problems| Objection::new(SHAPE, problems.to_string()))?;
    match refused.or(slow) {
        Some(objection) => Err(objection),
        None => Ok(script),
    }
}

fn guard(rules: &Rules<'_>, call: &str) -> Guard {
    let Rules { niche, pack, told, .. } = *rules;
    let hosts = pack.sources.iter().filter_map(|source| source.link.host_str());
    let own = niche.hashtags.iter().map(String::as_str).chain([niche.brand.handle.as_str()]);
    let mut kept = pack.pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>();
    kept.extend([call, told]);
    let host_words = pack.sources.iter().filter_map(|source| source.link.host_str()).collect::<Vec<_>>();
    kept.extend(&host_words);
    // The closing sentence of the niche stands in the prompt and may be said.
    let told = told.replace(call, "");
    Guard::new(hosts, own, &pack.removed, &kept, &told)
}

fn words_of(draft: &ScriptDraft) -> usize {
    let beats = std::iter::once(&draft.hook).chain(&draft.scenes).chain(std::iter::once(&draft.call_to_action));
    beats.map(|beat| spoken_words(&beat.narration)).sum()
}

/// The worst kind first: what was smuggled in, then the kind of the first finding.
fn told(findings: &[Finding]) -> Objection {
    let first = findings.iter().find(|finding| finding.kind == "injected_text").unwrap_or(&findings[0]);
    let mut told = findings
        .iter()
        .filter(|finding| finding.kind == first.kind)
        .map(|finding| finding.told.as_str())
        .collect::<Vec<_>>();
    told.dedup();
    let told = shortened(&told.join(", "), 300);
    Objection::new(
        first.kind,
        match first.kind {
            "injected_text" => format!("holds what no story needs ({}): {told}", first.field),
            "unsupported_number" => format!("holds figures that do not stand in the topic's evidence: {told}"),
            "unsupported_date" => format!("holds dates that do not stand in the topic's evidence: {told}"),
            "unsupported_name" => format!("holds names that do not stand in the topic's evidence: {told}"),
            "unsupported_quote" => format!("quotes what the topic's evidence does not say: {told}"),
            "unsupported_claim" => format!("claims what the topic's evidence does not: {told}"),
            _ => format!("says what the topic's evidence does not: {told}"),
        },
    )
}
