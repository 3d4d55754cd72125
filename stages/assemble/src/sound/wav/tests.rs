use super::*;
use crate::testing::wav;

#[track_caller]
fn refused(bytes: &[u8]) -> String {
    parse(bytes).unwrap_err().to_string()
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
    insta::assert_snapshot!(refused(b"ID3"), @"the voice track is not a 16-bit mono WAV: its 3 bytes do not begin with a RIFF/WAVE header");
    let plain = wav(&[1], 22_050);
    insta::assert_snapshot!(refused(&plain[..20]), @"the voice track is not a 16-bit mono WAV: its `fmt ` chunk has 0 bytes, fewer than 16");
    insta::assert_snapshot!(refused(&plain[..36]), @"the voice track is not a 16-bit mono WAV: it has no `data` chunk");
    let changed = |at: usize, byte: u8| {
        let mut bytes = plain.clone();
        bytes[at] = byte;
        refused(&bytes)
    };
    insta::assert_snapshot!(changed(20, 3), @"the voice track is not a 16-bit mono WAV: its format is number 3, not 1 (PCM)");
    insta::assert_snapshot!(changed(22, 2), @"the voice track is not a 16-bit mono WAV: it has 2 channels of 16 bits");
    insta::assert_snapshot!(changed(25, 1), @"the voice track is not a 16-bit mono WAV: it has 290 samples a second, not 8000 to 192000");
}

#[test]
fn resampling_keeps_length_pitch_and_level() {
    let rate = 22_050;
    let tone: Vec<i16> = (0..rate)
        .map(|at| ((f64::from(at) * 441.0 / f64::from(rate) * std::f64::consts::TAU).sin() * 16_384.0) as i16)
        .collect();
    let out = resampled(&Speech { rate: rate as u32, samples: tone }, 60_000).unwrap();
    assert_eq!(out.len(), 60_000);
    let heard = &out[2_000..46_000];
    let crossings = heard.windows(2).filter(|pair| pair[0] <= 0.0 && pair[1] > 0.0).count();
    assert!((403..=405).contains(&crossings), "441 Hz over 44,000 samples: {crossings}");
    let peak = heard.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    assert!((peak - 0.5).abs() < 0.01, "{peak}");
    assert!(out[49_000..].iter().all(|sample| sample.abs() < 1e-3), "silence after its end");
}
