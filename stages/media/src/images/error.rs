//! What can go wrong while a picture is painted, and what the runner does about it.

use reelpress_core::{ArtifactError, Fault, Remedy};
use reelpress_endpoint::Failure;

/// Why no picture was painted. No message holds the endpoint's key.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The endpoint gave no picture.
    #[error(transparent)]
    Endpoint(#[from] Failure),
    /// The picture could not be kept or found.
    #[error("could not keep or find the picture")]
    Artifact(#[from] ArtifactError),
}

impl Fault for ImageError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Endpoint(failure) => failure.remedy(),
            Self::Artifact(error) => error.remedy(),
        }
    }

    /// Told apart from what else can go wrong in the stage that has pictures painted.
    fn kind(&self) -> &'static str {
        match self {
            Self::Endpoint(failure) => match failure {
                Failure::TooManyCalls { .. } => "image_too_many_calls",
                Failure::NoCredit { .. } => "image_no_credit",
                Failure::Misconfigured { .. } => "image_misconfigured",
                Failure::Refused { .. } => "image_refused",
                Failure::BadRequest { .. } => "image_bad_request",
                Failure::Unavailable { .. } => "image_unavailable",
                Failure::TimedOut { .. } => "image_timed_out",
                Failure::Unreachable { .. } => "image_unreachable",
                Failure::NotJson { .. } => "image_not_an_answer",
                Failure::Unusable { .. } => "image_not_a_picture",
                Failure::TooLong { .. } => "image_too_long",
                Failure::Setup { .. } => "image_endpoint",
                Failure::Stopped { .. } => "image_stopped",
            },
            Self::Artifact(_) => "image_artifact",
        }
    }
}
