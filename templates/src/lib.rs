//! The template library: how scenes become pictures, as data.
//!
//! A template is one TOML file: palette, fonts, layers, captions, transition, sounds (`FORMAT.md` has every key). The
//! built-in ones are part of the binary; a folder may add to them or replace them. Every problem of every file is found in
//! one reading, with file, line and column: what cannot be read, and what could not be seen on a phone.
#![forbid(unsafe_code)]

pub mod brand_kit;
pub mod catalogue;
mod colour;
mod form;
pub mod generate;
pub mod lint;
mod parts;
mod problem;
pub mod safe;
pub mod template;
mod value;

pub use catalogue::TemplateLibrary;
pub use colour::Colour;
pub use parts::{Background, BackgroundKind, Labels, MusicMood, Palette, Typeface};
pub use problem::{TemplateProblem, TemplateProblems};
