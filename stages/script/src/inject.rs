//! Text from outside is data. Pieces of a topic that speak to the writer instead of telling something are taken out
//! before anybody reads them; what a writer hands back is looked through for anything that came in that way all the
//! same. Neither net is thought to be whole: the third one is that only the evidence may be said (see `ground`).

mod decoded;
mod patterns;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use reelpress_vocabulary::{Scene, ScriptDraft, Topic};
use regex::Regex;

use crate::craft;
use crate::ground::words::{fold, same_stem, words};
use crate::material::{self, is_invisible, plain};
use crate::phrases::PhraseBook;
pub(crate) use patterns::{Net, speaks_to_the_writer};

/// Characters of a topic's text that are read.
const TEXT_MAX: usize = 6_000;

/// A topic's own text without the pieces that speak to the writer.
#[derive(Debug, Default)]
pub(crate) struct Cleaned {
    /// Empty if the headline itself does.
    pub(crate) title: String,
    /// The text's sentences.
    pub(crate) sentences: Vec<String>,
    /// What was taken out, and hosts of addresses that stood in the text.
    pub(crate) removed: Vec<String>,
    /// Something in it spoke to the writer.
    pub(crate) poisoned: bool,
}

/// Looks through headline and text, piece by piece and each with its neighbour: an order may be split over two.
pub(crate) fn cleaned(topic: &Topic) -> Cleaned {
    let book = PhraseBook::nearest(&topic.language);
    let (title, tail) = without_tail(&topic.title);
    let all = material::split(&material::shortened(&plain(&topic.summary), TEXT_MAX), book);
    let bad_title = speaks_to_the_writer(&topic.title, Net::Fine) || speaks_to_the_writer(&title, Net::Fine);
    let mut bad = all.iter().map(|sentence| speaks_to_the_writer(sentence, Net::Wide)).collect::<Vec<_>>();
    for at in 1..all.len() {
        if !bad[at - 1] && !bad[at] && speaks_to_the_writer(&format!("{} {}", all[at - 1], all[at]), Net::Fine) {
            (bad[at - 1], bad[at]) = (true, true);
        }
    }
    let split = all.first().is_some_and(|first| {
        !bad_title && !bad[0] && speaks_to_the_writer(&format!("{} {first}", title.trim_end_matches('.')), Net::Fine)
    });
    if split {
        bad[0] = true;
    }
    // What a page would not show is never read; its words are remembered as ones that nothing else may have.
    let mut found = Cleaned { removed: material::hidden(&topic.summary), ..Cleaned::default() };
    found.removed.extend(material::hidden(&topic.title));
    let told_to = |text: &String| speaks_to_the_writer(text, Net::Wide);
    found.removed.extend(material::alternatives(&topic.summary).into_iter().filter(told_to));
    let hidden_orders = found.removed.iter().any(told_to);
    found.removed.extend(tail);
    if bad_title || split {
        found.removed.push(title);
    } else {
        found.title = title;
    }
    let poisoned = hidden_orders || bad_title || split || bad.contains(&true);
    let mut trust = Trust::new(&found.title, book);
    let mut orders = bad_title || split;
    for (sentence, bad) in all.into_iter().zip(bad) {
        orders |= bad;
        // After an order every sentence must show that it still tells the same story: what was ordered may go on in words
        // that give none.
        if bad || (poisoned && orders && !trust.tells_on(&sentence)) {
            found.removed.push(sentence);
        } else {
            trust.learn(&sentence);
            found.sentences.push(sentence);
        }
    }
    found.poisoned = poisoned;
    found.removed.extend(material::hosts(&topic.summary));
    found.removed.retain(|text| !text.trim().is_empty());
    found
}

/// What a story has been about so far.
struct Trust<'b> {
    book: &'b PhraseBook,
    known: Vec<String>,
}

impl<'b> Trust<'b> {
    fn new(title: &str, book: &'b PhraseBook) -> Self {
        let mut trust = Self { book, known: Vec::new() };
        trust.learn(title);
        trust
    }

    fn telling(&self, text: &str) -> Vec<String> {
        let mut found = craft::terms(text);
        found.retain(|word| {
            let dense = word.chars().any(crate::ground::words::is_dense);
            dense
                || (word.chars().count() >= 3
                    && word.chars().any(char::is_alphabetic)
                    && !self.book.stop_words.contains(word))
        });
        found
    }

    fn learn(&mut self, text: &str) {
        let more = self.telling(text);
        self.known.extend(more);
    }

    fn tells_on(&self, text: &str) -> bool {
        self.telling(text).iter().any(|word| self.known.iter().any(|known| same_stem(known, word)))
    }
}

