//! A timeline in a few signs: for a line of text and for a small picture.

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::series::Point;

const SIGNS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Lists longer than this are all bottom.
const DEEPEST: u32 = 50;

/// Levels from 0 (the least) to 1 (the most) over equal parts of a time; `None` where it was not seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Spark(pub Vec<Option<f64>>);

impl Spark {
    /// The picture of an item between two times in so many parts: its count if it has one, else its place.
    pub(crate) fn of(points: &[Point], from: Timestamp, to: Timestamp, parts: usize) -> Self {
        let is_counted = points.iter().any(|point| point.count.is_some());
        let value = |point: &Point| {
            if is_counted {
                point.count.map(|count| count as f64)
            } else {
                // The top of a list weighs more than its middle.
                point.rank.map(|rank| 1.0 - (f64::from(rank.clamp(1, DEEPEST)) / f64::from(DEEPEST)).sqrt())
            }
        };
        let length = to.duration_since(from).as_secs_f64().max(1.0);
        let mut found = vec![None::<f64>; parts];
        for point in points.iter().filter(|point| (from..=to).contains(&point.at)) {
            let at = point.at.duration_since(from).as_secs_f64() / length * parts as f64;
            let part = (at as usize).min(parts.saturating_sub(1));
            if let (Some(value), Some(level)) = (value(point), found.get_mut(part)) {
                *level = Some(level.map_or(value, |known| known.max(value)));
            }
        }
        let known = || found.iter().flatten().copied();
        let (least, most) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
        let scale = |value: f64| if most > least { (value - least) / (most - least) } else { 0.5 };
        Self(found.into_iter().map(|level| level.map(scale)).collect())
    }

    /// One sign for each part; a blank where it was not seen.
    #[must_use]
    pub fn text(&self) -> String {
        let sign = |level: f64| SIGNS[((level.clamp(0.0, 1.0) * 7.0).round() as usize).min(7)];
        self.0.iter().map(|level| level.map_or(' ', sign)).collect()
    }

    /// The points of an SVG path on a canvas of this size; empty if there is nothing to draw.
    #[must_use]
    pub fn path(&self, width: f64, height: f64) -> String {
        use std::fmt::Write as _;
        let step = width / (self.0.len().max(2) - 1) as f64;
        let (mut path, mut is_down) = (String::new(), false);
        for (part, level) in self.0.iter().enumerate() {
            let Some(level) = level else { continue };
            let (x, y) = (part as f64 * step, height - level * height);
            // Writing to text cannot fail.
            write!(path, "{}{x:.1} {y:.1}", if is_down { 'L' } else { 'M' }).ok();
            is_down = true;
        }
        path
    }
}
