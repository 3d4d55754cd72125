//! The thread that merges, for those who want one.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread::{Builder, JoinHandle};

use crate::{Index, IndexError};

/// Merges in the background as long as it lives. Dropping it waits for a merge that is under way: half a microsecond a
/// hash.
#[derive(Debug)]
pub struct Keeper {
    index: Arc<Index>,
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts it. `on_error` is told what went wrong; the keeper tries again after the next change.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub fn start(index: Arc<Index>, on_error: impl Fn(IndexError) + Send + 'static) -> io::Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        let (theirs, over) = (index.clone(), is_over.clone());
        let thread = Builder::new().name("index-merge".to_owned()).spawn(move || keep(&theirs, &over, &on_error))?;
        Ok(Self { index, is_over, thread: Some(thread) })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // Under the lock, so that the thread cannot miss it between its look and its wait.
        let wanted = self.index.work.is_wanted.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_over.store(true, Ordering::Release);
        drop(wanted);
        self.index.work.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has told so itself.
            let _told_already = thread.join();
        }
    }
}

fn keep(index: &Index, is_over: &AtomicBool, on_error: &dyn Fn(IndexError)) {
    let over = || is_over.load(Ordering::Acquire);
    while !over() {
        let mut wanted = index.work.is_wanted.lock().unwrap_or_else(PoisonError::into_inner);
        while !*wanted && !over() {
            wanted = index.work.changed.wait(wanted).unwrap_or_else(PoisonError::into_inner);
        }
        *wanted = false;
        drop(wanted);
        while !over() {
            match index.merge_step() {
                Ok(Some(_)) => {}
                Ok(None) => break,
                Err(error) => {
                    on_error(error);
                    break;
                }
            }
        }
    }
}
