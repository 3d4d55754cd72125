use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use super::*;

/// The published pictures and hashes, or a word on what is not tested without them.
fn samples() -> Option<PathBuf> {
    let folder = env::var_os("REELPRESS_SAMPLE_DATA").map(|data| PathBuf::from(data).join("pdq"));
    if folder.is_none() {
        eprintln!("skipped: Meta's published vectors (set REELPRESS_SAMPLE_DATA to the sample data)");
    }
    folder
}

fn see(file: &Path) -> Seen {
    let picture = image::open(file).unwrap().to_rgb8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Pdq::new().see_packed(picture.as_raw(), width, height, 3).unwrap()
}

/// A list of path and hash, by the path's last two names.
fn published(file: &Path) -> BTreeMap<String, Hash> {
    let mut list = BTreeMap::new();
    for row in csv::Reader::from_path(file).unwrap().records() {
        let row = row.unwrap();
        let names: Vec<&str> = row[0].split('/').collect();
        // The list of the WASM build has MD5 sums in between.
        if let Ok(hash) = row[1].parse() {
            list.insert(names[names.len() - 2..].join("/"), hash);
        }
    }
    list
}

#[test]
fn published_pictures_have_the_published_hashes() {
    let Some(folder) = samples() else { return };
    for (list, tolerance) in [("PDQMD5TestData.csv", 10), ("expected-pdq-python.csv", 16)] {
        let mut compared = 0;
        for (name, expected) in published(&folder.join(list)) {
            let file = folder.join(&name);
            if !file.exists() {
                continue;
            }
            let seen = see(&file);
            let distance = seen.hash().distance(&expected);
            eprintln!("{list} {name}: {distance} bits, quality {}", seen.quality());
            if seen.quality() >= 80 {
                assert!(distance <= tolerance, "{name}: {distance} bits from the hash of {list}");
                compared += 1;
            }
        }
        assert!(compared >= 13, "{list}: only {compared} pictures were compared");
    }
}
