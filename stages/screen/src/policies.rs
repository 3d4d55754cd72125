//! The policies in force: the built-in ones, or a folder's, read again when they change. Files with mistakes change
//! nothing: what was in force stays.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use reelpress_core::events;
use reelpress_policy::{LoadError, Policies};

use crate::error::ScreenError;

/// Compiling them takes longer than a cut's whole screening.
static BUILT_IN: LazyLock<Arc<Policies>> = LazyLock::new(|| Arc::new(Policies::built_in()));

/// The built-in policies and the folder's last good ones.
#[derive(Debug, Default)]
pub(crate) struct PoliciesInForce {
    /// The files are small, so they are read each time: their content says whether they changed, a time stamp might not.
    from_files: Mutex<Option<FromFiles>>,
}

#[derive(Debug, Clone)]
struct FromFiles {
    path: PathBuf,
    policies: Arc<Policies>,
    /// What was wrong when they were last read; told once.
    wrong: Option<String>,
}

impl PoliciesInForce {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The policies that this setting names. A folder that never was right is an error; one that was keeps what it had.
    pub(crate) async fn current(&self, path: Option<&Path>) -> Result<Arc<Policies>, ScreenError> {
        let Some(path) = path else { return Ok(BUILT_IN.clone()) };
        let known = self.slot().clone().filter(|known| known.path == path);
        let (folder, hash) = (path.to_owned(), known.as_ref().map(|known| known.policies.hash().to_owned()));
        let reading = tokio::task::spawn_blocking(move || changed(&folder, hash.as_deref()));
        let read = reading.await.map_err(|_| ScreenError::InspectorDied)?;
        match (read, known) {
            (Ok(None), Some(known)) => {
                // What was wrong was put back to what is in force.
                if known.wrong.is_some() {
                    events::policies_reloaded(path, None);
                }
                Ok(self.put(path, known.policies, None))
            }
            (Ok(Some(policies)), _) => {
                events::policies_reloaded(path, None);
                Ok(self.put(path, Arc::new(policies), None))
            }
            (Err(error), Some(known)) => {
                let wrong = error.to_string();
                if known.wrong.as_deref() != Some(&wrong) {
                    events::policies_reloaded(path, Some(&wrong));
                }
                Ok(self.put(path, known.policies, Some(wrong)))
            }
            (Err(LoadError::Read { path, source }), None) => Err(ScreenError::PolicyRead { path, source }),
            (Err(LoadError::Wrong(problems)), None) => Err(ScreenError::Policy(problems)),
            // Without a hash to compare with, reading gives policies or an error.
            (Ok(None), None) => Ok(BUILT_IN.clone()),
        }
    }

    fn put(&self, path: &Path, policies: Arc<Policies>, wrong: Option<String>) -> Arc<Policies> {
        *self.slot() = Some(FromFiles { path: path.to_owned(), policies: policies.clone(), wrong });
        policies
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<FromFiles>> {
        self.from_files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `None` if the files are those of the hash.
fn changed(path: &Path, hash: Option<&str>) -> Result<Option<Policies>, LoadError> {
    let files = Policies::read(path)?;
    if hash == Some(Policies::hash_of(&files).as_str()) {
        return Ok(None);
    }
    Policies::parse(&files).map(Some).map_err(LoadError::Wrong)
}
