//! Pictures that tests draw and look at.

use super::planes::Picture420;

/// A picture with the value of each plane (brightness first) at each of its places, `(plane, across, down)`.
pub(crate) fn drawn((width, height): (usize, usize), value_at: impl Fn(usize, f64, f64) -> f64) -> Picture420 {
    let mut picture = Picture420::black(width, height);
    for (index, plane) in picture.planes.iter_mut().enumerate() {
        let row = if index == 0 { width } else { width / 2 };
        for (at, value) in plane.iter_mut().enumerate() {
            *value = value_at(index, (at % row) as f64, (at / row) as f64) as u8;
        }
    }
    picture
}

/// The middle of what is brighter than the ground near a place, as `(across, down)`.
pub(crate) fn centroid(picture: &Picture420, (x, y): (f64, f64)) -> (f64, f64) {
    let (x, y) = (x.round() as usize, y.round() as usize);
    let (mut sum, mut across, mut down) = (0.0, 0.0, 0.0);
    for row in y - 7..=y + 7 {
        for column in x - 7..=x + 7 {
            let weight = f64::from(picture.planes[0][row * picture.width + column]) - 16.0;
            sum += weight;
            across += weight * column as f64;
            down += weight * row as f64;
        }
    }
    (across / sum, down / sum)
}
