//! A brief in, a script out: the built-in writer, any OpenAI-compatible endpoint, or a person's file that is only
//! checked. All three end in one type, [`reelpress_vocabulary::Script`].
#![forbid(unsafe_code)]

mod builtin;
mod craft;
mod earlier;
mod error;
mod evidence;
mod ground;
mod inject;
mod llm;
mod material;
mod phrases;
mod review;
mod stage;

pub use error::ScriptError;
pub use stage::ScriptStage;
