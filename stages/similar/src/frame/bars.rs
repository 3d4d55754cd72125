//! The picture inside of a frame: without bars of one colour.

use super::{FIELD, Field};
use crate::geometry::Rect;

/// Mean distance from the row's mean, in steps of luma, up to which a row is of one colour (coding noise included).
const FLAT: u32 = 3;
/// How far the means of a bar's rows may be from its outermost row.
const SHADE: u32 = 6;
/// Rows of a bar at least: 1.5 % of the frame.
const BAR_MIN: usize = 4;
/// Of a side, what must be left of the picture.
const LEFT_MIN: usize = FIELD * 3 / 10;

/// One side of the field at a time: rows, or columns as rows.
struct Lines<'a> {
    field: &'a Field,
    across: bool,
    from: usize,
    to: usize,
}

impl Lines<'_> {
    fn pixel(&self, line: usize, at: usize) -> u32 {
        u32::from(if self.across { self.field[at * FIELD + line] } else { self.field[line * FIELD + at] })
    }

    /// The mean of a line if it is of one colour.
    fn flat(&self, line: usize) -> Option<u32> {
        let length = (self.to - self.from) as u32;
        let mean = (self.from..self.to).map(|at| self.pixel(line, at)).sum::<u32>() / length;
        let off = (self.from..self.to).map(|at| self.pixel(line, at).abs_diff(mean)).sum::<u32>() / length;
        (off <= FLAT).then_some(mean)
    }

    /// How many of these lines, in this order, are a bar.
    fn bar(&self, lines: impl Iterator<Item = usize>) -> usize {
        let mut shade = None;
        let run = lines
            .map(|line| self.flat(line))
            .take_while(|mean| mean.is_some_and(|mean| mean.abs_diff(*shade.get_or_insert(mean)) <= SHADE));
        let length = run.count();
        if length < BAR_MIN { 0 } else { length }
    }
}

/// Both ends of a side without its bars, in pixels of the field; both bars of nothing where too little would be left.
fn trimmed(lines: &Lines<'_>) -> (usize, usize) {
    let low = lines.bar(0..FIELD);
    let high = lines.bar((low..FIELD).rev());
    // The line where bar and picture mix is neither.
    let inset = |bar: usize| if bar == 0 { 0 } else { bar + 1 };
    let (low, high) = (inset(low), FIELD.saturating_sub(inset(high)));
    if high < low + LEFT_MIN { (0, FIELD) } else { (low, high) }
}

/// The frame without letter-box and pillar-box bars of one colour each.
pub(super) fn picture(field: &Field) -> Rect {
    let (top, bottom) = trimmed(&Lines { field, across: false, from: 0, to: FIELD });
    let (left, right) = trimmed(&Lines { field, across: true, from: top, to: bottom });
    let share = |edge: usize| edge as f32 / FIELD as f32;
    Rect::new(share(left), share(top), share(right), share(bottom))
}
