//! What can go wrong in this stage, and what the runner does about it.

use std::io;
use std::path::PathBuf;

use reelpress_core::{ArtifactError, CpuPoolError, Fault, Remedy};
use reelpress_media::MediaError;
use reelpress_templates::TemplateProblems;

use crate::encode::EncodeError;
use crate::picture::PictureError;
use crate::sound::SoundError;
use crate::yuv::PngError;

/// Why there is no cut.
#[derive(Debug, thiserror::Error)]
pub enum AssembleError {
    /// Speech and script do not belong together.
    #[error("the voice track has {spoken} beats and the script {written}")]
    Beats {
        /// Beats in the voice track.
        spoken: usize,
        /// Beats in the script.
        written: usize,
    },
    /// The times of the speech make no sense.
    #[error("the voice track's times do not fit: {why}")]
    Times {
        /// What does not fit.
        why: String,
    },
    /// No template of this name.
    #[error("there is no template `{name}` (a niche or an item names it; put it back or reject the item)")]
    NoTemplate {
        /// The name.
        name: String,
    },
    /// The templates cannot be read.
    #[error("could not load the templates")]
    Templates(#[source] TemplateProblems),
    /// The media library cannot be used.
    #[error("could not use the media library")]
    Media(#[source] MediaError),
    /// A picture is damaged. It is not picked again.
    #[error("the picture {path} cannot be decoded: {why} (replace the file or take it out of `licences.toml`)")]
    CorruptPicture {
        /// The file.
        path: PathBuf,
        /// The decoder's word.
        why: String,
    },
    /// The painter refused the plan.
    #[error("could not prepare the picture")]
    Picture(#[source] PictureError),
    /// This host has no usable fonts.
    #[error("could not load fonts (`reelpress doctor` names the package)")]
    Fonts(#[source] PictureError),
    /// The sound failed.
    #[error("could not mix the sound")]
    Sound(#[source] SoundError),
    /// Encoder or muxer failed.
    #[error("could not encode the cut")]
    Encode(#[source] EncodeError),
    /// The poster failed.
    #[error("could not write the poster")]
    Poster(#[source] PngError),
    /// The scratch folder cannot be used.
    #[error("could not {action} in the scratch folder {path}")]
    Scratch {
        /// What was tried.
        action: &'static str,
        /// The folder.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// The speech could not be read or the cut not stored.
    #[error("could not read or store what belongs to the cut")]
    Artifact(#[source] ArtifactError),
    /// The work ended without an answer.
    #[error("the encoder's worker gave no answer")]
    Worker(#[source] CpuPoolError),
}

impl From<ArtifactError> for AssembleError {
    fn from(error: ArtifactError) -> Self {
        Self::Artifact(error)
    }
}

impl From<MediaError> for AssembleError {
    /// A file that cannot be used is remembered like one that cannot be decoded.
    fn from(error: MediaError) -> Self {
        if let MediaError::Unusable { path, why } = error {
            return Self::CorruptPicture { path, why };
        }
        Self::Media(error)
    }
}

impl Fault for AssembleError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Beats { .. }
            | Self::Times { .. }
            | Self::NoTemplate { .. }
            | Self::CorruptPicture { .. }
            | Self::Picture(_)
            | Self::Sound(_)
            | Self::Worker(CpuPoolError::Panicked { .. }) => Remedy::GiveUp,
            // Nothing is wrong with the item: the host or the operator's files need a hand.
            Self::Templates(_)
            | Self::Fonts(_)
            | Self::Scratch { .. }
            | Self::Worker(CpuPoolError::Closed | CpuPoolError::Spawn { .. })
            | Self::Encode(
                EncodeError::DiskFull { .. }
                | EncodeError::NoEncoder { .. }
                | EncodeError::Path { .. }
                | EncodeError::Settings { .. },
            ) => Remedy::StopStage,
            Self::Poster(error) if error.is_disk_full() => Remedy::StopStage,
            Self::Poster(_)
            | Self::Encode(
                EncodeError::Memory { .. }
                | EncodeError::Write { .. }
                | EncodeError::Encode { .. }
                | EncodeError::Cancelled { .. },
            ) => Remedy::Retry { after: None },
            Self::Media(error) => error.remedy(),
            Self::Artifact(error) => error.remedy(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Beats { .. } => "beats",
            Self::Times { .. } => "times",
            Self::NoTemplate { .. } => "no_template",
            Self::Templates(_) => "templates",
            Self::Media(error) => error.kind(),
            Self::CorruptPicture { .. } => "corrupt_picture",
            Self::Picture(_) => "picture",
            Self::Fonts(_) => "fonts",
            Self::Sound(_) => "sound",
            Self::Encode(EncodeError::DiskFull { .. }) => "disk_full",
            Self::Encode(EncodeError::Cancelled { .. }) => "cancelled",
            Self::Encode(EncodeError::NoEncoder { .. }) => "no_encoder",
            Self::Encode(
                EncodeError::Settings { .. }
                | EncodeError::Memory { .. }
                | EncodeError::Write { .. }
                | EncodeError::Encode { .. }
                | EncodeError::Path { .. },
            ) => "encode",
            Self::Poster(_) => "poster",
            Self::Scratch { .. } => "scratch",
            Self::Artifact(_) => "artifact",
            Self::Worker(_) => "worker",
        }
    }
}
