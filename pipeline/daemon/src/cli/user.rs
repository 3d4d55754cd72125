//! `reelpress user`

use clap::Subcommand;

#[derive(Debug, Subcommand)]
#[command(after_help = "Examples:
  reelpress user add ana --role reviewer            asks for the password
  pass show press/ana | reelpress user add ana --role reviewer
  reelpress user passwd ana                         another password; ana is signed out everywhere
  reelpress user list

Roles, each with what the ones before it may do:
  viewer    sees queue, cuts, line, schedule and the other pages
  reviewer  decides on cuts
  operator  sees everybody's decisions, and how far people agree
  admin     sees users and the audit record

Names are 1 to 64 lower-case letters, digits, `.`, `_` or `-`. Passwords have 12 characters or more, come from the
terminal or from standard input, never from an argument, and are kept as argon2id hashes in console/users.toml in the
data folder. A running daemon sees every change at once.")]
pub(crate) enum User {
    /// Let somebody in
    Add {
        /// Their name
        name: String,
        /// What they may do
        #[arg(long, value_parser = ["viewer", "reviewer", "operator", "admin"])]
        role: String,
    },
    /// List who may sign in
    List(super::Output),
    /// Let somebody in no more; they are signed out everywhere
    Remove {
        /// Their name
        name: String,
    },
    /// Give somebody another password; they are signed out everywhere
    Passwd {
        /// Their name
        name: String,
    },
}
