//! Benchmarks: micro and the load harness.
