//! HTML from outside becomes plain text: tags dropped, entities decoded, scripts and control characters gone, length
//! limited. One pass, linear in what is read, and it stops reading once the limit is full.

mod entities;
#[cfg(test)]
mod tests;

/// Longest title, in characters.
pub(crate) const TITLE_MAX: usize = 300;
/// Longest summary, in characters.
pub(crate) const SUMMARY_MAX: usize = 4_000;

/// Plain text of at most `limit` characters, in one line, without leading or trailing space. Never panics.
pub(crate) fn plain(html: &str, limit: usize) -> String {
    let mut out = Line { text: String::new(), chars: 0, gap: false, limit };
    let mut rest = html;
    let mut quotes_close = true;
    while let Some(first) = rest.chars().next() {
        if out.is_full() {
            break;
        }
        rest = match first {
            '<' => after_tag(rest, &mut out, &mut quotes_close),
            '&' => after_entity(rest, &mut out),
            _ => {
                out.push(first);
                &rest[first.len_utf8()..]
            }
        };
    }
    out.finish()
}

/// Collects characters, folds white space, drops what no headline needs.
struct Line {
    text: String,
    chars: usize,
    gap: bool,
    limit: usize,
}

impl Line {
    fn push(&mut self, c: char) {
        if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2028}' | '\u{2029}') {
            self.gap = true;
        } else if !is_dropped(c) && !self.is_full() {
            if self.gap && !self.text.is_empty() {
                self.text.push(' ');
                self.chars += 1;
            }
            self.gap = false;
            self.text.push(c);
            self.chars += 1;
        }
    }

    /// One character more than the limit tells "just full" from "cut".
    fn is_full(&self) -> bool {
        self.chars > self.limit
    }

    fn finish(self) -> String {
        if self.chars <= self.limit {
            return self.text;
        }
        let cut = self.text.char_indices().nth(self.limit).map_or(self.text.len(), |(at, _)| at);
        let kept = &self.text[..cut];
        let at_word = kept.rfind(' ').filter(|at| kept.len() - at < 60).unwrap_or(cut);
        kept[..at_word].trim_end().to_owned()
    }
}

/// Control characters, and those that turn the direction of what follows: they make a text look like another.
fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00ad}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}')
}

/// Reads one tag (or a `<` that is none) and gives what follows it.
fn after_tag<'a>(rest: &'a str, out: &mut Line, quotes_close: &mut bool) -> &'a str {
    let body = &rest[1..];
    if let Some(comment) = body.strip_prefix("!--") {
        return comment.find("-->").map_or("", |end| &comment[end + 3..]);
    }
    if let Some(data) = body.strip_prefix("![CDATA[") {
        return data;
    }
    if !body.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        out.push('<');
        return body;
    }
    let Some(end) = tag_end(body, quotes_close) else { return "" };
    let (tag, after) = (&body[..end], &body[end + 1..]);
    let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    let name = name.to_ascii_lowercase();
    if !is_inline(&name) {
        out.push(' ');
    }
    let holds_no_text = matches!(name.as_str(), "script" | "style" | "template" | "iframe" | "object" | "svg");
    if holds_no_text && !tag.starts_with('/') && !tag.ends_with('/') {
        return after_element(after, &name);
    }
    after
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "cite"
            | "code"
            | "em"
            | "font"
            | "i"
            | "mark"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "u"
            | "wbr"
    )
}

/// Where the `>` of a tag is, outside quotes. Once a quote of this text did not close, quotes mean nothing any more:
/// that keeps the whole pass linear.
fn tag_end(body: &str, quotes_close: &mut bool) -> Option<usize> {
    if *quotes_close {
        let mut open = None;
        for (at, byte) in body.bytes().enumerate() {
            match (open, byte) {
                (None, b'>') => return Some(at),
                (None, b'"' | b'\'') => open = Some(byte),
                (Some(quote), _) if quote == byte => open = None,
                _ => {}
            }
        }
        *quotes_close = false;
    }
    body.find('>')
}

/// What follows `</name ...>`, or nothing if the element never ends.
fn after_element<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut at = 0;
    while let Some(found) = rest[at..].find("</") {
        let start = at + found + 2;
        let is_it = rest.get(start..start + name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name));
        if is_it {
            return rest[start..].find('>').map_or("", |end| &rest[start + end + 1..]);
        }
        at = start;
    }
    ""
}

/// Reads one entity (or a `&` that is none) and gives what follows it.
fn after_entity<'a>(rest: &'a str, out: &mut Line) -> &'a str {
    let end = rest.bytes().take(33).position(|b| b == b';');
    if let Some(end) = end
        && let Some(c) = entities::decode(&rest[1..end])
    {
        out.push(c);
        return &rest[end + 1..];
    }
    out.push('&');
    &rest[1..]
}
