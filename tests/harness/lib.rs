//! What the integration tests stand on: the real program in a folder of its own, simulated devices, and sandbox services
//! that answer like the real ones. Never part of the product.
#![forbid(unsafe_code)]
#![expect(clippy::missing_panics_doc, reason = "a harness panics to fail the test")]

pub mod adbsim;
pub mod llm;
pub mod outbox;
pub mod press;
pub mod script;
pub mod topics;
