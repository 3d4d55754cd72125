//! The kernels in plain Rust. They are always inlined: called from a function for a newer instruction set, the compiler
//! makes vector code of that set from the very same lines.
#![expect(clippy::inline_always, reason = "only inlined do they take over the instruction set of the caller")]

use super::GRAIN;
use super::columns::{BLOCK, Columns, GROUP, WINDOW};

#[inline(always)]
fn mixed(old: u8, new: u8, share: u16) -> u8 {
    ((u16::from(old) * (256 - share) + u16::from(new) * share + 128) >> 8) as u8
}

/// Divides by 255, rounding to the nearest; exact up to 255 * 255.
#[inline(always)]
fn by_255(value: u16) -> u16 {
    let value = value + 128;
    (value + (value >> 8)) >> 8
}

#[inline(always)]
fn laid(old: u8, value: u8, stays: u8) -> u8 {
    value.saturating_add(by_255(u16::from(old) * u16::from(stays)) as u8)
}

#[inline(always)]
pub(super) fn mix_rows(out: &mut [u8], one: &[u8], two: &[u8], share: u16) {
    for ((out, one), two) in out.iter_mut().zip(one).zip(two) {
        *out = mixed(*one, *two, share);
    }
}

#[inline(always)]
pub(super) fn mix(old: &mut [u8], new: &[u8], share: u16) {
    for (old, new) in old.iter_mut().zip(new) {
        *old = mixed(*old, *new, share);
    }
}

#[inline(always)]
pub(super) fn mix_by(old: &mut [u8], new: &[u8], shares: &[u8]) {
    for ((old, new), share) in old.iter_mut().zip(new).zip(shares) {
        *old = by_255(u16::from(*old) * u16::from(255 - share) + u16::from(*new) * u16::from(*share)) as u8;
    }
}

#[inline(always)]
pub(super) fn tint(old: &mut [u8], value: u8, share: u16) {
    let (stays, added) = (256 - share, u16::from(value) * share + 128);
    for old in old {
        *old = ((u16::from(*old) * stays + added) >> 8) as u8;
    }
}

#[inline(always)]
pub(super) fn lay(old: &mut [u8], values: &[u8], stays: &[u8]) {
    for ((old, value), stays) in old.iter_mut().zip(values).zip(stays) {
        *old = laid(*old, *value, *stays);
    }
}

#[inline(always)]
pub(super) fn lay_faded(old: &mut [u8], values: &[u8], stays: &[u8], opacity: u16) {
    for ((old, value), stays) in old.iter_mut().zip(values).zip(stays) {
        *old = mixed(*old, laid(*old, *value, *stays), opacity);
    }
}

/// `stays` is what is left of the old, of 65,535; `added` is in 1/256 of a value.
#[inline(always)]
fn shaded(old: u8, stays: u16, added: u16, grain: u8) -> u8 {
    let left = (((u32::from(old) << 8) * u32::from(stays)) >> 16) as u16;
    // At most 255 * 256 together, and less than 256 from the grain.
    (left.saturating_add(added).saturating_add(u16::from(grain)) >> 8) as u8
}

#[inline(always)]
pub(super) fn shade(old: &mut [u8], stays: u16, added: u16, grain: &[u8; GRAIN]) {
    for old in old.chunks_mut(GRAIN) {
        for (old, grain) in old.iter_mut().zip(grain) {
            *old = shaded(*old, stays, added, *grain);
        }
    }
}

#[inline(always)]
pub(super) fn shade_by(old: &mut [u8], stays: &[u16], added: &[u16], grain: &[u8; GRAIN]) {
    for ((old, stays), added) in old.chunks_mut(GRAIN).zip(stays.chunks(GRAIN)).zip(added.chunks(GRAIN)) {
        for (((old, stays), added), grain) in old.iter_mut().zip(stays).zip(added).zip(grain) {
            *old = shaded(*old, *stays, *added, *grain);
        }
    }
}

pub(super) fn resample(columns: &Columns, row: &[u8], out: &mut [u8]) {
    for (group, out) in columns.groups().iter().zip(out.chunks_mut(GROUP)) {
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let (taps, weights) = group.block(block);
            let first = group.windows[block] as usize;
            let Some(window) = row[first..].first_chunk::<WINDOW>() else { return };
            for (at, out) in out.iter_mut().enumerate() {
                let value = |tap: usize| {
                    // A place in the window is below 16 anyway; said here, nothing has to be checked.
                    u16::from(window[usize::from(taps[tap]) % WINDOW]) * u16::from(weights[tap])
                };
                *out = ((value(2 * at) + value(2 * at + 1) + 128) >> 8) as u8;
            }
        }
    }
}
