//! Feeds in, rising topics out.
#![forbid(unsafe_code)]

mod error;
mod language;
mod link;
mod read;
mod text;
mod tokens;