/// Text without the signs that only machines need.
pub(crate) fn harmless(text: &str) -> String {
    let signs = |c: char| {
        if matches!(c, '`' | '{' | '}' | '<' | '>' | '|' | '\\' | '^' | '~' | '=' | '*' | '[' | ']' | '#' | '@') {
            ' '
        } else {
            c
        }
    };
    text.chars().map(signs).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A headline up to the first hashtag, handle or address in it, and what came after: feeds of social networks put them
/// there, and so does whoever wants them in a video.
pub(crate) fn without_tail(title: &str) -> (String, Option<String>) {
    let sign = |(at, word): &(usize, &str)| {
        let tag = word.strip_prefix(['#', '@']).is_some_and(|rest| rest.starts_with(char::is_alphabetic));
        *at > 0 && (tag || word.contains("://") || word.to_lowercase().starts_with("www."))
    };
    let mut offset = 0;
    let places = title.split(' ').map(|word| {
        let at = offset;
        offset += word.len() + 1;
        (at, word)
    });
    match places.collect::<Vec<_>>().iter().find(|found| sign(found)) {
        Some((at, _)) if title[..*at].split_whitespace().count() >= 3 => {
            (plain(&title[..*at]), Some(title[*at..].to_owned()))
        }
        _ => (plain(title), None),
    }
}

/// Invisible characters and line ends go before anything is looked at: they can only hide something.
pub(crate) fn strip(draft: &mut ScriptDraft) {
    let clean = |text: &mut String| {
        let kept = text
            .chars()
            .filter(|c| !is_invisible(*c))
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect::<String>();
        *text = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    };
    let beat =
        |beat: &mut Scene| [&mut beat.narration, &mut beat.on_screen, &mut beat.show].into_iter().for_each(clean);
    clean(&mut draft.title);
    clean(&mut draft.caption);
    draft.hashtags.iter_mut().for_each(clean);
    beat(&mut draft.hook);
    beat(&mut draft.call_to_action);
    draft.other_hooks.iter_mut().for_each(beat);
    draft.scenes.iter_mut().for_each(beat);
}

/// What may stand in a script although it looks like smuggled goods, and what may not although it looks harmless.
#[derive(Default)]
pub(crate) struct Guard {
    hosts: BTreeSet<String>,
    /// Handles and hashtags of the niche, folded, without their signs.
    own: BTreeSet<String>,
    /// Words that only stand in what was taken out of the topic.
    tainted: BTreeSet<String>,
    /// Runs of words of the prompt.
    told: BTreeSet<String>,
}

/// Words of the prompt in a row that nobody writes by chance.
const LEAK: usize = 5;

impl Guard {
    pub(crate) fn new<'a>(
        hosts: impl Iterator<Item = &'a str>,
        own: impl Iterator<Item = &'a str>,
        removed: &[String],
        kept: &[&str],
        told: &str,
    ) -> Self {
        let known = kept.iter().flat_map(|text| words(text)).map(|word| word.folded).collect::<BTreeSet<_>>();
        let dense = fold(&kept.join(" "));
        let decoded = removed.iter().flat_map(|text| decoded::readings(text));
        let mut tainted = decoded.flat_map(|text| parts(&text)).collect::<BTreeSet<_>>();
        tainted.retain(|word| word.chars().count() >= 5 && !known.contains(word) && !dense.contains(word.as_str()));
        let book_words = ["en", "de", "es", "fr"].iter().filter_map(|language| PhraseBook::of(language));
        for (_, book) in book_words {
            tainted.retain(|word| !book.stop_words.contains(word) && !book.openers.contains(word));
        }
        let told = words(told).into_iter().map(|word| word.folded).collect::<Vec<_>>();
        Self {
            hosts: hosts.map(|host| host.trim_start_matches("www.").to_lowercase()).collect(),
            own: own.map(|name| fold(name.trim_start_matches(['#', '@']))).collect(),
            tainted,
            told: told.windows(LEAK).map(|run| run.join(" ")).collect(),
        }
    }

    /// What in the text did not come from telling a story; `None` if there is nothing of the kind.
    pub(crate) fn finds(&self, text: &str) -> Option<String> {
        if let Some(found) = SMUGGLED.iter().find_map(|(what, pattern)| self.smuggled(what, pattern, text)) {
            return Some(found);
        }
        if text.chars().any(is_invisible) {
            return Some("invisible characters".to_owned());
        }
        let all = words(text);
        if let Some(word) = all.iter().find(|word| decoded::mixes_scripts(word.core)) {
            return Some(format!("letters of two alphabets in `{}`", word.core));
        }
        if let Some(word) = all.iter().find(|word| parts(&word.folded).iter().any(|part| self.tainted.contains(part))) {
            return Some(format!("`{}`, which stands only in text that was taken out", word.core));
        }
        let folded = all.into_iter().map(|word| word.folded).collect::<Vec<_>>();
        if folded.windows(LEAK).any(|run| self.told.contains(&run.join(" "))) {
            return Some("words of the prompt".to_owned());
        }
        speaks_to_the_writer(text, Net::Fine).then(|| "words that speak to the writer".to_owned())
    }

    fn smuggled(&self, what: &str, pattern: &Regex, text: &str) -> Option<String> {
        let mut found = pattern.find_iter(text).map(|found| found.as_str().trim());
        let bad = found.find(|found| !self.is_own(found))?;
        Some(format!("{what} `{}`", material::shortened(bad, 60)))
    }

    fn is_own(&self, found: &str) -> bool {
        let bare = found.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '@' | '#'));
        let host =
            bare.trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("www.").to_lowercase();
        let host = host.trim_end_matches(['.', ',', '/']);
        self.hosts.contains(host)
            || (bare.starts_with(['@', '#']) && self.own.contains(&fold(bare.trim_start_matches(['@', '#']))))
    }

    /// Whether a hashtag holds a word that stands only in what was taken out.
    pub(crate) fn taints(&self, tag: &str) -> bool {
        let tag = fold(tag);
        self.tainted.iter().any(|word| tag.contains(word.as_str())) || speaks_to_the_writer(&tag, Net::Fine)
    }
}

