//! A cut in, a verdict out: file checks, duplicates, text rules.
