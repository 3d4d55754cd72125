//! A brief in, a script out: the built-in writer, any OpenAI-compatible endpoint, or a person's file that is only
//! checked. All three end in one type, [`reelpress_vocabulary::Script`].
#![forbid(unsafe_code)]

mod builtin;
mod error;

mod material;
mod numbers;
mod phrases;


pub use error::ScriptError;

