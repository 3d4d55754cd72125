//! Feed text as plain text: no tags, no entities, no addresses, no invisible characters.

use std::sync::LazyLock;

use regex::Regex;

static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)<!--.*?-->|</?[a-zA-Z][^<>]{0,2000}>"));
static HIDDEN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?is)<(?:script|style)\b.*?</(?:script|style)\s*>"));
static COMMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)<!--.*?(?:-->|$)|<!\[CDATA\[.*?\]\]>"));
/// Elements with a style or an attribute that keeps them from sight, with what they hold.
static UNSEEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?is)<(?:span|div|p|font|a|b|i|em|section|td|li|label|template|noscript)\b[^<>]{0,300}(?:display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(?:\.0+)?\b|font-size\s*:\s*[01](?:px|pt|em|%)?\b|color\s*:\s*(?:white|transparent|#fff)|(?:left|top|text-indent)\s*:\s*-\d{3,}|\shidden\b|aria-hidden)[^<>]{0,300}>.*?</(?:span|div|p|font|a|b|i|em|section|td|li|label|template|noscript)\s*>|<(?:template|noscript|iframe|object|svg|math|textarea|select)\b.*?</(?:template|noscript|iframe|object|svg|math|textarea|select)\s*>",
    )
});
static HANDLER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)<[a-z][^<>]{0,1000}\son[a-z]{3,20}\s*=[^<>]{0,1000}>"));
static ALTERNATIVE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?is)<[a-z][^<>]{0,500}?\s(?:alt|title|aria-label|content|data-[\w-]+|placeholder|value)\s*=\s*["']([^"']{1,2000})["']"#,
    )
});
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:https?://|www\.)\S+"));
static ENTITY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,9}));"));
static TAIL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\s*(?:\[(?:\u{2026}|\.\.\.)\]|the post .{1,200} appeared first on .{1,100})\s*$"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the patterns of this file are fixed and tested")
}

/// Text as it can be spoken and shown, on one line.
pub(crate) fn plain(text: &str) -> String {
    // Twice: many feeds escape what was escaped already.
    let text = entities(&entities(text));
    let text = HIDDEN.replace_all(&text, " ");
    let text = COMMENT.replace_all(&text, " ");
    let text = UNSEEN.replace_all(&text, " ");
    let text = TAG.replace_all(&text, " ");
    let text = ADDRESS.replace_all(&text, " ");
    let text = text.chars().filter(|c| !is_invisible(*c)).map(|c| if c.is_control() { ' ' } else { c });
    let text = text.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    TAIL.replace(&text, "").trim().to_owned()
}

/// At most so many characters, cut after a whole word, with `...` as one character if anything was cut.
pub(crate) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let head = text.chars().take(most.saturating_sub(1)).collect::<String>();
    let head = head.rfind(' ').map_or(head.as_str(), |at| &head[..at]);
    format!("{}\u{2026}", head.trim_end_matches([',', ';', ':', '.', ' ']))
}

/// Zero-width and direction-changing characters: they hide text from a reader and change nothing for a listener.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The hosts of addresses that stand in a text.
pub(crate) fn hosts(text: &str) -> Vec<String> {
    let host = |found: regex::Match<'_>| {
        let rest = found.as_str().split("://").last()?.trim_start_matches("www.").to_owned();
        Some(rest.split(['/', '?', '#', ')', ']', '"', '\'']).next()?.to_owned())
    };
    ADDRESS.find_iter(&entities(&entities(text))).filter_map(host).collect()
}

/// Texts that stand in for a picture or explain an element.
pub(crate) fn alternatives(text: &str) -> Vec<String> {
    let text = entities(&entities(text));
    ALTERNATIVE.captures_iter(&text).filter_map(|found| Some(found.get(1)?.as_str().to_owned())).collect()
}

/// What a page would not show: comments, hidden elements, what an element does, and letters written as tags.
pub(crate) fn hidden(text: &str) -> Vec<String> {
    let text = entities(&entities(text));
    let mut found = COMMENT
        .find_iter(&text)
        .map(|found| found.as_str().trim_matches(['<', '!', '-', '>', '[', ']']).to_owned())
        .collect::<Vec<_>>();
    found.extend(UNSEEN.find_iter(&text).map(|found| found.as_str().to_owned()));
    found.extend(HIDDEN.find_iter(&text).map(|found| found.as_str().to_owned()));
    found.extend(HANDLER.find_iter(&text).map(|found| found.as_str().trim_matches(['<', '>']).to_owned()));
    let tags = text.chars().filter_map(|c| char::from_u32(u32::from(c).checked_sub(0xe_0000)?)).filter(char::is_ascii);
    let tags = tags.collect::<String>();
    if !tags.trim().is_empty() {
        found.push(tags);
    }
    found.iter().map(|text| TAG.replace_all(text, " ").trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

fn entities(text: &str) -> String {
    ENTITY
        .replace_all(text, |found: &regex::Captures<'_>| {
            let by_number = found
                .get(1)
                .and_then(|digits| digits.as_str().parse().ok())
                .or_else(|| found.get(2).and_then(|digits| u32::from_str_radix(digits.as_str(), 16).ok()));
            let character = match by_number {
                Some(number) => char::from_u32(number),
                None => found.get(3).and_then(|name| named(name.as_str())),
            };
            character.map_or_else(|| found[0].to_owned(), |character| character.to_string())
        })
        .into_owned()
}

fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '\u{2013}',
        "mdash" => '\u{2014}',
        "hellip" => '\u{2026}',
        "lsquo" => '\u{2018}',
        "rsquo" => '\u{2019}',
        "ldquo" => '\u{201c}',
        "rdquo" => '\u{201d}',
        "laquo" => '\u{ab}',
        "raquo" => '\u{bb}',
        "deg" => '\u{b0}',
        "micro" => '\u{b5}',
        "times" => '\u{d7}',
        "euro" => '\u{20ac}',
        "pound" => '\u{a3}',
        "copy" => '\u{a9}',
        "middot" => '\u{b7}',
        "agrave" => '\u{e0}',
        "aacute" => '\u{e1}',
        "acirc" => '\u{e2}',
        "auml" => '\u{e4}',
        "ccedil" => '\u{e7}',
        "egrave" => '\u{e8}',
        "eacute" => '\u{e9}',
        "ecirc" => '\u{ea}',
        "iacute" => '\u{ed}',
        "ntilde" => '\u{f1}',
        "oacute" => '\u{f3}',
        "ouml" => '\u{f6}',
        "uacute" => '\u{fa}',
        "uuml" => '\u{fc}',
        "szlig" => '\u{df}',
        "Auml" => '\u{c4}',
        "Ouml" => '\u{d6}',
        "Uuml" => '\u{dc}',
        "Eacute" => '\u{c9}',
        _ => return None,
    })
}
