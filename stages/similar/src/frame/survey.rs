//! Where in a cut's frame the pictures are, seen over many frames: bars that are there in all of them, and a rectangle whose
//! edges stay while what is in it moves, which is a picture in a picture, a card, or the sharp part between blurred bars.
//! One frame alone cannot tell a bar from a night sky.

use super::{SQUARE, Square};
use crate::geometry::Rect;

/// Shortest side of such a rectangle, in pixels of the square: 0.3 of the frame.
const SIDE_MIN: usize = SQUARE * 3 / 10;
/// Steps of luma by which an edge stands out from what is beside it, as a mean over all frames.
const EDGE_MIN: f32 = 4.0;
/// Pixels to each side of an edge that it is held against.
const BESIDE: usize = 3;
/// Edges of each direction that are looked at.
const EDGES: usize = 12;
/// Pixels by which the ends of two opposite edges may differ.
const CORNER: usize = 5;
/// Frames without which nothing is said.
const FRAMES_MIN: usize = 6;
/// Of a hundred frames, those that may show something in a bar.
const LIVELY: usize = 10;
/// Rectangles that are told at most.
const MOST: usize = 3;

/// An edge: the line that it lies on, from where to where, and how strong it is.
#[derive(Debug, Clone, Copy)]
struct Edge {
    line: usize,
    from: usize,
    to: usize,
    strength: f32,
}

/// The pictures in a cut's frame, in shares of it, the surest first; none where all of the frame is one. `bars` is what each
/// frame shows without its own bars.
pub(crate) fn pictures(squares: &[Box<Square>], bars: &[Rect]) -> Vec<Rect> {
    let mut found: Vec<Rect> = without_bars(bars).into_iter().collect();
    if squares.len() >= FRAMES_MIN {
        found.extend(rectangles(squares));
    }
    let mut kept = Vec::<Rect>::new();
    for rect in found {
        if kept.len() < MOST && !alike(&rect, &Rect::ALL) && kept.iter().all(|other| !alike(&rect, other)) {
            kept.push(rect);
        }
    }
    kept
}

fn alike(one: &Rect, two: &Rect) -> bool {
    let sides = |rect: &Rect| [rect.left, rect.top, rect.right, rect.bottom];
    sides(one).into_iter().zip(sides(two)).all(|(one, two)| (one - two).abs() < 0.025)
}

/// What is left where nearly all frames have a bar.
fn without_bars(bars: &[Rect]) -> Option<Rect> {
    let least = |side: &dyn Fn(&Rect) -> f32| {
        let mut widths: Vec<f32> = bars.iter().map(side).collect();
        widths.sort_unstable_by(f32::total_cmp);
        widths.get(widths.len() * LIVELY / 100).copied()
    };
    let rect = Rect::new(
        least(&|rect| rect.left)?,
        least(&|rect| rect.top)?,
        1.0 - least(&|rect| 1.0 - rect.right)?,
        1.0 - least(&|rect| 1.0 - rect.bottom)?,
    );
    let long = |side: f32| side * SQUARE as f32 >= SIDE_MIN as f32;
    (long(rect.width()) && long(rect.height())).then_some(rect)
}

/// Rectangles of which two opposite edges are there from corner to corner, the strongest first.
fn rectangles(squares: &[Box<Square>]) -> Vec<Rect> {
    let mut found: Vec<(f32, Rect)> = Vec::new();
    let share = |line: usize| line as f32 / SQUARE as f32;
    for across in [true, false] {
        let edges = edges(&Steps::of(squares, across));
        for (at, low) in edges.iter().enumerate() {
            for high in &edges[at + 1..] {
                let same = low.from.abs_diff(high.from) <= CORNER && low.to.abs_diff(high.to) <= CORNER;
                let (first, last) = (low.line.min(high.line), low.line.max(high.line));
                if !same || last - first < SIDE_MIN {
                    continue;
                }
                let ends = (usize::midpoint(low.from, high.from), usize::midpoint(low.to, high.to));
                let (first, last, from, to) = (share(first), share(last), share(ends.0), share(ends.1));
                let rect = if across { Rect::new(from, first, to, last) } else { Rect::new(first, from, last, to) };
                found.push((low.strength.min(high.strength), rect));
            }
        }
    }
    found.sort_by(|one, two| two.0.total_cmp(&one.0));
    found.into_iter().map(|(_, rect)| rect).collect()
}

/// How much is different from each line to the next, at each place of it, as a mean over the frames, less what is different
/// beside it.
struct Steps(Vec<f32>);

impl Steps {
    /// Across: lines are rows.
    fn of(squares: &[Box<Square>], across: bool) -> Self {
        let mut sums = vec![0_u32; SQUARE * SQUARE];
        for square in squares {
            for line in 1..SQUARE {
                for at in 0..SQUARE {
                    let pixel = |line: usize| square[if across { line * SQUARE + at } else { at * SQUARE + line }];
                    sums[line * SQUARE + at] += u32::from(pixel(line).abs_diff(pixel(line - 1)));
                }
            }
        }
        let count = squares.len().max(1) as f32;
        let mut steps = vec![0.0; SQUARE * SQUARE];
        for line in BESIDE + 1..SQUARE - BESIDE {
            for at in 0..SQUARE {
                let sum = |line: usize| sums[line * SQUARE + at] as f32;
                let beside = sum(line - BESIDE).max(sum(line + BESIDE));
                steps[line * SQUARE + at] = (sum(line) - beside) / count;
            }
        }
        Self(steps)
    }

    /// The strongest stretch of a line.
    fn edge(&self, line: usize) -> Option<Edge> {
        let (mut best, mut sum, mut from) = (Edge { line, from: 0, to: 0, strength: 0.0 }, 0.0, 0);
        for (at, step) in self.0[line * SQUARE..][..SQUARE].iter().enumerate() {
            if sum <= 0.0 {
                (sum, from) = (0.0, at);
            }
            // One bright spot is no edge.
            sum += step.min(4.0 * EDGE_MIN) - EDGE_MIN;
            if sum > best.strength {
                best = Edge { line, from, to: at + 1, strength: sum };
            }
        }
        (best.to - best.from >= SIDE_MIN).then_some(best)
    }
}

/// The strongest edges, none beside a stronger one.
fn edges(steps: &Steps) -> Vec<Edge> {
    let mut all: Vec<Edge> = (1..SQUARE).filter_map(|line| steps.edge(line)).collect();
    all.sort_by(|one, two| two.strength.total_cmp(&one.strength));
    let mut kept = Vec::<Edge>::new();
    for edge in all {
        if kept.len() < EDGES && kept.iter().all(|other| other.line.abs_diff(edge.line) > 2) {
            kept.push(edge);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
