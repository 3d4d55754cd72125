//! Writes the manifest.

use std::fs::File;
use std::path::{Path, PathBuf};

use c2pa::{Builder, Context};
use serde_json::{Value, json};
use tempfile::NamedTempFile;

use crate::certificate::{Identity, Loaded};
use crate::error::ProvenanceError;
use crate::making::{Making, Role};
use crate::read::{INSTANCE, MP4, read};

/// Part of every key of a signed file: raised when the same making gives another manifest.
pub const VERSION: u32 = 1;

/// The label under which the whole record lies beside the standard's own assertions.
pub(crate) const MAKING: &str = "local.reelpress.making";

/// Signs finished files.
pub struct Signer {
    loaded: Loaded,
}

impl Signer {
    /// Reads certificate and key; makes the development ones if they are asked for and not there yet.
    ///
    /// # Errors
    /// [`ProvenanceError`] if they cannot be read or used.
    pub fn open(identity: &Identity) -> Result<Self, ProvenanceError> {
        let this = Self { loaded: identity.load()? };
        this.signer()?;
        Ok(this)
    }

    /// What makes two signatures differ beside the making: hash of the certificate chain and [`VERSION`], hex. Part of the
    /// key that a signed file is kept under.
    #[must_use]
    pub fn identity(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&VERSION.to_le_bytes()).update(&self.loaded.chain);
        hasher.finalize().to_hex().to_string()
    }

    /// Writes `video` with its manifest to `signed`, reads it back, and only then lets it be there. Picture and sound are
    /// copied as they are; `video` is not changed. Two calls give files that say the same, but not the same bytes: the
    /// standard salts its hashes. So a signed file is made once and kept.
    ///
    /// # Errors
    /// [`ProvenanceError`]; nothing is left at `signed` then that was not there before.
    pub fn sign(&self, video: &Path, making: &Making, signed: &Path) -> Result<(), ProvenanceError> {
        let fail = |action, path: &Path| {
            let path = path.to_owned();
            move |source| ProvenanceError::File { action, path, source }
        };
        let refused = |source| ProvenanceError::Sign { path: video.to_owned(), source: Box::new(source) };
        let mut source = File::open(video).map_err(fail("read", video))?;
        let folder = signed.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut aside: NamedTempFile = tempfile::Builder::new()
            .prefix("signing-")
            .suffix(".mp4")
            .tempfile_in(folder)
            .map_err(fail("write into", folder))?;
        let mut builder =
            Builder::from_context(context().map_err(refused)?).with_definition(definition(making)).map_err(refused)?;
        let signer = self.signer()?;
        builder.sign(signer.as_ref(), MP4, &mut source, aside.as_file_mut()).map_err(refused)?;
        aside.as_file().sync_all().map_err(fail("write", signed))?;
        let found = read(aside.path())?;
        if !found.problems.is_empty() || !found.is_whole {
            let problems = if found.problems.is_empty() { "not valid".to_owned() } else { found.problems.join(", ") };
            return Err(ProvenanceError::DoesNotHold { problems });
        }
        aside.persist(signed).map_err(|error| fail("write", signed)(error.error))?;
        Ok(())
    }

    fn signer(&self) -> Result<c2pa::BoxedSigner, ProvenanceError> {
        let Loaded { certificate, chain, key, algorithm } = &self.loaded;
        c2pa::create_signer::from_keys(chain, key, *algorithm, None)
            .map_err(|source| ProvenanceError::Signer { path: PathBuf::from(certificate), source: Box::new(source) })
    }
}

/// No network, no thumbnails, and no list of who is trusted: that is for those who look at the file.
pub(crate) fn context() -> Result<Context, c2pa::Error> {
    Context::new().with_settings(json!({
        "verify": { "verify_trust": false, "verify_timestamp_trust": false, "remote_manifest_fetch": false, "ocsp_fetch": false },
        "builder": { "thumbnail": { "enabled": false } },
    }))
}

fn definition(making: &Making) -> Value {
    let ids = |role| {
        let of = making.parts.iter().enumerate().filter(move |(_, part)| part.role == role);
        of.map(|(at, _)| part_id(at)).collect::<Vec<String>>()
    };
    let (tools, components) = (ids(Role::Tool), ids(Role::Component));
    let agent = json!({ "name": "reelpress", "version": env!("CARGO_PKG_VERSION") });
    let mut actions = vec![json!({
        "action": "c2pa.created",
        "digitalSourceType": making.source_type.uri(),
        "softwareAgent": agent,
        "parameters": { "ingredientIds": tools },
    })];
    actions.extend(
        components.iter().map(|id| json!({ "action": "c2pa.placed", "parameters": { "ingredientIds": [id] } })),
    );
    json!({
        "claim_generator_info": [agent],
        "title": making.title,
        "format": MP4,
        "instance_id": format!("{INSTANCE}{}", making.unsigned_hash),
        "ingredients": making.parts.iter().enumerate().map(|(at, part)| {
            let mut ingredient = json!({
                "title": part.title,
                "format": part.format.as_deref().unwrap_or("application/octet-stream"),
                "relationship": match part.role { Role::Component => "componentOf", Role::Tool => "inputTo" },
                "description": part.description,
                "label": part_id(at),
            });
            if let Some(link) = &part.link {
                ingredient["informational_URI"] = json!(link);
            }
            ingredient
        }).collect::<Vec<Value>>(),
        "assertions": [
            { "label": "c2pa.actions.v2", "data": { "actions": actions } },
            { "label": MAKING, "data": making, "kind": "Json" },
        ],
    })
}

fn part_id(at: usize) -> String {
    format!("part-{at}")
}
