//! What the vector levels have in common: the same lines for vectors of 32 and of 64 pixels. A module brings its
//! instructions under short names (`loadu`, `maddubs`, ...), its proof of the processor, and how it looks up the pixels of
//! one vector.

/// The loops of `portable`, compiled once more for a newer instruction set: methods of the proof that the processor has it.
macro_rules! recompiled {
    ($proof:ident, $features:literal, $($kernel:ident($($argument:ident: $kind:ty),*);)*) => {
        impl $proof {
            $(pub(super) fn $kernel(self, $($argument: $kind),*) {
                #[target_feature(enable = $features)]
                fn with_features($($argument: $kind),*) {
                    portable::$kernel($($argument),*);
                }
                // SAFETY: `self` is only made where these features were detected.
                unsafe { with_features($($argument),*) }
            })*
        }
    };
}

/// All kernels of a level: most recompiled, mixing and resampling by hand. `$resampled(group, row)` gives one vector of
/// pixels from the plan's `$groups`.
///
/// A byte times a weight of eight bits only fits the instruction if the byte is the signed one. So values are moved down
/// by 128 and, since the two weights sum up to 256, the result is moved up again by as much.
macro_rules! vector_kernels {
    ($proof:ident, $features:literal, $vector:ty, $pixels:ident, $groups:ident, $resampled:ident) => {
        recompiled! { $proof, $features,
            mix_by(old: &mut [u8], new: &[u8], shares: &[u8]);
            tint(old: &mut [u8], value: u8, share: u16);
            lay(old: &mut [u8], values: &[u8], stays: &[u8]);
            lay_faded(old: &mut [u8], values: &[u8], stays: &[u8], opacity: u16);
            shade(old: &mut [u8], stays: u16, added: u16, grain: &[u8; GRAIN]);
            shade_by(old: &mut [u8], stays: &[u16], added: &[u16], grain: &[u8; GRAIN]);
        }

        impl $proof {
            /// `share` from 1 to 255.
            pub(super) fn mix_rows(self, out: &mut [u8], one: &[u8], two: &[u8], share: u16) {
                // SAFETY: `self` is only made where these features were detected.
                unsafe { mix_rows(out, one, two, share) }
            }

            /// `share` from 1 to 255.
            pub(super) fn mix(self, old: &mut [u8], new: &[u8], share: u16) {
                // SAFETY: `self` is only made where these features were detected.
                unsafe { mix(old, new, share) }
            }

            pub(super) fn resample(self, columns: &Columns, row: &[u8], out: &mut [u8]) {
                assert!(columns.reach() <= row.len(), "the row ends at {} of {}", row.len(), columns.reach());
                // SAFETY: `self` is only made where these features were detected; no window ends past `reach`, which is
                // in the row.
                unsafe { resample(columns, row, out) }
            }
        }

        /// Sums of two neighbours of `pairs` (signed) by their `weights` (which sum up to 256), in 1/256, to the nearest.
        #[target_feature(enable = $features)]
        #[inline]
        fn weighted(weights: $vector, pairs: $vector) -> $vector {
            // (x * 128 + 2^14) >> 15 is (x + 128) >> 8.
            mulhrs(maddubs(weights, pairs), set1_epi16(128))
        }

        /// The pixels of two rows that fit a vector; `weights` are those of `one` and `two` in turn.
        #[target_feature(enable = $features)]
        #[inline]
        fn mixed(one: &[u8; $pixels], two: &[u8; $pixels], weights: $vector) -> [u8; $pixels] {
            let bias = set1_epi8(-128);
            let mut out = [0; $pixels];
            // SAFETY: the arrays are as long as a vector.
            let (one, two) = unsafe { (loadu(one.as_ptr().cast()), loadu(two.as_ptr().cast())) };
            let (one, two) = (xor(one, bias), xor(two, bias));
            let low = weighted(weights, unpacklo(one, two));
            let high = weighted(weights, unpackhi(one, two));
            // SAFETY: as above.
            unsafe { storeu(out.as_mut_ptr().cast(), xor(packs(low, high), bias)) };
            out
        }

        #[target_feature(enable = $features)]
        fn weights(share: u16) -> $vector {
            debug_assert!((1..256).contains(&share), "a weight of 256 is no byte");
            set1_epi16(i16::from_le_bytes([(256 - share) as u8, share as u8]))
        }

        #[target_feature(enable = $features)]
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

        #[target_feature(enable = $features)]
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
        #[target_feature(enable = $features)]
        unsafe fn resample(columns: &Columns, row: &[u8], out: &mut [u8]) {
            let mut chunks = out.chunks_exact_mut($pixels);
            let mut groups = columns.$groups().iter();
            for (out, group) in chunks.by_ref().zip(groups.by_ref()) {
                // SAFETY: as the caller promises; `out` is as long as a vector.
                unsafe { storeu(out.as_mut_ptr().cast(), $resampled(group, row)) };
            }
            let rest = chunks.into_remainder();
            if let Some(group) = groups.next().filter(|_| !rest.is_empty()) {
                let mut last = [0_u8; $pixels];
                // SAFETY: as the caller promises; `last` is as long as a vector.
                unsafe { storeu(last.as_mut_ptr().cast(), $resampled(group, row)) };
                rest.copy_from_slice(&last[..rest.len()]);
            }
        }
    };
}
