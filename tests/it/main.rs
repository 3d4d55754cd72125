//! Integration tests.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too: a panic there is a failed test")]

mod bad_input;
mod contract;
mod crash;
mod daemon;
mod devices;
mod real_feeds;
mod script;
mod tidy;
mod videos;
