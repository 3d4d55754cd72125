//! Sign-ins that were begun: bound to the browser that began them, taken once, kept for minutes, and never many.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use openidconnect::RedirectUrl;

/// A person has so long to sign in at the provider.
const KEPT: SignedDuration = SignedDuration::from_mins(10);
/// Most at once; of more the oldest is forgotten.
const MOST: usize = 2_000;

#[derive(Debug, Clone)]
pub(super) struct Begun {
    pub(super) nonce: String,
    pub(super) verifier: String,
    pub(super) redirect: RedirectUrl,
    /// The page they wanted.
    pub(super) to: String,
    pub(super) at: Timestamp,
}

/// By the hash of state and browser: whoever has one of the two has nothing.
#[derive(Debug, Default)]
pub(super) struct Pending(HashMap<[u8; 32], Begun>);

impl Pending {
    pub(super) fn put(&mut self, state: &str, browser: &str, begun: Begun) {
        self.0.retain(|_, other| is_fresh(other, begun.at));
        if self.0.len() >= MOST
            && let Some(oldest) = self.0.iter().min_by_key(|(key, other)| (other.at, **key)).map(|(key, _)| *key)
        {
            self.0.remove(&oldest);
        }
        self.0.insert(key(state, browser), begun);
    }

    pub(super) fn take(&mut self, state: &str, browser: &str, now: Timestamp) -> Option<Begun> {
        self.0.remove(&key(state, browser)).filter(|begun| is_fresh(begun, now))
    }
}

fn is_fresh(begun: &Begun, now: Timestamp) -> bool {
    now.duration_since(begun.at) <= KEPT
}

fn key(state: &str, browser: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new_derive_key("reelpress console 2026 sign-in by provider");
    hasher.update(&(state.len() as u64).to_le_bytes()).update(state.as_bytes()).update(browser.as_bytes());
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    fn begun(second: i64) -> Begun {
        let redirect = RedirectUrl::new("http://localhost/".to_owned()).unwrap();
        Begun { nonce: String::new(), verifier: String::new(), redirect, to: second.to_string(), at: at(second) }
    }

    #[test]
    fn it_is_taken_once_by_the_browser_that_began_it_within_ten_minutes() {
        let mut pending = Pending::default();
        pending.put("state", "browser", begun(0));
        assert!(pending.take("state", "another", at(1)).is_none());
        assert!(pending.take("other", "browser", at(1)).is_none());
        assert!(pending.take("statebrows", "er", at(1)).is_none());
        assert!(pending.take("state", "browser", at(600)).is_some());
        assert!(pending.take("state", "browser", at(600)).is_none(), "once");
        pending.put("state", "browser", begun(0));
        assert!(pending.take("state", "browser", at(601)).is_none(), "too late");
    }

    #[test]
    fn however_many_begin_there_are_never_more_than_the_most() {
        let mut pending = Pending::default();
        for n in 0..MOST as i64 + 5 {
            pending.put(&n.to_string(), "browser", begun(n / 1_000));
        }
        assert_eq!(pending.0.len(), MOST);
        pending.put("last", "browser", begun(10_000));
        assert_eq!(pending.0.len(), 1, "what is over is forgotten");
    }
}
