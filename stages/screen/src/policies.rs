//! The policy in force: the built-in one, or a file that is read again when it changes.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::ScreenError;
use crate::policy::{Policy, PolicyProblem, PolicyProblems};

/// Largest policy file, in bytes.
const FILE_BYTES_MAX: usize = 1 << 20;

/// Compiled policies: the built-in one and the file's last.
#[derive(Debug)]
pub(crate) struct Policies {
    built_in: Arc<Policy>,
    /// The file is small, so it is read each time: its content says whether it changed, a time stamp might not.
    from_file: Mutex<Option<(PathBuf, Arc<Policy>)>>,
}

impl Policies {
    pub(crate) fn new() -> Self {
        Self { built_in: Arc::new(Policy::built_in()), from_file: Mutex::new(None) }
    }

    pub(crate) async fn current(&self, path: Option<&Path>) -> Result<Arc<Policy>, ScreenError> {
        let Some(path) = path else { return Ok(self.built_in.clone()) };
        let read = |source| ScreenError::PolicyRead { path: path.to_owned(), source };
        let bytes = tokio::fs::read(path).await.map_err(read)?;
        let whole = |message: String| {
            let problems = vec![PolicyProblem { line: 1, column: 1, message }];
            ScreenError::Policy(PolicyProblems { file: path.display().to_string(), problems })
        };
        if bytes.len() > FILE_BYTES_MAX {
            return Err(whole(format!("file has {} bytes, more than {FILE_BYTES_MAX}", bytes.len())));
        }
        let text = String::from_utf8(bytes).map_err(|error| whole(format!("file is not UTF-8: {error}")))?;
        let hash = blake3::hash(text.as_bytes()).to_hex();
        let mut cached = self.from_file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, policy)) = cached.as_ref()
            && known == path
            && policy.hash() == hash.as_str()
        {
            return Ok(policy.clone());
        }
        let policy = Arc::new(Policy::parse(&path.display().to_string(), &text).map_err(ScreenError::Policy)?);
        *cached = Some((path.to_owned(), policy.clone()));
        Ok(policy)
    }
}
