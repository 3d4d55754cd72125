//! What the integration tests stand on: the real program in a folder of its own, simulated devices, and sandbox services
//! that answer like the real ones. Never part of the product.
#![forbid(unsafe_code)]

pub mod adbsim;
pub mod llm;
pub mod press;
