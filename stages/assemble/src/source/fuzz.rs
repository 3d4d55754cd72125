//! Small valid files of each kind with bytes changed at random: every one gives a picture or a named error.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use image::ImageFormat;
use reelpress_templates::Colour;

use super::samples::{Made, encoded, flat_jpeg, noise, png, quarters};
use super::{Clip, ClipOrder, Framing, SourceError, picture};
use crate::picture::Picture420;

/// Mutants of each sample.
const PICTURE_MUTANTS: usize = 100;
const CLIP_MUTANTS: usize = 60;

/// Always the same, unless another is given: `REELPRESS_FUZZ_SEED=123`. A failure names it.
fn seed() -> u64 {
    let given = std::env::var("REELPRESS_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok());
    given.unwrap_or(20_261_121)
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        // splitmix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % most.max(1) as u64) as usize
    }

    /// Somewhere in the file; half the time near its start, where the headers are.
    fn place(&mut self, length: usize) -> usize {
        let reach = if self.below(2) == 0 { length.min(400) } else { length };
        self.below(reach)
    }

    fn mutant(&mut self, whole: &[u8]) -> Vec<u8> {
        let mut bytes = whole.to_vec();
        for _ in 0..=self.below(4) {
            if bytes.len() < 2 {
                break;
            }
            let at = self.place(bytes.len());
            let end = (at + 1 + self.below(64)).min(bytes.len());
            match self.below(7) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = self.below(256) as u8,
                2 => bytes.truncate(at),
                3 => bytes[at..end].fill(0),
                4 => bytes[at..end].fill(0xFF),
                5 => drop(bytes.drain(at..end)),
                _ => {
                    let part = bytes[at..end].to_vec();
                    let to = self.place(bytes.len());
                    bytes.splice(to..to, part);
                }
            }
        }
        bytes
    }
}

const FRAMING: Framing = Framing { width: 32, height: 48, centre: (0.5, 0.5), ground: Colour::BLACK };

fn check(path: &Path, what: &str, outcome: std::thread::Result<Result<Vec<Picture420>, SourceError>>) -> bool {
    match outcome {
        Err(cause) => panic!("{what} panicked: {:?}", cause.downcast_ref::<String>()),
        Ok(Ok(pictures)) => {
            for picture in pictures {
                assert_eq!((picture.width, picture.height), (32, 48), "{what}");
                assert_eq!(picture.planes.map(|plane| plane.len()), [32 * 48, 16 * 24, 16 * 24], "{what}");
            }
            true
        }
        Ok(Err(error)) => {
            let text = error.to_string();
            assert!(text.contains(&path.display().to_string()), "{what}: {text} does not name the file");
            assert!(text.len() > path.display().to_string().len() + 10, "{what}: {text} says nothing");
            false
        }
    }
}

#[test]
fn no_mutant_of_a_picture_panics_or_goes_unnamed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutant");
    let seed = seed();
    let mut dice = Dice(seed);
    let rgb = quarters(40, 60);
    let icc = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let mut profiled = Vec::new();
    {
        use image::ImageEncoder;
        let mut encoder = image::codecs::jpeg::JpegEncoder::new(&mut profiled);
        encoder.set_icc_profile(icc).unwrap();
        encoder.write_image(rgb.as_raw(), 40, 60, image::ExtendedColorType::Rgb8).unwrap();
    }
    let rows: Vec<u8> = [vec![0], [255, 9, 99, 128].repeat(8)].concat().repeat(8);
    let samples = [
        ("png", encoded(&rgb, ImageFormat::Png)),
        ("jpeg", encoded(&rgb, ImageFormat::Jpeg)),
        ("webp", encoded(&rgb, ImageFormat::WebP)),
        ("jpeg with a profile", profiled),
        ("progressive jpeg", flat_jpeg(&[90, 120, 140], true, None)),
        ("cmyk jpeg", flat_jpeg(&[90, 120, 140, 200], false, Some(2))),
        ("transparent png", png([8, 8], [8, 6, 0], &[(b"cICP", &[12, 13, 0, 1])], &rows)),
    ];
    let mut good = 0;
    for (name, whole) in samples {
        for number in 0..PICTURE_MUTANTS {
            std::fs::write(&path, dice.mutant(&whole)).unwrap();
            let outcome = catch_unwind(|| picture(&path, &FRAMING).map(|picture| vec![picture]));
            good += usize::from(check(&path, &format!("seed {seed}, {name}, mutant {number}"), outcome));
        }
    }
    assert!(good > 20, "only {good} mutants got as far as a picture: too much is broken to test the decoders");
}

#[test]
fn no_mutant_of_a_clip_panics_or_goes_unnamed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutant");
    let seed = seed();
    let mut dice = Dice(seed);
    let frames = Made { times: (0..12).map(|at| at * 100).collect(), size: (48, 64), ..Made::default() };
    let reordered = vec![("preset", "medium"), ("crf", "26")];
    let samples = [
        Made { options: reordered.clone(), ..frames.clone() },
        Made { kind: ("matroska", "libx264"), options: reordered, ..frames.clone() },
        Made { times: frames.times.clone(), size: frames.size, ..Made::webm() },
        Made {
            kind: ("mp4", "libx265"),
            // Its `cutree` writes beyond its own memory for pictures as small as these.
            options: vec![("preset", "ultrafast"), ("x265-params", "log-level=none:pools=none:cutree=0")],
            ..frames
        },
    ];
    let order = ClipOrder { framing: FRAMING, start_ms: 0, end_ms: None, speed_permille: 1_000, looped: true, fps: 10 };
    let mut good = 0;
    for sample in samples {
        sample.write(&path, &mut |at, frame| noise(frame, at as u64));
        let whole = std::fs::read(&path).unwrap();
        for number in 0..CLIP_MUTANTS {
            std::fs::write(&path, dice.mutant(&whole)).unwrap();
            let shown = || {
                let mut clip = Clip::open(&path, &order)?;
                [0, 3, 11, 5, 6, 13].into_iter().map(|at| clip.frame(at).cloned()).collect()
            };
            let outcome = catch_unwind(AssertUnwindSafe(shown));
            good += usize::from(check(&path, &format!("seed {seed}, {:?}, mutant {number}", sample.kind), outcome));
        }
    }
    assert!(good > 5, "only {good} mutants got as far as a picture: too much is broken to test the decoders");
}
