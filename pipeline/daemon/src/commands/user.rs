//! `reelpress user`

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use anyhow::Context as _;
use reelpress_config::Name;
use reelpress_console::{PASSWORD_MAX, PASSWORD_MIN, Role, UserFile, UsersError};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use serde::Serialize;

use super::Config;
use crate::cli::user::User;
use crate::exit::{Exit, coded};
use crate::say;

pub(crate) fn user(config: &Config, command: User) -> anyhow::Result<Exit> {
    let file = UserFile::of_data(&config.load_alone()?.daemon.data_dir);
    match command {
        User::Add { name, role } => {
            let name = parsed(&name)?;
            let role = Role::parse(&role).ok_or_else(|| coded(Exit::Refused, format!("there is no role `{role}`")))?;
            if file.read().map_err(refused)?.users.contains_key(&name) {
                return Err(refused(UsersError::Exists(name)));
            }
            let password = password()?;
            file.add(name.clone(), role, &password, super::clock().now()).map_err(refused)?;
            say::line(format!("{name} may sign in as {}", role.as_str()));
        }
        User::List(output) => list(&file, output.json)?,
        User::Remove { name } => {
            file.remove(&parsed(&name)?).map_err(refused)?;
            say::line(format!("{name} may not sign in any more"));
        }
        User::Passwd { name } => {
            let name = parsed(&name)?;
            if !file.read().map_err(refused)?.users.contains_key(&name) {
                return Err(refused(UsersError::Unknown(name)));
            }
            file.set_password(&name, &password()?).map_err(refused)?;
            say::line(format!("{name} has another password and is signed out everywhere"));
        }
    }
    Ok(Exit::Ok)
}

/// A user without their password's hash.
#[derive(Serialize)]
struct Shown {
    name: String,
    role: Role,
    added: jiff::Timestamp,
}

fn list(file: &UserFile, as_json: bool) -> anyhow::Result<()> {
    let users = file.read().map_err(refused)?.users;
    let shown =
        users.into_iter().map(|(name, user)| Shown { name: name.to_string(), role: user.role, added: user.added });
    let shown = shown.collect::<Vec<_>>();
    if as_json {
        return say::json(&shown);
    }
    for user in &shown {
        say::line(format!("{}  {}  since {}", user.name, user.role.as_str(), user.added.strftime("%Y-%m-%d")));
    }
    say::remark(format!("{} may sign in", shown.len()));
    Ok(())
}

fn refused(error: UsersError) -> anyhow::Error {
    match error {
        error @ (UsersError::Read { .. } | UsersError::Write { .. } | UsersError::Hash(_)) => error.into(),
        error @ (UsersError::Damaged { .. }
        | UsersError::Exists(_)
        | UsersError::Unknown(_)
        | UsersError::Reserved
        | UsersError::TooMany
        | UsersError::Password) => coded(Exit::Refused, error.to_string()),
    }
}

fn parsed(name: &str) -> anyhow::Result<Name> {
    Name::parse(name).map_err(|_| {
        coded(
            Exit::Refused,
            format!(
                "user `{name}` is not 1 to 64 lower-case letters, digits, `.`, `_` or `-`, a letter or digit first"
            ),
        )
    })
}

/// From the terminal, twice and unseen; else the first line of standard input.
fn password() -> anyhow::Result<String> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return line(&mut stdin.lock());
    }
    say::remark(format!("password, {PASSWORD_MIN} characters or more (it is not shown):"));
    let _unseen = Unseen::begin()?;
    let first = line(&mut stdin.lock())?;
    say::remark("once more:");
    let second = line(&mut stdin.lock())?;
    if first == second { Ok(first) } else { Err(coded(Exit::Refused, "the two passwords differ")) }
}

fn line(input: &mut impl io::BufRead) -> anyhow::Result<String> {
    let mut text = String::new();
    // One byte more than fits, so that a longer one is refused and not cut.
    input.take(PASSWORD_MAX as u64 + 3).read_line(&mut text).context("could not read the password")?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// The terminal shows nothing of what is typed while this is there.
struct Unseen(Termios);

impl Unseen {
    fn begin() -> anyhow::Result<Self> {
        let before = tcgetattr(io::stdin()).context("could not ask the terminal")?;
        let mut without = before.clone();
        without.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &without).context("could not hide what is typed")?;
        Ok(Self(before))
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        // There is nobody left to tell if the terminal is gone.
        tcsetattr(io::stdin(), OptionalActions::Flush, &self.0).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line_and_one_that_is_too_long_is_not_cut_to_fit() {
        let read = |text: &str| line(&mut text.as_bytes()).unwrap();
        assert_eq!(read("three plain words\r\nmore\n"), "three plain words");
        assert_eq!(read(" spaces stay "), " spaces stay ");
        assert!(read(&"x".repeat(PASSWORD_MAX + 99)).len() > PASSWORD_MAX);
    }
}
