//! `robots.txt` by RFC 9309: whom it names, what it closes, and what it leaves open.

#[cfg(test)]
mod tests;

use std::time::Duration;

use url::Url;

/// Read of a file; RFC 9309 section 2.5 asks for at least this much.
pub(crate) const LARGEST: u64 = 500 << 10;
/// Rules kept of one file.
const RULES: usize = 1_000;
/// Longest pattern kept, in bytes. With the number of rules and [`PATH`] it bounds what one question can cost.
const PATTERN: usize = 256;
/// Of a path, this much is compared.
const PATH: usize = 2_048;
/// Longest `Crawl-delay` kept (it is no part of the RFC).
const DELAY: Duration = Duration::from_secs(30);

/// The rules of one host for one visitor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RobotsTxt {
    rules: Vec<Rule>,
    /// `Crawl-delay`, at most 30 s.
    pub delay: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq)]
struct Rule {
    allows: bool,
    pattern: String,
}

impl RobotsTxt {
    /// Reads the rules for `product`, the name before the `/` of our User-Agent. Groups that name it count together; if
    /// none does, those of `*` do. What is no rule is passed over; at most 1,000 rules are kept.
    #[must_use]
    pub fn parse(text: &str, product: &str) -> Self {
        let product = product.split(['/', ' ']).next().unwrap_or("").to_ascii_lowercase();
        let (mut named, mut any) = (None::<Self>, Self::default());
        let (mut for_us, mut for_any, mut in_rules) = (false, false, false);
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or("");
            let Some((key, value)) = line.split_once(':') else { continue };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if in_rules {
                    (for_us, for_any, in_rules) = (false, false, false);
                }
                for_any |= value == "*";
                if is_called(value, &product) {
                    for_us = true;
                    named.get_or_insert_default();
                }
                continue;
            }
            if !matches!(key.as_str(), "allow" | "disallow" | "crawl-delay") {
                continue;
            }
            in_rules = true;
            if for_us && let Some(named) = &mut named {
                named.add(&key, value);
            }
            if for_any {
                any.add(&key, value);
            }
        }
        named.unwrap_or(any)
    }

    fn add(&mut self, key: &str, value: &str) {
        if key == "crawl-delay" {
            let seconds = value.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds > 0.0);
            let delay = seconds.map(|seconds| Duration::from_secs_f64(seconds.min(DELAY.as_secs_f64())));
            self.delay = self.delay.max(delay);
        } else if !value.is_empty() && value.len() <= PATTERN && self.rules.len() < RULES {
            self.rules.push(Rule { allows: key == "allow", pattern: escaped(value) });
        }
    }

    /// The rule that closes an address to us, or `None` if it is open: the longest pattern that fits decides, and of two
    /// equally long ones the one that allows.
    #[must_use]
    pub fn closes(&self, url: &Url) -> Option<&str> {
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        let path = escaped(path.get(..PATH).unwrap_or(&path));
        if path == "/robots.txt" {
            return None;
        }
        let fitting = self.rules.iter().filter(|rule| fits(rule.pattern.as_bytes(), path.as_bytes()));
        let best = fitting.max_by_key(|rule| (rule.pattern.len(), rule.allows))?;
        (!best.allows).then_some(best.pattern.as_str())
    }
}

/// A product token is letters, `_` and `-`; what stands behind it in the file (a version) does not count.
fn is_called(value: &str, product: &str) -> bool {
    let end = value.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(value.len());
    !product.is_empty() && value[..end].eq_ignore_ascii_case(product)
}

/// One way of writing each path: bytes beyond ASCII escaped, escapes in upper case, needless ones undone.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        let escape = (byte == b'%').then(|| bytes.get(at..at + 2)).flatten();
        let code = escape.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        let byte = match code {
            Some(code) => {
                at += 2;
                if code.is_ascii_alphanumeric() || matches!(code, b'-' | b'.' | b'_' | b'~') {
                    out.push(char::from(code));
                    continue;
                }
                code
            }
            None if byte.is_ascii_graphic() => {
                out.push(char::from(byte));
                continue;
            }
            None => byte,
        };
        // Writing to a string cannot fail.
        let _written = write!(out, "%{byte:02X}");
    }
    out
}

/// `*` is any run of characters, `$` at the end is the end. After a mismatch only the newest star is tried again, so the cost is
/// at most the product of both lengths.
fn fits(pattern: &[u8], path: &[u8]) -> bool {
    let (pattern, to_end) = match pattern.split_last() {
        Some((b'$', rest)) => (rest, true),
        _ => (pattern, false),
    };
    let (mut at, mut in_path) = (0, 0);
    let mut star = None::<(usize, usize)>;
    loop {
        if at == pattern.len() && (!to_end || in_path == path.len()) {
            return true;
        }
        if pattern.get(at) == Some(&b'*') {
            star = Some((at, in_path));
            at += 1;
        } else if at < pattern.len() && pattern.get(at) == path.get(in_path) {
            at += 1;
            in_path += 1;
        } else if let Some((star_at, from)) = star
            && from < path.len()
        {
            star = Some((star_at, from + 1));
            at = star_at + 1;
            in_path = from + 1;
        } else {
            return false;
        }
    }
}
