//! One place: a folder, or a prefix on S3. Reads its manifest and says which files are in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use object_store::aws::AmazonS3Builder;
use object_store::path::Path as StorePath;
use object_store::{ClientOptions, GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt as _, RetryConfig};
use reelpress_config::{Media, MediaPlace, Secret};

use crate::error::MediaError;
use crate::manifest::{LICENCES_FILE, Manifest, ending_kind, is_plain};
use crate::pick::Remote;

/// Largest `licences.toml`.
const LARGEST_MANIFEST: u64 = 64 << 20;
/// Most media files of one place, and most folders in it.
const MOST_FILES: usize = 200_000;

/// One place of the library.
#[derive(Debug)]
pub(crate) struct Place {
    /// As in the config.
    pub(crate) name: String,
    pub(crate) kind: PlaceKind,
}

#[derive(Debug)]
pub(crate) enum PlaceKind {
    Folder(PathBuf),
    S3 { store: Arc<dyn ObjectStore>, prefix: String },
}

/// What was seen in a place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) manifest: Manifest,
    /// Remote files; those of a folder are looked at when they are wanted.
    pub(crate) remote: BTreeMap<String, Remote>,
}

impl Place {
    /// # Errors
    /// [`MediaError::Setup`].
    pub(crate) fn open(settings: &Media, place: &MediaPlace) -> Result<Self, MediaError> {
        let name = place.to_string();
        let kind = match place {
            MediaPlace::Folder(folder) => PlaceKind::Folder(folder.clone()),
            MediaPlace::S3 { bucket, prefix } => {
                let store = s3(settings, bucket).map_err(|source| MediaError::Setup { place: name.clone(), source })?;
                PlaceKind::S3 { store, prefix: prefix.clone() }
            }
        };
        Ok(Self { name, kind })
    }

    pub(crate) fn folder(&self) -> Option<&Path> {
        match &self.kind {
            PlaceKind::Folder(folder) => Some(folder),
            PlaceKind::S3 { .. } => None,
        }
    }

    /// Where the manifest is, for messages.
    pub(crate) fn manifest_name(&self) -> String {
        format!("{}/{LICENCES_FILE}", self.name)
    }

    /// Reads a folder's manifest.
    ///
    /// # Errors
    /// [`MediaError::Read`] or [`MediaError::Manifest`].
    pub(crate) fn look_at_folder(&self, folder: &Path) -> Result<Seen, MediaError> {
        let failed = |source: std::io::Error| self.unreadable(source);
        let path = folder.join(LICENCES_FILE);
        let file = std::fs::File::open(path).map_err(failed)?;
        let mut text = String::new();
        let mut limited = std::io::Read::take(file, LARGEST_MANIFEST + 1);
        std::io::Read::read_to_string(&mut limited, &mut text).map_err(failed)?;
        self.not_too_large(text.len() as u64)?;
        Ok(Seen { manifest: self.parse(&text)?, remote: BTreeMap::new() })
    }

    /// Lists a prefix and reads its manifest.
    ///
    /// # Errors
    /// [`MediaError::Store`], [`MediaError::Read`], [`MediaError::Manifest`] or [`MediaError::TooManyFiles`].
    pub(crate) async fn look_at_s3(&self, store: &dyn ObjectStore, prefix: &str) -> Result<Seen, MediaError> {
        let under = StorePath::from(prefix);
        let mut listed = store.list((!prefix.is_empty()).then_some(&under));
        let mut remote = BTreeMap::new();
        while let Some(found) = listed.next().await {
            let found = found.map_err(|source| self.failed("list", source))?;
            let Some(file) = within(prefix, &found) else { continue };
            if remote.len() == MOST_FILES {
                return Err(MediaError::TooManyFiles { place: self.name.clone(), most: MOST_FILES });
            }
            let version = found.e_tag.clone().unwrap_or_else(|| found.last_modified.to_rfc3339());
            remote.insert(file, Remote { etag: found.e_tag, version, bytes: found.size });
        }
        let text = self.manifest_text(store, prefix).await?;
        Ok(Seen { manifest: self.parse(&text)?, remote })
    }

    async fn manifest_text(&self, store: &dyn ObjectStore, prefix: &str) -> Result<String, MediaError> {
        let key = key(prefix, LICENCES_FILE);
        let found = store.get(&key).await.map_err(|source| {
            let is_missing = matches!(source, object_store::Error::NotFound { .. });
            if is_missing { self.unreadable(source) } else { self.failed("read the licences of", source) }
        })?;
        self.not_too_large(found.meta.size)?;
        let bytes = found.bytes().await.map_err(|source| self.failed("read the licences of", source))?;
        String::from_utf8(bytes.into()).map_err(|source| self.unreadable(source))
    }

