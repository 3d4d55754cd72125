//! The file's shape: reads a TOML tree key by key into [`Settings`] and collects every problem on the way.
//!
//! A derived deserialiser stops at its first mistake, so each key is read on its own here. A key that cannot be read
//! leaves its default in place, so that the keys after it are read too; the settings of a file with problems are then
//! thrown away.

mod accounts;
mod brand;
mod console;
mod context;
mod declared;
pub(crate) mod feeds;
mod list;
mod media;
mod nearest;
mod niches;
pub(crate) mod press;
mod routing;
mod safety;
mod screen;
mod secrets;
pub(crate) mod similar;
mod syntax;
mod table;
#[cfg(test)]
mod tests;
mod value;
mod voice;
mod writer;

use std::path::Path;

use toml::de::DeTable;

use crate::defaults::default_accounts;
use crate::environment::Environment;
use crate::problems::{Problem, Problems};
use crate::settings::{Niche, Settings};
use context::Context;
pub use context::position;
pub use nearest::nearest;
use table::Table;

/// Reads and checks a config file.
///
/// Relative paths in it are relative to its folder.
///
/// # Errors
/// Every problem of the file, or the one that it could not be read.
pub fn load(path: &Path, environment: &dyn Environment) -> Result<Settings, Problems> {
    let file_name = path.display().to_string();
    let unreadable = |line, column, message: String, hint: Option<&str>| {
        let hint = hint.map(str::to_owned);
        Problems::new(&file_name, vec![Problem { line, column, message, hint }])
    };
    let bytes = environment.read(path).map_err(|error| {
        unreadable(1, 1, format!("could not read the file: {error}"), Some("give another with `--config FILE`"))
    })?;
    let text = str::from_utf8(&bytes).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let (line, column) = context::position(&before, before.len());
        unreadable(line, column, "the file is not UTF-8 from here on".to_owned(), Some("save it as UTF-8"))
    })?;
    let base = path.parent().unwrap_or(Path::new(""));
    Settings::parse(&file_name, base, text, environment)
}

impl Settings {
    /// Checks the text of a config file. `file_name` stands before each problem; `base` is the folder that relative
    /// paths start from (empty: the working directory).
    ///
    /// # Errors
    /// Every problem of the text, in its order. After a mistake of syntax the rest is still checked, as far as it can
    /// be told what it was meant to be.
    pub fn parse(file_name: &str, base: &Path, text: &str, environment: &dyn Environment) -> Result<Self, Problems> {
        let context = Context::new(text, base, environment);
        let settings = read(&context, text);
        context.finish(file_name).map(|()| settings)
    }
}

fn read(context: &Context<'_>, text: &str) -> Settings {
    let (document, errors) = DeTable::parse_recoverable(text);
    syntax::note_all(context, text, errors);
    Table::root(context, document.get_ref()).read(|root| {
        let defaults = Settings::default();
        let trends = root.section("trends", feeds::trends);
        let niche = |table: &mut Table<'_, '_>| niches::niche(table, trends.embeddings.is_some());
        let niches = root.children("niches", niche).unwrap_or(defaults.niches);
        let accounts = root
            .children("accounts", |table| accounts::account(table, &niches))
            .unwrap_or_else(|| default_accounts(&niches));
        let voice = root.section("voice", |table| voice::voice(table, &niches));
        let library = voice.kokoro.as_ref().and_then(|model| model.library.as_deref());
        Settings {
            daemon: root.section("daemon", press::daemon),
            line: root.section("line", press::line),
            feeds: feeds::feeds(root),
            trends,
            script: root.section("script", writer::script),
            media: root.section("media", media::media),
            assemble: root.section("assemble", press::assemble),
            provenance: root.section("provenance", screen::provenance),
            screen: root.section("screen", |table| screen::screen(table, library)),
            review: root.section("review", press::review),
            console: root.section("console", console::console),
            schedule: root.section("schedule", press::schedule),
            deliver: root.section("deliver", press::deliver),
            devices: root.section("devices", |table| press::devices(table, &accounts)),
            voice,
            niches,
            accounts,
        }
    })
}

/// Every key that the reader knows, dotted, with `*` for a name that the file chooses: what it asks for when it reads
/// this text.
#[cfg(test)]
pub(crate) fn known_keys(text: &str, environment: &dyn Environment) -> std::collections::BTreeSet<String> {
    let context = Context::new(text, Path::new(""), environment);
    read(&context, text);
    context.known()
}

/// The names of niches, for a hint.
fn names_of(niches: &std::collections::BTreeMap<crate::Name, Niche>) -> Vec<&str> {
    niches.keys().map(crate::Name::as_str).collect()
}
