//! What the ports of the runtime are made of: the sled journal and the artifact store.
//!
//! [`SledJournal`] keeps every record in one embedded database and commits them in groups. [`FolderArtifacts`] keeps
//! bytes in any `object_store`, a local folder by default.
#![forbid(unsafe_code)]

mod artifacts;
mod journal;

pub use artifacts::{ArtifactFolderError, FolderArtifacts};
pub use journal::SledJournal;
