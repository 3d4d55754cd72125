//! Resampling with SSSE3, for processors without AVX2; their other kernels are fast enough as they are.
#![expect(clippy::unused_self, reason = "having the value is the proof that the processor can")]
#![expect(unsafe_code, reason = "calls functions that only some processors can run, and loads windows of rows")]

use std::arch::x86_64::{
    __m128i, _mm_loadu_si128, _mm_maddubs_epi16, _mm_mulhrs_epi16, _mm_packs_epi16, _mm_set1_epi8, _mm_set1_epi16,
    _mm_shuffle_epi8, _mm_storeu_si128, _mm_xor_si128,
};

use super::columns::{BLOCK, Columns, GROUP, Group, WINDOW};

/// Proof that this processor has SSSE3.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ssse3(());

impl Ssse3 {
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("ssse3").then_some(Self(()))
    }

    pub(super) fn resample(self, columns: &Columns, row: &[u8], out: &mut [u8]) {
        for (group, out) in columns.groups().iter().zip(out.chunks_mut(GROUP)) {
            for (pair, out) in out.chunks_mut(2 * BLOCK).enumerate() {
                // SAFETY: `self` is only made where SSSE3 was detected.
                let pixels = unsafe { two_blocks(group, 2 * pair, row) };
                if let Ok(out) = <&mut [u8; 2 * BLOCK]>::try_from(&mut *out) {
                    *out = pixels;
                } else {
                    out.copy_from_slice(&pixels[..out.len()]);
                }
            }
        }
    }
}

/// 16 pixels, by the arithmetic that `avx2` explains.
#[target_feature(enable = "ssse3")]
#[inline]
fn two_blocks(group: &Group, first: usize, row: &[u8]) -> [u8; 2 * BLOCK] {
    let bias = _mm_set1_epi8(-128);
    let sums = |block: usize| {
        let (taps, weights) = group.block(block);
        let window = row[group.windows[block] as usize..].first_chunk::<WINDOW>();
        let pairs = _mm_xor_si128(_mm_shuffle_epi8(load(window.unwrap_or(&[0; WINDOW])), load(taps)), bias);
        _mm_mulhrs_epi16(_mm_maddubs_epi16(load(weights), pairs), _mm_set1_epi16(128))
    };
    let both = _mm_xor_si128(_mm_packs_epi16(sums(first), sums(first + 1)), bias);
    let mut out = [0; 2 * BLOCK];
    // SAFETY: the array has 16 bytes.
    unsafe { _mm_storeu_si128(out.as_mut_ptr().cast(), both) };
    out
}

#[target_feature(enable = "ssse3")]
#[inline]
fn load(bytes: &[u8; WINDOW]) -> __m128i {
    // SAFETY: the array has 16 bytes.
    unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
}
