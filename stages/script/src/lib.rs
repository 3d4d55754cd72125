//! A brief in, a script out: the built-in writer, any OpenAI-compatible endpoint, or a person's file that is only
//! checked. All three end in one type, [`reelpress_vocabulary::Script`].
#![forbid(unsafe_code)]

mod builtin;
mod delicate;
mod error;
mod llm;
mod material;
mod numbers;
mod phrases;
mod stage;

pub use error::ScriptError;
pub use stage::ScriptStage;
