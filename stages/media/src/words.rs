//! Words as they are compared: `Boats` finds `boat`, `skies` finds `sky`, `Häfen` finds only itself.

/// Says nothing about what a picture shows.
const EMPTY: [&str; 40] = [
    "the", "and", "for", "with", "from", "into", "over", "under", "of", "in", "on", "at", "by", "to", "an", "as", "is",
    "are", "was", "its", "it", "this", "that", "these", "those", "their", "his", "her", "our", "your", "not", "but",
    "or", "all", "one", "some", "very", "more", "between", "during",
];

/// The words of a text, normalised, in its order, each as often as it is there.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter_map(normal).collect()
}

/// `None` for a word that says nothing.
fn normal(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    // A single letter says something only where a sign is a word.
    if (lower.is_ascii() && lower.len() < 2) || EMPTY.contains(&lower.as_str()) || lower.is_empty() {
        return None;
    }
    Some(if lower.is_ascii() { singular(&lower) } else { lower })
}

/// The singular of an English plural, near enough for comparing: both sides go through it.
fn singular(word: &str) -> String {
    let cut = |ending: &str, least: usize| word.strip_suffix(ending).filter(|stem| stem.len() >= least);
    // `movie` as well, so that it meets `movies`.
    if let Some(stem) = cut("ies", 1).or_else(|| cut("ie", 1)) {
        return format!("{stem}y");
    }
    for ending in ["sses", "shes", "ches", "xes", "zes"] {
        if cut(ending, 1).is_some() {
            return word[..word.len() - 2].to_owned();
        }
    }
    if ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) {
        return word.to_owned();
    }
    cut("s", 3).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_and_small_words_make_no_difference() {
        assert_eq!(words("Boats in the HARBOURS, at low tide"), words("boat harbour low-tide"));
        assert_eq!(
            words("skies glasses wishes churches boxes buses"),
            ["sky", "glass", "wish", "church", "box", "buse"]
        );
        assert_eq!(words("status basis glass bus ties"), ["status", "basis", "glass", "bus", "ty"]);
        assert_eq!(words("Häfen und 港口 2026 a I"), ["häfen", "und", "港口", "2026"]);
        assert_eq!(words(" -- of the "), [""; 0]);
    }

    #[test]
    fn a_word_and_its_plural_are_one_word() {
        for (one, many) in [
            ("boat", "boats"),
            ("city", "cities"),
            ("fox", "foxes"),
            ("movie", "movies"),
            ("lens", "lens"),
            ("branch", "branches"),
        ] {
            assert_eq!(words(one), words(many), "{one}");
        }
    }
}
