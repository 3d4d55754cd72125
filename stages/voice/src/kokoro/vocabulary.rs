//! The symbols that Kokoro v1.0 knows, with their numbers in its `config.json`.

/// Before and behind every text.
pub(super) const EDGE: i64 = 0;

/// Most symbols of one call, without the two edges. The model takes 510, but its memory grows by some 25 MB with each
/// second of sound; this many are about 18 s, and 0.7 GB in all.
pub(super) const SYMBOLS_MAX: usize = 300;

/// Sorted by symbol.
const SYMBOLS: [(char, i64); 114] = [
    (' ', 16),
    ('!', 5),
    ('"', 11),
    ('(', 12),
    (')', 13),
    (',', 3),
    ('.', 4),
    (':', 2),
    (';', 1),
    ('?', 6),
    ('A', 24),
    ('I', 25),
    ('O', 31),
    ('Q', 33),
    ('S', 35),
    ('T', 36),
    ('W', 39),
    ('Y', 41),
    ('a', 43),
    ('b', 44),
    ('c', 45),
    ('d', 46),
    ('e', 47),
    ('f', 48),
    ('h', 50),
    ('i', 51),
    ('j', 52),
    ('k', 53),
    ('l', 54),
    ('m', 55),
    ('n', 56),
    ('o', 57),
    ('p', 58),
    ('q', 59),
    ('r', 60),
    ('s', 61),
    ('t', 62),
    ('u', 63),
    ('v', 64),
    ('w', 65),
    ('x', 66),
    ('y', 67),
    ('z', 68),
    ('æ', 72),
    ('ç', 78),
    ('ð', 81),
    ('ø', 116),
    ('ŋ', 112),
    ('œ', 120),
    ('ɐ', 70),
    ('ɑ', 69),
    ('ɒ', 71),
    ('ɔ', 76),
    ('ɕ', 77),
    ('ɖ', 80),
    ('ə', 83),
    ('ɚ', 85),
    ('ɛ', 86),
    ('ɜ', 87),
    ('ɟ', 90),
    ('ɡ', 92),
    ('ɣ', 139),
    ('ɤ', 140),
    ('ɥ', 99),
    ('ɨ', 101),
    ('ɪ', 102),
    ('ɯ', 110),
    ('ɰ', 111),
    ('ɲ', 114),
    ('ɳ', 113),
    ('ɴ', 115),
    ('ɸ', 118),
    ('ɹ', 123),
    ('ɻ', 126),
    ('ɽ', 129),
    ('ɾ', 125),
    ('ʁ', 128),
    ('ʂ', 130),
    ('ʃ', 131),
    ('ʈ', 132),
    ('ʊ', 135),
    ('ʋ', 136),
    ('ʌ', 138),
    ('ʎ', 143),
    ('ʒ', 147),
    ('ʔ', 148),
    ('ʝ', 103),
    ('ʣ', 18),
    ('ʤ', 82),
    ('ʥ', 19),
    ('ʦ', 20),
    ('ʧ', 133),
    ('ʨ', 21),
    ('ʰ', 162),
    ('ʲ', 164),
    ('ˈ', 156),
    ('ˌ', 157),
    ('ː', 158),
    ('\u{303}', 17),
    ('β', 75),
    ('θ', 119),
    ('χ', 142),
    ('ᵊ', 42),
    ('ᵝ', 22),
    ('ᵻ', 177),
    ('—', 9),
    ('“', 14),
    ('”', 15),
    ('…', 10),
    ('→', 171),
    ('↓', 169),
    ('↗', 172),
    ('↘', 173),
    ('ꭧ', 23),
];

/// The number of a symbol; `None` if the model does not know it.
pub(super) fn number(symbol: char) -> Option<i64> {
    let at = SYMBOLS.binary_search_by_key(&symbol, |(known, _)| *known).ok()?;
    Some(SYMBOLS[at].1)
}

#[cfg(test)]
mod tests {
    use super::{SYMBOLS, number};

    #[test]
    fn symbols_are_sorted_and_numbers_are_their_own() {
        assert!(SYMBOLS.is_sorted_by(|(a, _), (b, _)| a < b));
        let mut numbers = SYMBOLS.map(|(_, number)| number);
        numbers.sort_unstable();
        assert!(numbers.is_sorted_by(|a, b| a < b) && numbers[0] == 1 && numbers[113] == 177);
        assert_eq!((number(' '), number('ˈ'), number('g')), (Some(16), Some(156), None));
    }
}
