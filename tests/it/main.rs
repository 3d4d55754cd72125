//! Integration tests.

mod script;
