//! The template library: how scenes become pictures, as data.
//!
//! A look is one TOML file: palette, fonts, background, motion, captions, headlines, progress bar, labels and the mood
//! of the music. The built-in looks are part of the binary; a folder may add to them or replace them. Every problem of
//! every file is found in one reading, with file, line and column.
#![forbid(unsafe_code)]

mod colour;
mod library;
mod look;
mod problem;
mod reader;
mod shape;
pub mod template;

pub use colour::Colour;
pub use library::{DEFAULT_LOOKS, TemplateLibrary};
pub use look::{
    Align, Background, BackgroundKind, Backing, Caption, Card, Fonts, Headline, Highlight, Labels, Look, Motion,
    MusicMood, Palette, Progress, Typeface,
};
pub use problem::{TemplateProblem, TemplateProblems};
