use proptest::prelude::*;

use super::format::{HEAD_BYTES, read, read_head, write};
use super::*;

pub(super) const HEADERS: &[u8] = &[0, 0, 0, 1, 0x67, 9, 0, 0, 0, 1, 0x68, 9];

/// A packet with the outer form of a coded picture.
fn packet(at: i64, pts: i64, kind: u8, filling: usize) -> CodedPacket {
    let data: Vec<u8> = [0, 0, 0, 1, 0x60 | kind].into_iter().chain(std::iter::repeat_n(kind + 7, filling)).collect();
    CodedPacket { data: data.into(), pts, dts: at, is_key: kind == 5 }
}

/// A segment of two frames and about `bytes` bytes; each `mark` has its own.
pub(super) fn made(mark: u8, bytes: usize) -> Segment {
    let mut second = packet(1, 1, 1, bytes);
    second.data = [&second.data[..], &[mark]].concat().into();
    Segment::new((64, 96, 10), HEADERS.into(), 0, vec![packet(0, 0, 5, 3), second]).unwrap()
}

pub(super) fn components(mark: u8) -> Components {
    Components::new().with("encoder settings", [1; 32]).with_value("captions", &mark).with_value("place", &(mark / 2))
}

#[test]
fn packets_that_joining_could_not_rely_on_are_refused() {
    let fault = |packets: Vec<CodedPacket>| Segment::new((64, 96, 10), HEADERS.into(), 1, packets).unwrap_err();
    let fine = |at: i64| packet(at - 1, at, if at == 0 { 5 } else { 1 }, 2);
    insta::assert_snapshot!(fault(vec![fine(0)]), @"it has 1 frames, not 2 to 432000");
    insta::assert_snapshot!(fault(vec![packet(-1, 0, 1, 2), fine(1)]), @"its first packet is no IDR picture");
    insta::assert_snapshot!(fault(vec![fine(0), packet(0, 1, 5, 2)]), @"its last packet is a key frame, as its neighbour's first");
    insta::assert_snapshot!(fault(vec![fine(0), packet(0, 2, 1, 2)]), @"packet 1 is shown at frame 2, which is outside, taken, or before it is decoded at 0");
    insta::assert_snapshot!(fault(vec![fine(0), packet(0, 0, 1, 2)]), @"packet 1 is shown at frame 0, which is outside, taken, or before it is decoded at 0");
    insta::assert_snapshot!(fault(vec![fine(0), packet(0, 3, 1, 2), packet(1, 1, 1, 2), packet(2, 1, 1, 2)]), @"packet 3 is shown at frame 1, which is outside, taken, or before it is decoded at 2");
    insta::assert_snapshot!(fault(vec![fine(0), CodedPacket { is_key: true, ..fine(1) }, fine(2)]), @"packet 1 holds a key frame that is no IDR picture");
    insta::assert_snapshot!(fault((0..22).map(fine).collect()), @"there is no key frame between frames 0 and 22, more than 2 s");
    let headless = Segment::new((64, 96, 10), Bytes::from_static(&HEADERS[..6]), 1, vec![fine(0), fine(1)]);
    insta::assert_snapshot!(headless.unwrap_err(), @"its headers lack the PPS");
    assert!(Segment::new((64, 96, 10), HEADERS.into(), 1, (0..20).map(fine).collect()).is_ok());
}

#[test]
fn a_segment_comes_back_as_it_was_written() {
    let (segment, components) = (made(3, 500), components(3));
    let bytes = write(&segment, &components);
    assert_eq!(read(&bytes, &components.key()).unwrap(), segment);
    let head = bytes.slice(..bytes.len().min(HEAD_BYTES as usize));
    assert_eq!(read_head(&head, bytes.len() as u64, &components.key()).unwrap(), components);
}

