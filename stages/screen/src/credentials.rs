//! Whether the file says what it was made of, and whether that still holds.

use reelpress_config::Settings;
use reelpress_vocabulary::{Cut, Finding, Severity};

use crate::file::block;
use crate::inspect::Credentials;

/// The rule's id.
const RULE: &str = "label.credentials";

/// A file must be signed while the settings say so, and what is signed must hold whatever they say.
pub(crate) fn findings(settings: &Settings, cut: &Cut, found: &Credentials) -> Vec<Finding> {
    let wrong = match found {
        Credentials::Missing if settings.provenance.enabled => {
            "file has no content credentials (it was made while `enabled` in [provenance] was false: order it again)"
                .to_owned()
        }
        Credentials::Missing if cut.unsigned.is_some() => {
            "file was signed, and its content credentials are gone".to_owned()
        }
        Credentials::Missing => {
            return vec![Finding {
                rule: RULE.to_owned(),
                severity: Severity::Note,
                message: "file is not signed, because `enabled` in [provenance] is false".to_owned(),
                ..Finding::default()
            }];
        }
        Credentials::Broken { why } => format!("content credentials do not hold: {why}"),
        Credentials::Whole { unsigned } if Some(unsigned) != cut.unsigned.as_ref() => {
            let expected = cut.unsigned.as_deref().unwrap_or("none");
            format!("content credentials are those of another cut: they name {unsigned}, not {expected}")
        }
        // Where nobody could look, the one who reads files says so, once.
        Credentials::Whole { .. } | Credentials::NotLookedAt => return Vec::new(),
    };
    vec![block(RULE, wrong)]
}
