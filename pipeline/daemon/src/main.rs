//! The press. Everything is in the library, so that tests run the very same program.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    reelpress::main()
}