#[test]
fn every_cut_off_and_every_changed_byte_is_noticed() {
    let key = components(1).key();
    let bytes = write(&made(1, 40), &components(1));
    for end in 0..bytes.len() {
        read(&bytes.slice(..end), &key).unwrap_err();
        // What a power cut makes of a file: its length is right, its end was never written.
        let mut hollow = bytes.to_vec();
        hollow[end..].fill(0);
        assert!(hollow == bytes || read(&hollow.into(), &key).is_err(), "hollow from {end}");
        for bit in 0..8 {
            let mut changed = bytes.to_vec();
            changed[end] ^= 1 << bit;
            read(&changed.into(), &key).unwrap_err();
        }
    }
    read(&[&bytes[..], b"x"].concat().into(), &key).unwrap_err();
}

#[test]
fn damage_is_named() {
    let (key, other) = (components(1).key(), components(2).key());
    let bytes = write(&made(1, 40), &components(1));
    let said = |bytes: &[u8]| read(&Bytes::copy_from_slice(bytes), &key).unwrap_err().to_string();
    insta::assert_snapshot!(said(b""), @"these 0 bytes are no segment");
    insta::assert_snapshot!(said(b"<?xml version='1.0'?><Error/>"), @"these 29 bytes are no segment");
    insta::assert_snapshot!(said(&bytes[..100]), @"the segment has 100 bytes, not 283");
    let mut changed = bytes.to_vec();
    changed[7] = 9;
    insta::assert_snapshot!(said(&changed), @"the segment is of format 9, not 1");
    changed = bytes.to_vec();
    changed[100] ^= 1;
    insta::assert_snapshot!(said(&changed), @"the segment's bytes do not fit its checksum");
    let mistaken = read(&bytes, &other).unwrap_err();
    assert_eq!(mistaken, Damage::Mistaken { found: key, expected: other });
}

#[test]
fn content_that_makes_no_sense_is_refused_even_with_a_checksum() {
    let key = components(1).key();
    let bytes = write(&made(1, 40), &components(1));
    let content = &bytes[..bytes.len() - 32];
    // Every byte behind the components, at its highest: lengths, counts and times that cannot be.
    let start = 17 + components(1).iter().map(|(name, _)| 33 + name.len()).sum::<usize>();
    for at in start..start + 24 {
        let mut wrong = content.to_vec();
        wrong[at] = 0xFF;
        let hash = blake3::hash(&wrong);
        let wrong = Bytes::from([&wrong[..], hash.as_bytes()].concat());
        // A picture of another size or rate may be possible; anything else is not.
        if let Ok(segment) = read(&wrong, &key) {
            assert_ne!(segment.canvas(), (64, 96, 10), "byte {at}");
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_fall_over(noise in prop::collection::vec(any::<u8>(), 0..400), start in any::<bool>()) {
        let mut bytes = noise;
        if start && bytes.len() >= 48 {
            bytes[..8].copy_from_slice(b"reelseg\x01");
            let length = bytes.len() as u64;
            bytes[8..16].copy_from_slice(&length.to_le_bytes());
            let content = bytes.len() - 32;
            let hash = blake3::hash(&bytes[..content]);
            bytes[content..].copy_from_slice(hash.as_bytes());
        }
        read(&bytes.into(), &components(0).key()).unwrap_err();
    }

    #[test]
    fn keys_differ_when_any_component_does(first in any::<[u8; 4]>(), second in any::<[u8; 4]>()) {
        let key = |parts: [u8; 4]| {
            Components::new().with_value("media", &parts[0]).with_value("text", &parts[1..]).key()
        };
        prop_assert_eq!(key(first) == key(second), first == second);
        prop_assert_eq!(SegmentKey::of_artifact(&key(first).artifact()), Some(key(first)));
    }
}

#[test]
fn names_and_their_order_are_part_of_the_key() {
    let key = |names: [&'static str; 2]| Components::new().with(names[0], [1; 32]).with(names[1], [2; 32]).key();
    assert_ne!(key(["a", "b"]), key(["b", "a"]));
    assert_ne!(key(["a", "b"]), key(["a", "c"]));
    assert_ne!(key(["ab", "c"]), key(["a", "bc"]));
}
