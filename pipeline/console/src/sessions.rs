//! Who is signed in. Sessions live in memory: a restart signs everybody out, and no file can be stolen to be somebody.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use reelpress_config::{Name, Oidc};

use crate::oidc::Identity;
use crate::random::{self, NoRandom};
use crate::users::{LOCAL, Role, Users};

/// Most sessions; the one that was quiet longest ends when there is one more.
const SESSIONS_MAX: usize = 2_000;
/// Most sessions of one person.
const SESSIONS_EACH: usize = 20;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// What every form of theirs must send along.
    pub(crate) csrf: String,
}

/// When sessions end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    /// After so long without a request.
    pub(crate) idle: Duration,
    /// After so long, whatever is done.
    pub(crate) max: Duration,
}

/// Who may be signed in now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) users: &'a Users,
    pub(crate) oidc: Option<&'a Oidc>,
}

#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<Key, Session>>);

/// Hash of the session's id: who reads memory or a core file cannot be somebody with it.
type Key = [u8; 32];

#[derive(Debug)]
struct Session {
    whose: Whose,
    begun: Timestamp,
    seen: Timestamp,
}

#[derive(Debug, PartialEq, Eq)]
enum Whose {
    /// Hash of their stored password: with another one their sessions end.
    User { name: Name, password: Key },
    /// Came by the one-time link; lasts as long as there are no users.
    Link,
    /// An identity provider vouched for them; what they may do the config says at every request.
    Provider(Identity),
}

impl Sessions {
    /// A new session of a user; its id, for the cookie.
    pub(crate) fn begin(&self, name: &Name, users: &Users, now: Timestamp) -> Result<Option<String>, NoRandom> {
        let Some(user) = users.users.get(name) else { return Ok(None) };
        let whose = Whose::User { name: name.clone(), password: hash(&user.password) };
        self.put(whose, now).map(Some)
    }

    /// A new session of whoever had the one-time link.
    pub(crate) fn begin_by_link(&self, now: Timestamp) -> Result<String, NoRandom> {
        self.put(Whose::Link, now)
    }

    /// A new session of somebody whom the provider vouched for.
    pub(crate) fn begin_by_provider(&self, identity: Identity, now: Timestamp) -> Result<String, NoRandom> {
        self.put(Whose::Provider(identity), now)
    }

    fn put(&self, whose: Whose, now: Timestamp) -> Result<String, NoRandom> {
        let id = random::token()?;
        let mut sessions = self.locked();
        let of_them = sessions.values().filter(|session| session.whose == whose).count();
        if of_them >= SESSIONS_EACH {
            remove_quietest(&mut sessions, |session| session.whose == whose);
        } else if sessions.len() >= SESSIONS_MAX {
            remove_quietest(&mut sessions, |_| true);
        }
        sessions.insert(hash(&id), Session { whose, begun: now, seen: now });
        Ok(id)
    }

    /// Whose session this is, if it is one: it has not ended, and its user is still there, with the same password;
    /// or the config still trusts the provider that vouched for them, and gives them a role.
    pub(crate) fn find(&self, id: &str, known: Known<'_>, ends: Ends, now: Timestamp) -> Option<Who> {
        let Known { users, oidc } = known;
        let key = hash(id);
        let mut sessions = self.locked();
        let session = sessions.get_mut(&key)?;
        let since = |from: Timestamp| now.duration_since(from).unsigned_abs();
        let has_ended = since(session.seen) > ends.idle || since(session.begun) > ends.max;
        let found = match &session.whose {
            _ if has_ended => None,
            Whose::Link => users.users.is_empty().then(|| (LOCAL.to_owned(), Role::Admin)),
            Whose::User { name, password } => {
                let user = users.users.get(name).filter(|user| hash(&user.password) == *password);
                user.map(|user| (name.to_string(), user.role))
            }
            Whose::Provider(identity) => {
                let role = oidc.and_then(|oidc| identity.role(oidc));
                role.map(|role| (identity.name().to_owned(), role))
            }
        };
        let Some((name, role)) = found else {
            sessions.remove(&key);
            return None;
        };
        session.seen = session.seen.max(now);
        Some(Who { name, role, csrf: csrf_of(id) })
    }

    pub(crate) fn end(&self, id: &str) {
        self.locked().remove(&hash(id));
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Key, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn remove_quietest(sessions: &mut HashMap<Key, Session>, which: impl Fn(&Session) -> bool) {
    let of_them = sessions.iter().filter(|(_, session)| which(session));
    if let Some(key) = of_them.min_by_key(|(key, session)| (session.seen, **key)).map(|(key, _)| *key) {
        sessions.remove(&key);
    }
}

fn hash(text: &str) -> Key {
    *blake3::hash(text.as_bytes()).as_bytes()
}

/// Made from the session's id, so that it needs no memory; from it nobody gets back to the id.
fn csrf_of(id: &str) -> String {
    blake3::Hash::from_bytes(blake3::derive_key("reelpress console 2026 form token", id.as_bytes())).to_hex()[..43]
        .to_owned()
}
