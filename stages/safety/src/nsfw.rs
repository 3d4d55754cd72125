//! `open_nsfw`, Yahoo's model for nudity in pictures, in ONNX Runtime.
//!
//! What it was trained with is what it is given: the whole picture squeezed to 256x256, of that the middle 224x224, blue
//! before green before red, each less the mean of its training pictures (104, 117, 123). It answers two probabilities,
//! of pictures that may be shown at work and of such that may not; the second is the risk in `sexual`. It knows nothing
//! else: no blood, no weapon, no drawn or hinted nudity.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use ort::session::builder::GraphOptimizationLevel;
use ort::session::{RunOptions, Session};
use ort::value::{Outlet, Tensor, TensorElementType};
use reelpress_config::Settings;

use crate::error::ModelError;
use crate::frame::Rgb;
use crate::{onnx, runtime};

/// The side that the picture is squeezed to, and that of the middle of it that the model sees.
const SQUEEZED: usize = 256;
const SEEN: usize = 224;
/// Blue, green, red.
const MEAN: [f32; 3] = [104.0, 117.0, 123.0];
/// Biggest model file; `open_nsfw` has 24 MB.
const FILE_MAX: u64 = 256 << 20;

/// What settings say of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Order {
    path: PathBuf,
    pin: Option<String>,
    library: Option<PathBuf>,
}

impl Order {
    /// `None` if no model is to look.
    pub(crate) fn of(settings: &Settings) -> Option<Self> {
        let safety = &settings.screen.safety;
        let of_voice = || settings.voice.kokoro.as_ref().and_then(|model| model.library.clone());
        let library = safety.library.clone().or_else(of_voice);
        Some(Self { path: safety.nsfw_model.clone()?, pin: safety.nsfw_model_hash.clone(), library })
    }

    fn file_failed(&self, why: &dyn ToString) -> ModelError {
        ModelError::File { path: self.path.clone(), why: why.to_string() }
    }

    /// The file as it is now.
    fn state(&self) -> Result<State, ModelError> {
        let about = std::fs::metadata(&self.path).map_err(|error| self.file_failed(&error))?;
        if about.len() > FILE_MAX {
            return Err(self.file_failed(&format!("it has {} bytes, more than {FILE_MAX}", about.len())));
        }
        Ok(State { order: self.clone(), bytes: about.len(), changed: about.modified().ok() })
    }

    /// The file's bytes and their blake3, if they are a model and the one that is pinned.
    ///
    /// # Errors
    /// [`ModelError`].
    pub(crate) fn read(&self) -> Result<(Vec<u8>, String), ModelError> {
        self.state()?;
        let file = std::fs::read(&self.path).map_err(|error| self.file_failed(&error))?;
        let hash = blake3::hash(&file).to_hex().to_string();
        if let Some(wanted) = self.pin.clone().filter(|wanted| *wanted != hash) {
            return Err(ModelError::Pin { path: self.path.clone(), is: hash, wanted });
        }
        if !onnx::is_whole(&file) {
            return Err(ModelError::NotOnnx { path: self.path.clone() });
        }
        Ok((file, hash))
    }
}

/// The model's file at one time: what is opened stays open as long as this is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    order: Order,
    bytes: u64,
    changed: Option<SystemTime>,
}

/// Keeps the model open over cuts and reloads.
#[derive(Default)]
pub(crate) struct Nsfw {
    kept: Mutex<Option<(State, Result<Model, ModelError>)>>,
}

/// What the model said.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    /// Name and hash of the model.
    pub(crate) by: String,
    /// One for each picture, 0 to 1.
    pub(crate) risks: Vec<f32>,
}

struct Model {
    session: Session,
    by: String,
    input: String,
    output: String,
}

/// Ends a run from outside.
#[derive(Default)]
pub(crate) struct Stop(Mutex<Running>);

#[derive(Default)]
enum Running {
    #[default]
    NotYet,
    With(Arc<RunOptions>),
    Ended,
}

impl Nsfw {
    /// Has the model look at pictures, one after the other. Takes about 50 ms of one core for each; blocks.
    ///
    /// # Errors
    /// [`ModelError`]; a file that is no model is not opened again until it changes.
    pub(crate) fn look<'a>(
        &self,
        order: &Order,
        pictures: impl Iterator<Item = &'a Rgb>,
        stop: &Stop,
    ) -> Result<Seen, ModelError> {
        let environment = runtime::environment(order.library.as_deref())?;
        let state = order.state()?;
        // A panic inside leaves the session as it was between two pictures.
        let mut slot = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.as_ref().is_none_or(|(before, _)| *before != state) {
            // Two models at a time would take twice the memory.
            *slot = None;
            *slot = Some((state, Model::open(order, &environment)));
        }
        let model = match slot.as_mut() {
            Some((_, Ok(model))) => model,
            Some((_, Err(error))) => return Err(error.clone()),
            None => return Err(order.file_failed(&"it was not opened")),
        };
        let options = stop.options()?;
        let risks = pictures.map(|picture| model.risk(picture, &options)).collect::<Result<_, _>>()?;
        Ok(Seen { by: model.by.clone(), risks })
    }
}

