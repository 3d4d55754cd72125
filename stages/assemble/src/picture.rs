//! What pictures are painted with: planes, kernels, sprites, masks, type, drawn backgrounds. [`crate::compose`] puts them
//! together.

pub(crate) mod background;
pub(crate) mod fonts;
pub(crate) mod kernels;
pub(crate) mod mask;
pub(crate) mod motion;
pub(crate) mod planes;
pub(crate) mod shade;
pub(crate) mod sprite;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod text;
pub(crate) mod words;

pub use fonts::{Fonts, INSTALL_SCRIPTS};
pub(crate) use planes::Picture420;
pub use planes::{PlanesMut, Rect};

use std::io;
use std::path::PathBuf;

/// A spoken word and when it is heard.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct TimedWord {
    /// As written, with its punctuation.
    pub text: String,
    /// The frame of its first sound: here its highlight begins.
    pub start_frame: u64,
    /// The frame after its last sound.
    pub end_frame: u64,
}

/// Why a video's pictures cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The plan contradicts itself.
    #[error("picture plan: {what}")]
    Plan {
        /// What is wrong with it, with the value.
        what: String,
    },
    /// None of the families of a look is installed.
    #[error("none of the fonts {} is installed (install them: `{hint}`)", families.join(", "))]
    MissingFont {
        /// In the order of the look.
        families: Vec<String>,
        /// The command that installs those of the built-in looks.
        hint: &'static str,
    },
    /// This host has no fonts at all.
    #[error("no font is installed (install some: `{hint}`)")]
    NoFonts {
        /// The command that installs those of the built-in looks.
        hint: &'static str,
    },
    /// A font's file could not be read.
    #[error("could not read the font file {}", file.display())]
    FontFile {
        /// The file.
        file: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// A letter of a text could not be shown.
    #[error("{what}")]
    MissingGlyph {
        /// Which, of what text, and what to install.
        what: String,
    },
    /// A picture or clip of a plan cannot be shown.
    #[error(transparent)]
    Source(#[from] crate::source::SourceError),
}
