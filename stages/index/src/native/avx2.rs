//! Four rows at a time, bits counted by a table of the sixteen half-bytes (Muła, Kurz, Lemire 2018).

use std::arch::x86_64::{
    __m256i, _mm256_add_epi8, _mm256_and_si256, _mm256_castpd_si256, _mm256_castsi256_pd, _mm256_cmpgt_epi64,
    _mm256_loadu_pd, _mm256_movemask_pd, _mm256_permute2x128_si256, _mm256_sad_epu8, _mm256_set1_epi8,
    _mm256_set1_epi64x, _mm256_setr_epi8, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    _mm256_storeu_si256, _mm256_unpackhi_epi64, _mm256_unpacklo_epi64, _mm256_xor_si256,
};

use crate::hash::Hash;

/// Tells needle, row and distance of every row that is at most `radius` from a needle.
#[target_feature(enable = "avx2,popcnt")]
pub(super) fn scan(rows: &[Hash], needles: &[Hash], radius: u32, tell: &mut impl FnMut(usize, usize, u32)) {
    let limit = _mm256_set1_epi64x(i64::from(radius) + 1);
    let (blocks, rest) = rows.as_chunks::<4>();
    for (block, four) in blocks.iter().enumerate() {
        let columns = columns(four);
        for (at, needle) in needles.iter().enumerate() {
            let mut bytes = _mm256_setzero_si256();
            for (column, word) in columns.iter().zip(needle) {
                let apart = _mm256_xor_si256(*column, _mm256_set1_epi64x(word.cast_signed()));
                // At most 8 bits in each byte of four words: 32, far from 255.
                bytes = _mm256_add_epi8(bytes, bits_of_bytes(apart));
            }
            let sum = _mm256_sad_epu8(bytes, _mm256_setzero_si256());
            let mut near = _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(limit, sum)));
            if near == 0 {
                continue;
            }
            let mut distances = [0_u64; 4];
            // SAFETY: the array has room for the 32 bytes; the store needs no alignment.
            unsafe { _mm256_storeu_si256(distances.as_mut_ptr().cast(), sum) };
            while near != 0 {
                let lane = near.trailing_zeros() as usize;
                tell(at, block * 4 + lane, distances[lane] as u32);
                near &= near - 1;
            }
        }
    }
    super::scan_plain(rest, blocks.len() * 4, needles, radius, tell);
}

#[target_feature(enable = "avx2")]
fn bits_of_bytes(word: __m256i) -> __m256i {
    let table = _mm256_setr_epi8(
        0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
    );
    let half = _mm256_set1_epi8(0x0f);
    let low = _mm256_and_si256(word, half);
    let high = _mm256_and_si256(_mm256_srli_epi16::<4>(word), half);
    _mm256_add_epi8(_mm256_shuffle_epi8(table, low), _mm256_shuffle_epi8(table, high))
}

/// The first words of four hashes, the second ones, and so on.
#[target_feature(enable = "avx2")]
fn columns(rows: &[Hash; 4]) -> [__m256i; 4] {
    let start = rows.as_ptr().cast::<f64>();
    // SAFETY: a hash is 32 bytes; the loads need no alignment.
    let (a, b, c, d) = unsafe {
        (
            _mm256_castpd_si256(_mm256_loadu_pd(start)),
            _mm256_castpd_si256(_mm256_loadu_pd(start.add(4))),
            _mm256_castpd_si256(_mm256_loadu_pd(start.add(8))),
            _mm256_castpd_si256(_mm256_loadu_pd(start.add(12))),
        )
    };
    let (even, odd) = (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    let (even_2, odd_2) = (_mm256_unpacklo_epi64(c, d), _mm256_unpackhi_epi64(c, d));
    [
        _mm256_permute2x128_si256::<0x20>(even, even_2),
        _mm256_permute2x128_si256::<0x20>(odd, odd_2),
        _mm256_permute2x128_si256::<0x31>(even, even_2),
        _mm256_permute2x128_si256::<0x31>(odd, odd_2),
    ]
}
