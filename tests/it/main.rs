//! Integration tests: the one test binary of this crate, a module for each subject.
//! Integration tests.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too: a panic there is a failed test")]

mod crash;
mod daemon;
mod devices;
mod script;
