//! Reads a manifest back and says it in plain words.

use std::fmt;
use std::fs::File;
use std::path::Path;

use c2pa::assertions::Actions;
use c2pa::{Reader, Relationship};

use crate::error::ProvenanceError;
use crate::making::plain;
use crate::sign::context;

pub(crate) const MP4: &str = "video/mp4";
/// What stands before the unsigned file's hash where a manifest names the very file it is about.
pub(crate) const INSTANCE: &str = "xmp:iid:";
/// Lines of one kind that are kept from a file that others may have made.
const MOST: usize = 200;

/// What a file's manifest says, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// True if the file is the one that was signed, byte for byte, and the signature fits.
    pub is_whole: bool,
    /// Codes of the C2PA specification for what is wrong; empty if nothing is.
    pub problems: Vec<String>,
    /// What it is called.
    pub title: String,
    /// blake3 of the file before it was signed, hex; empty if it does not say.
    pub unsigned_hash: String,
    /// Which program made the claim.
    pub generator: String,
    /// Whose certificate signed it. Not held against any list of who is trusted.
    pub signer: String,
    /// IPTC's address of what kind of thing it is; empty if it does not say.
    pub source_type: String,
    /// What was done, in order, such as `c2pa.created`.
    pub actions: Vec<String>,
    /// What it was made of and by.
    pub ingredients: Vec<Ingredient>,
}

/// One thing that went in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingredient {
    /// What it is called.
    pub title: String,
    /// True if it made something rather than being seen or heard.
    pub is_tool: bool,
    /// Licence, author, hash.
    pub description: String,
}

/// Reads the manifest of an MP4 file. What is wrong with it is in the answer; the whole file is read to tell.
///
/// # Errors
/// [`ProvenanceError`] if the file cannot be read, has no manifest, or one that cannot be taken apart.
pub fn read(path: &Path) -> Result<Credentials, ProvenanceError> {
    let file =
        File::open(path).map_err(|source| ProvenanceError::File { action: "read", path: path.to_owned(), source })?;
    let failed = |source| {
        let path = path.to_owned();
        if matches!(source, c2pa::Error::JumbfNotFound | c2pa::Error::ProvenanceMissing) {
            ProvenanceError::Unsigned { path }
        } else {
            ProvenanceError::Read { path, source: Box::new(source) }
        }
    };
    let reader = Reader::from_context(context().map_err(failed)?).with_stream(MP4, file).map_err(failed)?;
    let manifest = reader.active_manifest().ok_or_else(|| ProvenanceError::Unsigned { path: path.to_owned() })?;
    let statuses = reader.validation_status().unwrap_or_default();
    let problems =
        statuses.iter().filter(|status| !status.passed()).take(MOST).map(|status| plain(status.code())).collect();
    let told: Option<Actions> = [Actions::LABEL, Actions::LABEL_VERSIONED]
        .iter()
        .find_map(|label| manifest.find_assertion::<Actions>(label).ok());
    let actions = told.map(|told| told.actions).unwrap_or_default();
    let source_type = actions.iter().find_map(|action| action.source_type()).map(|source| {
        let value = serde_json::to_value(source).unwrap_or_default();
        plain(value.as_str().unwrap_or_default())
    });
    let generator = manifest
        .claim_generator_info
        .as_ref()
        .and_then(|infos| infos.first())
        .map(|info| plain(&format!("{} {}", info.name, info.version.as_deref().unwrap_or_default())));
    let of_signer = [manifest.common_name(), manifest.issuer()];
    Ok(Credentials {
        is_whole: reader.validation_state() != c2pa::ValidationState::Invalid,
        problems,
        title: plain(manifest.title().unwrap_or_default()),
        unsigned_hash: plain(manifest.instance_id().strip_prefix(INSTANCE).unwrap_or_default()),
        generator: generator.unwrap_or_default(),
        signer: plain(&of_signer.into_iter().flatten().collect::<Vec<String>>().join(", ")),
        source_type: source_type.unwrap_or_default(),
        actions: actions.iter().take(MOST).map(|action| plain(action.action())).collect(),
        ingredients: manifest.ingredients().iter().take(MOST).map(ingredient).collect(),
    })
}

fn ingredient(ingredient: &c2pa::Ingredient) -> Ingredient {
    Ingredient {
        title: plain(ingredient.title().unwrap_or_default()),
        is_tool: *ingredient.relationship() == Relationship::InputTo,
        description: plain(ingredient.description().unwrap_or_default()),
    }
}

impl fmt::Display for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = |text: &str| if text.is_empty() { "not said".to_owned() } else { text.to_owned() };
        if self.is_whole && self.problems.is_empty() {
            writeln!(formatter, "whole:     yes, the file is as it was signed")?;
        } else {
            writeln!(
                formatter,
                "whole:     NO, it was changed or its signature does not fit: {}",
                self.problems.join(", ")
            )?;
        }
        writeln!(formatter, "title:     {}", known(&self.title))?;
        writeln!(formatter, "made with: {}", known(&self.generator))?;
        writeln!(
            formatter,
            "signed by: {} (who that is was not checked against a list of trusted ones)",
            known(&self.signer)
        )?;
        let kind = self.source_type.rsplit('/').next().unwrap_or_default();
        let words = match kind {
            "trainedAlgorithmicMedia" => "all of it made by trained models (AI)",
            "compositeWithTrainedAlgorithmicMedia" => "parts of it made by trained models (AI)",
            "compositeSynthetic" => "put together by machine, without a trained model",
            other => other,
        };
        writeln!(formatter, "kind:      {}", known(words))?;
        writeln!(formatter, "actions:   {}", known(&self.actions.join(", ")))?;
        for (is_tool, head) in [(true, "made by:"), (false, "made of:")] {
            let of: Vec<&Ingredient> = self.ingredients.iter().filter(|one| one.is_tool == is_tool).collect();
            if !of.is_empty() {
                writeln!(formatter, "{head}")?;
            }
            for one in of {
                writeln!(formatter, "  {}: {}", known(&one.title), known(&one.description))?;
            }
        }
        Ok(())
    }
}
