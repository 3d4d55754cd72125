use proptest::prelude::*;

use super::*;
use crate::error::SimilarError;
use crate::hash::Hash;
use crate::parts::PartKind;
use crate::plane::Luma;
use crate::sound::SoundKind;
use crate::testing::{Film, HEIGHT, Picture, WIDTH, draw};

/// Prints with something on every axis.
fn full() -> Prints {
    let film = Film::new([1, 2]);
    let mut builder = Prints::builder();
    for number in 0..24 {
        let pixels = draw(WIDTH, HEIGHT, |x, y| film.at(number * 160, x, y));
        builder.push_frame(number * 160, &Luma::new(&pixels, WIDTH, HEIGHT, WIDTH).unwrap(), &[]).unwrap();
    }
    builder.add_sound(Sound {
        kind: SoundKind::Music,
        licensed: Some("track 7".to_owned()),
        items: vec![1, u32::MAX, 3],
    });
    builder.set_words(Words::of(["one two three four five six seven eight nine ten eleven twelve thirteen"]));
    let looks = vec![View { hash: Hash([u64::MAX, 1, 2, 3]), ..View::default() }];
    let kind = PartKind::Clip;
    builder.add_part(Part {
        kind,
        content: [5; 32],
        shown_ms: (0, 900),
        taken_ms: Some((5, 905)),
        looks,
        shared_on_purpose: false,
    });
    builder.finish()
}

#[test]
fn kept_prints_are_read_as_they_were_and_the_same_prints_give_the_same_bytes() {
    let prints = full();
    let bytes = prints.to_bytes().unwrap();
    assert_eq!(Prints::from_bytes(&bytes).unwrap(), prints);
    assert_eq!(full().to_bytes().unwrap(), bytes);
    assert!(prints.keys().len() >= 2 && prints.stills().len() > 4 && prints.frames().len() == 24);
}

#[test]
fn kept_prints_that_were_cut_off_or_changed_are_refused() {
    let bytes = full().to_bytes().unwrap();
    for length in (0..bytes.len()).step_by(97).chain(0..20) {
        assert!(Prints::from_bytes(&bytes[..length]).is_err(), "{length} bytes");
    }
    for at in (0..bytes.len()).step_by(61).chain(0..14) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        assert!(Prints::from_bytes(&changed).is_err(), "byte {at}");
    }
    insta::assert_snapshot!(
        Prints::from_bytes(&bytes[..40]).unwrap_err(),
        @"kept prints cannot be read: their checksum is another one (make them again from the cut)"
    );
}

#[test]
fn prints_of_another_definition_are_named_as_that() {
    let mut bytes = full().to_bytes().unwrap();
    bytes[8] = 200;
    assert_eq!(Prints::from_bytes(&bytes), Err(SimilarError::Version { found: 200, known: DEFINITION }));
}

#[test]
fn twelve_frames_a_second_are_kept_at_any_rate() {
    let pixels = draw(20, 20, |x, y| Picture::new(1).at(x, y));
    let luma = Luma::new(&pixels, 20, 20, 20).unwrap();
    for rate in [12, 24, 25, 30, 50, 60] {
        let mut builder = Prints::builder();
        for number in 0..rate * 3 {
            builder.push_frame(number * 1_000 / rate, &luma, &[]).unwrap();
        }
        let prints = builder.finish();
        assert!((35..=37).contains(&prints.frames().len()), "{rate}: {}", prints.frames().len());
        assert!(prints.duration_ms().abs_diff(3_000) <= 60, "{rate}: {}", prints.duration_ms());
    }
}

#[test]
fn a_frame_that_comes_too_late_is_refused() {
    let pixels = [0; 64];
    let luma = Luma::new(&pixels, 8, 8, 8).unwrap();
    let mut builder = Prints::builder();
    builder.push_frame(500, &luma, &[]).unwrap();
    insta::assert_snapshot!(
        builder.push_frame(400, &luma, &[]).unwrap_err(),
        @"a frame at 400 ms came after one at 500 ms (push frames in the order of their times)"
    );
    assert!(!builder.wants(501) && builder.wants(600));
}

#[test]
fn a_plane_that_is_not_there_is_refused() {
    insta::assert_snapshot!(
        Luma::new(&[0; 10], 4, 4, 4).unwrap_err(),
        @"a picture of 4x4 with rows of 4 bytes does not fit 10 bytes (hand in the whole luma plane, with its stride; sides of 1 to 16384)"
    );
    for (width, height, stride) in [(0, 4, 4), (4, 0, 4), (4, 4, 3), (usize::MAX, 2, usize::MAX), (1, usize::MAX, 1)] {
        assert!(Luma::new(&[0; 64], width, height, stride).is_err(), "{width} {height} {stride}");
    }
}

#[test]
fn nothing_gives_prints_of_nothing() {
    let prints = Prints::builder().finish();
    assert_eq!((prints.duration_ms(), prints.frames().len()), (0, 0));
    assert_eq!(Prints::from_bytes(&prints.to_bytes().unwrap()).unwrap(), prints);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Prints::from_bytes(&bytes).is_err());
        let mut named = b"rp-print".to_vec();
        named.extend_from_slice(&DEFINITION.to_le_bytes());
        named.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        named.extend_from_slice(&bytes);
        if let Ok(prints) = Prints::from_bytes(&named) {
            prop_assert!(prints.frames().len() <= FRAMES_MAX);
        }
    }
}
