//! The thread that speaks. The engines of this machine block for milliseconds, a neural one for seconds: too long for a
//! task. One thread is enough, as one beat is spoken at a time.

use std::sync::Arc;
use std::thread::JoinHandle;

use async_trait::async_trait;
use reelpress_core::Job;
use tokio::sync::{mpsc, oneshot};

use crate::engine::{Engine, Order, Sound};
use crate::error::VoiceError;
use crate::{espeak, flite};

/// Requests that may wait for the thread; a caller beyond that waits for a place.
const QUEUE: usize = 4;

type Answer = Result<Sound, VoiceError>;
type Work = Box<dyn FnOnce() -> Answer + Send>;
type Errand = (Work, oneshot::Sender<Answer>);

/// Which library of this machine speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Library {
    EspeakNg,
    Flite,
}

/// Speaks on a thread of its own, which ends with this value.
#[derive(Debug)]
pub(crate) struct Speaker {
    errands: Option<mpsc::Sender<Errand>>,
    thread: Option<JoinHandle<()>>,
}

impl Speaker {
    pub(crate) fn start() -> Result<Self, VoiceError> {
        let (errands, mut waiting) = mpsc::channel::<Errand>(QUEUE);
        let work = move || {
            while let Some((work, answer)) = waiting.blocking_recv() {
                if answer.is_closed() {
                    continue;
                }
                // An error here means that the asking task was dropped meanwhile: nobody misses the answer.
                drop(answer.send(work()));
            }
        };
        let thread = std::thread::Builder::new().name("reelpress-voice".to_owned()).spawn(work);
        Ok(Self { errands: Some(errands), thread: Some(thread.map_err(VoiceError::Start)?) })
    }

    /// # Cancel safety
    /// Dropping the future gives the work up; what has begun is finished and thrown away.
    pub(crate) async fn run(&self, work: impl FnOnce() -> Answer + Send + 'static) -> Answer {
        let (answer, sound) = oneshot::channel();
        let errands = self.errands.as_ref().ok_or(VoiceError::Ended)?;
        errands.send((Box::new(work), answer)).await.map_err(|_| VoiceError::Ended)?;
        sound.await.map_err(|_| VoiceError::Ended)?
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        self.errands = None;
        // At most one order is in hand by now, and those still waiting have no listener.
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// An engine of this machine.
pub(crate) struct Local {
    pub(crate) library: Library,
    pub(crate) speaker: Arc<Speaker>,
}

#[async_trait]
impl Engine for Local {
    fn identity(&self) -> String {
        match self.library {
            Library::EspeakNg => espeak::version(),
            Library::Flite => flite::version(),
        }
    }

    fn sample_rate(&self) -> u32 {
        match self.library {
            Library::EspeakNg => espeak::SAMPLE_RATE,
            Library::Flite => flite::SAMPLE_RATE,
        }
    }

    async fn speak(&self, order: &Order, _job: &Job) -> Answer {
        let (library, order) = (self.library, order.clone());
        let speak = move || match library {
            Library::EspeakNg => espeak::speak(&order),
            Library::Flite => flite::speak(&order),
        };
        self.speaker.run(speak).await
    }
}
