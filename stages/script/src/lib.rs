//! A brief in, a script out: the built-in writer, any OpenAI-compatible endpoint, or a person's file that is only
//! checked. All three end in one type, [`reelpress_vocabulary::Script`].
#![forbid(unsafe_code)]

mod budget;
mod builtin;
mod chain;
mod craft;
mod delicate;
mod earlier;
mod error;
mod evidence;
mod ground;
mod inject;
mod llm;
mod material;
mod phrases;
mod provider;
mod review;
mod stage;

pub use budget::{Spending, spending};
pub use error::ScriptError;
pub use stage::ScriptStage;
