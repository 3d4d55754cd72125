//! The report for people. Titles are text from outside: what Markdown would take for more than words is escaped.

use std::fmt::{self, Display, Write as _};

use reelpress_vocabulary::TopicKind;

use super::{Element, Report};
use crate::library::Held;

/// Text that Markdown shows as it stands, on one line.
struct Plain<'a>(&'a str);

impl Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '(' | ')' | '#' | '+' | '!' | '|'
                | '~' | '&' => {
                    f.write_char('\\')?;
                    f.write_char(letter)?;
                }
                letter if letter.is_control() || is_steering(letter) => f.write_char(' ')?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// Signs that turn the direction of the text after them, so that it reads as something else.
pub(crate) fn is_steering(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// The heading of a kind.
#[must_use]
pub fn heading(kind: TopicKind) -> &'static str {
    match kind {
        TopicKind::Topic => "Topics",
        TopicKind::Hashtag => "Hashtags",
        TopicKind::Sound => "Sounds",
        TopicKind::Format => "Formats",
    }
}

impl Report {
    /// The report as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!("# Trends, 24 hours to {} UTC\n", self.at.strftime("%Y-%m-%d %H:%M"));
        if self.elements.is_empty() {
            out.push_str("\nNothing was told in this time.\n");
        }
        for kind in TopicKind::ALL {
            let of_kind = self.elements.iter().filter(|element| element.card.topic.kind == kind).collect::<Vec<_>>();
            if of_kind.is_empty() {
                continue;
            }
            // Writing to text cannot fail.
            writeln!(out, "\n## {}\n", heading(kind)).ok();
            for (place, element) in of_kind.into_iter().enumerate() {
                write_element(&mut out, place + 1, element).ok();
            }
        }
        out
    }
}

fn write_element(out: &mut String, place: usize, element: &Element) -> fmt::Result {
    let (card, topic) = (&element.card, &element.card.topic);
    write!(out, "{place}. **{}** ({}", Plain(&topic.title), topic.label.as_str())?;
    if let Some(chance) = topic.probability {
        write!(out, ", {:.0} %", chance * 100.0)?;
    }
    write!(out, ", {})", plural(topic.feeds, "feed"))?;
    if let Some(again) = &element.again {
        write!(out, " again: {again}")?;
    }
    writeln!(out, "\n   {}; `{}`, told {}", Plain(&card.why), topic.id, element.told.strftime("%H:%M"))?;
    if let Some(link) = topic.evidence.iter().find_map(|evidence| evidence.link.as_ref()) {
        writeln!(out, "   <{}>", link.as_str().replace(['<', '>', ' '], ""))?;
    }
    Ok(())
}

/// `1 feed`, `2 feeds`.
pub(crate) fn plural(count: u32, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// The library as Markdown.
#[must_use]
pub fn library_markdown(held: &[Held]) -> String {
    let mut out = format!("# Library, {} elements\n\n", held.len());
    for (place, held) in held.iter().enumerate() {
        let topic = &held.card.topic;
        let (title, kind, label) = (Plain(&topic.title), topic.kind.as_str(), topic.label.as_str());
        let line = writeln!(out, "{}. **{title}** ({kind}, {label}, strength {:.2})", place + 1, held.strength);
        // Writing to text cannot fail.
        line.and_then(|()| writeln!(out, "   {}; `{}`", Plain(&held.card.why), topic.id)).ok();
    }
    out
}
