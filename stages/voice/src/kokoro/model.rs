//! The model in ONNX Runtime: opened once, called with one text at a time.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::logging::LogLevel;
use ort::session::builder::GraphOptimizationLevel;
use ort::session::{RunOptions, Session};
use ort::value::{DynValue, Outlet, Tensor, TensorElementType};

use super::error::KokoroError;
use super::graph::Graph;
use super::style::STYLE;

/// The library is one for the process, and so is its environment.
static RUNTIME: Mutex<Option<Runtime>> = Mutex::new(None);

/// What the system's own search is asked for.
const LIBRARY: &str = "libonnxruntime.so";

struct Runtime {
    path: PathBuf,
    environment: Environment,
    version: String,
}

/// Opens the library if it was not opened yet; gives its version, such as `onnxruntime 6af1a93`.
///
/// # Errors
/// [`KokoroError::Library`], [`KokoroError::LibraryChanged`].
pub(super) fn open_library(wanted: Option<&Path>) -> Result<String, KokoroError> {
    with_runtime(wanted, |runtime| Ok(runtime.version.clone()))
}

fn with_runtime<T>(
    wanted: Option<&Path>,
    work: impl FnOnce(&Runtime) -> Result<T, KokoroError>,
) -> Result<T, KokoroError> {
    let named = || std::env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()).map(PathBuf::from);
    let path = wanted.map(Path::to_owned).or_else(named).unwrap_or_else(|| LIBRARY.into());
    let mut slot = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = match slot.as_ref() {
        Some(runtime) if runtime.path == path => runtime,
        Some(runtime) => return Err(KokoroError::LibraryChanged { open: runtime.path.clone(), wanted: path }),
        None => slot.insert(Runtime::open(path)?),
    };
    work(runtime)
}

impl Runtime {
    fn open(path: PathBuf) -> Result<Self, KokoroError> {
        let failed = |why: String| KokoroError::Library { path: path.clone(), why };
        // A name is left to the system's search; a path that is not there needs no loader to say so.
        if path.components().count() > 1 && !path.is_file() {
            return Err(failed("there is no such file".to_owned()));
        }
        let builder = ort::init_from(&path).map_err(|error| failed(error.to_string()))?;
        let environment = builder.with_name("reelpress").with_telemetry(false).build();
        let environment = environment.map_err(|error| failed(error.to_string()))?;
        // What fails is told by the call that failed; the library would also write it to standard error.
        environment.set_log_level(LogLevel::Fatal);
        let version = version(ort::info());
        Ok(Self { path, environment, version })
    }
}

/// The commit that the library was built from, which is all that it tells of its version; else a hash of what it tells.
fn version(info: &str) -> String {
    let commit = info.split(", ").find_map(|part| part.split_once("git-commit-id=")).map(|(_, commit)| commit.trim());
    match commit.filter(|commit| !commit.is_empty()) {
        Some(commit) => format!("onnxruntime {commit}"),
        None => format!("onnxruntime {}", &blake3::hash(info.as_bytes()).to_hex()[..8]),
    }
}

/// An opened model.
#[derive(Debug)]
pub(super) struct Model {
    session: Session,
    tokens: String,
    sound: String,
    durations: Option<String>,
}

/// What one call gave.
#[derive(Debug)]
pub(super) struct Spoken {
    /// 24,000 a second, about -1 to 1.
    pub(super) samples: Vec<f32>,
    /// For each symbol and the two edges; `None` if the model does not tell.
    pub(super) durations: Option<Vec<usize>>,
}

