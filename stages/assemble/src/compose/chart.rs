//! The scene's figures as they grow.

use reelpress_templates::template::ChartForm;
use reelpress_vocabulary::Figure;

use super::form::{Form, Mark};
use super::lively::{Inks, ring, sides};
use crate::picture::Rect;

/// Most figures of one chart.
pub(crate) const MOST_FIGURES: usize = 12;
/// Most rows: more cannot be read while a scene lasts.
pub(crate) const MOST_ROWS: usize = 6;
/// Where a row's bar is, from the row's top, and how high it is, as shares of the row; above it are label and number.
pub(crate) const ROW_BAR: (f32, f32) = (0.62, 0.17);
/// A bar is never wider than this share of its chart's height.
const WIDEST: f32 = 0.8;

/// A chart that has grown to `grown`, 0.0 to 1.0, in a language that is written `from_right` or not.
pub(crate) fn marks(
    form: ChartForm,
    inks: Inks,
    area: Rect,
    figures: &[Figure],
    (grown, from_right): (f32, bool),
) -> Vec<Mark> {
    let values: Vec<f64> = figures.iter().take(MOST_FIGURES).map(|figure| finite(figure.value)).collect();
    if values.is_empty() {
        return Vec::new();
    }
    match form {
        ChartForm::Bars => bars(&values, inks, area, grown),
        ChartForm::Rows => rows(figures, inks, area, (grown, from_right)),
        // One number alone is no share of anything.
        ChartForm::Ring if figures.len() == 1 && !figures[0].unit.contains('%') => Vec::new(),
        ChartForm::Ring => ring(inks, area, share_of_whole(figures) * grown),
        ChartForm::Line => line(&values, inks, area, grown),
        ChartForm::Counter => Vec::new(),
    }
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value.clamp(-1e300, 1e300) } else { 0.0 }
}

/// The first figure as a share: a percentage of 100, else of all figures' sum.
pub(crate) fn share_of_whole(figures: &[Figure]) -> f32 {
    let Some(first) = figures.first() else { return 0.0 };
    let value = finite(first.value).abs();
    let whole = if first.unit.contains('%') {
        100.0
    } else {
        figures.iter().take(MOST_FIGURES).map(|figure| finite(figure.value).abs()).sum()
    };
    if whole > 0.0 { (value / whole).clamp(0.0, 1.0) as f32 } else { 0.0 }
}

/// Where zero and each value lie between the least (0.0) and the greatest (1.0); zero is always among them.
fn scaled(values: &[f64]) -> (f32, Vec<f32>) {
    let least = values.iter().copied().fold(0.0, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    let range = if most > least { most - least } else { 1.0 };
    ((-least / range) as f32, values.iter().map(|value| ((value - least) / range) as f32).collect())
}

fn bars(values: &[f64], inks: Inks, area: Rect, grown: f32) -> Vec<Mark> {
    let [left, top, right, bottom] = sides(area);
    let pitch = (right - left) / values.len() as f32;
    let (zero, shares) = scaled(values);
    let greatest = values.iter().copied().fold(f64::MIN, f64::max);
    let mut marked = false;
    let wide = (pitch * 0.62).min((bottom - top) * WIDEST);
    values
        .iter()
        .zip(shares)
        .enumerate()
        .map(|(at, (value, share))| {
            let from = left + pitch * (at as f32 + 0.5) - wide / 2.0;
            let level = |share: f32| bottom - (bottom - top) * share;
            let (end, start) = (level(zero + (share - zero) * grown), level(zero));
            let form = Form::filled([from, end.min(start), from + wide, end.max(start)], wide.min(bottom - top) * 0.12);
            // The first of several greatest ones.
            let first = !marked && *value >= greatest;
            marked |= first;
            Mark { form, ink: if first { inks.colour } else { inks.track }, opacity: 1.0 }
        })
        .collect()
}

/// Where the row of one of `count` figures is.
pub(crate) fn row(area: Rect, at: usize, count: usize) -> Rect {
    let edge = |at: usize| (area.y + area.height * at / count.max(1)) & !1;
    Rect { y: edge(at), height: edge(at + 1) - edge(at), ..area }
}

fn rows(figures: &[Figure], inks: Inks, area: Rect, (grown, from_right): (f32, bool)) -> Vec<Mark> {
    let figures = &figures[..figures.len().min(MOST_ROWS)];
    let values: Vec<f64> = figures.iter().map(|figure| finite(figure.value)).collect();
    // Percentages are shares of their whole, and the rest of it is seen.
    let are_shares = figures.iter().all(|figure| figure.unit.contains('%') && (0.0..=100.0).contains(&figure.value));
    let (zero, shares) =
        if are_shares { (0.0, values.iter().map(|value| (value / 100.0) as f32).collect()) } else { scaled(&values) };
    let greatest = values.iter().copied().fold(f64::MIN, f64::max);
    let first = values.iter().position(|value| *value >= greatest);
    let mut marks = Vec::with_capacity(figures.len() * 2);
    for (at, share) in shares.into_iter().enumerate() {
        let [left, top, right, bottom] = sides(row(area, at, figures.len()));
        let (upper, high) = (top + (bottom - top) * ROW_BAR.0, (bottom - top) * ROW_BAR.1);
        let x = |share: f32| if from_right { right - (right - left) * share } else { left + (right - left) * share };
        let bar = |from: f32, to: f32| {
            Form::filled([x(from).min(x(to)), upper, x(from).max(x(to)), upper + high], high / 2.0)
        };
        marks.push(inks.under(bar(0.0, 1.0)));
        let end = zero + (share - zero) * grown;
        if (end - zero).abs() > 0.001 {
            let ink = if first == Some(at) { inks.colour } else { inks.track };
            marks.push(Mark { form: bar(zero, end), ink, opacity: 1.0 });
        }
    }
    marks
}

fn line(values: &[f64], inks: Inks, area: Rect, grown: f32) -> Vec<Mark> {
    let [left, top, right, bottom] = sides(area);
    let pen = ((right - left).min(bottom - top) * 0.022).max(1.5);
    let dot = pen * 2.2;
    let (zero, shares) = scaled(values);
    let (wide, high) = ((right - left - 2.0 * dot).max(0.0), (bottom - top - 2.0 * dot).max(0.0));
    let steps = (values.len() - 1).max(1) as f32;
    let point = |at: usize| (left + dot + wide * at as f32 / steps, bottom - dot - high * shares[at]);
    // It is drawn from left to right.
    let reached = grown.clamp(0.0, 1.0) * steps;
    let floor = bottom - dot - high * zero;
    let mut marks = vec![Mark {
        form: Form::filled([left, floor - pen / 2.0, right, floor + pen / 2.0], 0.0),
        ink: inks.track,
        opacity: super::lively::TRACK,
    }];
    let mut segments = Vec::with_capacity(values.len());
    let mut tip = point(0);
    for at in 0..values.len() - 1 {
        let share = (reached - at as f32).clamp(0.0, 1.0);
        if share <= 0.0 {
            break;
        }
        let (from, to) = (point(at), point(at + 1));
        tip = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
        segments.push([from, tip]);
    }
    if !segments.is_empty() {
        marks.push(inks.over(Form::Strokes { segments, radius: pen }));
    }
    marks.push(inks.over(Form::disc(tip, dot)));
    marks
}
