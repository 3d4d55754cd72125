//! Markdown digests: `## 2025-12-21 11:32` begins a poll, `### title` an item, followed by its embedded player and a line of
//! numbers (`15,430,995 views | 134,118 likes | 548 comments`).

use super::attention;
use super::recording::{Entry, Poll, time, with_ranks};

/// Polls of one text. Text before the first date is passed over.
pub(super) fn read(text: &str, source: &str) -> Vec<Poll> {
    let mut polls: Vec<Poll> = Vec::new();
    let mut item: Option<Entry> = None;
    for line in text.lines().map(str::trim) {
        if let Some(title) = line.strip_prefix("### ") {
            close(&mut polls, item.take());
            item = Some(Entry { title: title.trim().to_owned(), ..Entry::default() });
        } else if let Some(date) = line.strip_prefix("## ") {
            close(&mut polls, item.take());
            if let Some(at) = time(date).or_else(|| time(&format!("{}:00", date.trim()))) {
                polls.push(Poll { at, source: source.to_owned(), items: Vec::new() });
            }
        } else if let Some(entry) = &mut item {
            if let Some(url) = address(line) {
                entry.url = url.to_owned();
            }
            for part in line.split('|') {
                let mut words = part.split_whitespace();
                if let (Some(value), Some(name), None) = (words.next(), words.next(), words.next())
                    && let Some(number) = attention::number(value)
                {
                    entry.counts.push((name.to_ascii_lowercase().into(), number));
                }
            }
        }
    }
    close(&mut polls, item);
    for poll in &mut polls {
        poll.items = with_ranks(std::mem::take(&mut poll.items));
    }
    polls
}

fn close(polls: &mut [Poll], item: Option<Entry>) {
    let (Some(poll), Some(entry)) = (polls.last_mut(), item) else { return };
    let id = entry.url.split_once("/embed/").and_then(|(_, rest)| {
        let id: String = rest.chars().take_while(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')).collect();
        (!id.is_empty()).then(|| serde_json::to_string(&id).ok()).flatten()
    });
    poll.items.extend(entry.named(id));
}

/// The address in `src="..."` or in a Markdown link.
fn address(line: &str) -> Option<&str> {
    let after = |mark: &str, end: char| {
        let (_, rest) = line.split_once(mark)?;
        let (url, _) = rest.split_once(end)?;
        url.starts_with("http").then_some(url)
    };
    after("src=\"", '"').or_else(|| after("](", ')'))
}
