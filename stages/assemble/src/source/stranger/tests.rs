use image::ImageFormat;

use super::*;
use crate::source::samples::{Made, encoded, fill, quarters};
use crate::watch::Unwatched;

/// What was seen.
#[derive(Default)]
struct Seen {
    pictures: Vec<One>,
    samples: usize,
}

struct One {
    time_ms: f64,
    size: (usize, usize),
    /// The middle of the upper left quarter.
    corner: u8,
}

impl Onlooker for Seen {
    fn picture(&mut self, picture: &LumaFrame<'_>) {
        let (width, height) = (picture.width, picture.height);
        let corner = picture.luma[height / 4 * picture.stride + width / 4];
        self.pictures.push(One { time_ms: picture.time_ms, size: (width, height), corner });
    }

    fn sound(&mut self, samples: &[f32]) {
        self.samples += samples.len();
    }
}

fn seen(path: &Path) -> Result<Seen, SourceError> {
    let mut seen = Seen::default();
    look_through(path, &mut seen, &Unwatched).map(|()| seen)
}

#[test]
fn every_frame_of_a_clip_is_shown_in_order_whatever_its_codec() {
    let folder = tempfile::tempdir().unwrap();
    for (name, made) in [
        ("a.mp4", Made::default()),
        ("b.webm", Made::webm()),
        ("c.avi", Made { kind: ("avi", "mpeg4"), options: vec![("q", "2")], ..Made::default() }),
        ("d.mkv", Made { kind: ("matroska", "ffv1"), options: Vec::new(), ..Made::default() }),
    ] {
        let path = folder.path().join(name);
        made.greys(&path);
        let seen = seen(&path).unwrap();
        assert_eq!(seen.pictures.len(), made.times.len(), "{name}");
        assert!(seen.pictures.is_sorted_by(|one, next| one.time_ms < next.time_ms), "{name}");
        for (at, one) in seen.pictures.iter().enumerate() {
            assert_eq!(one.size, (64, 96), "{name}");
            assert!(one.corner.abs_diff(40 + 4 * at as u8) <= 30, "{name} {at}: {}", one.corner);
        }
    }
}

#[test]
fn a_large_picture_is_made_smaller_and_shown_for_two_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture");
    std::fs::write(&path, encoded(&quarters(1_200, 800), ImageFormat::Png)).unwrap();
    let seen = seen(&path).unwrap();
    assert_eq!(seen.pictures.len(), 25);
    assert!(seen.pictures.iter().all(|one| one.size == (512, 341)));
}

#[test]
fn only_pictures_that_are_wanted_are_scaled() {
    struct Second(usize);
    impl Onlooker for Second {
        fn wants(&self, time_ms: f64) -> bool {
            time_ms >= 1_000.0
        }
        fn picture(&mut self, _picture: &LumaFrame<'_>) {
            self.0 += 1;
        }
        fn sound(&mut self, _samples: &[f32]) {}
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mp4");
    Made::default().greys(&path);
    let mut second = Second(0);
    look_through(&path, &mut second, &Unwatched).unwrap();
    assert_eq!(second.0, 10);
}

#[test]
fn what_is_no_film_is_refused_by_name_and_never_opens_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.mp4");
    Made::default().write(&other, &mut |_, frame| fill(frame, [90, 128, 128]));
    for (name, bytes) in [
        ("zip.jpg", b"PK\x03\x04rest of an archive".to_vec()),
        ("list.mp4", format!("#EXTM3U\n#EXTINF:1,\n{}\n", other.display()).into_bytes()),
        ("concat.mp4", format!("ffconcat version 1.0\nfile '{}'\n", other.display()).into_bytes()),
        ("torn.mp4", std::fs::read(&other).unwrap()[..200].to_vec()),
        ("noise.mp4", (0..9_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect()),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = seen(&path).err().unwrap_or_else(|| panic!("{name} was played"));
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_file_that_is_cut_off_or_flipped_is_played_as_far_as_it_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.mkv");
    Made { kind: ("matroska", "libx264"), ..Made::default() }.greys(&path);
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xA5;
        bytes.truncate(whole.len() - at / 3);
        std::fs::write(&path, &bytes).unwrap();
        // Whatever comes of it, it ends.
        let _outcome = seen(&path);
    }
}
