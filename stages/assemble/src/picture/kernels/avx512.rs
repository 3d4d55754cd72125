//! The kernels with AVX-512: as with AVX2, twice as wide. Where it has the byte permutations of VBMI, 64 pixels are
//! looked up in one window of 128 values, rather than eight at a time in one of 16.
#![expect(unsafe_code, reason = "calls functions that only some processors can run, and loads windows of rows")]

use std::arch::x86_64::{
    __m512i, _mm512_load_si512, _mm512_loadu_si512 as loadu, _mm512_maddubs_epi16 as maddubs,
    _mm512_mulhrs_epi16 as mulhrs, _mm512_packs_epi16 as packs, _mm512_permutex2var_epi8,
    _mm512_set1_epi8 as set1_epi8, _mm512_set1_epi16 as set1_epi16, _mm512_storeu_si512 as storeu,
    _mm512_unpackhi_epi8 as unpackhi, _mm512_unpacklo_epi8 as unpacklo, _mm512_xor_si512 as xor,
};

use super::columns::{Columns, WIDE, WIDE_WINDOW, Wide};
use super::{GRAIN, portable};

/// Proof that this processor has AVX-512 with byte and word instructions and VBMI.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        let has_all = is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi");
        has_all.then_some(Self(()))
    }
}

vector_kernels!(Avx512, "avx512bw,avx512vl,avx512vbmi", __m512i, WIDE, wides, resample_wide);

/// 64 pixels.
///
/// # Safety
///
/// The group's window must lie within the row.
#[target_feature(enable = "avx512bw,avx512vl,avx512vbmi")]
#[inline]
unsafe fn resample_wide(group: &Wide, row: &[u8]) -> __m512i {
    let bias = set1_epi8(-128);
    let at = group.window as usize;
    debug_assert!(at + WIDE_WINDOW <= row.len());
    // SAFETY: 128 bytes from `at` on are in the row, as the caller promises.
    let (left, right) = unsafe {
        let window = row.as_ptr().add(at);
        (loadu(window.cast()), loadu(window.add(WIDE).cast()))
    };
    let (left, right) = (xor(left, bias), xor(right, bias));
    let sums = |vector: usize| {
        // SAFETY: `Wide` is aligned to 64 bytes, and both of its tables are made of parts of 64 bytes.
        let (taps, weights) = unsafe {
            (
                _mm512_load_si512(group.taps[vector].as_ptr().cast()),
                _mm512_load_si512(group.weights[vector].as_ptr().cast()),
            )
        };
        weighted(weights, _mm512_permutex2var_epi8(left, taps, right))
    };
    xor(packs(sums(0), sums(1)), bias)
}
