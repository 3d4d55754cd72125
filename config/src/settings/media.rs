//! Pictures, clips and sounds: where they are, and who paints what is missing.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::secret::Secret;

/// `[media]`
#[derive(Debug, Clone, PartialEq)]
pub struct Media {
    /// Where media files and their `licences.toml` are; none draws all backgrounds.
    pub places: Vec<MediaPlace>,
    /// Uses that every file must be allowed for, such as `commercial`; lower-case words, never empty.
    pub uses: Vec<String>,
    /// Folder for copies of files from S3.
    pub cache: PathBuf,
    /// Most bytes of copies in it; `cache_size` in the file.
    pub cache_bytes: u64,
    /// How often a place on S3 is looked at again.
    pub every: Duration,
    /// How S3 is reached.
    pub s3: MediaS3,
    /// Who paints a picture for a beat that no file fits; `None` draws it.
    pub openai: Option<ImageEndpoint>,
}

/// Where media files are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum MediaPlace {
    /// A local folder.
    Folder(PathBuf),
    /// `s3://bucket/prefix`.
    S3 {
        /// The bucket's name.
        bucket: String,
        /// Without `/` at its ends; may be empty.
        prefix: String,
    },
}

impl std::fmt::Display for MediaPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::S3 { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

/// `[media.s3]`
#[derive(Debug, Clone, PartialEq)]
pub struct MediaS3 {
    /// Of a service that is not Amazon's; `None` means Amazon's of the region.
    pub endpoint: Option<Url>,
    /// The bucket's region.
    pub region: String,
    /// Both or none; without them requests are not signed.
    pub access_key: Option<Secret>,
    /// Belongs to `access_key`.
    pub secret_key: Option<Secret>,
    /// Longest wait for one answer.
    pub timeout: Duration,
}

/// `[media.openai]`
#[derive(Debug, Clone, PartialEq)]
pub struct ImageEndpoint {
    /// Up to and with the version; no trailing slash.
    pub base_url: Url,
    /// The model's name.
    pub model: String,
    /// The key, if one is needed.
    pub api_key: Option<Secret>,
    /// Width and height in pixels to ask for; `None` takes the model's size nearest to the video's shape.
    pub size: Option<(u32, u32)>,
    /// How pictures should look, put behind what they show.
    pub style: String,
    /// True sends `response_format = "b64_json"`; GPT image models refuse it, most others need it.
    pub ask_for_base64: bool,
    /// Longest wait for one answer.
    pub timeout: Duration,
    /// Most calls a minute.
    pub calls_per_minute: NonZeroU32,
}
