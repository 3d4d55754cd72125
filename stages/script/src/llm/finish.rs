//! From a model's text to a script: the parts that are not the model's to choose are put in, and everything is checked
//! here again.

use reelpress_core::{Reason, Step};
use reelpress_vocabulary::{Script, Writer};

use super::{Order, answer, lean, prompt};
use crate::craft;
use crate::error::ScriptError;
use crate::inject;
use crate::material::shortened;
use crate::review::{self, Objection};

/// Why a text is no script, or not yet.
pub(super) enum Flaw {
    /// It is nonsense: asked for once more, then the attempt has failed.
    Shape(String),
    /// It says what it must not say: asked for once more, then a person must look.
    Content(Objection),
}

/// The script in the model's text, with the parts that are not the model's to choose put in. On the `last` try, and
/// always where the order is small, a hook that takes too long is cut short and a scene that repeats another taken out.
pub(super) fn script(text: &str, order: Order<'_>, last: bool) -> Result<Script, Flaw> {
    let Order { brief, niche, limits, pack, .. } = order;
    let mut draft = if order.is_lean() { answer::lean_draft(text, pack) } else { answer::draft(text, pack) }
        .map_err(Flaw::Shape)?;
    if order.is_lean() {
        lean::mend(&mut draft, pack, limits);
    }
    inject::strip(&mut draft);
    if order.is_lean()
        && draft.call_to_action.narration.is_empty()
        && let Some(closing) = craft::plain_closing(&brief.language, brief.seed)
    {
        draft.call_to_action = closing;
    }
    let own = craft::call_to_action(niche, brief.seed);
    if !own.is_empty() {
        draft.call_to_action.narration = own;
        draft.call_to_action.sources.clear();
    }
    // A topic that gave orders gets no say in the closing sentence, the one that states no fact and may ask for anything.
    if pack.poisoned && craft::call_to_action(niche, brief.seed).is_empty() {
        draft.call_to_action = craft::plain_closing(&brief.language, brief.seed).ok_or_else(|| {
            Flaw::Content(Objection::new("injected_text", "is about a topic that gives orders, and has no closing sentence of its own language (give the niche a `call_to_action`)"))
        })?;
    }
    draft.other_hooks.truncate(craft::other_hooks(niche));
    let tags = brief.suggested_hashtags.iter().cloned().chain(draft.hashtags).collect();
    draft.hashtags = craft::hashtags(&niche.hashtags, tags, limits.hashtags_max);
    let told = order.rules();
    let rules =
        review::Rules { brief, niche, limits, pack, weigh: true, may_cut: last || order.is_lean(), told: &told };
    let writer = Writer::Llm { model: order.endpoint.model.clone(), prompts: prompt::edition() };
    review::review(draft, writer, &rules).map_err(|objection| match objection {
        Objection { kind: review::SHAPE, message } => Flaw::Shape(message),
        objection => Flaw::Content(objection),
    })
}

impl Flaw {
    /// What the model is told about it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Shape(problems) => shortened(problems, 1_000),
            Self::Content(objection) => shortened(&objection.advice(), 1_000),
        }
    }

    /// What becomes of the item when the second answer has it too.
    pub(super) fn outcome(self) -> Result<Step<Script>, ScriptError> {
        match self {
            Self::Shape(_) => Err(ScriptError::Nonsense { problems: self.words() }),
            Self::Content(objection) => {
                Ok(Step::Hold(Reason::new(objection.kind, format!("the model's script {}", objection.message))))
            }
        }
    }
}
