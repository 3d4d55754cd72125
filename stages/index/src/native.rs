//! What safe Rust cannot say: vector instructions chosen at run time, prefetching, and files seen as memory.
#![expect(unsafe_code, reason = "vector instructions and memory maps; each block says why it is sound")]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io;

use memmap2::{Mmap, MmapOptions};

use crate::hash::{Hash, distance};

/// A row near one of several needles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Near {
    /// Which needle.
    pub(crate) needle: u32,
    /// Which row.
    pub(crate) row: u32,
    /// Bits that differ.
    pub(crate) distance: u32,
}

/// Needles of one pass over the rows: they stay in the first cache.
const NEEDLES: usize = 32;

/// The instructions that distances are counted with. All give the same answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Kernel {
    /// The fastest that this machine has.
    pub(crate) fn best() -> Self {
        Self::all().last().copied().unwrap_or(Self::Plain)
    }

    /// Every kernel that this machine has, slowest first.
    pub(crate) fn all() -> &'static [Self] {
        #[cfg(target_arch = "x86_64")]
        {
            if !(is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt")) {
                return &[Self::Plain];
            }
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vpopcntdq") {
                return &[Self::Plain, Self::Avx2, Self::Avx512];
            }
            &[Self::Plain, Self::Avx2]
        }
        #[cfg(not(target_arch = "x86_64"))]
        &[Self::Plain]
    }

    /// What messages and benches call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "avx512",
        }
    }

    /// Adds every row that is at most `radius` from a needle. `first` is the number of the first row.
    pub(crate) fn scan(self, rows: &[Hash], first: u32, needles: &[Hash], radius: u32, found: &mut Vec<Near>) {
        for (pass, some) in needles.chunks(NEEDLES).enumerate() {
            let start = (pass * NEEDLES) as u32;
            let mut tell = |needle: usize, row: usize, distance: u32| {
                found.push(Near { needle: start + needle as u32, row: first + row as u32, distance });
            };
            match self {
                Self::Plain => scan_plain(rows, 0, some, radius, &mut tell),
                // SAFETY: this kernel is only made where the machine has these instructions.
                #[cfg(target_arch = "x86_64")]
                Self::Avx2 => unsafe { avx2::scan(rows, some, radius, &mut tell) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                Self::Avx512 => unsafe { avx512::scan(rows, some, radius, &mut tell) },
            }
        }
    }

    /// Adds those of `picked` that are at most `radius` from the needle; `None` if one of them is no row.
    pub(crate) fn pick(
        self,
        rows: &[Hash],
        picked: &[u32],
        needle: &Hash,
        radius: u32,
        tell: &mut impl FnMut(u32, u32),
    ) -> Option<()> {
        match self {
            Self::Plain => pick(rows, picked, needle, radius, tell),
            // SAFETY: these kernels are only made where the machine has `popcnt`.
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 | Self::Avx512 => unsafe { pick_popcnt(rows, picked, needle, radius, tell) },
        }
    }
}

fn scan_plain(rows: &[Hash], first: usize, needles: &[Hash], radius: u32, tell: &mut impl FnMut(usize, usize, u32)) {
    for (row, hash) in rows.iter().enumerate() {
        for (at, needle) in needles.iter().enumerate() {
            let apart = distance(needle, hash);
            if apart <= radius {
                tell(at, first + row, apart);
            }
        }
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "compiled anew inside of the caller, with the caller's instructions")]
fn pick(rows: &[Hash], picked: &[u32], needle: &Hash, radius: u32, tell: &mut impl FnMut(u32, u32)) -> Option<()> {
    for row in picked {
        let apart = distance(needle, rows.get(*row as usize)?);
        if apart <= radius {
            tell(*row, apart);
        }
    }
    Some(())
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "popcnt")]
fn pick_popcnt(
    rows: &[Hash],
    picked: &[u32],
    needle: &Hash,
    radius: u32,
    tell: &mut impl FnMut(u32, u32),
) -> Option<()> {
    pick(rows, picked, needle, radius, tell)
}

/// Asks for the cache line of an element, which need not exist.
#[inline]
pub(crate) fn prefetch<T>(slice: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let address = slice.as_ptr().wrapping_add(at);
        // SAFETY: a prefetch reads nothing and faults nowhere, whatever the address.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(address.cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _: (&[T], usize) = (slice, at);
}

/// The first `length` bytes of a file as memory.
pub(crate) fn map(file: &File, length: u64) -> io::Result<Mmap> {
    let length = usize::try_from(length).map_err(io::Error::other)?;
    // SAFETY: the files are the index's own, in a folder that it holds the lock of; they are written once, and never
    // changed or shortened after that part of them was mapped. Another program that does so all the same breaks the
    // contract of the folder; what it puts there is found by the checksums, or ends the process with SIGBUS.
    unsafe { MmapOptions::new().len(length).map(file) }
}
