//! What can go wrong in this stage, and what the runner does about it.

use std::io;
use std::path::{Path, PathBuf};

use reelpress_core::{ArtifactError, CpuPoolError, Fault, Remedy};
use reelpress_media::{ImageError, MediaError};
use reelpress_templates::TemplateProblems;

use crate::encode::{EncodeError, JoinError};
use crate::picture::PictureError;
use crate::seal::SealError;
use crate::sound::{SoundError, TrackError};
use crate::source::SourceError;
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
    /// A picture or a clip cannot be shown. It is not picked again.
    #[error("could not show a picture or a clip")]
    Source(#[source] SourceError),
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
    /// Pieces and sound did not fit together, or the file could not be written.
    #[error("could not put the cut together")]
    Join(#[source] JoinError),
    /// The licensed music cannot be used. It is not picked again.
    #[error("could not use the music")]
    Track(#[source] TrackError),
    /// The endpoint that paints pictures failed.
    #[error("could not have a picture painted")]
    Image(#[from] ImageError),
    /// The endpoint was taken out of the config meanwhile.
    #[error("a picture was to be painted, and `[media.openai]` is no longer set")]
    NoImageEndpoint,
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
    /// The file could not be signed.
    #[error(transparent)]
    Seal(SealError),
    /// The work ended without an answer.
    #[error("the encoder's worker gave no answer")]
    Worker(#[source] CpuPoolError),
}

impl From<ArtifactError> for AssembleError {
    fn from(error: ArtifactError) -> Self {
        Self::Artifact(error)
    }
}

impl From<PictureError> for AssembleError {
    /// A file that cannot be shown is told apart from a plan that cannot be painted.
    fn from(error: PictureError) -> Self {
        if let PictureError::Source(error) = error { error.into() } else { Self::Picture(error) }
    }
}

impl From<SourceError> for AssembleError {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl AssembleError {
    /// The file that is to blame, if there is one: it should not be picked again.
    pub(crate) fn damaged_file(&self) -> Option<&Path> {
        if let Self::CorruptPicture { path, .. } = self {
            return Some(path);
        }
        if let Self::Source(error) = self {
            return Some(error.path());
        }
        if let Self::Track(error) = self { Some(error.path()) } else { None }
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
            | Self::Source(_)
            | Self::Track(_)
            | Self::Picture(_)
            | Self::Sound(_)
            | Self::Encode(EncodeError::TooShort { .. })
            | Self::Worker(CpuPoolError::Panicked { .. }) => Remedy::GiveUp,
            // Nothing is wrong with the item: the host or the operator's files need a hand.
            Self::Templates(_)
            | Self::Fonts(_)
            | Self::Scratch { .. }
            | Self::Seal(SealError::Identity(_))
            | Self::Worker(CpuPoolError::Closed | CpuPoolError::Spawn { .. })
            | Self::Encode(
                EncodeError::DiskFull { .. }
                | EncodeError::NoEncoder { .. }
                | EncodeError::Path { .. }
                | EncodeError::Settings { .. }
                | EncodeError::Unjoinable { .. }
                | EncodeError::Unsteady { .. },
            )
            | Self::Join(JoinError::Write(EncodeError::DiskFull { .. })) => Remedy::StopStage,
            Self::Poster(error) if error.is_disk_full() => Remedy::StopStage,
            Self::Poster(_)
            | Self::NoImageEndpoint
            | Self::Join(_)
            | Self::Seal(SealError::File(_))
            | Self::Encode(
                EncodeError::Memory { .. }
                | EncodeError::Write { .. }
                | EncodeError::Encode { .. }
                | EncodeError::Cancelled { .. },
            ) => Remedy::Retry { after: None },
            Self::Media(error) => error.remedy(),
            Self::Image(error) => error.remedy(),
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
            Self::CorruptPicture { .. } | Self::Source(_) => "corrupt_picture",
            Self::Track(_) => "corrupt_music",
            Self::Image(error) => error.kind(),
            Self::NoImageEndpoint => "no_image_endpoint",
            Self::Join(JoinError::Write(EncodeError::DiskFull { .. })) | Self::Encode(EncodeError::DiskFull { .. }) => {
                "disk_full"
            }
            Self::Join(_) => "join",
            Self::Picture(_) => "picture",
            Self::Fonts(_) => "fonts",
            Self::Sound(_) => "sound",
            Self::Encode(EncodeError::Cancelled { .. }) => "cancelled",
            Self::Encode(EncodeError::NoEncoder { .. }) => "no_encoder",
            Self::Encode(
                EncodeError::Settings { .. }
                | EncodeError::Memory { .. }
                | EncodeError::Write { .. }
                | EncodeError::Encode { .. }
                | EncodeError::TooShort { .. }
                | EncodeError::Unjoinable { .. }
                | EncodeError::Unsteady { .. }
                | EncodeError::Path { .. },
            ) => "encode",
            Self::Poster(_) => "poster",
            Self::Scratch { .. } => "scratch",
            Self::Artifact(_) => "artifact",
            Self::Seal(_) => "seal",
            Self::Worker(_) => "worker",
        }
    }
}
