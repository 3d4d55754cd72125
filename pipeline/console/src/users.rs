//! Who may sign in: `console/users.toml` in the data folder, written by `reelpress user`, read by the console whenever it
//! changes. Passwords stand in it as argon2id hashes.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use jiff::Timestamp;
use reelpress_config::Name;
use serde::{Deserialize, Serialize};

/// What a person may do. Each may do what the ones before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees everything but who did what.
    Viewer,
    /// Decides on cuts, sees the history of decisions.
    Reviewer,
    /// Sees what everybody decided and how far people agree.
    Operator,
    /// Sees users and the audit record.
    Admin,
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Reviewer, Self::Operator, Self::Admin];

    /// Its word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Reviewer => "reviewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// The role of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// The name that the one-time link signs in as; no user has it.
pub const LOCAL: &str = "local";

/// Fewest characters of a password.
pub const PASSWORD_MIN: usize = 12;
/// Most bytes of a password.
pub const PASSWORD_MAX: usize = 256;
/// Most users; more want an identity provider.
const USERS_MAX: usize = 1_000;
/// Most bytes of the file.
const FILE_MAX: u64 = 1 << 20;

/// One user as the file has them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// What they may do.
    pub role: Role,
    /// The argon2id hash of their password, as a PHC string.
    pub password: String,
    /// Since when.
    pub added: Timestamp,
}

/// All users by name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Users {
    /// By name, in order.
    #[serde(default)]
    pub users: BTreeMap<Name, User>,
}

/// Why users could not be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// The file cannot be read.
    #[error("could not read {}: {source}", path.display())]
    Read {
        /// Which file.
        path: PathBuf,
        /// The system's own word.
        source: io::Error,
    },
    /// The file does not have the shape of one.
    #[error("{} is not a file of users: {message} (mend it, or remove it and add the users again)", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The file cannot be written.
    #[error("could not write {}: {source}", path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// The system's own word.
        source: io::Error,
    },
    /// There is one already.
    #[error("there is a user `{0}` already (`reelpress user passwd` gives them another password)")]
    Exists(Name),
    /// There is none.
    #[error("there is no user `{0}` (`reelpress user list` shows all)")]
    Unknown(Name),
    /// The name is taken.
    #[error("`{LOCAL}` is the name that the one-time link signs in as (choose another)")]
    Reserved,
    /// There are enough.
    #[error("there are {USERS_MAX} users already, which is the most")]
    TooMany,
    /// The password is too short or too long.
    #[error(
        "a password has {PASSWORD_MIN} characters or more and at most {PASSWORD_MAX} bytes (three or four words are easy to keep)"
    )]
    Password,
    /// The password could not be hashed.
    #[error("could not hash the password: {0}")]
    Hash(String),
}

/// Where users are written.
#[derive(Debug, Clone)]
pub struct UserFile {
    path: PathBuf,
}

impl UserFile {
    /// The users of a data folder; neither has to be there.
    #[must_use]
    pub fn of_data(data_dir: &Path) -> Self {
        Self { path: data_dir.join("console").join("users.toml") }
    }

