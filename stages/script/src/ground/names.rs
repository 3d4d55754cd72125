//! Names in a text: people, places, firms, handles. They are told by their capitals where a script has such, by runs of
//! katakana and by titles of honour where it has none. German writes every noun with a capital, and the first word of a
//! sentence has one anyway: a single word counts there only if something else makes it a name.

use super::words::{Word, fold, is_dense, same_stem, words};

/// A name as it stands in the text, word by word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) written: String,
    /// The words that the evidence must have, folded.
    pub(crate) words: Vec<String>,
}

/// What a text of the evidence offers to compare names with.
#[derive(Debug, Default)]
pub(crate) struct Known {
    folded: Vec<String>,
    dense: String,
}

impl Known {
    pub(crate) fn add(&mut self, text: &str) {
        for word in words(text) {
            // `Foton-M3` is known as a whole and by its parts.
            let parts = word
                .folded
                .split(|c: char| !c.is_alphanumeric())
                .filter(|part| !part.is_empty())
                .map(ToOwned::to_owned);
            self.folded.extend(parts);
            self.folded.push(word.folded);
        }
        self.dense.extend(fold(text).chars().filter(|c| is_dense(*c)));
        self.dense.push(' ');
        self.folded.sort();
        self.folded.dedup();
    }

    /// The word, in any ending of its own, and with its stops left out (`U.S.` and `US`).
    pub(crate) fn has(&self, folded: &str) -> bool {
        let bare = folded.replace(['.', '\''], "");
        let exact = |word: &str| self.folded.binary_search_by(|other| other.as_str().cmp(word)).is_ok();
        exact(folded)
            || exact(&bare)
            || self.folded.iter().any(|word| name_form(word, folded) || word.replace('.', "") == bare)
            || (folded.chars().any(is_dense) && self.dense.contains(folded))
            || (folded.contains('-') && folded.split('-').all(|part| part.len() < 2 || exact(part)))
    }
}

/// Names bend less than other words: `Москва` and `Москвы`, `NASA` and `NASAs`, `Paris` never `Parisian`.
fn name_form(known: &str, told: &str) -> bool {
    if known.chars().chain(told.chars()).any(|c| c.is_ascii_digit()) {
        return false;
    }
    let (one, other) = (known.chars().count(), told.chars().count());
    one.abs_diff(other) <= 2 && one.min(other) >= 4 && {
        let shared = known.chars().zip(told.chars()).take_while(|(a, b)| a == b).count();
        shared + 2 >= one.max(other) && shared >= 3 && same_stem(known, told)
    } || (told.len() > 3 && told.strip_suffix('s') == Some(known))
        || (known.len() > 3 && known.strip_suffix('s') == Some(told))
}

/// Names of a text. `plain` says whether a folded word is an ordinary one of the language that never is a name.
pub(crate) fn names(text: &str, language: &str, plain: &dyn Fn(&str) -> bool) -> Vec<Name> {
    let mut found = latin(text, language, plain);
    found.extend(katakana(text));
    found.extend(honoured(text));
    found
}

fn latin(text: &str, language: &str, plain: &dyn Fn(&str) -> bool) -> Vec<Name> {
    let words = words(text);
    let capitals = words.iter().filter(|word| is_capital(word)).count();
    // A sentence ends in a stop, a headline does not.
    let titled = words.len() >= 3 && capitals * 10 >= words.len() * 7 && !text.trim_end().ends_with(['.', '!', '?']);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let mut run = Vec::new();
        while let Some(word) = words.get(at + run.len()) {
            let fits = is_capital(word) || (!run.is_empty() && is_number_label(word));
            // A word that is plain in lower case ends no name from within: `The Bridge`.
            if !fits || (run.is_empty() && word.opens && plain(&word.folded)) {
                break;
            }
            run.push(word);
            if word.ends {
                break;
            }
        }
        at += run.len().max(1);
        if let Some(name) = name_of(&run, language, titled, plain) {
            found.push(name);
        }
    }
    found
}