impl Model {
    /// # Errors
    /// [`KokoroError::Model`] if the file is not a model with the inputs and outputs of Kokoro; else as [`open_library`].
    pub(super) fn open(
        library: Option<&Path>,
        path: &Path,
        mut file: Vec<u8>,
        threads: usize,
    ) -> Result<Self, KokoroError> {
        let failed = |why: String| KokoroError::Model { path: path.to_owned(), why };
        let graph = Graph::read(&file).ok_or_else(|| failed("it is no ONNX file".to_owned()))?;
        graph.give_out_durations(&mut file);
        if graph.durations.is_none() {
            tracing::warn!(model = %path.display(), "the model tells no durations: word times are estimated");
        }
        if graph.draws {
            tracing::warn!(model = %path.display(), "the model draws random numbers: no two sounds are the same");
        }
        let session = with_runtime(library, |runtime| {
            let session = || -> ort::Result<Session> {
                Session::builder(&runtime.environment)?
                    .with_optimization_level(GraphOptimizationLevel::All)?
                    .with_intra_threads(threads)?
                    .with_inter_threads(1)?
                    .with_deterministic_compute(true)?
                    .commit_from_memory(&file)
            };
            session().map_err(|error| failed(error.to_string()))
        })?;
        let tokens =
            ["input_ids", "tokens"].into_iter().find(|name| has(session.inputs(), name, TensorElementType::Int64));
        let (Some(tokens), true, true) = (
            tokens,
            has(session.inputs(), "style", TensorElementType::Float32),
            has(session.inputs(), "speed", TensorElementType::Float32),
        ) else {
            return Err(failed(format!("its inputs are {}, not input_ids, style and speed", names(session.inputs()))));
        };
        let sound = ["waveform", "audio"];
        let sound = sound.into_iter().find(|name| has(session.outputs(), name, TensorElementType::Float32));
        let Some(sound) = sound else {
            return Err(failed(format!("its outputs are {}, not waveform", names(session.outputs()))));
        };
        let (tokens, sound) = (tokens.to_owned(), sound.to_owned());
        Ok(Self { session, tokens, sound, durations: graph.durations })
    }

    /// Speaks symbols, the edges among them; `style` has 256 numbers. Takes about half the sound's length.
    ///
    /// # Errors
    /// The library's word. Also if `options` were told to end meanwhile.
    pub(super) fn speak(
        &mut self,
        symbols: &[i64],
        style: &[f32],
        speed: f32,
        options: &RunOptions,
    ) -> Result<Spoken, String> {
        let said = |error: ort::Error| error.to_string();
        let inputs = vec![
            (
                self.tokens.as_str(),
                Tensor::from_array(([1, symbols.len()], symbols.to_vec())).map_err(said)?.into_dyn(),
            ),
            ("style", Tensor::from_array(([1, STYLE], style.to_vec())).map_err(said)?.into_dyn()),
            ("speed", Tensor::from_array(([1_usize], vec![speed])).map_err(said)?.into_dyn()),
        ];
        let outputs = self.session.run_with_options(inputs, options).map_err(said)?;
        let sound = outputs.get(&self.sound).ok_or("it gave no sound")?;
        let (_, samples) = sound.try_extract_tensor::<f32>().map_err(said)?;
        let durations = self.durations.as_ref().and_then(|name| whole_numbers(outputs.get(name)?));
        Ok(Spoken { samples: samples.to_vec(), durations })
    }
}

fn has(outlets: &[Outlet], name: &str, kind: TensorElementType) -> bool {
    outlets.iter().any(|outlet| outlet.name() == name && outlet.dtype().tensor_type() == Some(kind))
}

fn names(outlets: &[Outlet]) -> String {
    outlets.iter().map(|outlet| format!("{} ({})", outlet.name(), outlet.dtype())).collect::<Vec<_>>().join(", ")
}

/// The numbers of a tensor of whatever type; `None` if one of them is no duration.
fn whole_numbers(tensor: &DynValue) -> Option<Vec<usize>> {
    if let Ok((_, numbers)) = tensor.try_extract_tensor::<i64>() {
        return numbers.iter().map(|number| usize::try_from(*number).ok()).collect();
    }
    if let Ok((_, numbers)) = tensor.try_extract_tensor::<i32>() {
        return numbers.iter().map(|number| usize::try_from(*number).ok()).collect();
    }
    let (_, numbers) = tensor.try_extract_tensor::<f32>().ok()?;
    numbers.iter().map(|number| (0.0..1e6).contains(number).then(|| number.round() as usize)).collect()
}
