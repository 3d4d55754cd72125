//! A person's decision: how it is made, and how it stands in the journal.

use jiff::Timestamp;
use reelpress_core::{Note, Noted};
use reelpress_vocabulary::{Decision, Screened, Severity, Verdict};
use serde::{Deserialize, Serialize};

use crate::error::ReviewError;

/// Topic of the notes that hold decisions.
pub const DECISION: &str = "review.decision";

/// Most characters of a reviewer's name.
const NAME_MAX: usize = 100;

/// Most characters of a reviewer's words.
const NOTE_MAX: usize = 2_000;

/// What a person says about one cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling<'a> {
    /// Their name: 1 to 100 characters.
    pub by: &'a str,
    /// True lets the cut go out, false ends the item.
    pub approve: bool,
    /// Their words: at most 2,000 characters, and not empty for a rejection.
    pub note: &'a str,
    /// The hash of the cut they looked at, 64 hex digits.
    pub cut_hash: &'a str,
}

/// A decision as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// Who decided.
    pub by: String,
    /// True lets the cut go out.
    pub approve: bool,
    /// Their words; may be empty for an approval.
    pub note: String,
    /// The hash of the very cut that was looked at.
    pub cut_hash: String,
    /// When.
    pub at: Timestamp,
}

/// The fact to write for a ruling on a cut that waits. Write it `Synced` about the cut's item, then release the item.
///
/// # Errors
/// - [`ReviewError::StaleHash`]: the ruling is about another cut.
/// - [`ReviewError::Blocked`]: it approves what screening blocked.
/// - [`ReviewError::Field`]: the name or the note is empty, too long or holds control characters.
/// - [`ReviewError::NoHash`]: the cut has no proper hash.
pub fn decide(screened: &Screened, ruling: &Ruling<'_>, at: Timestamp) -> Result<Noted, ReviewError> {
    let current = bound_hash(screened)?;
    let by = field("reviewer", ruling.by, 1, NAME_MAX)?;
    let note = field("note", ruling.note, usize::from(!ruling.approve), NOTE_MAX)?;
    if !ruling.cut_hash.trim().eq_ignore_ascii_case(current) {
        return Err(ReviewError::StaleHash { given: ruling.cut_hash.trim().to_owned(), current: current.to_owned() });
    }
    if ruling.approve && screened.verdict.decision() == Decision::Reject {
        let rules = rules(&screened.verdict, Severity::Block);
        return Err(ReviewError::Blocked { cut_hash: current.to_owned(), rules });
    }
    Ok(Noted::new(DECISION, &Decided { by, approve: ruling.approve, note, cut_hash: current.to_owned(), at }))
}

/// The cut's hash, if an approval can be bound to it.
pub(crate) fn bound_hash(screened: &Screened) -> Result<&str, ReviewError> {
    let hash = screened.assembled.cut.hash.as_str();
    let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if is_hash { Ok(hash) } else { Err(ReviewError::NoHash { hash: hash.to_owned() }) }
}

/// The decisions about an item, oldest first.
pub(crate) fn decisions(notes: &[Note]) -> Result<Vec<Decided>, ReviewError> {
    let about = notes.iter().filter(|note| note.noted.topic == DECISION);
    about.map(|note| note.noted.read::<Decided>(DECISION).ok_or(ReviewError::Unreadable)).collect()
}

/// Ids of the rules that found something of at least this weight, in order, each once.
pub(crate) fn rules(verdict: &Verdict, at_least: Severity) -> String {
    let mut rules = Vec::new();
    for finding in verdict.findings.iter().filter(|finding| finding.severity >= at_least) {
        if !rules.contains(&finding.rule.as_str()) {
            rules.push(finding.rule.as_str());
        }
    }
    rules.join(", ")
}

fn field(field: &'static str, text: &str, at_least: usize, at_most: usize) -> Result<String, ReviewError> {
    let text = text.trim();
    let characters = text.chars().count();
    let problem = if characters < at_least {
        "is empty".to_owned()
    } else if characters > at_most {
        format!("has {characters} characters, more than {at_most}")
    } else if let Some(control) = text.chars().find(|c| c.is_control() && *c != '\n') {
        format!("holds the control character {control:?}")
    } else {
        return Ok(text.to_owned());
    };
    Err(ReviewError::Field { field, problem })
}
