//! Integration tests.
mod devices;
