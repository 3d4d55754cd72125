//! Arithmetic that gives the same bits on every machine: the system's `exp` and `sin` differ from host to host in their
//! last place, additions and products do not.

/// `from` to `to` at an even rate of growth; `time` may go a little beyond 1.0. Both ends are 0.1 to 10.0.
pub(crate) fn growth(from: f64, to: f64, time: f64) -> f64 {
    from * exp(time * ln(to / from))
}

/// Natural logarithm for 0.01 to 100.0, by the series of the inverse hyperbolic tangent.
fn ln(value: f64) -> f64 {
    let z = (value - 1.0) / (value + 1.0);
    let (square, mut power, mut sum) = (z * z, z, 0.0);
    for odd in (1..200).step_by(2) {
        sum += power / f64::from(odd);
        power *= square;
    }
    2.0 * sum
}

/// Exponential for -10.0 to 10.0.
fn exp(value: f64) -> f64 {
    // The series of a 64th, squared six times.
    let small = value / 64.0;
    let (mut term, mut sum) = (1.0, 1.0);
    for at in 1..20 {
        term *= small / f64::from(at);
        sum += term;
    }
    for _ in 0..6 {
        sum *= sum;
    }
    sum
}

/// Sine and cosine of a share of a full turn.
pub(crate) fn turn(share: f32) -> (f32, f32) {
    let share = f64::from(share);
    let share = share - share.floor();
    let quarter = (share * 4.0).floor();
    let angle = (share - quarter / 4.0) * std::f64::consts::TAU;
    let square = angle * angle;
    let (mut sine, mut cosine, mut term) = (0.0, 0.0, 1.0);
    for at in (0..24).step_by(2) {
        cosine += term;
        sine += term * angle / f64::from(at + 1);
        term *= -square / (f64::from(at + 1) * f64::from(at + 2));
    }
    let (sine, cosine) = (sine as f32, cosine as f32);
    match quarter as i32 {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_that_of_the_exponential() {
        for (from, to, time) in
            [(1.0_f64, 1.5_f64, 0.3), (1.5, 1.0, 1.4), (1.0, 1.0, 0.5), (1.2, 1.3, 0.0), (0.8, 2.5, 1.0)]
        {
            let expected: f64 = from * (to / from).powf(time);
            assert!((growth(from, to, time) - expected).abs() < 1e-12, "{from} to {to} at {time}");
        }
    }

    #[test]
    fn turns_are_sine_and_cosine() {
        for at in -50..150 {
            let share = at as f32 / 97.0;
            let (sine, cosine) = (share * std::f32::consts::TAU).sin_cos();
            let got = turn(share);
            assert!((got.0 - sine).abs() < 1e-5 && (got.1 - cosine).abs() < 1e-5, "{share}: {got:?}");
        }
    }
}
