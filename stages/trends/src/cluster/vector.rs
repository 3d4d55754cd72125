//! Vectors of titles, small.

/// A vector in a quarter of its bytes; directions change by less than a percent.
pub(super) fn quantised(vector: Option<&[f32]>) -> Option<Box<[i8]>> {
    let vector = vector.filter(|vector| !vector.is_empty() && vector.iter().all(|x| x.is_finite()))?;
    let greatest = vector.iter().fold(0.0_f32, |greatest, x| greatest.max(x.abs()));
    (greatest > 0.0).then(|| vector.iter().map(|x| (x / greatest * 127.0).round() as i8).collect())
}

pub(super) fn cosine(a: Option<&[i8]>, b: Option<&[i8]>) -> Option<f64> {
    let (a, b) = a.zip(b).filter(|(a, b)| a.len() == b.len())?;
    let dot = |a: &[i8], b: &[i8]| a.iter().zip(b).map(|(x, y)| i64::from(*x) * i64::from(*y)).sum::<i64>() as f64;
    Some(dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1.0))
}
