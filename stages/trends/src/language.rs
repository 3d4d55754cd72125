//! Which language a headline is in: what the feed says, else what its letters and commonest words say.

#[cfg(test)]
mod tests;

use whatlang::Lang;

use crate::tokens;

/// The code for "could not be told".
pub(crate) const UNKNOWN: &str = "und";

/// An ISO 639-1 code from what a feed declares (`en-us`, `EN_gb`, `en`), or `None` if that is not a code.
pub(crate) fn declared(text: &str) -> Option<String> {
    let code = text.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    (code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase())).then_some(code)
}

/// The language of a text as an ISO 639-1 code, or `und` if it is unsure.
///
/// Letters and their neighbours decide where that is reliable. A short Latin headline often is not: there the language
/// with most of its own commonest words wins, if it has at least two and more than any other.
pub(crate) fn of(text: &str) -> String {
    let by_letters = whatlang::detect(text).filter(whatlang::Info::is_reliable).and_then(|info| code(info.lang()));
    let found = by_letters.or_else(|| by_words(text)).unwrap_or(UNKNOWN);
    found.to_owned()
}

fn by_words(text: &str) -> Option<&'static str> {
    let words = tokens::words(text);
    let mut hits = tokens::LANGUAGES
        .map(|language| (words.iter().filter(|word| tokens::is_stop_word(word, language)).count(), language));
    hits.sort_unstable();
    let [.., (second, _), (most, language)] = hits;
    (most >= 2 && most > second).then_some(language)
}

/// The two-letter code of the languages a press for short video meets most; others stay unknown.
fn code(language: Lang) -> Option<&'static str> {
    const CODES: [(Lang, &str); 36] = [
        (Lang::Ara, "ar"),
        (Lang::Ben, "bn"),
        (Lang::Bul, "bg"),
        (Lang::Cat, "ca"),
        (Lang::Ces, "cs"),
        (Lang::Cmn, "zh"),
        (Lang::Dan, "da"),
        (Lang::Deu, "de"),
        (Lang::Ell, "el"),
        (Lang::Eng, "en"),
        (Lang::Fin, "fi"),
        (Lang::Fra, "fr"),
        (Lang::Heb, "he"),
        (Lang::Hin, "hi"),
        (Lang::Hrv, "hr"),
        (Lang::Hun, "hu"),
        (Lang::Ind, "id"),
        (Lang::Ita, "it"),
        (Lang::Jpn, "ja"),
        (Lang::Kor, "ko"),
        (Lang::Nld, "nl"),
        (Lang::Nob, "nb"),
        (Lang::Pes, "fa"),
        (Lang::Pol, "pl"),
        (Lang::Por, "pt"),
        (Lang::Ron, "ro"),
        (Lang::Rus, "ru"),
        (Lang::Slk, "sk"),
        (Lang::Spa, "es"),
        (Lang::Srp, "sr"),
        (Lang::Swe, "sv"),
        (Lang::Tha, "th"),
        (Lang::Tur, "tr"),
        (Lang::Ukr, "uk"),
        (Lang::Urd, "ur"),
        (Lang::Vie, "vi"),
    ];
    CODES.iter().find(|(known, _)| *known == language).map(|(_, code)| *code)
}
