use proptest::prelude::*;

use super::*;

/// Bytes to work on, and where each of three slices starts in them: any alignment.
fn rows() -> impl Strategy<Value = ([Vec<u8>; 3], [usize; 3])> {
    let bytes = || prop::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(255), Just(128)], 0..200);
    ([bytes(), bytes(), bytes()], [0_usize..34, 0_usize..34, 0_usize..34]).prop_map(|(bytes, starts)| {
        let starts = [0, 1, 2].map(|at| starts[at].min(bytes[at].len()));
        (bytes, starts)
    })
}

/// Runs a kernel on slices of `bytes` at all levels; the bytes outside of the slices are in the outcome as well.
fn at_all(
    (bytes, starts): &([Vec<u8>; 3], [usize; 3]),
    kernel: impl Fn(Level, &mut [u8], &[u8], &[u8]),
) -> Vec<Vec<u8>> {
    let run = |level| {
        let mut out = bytes[0].clone();
        kernel(level, &mut out[starts[0]..], &bytes[1][starts[1]..], &bytes[2][starts[2]..]);
        out
    };
    Level::all().into_iter().map(run).collect()
}

fn agree(outcomes: &[Vec<u8>]) -> bool {
    outcomes.iter().all(|outcome| *outcome == outcomes[0])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_level_gives_the_same_bytes(rows in rows(), share in 0_u16..=256, value in any::<u8>()) {
        let mixed = at_all(&rows, |level, out, one, two| level.mix_rows(out, one, two, share));
        prop_assert!(agree(&mixed), "mix_rows: {mixed:?}");
        let mixed = at_all(&rows, |level, out, one, _| level.mix(out, one, share));
        prop_assert!(agree(&mixed), "mix: {mixed:?}");
        let mixed = at_all(&rows, Level::mix_by);
        prop_assert!(agree(&mixed), "mix_by: {mixed:?}");
        let tinted = at_all(&rows, |level, out, _, _| level.tint(out, value, share));
        prop_assert!(agree(&tinted), "tint: {tinted:?}");
        let laid = at_all(&rows, |level, out, one, two| level.lay(out, one, two, share));
        prop_assert!(agree(&laid), "lay: {laid:?}");
        let grain = std::array::from_fn(|at| 1 + (at * 37 % 255) as u8);
        let (stays, added) = (u16::MAX - share * 255, u16::from(value) * share.min(255));
        let shaded = at_all(&rows, |level, out, _, _| level.shade(out, stays, added, &grain));
        prop_assert!(agree(&shaded), "shade: {shaded:?}");
        let by = |bytes: &[u8]| bytes.iter().map(|byte| u16::from(*byte) * 257).collect::<Vec<_>>();
        let shaded = at_all(&rows, |level, out, one, two| level.shade_by(out, &by(one), &by(two), &grain));
        prop_assert!(agree(&shaded), "shade_by: {shaded:?}");
    }

    #[test]
    fn resampling_gives_the_same_bytes_at_every_level(
        source in prop::collection::vec(any::<u8>(), 1..300),
        length in 1_usize..300, first in -40.0_f64..200.0, step in 1.0_f64 / 64.0..=2.0, exact in any::<bool>(),
    ) {
        let step = if exact { (step * 4.0).ceil() / 4.0 } else { step };
        let mut columns = Columns::default();
        columns.plan(length, source.len(), first, step);
        let mut row = source.clone();
        // What lies past the source is never seen, whatever it is.
        row.resize(columns.reach().max(source.len()), 77);
        let resampled = Level::all().into_iter().map(|level| {
            let mut out = vec![0; length];
            level.resample(&columns, &row, &mut out);
            out
        });
        let resampled: Vec<_> = resampled.collect();
        prop_assert!(agree(&resampled), "{resampled:?}");
        let plain = &resampled[0];
        let (begin, end) = columns.used();
        let used = &source[begin..end];
        prop_assert!(plain.iter().all(|seen| used.iter().min() <= Some(seen) && used.iter().max() >= Some(seen)));
        for (at, seen) in plain.iter().enumerate() {
            let position = (first + at as f64 * step).clamp(0.0, (source.len() - 1) as f64);
            let left = position as usize;
            let (one, two) = (f64::from(source[left]), f64::from(source[(left + 1).min(source.len() - 1)]));
            let expected = one + (two - one) * (position - left as f64);
            // Half a step of 255 for rounding, and as much for a place that is 1/512 pixel off.
            prop_assert!((f64::from(*seen) - expected).abs() <= 1.001, "{} at {position}, not {expected}", seen);
        }
        if let Some(from) = columns.copied() {
            prop_assert_eq!(&plain[..], &source[from..from + length]);
        }
    }

    #[test]
    fn mixing_rounds_to_the_nearest(old in any::<u8>(), new in any::<u8>(), share in 0_u16..=256) {
        let mut out = [old];
        Level::Portable.mix(&mut out, &[new], share);
        let exact = (f64::from(old) * f64::from(256 - share) + f64::from(new) * f64::from(share)) / 256.0;
        prop_assert!((f64::from(out[0]) - exact).abs() <= 0.5);
        let mut tinted = [old];
        Level::Portable.tint(&mut tinted, new, share);
        prop_assert_eq!(tinted, out, "tinting is mixing with one value");
        let by = share.min(255) as u8;
        let mut out = [old];
        Level::Portable.mix_by(&mut out, &[new], &[by]);
        let exact = (f64::from(old) * f64::from(255 - by) + f64::from(new) * f64::from(by)) / 255.0;
        prop_assert!((f64::from(out[0]) - exact).abs() <= 0.5);
    }

    #[test]
    fn laying_rounds_to_the_nearest_and_never_wraps(old in any::<u8>(), value in any::<u8>(), stays in any::<u8>()) {
        let mut out = [old];
        Level::Portable.lay(&mut out, &[value], &[stays], 256);
        let exact = (f64::from(value) + f64::from(old) * f64::from(stays) / 255.0).min(255.0);
        prop_assert!((f64::from(out[0]) - exact).abs() <= 0.5);
    }
}

#[test]
fn a_still_row_is_copied() {
    let mut columns = Columns::default();
    columns.plan(10, 20, 5.0, 1.0);
    assert_eq!(columns.copied(), Some(5));
    for (first, step) in [(5.3, 1.0), (5.0, 0.99), (-3.0, 1.0), (11.0, 1.0)] {
        columns.plan(10, 20, first, step);
        assert_eq!(columns.copied(), None, "from {first} in steps of {step}");
    }
}

#[test]
#[should_panic(expected = "the row ends at 20")]
fn a_row_that_is_too_short_is_not_read() {
    let mut columns = Columns::default();
    columns.plan(40, 60, 0.0, 1.0);
    Level::best().resample(&columns, &[0; 20], &mut [0; 40]);
}
