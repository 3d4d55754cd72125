//! The template library: how scenes become pictures, as data.
//!
//! A look is one TOML file: palette, fonts, background, motion, captions, headlines, progress bar, labels and the mood
//! of the music. The built-in looks are part of the binary; a folder may add to them or replace them. Every problem of
//! every file is found in one reading, with file, line and column.
#![forbid(unsafe_code)]

pub mod brand_kit;
pub mod catalogue;
mod colour;
mod form;
pub mod generate;
mod library;
pub mod lint;
mod look;
mod parts;
mod problem;
mod reader;
pub mod safe;
mod shape;
pub mod template;
mod value;

pub use colour::Colour;
pub use library::{DEFAULT_LOOKS, TemplateLibrary};
pub use look::{Align, Backing, Caption, Card, Fonts, Headline, Highlight, Look, Motion, Progress};
pub use parts::{Background, BackgroundKind, Labels, MusicMood, Palette, Typeface};
pub use problem::{TemplateProblem, TemplateProblems};
