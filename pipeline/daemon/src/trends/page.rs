//! The page `/trends`: the report, the library and the sources, made here as HTML, without a script. Every text from
//! outside is escaped, and only web links become links.

#[cfg(test)]
mod tests;

use std::fmt::{Display, Formatter, Result, Write as _};

use jiff::Timestamp;
use reelpress_trends::{Card, Element, Held, SourceState, Spark, heading, rising};
use reelpress_vocabulary::TopicKind;
use url::Url;

use super::Shown;

/// Nothing is fetched, run or framed: not even by a title that found a hole.
pub(crate) const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1b1b1f;--soft:#5d5d68;--line:#d9d9e0;--paper:#fbfbfd;--mark:#0b62c4}\
@media(prefers-color-scheme:dark){:root{--ink:#ececf1;--soft:#a3a3b0;--line:#3a3a44;--paper:#17171b;--mark:#7db5ff}}\
body{font:16px/1.45 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:64rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}table{border-collapse:collapse;width:100%}\
td,th{border-bottom:1px solid var(--line);padding:.45rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{color:var(--soft);font-weight:600;font-size:.85rem}small,.soft{color:var(--soft)}a{color:var(--mark)}\
svg{display:block}path{fill:none;stroke:var(--mark);stroke-width:1.5}.bad{font-weight:600}";

/// Text that HTML shows as it stands, in an element or in a quoted attribute.
struct Plain<'a>(&'a str);

impl Display for Plain<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for letter in self.0.chars() {
            match letter {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                letter if letter.is_control() => f.write_char(' ')?,
                letter => f.write_char(letter)?,
            }
        }
        Ok(())
    }
}

/// The whole page.
pub(crate) fn page(shown: &Shown, now: Timestamp) -> String {
    let mut out = String::with_capacity(64 << 10);
    // Writing to text cannot fail.
    write_page(&mut out, shown, now).ok();
    out
}

fn write_page(out: &mut String, shown: &Shown, now: Timestamp) -> Result {
    let at = now.strftime("%Y-%m-%d %H:%M");
    write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Trends</title>\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>{STYLE}</style></head><body>\
         <h1>Trends <small>24 hours to {at} UTC</small></h1>"
    )?;
    if shown.report.elements.is_empty() {
        out.push_str("<p>Nothing was told in this time.</p>");
    }
    for kind in TopicKind::ALL {
        let of_kind = shown.report.elements.iter().filter(|element| element.card.topic.kind == kind);
        let of_kind = of_kind.collect::<Vec<_>>();
        if of_kind.is_empty() {
            continue;
        }
        write!(
            out,
            "<h2>{}</h2><table><tr><th>what</th><th>48 h</th><th>state</th><th>chance</th><th>feeds</th><th>told</th></tr>",
            heading(kind)
        )?;
        for element in of_kind {
            element_row(out, element, shown)?;
        }
        out.push_str("</table>");
    }
    write!(out, "<h2>Library <small>{} elements</small></h2>", shown.library.len())?;
    out.push_str(
        "<table><tr><th>what</th><th>48 h</th><th>kind</th><th>state</th><th>strength</th><th>since</th></tr>",
    );
    for held in &shown.library {
        held_row(out, held, shown)?;
    }
    out.push_str("</table><h2>Sources</h2><table><tr><th>feed</th><th>state</th><th>items</th><th>last asked</th><th>next</th></tr>");
    for source in &shown.sources {
        source_row(out, source)?;
    }
    out.push_str("</table></body></html>");
    Ok(())
}

fn element_row(out: &mut String, element: &Element, shown: &Shown) -> Result {
    let topic = &element.card.topic;
    out.push_str("<tr><td>");
    what(out, &element.card)?;
    out.push_str("</td><td>");
    spark(out, shown.sparks.get(&topic.id))?;
    write!(out, "</td><td>{}", topic.label.as_str())?;
    if let Some(again) = &element.again {
        write!(out, "<br><small>again: {}</small>", Plain(&again.to_string()))?;
    }
    let chance = topic.probability.map_or_else(|| "&ndash;".to_owned(), |chance| format!("{:.0} %", chance * 100.0));
    write!(out, "</td><td>{chance}</td><td>{}</td><td>{}</td></tr>", topic.feeds, element.told.strftime("%H:%M"))
}

fn held_row(out: &mut String, held: &Held, shown: &Shown) -> Result {
    let topic = &held.card.topic;
    out.push_str("<tr><td>");
    what(out, &held.card)?;
    out.push_str("</td><td>");
    spark(out, shown.sparks.get(&topic.id))?;
    let since = held.since.strftime("%m-%d %H:%M");
    let (kind, label) = (topic.kind.as_str(), topic.label.as_str());
    write!(out, "</td><td>{kind}</td><td>{label}</td><td>{:.2}</td><td>{since}</td></tr>", held.strength)
}

fn what(out: &mut String, card: &Card) -> Result {
    let title = Plain(&card.topic.title);
    match card.topic.evidence.iter().filter_map(|evidence| evidence.link.as_ref()).find(|link| is_web(link)) {
        Some(link) => {
            write!(out, "<a href=\"{}\" rel=\"noopener noreferrer nofollow\">{title}</a>", Plain(link.as_str()))?;
        }
        None => write!(out, "{title}")?,
    }
    write!(out, "<br><small>{} &middot; {}</small>", Plain(&card.why), Plain(&card.topic.id))
}

fn is_web(link: &Url) -> bool {
    matches!(link.scheme(), "http" | "https")
}

fn spark(out: &mut String, spark: Option<&Spark>) -> Result {
    const WIDTH: f64 = 120.0;
    const HEIGHT: f64 = 24.0;
    let path = spark.map(|spark| spark.path(WIDTH, HEIGHT)).unwrap_or_default();
    write!(
        out,
        "<svg width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"-2 -2 {} {}\" role=\"img\" aria-label=\"the last 48 hours\">\
         <path d=\"{path}\"/></svg>",
        WIDTH + 4.0,
        HEIGHT + 4.0
    )
}

fn source_row(out: &mut String, source: &SourceState) -> Result {
    let time =
        |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), |at| at.strftime("%m-%d %H:%M").to_string());
    let (state, is_bad) = state_of(source);
    let class = if is_bad { " class=\"bad\"" } else { "" };
    write!(
        out,
        "<tr><td>{}<br><small>{}</small></td><td{class}>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        Plain(source.feed.as_str()),
        Plain(&source.place),
        Plain(&state),
        source.items,
        time(source.last),
        time(Some(source.next))
    )
}

/// A source's state in words, and whether somebody should look.
pub(crate) fn state_of(source: &SourceState) -> (String, bool) {
    if source.failures > 0 {
        return (format!("failed {} times in a row", source.failures), true);
    }
    if source.last.is_none() {
        return ("never asked".to_owned(), false);
    }
    match source.health {
        rising::Health::Well => ("well".to_owned(), false),
        rising::Health::Empty { polls } => (format!("empty, {polls} answers in a row"), true),
        rising::Health::Frozen { polls, since } => {
            (format!("frozen since {}, {polls} polls", since.strftime("%m-%d %H:%M")), true)
        }
        rising::Health::Backwards => ("its time went back".to_owned(), true),
    }
}
