//! Words and numbers of charts and timers.

use reelpress_templates::template::{ChartForm, Face, Ink, Stand, Text, TextAlign, TextBacking};
use reelpress_vocabulary::Figure;

use super::chart::{MOST_FIGURES, MOST_ROWS, ROW_BAR, row};
use crate::picture::Rect;
use crate::picture::text::is_rtl_language;

/// Share of a bar chart's height for its numbers, and for its labels.
const ROWS: (f32, f32) = (0.19, 0.15);
/// A row's label may take this share of its width; its number has the rest.
const LABEL: f32 = 0.68;
/// Largest type of a row's label and of its number, as shares of the reference height: few rows have much room.
const ROW_TYPE: (f32, f32) = (0.028, 0.036);
/// Languages that write a point before decimals, by ISO 639-1 code; most others write a comma.
const POINT: [&str; 8] = ["en", "zh", "ja", "ko", "he", "th", "hi", "ms"];

/// Languages that leave a space before a percent sign (CLDR's percent pattern of each).
const SPACED_PERCENT: [&str; 14] = ["de", "fr", "es", "ru", "uk", "pl", "cs", "sk", "sv", "nb", "no", "da", "fi", "hu"];
/// Signs that stand before their number where a point is written.
const CURRENCIES: [&str; 6] = ["$", "€", "£", "¥", "₹", "₩"];

/// A text of a chart and its rectangle.
pub(crate) type Caption = (Text, Rect);

/// The part of a chart's place that is left for its drawing.
pub(crate) fn drawing(form: ChartForm, area: Rect) -> Rect {
    if form != ChartForm::Bars {
        return area;
    }
    let (above, below) = rows(area);
    Rect { y: area.y + above, height: area.height - above - below, ..area }
}

fn rows(area: Rect) -> (usize, usize) {
    let row = |share: f32| (area.height as f32 * share / 2.0) as usize * 2;
    (row(ROWS.0), row(ROWS.1))
}

/// The texts of a chart that has grown to `grown`, 0.0 to 1.0.
pub(crate) fn captions(
    form: ChartForm,
    figures: &[Figure],
    area: Rect,
    grown: f32,
    (language, reference): (&str, f32),
) -> Vec<Caption> {
    let Some(first) = figures.first() else { return Vec::new() };
    let text = |says: String, face: Face, rect: Rect, share: f32| {
        (line(says, face, rect.height as f32 * share / reference.max(1.0)), rect)
    };
    match form {
        ChartForm::Counter => vec![text(grown_number(first, grown, language), Face::Headline, area, 0.8)],
        ChartForm::Ring => {
            // The square within the ring.
            let side = (area.width.min(area.height) as f32 * 0.56) as usize & !1;
            let (x, y) = (area.x + (area.width - side) / 2, area.y + (area.height - side) / 2);
            let rect = Rect { x: x & !1, y: y & !1, width: side, height: side };
            vec![text(grown_number(first, grown, language), Face::Headline, rect, 0.42)]
        }
        ChartForm::Line => Vec::new(),
        ChartForm::Rows => of_rows(figures, area, grown, (language, reference)),
        ChartForm::Bars => {
            let count = figures.len().min(MOST_FIGURES);
            let (above, below) = rows(area);
            let edge = |at: usize| (area.x + area.width * at / count) & !1;
            let mut texts = Vec::with_capacity(count * 2);
            for (at, figure) in figures.iter().take(count).enumerate() {
                let column = Rect { x: edge(at), width: edge(at + 1) - edge(at), ..area };
                let number = grown_number(figure, grown, language);
                texts.push(text(number, Face::Headline, Rect { height: above, ..column }, 0.7));
                let label = Rect { y: area.bottom() - below, height: below, ..column };
                texts.push(text(figure.label.clone(), Face::Body, label, 0.74));
            }
            texts
        }
    }
}

