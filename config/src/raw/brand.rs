//! `[niches.NAME.brand]`: colours, type and logo of a niche.

use super::table::Table;
use super::value::Value;
use crate::settings::Brand;

/// Most families of a typeface: a list of fallbacks, not of all fonts there are.
const MOST_FAMILIES: usize = 8;

pub(super) fn brand(table: &mut Table<'_, '_>) -> Brand {
    let mut colour = |key| table.value(key).and_then(|value| colour(&value));
    Brand {
        base: colour("base"),
        tone: colour("tone"),
        glow: colour("glow"),
        ink: colour("ink"),
        surface: colour("surface"),
        accent: colour("accent"),
        headline: families(table, "headline"),
        body: families(table, "body"),
        logo: table.optional_path("logo"),
        logo_place: table.value("logo_place").and_then(|value| place(&value)),
        handle: table.value("handle").and_then(|value| handle(&value)).unwrap_or_default(),
    }
}

fn colour(value: &Value<'_, '_>) -> Option<[u8; 3]> {
    const MUST: &str = "be a colour such as \"#1A2B3C\"";
    let text = value.string(MUST)?;
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let channel = |at: usize| {
        let pair = digits?.get(at..at + 2).filter(|pair| pair.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u8::from_str_radix(pair, 16).ok()
    };
    let (Some(red), Some(green), Some(blue)) = (channel(0), channel(2), channel(4)) else {
        value.refuse(MUST, None);
        return None;
    };
    Some([red, green, blue])
}

fn families(table: &mut Table<'_, '_>, key: &'static str) -> Vec<String> {
    let Some(value) = table.value(key) else { return Vec::new() };
    let Some(items) = value.list() else { return Vec::new() };
    if items.is_empty() || items.len() > MOST_FAMILIES {
        value.report(
            format!("`{}` must be a list of 1 to {MOST_FAMILIES} families, not {}", value.path, items.len()),
            Some("such as [\"Inter Display\", \"DejaVu Sans\"]; without it the template's are used"),
        );
    }
    items.iter().filter_map(Value::word).collect()
}

/// Shares of the safe zone, kept in thousandths.
fn place(value: &Value<'_, '_>) -> Option<[u16; 4]> {
    const MUST: &str = "be `[x, y, width, height]` as shares of the safe zone, from 0.0 to 1.0 and within it";
    let items = value.list()?;
    let shares: Vec<u16> = items
        .iter()
        .filter_map(|item| item.number(&(0.0..=1.0)))
        .map(|share| (share * 1_000.0).round() as u16)
        .collect();
    if shares.len() < items.len() {
        return None;
    }
    let Ok([x, y, width, height]) = <[u16; 4]>::try_from(shares) else {
        value.refuse(MUST, None);
        return None;
    };
    if width == 0 || height == 0 || x + width > 1_000 || y + height > 1_000 {
        value.refuse(MUST, Some("the logo is fitted into it whole"));
        return None;
    }
    Some([x, y, width, height])
}

fn handle(value: &Value<'_, '_>) -> Option<String> {
    let text = value.line_of_text()?;
    if text.chars().count() > 40 {
        value.refuse("be at most 40 characters", None);
        return None;
    }
    Some(text)
}
