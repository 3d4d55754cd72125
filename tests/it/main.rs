//! Integration tests: the one test binary of this crate, a module for each subject.
#![expect(clippy::unwrap_used, reason = "helpers of tests are tests too: a panic there is a failed test")]

mod bad_input;
mod contract;
mod crash;
mod daemon;
mod devices;
mod pieces;
mod provenance;
mod real_feeds;
mod script;
mod similar;
mod templates;
mod tidy;
mod videos;