/// A label at each row's start and a number at its end, both above the bar.
fn of_rows(figures: &[Figure], area: Rect, grown: f32, (language, reference): (&str, f32)) -> Vec<Caption> {
    let count = figures.len().min(MOST_ROWS);
    let label_width = (area.width as f32 * LABEL) as usize & !1;
    let mut texts = Vec::with_capacity(count * 2);
    for (at, figure) in figures.iter().take(count).enumerate() {
        let row = row(area, at, count);
        let line_of = Rect { height: (row.height as f32 * ROW_BAR.0) as usize & !1, ..row };
        let (mut label, mut number) = (
            Rect { width: label_width, ..line_of },
            Rect { x: line_of.x + label_width, width: line_of.width - label_width, ..line_of },
        );
        if is_rtl_language(language) {
            number.x = line_of.x;
            label.x = line_of.x + number.width;
        }
        let sized = |share: f32, most: f32| (line_of.height as f32 * share / reference.max(1.0)).min(most);
        let text = |says: String, face: Face, size: f32, align: TextAlign| Text {
            align,
            stand: Stand::Bottom,
            ..line(says, face, size)
        };
        texts.push((text(figure.label.clone(), Face::Body, sized(0.58, ROW_TYPE.0), TextAlign::Start), label));
        let says = grown_number(figure, grown, language);
        texts.push((text(says, Face::Headline, sized(0.72, ROW_TYPE.1), TextAlign::End), number));
    }
    texts
}

/// One line in the middle of its rectangle, of a size that is a share of the reference height.
pub(crate) fn line(says: String, face: Face, size: f32) -> Text {
    Text {
        says,
        face,
        size,
        lines: 1,
        leading: 1.0,
        align: TextAlign::Centre,
        stand: Stand::Middle,
        capitals: false,
        colour: Ink::Ink,
        backing: TextBacking::None,
        backing_colour: Ink::Base,
    }
}

/// A figure on its way from zero, with as many decimals as it has at its end.
pub(crate) fn grown_number(figure: &Figure, grown: f32, language: &str) -> String {
    let value = if figure.value.is_finite() { figure.value } else { 0.0 };
    let decimals = (0..=2).find(|decimals| is_round(value, *decimals)).unwrap_or(2);
    let value = if grown >= 1.0 { value } else { value * f64::from(grown.max(0.0)) };
    let unit = figure.unit.trim();
    let number = number(value, decimals, language);
    match unit {
        "" => number,
        "%" if !SPACED_PERCENT.contains(&plain(language)) => format!("{number}%"),
        sign if CURRENCIES.contains(&sign) && POINT.contains(&plain(language)) => match number.strip_prefix('\u{2212}')
        {
            Some(number) => format!("\u{2212}{sign}{number}"),
            None => format!("{sign}{number}"),
        },
        _ => format!("{number}\u{a0}{unit}"),
    }
}

/// A language without its region.
fn plain(language: &str) -> &str {
    language.split(['-', '_']).next().unwrap_or(language)
}

fn is_round(value: f64, decimals: u32) -> bool {
    let scaled = value * f64::from(10_u32.pow(decimals));
    (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1.0)
}

/// A number as the language writes it; very large ones in powers of ten.
fn number(value: f64, decimals: u32, language: &str) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:.2e}");
    }
    let text = format!("{:.*}", decimals as usize, value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let point = POINT.contains(&plain(language));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        // Four figures are read at a glance.
        if at > 0 && (whole.len() - at).is_multiple_of(3) && whole.len() > 4 {
            grouped.push(if point { ',' } else { '\u{a0}' });
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 && text.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) { "\u{2212}" } else { "" };
    match rest {
        "" => format!("{sign}{grouped}"),
        rest => format!("{sign}{grouped}{}{rest}", if point { '.' } else { ',' }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        assert_eq!(number(1_234_567.0, 0, "en"), "1,234,567");
        assert_eq!(number(1_234_567.5, 1, "de"), "1\u{a0}234\u{a0}567,5");
        assert_eq!(number(-2024.0, 0, "fr-CA"), "\u{2212}2024");
        assert_eq!(number(-0.001, 2, "en"), "0.00");
        assert_eq!(number(1e300, 0, "en"), "1.00e300");
    }

    #[test]
    fn a_growing_figure_keeps_the_decimals_of_its_end() {
        let figure = Figure { label: String::new(), value: 41.5, unit: "%".to_owned() };
        assert_eq!(grown_number(&figure, 0.5, "en"), "20.8%");
        assert_eq!(grown_number(&figure, 1.0, "de"), "41,5\u{a0}%");
        assert_eq!(grown_number(&figure, 1.0, "ja"), "41.5%");
        let price = Figure { value: -0.45, unit: "$".to_owned(), ..figure.clone() };
        assert_eq!(grown_number(&price, 1.0, "en"), "\u{2212}$0.45");
        assert_eq!(grown_number(&price, 1.0, "de"), "\u{2212}0,45\u{a0}$");
        let odd = Figure { value: f64::NAN, ..figure };
        assert_eq!(grown_number(&odd, 1.0, "en"), "0%");
    }
}
