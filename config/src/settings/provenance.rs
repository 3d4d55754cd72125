//! Who signs finished files.

use std::path::PathBuf;

/// `[provenance]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// False: files say nothing of how they were made.
    pub enabled: bool,
    /// Whose signature; `None` is the development certificate, which is made in the data folder.
    pub own: Option<OwnCertificate>,
}

/// The operator's own signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCertificate {
    /// PEM: the signing certificate first, then its chain.
    pub certificate: PathBuf,
    /// Unencrypted PKCS#8 PEM.
    pub key: PathBuf,
}

impl Default for Provenance {
    fn default() -> Self {
        Self { enabled: true, own: None }
    }
}
