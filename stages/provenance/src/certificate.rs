//! Whose signature it is.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use c2pa::SigningAlg;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

use crate::error::ProvenanceError;

/// Certificate and key to sign with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Made at first use in this folder, which nobody else may read. Verifiers call its signatures untrusted: it says that
    /// a file was not changed, not who made it.
    Development(PathBuf),
    /// The operator's own.
    Own {
        /// PEM: the signing certificate first, then its chain without the root.
        certificate: PathBuf,
        /// Unencrypted PKCS#8 PEM.
        key: PathBuf,
    },
}

/// What is needed to sign.
pub(crate) struct Loaded {
    pub(crate) certificate: PathBuf,
    pub(crate) chain: Vec<u8>,
    pub(crate) key: Vec<u8>,
    pub(crate) algorithm: SigningAlg,
}

/// Names of the files of a development certificate.
const CHAIN: &str = "development-certificate.pem";
const KEY: &str = "development-key.pem";
/// Longest file that is read as a certificate or key, in bytes.
const LONGEST: u64 = 1 << 20;

impl Identity {
    pub(crate) fn load(&self) -> Result<Loaded, ProvenanceError> {
        let (certificate, key) = match self {
            Self::Development(folder) => {
                let paths = (folder.join(CHAIN), folder.join(KEY));
                if !paths.0.exists() || !paths.1.exists() {
                    make(folder, &paths.0, &paths.1)?;
                }
                paths
            }
            Self::Own { certificate, key } => (certificate.clone(), key.clone()),
        };
        let chain = content(&certificate)?;
        if der(&chain, "CERTIFICATE").is_none() {
            return Err(ProvenanceError::Certificate { path: certificate });
        }
        let secret = content(&key)?;
        let algorithm = algorithm(&secret).map_err(|why| ProvenanceError::Key { path: key, why })?;
        Ok(Loaded { certificate, chain, key: secret, algorithm })
    }
}

fn content(path: &Path) -> Result<Vec<u8>, ProvenanceError> {
    let read = || {
        let length = std::fs::metadata(path)?.len();
        if length > LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("{length} bytes, more than {LONGEST}")));
        }
        std::fs::read(path)
    };
    read().map_err(|source| ProvenanceError::File { action: "read", path: path.to_owned(), source })
}

/// The first block of this kind in a PEM file.
fn der(pem: &[u8], kind: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(pem).ok()?;
    let inside = text.split_once(&format!("-----BEGIN {kind}-----"))?.1.split_once("-----END")?.0;
    STANDARD.decode(inside.split_whitespace().collect::<String>()).ok()
}

/// What a PKCS#8 key signs with, told by the object identifiers in its header (RFC 5480, RFC 8410).
fn algorithm(pem: &[u8]) -> Result<SigningAlg, &'static str> {
    const P256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
    const P384: &[u8] = &[0x2B, 0x81, 0x04, 0x00, 0x22];
    const ED25519: &[u8] = &[0x2B, 0x65, 0x70];
    let key = der(pem, "PRIVATE KEY").ok_or("there is no `PRIVATE KEY` in PEM form")?;
    // Version, then the algorithm: within the first bytes.
    let header = &key[..key.len().min(40)];
    let names = |oid: &[u8]| header.windows(oid.len()).any(|part| part == oid);
    match () {
        () if names(P256) => Ok(SigningAlg::Es256),
        () if names(P384) => Ok(SigningAlg::Es384),
        () if names(ED25519) => Ok(SigningAlg::Ed25519),
        () => Err("its kind is another one"),
    }
}

/// A certificate that a root of its own has signed: the specification refuses ones that sign themselves.
fn make(folder: &Path, chain: &Path, key: &Path) -> Result<(), ProvenanceError> {
    let made = development().map_err(ProvenanceError::Development)?;
    let fail = |action, path: &Path| {
        let path = path.to_owned();
        move |source| ProvenanceError::File { action, path, source }
    };
    std::fs::create_dir_all(folder).map_err(fail("create", folder))?;
    // The key first: a chain without its key would look whole.
    write(key, made.1.as_bytes()).map_err(fail("write", key))?;
    write(chain, made.0.as_bytes()).map_err(fail("write", chain))
}

/// Chain and key, PEM. The dates are fixed ones, because this certificate says nothing about time.
fn development() -> Result<(String, String), rcgen::Error> {
    let dates = |params: &mut CertificateParams| {
        (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2046, 1, 1));
        params.use_authority_key_identifier_extension = true;
        params.distinguished_name.push(DnType::OrganizationName, "reelpress development");
    };
    let root_key = KeyPair::generate()?;
    let mut root = CertificateParams::new(Vec::<String>::new())?;
    dates(&mut root);
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    root.distinguished_name.push(DnType::CommonName, "reelpress development root");
    let root_certificate = root.self_signed(&root_key)?;
    let issuer = Issuer::new(root, root_key);

    let key = KeyPair::generate()?;
    let mut leaf = CertificateParams::new(Vec::<String>::new())?;
    dates(&mut leaf);
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    leaf.distinguished_name.push(DnType::CommonName, "reelpress development certificate");
    let certificate = leaf.signed_by(&key, &issuer)?;
    Ok((format!("{}{}", certificate.pem(), root_certificate.pem()), key.serialize_pem()))
}

/// Whole or not at all, and for the owner's eyes only.
fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let aside = path.with_extension("new");
    match std::fs::remove_file(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&aside)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&aside, path)
}
