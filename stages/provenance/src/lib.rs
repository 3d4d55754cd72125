//! What a cut is made of, signed into its file as a C2PA manifest, and what it must be labelled as on each platform.
//!
//! [`Signer::sign`] is the last thing that happens to a cut's file before it is screened: a person approves the hash of
//! the signed file, and nothing rewrites it afterwards. [`read()`] says what any file's manifest claims and whether it
//! holds. Nothing here uses a network: no time stamps, no remote manifests.
#![forbid(unsafe_code)]

mod certificate;
mod error;
mod making;
mod read;
mod sign;

pub use certificate::Identity;
pub use error::ProvenanceError;
pub use making::{Making, Part, Role, SourceType};
pub use read::{Credentials, Ingredient, read};
pub use reelpress_vocabulary::{Commercial, LabelFacts, Labels, Way, labels};
pub use sign::{Signer, VERSION};

#[cfg(test)]
mod tests;
