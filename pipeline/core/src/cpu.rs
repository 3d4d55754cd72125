//! Workers for work that keeps a core busy (encoding a video): named threads fed by a bounded channel, so that such work
//! never holds up the async runtime.

use std::any::Any;
use std::fmt;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};
use tokio::sync::{Semaphore, oneshot};

type Work = Box<dyn FnOnce() + Send>;

/// Why a piece of work gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum CpuPoolError {
    /// The work panicked; its worker lives on.
    #[error("a piece of work panicked: {message}")]
    Panicked {
        /// What the panic said.
        message: String,
    },
    /// The workers are gone.
    #[error("the pool of cpu workers is closed")]
    Closed,
    /// The system refused a thread.
    #[error("could not start the thread `{name}`")]
    Spawn {
        /// Which worker.
        name: String,
        /// The system's word.
        #[source]
        source: std::io::Error,
    },
}

/// A fixed number of threads named `reelpress-cpu-0`, `reelpress-cpu-1` and so on. Clones share the threads, which end
/// when the last clone is gone and the work in hand is done.
#[derive(Clone)]
pub struct CpuPool {
    queue: Sender<Work>,
    /// One permit for each worker. A piece of work waits for its permit without holding a thread, and the channel has as
    /// many places as there are permits, so that sending never blocks.
    free: Arc<Semaphore>,
    size: NonZeroUsize,
}

impl CpuPool {
    /// Starts `threads` workers.
    ///
    /// # Errors
    /// [`CpuPoolError::Spawn`] if the system refuses a thread.
    pub fn new(threads: NonZeroUsize) -> Result<Self, CpuPoolError> {
        let (queue, work) = bounded::<Work>(threads.get());
        for at in 0..threads.get() {
            let (name, work) = (format!("reelpress-cpu-{at}"), work.clone());
            thread::Builder::new()
                .name(name.clone())
                .spawn(move || serve(&work))
                .map_err(|source| CpuPoolError::Spawn { name, source })?;
        }
        Ok(Self { queue, free: Arc::new(Semaphore::new(threads.get())), size: threads })
    }

    /// Runs `work` on a worker, first come first served, and gives back what it returns.
    ///
    /// # Errors
    /// - [`CpuPoolError::Panicked`]: the work panicked; the worker takes the next one.
    /// - [`CpuPoolError::Closed`]: the workers are gone.
    ///
    /// # Cancel safety
    /// Dropping the future before a worker took the work means that it never runs. Work that has begun runs to its end
    /// and keeps its worker busy until then: hand it a token if it must stop early.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, CpuPoolError> {
        let permit = Arc::clone(&self.free).acquire_owned().await.map_err(|_| CpuPoolError::Closed)?;
        let (answer, waiting) = oneshot::channel();
        let job: Work = Box::new(move || {
            if !answer.is_closed() {
                let outcome = catch_unwind(AssertUnwindSafe(work));
                // The asker may have gone away meanwhile; then nobody wants the answer.
                drop(answer.send(outcome));
            }
            drop(permit);
        });
        self.queue.try_send(job).map_err(|_| CpuPoolError::Closed)?;
        match waiting.await {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(panic)) => Err(CpuPoolError::Panicked { message: words_of(panic.as_ref()) }),
            Err(_) => Err(CpuPoolError::Closed),
        }
    }

    /// How many workers there are.
    #[must_use]
    pub fn size(&self) -> NonZeroUsize {
        self.size
    }
}

impl fmt::Debug for CpuPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CpuPool").field("size", &self.size).finish_non_exhaustive()
    }
}

fn serve(queue: &Receiver<Work>) {
    while let Ok(work) = queue.recv() {
        work();
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests;
