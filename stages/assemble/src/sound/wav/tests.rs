use super::*;
use crate::testing::wav;

#[track_caller]
fn refused(bytes: &[u8]) -> String {
    parse(bytes).unwrap_err()
}

#[test]
fn reads_samples_and_rate_and_passes_over_other_chunks() {
    let plain = wav(&[1, -2, 3], 22_050);
    assert_eq!(parse(&plain).unwrap(), Speech { rate: 22_050, samples: vec![1, -2, 3] });
    // A chunk of odd length and its filling byte before the format.
    let mut listed = plain[..12].to_vec();
    listed.extend_from_slice(b"LIST\x03\0\0\0abc\0");
    listed.extend_from_slice(&plain[12..]);
    assert_eq!(parse(&listed).unwrap().samples, [1, -2, 3]);
    // A writer that streams does not know the length.
    let mut streamed = plain;
    streamed[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(parse(&streamed).unwrap().samples, [1, -2, 3]);
}

#[test]
fn says_what_is_wrong_with_a_file_it_does_not_read() {
    insta::assert_snapshot!(refused(b"ID3"), @"its 3 bytes do not begin with a RIFF/WAVE header");
    let plain = wav(&[1], 22_050);
    insta::assert_snapshot!(refused(&plain[..20]), @"its `fmt ` chunk has 0 bytes, fewer than 16");
    insta::assert_snapshot!(refused(&plain[..36]), @"it has no `data` chunk");
    let changed = |at: usize, byte: u8| {
        let mut bytes = plain.clone();
        bytes[at] = byte;
        refused(&bytes)
    };
    insta::assert_snapshot!(changed(20, 3), @"its format is number 3, not 1 (PCM)");
    insta::assert_snapshot!(changed(22, 2), @"it has 2 channels of 16 bits");
    insta::assert_snapshot!(changed(25, 1), @"it has 290 samples a second, not 8000 to 192000");
}
