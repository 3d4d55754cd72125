//! What people decided, in numbers: by day, niche, account, person, rule and reason; and every decision as a line of CSV.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::words::{Done, How};
use crate::press::Choice;

/// Lines of one table; of more the largest are shown.
const LINES: usize = 60;
/// Characters of a reason.
const REASON_MAX: usize = 120;

/// Decisions of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) approved: u64,
    pub(crate) rejected: u64,
    pub(crate) sent_back: u64,
    /// How long each had waited, in milliseconds.
    waits: Vec<u64>,
}

impl Counts {
    fn add(&mut self, done: &Done) {
        match done.word.choice {
            Choice::Approve => self.approved += 1,
            Choice::Reject => self.rejected += 1,
            Choice::SendBack => self.sent_back += 1,
        }
        self.waits.push(done.word.about.waited_ms);
    }

    pub(crate) fn all(&self) -> u64 {
        self.approved + self.rejected + self.sent_back
    }

    /// The wait that `percent` of them were not longer than, in milliseconds; `None` of none.
    pub(crate) fn waited(&self, percent: usize) -> Option<u64> {
        let mut waits = self.waits.clone();
        waits.sort_unstable();
        // The nearest rank: always a wait that there was.
        let rank = (waits.len() * percent).div_ceil(100).max(1);
        waits.get(rank - 1).copied()
    }
}

/// A table: what, and the counts.
pub(crate) type Lines = Vec<(String, Counts)>;

#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) all: Counts,
    /// The newest first.
    pub(crate) days: Lines,
    pub(crate) niches: Lines,
    pub(crate) accounts: Lines,
    /// Also of two who judged one cut, each their own.
    pub(crate) people: Lines,
    pub(crate) rules: Lines,
    /// What was said where it was not approved.
    pub(crate) reasons: Lines,
}

impl Report {
    pub(crate) fn of<'a>(done: impl Iterator<Item = &'a Done>) -> Self {
        let mut all = Counts::default();
        let [mut days, mut niches, mut accounts, mut people, mut rules, mut reasons] = [const { BTreeMap::new() }; 6];
        for done in done.filter(|done| matches!(done.how, How::Given | How::Counted)) {
            let word = &done.word;
            count(&mut people, &word.by, done);
            if done.how == How::Counted {
                // One of two: the other's word is the cut's.
                continue;
            }
            all.add(done);
            count(&mut days, &word.at.to_zoned(TimeZone::UTC).date().to_string(), done);
            count(&mut niches, &word.about.niche, done);
            count(&mut accounts, &word.about.account, done);
            for rule in &word.about.rules {
                count(&mut rules, rule, done);
            }
            if word.choice != Choice::Approve {
                count(&mut reasons, &word.note.chars().take(REASON_MAX).collect::<String>(), done);
            }
        }
        let days = days.into_iter().rev().take(LINES).collect();
        let [niches, accounts, people, rules, reasons] = [niches, accounts, people, rules, reasons].map(largest);
        Self { all, days, niches, accounts, people, rules, reasons }
    }
}

fn count(lines: &mut BTreeMap<String, Counts>, what: &str, done: &Done) {
    let what = if what.is_empty() { "not known" } else { what };
    lines.entry(what.to_owned()).or_default().add(done);
}

fn largest(lines: BTreeMap<String, Counts>) -> Lines {
    let mut lines = lines.into_iter().collect::<Vec<_>>();
    lines.sort_by(|a, b| b.1.all().cmp(&a.1.all()).then_with(|| a.0.cmp(&b.0)));
    lines.truncate(LINES);
    lines
}

/// A line for each decision, newest first (RFC 4180).
pub(crate) fn csv<'a>(done: impl Iterator<Item = &'a Done>) -> String {
    let mut text = String::from("when_utc,who,decision,how,item,cut,title,niche,account,waited_s,found,note\r\n");
    for Done { item, word, how } in done {
        let about = &word.about;
        let cells = [
            word.at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            word.by.clone(),
            word.choice.as_str().to_owned(),
            how.as_str().to_owned(),
            item.to_string(),
            word.cut.as_str().to_owned(),
            word.title.clone(),
            about.niche.clone(),
            about.account.clone(),
            (about.waited_ms / 1_000).to_string(),
            about.rules.join(" "),
            word.note.clone(),
        ];
        text.push_str(&cells.map(|cell| cell_of(&cell)).join(","));
        text.push_str("\r\n");
    }
    text
}

