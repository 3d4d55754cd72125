//! Finds the speech library. Only its presence is checked here; nothing is generated.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    println!("cargo:rerun-if-env-changed=ESPEAK_NG_LIB_DIR");
    // For machines without pkg-config: the folder that holds libespeak-ng.so.
    if let Ok(folder) = std::env::var("ESPEAK_NG_LIB_DIR") {
        println!("cargo:rustc-link-search=native={folder}");
        println!("cargo:rustc-link-lib=espeak-ng");
        return;
    }
    match Command::new("pkg-config").args(["--atleast-version=1.50", "--print-errors", "espeak-ng"]).output() {
        Ok(found) if found.status.success() => {}
        // Without pkg-config the linker's own search is all there is; the header tells whether it has a chance.
        Err(_) if Path::new("/usr/include/espeak-ng/speak_lib.h").exists() => {}
        Ok(refused) => missing(&String::from_utf8_lossy(&refused.stderr)),
        Err(error) => missing(&format!("pkg-config: {error}")),
    }
    if let Ok(found) = Command::new("pkg-config").args(["--libs-only-L", "espeak-ng"]).output() {
        let flags = String::from_utf8_lossy(&found.stdout).into_owned();
        for folder in flags.split_whitespace().filter_map(|flag| flag.strip_prefix("-L")) {
            println!("cargo:rustc-link-search=native={folder}");
        }
    }
    println!("cargo:rustc-link-lib=espeak-ng");
}

fn missing(why: &str) -> ! {
    panic!(
        "espeak-ng 1.50 or later was not found (on Debian and Ubuntu: apt-get install libespeak-ng-dev; \
         elsewhere set ESPEAK_NG_LIB_DIR to the folder of libespeak-ng.so)\n{why}"
    );
}
