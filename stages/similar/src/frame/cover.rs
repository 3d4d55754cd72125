//! What our own template draws over a picture is not the picture: it is painted over with what lies around it.

use super::{FIELD, Field};
use crate::geometry::Rect;

/// Pixels by which a mask is larger than what was drawn: the ones at its edge show some of both.
const MARGIN: usize = 2;

/// A rectangle in pixels of the field, with its margin; nothing stays nothing.
fn pixels(rect: &Rect) -> (usize, usize, usize, usize) {
    if rect.width() <= 0.0 || rect.height() <= 0.0 {
        return (0, 0, 0, 0);
    }
    let low = |share: f32| ((share * FIELD as f32).floor() as usize).saturating_sub(MARGIN);
    let high = |share: f32| ((share * FIELD as f32).ceil() as usize + MARGIN).min(FIELD);
    (low(rect.left), low(rect.top), high(rect.right), high(rect.bottom))
}

/// Paints over one mask: each pixel is the mean of the four at the mask's edges in its row and column, the nearer one
/// weighing more. A mask over the whole field becomes grey.
pub(super) fn paint_over(field: &mut Field, mask: &Rect) {
    let (left, top, right, bottom) = pixels(mask);
    for y in top..bottom {
        for x in left..right {
            let mut sum = 0;
            let mut weights = 0;
            let mut take = |value: u8, distance: usize| {
                let weight = (1 << 16) / distance as u32;
                sum += u64::from(weight) * u64::from(value);
                weights += u64::from(weight);
            };
            if left > 0 {
                take(field[y * FIELD + left - 1], x - left + 1);
            }
            if right < FIELD {
                take(field[y * FIELD + right], right - x);
            }
            if top > 0 {
                take(field[(top - 1) * FIELD + x], y - top + 1);
            }
            if bottom < FIELD {
                take(field[bottom * FIELD + x], bottom - y);
            }
            field[y * FIELD + x] = (sum + weights / 2).checked_div(weights).map_or(128, |mean| mean as u8);
        }
    }
}