impl Model {
    fn open(order: &Order, environment: &ort::environment::Environment) -> Result<Self, ModelError> {
        let (file, hash) = order.read()?;
        let failed = |why: String| ModelError::Model { path: order.path.clone(), why };
        let session = || -> ort::Result<Session> {
            Session::builder(environment)?
                .with_optimization_level(GraphOptimizationLevel::All)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_deterministic_compute(true)?
                .commit_from_memory(&file)
        };
        let session = session().map_err(|error| failed(error.to_string()))?;
        let side = SEEN as i64;
        let (Some(input), Some(output)) = (
            one(session.inputs(), |shape| shape.len() == 4 && shape[1..] == [side, side, 3]),
            one(session.outputs(), |shape| shape.len() == 2 && (shape[1] == 2 || shape[1] < 0)),
        ) else {
            let (inputs, outputs) = (told(session.inputs()), told(session.outputs()));
            return Err(failed(format!(
                "it takes {inputs} and gives {outputs}, not pictures of {SEEN}x{SEEN}x3 and two probabilities"
            )));
        };
        Ok(Self { session, by: format!("open_nsfw {}", &hash[..8]), input, output })
    }

    fn risk(&mut self, picture: &Rgb, options: &RunOptions) -> Result<f32, ModelError> {
        let failed = |why: String| ModelError::Run { why };
        let said = |error: ort::Error| failed(error.to_string());
        let numbers = given(picture).ok_or_else(|| failed("a picture could not be scaled".to_owned()))?;
        let tensor = Tensor::from_array(([1, SEEN, SEEN, 3], numbers)).map_err(said)?.into_dyn();
        let outputs = self.session.run_with_options(vec![(self.input.as_str(), tensor)], options).map_err(said)?;
        let output = outputs.get(&self.output).ok_or_else(|| failed("it gave no answer".to_owned()))?;
        let (_, likely) = output.try_extract_tensor::<f32>().map_err(said)?;
        match likely {
            [_, risk] if (0.0..=1.0).contains(risk) => Ok(*risk),
            other => Err(failed(format!("it gave {other:?}, not two probabilities"))),
        }
    }
}

/// The only outlet, if it holds floats in a shape that fits.
fn one(outlets: &[Outlet], fits: impl Fn(&[i64]) -> bool) -> Option<String> {
    let [outlet] = outlets else { return None };
    let of_floats = outlet.dtype().tensor_type() == Some(TensorElementType::Float32);
    (of_floats && outlet.dtype().tensor_shape().is_some_and(|shape| fits(shape))).then(|| outlet.name().to_owned())
}

fn told(outlets: &[Outlet]) -> String {
    let each = outlets.iter().map(|outlet| format!("{} ({})", outlet.name(), outlet.dtype()));
    each.collect::<Vec<_>>().join(", ")
}

/// What the model is given of a picture.
fn given(picture: &Rgb) -> Option<Vec<f32>> {
    const EDGE: usize = (SQUEEZED - SEEN) / 2;
    let squeezed = picture.squeezed(SQUEEZED, SQUEEZED)?;
    let rows = squeezed.bytes.chunks_exact(SQUEEZED * 3).skip(EDGE).take(SEEN);
    let pixels = rows.flat_map(|row| row[EDGE * 3..(EDGE + SEEN) * 3].chunks_exact(3));
    let less_mean = |pixel: &[u8]| [2, 1, 0].map(|channel| f32::from(pixel[channel]) - MEAN[2 - channel]);
    Some(pixels.flat_map(less_mean).collect())
}

impl Stop {
    /// What this run is run with; what it took is given back behind it.
    fn options(&self) -> Result<Arc<RunOptions>, ModelError> {
        let failed = |why: String| ModelError::Run { why };
        let options = || -> ort::Result<RunOptions> {
            let mut options = RunOptions::new()?;
            options.set("memory.enable_memory_arena_shrinkage", "cpu:0")?;
            Ok(options)
        };
        let options = Arc::new(options().map_err(|error| failed(error.to_string()))?);
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*running, Running::Ended) {
            return Err(failed("it was stopped before it began".to_owned()));
        }
        *running = Running::With(Arc::clone(&options));
        Ok(options)
    }

    /// Ends the run that is under way, and lets none begin.
    pub(crate) fn end(&self) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Running::With(options) = std::mem::replace(&mut *running, Running::Ended) {
            // Nothing else can be done about a model that will not stop.
            drop(options.terminate());
        }
    }
}

#[cfg(test)]
mod tests;
