//! The kernels with AVX2. Most loops are those of `portable`, compiled once more for this instruction set. Resampling
//! needs byte shuffles, and mixing twice the speed by multiplying bytes: the compiler finds neither by itself.
//!
//! A byte times a weight of eight bits only fits the instruction if the byte is the signed one. So values are moved down
//! by 128 and, since the two weights sum up to 256, the result is moved up again by as much.
#![expect(clippy::unused_self, reason = "having the value is the proof that the processor can")]
#![expect(unsafe_code, reason = "calls functions that only some processors can run, and loads windows of rows")]

use std::arch::x86_64::{
    __m256i, _mm_loadu_si128, _mm256_castsi128_si256, _mm256_inserti128_si256, _mm256_load_si256, _mm256_loadu_si256,
    _mm256_maddubs_epi16, _mm256_mulhrs_epi16, _mm256_packs_epi16, _mm256_set1_epi8, _mm256_set1_epi16,
    _mm256_shuffle_epi8, _mm256_storeu_si256, _mm256_unpackhi_epi8, _mm256_unpacklo_epi8, _mm256_xor_si256,
};

use super::columns::{Columns, GROUP, Group, WINDOW};
use super::{GRAIN, portable};

/// Proof that this processor has AVX2.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx2(());

recompiled! { Avx2, "avx2",
    mix_by(old: &mut [u8], new: &[u8], shares: &[u8]);
    tint(old: &mut [u8], value: u8, share: u16);
    lay(old: &mut [u8], values: &[u8], stays: &[u8]);
    lay_faded(old: &mut [u8], values: &[u8], stays: &[u8], opacity: u16);
    shade(old: &mut [u8], stays: u16, added: u16, grain: &[u8; GRAIN]);
    shade_by(old: &mut [u8], stays: &[u16], added: &[u16], grain: &[u8; GRAIN]);
}

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }

    /// `share` from 1 to 255.
    pub(super) fn mix_rows(self, out: &mut [u8], one: &[u8], two: &[u8], share: u16) {
        // SAFETY: `self` is only made where AVX2 was detected.
        unsafe { mix_rows(out, one, two, share) }
    }

    /// `share` from 1 to 255.
    pub(super) fn mix(self, old: &mut [u8], new: &[u8], share: u16) {
        // SAFETY: `self` is only made where AVX2 was detected.
        unsafe { mix(old, new, share) }
    }

    pub(super) fn resample(self, columns: &Columns, row: &[u8], out: &mut [u8]) {
        assert!(columns.reach() <= row.len(), "the row ends at {} of {}", row.len(), columns.reach());
        // SAFETY: `self` is only made where AVX2 was detected; no window ends past `reach`, which is in the row.
        unsafe { resample(columns, row, out) }
    }
}

/// Sums of two neighbours of `pairs` (signed) by their `weights` (which sum up to 256), in 1/256, to the nearest.
#[target_feature(enable = "avx2")]
#[inline]
fn weighted(weights: __m256i, pairs: __m256i) -> __m256i {
    // (x * 128 + 2^14) >> 15 is (x + 128) >> 8.
    _mm256_mulhrs_epi16(_mm256_maddubs_epi16(weights, pairs), _mm256_set1_epi16(128))
}

/// 32 pixels of two rows; `weights` are those of `one` and `two` in turn.
#[target_feature(enable = "avx2")]
#[inline]
fn mixed(one: &[u8; GROUP], two: &[u8; GROUP], weights: __m256i) -> [u8; GROUP] {
    let bias = _mm256_set1_epi8(-128);
    let mut out = [0; GROUP];
    // SAFETY: the arrays have 32 bytes.
    let (one, two) = unsafe { (_mm256_loadu_si256(one.as_ptr().cast()), _mm256_loadu_si256(two.as_ptr().cast())) };
    let (one, two) = (_mm256_xor_si256(one, bias), _mm256_xor_si256(two, bias));
    let low = weighted(weights, _mm256_unpacklo_epi8(one, two));
    let high = weighted(weights, _mm256_unpackhi_epi8(one, two));
    let both = _mm256_xor_si256(_mm256_packs_epi16(low, high), bias);
    // SAFETY: as above.
    unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), both) };
    out
}

#[target_feature(enable = "avx2")]
fn weights(share: u16) -> __m256i {
    debug_assert!((1..256).contains(&share), "a weight of 256 is no byte");
    _mm256_set1_epi16(i16::from_le_bytes([(256 - share) as u8, share as u8]))
}

#[target_feature(enable = "avx2")]
fn mix_rows(out: &mut [u8], one: &[u8], two: &[u8], share: u16) {
    let length = out.len().min(one.len()).min(two.len());
    let weights = weights(share);
    let (out, out_rest) = out[..length].as_chunks_mut();
    let (one, one_rest) = one[..length].as_chunks();
    let (two, two_rest) = two[..length].as_chunks();
    for ((out, one), two) in out.iter_mut().zip(one).zip(two) {
        *out = mixed(one, two, weights);
    }
    portable::mix_rows(out_rest, one_rest, two_rest, share);
}

#[target_feature(enable = "avx2")]
fn mix(old: &mut [u8], new: &[u8], share: u16) {
    let length = old.len().min(new.len());
    let weights = weights(share);
    let (old, old_rest) = old[..length].as_chunks_mut();
    let (new, new_rest) = new[..length].as_chunks();
    for (old, new) in old.iter_mut().zip(new) {
        *old = mixed(old, new, weights);
    }
    portable::mix(old_rest, new_rest, share);
}

/// # Safety
///
/// The row must have [`Columns::reach`] values.
#[target_feature(enable = "avx2")]
unsafe fn resample(columns: &Columns, row: &[u8], out: &mut [u8]) {
    let mut chunks = out.chunks_exact_mut(GROUP);
    let mut groups = columns.groups().iter();
    for (out, group) in chunks.by_ref().zip(groups.by_ref()) {
        // SAFETY: as the caller promises; `out` has 32 bytes.
        unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), resample_group(group, row)) };
    }
    let rest = chunks.into_remainder();
    if let Some(group) = groups.next().filter(|_| !rest.is_empty()) {
        let mut last = [0_u8; GROUP];
        // SAFETY: as the caller promises; `last` has 32 bytes.
        unsafe { _mm256_storeu_si256(last.as_mut_ptr().cast(), resample_group(group, row)) };
        rest.copy_from_slice(&last[..rest.len()]);
    }
}

/// 32 pixels.
///
/// # Safety
///
/// All windows of the group must lie within the row.
#[target_feature(enable = "avx2")]
#[inline]
unsafe fn resample_group(group: &Group, row: &[u8]) -> __m256i {
    let bias = _mm256_set1_epi8(-128);
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
        let pairs = _mm256_xor_si256(_mm256_shuffle_epi8(both, taps), bias);
        weighted(weights, pairs)
    };
    _mm256_xor_si256(_mm256_packs_epi16(sums(0), sums(1)), bias)
}
