use proptest::prelude::*;

use super::*;

/// A needle and rows at all distances, also at 0 and 256.
fn rows() -> impl Strategy<Value = (Vec<Hash>, Vec<Hash>)> {
    let hash = prop_oneof![any::<Hash>(), Just([0; 4]), Just([u64::MAX; 4])];
    (prop::collection::vec(hash.clone(), 0..70), prop::collection::vec(hash, 0..40))
}

proptest! {
    #[test]
    fn every_kernel_finds_what_a_loop_over_all_finds((rows, needles) in rows(), radius in 0_u32..260) {
        let mut expected = Vec::new();
        for (needle, hash) in needles.iter().enumerate() {
            for (row, other) in rows.iter().enumerate() {
                let distance = distance(hash, other);
                if distance <= radius {
                    expected.push(Near { needle: needle as u32, row: row as u32 + 7, distance });
                }
            }
        }
        for kernel in Kernel::all() {
            let mut found = Vec::new();
            kernel.scan(&rows, 7, &needles, radius, &mut found);
            found.sort();
            prop_assert_eq!(&found, &expected, "{}", kernel.name());
            let picked: Vec<u32> = (0..rows.len() as u32).rev().collect();
            let mut found = Vec::new();
            for (needle, hash) in needles.iter().enumerate() {
                let mut tell = |row, distance| found.push(Near { needle: needle as u32, row: row + 7, distance });
                kernel.pick(&rows, &picked, hash, radius, &mut tell).unwrap();
            }
            found.sort();
            prop_assert_eq!(&found, &expected, "picked by {}", kernel.name());
        }
    }
}

#[test]
fn a_row_that_does_not_exist_is_told_and_not_read() {
    for kernel in Kernel::all() {
        assert_eq!(kernel.pick(&[[0; 4]], &[0, 1], &[0; 4], 3, &mut |_, _| {}), None, "{}", kernel.name());
    }
}
