//! Sines, exponentials and logarithms from plain arithmetic. The C library's differ in their last bit from processor to
//! processor, and a cut must not.

use std::f64::consts::{LN_2, TAU};

/// sin(2 pi `turns`), within 1e-9, for up to a million turns.
pub(super) fn sine(turns: f64) -> f64 {
    let turn = turns - turns.floor();
    let folded = if turn < 0.25 {
        turn
    } else if turn < 0.75 {
        0.5 - turn
    } else {
        turn - 1.0
    };
    let angle = folded * TAU;
    let square = angle * angle;
    // Taylor's series up to the thirteenth power, from its end.
    let series = [156.0, 110.0, 72.0, 42.0, 20.0, 6.0];
    angle * series.iter().fold(1.0, |sum, divisor| 1.0 - square / divisor * sum)
}

/// cos(2 pi `turns`), as exact as [`sine`].
pub(super) fn cosine(turns: f64) -> f64 {
    sine(turns + 0.25)
}

/// e to the power of `x`, within 1e-12 of its value; 0 and the largest powers of two at the ends of the range.
pub(super) fn exp(x: f64) -> f64 {
    let halves = (x / LN_2 + 0.5).floor().clamp(-1_000.0, 1_000.0);
    let rest = (x - halves * LN_2).clamp(-1.0, 1.0);
    let series = (1..=14).rev().fold(1.0, |sum, n| 1.0 + rest / f64::from(n) * sum);
    series * f64::from_bits(((halves as i64 + 1_023) as u64) << 52)
}

/// Natural logarithm of a positive normal number, within 1e-11; minus infinity for everything else.
pub(super) fn ln(x: f64) -> f64 {
    if !x.is_normal() || x < 0.0 {
        return f64::NEG_INFINITY;
    }
    let mut power = ((x.to_bits() >> 52) as i64 - 1_023) as f64;
    let mut part = f64::from_bits(x.to_bits() & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000);
    if part > 1.5 {
        part /= 2.0;
        power += 1.0;
    }
    let share = (part - 1.0) / (part + 1.0);
    let square = share * share;
    let series = (0..14).rev().fold(0.0, |sum, n| 1.0 / f64::from(2 * n + 1) + square * sum);
    2.0 * share * series + power * LN_2
}

/// The factor of a gain in dB.
pub(super) fn decibels(gain: f64) -> f32 {
    exp(gain * std::f64::consts::LN_10 / 20.0) as f32
}

/// `level` in dB; minus infinity for 0.
pub(super) fn in_decibels(level: f64) -> f64 {
    ln(level) * 20.0 / std::f64::consts::LN_10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_the_c_library() {
        for at in -4_000..4_000 {
            let x = f64::from(at) * 0.01;
            assert!((sine(x) - (x * TAU).sin()).abs() < 1e-9, "sine of {x}");
            assert!((cosine(x) - (x * TAU).cos()).abs() < 1e-9, "cosine of {x}");
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-12, "exp of {x}");
            let positive = x.exp();
            assert!((ln(positive) - x).abs() < 1e-11, "ln of {positive}");
        }
        assert_eq!((ln(0.0), ln(-1.0)), (f64::NEG_INFINITY, f64::NEG_INFINITY));
        assert!(exp(-2_000.0) < 1e-300 && exp(f64::INFINITY) > 1e300);
        assert!((decibels(-6.0) - 0.501_187).abs() < 1e-6);
        assert!((in_decibels(0.5) + 6.020_6).abs() < 1e-4);
    }
}
