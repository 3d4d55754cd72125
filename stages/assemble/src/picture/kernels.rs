//! The loops that touch every pixel, row by row: mixing, laying, resampling.
//!
//! Each exists once in plain Rust (`portable`), which is the truth, and is run with AVX-512 or AVX2 where the processor
//! has it (`avx512`, `avx2`), or at least resampled with SSSE3 (`ssse3`). All give the same bytes: a cut must not depend on the host that made it.
#![cfg_attr(
    not(test),
    expect(dead_code, unused_imports, reason = "for the layers and transitions that are being built on it")
)]

#[cfg(target_arch = "x86_64")]
#[macro_use]
mod vector;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod columns;
mod cover;
mod portable;
#[cfg(target_arch = "x86_64")]
mod ssse3;

pub(crate) use columns::{Columns, nearest};
pub(crate) use cover::{Cover, Iris, RowCover, Stencil, Towards, Wipe};

/// Pixels after which the grain of a gradient is repeated.
pub(crate) const GRAIN: usize = 64;

/// How the loops are run on this processor.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Level {
    /// Plain Rust.
    Portable,
    /// Plain Rust, but for resampling.
    #[cfg(target_arch = "x86_64")]
    Ssse3(ssse3::Ssse3),
    /// 32 pixels at a time.
    #[cfg(target_arch = "x86_64")]
    Avx2(avx2::Avx2),
    /// 64 pixels at a time.
    #[cfg(target_arch = "x86_64")]
    Avx512(avx512::Avx512),
}

/// Calls one kernel at a level.
macro_rules! at_level {
    ($level:expr, $kernel:ident($($argument:expr),*)) => {
        match $level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx512(avx512) => avx512.$kernel($($argument),*),
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(avx2) => avx2.$kernel($($argument),*),
            _ => portable::$kernel($($argument),*),
        }
    };
}

impl Default for Level {
    fn default() -> Self {
        Self::best()
    }
}

/// In all of them, slices of different length count as long as the shortest. Shares go from 0 (the old) to 256 (the
/// new), shares in a slice from 0 to 255.
impl Level {
    /// The fastest that this processor can run.
    pub(crate) fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(avx512) = avx512::Avx512::detect() {
            return Self::Avx512(avx512);
        } else if let Some(avx2) = avx2::Avx2::detect() {
            return Self::Avx2(avx2);
        } else if let Some(ssse3) = ssse3::Ssse3::detect() {
            return Self::Ssse3(ssse3);
        }
        Self::Portable
    }

    /// All that this processor can run, the slowest first.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Self> {
        let mut levels = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            levels.extend(ssse3::Ssse3::detect().map(Self::Ssse3));
            levels.extend(avx2::Avx2::detect().map(Self::Avx2));
            levels.extend(avx512::Avx512::detect().map(Self::Avx512));
        }
        levels
    }

    /// `one` and `two` as one row.
    pub(crate) fn mix_rows(self, out: &mut [u8], one: &[u8], two: &[u8], share: u16) {
        let length = out.len().min(one.len()).min(two.len());
        match share {
            0 => out[..length].copy_from_slice(&one[..length]),
            1..=255 => at_level!(self, mix_rows(out, one, two, share)),
            256.. => out[..length].copy_from_slice(&two[..length]),
        }
    }

    /// Mixes `new` into `old`.
    pub(crate) fn mix(self, old: &mut [u8], new: &[u8], share: u16) {
        let length = old.len().min(new.len());
        match share {
            0 => {}
            1..=255 => at_level!(self, mix(old, new, share)),
            256.. => old[..length].copy_from_slice(&new[..length]),
        }
    }

    /// Mixes `new` into `old`, each pixel by its own share.
    pub(crate) fn mix_by(self, old: &mut [u8], new: &[u8], shares: &[u8]) {
        at_level!(self, mix_by(old, new, shares));
    }

    /// Mixes one value into `old`.
    pub(crate) fn tint(self, old: &mut [u8], value: u8, share: u16) {
        match share {
            0 => {}
            1..=255 => at_level!(self, tint(old, value, share)),
            256.. => old.fill(value),
        }
    }

    /// Lays `values`, already multiplied by their coverage, over `old`, of which `stays` is left: 0 to 255 for each pixel.
    pub(crate) fn lay(self, old: &mut [u8], values: &[u8], stays: &[u8], opacity: u16) {
        match opacity {
            0 => {}
            1..=255 => at_level!(self, lay_faded(old, values, stays, opacity)),
            256.. => at_level!(self, lay(old, values, stays)),
        }
    }

    /// Lays a value over a row: of each old one `stays` of 65,535 are left, `added` (in 1/256 of a value) is added, and the
    /// sum is rounded with `grain` (1 to 255) of 256. Both together must not exceed 255.
    pub(crate) fn shade(self, old: &mut [u8], stays: u16, added: u16, grain: &[u8; GRAIN]) {
        at_level!(self, shade(old, stays, added, grain));
    }

    /// The same, with shares for each pixel.
    pub(crate) fn shade_by(self, old: &mut [u8], stays: &[u16], added: &[u16], grain: &[u8; GRAIN]) {
        at_level!(self, shade_by(old, stays, added, grain));
    }

    /// Fills `out` with what `columns` were planned to see of `row`.
    ///
    /// `row` has at least [`Columns::reach`] values, `out` at most as many as were planned.
    pub(crate) fn resample(self, columns: &Columns, row: &[u8], out: &mut [u8]) {
        assert!(columns.reach() <= row.len(), "the row ends at {} of {}", row.len(), columns.reach());
        match self {
            Self::Portable => portable::resample(columns, row, out),
            #[cfg(target_arch = "x86_64")]
            Self::Ssse3(ssse3) => ssse3.resample(columns, row, out),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(avx2) => avx2.resample(columns, row, out),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(avx512) => avx512.resample(columns, row, out),
        }
    }
}

#[cfg(test)]
mod measure;
#[cfg(test)]
mod tests;
