//! The program's `main` once more, so that cargo builds it for the tests and tells them where it is.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    reelpress::main()
}
