//! The kernels with AVX-512: as with AVX2, twice as wide. Where it has the byte permutations of VBMI, 64 pixels are
//! looked up in one window of 128 values, rather than eight at a time in one of 16.
#![expect(clippy::unused_self, reason = "having the value is the proof that the processor can")]
#![expect(unsafe_code, reason = "calls functions that only some processors can run, and loads windows of rows")]

use std::arch::x86_64::{
    __m512i, _mm512_load_si512, _mm512_loadu_si512, _mm512_maddubs_epi16, _mm512_mulhrs_epi16, _mm512_packs_epi16,
    _mm512_permutex2var_epi8, _mm512_set1_epi8, _mm512_set1_epi16, _mm512_storeu_si512, _mm512_unpackhi_epi8,
    _mm512_unpacklo_epi8, _mm512_xor_si512,
};

use super::columns::{Columns, WIDE, WIDE_WINDOW, Wide};
use super::{GRAIN, portable};

/// Proof that this processor has AVX-512 with byte and word instructions and VBMI.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx512(());

recompiled! { Avx512, "avx512bw,avx512vl,avx512vbmi",
    mix_by(old: &mut [u8], new: &[u8], shares: &[u8]);
    tint(old: &mut [u8], value: u8, share: u16);
    lay(old: &mut [u8], values: &[u8], stays: &[u8]);
    lay_faded(old: &mut [u8], values: &[u8], stays: &[u8], opacity: u16);
    shade(old: &mut [u8], stays: u16, added: u16, grain: &[u8; GRAIN]);
    shade_by(old: &mut [u8], stays: &[u16], added: &[u16], grain: &[u8; GRAIN]);
}

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        let has_all = is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vbmi");
        has_all.then_some(Self(()))
    }

    /// `share` from 1 to 255.
    pub(super) fn mix_rows(self, out: &mut [u8], one: &[u8], two: &[u8], share: u16) {
        // SAFETY: `self` is only made where AVX-512 was detected.
        unsafe { mix_rows(out, one, two, share) }
    }

    /// `share` from 1 to 255.
    pub(super) fn mix(self, old: &mut [u8], new: &[u8], share: u16) {
        // SAFETY: `self` is only made where AVX-512 was detected.
        unsafe { mix(old, new, share) }
    }

    pub(super) fn resample(self, columns: &Columns, row: &[u8], out: &mut [u8]) {
        assert!(columns.reach() <= row.len(), "the row ends at {} of {}", row.len(), columns.reach());
        // SAFETY: `self` is only made where AVX-512 was detected; no window ends past `reach`, which is in the row.
        unsafe { resample(columns, row, out) }
    }
}

/// As in `avx2`: sums of two neighbours by their weights, in 1/256, to the nearest.
#[target_feature(enable = "avx512bw")]
#[inline]
fn weighted(weights: __m512i, pairs: __m512i) -> __m512i {
    _mm512_mulhrs_epi16(_mm512_maddubs_epi16(weights, pairs), _mm512_set1_epi16(128))
}

/// 64 pixels of two rows; `weights` are those of `one` and `two` in turn.
#[target_feature(enable = "avx512bw")]
#[inline]
fn mixed(one: &[u8; WIDE], two: &[u8; WIDE], weights: __m512i) -> [u8; WIDE] {
    let bias = _mm512_set1_epi8(-128);
    let mut out = [0; WIDE];
    // SAFETY: the arrays have 64 bytes.
    let (one, two) = unsafe { (_mm512_loadu_si512(one.as_ptr().cast()), _mm512_loadu_si512(two.as_ptr().cast())) };
    let (one, two) = (_mm512_xor_si512(one, bias), _mm512_xor_si512(two, bias));
    let low = weighted(weights, _mm512_unpacklo_epi8(one, two));
    let high = weighted(weights, _mm512_unpackhi_epi8(one, two));
    let both = _mm512_xor_si512(_mm512_packs_epi16(low, high), bias);
    // SAFETY: as above.
    unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), both) };
    out
}

#[target_feature(enable = "avx512bw")]
fn weights(share: u16) -> __m512i {
    debug_assert!((1..256).contains(&share), "a weight of 256 is no byte");
    _mm512_set1_epi16(i16::from_le_bytes([(256 - share) as u8, share as u8]))
}

#[target_feature(enable = "avx512bw")]
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

#[target_feature(enable = "avx512bw")]
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
#[target_feature(enable = "avx512bw,avx512vbmi")]
unsafe fn resample(columns: &Columns, row: &[u8], out: &mut [u8]) {
    let mut chunks = out.chunks_exact_mut(WIDE);
    let mut groups = columns.wides().iter();
    for (out, group) in chunks.by_ref().zip(groups.by_ref()) {
        // SAFETY: as the caller promises; `out` has 64 bytes.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), resample_wide(group, row)) };
    }
    let rest = chunks.into_remainder();
    if let Some(group) = groups.next().filter(|_| !rest.is_empty()) {
        let mut last = [0_u8; WIDE];
        // SAFETY: as the caller promises; `last` has 64 bytes.
        unsafe { _mm512_storeu_si512(last.as_mut_ptr().cast(), resample_wide(group, row)) };
        rest.copy_from_slice(&last[..rest.len()]);
    }
}

/// 64 pixels.
///
/// # Safety
///
/// The group's window must lie within the row.
#[target_feature(enable = "avx512bw,avx512vbmi")]
#[inline]
unsafe fn resample_wide(group: &Wide, row: &[u8]) -> __m512i {
    let bias = _mm512_set1_epi8(-128);
    let at = group.window as usize;
    debug_assert!(at + WIDE_WINDOW <= row.len());
    // SAFETY: 128 bytes from `at` on are in the row, as the caller promises.
    let (left, right) = unsafe {
        let window = row.as_ptr().add(at);
        (_mm512_loadu_si512(window.cast()), _mm512_loadu_si512(window.add(WIDE).cast()))
    };
    let (left, right) = (_mm512_xor_si512(left, bias), _mm512_xor_si512(right, bias));
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
    _mm512_xor_si512(_mm512_packs_epi16(sums(0), sums(1)), bias)
}
