//! The kernels with AVX2. Most loops are those of `portable`, compiled once more for this instruction set. Resampling
//! needs byte shuffles, and mixing twice the speed by multiplying bytes: the compiler finds neither by itself.
#![expect(unsafe_code, reason = "calls functions that only some processors can run, and loads windows of rows")]

use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_castsi128_si256, _mm256_inserti128_si256, _mm256_load_si256,
    _mm256_loadu_si256 as loadu, _mm256_maddubs_epi16 as maddubs, _mm256_mulhrs_epi16 as mulhrs,
    _mm256_packs_epi16 as packs, _mm256_set1_epi8 as set1_epi8, _mm256_set1_epi16 as set1_epi16, _mm256_shuffle_epi8,
    _mm256_storeu_si256 as storeu, _mm256_unpackhi_epi8 as unpackhi, _mm256_unpacklo_epi8 as unpacklo,
    _mm256_xor_si256 as xor,
};

use super::columns::{Columns, GROUP, Group, WINDOW};
use super::{GRAIN, portable};

/// Proof that this processor has AVX2.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

vector_kernels!(Avx2, "avx2", __m256i, GROUP, groups, resample_group);

/// 32 pixels.
///
/// # Safety
///
/// All windows of the group must lie within the row.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn resample_group(group: &Group, row: &[u8]) -> __m256i {
    let bias = set1_epi8(-128);
    let sums = |vector: usize| {
        let window = |block: usize| {
            let at = group.windows[block] as usize;
            debug_assert!(at + WINDOW <= row.len());
            // SAFETY: 16 bytes from `at` on are in the row, as the caller promises.
            unsafe { _mm_loadu_si128(row.as_ptr().add(at).cast()) }
        };
        let both = _mm256_inserti128_si256::<1>(_mm256_castsi128_si256(window(vector)), window(vector + 2));
        // SAFETY: `Group` is aligned to 32 bytes, and both of its tables are made of parts of 32 bytes.
        let (taps, weights) = unsafe {
            (
                _mm256_load_si256(group.taps[vector].as_ptr().cast()),
                _mm256_load_si256(group.weights[vector].as_ptr().cast()),
            )
        };
        let pairs = xor(_mm256_shuffle_epi8(both, taps), bias);
        weighted(weights, pairs)
    };
    xor(packs(sums(0), sums(1)), bias)
}
