//! Where a text may be: within its rectangle, never over a place that the template reserves.

use crate::picture::planes::Rect;

/// Most reserved places that are looked at; a template has a handful.
const MOST_RESERVED: usize = 16;

/// The largest rectangle with even edges within `rect`: then nothing that is rounded to chroma leaves it.
pub(crate) fn inner_even(rect: Rect) -> Rect {
    let (x, y) = (rect.x.next_multiple_of(2), rect.y.next_multiple_of(2));
    Rect { x, y, width: (rect.right() & !1).saturating_sub(x), height: (rect.bottom() & !1).saturating_sub(y) }
}

/// The largest part of `rect` that is free of all `reserved` places; `None` if nothing is left. Of two equally large
/// parts, the upper, then the left one.
pub(crate) fn placed(rect: Rect, reserved: &[Rect]) -> Option<Rect> {
    let taken: Vec<Rect> = reserved
        .iter()
        .map(|place| place.within(&rect))
        .filter(|place| place.width > 0 && place.height > 0)
        .take(MOST_RESERVED)
        .collect();
    let edges = |start: usize, end: usize, of: fn(&Rect) -> [usize; 2]| {
        let mut edges: Vec<usize> = taken.iter().flat_map(of).chain([start, end]).collect();
        edges.sort_unstable();
        edges.dedup();
        edges
    };
    let columns = edges(rect.x, rect.right(), |place| [place.x, place.right()]);
    let rows = edges(rect.y, rect.bottom(), |place| [place.y, place.bottom()]);
    let mut best: Option<Rect> = None;
    for (row, top) in rows.iter().enumerate() {
        for bottom in &rows[row + 1..] {
            for (column, left) in columns.iter().enumerate() {
                for right in &columns[column + 1..] {
                    let part = Rect { x: *left, y: *top, width: right - left, height: bottom - top };
                    let larger = best.is_none_or(|best| part.width * part.height > best.width * best.height);
                    if larger && taken.iter().all(|place| !meet(&part, place)) {
                        best = Some(part);
                    }
                }
            }
        }
    }
    best
}

fn meet(one: &Rect, two: &Rect) -> bool {
    one.x < two.right() && two.x < one.right() && one.y < two.bottom() && two.y < one.bottom()
}
