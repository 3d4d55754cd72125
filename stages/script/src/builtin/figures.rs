//! Numbers as charts take them, and the shapes that several of them make: a ranking, a change.

use reelpress_vocabulary::Figure;

use super::{Plan, keyphrase};
use crate::builtin::hooks::Hook;
use crate::ground;

/// Sentences that make a ranking.
const RANKED_MIN: usize = 3;
/// Characters of a figure's unit and label, as scripts may have them.
const UNIT_MAX: usize = 12;
const LABEL_MAX: usize = 40;

/// A figure of a year.
pub(super) struct Point {
    pub(super) year: String,
    pub(super) told: String,
    pub(super) figure: Figure,
}

impl Plan<'_> {
    /// The first figure of a text, as a chart takes it.
    pub(super) fn figure(&self, text: &str) -> Option<Figure> {
        let phrase = self.phrases.number(text)?;
        let mut words = phrase.split_whitespace();
        let first = words.next()?;
        let value = self.value(first)?;
        let mut rest = words.collect::<Vec<_>>();
        if rest.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            || rest.first().is_some_and(|word| self.book.between.contains(&word.to_lowercase()))
        {
            return None;
        }
        let mut unit = String::new();
        if rest.first().is_some_and(|word| self.book.scales.contains(&word.to_lowercase())) {
            rest.remove(0).clone_into(&mut unit);
        }
        let amount = ground::amounts(&phrase, self.language, &[]).into_iter().next()?;
        let mut label = rest.join(" ");
        if amount.percent {
            (unit, label) = ("%".to_owned(), String::new());
        } else if amount.unit.is_some() && unit.is_empty() && label.chars().count() <= UNIT_MAX {
            unit = std::mem::take(&mut label);
        }
        (unit.chars().count() <= UNIT_MAX && label.chars().count() <= LABEL_MAX).then_some(Figure {
            label,
            value,
            unit,
        })
    }

    /// `20,200`, `3.8`, `30.000` as the language writes them; `three`.
    fn value(&self, written: &str) -> Option<f64> {
        if !written.starts_with(|c: char| c.is_ascii_digit()) {
            let value = ground::small_number(&ground::words::fold(written), self.language)?;
            return Some(f64::from(u32::try_from(value).ok()?));
        }
        let written = written.trim_end_matches('%');
        let (group, point) = if self.language == "en" { (',', '.') } else { ('.', ',') };
        let text = written.replace([group, '\u{a0}', '\u{202f}', '\''], "").replace(point, ".");
        text.parse::<f64>().ok().filter(|value| value.is_finite())
    }

    /// Puts the sentences that tell one kind of figure in rising order, so that the largest comes last, if three do and
    /// none of all leans on the one before it.
    pub(super) fn rank(&self, groups: &mut [Vec<usize>]) -> bool {
        let sentences = &self.material.sentences;
        let figure = |group: &Vec<usize>| {
            let text = &sentences[*group.first()?].text;
            (self.phrases.numbers_in(text) == 1).then(|| self.figure(text)).flatten()
        };
        let figures = groups.iter().map(figure).collect::<Vec<_>>();
        let Some(last) = figures.iter().flatten().last().cloned() else { return false };
        let alike = |figure: &Option<Figure>| {
            figure.as_ref().is_some_and(|figure| figure.unit == last.unit && figure.label == last.label)
        };
        let start = figures.iter().position(alike).unwrap_or(0);
        let run = &figures[start..];
        if run.len() < RANKED_MIN
            || !run.iter().all(alike)
            || groups.iter().flatten().any(|at| sentences[*at].leans)
            || groups.iter().any(|group| keyphrase::has_year(&sentences[group[0]].text))
        {
            return false;
        }
        let value = |group: &Vec<usize>| figure(group).map_or(0.0, |figure| figure.value);
        groups[start..].sort_by(|one, other| value(one).total_cmp(&value(other)));
        let all = groups[start..].iter().map(value).collect::<Vec<_>>();
        all.windows(2).all(|pair| pair[0] < pair[1])
    }

    /// Two years of one thing: two sentences with a year and a figure of one kind each.
    pub(super) fn change(&self) -> Option<[(usize, Point); 2]> {
        let sentences = &self.material.sentences;
        let point = |at: usize| {
            let sentence = &sentences[at].text;
            let year = keyphrase::only_year(sentence)?;
            let figure = (self.phrases.numbers_in(sentence) == 1).then(|| self.figure(sentence)).flatten()?;
            let told = self.phrases.number(sentence)?;
            Some((at, Point { year, told, figure }))
        };
        let mut points = (0..sentences.len()).filter_map(point).collect::<Vec<_>>();
        let (_, first) = points.first()?;
        let (unit, label) = (first.figure.unit.clone(), first.figure.label.clone());
        points.retain(|(_, point)| point.figure.unit == unit && point.figure.label == label);
        points.sort_by(|(_, one), (_, other)| one.year.cmp(&other.year));
        let (last, first) = (points.pop()?, points.into_iter().next()?);
        let differ = first.1.year != last.1.year && (first.1.figure.value - last.1.figure.value).abs() > 0.0;
        differ.then_some([first, last])
    }

    /// The figures of a scene: the one on its screen, or the one that it is ranked by, or both ends of the change that the
    /// hook told.
    pub(super) fn figures_of(&self, group: &[usize], on_screen: &str, hook: &Hook, ranked: bool) -> Vec<Figure> {
        if hook.figures.len() >= 2 && hook.wants.is_some_and(|at| group.contains(&at)) {
            return hook.figures.clone();
        }
        let texts = group.iter().map(|at| self.material.sentences[*at].text.as_str());
        let mut told = texts.filter_map(|text| Some((self.phrases.number(text)?, self.figure(text)?)));
        let shown = on_screen.to_lowercase();
        told.find(|(number, _)| ranked || number.to_lowercase() == shown)
            .map(|(_, figure)| figure)
            .into_iter()
            .collect()
    }
}

#[cfg(test)]
mod tests;