    /// All users; none if there is no file.
    ///
    /// # Errors
    /// [`UsersError::Read`] or [`UsersError::Damaged`].
    pub fn read(&self) -> Result<Users, UsersError> {
        let failed = |source| UsersError::Read { path: self.path.clone(), source };
        let damaged = |message: String| UsersError::Damaged { path: self.path.clone(), message };
        let text = match std::fs::metadata(&self.path) {
            Ok(found) if found.len() > FILE_MAX => return Err(damaged(format!("it has more than {FILE_MAX} bytes"))),
            Ok(_) => std::fs::read_to_string(&self.path).map_err(failed)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Users::default()),
            Err(error) => return Err(failed(error)),
        };
        // The parser's own message quotes the line, and a line may be a password's hash.
        let users = toml::from_str::<Users>(&text).map_err(|error| damaged(error.message().to_owned()))?;
        for (name, user) in &users.users {
            let is_argon2id = PasswordHash::new(&user.password).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id");
            if !is_argon2id {
                return Err(damaged(format!("the password of `{name}` is not an argon2id hash")));
            }
        }
        Ok(users)
    }

    /// Puts a user to the others.
    ///
    /// # Errors
    /// Any [`UsersError`]; the file is as before then.
    pub fn add(&self, name: Name, role: Role, password: &str, at: Timestamp) -> Result<(), UsersError> {
        let mut users = self.read()?;
        if name.as_str() == LOCAL {
            return Err(UsersError::Reserved);
        }
        if users.users.contains_key(&name) {
            return Err(UsersError::Exists(name));
        }
        if users.users.len() >= USERS_MAX {
            return Err(UsersError::TooMany);
        }
        users.users.insert(name, User { role, password: hashed(password)?, added: at });
        self.write(&users)
    }

    /// Gives a user another password; they are signed out everywhere.
    ///
    /// # Errors
    /// Any [`UsersError`]; the file is as before then.
    pub fn set_password(&self, name: &Name, password: &str) -> Result<(), UsersError> {
        let mut users = self.read()?;
        let user = users.users.get_mut(name).ok_or_else(|| UsersError::Unknown(name.clone()))?;
        user.password = hashed(password)?;
        self.write(&users)
    }

    /// Takes a user away; they are signed out everywhere.
    ///
    /// # Errors
    /// Any [`UsersError`]; the file is as before then.
    pub fn remove(&self, name: &Name) -> Result<(), UsersError> {
        let mut users = self.read()?;
        if users.users.remove(name).is_none() {
            return Err(UsersError::Unknown(name.clone()));
        }
        self.write(&users)
    }

    /// Readers see the whole old file or the whole new one; only the owner may read it.
    pub(crate) fn write(&self, users: &Users) -> Result<(), UsersError> {
        let failed = |source| UsersError::Write { path: self.path.clone(), source };
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let text = toml::to_string(users).map_err(|error| failed(io::Error::other(error)))?;
        std::fs::create_dir_all(folder).map_err(failed)?;
        // A temporary file is made for its owner alone.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        file.persist(&self.path).map(|_| ()).map_err(|error| failed(error.error))
    }

    /// Changes with every write.
    fn stamp(&self) -> Option<(SystemTime, u64, u64)> {
        use std::os::unix::fs::MetadataExt as _;
        let found = std::fs::metadata(&self.path).ok()?;
        Some((found.modified().ok()?, found.len(), found.ino()))
    }
}

/// Argon2id with 19 MiB, two passes, one lane: the OWASP Password Storage Cheat Sheet's first choice.
fn argon2id() -> Result<Argon2<'static>, UsersError> {
    let params = Params::new(19 * 1_024, 2, 1, None).map_err(|error| UsersError::Hash(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hashed(password: &str) -> Result<String, UsersError> {
    if password.chars().count() < PASSWORD_MIN || password.len() > PASSWORD_MAX {
        return Err(UsersError::Password);
    }
    let hash: PasswordHash =
        argon2id()?.hash_password(password.as_bytes()).map_err(|error| UsersError::Hash(error.to_string()))?;
    Ok(hash.to_string())
}

/// A user with a hash that costs nothing: for tests that are not about passwords, of which there are many.
#[cfg(test)]
pub(crate) fn cheap(role: Role, password: &str) -> User {
    let params = Params::new(8, 1, 1, None).expect("the least that argon2 takes");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash: PasswordHash = argon2.hash_password(password.as_bytes()).expect("it takes any password");
    User { role, password: hash.to_string(), added: Timestamp::UNIX_EPOCH }
}

/// Compared with where there is no such user, so that both take the same time. Nobody knows its password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$cmVlbHByZXNzLW5vYm9keQ$0dN1Z3mB8Q0VQn0l9mKqg1yq4l0m7o3x2tXrY6fEw2s";

/// Whether this is the user's password. Takes tens of milliseconds and 19 MiB, whether there is such a user or not: call
/// it where it may block.
pub(crate) fn is_password(user: Option<&User>, password: &str) -> bool {
    let stored = user.map_or(NOBODY, |user| user.password.as_str());
    let (Ok(hash), Ok(argon2)) = (PasswordHash::new(stored), argon2id()) else { return false };
    let fits = password.len() <= PASSWORD_MAX;
    let given = if fits { password } else { "" };
    let is_same = argon2.verify_password(given.as_bytes(), &hash).is_ok();
    is_same && fits && user.is_some()
}

/// The users as they are now.
#[derive(Debug)]
pub(crate) struct Directory {
    file: UserFile,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    stamp: Option<(SystemTime, u64, u64)>,
    users: Arc<Users>,
}

impl Directory {
    pub(crate) fn open(file: UserFile) -> Result<Self, UsersError> {
        let stamp = file.stamp();
        let users = Arc::new(file.read()?);
        Ok(Self { file, seen: Mutex::new(Seen { stamp, users }) })
    }

    /// Reads the file again if it changed. One with a mistake leaves the users that were: nobody gains anything by it.
    pub(crate) fn users(&self) -> Arc<Users> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = self.file.stamp();
        if stamp != seen.stamp {
            match self.file.read() {
                Ok(users) => seen.users = Arc::new(users),
                Err(error) => tracing::error!(%error, "users stay as they were"),
            }
            seen.stamp = stamp;
        }
        seen.users.clone()
    }
}