    /// A file's bytes, if it is still the one that was listed.
    pub(crate) async fn open_remote(
        &self,
        (store, prefix): (&dyn ObjectStore, &str),
        file: &str,
        remote: &Remote,
    ) -> Result<object_store::GetResult, MediaError> {
        let name = format!("{}/{file}", self.name);
        let same = GetOptions { if_match: remote.etag.clone(), ..GetOptions::default() };
        let found = store.get_opts(&key(prefix, file), same).await;
        let found = found.map_err(|source| {
            if matches!(source, object_store::Error::Precondition { .. } | object_store::Error::NotFound { .. }) {
                return MediaError::Changed { file: name.clone() };
            }
            MediaError::Store { action: "fetch", place: name.clone(), source }
        })?;
        if found.meta.size == remote.bytes { Ok(found) } else { Err(MediaError::Changed { file: name }) }
    }

    /// Every media file of a folder, with or without a record, by its name within it.
    ///
    /// # Errors
    /// [`MediaError::Read`] or [`MediaError::TooManyFiles`].
    pub(crate) fn files(&self, folder: &Path) -> Result<Vec<String>, MediaError> {
        let unreadable = |path: &Path, source: std::io::Error| MediaError::Read {
            path: path.display().to_string(),
            source: Box::new(source),
        };
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        let mut entries = 0;
        while let Some(at) = folders.pop() {
            for entry in std::fs::read_dir(&at).map_err(|source| unreadable(&at, source))? {
                let entry = entry.map_err(|source| unreadable(&at, source))?;
                let path = entry.path();
                entries += 1;
                if entries > MOST_FILES * 2 {
                    return Err(MediaError::TooManyFiles { place: self.name.clone(), most: MOST_FILES });
                }
                // Links to folders are not followed: they may lead round in a circle.
                let kind = entry.file_type().map_err(|source| unreadable(&path, source))?;
                let name = path.strip_prefix(folder).ok().and_then(Path::to_str);
                if kind.is_dir() {
                    folders.push(path);
                } else if let Some(name) = name.filter(|name| ending_kind(name).is_some() && is_plain(name)) {
                    files.push(name.to_owned());
                }
            }
        }
        files.sort();
        Ok(files)
    }

    fn parse(&self, text: &str) -> Result<Manifest, MediaError> {
        Manifest::parse(&self.manifest_name(), text).map_err(MediaError::Manifest)
    }

    fn not_too_large(&self, bytes: u64) -> Result<(), MediaError> {
        if bytes <= LARGEST_MANIFEST {
            return Ok(());
        }
        Err(self.unreadable(std::io::Error::other(format!("it has more than {LARGEST_MANIFEST} bytes"))))
    }

    fn unreadable(&self, source: impl std::error::Error + Send + Sync + 'static) -> MediaError {
        MediaError::Read { path: self.manifest_name(), source: Box::new(source) }
    }

    fn failed(&self, action: &'static str, source: object_store::Error) -> MediaError {
        MediaError::Store { action, place: self.name.clone(), source }
    }
}

/// The name of a listed object within its place, if it is a media file.
fn within(prefix: &str, found: &ObjectMeta) -> Option<String> {
    let whole = found.location.as_ref();
    let file = if prefix.is_empty() { whole } else { whole.strip_prefix(prefix)?.strip_prefix('/')? };
    (is_plain(file) && ending_kind(file).is_some()).then(|| file.to_owned())
}

fn key(prefix: &str, file: &str) -> StorePath {
    let whole = if prefix.is_empty() { file.to_owned() } else { format!("{prefix}/{file}") };
    // Parsed, so that a name stands in the address as it was listed; an odd one is encoded.
    StorePath::parse(&whole).unwrap_or_else(|_| StorePath::from(whole))
}

fn s3(settings: &Media, bucket: &str) -> Result<Arc<dyn ObjectStore>, object_store::Error> {
    let s3 = &settings.s3;
    let is_plain_http = s3.endpoint.as_ref().is_some_and(|url| url.scheme() == "http");
    let client = ClientOptions::new()
        .with_allow_http(is_plain_http)
        .with_timeout(s3.timeout)
        .with_connect_timeout(s3.timeout.min(Duration::from_secs(10)));
    // The runner tries again by its own rules; one quick second try spares it a blip.
    let retry = RetryConfig { max_retries: 1, retry_timeout: s3.timeout, ..RetryConfig::default() };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&s3.region)
        .with_client_options(client)
        .with_retry(retry);
    if let Some(endpoint) = &s3.endpoint {
        builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/'));
    }
    builder = match (&s3.access_key, &s3.secret_key) {
        (Some(access), Some(secret)) => {
            builder.with_access_key_id(Secret::reveal(access)).with_secret_access_key(Secret::reveal(secret))
        }
        (Some(_) | None, _) => builder.with_skip_signature(true),
    };
    Ok(Arc::new(builder.build()?))
}
