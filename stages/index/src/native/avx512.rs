//! Eight rows at a time with `vpopcntq`.

use std::arch::x86_64::{
    __m512i, _mm512_add_epi64, _mm512_cmple_epu64_mask, _mm512_loadu_epi64, _mm512_popcnt_epi64, _mm512_set1_epi64,
    _mm512_shuffle_i64x2, _mm512_storeu_si512, _mm512_unpackhi_epi64, _mm512_unpacklo_epi64, _mm512_xor_si512,
};

use crate::hash::Hash;

/// Which row is in which lane after [`columns`].
const ROWS: [usize; 8] = [0, 2, 1, 3, 4, 6, 5, 7];

/// Tells needle, row and distance of every row that is at most `radius` from a needle.
#[target_feature(enable = "avx512f,avx512vpopcntdq")]
pub(super) fn scan(rows: &[Hash], needles: &[Hash], radius: u32, tell: &mut impl FnMut(usize, usize, u32)) {
    let limit = _mm512_set1_epi64(i64::from(radius));
    let (blocks, rest) = rows.as_chunks::<8>();
    for (block, eight) in blocks.iter().enumerate() {
        let columns = columns(eight);
        for (at, needle) in needles.iter().enumerate() {
            let mut sum = _mm512_set1_epi64(0);
            for (column, word) in columns.iter().zip(needle) {
                let apart = _mm512_xor_si512(*column, _mm512_set1_epi64(word.cast_signed()));
                sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(apart));
            }
            let mut near = _mm512_cmple_epu64_mask(sum, limit);
            if near == 0 {
                continue;
            }
            let mut distances = [0_u64; 8];
            // SAFETY: the array has room for the 64 bytes.
            unsafe { _mm512_storeu_si512(distances.as_mut_ptr().cast(), sum) };
            while near != 0 {
                let lane = near.trailing_zeros() as usize;
                tell(at, block * 8 + ROWS[lane], distances[lane] as u32);
                near &= near - 1;
            }
        }
    }
    super::scan_plain(rest, blocks.len() * 8, needles, radius, tell);
}

/// The first words of eight hashes, the second ones, and so on.
#[target_feature(enable = "avx512f")]
fn columns(rows: &[Hash; 8]) -> [__m512i; 4] {
    let start = rows.as_ptr().cast::<i64>();
    // SAFETY: eight hashes are four times 64 bytes; the loads need no alignment.
    let (ab, cd, ef, gh) = unsafe {
        (
            _mm512_loadu_epi64(start),
            _mm512_loadu_epi64(start.add(8)),
            _mm512_loadu_epi64(start.add(16)),
            _mm512_loadu_epi64(start.add(24)),
        )
    };
    let (even, odd) = (_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    let (even_2, odd_2) = (_mm512_unpacklo_epi64(ef, gh), _mm512_unpackhi_epi64(ef, gh));
    [
        _mm512_shuffle_i64x2::<0x88>(even, even_2),
        _mm512_shuffle_i64x2::<0x88>(odd, odd_2),
        _mm512_shuffle_i64x2::<0xdd>(even, even_2),
        _mm512_shuffle_i64x2::<0xdd>(odd, odd_2),
    ]
}
