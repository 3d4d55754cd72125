//! Finds the speech libraries. Only their presence is checked here; nothing is generated.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    println!("cargo:rerun-if-env-changed=ESPEAK_NG_LIB_DIR");
    println!("cargo:rerun-if-env-changed=FLITE_DIR");
    espeak();
    flite();
}

fn espeak() {
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

/// flite has no pkg-config file. Its header also tells the version, which the library itself does not.
fn flite() {
    let root = std::env::var("FLITE_DIR").map(PathBuf::from);
    if let Ok(root) = &root {
        println!("cargo:rustc-link-search=native={}", root.join("lib").display());
    }
    let roots = root.map_or_else(|_| vec![PathBuf::from("/usr"), PathBuf::from("/usr/local")], |root| vec![root]);
    let headers = roots.iter().map(|root| root.join("include/flite/flite_version.h"));
    let Some(text) = headers.into_iter().find_map(|header| std::fs::read_to_string(header).ok()) else {
        panic!(
            "flite 2 was not found (on Debian and Ubuntu: apt-get install flite1-dev; elsewhere set FLITE_DIR to the \
             folder with its `include` and `lib`)"
        );
    };
    let version = text
        .lines()
        .find_map(|line| {
            line.strip_prefix("#define FLITE_PROJECT_VERSION")?.trim().strip_prefix('"')?.strip_suffix('"')
        })
        .unwrap_or("of no known version");
    println!("cargo:rustc-env=REELPRESS_FLITE_VERSION={version}");
    // Voices first: they need the language, the lexicon and the library behind them.
    let voices = ["rms", "slt", "awb", "kal16"].map(|voice| format!("flite_cmu_us_{voice}"));
    let behind = ["flite_usenglish", "flite_cmulex", "flite", "m"].map(str::to_owned);
    for library in voices.into_iter().chain(behind) {
        println!("cargo:rustc-link-lib={library}");
    }
}

fn missing(why: &str) -> ! {
    panic!(
        "espeak-ng 1.50 or later was not found (on Debian and Ubuntu: apt-get install libespeak-ng-dev; \
         elsewhere set ESPEAK_NG_LIB_DIR to the folder of libespeak-ng.so)\n{why}"
    );
}
