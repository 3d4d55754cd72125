//! Bytes become text, whatever they are encoded in and whatever they say about it.

#[cfg(test)]
mod tests;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Where a declaration inside the document may stand (HTML standard, "prescan a byte stream").
const PRESCAN: usize = 1_024;

/// The text of a body: encoded as its byte-order mark says, else its `Content-Type`, else its own XML declaration or
/// `<meta>`, else UTF-8 if it is that, else windows-1252. What cannot be read becomes U+FFFD. An XML declaration is taken
/// off, for it is no longer true.
#[must_use]
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let by_mark = Encoding::for_bom(bytes);
    let encoding = by_mark
        .map(|(encoding, _)| encoding)
        .or_else(|| content_type.and_then(in_header))
        .or_else(|| inside(bytes))
        .unwrap_or_else(|| if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { guess(bytes) });
    let bytes = by_mark.map_or(bytes, |(_, length)| &bytes[length..]);
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    without_declaration(&text).to_owned()
}

/// UTF-8 with a few wrong bytes is UTF-8 still: somebody else's text was pasted into it.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let text = String::from_utf8_lossy(bytes);
    let wrong = text.chars().filter(|c| *c == '\u{fffd}').count();
    let right = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    if right > wrong { UTF_8 } else { WINDOWS_1252 }
}

fn in_header(content_type: &str) -> Option<&'static Encoding> {
    let parameters = content_type.split(';').skip(1);
    parameters.filter_map(|parameter| parameter.split_once('=')).find_map(|(name, value)| {
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| Encoding::for_label(value.trim().trim_matches(['"', '\'']).as_bytes())).flatten()
    })
}

/// `<?xml ... encoding="x"?>`, `<meta charset="x">` or `<meta ... content="text/html; charset=x">`.
fn inside(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = &bytes[..bytes.len().min(PRESCAN)];
    let start = start.iter().map(|byte| char::from(*byte).to_ascii_lowercase()).collect::<String>();
    let label = if start.trim_start().starts_with("<?xml") {
        after(start.split("?>").next()?, "encoding")?
    } else {
        let mut meta = start.split("<meta").skip(1).filter_map(|tag| tag.split('>').next());
        meta.find_map(|tag| after(tag, "charset"))?
    };
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A document that can be read as ASCII up to here is not UTF-16, whatever it says (HTML standard, same place).
    Some(if encoding.is_ascii_compatible() { encoding } else { UTF_8 })
}

/// The value of `name = "value"`, with either quote or none.
fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let rest = &text[text.find(name)? + name.len()..];
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
    rest.split(['"', '\'', ';', ' ', '/', '\n', '\t']).next().filter(|value| !value.is_empty())
}

fn without_declaration(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.trim_start();
    if !start.starts_with("<?xml") || start.as_bytes().get(5).is_some_and(|byte| !byte.is_ascii_whitespace()) {
        return text;
    }
    start.find("?>").filter(|end| *end < PRESCAN).map_or(text, |end| &start[end + 2..])
}
