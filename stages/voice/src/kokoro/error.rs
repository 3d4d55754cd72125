//! What can go wrong with a model on this machine.

use std::path::PathBuf;

use reelpress_core::Remedy;

/// Why Kokoro could not speak.
#[derive(Debug, thiserror::Error)]
pub enum KokoroError {
    /// A voice of the engine without a model; the config's check does not let that through.
    #[error("a voice is of the engine `kokoro`, but there is no model (add a table [voice.kokoro])")]
    NoModel,
    /// A file or folder that the settings name cannot be read.
    #[error("could not read {}: {why} (set `{key}` in [voice.kokoro])", path.display())]
    File {
        /// The key that names it.
        key: &'static str,
        /// Where it should be.
        path: PathBuf,
        /// The system's word.
        why: std::io::Error,
    },
    /// ONNX Runtime could not be opened.
    #[error(
        "could not open the library of ONNX Runtime {}: {why} (set `library` in [voice.kokoro] to libonnxruntime.so, 1.17 \
         or later)", path.display()
    )]
    Library {
        /// What was opened.
        path: PathBuf,
        /// The loader's word.
        why: String,
    },
    /// A process keeps the library that it opened first.
    #[error("`voice.kokoro.library` is now {}, but {} is open (start the press anew)", wanted.display(), open.display())]
    LibraryChanged {
        /// The one in use.
        open: PathBuf,
        /// The one in the settings.
        wanted: PathBuf,
    },
    /// The model file is not one that this engine can use.
    #[error("{} is no model of Kokoro that can be used: {why} (set `model` in [voice.kokoro])", path.display())]
    Model {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The model file changed between the look at it and its use.
    #[error("{} changed while it was read (it is read again)", path.display())]
    ModelChanged {
        /// Which file.
        path: PathBuf,
    },
    /// The voice's file is not one.
    #[error("{} has {bytes} bytes, which is no list of styles of 256 numbers each", path.display())]
    Voice {
        /// Which file.
        path: PathBuf,
        /// Its length.
        bytes: usize,
    },
    /// The voice speaks another language.
    #[error(
        "voice `{voice}` of kokoro speaks {speaks}, not `{language}` (set `{language}` in [voice.voices] to \
         \"{instead}\")"
    )]
    Language {
        /// Who should speak.
        voice: String,
        /// What it speaks.
        speaks: &'static str,
        /// What it should speak.
        language: String,
        /// A voice that could, with its engine.
        instead: String,
    },
    /// The model failed.
    #[error("the model of kokoro failed on beat {beat}: {why}")]
    Failed {
        /// Which beat.
        beat: usize,
        /// The library's word.
        why: String,
    },
    /// The drain's grace ran out.
    #[error("speaking was given up because the press stops")]
    Stopped,
}

impl KokoroError {
    pub(crate) fn remedy(&self) -> Remedy {
        match self {
            Self::ModelChanged { .. } | Self::Stopped => Remedy::Retry { after: None },
            Self::NoModel
            | Self::File { .. }
            | Self::Library { .. }
            | Self::LibraryChanged { .. }
            | Self::Model { .. }
            | Self::Voice { .. } => Remedy::StopStage,
            Self::Language { .. } | Self::Failed { .. } => Remedy::GiveUp,
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::NoModel => "no_model",
            Self::File { .. } => "speech_data_missing",
            Self::Library { .. } | Self::LibraryChanged { .. } => "speech_library",
            Self::Model { .. } | Self::ModelChanged { .. } => "speech_model",
            Self::Voice { .. } => "speech_voice",
            Self::Language { .. } => "speech_language",
            Self::Failed { .. } => "speech_failed",
            Self::Stopped => "stopped",
        }
    }
}
