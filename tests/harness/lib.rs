//! What the integration tests stand on: sandbox services that answer like the real ones, on ports of their own.

pub mod llm;
