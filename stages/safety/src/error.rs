//! Why a model cannot look, and the one thing that ends a check.

use std::path::PathBuf;

/// Why the local model has not looked at a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "`path` is the file, `why` says it in the other side's words")]
pub enum ModelError {
    /// The model's file cannot be read.
    #[error("could not read the model {}: {why} (check `nsfw_model` in [screen.safety])", path.display())]
    File { path: PathBuf, why: String },
    /// It is not the file that the settings pin.
    #[error(
        "the model {} has the blake3 {is}, not {wanted} (fetch it again, or change `nsfw_model_hash` in [screen.safety])",
        path.display()
    )]
    Pin { path: PathBuf, is: String, wanted: String },
    /// It is no model at all, or a part of one.
    #[error("{} is no whole ONNX file (fetch it again, see docs/SAFETY.md)", path.display())]
    NotOnnx { path: PathBuf },
    /// The library of ONNX Runtime cannot be opened.
    #[error("could not open ONNX Runtime, {}: {why} (set `library` in [screen.safety])", path.display())]
    Library { path: PathBuf, why: String },
    /// It is a model of something else.
    #[error("{} is no model of open_nsfw: {why} (check `nsfw_model` in [screen.safety])", path.display())]
    Model { path: PathBuf, why: String },
    /// It failed at a picture.
    #[error("the model failed: {why}")]
    Run { why: String },
    /// It took too long.
    #[error("the model took longer than {seconds} s (`timeout` in [screen.safety])")]
    TimedOut { seconds: u64 },
}

impl ModelError {
    /// A fixed word for metrics.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::File { .. } => "file",
            Self::Pin { .. } => "pin",
            Self::NotOnnx { .. } => "not_onnx",
            Self::Library { .. } => "library",
            Self::Model { .. } => "model",
            Self::Run { .. } => "run",
            Self::TimedOut { .. } => "timed_out",
        }
    }
}

/// The press stops; nothing was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the check for brand safety was given up because the press stops")]
pub struct SafetyStopped;
