//! From a model's text to a script: the parts that are not the model's to choose are put in, and everything is checked
//! here again.

use reelpress_core::{Reason, Step};
use reelpress_vocabulary::{Script, Writer};

use super::{Order, answer};
use crate::error::ScriptError;
use crate::material::{self, plain, shortened};
use crate::{builtin, numbers};

/// Why a text is no script, and whether asking again in vain is nonsense or a figure nobody can vouch for.
pub(super) enum Flaw {
    Shape(String),
    Figures(Vec<String>),
}

/// The script in the model's text, with the parts that are not the model's to choose put in.
pub(super) fn script(text: &str, order: Order<'_>) -> Result<Script, Flaw> {
    let topic = &order.brief.topic;
    let mut draft = answer::draft(text, material::sources(topic)).map_err(Flaw::Shape)?;
    let own = plain(&order.niche.call_to_action);
    if !own.is_empty() {
        draft.call_to_action.narration = own;
    }
    draft.hashtags = builtin::hashtags(&order.niche.hashtags, draft.hashtags, order.limits.hashtags_max);
    let mut unknown = numbers::unsupported(&draft, topic);
    unknown.retain(|number| !order.niche.call_to_action.contains(number.as_str()));
    let script = draft
        .check(Writer::Llm { model: order.endpoint.model.clone() }, order.limits)
        .map_err(|problems| Flaw::Shape(problems.to_string()))?;
    if unknown.is_empty() { Ok(script) } else { Err(Flaw::Figures(unknown)) }
}

impl Flaw {
    /// What the model is told about it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Shape(problems) => shortened(problems, 1_000),
            Self::Figures(figures) => format!(
                "these figures do not stand in the topic's data: {} (leave them out)",
                shortened(&figures.join(", "), 300)
            ),
        }
    }

    /// What becomes of the item when the second answer has it too.
    pub(super) fn outcome(self) -> Result<Step<Script>, ScriptError> {
        match self {
            Self::Shape(_) => Err(ScriptError::Nonsense { problems: self.words() }),
            Self::Figures(figures) => Ok(Step::Hold(Reason::new(
                "unsupported_number",
                format!(
                    "the model's script holds figures that do not stand in the topic's text: {}",
                    shortened(&figures.join(", "), 300)
                ),
            ))),
        }
    }
}
