//! The library of ONNX Runtime: opened at run time, once for the process.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;

use crate::error::ModelError;

/// The library keeps one environment for the process. If another part of the press opened it before, this is that one.
static ENVIRONMENT: Mutex<Option<Environment>> = Mutex::new(None);

/// What the system's own search is asked for.
const LIBRARY: &str = "libonnxruntime.so";

/// The environment that models are opened in.
///
/// # Errors
/// [`ModelError::Library`].
pub(crate) fn environment(wanted: Option<&Path>) -> Result<Environment, ModelError> {
    let mut slot = ENVIRONMENT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = slot.as_ref() {
        return Ok(environment.clone());
    }
    let named = || std::env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()).map(PathBuf::from);
    let path = wanted.map(Path::to_owned).or_else(named).unwrap_or_else(|| LIBRARY.into());
    let failed = |why: String| ModelError::Library { path: path.clone(), why };
    // A name is left to the system's search; a path that is not there needs no loader to say so.
    if path.components().count() > 1 && !path.is_file() {
        return Err(failed("there is no such file".to_owned()));
    }
    let builder = ort::init_from(&path).map_err(|error| failed(error.to_string()))?;
    let environment = builder.with_name("reelpress").with_telemetry(false).build();
    let environment = environment.map_err(|error| failed(error.to_string()))?;
    // What fails is told by the call that failed; the library would also write it to standard error.
    environment.set_log_level(LogLevel::Fatal);
    Ok(slot.insert(environment).clone())
}
