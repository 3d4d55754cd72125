#![no_main]

use reelpress_trends::fuzzing::{Target, check};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(Target::Services, bytes));
