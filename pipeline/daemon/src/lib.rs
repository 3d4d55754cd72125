//! The press: command line, wiring, supervisor, reload, HTTP.
