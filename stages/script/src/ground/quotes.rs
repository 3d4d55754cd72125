//! What stands in quotation marks: words that somebody said, so they must be the evidence's very own.

/// Marks that open a quotation, each with the one that closes it.
const MARKS: [(char, char); 8] = [
    ('"', '"'),
    ('\u{201c}', '\u{201d}'),
    ('\u{201e}', '\u{201c}'),
    ('\u{ab}', '\u{bb}'),
    ('\u{bb}', '\u{ab}'),
    ('\u{300c}', '\u{300d}'),
    ('\u{300e}', '\u{300f}'),
    ('\u{2018}', '\u{2019}'),
];

/// Everything in quotation marks, without them. An apostrophe opens nothing.
pub(crate) fn quotes(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((at, open)) = rest.char_indices().find(|(_, c)| MARKS.iter().any(|(open, _)| open == c)) {
        let after = &rest[at + open.len_utf8()..];
        let closing = MARKS.iter().filter(|(mark, _)| *mark == open).map(|(_, close)| *close).collect::<Vec<_>>();
        let apostrophe = open == '\u{2018}' && rest[..at].chars().next_back().is_some_and(char::is_alphanumeric);
        let end = after.char_indices().find(|(place, c)| {
            let within_word = *c == '\u{2019}' && after[place + c.len_utf8()..].starts_with(char::is_alphanumeric);
            (closing.contains(c) || (open == '\u{201e}' && *c == '\u{201d}')) && !within_word
        });
        match end.filter(|_| !apostrophe) {
            Some((end, close)) => {
                found.push(after[..end].trim());
                rest = &after[end + close.len_utf8()..];
            }
            None => rest = after,
        }
    }
    found.retain(|quote| !quote.is_empty());
    found
}

/// A text as quotations are compared: one kind of mark, one space, lower case.
pub(crate) fn comparable(text: &str) -> String {
    let even = text.chars().map(|c| match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2010}' | '\u{2011}' => '-',
        c => c,
    });
    even.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether the evidence has the quotation word for word; the stop at its end is the sentence's.
pub(crate) fn stands_in(quote: &str, evidence: &str) -> bool {
    let quote = comparable(quote);
    let bare = quote.trim_end_matches(['.', ',', '!', '?', '\u{2026}', '\u{3002}']).trim();
    !bare.is_empty()
        && evidence.match_indices(bare).any(|(at, found)| {
            let before = evidence[..at].chars().next_back();
            let after = evidence[at + found.len()..].chars().next();
            let grown = |c: Option<char>, edge: Option<char>| {
                c.is_some_and(char::is_alphanumeric)
                    && edge.is_some_and(|edge| edge.is_alphanumeric() && !super::words::is_dense(edge))
            };
            !grown(before, bare.chars().next()) && !grown(after, bare.chars().next_back())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotations_are_found_in_the_marks_of_many_languages() {
        for text in [
            "He said \"it is done\" twice.",
            "He said \u{201c}it is done\u{201d} twice.",
            "Er sagte \u{201e}it is done\u{201c}.",
            "Il dit \u{ab} it is done \u{bb}.",
            "He said \u{2018}it is done\u{2019}.",
            "\u{300c}it is done\u{300d}と",
        ] {
            assert_eq!(quotes(text), ["it is done"], "{text}");
        }
        assert_eq!(quotes("The bridge\u{2019}s cables don\u{2019}t hum. 5\" pipes"), Vec::<&str>::new());
    }

    #[test]
    fn a_quotation_is_exact() {
        let evidence = comparable("She said: \u{201c}It\u{2019}s done, and we are glad.\u{201d}");
        assert!(stands_in("It's done, and we are glad", &evidence) && stands_in("it\u{2019}s done.", &evidence));
        for quote in ["It is done", "we are gladder", "and we are gla", "done and we", ""] {
            assert!(!stands_in(quote, &evidence), "{quote}");
        }
    }
}
