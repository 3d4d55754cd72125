//! One turn after the other: how many ask a host at once, how far apart, and which host wants to be left alone.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

use crate::ask::Pace;
use crate::error::WebError;
use crate::without_secrets;

/// Places of a host; a question takes `PLACES / parallel` of them, so that everybody's own limit holds beside the others'.
const PLACES: u32 = 12;
/// Most who wait for one host.
const WAITING: usize = 64;
/// Most hosts remembered; those in use are never forgotten, and those that are held only when they are as many again.
const HOSTS: usize = 1_024;

/// All hosts that were asked.
#[derive(Debug, Default)]
pub(crate) struct Hosts {
    by_name: Mutex<BTreeMap<String, Arc<Host>>>,
}

#[derive(Debug)]
struct Host {
    places: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: usize,
    /// When the next request may start.
    next: Option<Instant>,
    /// `Retry-After`
    held_until: Option<Timestamp>,
}

/// The right to send one request. Ends with the value.
#[derive(Debug)]
pub(crate) struct Turn {
    _places: OwnedSemaphorePermit,
}

/// Counts who waits, also when the wait is given up.
struct Waits<'a>(&'a Host);

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.waiting = state.waiting.saturating_sub(1);
    }
}

impl Host {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hosts {
    /// Waits for a turn.
    ///
    /// # Errors
    /// [`WebError::Held`] if the host wants to be left alone or too many wait for it.
    pub(crate) async fn turn(&self, url: &Url, pace: Pace, now: Timestamp) -> Result<Turn, WebError> {
        let host = self.host(url, now);
        let held = |message: String, wait| WebError::Held { place: without_secrets(url), message, wait };
        {
            let mut state = host.state();
            if let Some(until) = state.held_until.filter(|until| *until > now) {
                let wait = Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO);
                return Err(held(format!("asked to be left alone until {until}"), Some(wait)));
            }
            if state.waiting >= WAITING {
                return Err(held(format!("has {WAITING} requests waiting already"), None));
            }
            state.waiting += 1;
        }
        let waits = Waits(&host);
        let wanted = PLACES / pace.parallel.clamp(1, PLACES);
        let places = host.places.clone().acquire_many_owned(wanted).await;
        let places = places.map_err(|_| held("is closed".to_owned(), None))?;
        let start = {
            let mut state = host.state();
            let now = Instant::now();
            let start = state.next.map_or(now, |next| next.max(now));
            state.next = Some(start + pace.apart);
            start
        };
        tokio::time::sleep_until(start).await;
        drop(waits);
        Ok(Turn { _places: places })
    }

    /// The host asked to be left alone for a while.
    pub(crate) fn hold(&self, url: &Url, wait: Duration, now: Timestamp) {
        let host = self.host(url, now);
        let mut state = host.state();
        let until = now.checked_add(wait).unwrap_or(Timestamp::MAX);
        state.held_until = Some(state.held_until.map_or(until, |known| known.max(until)));
    }

    fn host(&self, url: &Url, now: Timestamp) -> Arc<Host> {
        let name = origin(url);
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        if by_name.len() >= HOSTS && !by_name.contains_key(&name) {
            // Of hosts that want to be left alone there may be many, but not any number.
            let may_hold = by_name.len() < 2 * HOSTS;
            by_name.retain(|_, host| {
                let is_held = host.state().held_until.is_some_and(|until| until > now);
                Arc::strong_count(host) > 1 || (is_held && may_hold)
            });
        }
        by_name
            .entry(name)
            .or_insert_with(|| {
                let places = Arc::new(Semaphore::new(PLACES as usize));
                Arc::new(Host { places, state: Mutex::default() })
            })
            .clone()
    }
}

/// Scheme, host and port: what `robots.txt` and headers are for.
pub(crate) fn origin(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or(0);
    format!("{}://{}:{port}", url.scheme(), url.host_str().unwrap_or(""))
}
