//! Connects the stage that makes files with the one part that can sign them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use reelpress_assemble::{Seal, SealError};
use reelpress_config::{OwnCertificate, Settings};
use reelpress_provenance::{Identity, Making, ProvenanceError, Signer};
use reelpress_screen::Credentials;
use reelpress_vocabulary::Assembled;

/// Folder of the development certificate within the data folder.
const DEVELOPMENT: &str = "credentials";

/// Whose signature the settings ask for.
pub(crate) fn identity(settings: &Settings) -> Identity {
    match &settings.provenance.own {
        Some(OwnCertificate { certificate, key }) => {
            Identity::Own { certificate: certificate.clone(), key: key.clone() }
        }
        None => Identity::Development(settings.daemon.data_dir.join(DEVELOPMENT)),
    }
}

/// Signs finished files as the settings say. Certificate and key are read once for each pair of names.
#[derive(Default)]
pub(crate) struct SignsFiles {
    opened: Mutex<Option<(Identity, Arc<Signer>)>>,
}

impl SignsFiles {
    fn signer(&self, settings: &Settings) -> Result<Arc<Signer>, SealError> {
        let wanted = identity(settings);
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, signer)) = opened.as_ref().filter(|(identity, _)| *identity == wanted) {
            return Ok(Arc::clone(signer));
        }
        let signer = Signer::open(&wanted).map_err(|error| SealError::Identity(Box::new(error)))?;
        if let Identity::Development(folder) = &wanted {
            // `reelpress doctor` warns of it; here it is what the defaults are.
            tracing::info!(
                folder = %folder.display(),
                "videos are signed with a development certificate that others have no reason to trust (set `certificate` and `key` in [provenance])"
            );
        }
        let signer = Arc::new(signer);
        *opened = Some((wanted, Arc::clone(&signer)));
        Ok(signer)
    }
}

impl Seal for SignsFiles {
    fn identity(&self, settings: &Settings) -> Result<Option<String>, SealError> {
        if !settings.provenance.enabled {
            return Ok(None);
        }
        self.signer(settings).map(|signer| Some(signer.identity()))
    }

    fn seal(&self, settings: &Settings, video: &Path, assembled: &Assembled, sealed: &Path) -> Result<(), SealError> {
        let signer = self.signer(settings)?;
        signer.sign(video, &Making::of(assembled), sealed).map_err(|error| SealError::File(Box::new(error)))
    }
}

/// What a file's credentials are worth.
pub(crate) fn credentials(file: &Path) -> Credentials {
    match reelpress_provenance::read(file) {
        Ok(found) if found.is_whole && found.problems.is_empty() => {
            Credentials::Whole { unsigned: found.unsigned_hash }
        }
        Ok(found) if found.problems.is_empty() => Credentials::Broken { why: "not valid".to_owned() },
        Ok(found) => Credentials::Broken { why: found.problems.join(", ") },
        Err(ProvenanceError::Unsigned { .. }) => Credentials::Missing,
        Err(error) => Credentials::Broken { why: format!("{:#}", anyhow::Error::from(error)) },
    }
}

/// Where the development certificate is or will be, if that is the one that signs.
pub(crate) fn development(settings: &Settings) -> Option<PathBuf> {
    match identity(settings) {
        Identity::Development(folder) => Some(folder),
        Identity::Own { .. } => None,
    }
}

#[cfg(test)]
mod tests;
