//! From a risk to a score, and the names of categories.

/// What `open_nsfw` and moderation endpoints both know.
pub(crate) const SEXUAL: &str = "sexual";

/// What counts more than others, and how much more: what is one chance in five elsewhere is one in twenty-five here.
const HEAVIER: &[(&str, f32)] = &[("sexual/minors", 5.0)];

/// Longest name of a category.
const LONGEST: usize = 40;

/// 0 (forbidden for certain) to 100 (nothing to be seen). A risk that is no number is the highest.
pub(crate) fn score(category: &str, risk: f32) -> u8 {
    let weight = HEAVIER.iter().find(|(name, _)| *name == category).map_or(1.0, |(_, weight)| *weight);
    let risk = if risk.is_nan() { 1.0 } else { (risk * weight).clamp(0.0, 1.0) };
    // Thousandths first: 0.2 as a float is a little more than a fifth, and would make a 79.
    ((1_000.0 - (f64::from(risk) * 1_000.0).round()) / 10.0).floor() as u8
}

/// A category as an endpoint names it, in signs that can stand anywhere. `None` if nothing is left of it.
pub(crate) fn category(name: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "/-".contains(c) { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().take(LONGEST).map(plain).collect();
    let name = name.trim_matches(['-', '/']);
    (!name.is_empty()).then(|| name.to_owned())
}