fn name_of(run: &[&Word<'_>], language: &str, titled: bool, plain: &dyn Fn(&str) -> bool) -> Option<Name> {
    let telling = run.iter().filter(|word| !plain(&word.folded) && word.core.chars().any(char::is_alphabetic)).copied();
    let telling = telling.collect::<Vec<_>>();
    let first = run.first()?;
    let marked = telling.iter().any(|word| is_marked(word));
    // A headline in which every word has a capital says nothing about names; its words are weighed elsewhere.
    let counts = marked
        || match telling.len() {
            0 => false,
            1 => !titled && !first.opens && language != "de",
            _ => !titled,
        };
    // The first word of a sentence has a capital of its own: of a longer run it is asked for only if the rest is known.
    let asked = if first.opens && telling.len() >= 2 && !is_marked(first) && language == "de" {
        &telling[1..]
    } else {
        &telling
    };
    counts.then(|| Name {
        written: run.iter().map(|word| word.core).collect::<Vec<_>>().join(" "),
        words: asked.iter().map(|word| word.folded.clone()).collect(),
    })
}

fn is_capital(word: &Word<'_>) -> bool {
    word.core.starts_with(char::is_uppercase) || is_marked(word)
}

/// `NASA`, `iPhone`, `X1`, `McDonald`: capitals that no sentence asks for.
fn is_marked(word: &Word<'_>) -> bool {
    let letters = word.core.chars().filter(|c| c.is_alphabetic()).count();
    let capitals_later = word.core.chars().skip(1).filter(|c| c.is_uppercase()).count();
    letters >= 2
        && capitals_later >= 1
        && word.core.chars().any(|c| c.is_ascii() || c.is_alphabetic())
        && !word.core.contains('-')
}

fn is_number_label(word: &Word<'_>) -> bool {
    word.core.len() <= 4 && word.core.chars().all(|c| c.is_ascii_digit())
}

/// Three katakana or more in a row write a word from abroad: a name, or a loan word; both must be in the evidence.
fn katakana(text: &str) -> Vec<Name> {
    let is_kana = |c: char| matches!(u32::from(c), 0x30A1..=0x30FA | 0x30FC);
    text.split(|c: char| !is_kana(c))
        .filter(|run| run.chars().count() >= 3)
        .map(|run| Name { written: run.to_owned(), words: vec![fold(run)] })
        .collect()
}

/// `王先生`, `田中氏`, `习主席`: two to four ideographs before a title, and what stands in title marks.
fn honoured(text: &str) -> Vec<Name> {
    const TITLES: [&str; 16] = [
        "先生",
        "女士",
        "小姐",
        "教授",
        "博士",
        "主席",
        "总统",
        "總統",
        "总理",
        "部长",
        "市长",
        "氏",
        "さん",
        "選手",
        "首相",
        "大統領",
    ];
    let mut found = Vec::new();
    for title in TITLES {
        for (at, _) in text.match_indices(title) {
            let is_han = |c: &char| matches!(u32::from(*c), 0x4E00..=0x9FFF);
            let before = text[..at].chars().rev().take_while(is_han).take(2).collect::<Vec<_>>();
            if before.len() == 2 {
                let name = before.into_iter().rev().collect::<String>();
                found.push(Name { words: vec![fold(&name)], written: format!("{name}{title}") });
            }
        }
    }
    let marked = text.split('《').skip(1).filter_map(|rest| rest.split_once('》')).map(|(inside, _)| inside);
    found.extend(marked.map(|name| Name { written: name.to_owned(), words: vec![fold(name)] }));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(word: &str) -> bool {
        ["the", "a", "it", "in", "on", "look", "an", "der", "die", "and", "of"].contains(&word)
    }

    #[track_caller]
    fn read(text: &str, language: &str) -> Vec<String> {
        names(text, language, &plain).into_iter().map(|name| name.written).collect()
    }

    #[test]
    fn names_are_told_by_their_capitals() {
        assert_eq!(
            read("In 1960 Jacques Piccard and Don Walsh dived with NASA.", "en"),
            ["Jacques Piccard", "Don Walsh", "NASA"]
        );
        assert_eq!(read("Scientists met in Paris. The Bridge hums.", "en"), ["Paris", "Bridge"]);
        assert_eq!(
            read("Elon Musk spoke. It has an iPhone and Voyager 1.", "en"),
            ["Elon Musk", "iPhone", "Voyager 1"]
        );
        assert_eq!(read("Die Luft dehnt sich aus, sagt Angela Merkel.", "de"), ["Angela Merkel"]);
        assert_eq!(read("アメリカのオリンピックで田中選手と王先生", "ja"), ["アメリカ", "オリンピック", "田中選手"]);
        assert_eq!(read("three hearts and blue blood", "en"), Vec::<String>::new());
    }

    #[test]
    fn a_known_name_is_known_in_its_endings_and_no_other_is() {
        let mut known = Known::default();
        known.add("NASA sent Voyager 1. Москва, the U.S. Navy and 田中 in アメリカ. Foton-M3 flew.");
        for word in ["nasa", "voyager", "москвы", "us", "navy", "田中", "アメリカ", "foton-m3", "foton", "nasas"]
        {
            assert!(known.has(&fold(word)), "{word}");
        }
        for word in ["nato", "musk", "paris", "佐藤", "フランス", "foton-m4"] {
            assert!(!known.has(&fold(word)), "{word}");
        }
    }
}
