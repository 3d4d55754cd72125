//! What can go wrong when a file is signed or read.

use std::io;
use std::path::PathBuf;

/// Why a file could not be signed or read.
#[derive(Debug, thiserror::Error)]
pub enum ProvenanceError {
    /// A file or folder.
    #[error("could not {action} {}", path.display())]
    File {
        /// `read`, `write`, ...
        action: &'static str,
        /// Which.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// The development certificate could not be made.
    #[error("could not make a development certificate")]
    Development(#[source] rcgen::Error),
    /// The certificate file holds none.
    #[error("{} holds no certificate in PEM form (`certificate` in [provenance]: the signing one first, then its chain)", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
    },
    /// The key file holds none that can sign.
    #[error("{} holds no key that can sign: {why} (`key` in [provenance]: an unencrypted PKCS#8 PEM of ECDSA P-256, P-384 or Ed25519)", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: &'static str,
    },
    /// Certificate and key cannot be used.
    #[error("cannot sign with certificate {} (`certificate` and `key` in [provenance])", path.display())]
    Signer {
        /// The certificate.
        path: PathBuf,
        /// The library's word.
        #[source]
        source: Box<c2pa::Error>,
    },
    /// The file cannot be signed.
    #[error("cannot sign {}", path.display())]
    Sign {
        /// The file.
        path: PathBuf,
        /// The library's word.
        #[source]
        source: Box<c2pa::Error>,
    },
    /// What was written does not hold.
    #[error(
        "signed file does not hold, so it was thrown away: {problems} (is `certificate` in [provenance] that of `key`, and fit to sign?)"
    )]
    DoesNotHold {
        /// The codes of the C2PA specification.
        problems: String,
    },
    /// Another file.
    #[error("{} has no content credentials", path.display())]
    Unsigned {
        /// The file.
        path: PathBuf,
    },
    /// The manifest cannot be read.
    #[error("cannot read the content credentials of {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The library's word.
        #[source]
        source: Box<c2pa::Error>,
    },
}
