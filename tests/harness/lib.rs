//! What the integration tests stand on: simulated devices and services. Never part of the product.
#![forbid(unsafe_code)]

pub mod adbsim;
pub mod press;
//! What the integration tests stand on: sandbox services that answer like the real ones, on ports of their own.

pub mod llm;
