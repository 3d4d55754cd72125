//! What a config file refers to outside itself: variables and files that hold secrets.

use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// The largest file that is read as settings or as a secret, in bytes: a wrong path (a video, `/dev/zero`) must not fill
/// the memory.
const LARGEST_FILE: u64 = 4 << 20;

#[cfg(test)]
mod tests;

/// Where the config file and its secrets are read from. The process in the daemon, a table in tests.
pub trait Environment: Send + Sync {
    /// The value of an environment variable, or `None` if it is not set.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidData`] if the value is not UTF-8.
    fn variable(&self, name: &str) -> io::Result<Option<String>>;

    /// The whole content of a file.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::FileTooLarge`] above 4 MiB.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
}

/// The process's own environment variables and file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn variable(&self, name: &str) -> io::Result<Option<String>> {
        match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            // The variable's value may be a secret, so the error that quotes it is not kept.
            Err(std::env::VarError::NotUnicode(_)) => Err(io::Error::new(io::ErrorKind::InvalidData, "not UTF-8")),
        }
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        // A pipe would be waited for, and a reload could not read it a second time.
        if std::fs::metadata(path)?.file_type().is_fifo() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a pipe, not a file"));
        }
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST_FILE {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {LARGEST_FILE} bytes")));
        }
        Ok(bytes)
    }
}
