//! Integration tests: the one test binary of this crate, a module for each subject.

mod devices;
mod script;
