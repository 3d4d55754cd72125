//! The fonts of this host.

use std::path::Path;
use std::sync::Arc;

use cosmic_text::fontdb::Database;
use reelpress_templates::Typeface;

use super::PictureError;

/// What brings the fonts of the built-in looks to a Debian or Ubuntu host.
pub(crate) const INSTALL: &str = "apt-get install fonts-inter fonts-open-sans fonts-dejavu-core";

/// The fonts of this host, read once and shared by all painters. A clone is cheap.
#[derive(Debug, Clone)]
pub struct Fonts {
    database: Arc<Database>,
}

impl Fonts {
    /// Reads the list of all installed fonts; takes up to a second.
    ///
    /// # Errors
    /// [`PictureError::NoFonts`] if there is none.
    pub fn system() -> Result<Self, PictureError> {
        let mut database = Database::new();
        database.load_system_fonts();
        Self::from_database(database)
    }

    /// Reads the fonts of one folder and no others.
    ///
    /// # Errors
    /// [`PictureError::NoFonts`] if there is none.
    pub fn in_folder(folder: &Path) -> Result<Self, PictureError> {
        let mut database = Database::new();
        database.load_fonts_dir(folder);
        Self::from_database(database)
    }

    fn from_database(database: Database) -> Result<Self, PictureError> {
        if database.is_empty() {
            return Err(PictureError::NoFonts { hint: INSTALL });
        }
        Ok(Self { database: Arc::new(database) })
    }

    /// True if a family of this name is there (in any case of letters).
    #[must_use]
    pub fn has(&self, family: &str) -> bool {
        self.database.faces().any(|face| face.families.iter().any(|(name, _)| name.eq_ignore_ascii_case(family)))
    }

    /// The first family of a list that is there, by the name it has itself.
    ///
    /// # Errors
    /// [`PictureError::MissingFont`] if none is.
    pub(crate) fn first_of(&self, face: &Typeface) -> Result<String, PictureError> {
        let own_name = |wanted: &String| {
            self.database
                .faces()
                .flat_map(|face| &face.families)
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
                .map(|(name, _)| name.clone())
        };
        face.families
            .iter()
            .find_map(own_name)
            .ok_or_else(|| PictureError::MissingFont { families: face.families.clone(), hint: INSTALL })
    }

    pub(crate) fn database(&self) -> Database {
        self.database.as_ref().clone()
    }
}
