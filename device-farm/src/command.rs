//! The closed list of what a phone is ever asked to do. Nothing here taps, swipes or types, and there is no way to pass
//! a command as text: a new command is a new variant, with typed arguments that are quoted on the way out.

use std::fmt;

use crate::error::FarmError;

/// A file or folder below the phone's shared storage: letters, digits, `.`, `_`, `-` and `/`, never `..`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PhonePath(String);

/// Where `/sdcard` really is for the phone's owner; the media scan does not follow the link.
const SHARED_STORAGE: &str = "/storage/emulated/0/";

impl PhonePath {
    /// The folder of `devices.folder`, below `/sdcard/` (or its real place).
    pub(crate) fn folder(text: &str) -> Result<Self, FarmError> {
        let below = text.strip_prefix("/sdcard/").or_else(|| text.strip_prefix(SHARED_STORAGE));
        let below = below.map(|rest| rest.trim_end_matches('/')).filter(|rest| {
            rest.len() <= 200
                && rest.split('/').all(|part| {
                    !part.is_empty()
                        && !part.starts_with('.')
                        && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
                })
        });
        match below {
            Some(below) => Ok(Self(format!("{SHARED_STORAGE}{below}"))),
            None => Err(FarmError::Folder { folder: text.to_owned() }),
        }
    }

    /// The video `name` in this folder.
    pub(crate) fn video(&self, name: &str) -> Result<Self, FarmError> {
        let stem = name.strip_suffix(".mp4").unwrap_or_default();
        let fine = stem.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fine && (1..=150).contains(&stem.len()) {
            Ok(Self(format!("{}/{name}", self.0)))
        } else {
            Err(FarmError::Name { name: name.to_owned() })
        }
    }

    /// The same file while it is being written: no video to the media scan, so half a file never shows.
    pub(crate) fn part(&self) -> PartPath {
        PartPath(Self(format!("{}.part", self.0)))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhonePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file of ours that is not finished: the only kind of file we ever remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PartPath(PhonePath);

impl PartPath {
    pub(crate) fn path(&self) -> &PhonePath {
        &self.0
    }
}

/// A property that says what a phone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Property {
    /// Its identity: stays the same on every cable and network.
    SerialNumber,
    /// Its maker's name for it.
    Model,
    /// Its Android's API level.
    Sdk,
}

impl Property {
    fn key(self) -> &'static str {
        match self {
            Self::SerialNumber => "ro.serialno",
            Self::Model => "ro.product.model",
            Self::Sdk => "ro.build.version.sdk",
        }
    }
}

/// Everything a phone is ever asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// What it is.
    Property(Property),
    /// Makes a folder and those above it.
    MakeFolder(PhonePath),
    /// Hashes a file.
    Sha256(PhonePath),
    /// Gives a finished file its name.
    Finish(PartPath, PhonePath),
    /// Removes an unfinished file.
    RemovePart(PartPath),
    /// Makes the media index look at a file (API 30 and newer).
    Scan(PhonePath),
    /// The same for API 26 to 29.
    ScanByBroadcast(PhonePath),
    /// What the media index knows about a file.
    Indexed(PhonePath),
}

impl Command {
    /// What the phone's shell gets: each argument in single quotes.
    pub(crate) fn line(&self) -> String {
        let words: Vec<String> = match self {
            Self::Property(property) => vec!["getprop".into(), property.key().into()],
            Self::MakeFolder(path) => vec!["mkdir".into(), "-p".into(), path.0.clone()],
            Self::Sha256(path) => vec!["sha256sum".into(), path.0.clone()],
            Self::Finish(part, path) => vec!["mv".into(), "-f".into(), part.0.0.clone(), path.0.clone()],
            Self::RemovePart(part) => vec!["rm".into(), "-f".into(), part.0.0.clone()],
            Self::Scan(path) => ["content", "call", "--uri", "content://media", "--method", "scan_file", "--arg"]
                .map(String::from)
                .into_iter()
                .chain([path.0.clone()])
                .collect(),
            Self::ScanByBroadcast(path) => {
                ["am", "broadcast", "-a", "android.intent.action.MEDIA_SCANNER_SCAN_FILE", "-d"]
                    .map(String::from)
                    .into_iter()
                    .chain([format!("file://{path}")])
                    .collect()
            }
            Self::Indexed(path) => [
                "content",
                "query",
                "--uri",
                "content://media/external/video/media",
                "--projection",
                "_id:_size:duration",
                "--where",
            ]
            .map(String::from)
            .into_iter()
            .chain([format!("_data='{path}'")])
            .collect(),
        };
        let (program, arguments) = words.split_first().expect("every command has a program");
        arguments.iter().fold(program.clone(), |line, argument| format!("{line} {}", quoted(argument)))
    }

    /// What it is called in errors.
    pub(crate) fn action(&self) -> &'static str {
        match self {
            Self::Property(_) => "reading a property",
            Self::MakeFolder(_) => "making a folder",
            Self::Sha256(_) => "hashing a file",
            Self::Finish(..) => "renaming a file",
            Self::RemovePart(_) => "removing an unfinished file",
            Self::Scan(_) | Self::ScanByBroadcast(_) => "the media scan",
            Self::Indexed(_) => "asking the media index",
        }
    }
}

/// One word to a POSIX shell, whatever it holds.
fn quoted(argument: &str) -> String {
    format!("'{}'", argument.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