/// A cell that programs for tables take for text: none of what they take for the beginning of a formula begins it
/// (OWASP, CSV Injection), and it is one line in quotation marks.
fn cell_of(text: &str) -> String {
    const BEGIN: [char; 9] = ['=', '+', '-', '@', '|', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    let line = crate::page::plain(text).replace(['\n', '\r', '\t'], " ");
    let mark = if line.trim_start().starts_with(BEGIN) { "'" } else { "" };
    format!("\"{mark}{}\"", line.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::super::words::{About, Part, Word};
    use super::*;
    use crate::memory::card;

    fn done(by: &str, choice: Choice, day: i64, waited_ms: u64, how: How) -> Done {
        let waiting = card(1, "").waiting;
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day);
        let part = Part::Decides { due: at, agrees: false };
        let about = About {
            niche: "science".to_owned(),
            account: "main".to_owned(),
            waited_ms,
            rules: vec!["similar.frames".to_owned()],
        };
        let (id, note, title) = (String::new(), "too loud".to_owned(), "a title".to_owned());
        Done {
            item: waiting.item,
            word: Word { id, cut: waiting.cut, title, choice, note, by: by.to_owned(), at, part, about },
            how,
        }
    }

    #[test]
    fn decisions_are_counted_once_by_cut_and_by_each_who_judged_it() {
        let all = [
            done("ana", Choice::Approve, 1, 1_000, How::Counted),
            done("bo", Choice::Approve, 1, 3_000, How::Given),
            done("bo", Choice::Reject, 2, 5_000, How::Given),
            done("cyd", Choice::Reject, 2, 5_000, How::Undone),
            done("cyd", Choice::SendBack, 3, 5_000, How::Overtaken),
        ];
        let report = Report::of(all.iter());
        assert_eq!((report.all.all(), report.all.approved, report.all.rejected, report.all.sent_back), (2, 1, 1, 0));
        assert_eq!(
            (report.all.waited(50), report.all.waited(90), Counts::default().waited(50)),
            (Some(3_000), Some(5_000), None)
        );
        let shown =
            |lines: &Lines| lines.iter().map(|(what, counts)| format!("{what} {}", counts.all())).collect::<Vec<_>>();
        assert_eq!(shown(&report.days), ["1970-01-03 1", "1970-01-02 1"]);
        assert_eq!(shown(&report.people), ["bo 2", "ana 1"]);
        assert_eq!(
            (shown(&report.rules), shown(&report.reasons)),
            (vec!["similar.frames 2".to_owned()], vec!["too loud 1".to_owned()])
        );
    }

    #[test]
    fn no_cell_is_a_formula_and_no_text_ends_its_cell() {
        for begin in ["=", "+", "-", "@", "\t=", " =", "\r\n=", "|", "\u{ff1d}", "\u{202e}="] {
            let cell = cell_of(&format!("{begin}HYPERLINK(\"http://evil.example\")"));
            let inner = cell.strip_prefix('"').unwrap();
            let first = inner.trim_start().chars().next().unwrap();
            assert!(first == '\'' || first == '\u{fffd}', "{cell:?}");
            assert_eq!(cell.matches('"').count() % 2, 0, "{cell:?}");
            assert!(!cell.chars().any(char::is_control), "{cell:?}");
        }
        assert_eq!(cell_of("a, \"b\"\nc = d"), "\"a, \"\"b\"\" c = d\"");
        let text = csv([done("ana", Choice::Reject, 1, 1_000, How::Given)].iter());
        let line = text.lines().nth(1).unwrap();
        assert!(
            line.starts_with("\"1970-01-02T00:00:00Z\",\"ana\",\"reject\",\"given\",")
                && line.ends_with("\"1\",\"similar.frames\",\"too loud\""),
            "{line}"
        );
    }
}
