//! Integration tests.
mod devices;

mod script;