/// Letters and digits in a row, folded.
fn parts(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).map(ToOwned::to_owned).collect()
}

static SMUGGLED: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    [
        ("a link", r"(?i)\b(?:[a-z][a-z0-9+.-]{1,12}://\S+|www\.\S+|javascript:\S*|data:\w+/\S+)"),
        ("an address", r"(?i)[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
        (
            "a web address",
            r"(?i)\b[\w-]{2,}(?:\.[\w-]{2,})*\.(?:com|net|org|io|co|uk|de|fr|es|ru|cn|jp|info|biz|xyz|top|shop|store|site|online|app|dev|ai|ly|me|gg|tv|link|click|zip|eth|example|invalid|test|onion)\b(?:/\S*)?",
        ),
        ("a telephone number", r"\+\d[\d\s().-]{6,}\d|\(\d{2,5}\)[\d\s-]{5,}\d|\b\d{3}-\d{3,4}-\d{4}\b|\b\d{10,}\b"),
        ("machine text", r"\b(?:sk|pk|ghp|xox[bp])[-_][0-9a-zA-Z-]{4,}|\b(?:bc1|0x)[0-9a-zA-Z]{16,}\b|\b[13][a-km-zA-HJ-NP-Z1-9]{25,34}\b|\b[A-Za-z0-9+/_-]{32,}={0,2}"),
        ("a handle", r"(?:^|[\s(\[,;:])@[\w.]{2,}"),
        ("a hashtag", r"#\w+"),
        ("markup", r"</?[a-zA-Z!][^>]*>?|```|`|\]\(|&#?\w+;|\*\*|\[\[|<\||\|>"),
        ("a place-holder", r"\{[^}]*\}|\$\{|%\(|<%|\$\("),
        ("a path", r"(?i)\.\./|\.\.\\|(?:^|\s)/(?:etc|bin|usr|var|proc|home|root|tmp)\b|\b[a-z]:\\|~/|%2e|%2f|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}"),
        ("a command", r"(?i)\brm\s+-\w|\bsudo\s|\bcurl\s+-|\bwget\s|\|\s*(?:sh|bash)\b|&&|;\s*(?:rm|cat|ls|drop|select)\b|\bdrop\s+table\b"),
        ("a filter", r"(?i)\bdrawtext|\bfilter_complex|\[\d+:[va]\]|\bmovie=|\bsubtitles=|textfile="),
        ("a piece's number", r"\bE\d{1,2}\b"),
        ("a fence", r"={3,}|\b[0-9a-f]{24}\b"),
        ("words of a machine about itself", r"(?i)\bas an ai\b|\blanguage model\b|\bi(?:'m| am) sorry\b|\bi can(?:not|'t) (?:help|write|comply)"),
    ]
    .map(|(what, pattern)| (what, Regex::new(pattern).expect("the patterns of this file are fixed and tested")))
    .into()
});

#[cfg(test)]
mod tests;
