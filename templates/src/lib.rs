//! The template library: how scenes become pictures, the prompts and the built-in writer's phrases.
#![forbid(unsafe_code)]

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

/// What the music is like.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MusicMood {
    /// Beats a minute.
    pub tempo_bpm: f32,
    /// The key's root, in hertz.
    pub root_hz: f32,
    /// Minor instead of major.
    pub minor: bool,
}

/// How a cut looks and sounds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Look {
    /// What the music is like.
    pub music: MusicMood,
}

/// What is wrong with the templates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("templates have problems")]
pub struct TemplateProblems;

/// All templates.
#[derive(Debug, Clone)]
pub struct TemplateLibrary;

impl TemplateLibrary {
    /// # Errors
    /// None yet.
    pub fn load(_folder: Option<&Path>) -> Result<Self, TemplateProblems> {
        Ok(Self)
    }

    /// The look of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Arc<Look>> {
        let music = MusicMood { tempo_bpm: 96.0, root_hz: 220.0, minor: false };
        (name == "explainer").then(|| Arc::new(Look { music }))
    }
}
