use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use super::*;

#[expect(clippy::print_stderr, reason = "who reads the test's output must know what was not tried")]
fn skipped(what: &str) {
    eprintln!("skipped: {what}");
}

/// The published pictures and hashes, or a word on what is not tested without them.
fn samples() -> Option<PathBuf> {
    let folder = env::var_os("REELPRESS_SAMPLE_DATA").map(|data| PathBuf::from(data).join("pdq"));
    if folder.is_none() {
        skipped("Meta's published vectors (set REELPRESS_SAMPLE_DATA to the sample data)");
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
            if seen.quality() >= 80 {
                assert!(distance <= tolerance, "{name}: {distance} bits from the hash of {list}");
                compared += 1;
            }
        }
        assert!(compared >= 13, "{list}: only {compared} pictures were compared");
    }
}

#[test]
fn the_eight_ways_to_lay_a_picture_have_the_hashes_of_its_turned_files() {
    let Some(folder) = samples() else { return };
    let original = see(&folder.join("dih/bridge-1-original.jpg"));
    for (file, turn) in [
        ("bridge-2-rotate-90", Turn::Quarter),
        ("bridge-3-rotate-180", Turn::Half),
        ("bridge-4-rotate-270", Turn::ThreeQuarters),
        ("bridge-5-flipx", Turn::FlipDown),
        ("bridge-6-flipy", Turn::FlipAcross),
        ("bridge-7-flip-plus-1", Turn::Transpose),
        ("bridge-8-flip-minus-1", Turn::Transverse),
    ] {
        let distance = original.turned(turn).distance(&see(&folder.join(format!("dih/{file}.jpg"))).hash());
        assert!(distance <= 16, "{file}: {distance} bits");
    }
}

/// Every tenth frame of a video, scaled by the decoder as the published lists were made.
fn frames(file: &Path, side: usize) -> Option<Vec<Vec<u8>>> {
    let scale = format!("select=not(mod(n\\,10)),scale={side}:{side}");
    let output = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-threads", "1", "-i"])
        .arg(file)
        .args(["-vf", &scale, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
        .output()
        .ok()?;
    Some(output.stdout.chunks_exact(side * side * 3).map(<[u8]>::to_vec).collect())
}

#[test]
fn published_videos_have_the_published_hashes_frame_by_frame() {
    let Some(folder) = samples() else { return };
    let name = "pattern-sd-with-small-logo-bar";
    let Some(frames) = frames(&folder.join(format!("videos/{name}.mp4")), 128).filter(|frames| !frames.is_empty())
    else {
        skipped("the published video hashes (no `ffmpeg` that reads them)");
        return;
    };
    let list = std::fs::read_to_string(folder.join(format!("vpdq-hashes/{name}-128x128.txt"))).unwrap();
    let published = list.lines().step_by(10).map(|line| line.split(',').nth(2).unwrap().parse::<Hash>().unwrap());
    let mut pdq = Pdq::new();
    let mut distances: Vec<u32> = frames
        .iter()
        .zip(published)
        .filter_map(|(frame, expected)| {
            let seen = pdq.see_packed(frame, 128, 128, 3).unwrap();
            (seen.quality() >= 80).then(|| seen.hash().distance(&expected))
        })
        .collect();
    distances.sort_unstable();
    assert!(distances.len() >= 20 && *distances.last().unwrap() <= 10, "{name}: {distances:?}");
}

#[test]
fn a_hash_is_written_as_the_lists_write_it_and_read_again() {
    let text = "d8f8f0cee0f4a84f0637022a078f67f0b36e2ed596621e1d33e6339c4e9c9b22";
    assert_eq!(text.parse::<Hash>().unwrap().to_string(), text);
    for wrong in ["", "d8f8", &text.replace('d', "g"), &format!("{text}0"), &text.replace("d8", "+8")] {
        assert!(wrong.parse::<Hash>().is_err(), "{wrong}");
    }
    insta::assert_snapshot!("0a21".parse::<Hash>().unwrap_err(), @"`0a21` is not a hash (64 hexadecimal digits)");
}

#[test]
fn a_picture_too_small_or_flat_shows_nothing() {
    assert_eq!(Pdq::new().see_packed(&[9; 16], 4, 4, 1).unwrap().quality(), 0);
    assert_eq!(Pdq::new().see_packed(&[200; 100 * 100], 100, 100, 1).unwrap().quality(), 0);
    assert!(Pdq::new().see_packed(&[0; 10], 100, 100, 3).is_err());
}
