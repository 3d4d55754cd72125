//! The port to the press: what the console asks of it, and what it tells.

mod card;

use async_trait::async_trait;
use jiff::Timestamp;
use reelpress_core::{ArtifactKey, ItemId};

pub use card::{Beat, Caption, Card, Earlier, Finding, FindingKind, Severity, Span, Zone};

/// The press as the console sees it. Every text in its answers may come from outside: pages escape all of it.
#[async_trait]
pub trait Press: Send + Sync + 'static {
    /// Everything that waits for a person, in any order.
    ///
    /// # Errors
    /// [`PressError::Broken`].
    async fn waiting(&self) -> Result<Vec<Waiting>, PressError>;

    /// All that a person needs to decide on one item.
    ///
    /// # Errors
    /// [`PressError::Gone`] if it does not wait (any more).
    async fn card(&self, item: ItemId) -> Result<Card, PressError>;

    /// The file of a cut: the one that waits, or an earlier one that a card showed beside it.
    ///
    /// # Errors
    /// [`PressError::Gone`] if there is none.
    async fn media(&self, kind: MediaKind, cut: &CutHash) -> Result<MediaFile, PressError>;

    /// Gives a person's word to the line. Must be safe to call again with the same ruling: after a crash the console
    /// does, and [`Given::Before`] says so.
    ///
    /// # Errors
    /// [`PressError::Gone`] if the item does not wait any more, [`PressError::Refused`] if the word is about another cut
    /// or cannot be taken.
    async fn rule(&self, ruling: &Ruling) -> Result<Given, PressError>;

    /// Items that are held for another reason than review, the oldest first, not more than a page shows.
    ///
    /// # Errors
    /// [`PressError::Broken`].
    async fn held(&self) -> Result<Vec<HeldItem>, PressError>;

    /// Lets a held item go on, or ends it.
    ///
    /// # Errors
    /// [`PressError::Gone`] if it is not held (any more), [`PressError::Refused`] if it waits for review.
    async fn mend(&self, mending: &Mending) -> Result<(), PressError>;

    /// What the line does now.
    ///
    /// # Errors
    /// [`PressError::Broken`].
    async fn line(&self) -> Result<LineNow, PressError>;

    /// One of the pages that are tables.
    ///
    /// # Errors
    /// [`PressError::Broken`].
    async fn sheet(&self, sheet: Sheet) -> Result<Table, PressError>;
}

/// Why the press did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PressError {
    /// There is no such thing (any more).
    #[error("{0}")]
    Gone(String),
    /// It will not, and will not later.
    #[error("{0}")]
    Refused(String),
    /// It cannot now; worth trying again.
    #[error("{0}")]
    Broken(String),
}

/// How a ruling was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// Now.
    Now,
    /// The press had it already.
    Before,
}

/// The hash of a cut: 64 lower-case hex digits. What every decision is bound to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CutHash(String);

/// The text is not the hash of a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cut's hash is 64 lower-case hex digits")]
pub struct NoCutHash;

impl CutHash {
    /// # Errors
    /// [`NoCutHash`] if it is anything but 64 lower-case hex digits.
    pub fn parse(text: &str) -> Result<Self, NoCutHash> {
        let is_hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if is_hex { Ok(Self(text.to_owned())) } else { Err(NoCutHash) }
    }

    /// The 64 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CutHash {
    type Error = NoCutHash;
    fn try_from(text: String) -> Result<Self, NoCutHash> {
        Self::parse(&text)
    }
}

impl From<CutHash> for String {
    fn from(hash: CutHash) -> Self {
        hash.0
    }
}

/// A line of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Which item.
    pub item: ItemId,
    /// The video's title.
    pub title: String,
    /// The editorial line.
    pub niche: String,
    /// The account it is for.
    pub account: String,
    /// The hash of the cut.
    pub cut: CutHash,
    /// Its length in milliseconds.
    pub duration_ms: u64,
    /// Since when it waits.
    pub since: Timestamp,
    /// Why, in a sentence.
    pub why: String,
    /// What was found, in the order of the checks.
    pub findings: Vec<Finding>,
}

impl Waiting {
    /// How bad it is: the worst come first in the queue. Blocked before held before a sample; similar before a broken
    /// rule before the rest.
    #[must_use]
    pub fn weight(&self) -> u32 {
        let weight = |finding: &Finding| match finding.severity {
            Severity::Note => 0,
            Severity::Hold => 10 + finding.kind.weight(),
            Severity::Block => 100 + finding.kind.weight(),
        };
        self.findings.iter().map(weight).max().unwrap_or(0)
    }

    /// True if many like it may be approved at once: nothing was found that is similar, forbidden, unlabelled or
    /// unpleasant to look at.
    #[must_use]
    pub fn is_bulk_safe(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == Severity::Note || finding.kind == FindingKind::Quality)
            && !self.is_blocked()
    }

    /// True if screening blocked it: no person can let it through.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Block)
    }

    /// True if its pictures are blurred and its sound is off until the person asks for them.
    #[must_use]
    pub fn is_veiled(&self) -> bool {
        self.findings.iter().any(|finding| finding.kind == FindingKind::Unpleasant)
    }
}

/// Which file of a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    /// The MP4 file.
    Video,
    /// The PNG of one frame.
    Poster,
}

/// Where a file of a cut is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// Its name among the artifacts.
    pub key: ArtifactKey,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// It may go out.
    Approve,
    /// It ends here.
    Reject,
    /// It is made again, with the note in mind.
    SendBack,
}

impl Choice {
    /// Its word in forms and records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::SendBack => "send-back",
        }
    }

    /// The choice that a form names.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Approve, Self::Reject, Self::SendBack].into_iter().find(|choice| choice.as_str() == text)
    }

    /// What has happened, in a word.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Approve => "approved",
            Self::Reject => "rejected",
            Self::SendBack => "sent back",
        }
    }
}

/// A word that the press is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// About which item.
    pub item: ItemId,
    /// About which cut: another one that waits by now is not touched.
    pub cut: CutHash,
    /// What.
    pub choice: Choice,
    /// Who.
    pub by: String,
    /// Their words; never empty unless it approves.
    pub note: String,
    /// When they said it.
    pub at: Timestamp,
}

/// An item that is held for another reason than review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldItem {
    /// Which.
    pub item: ItemId,
    /// Its topic's title; may be empty.
    pub title: String,
    /// The stage that holds it.
    pub stage: String,
    /// Why.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
}

/// What may be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MendingKind {
    /// It tries again where it was held.
    Release,
    /// It ends.
    GiveUp,
}

impl MendingKind {
    /// Its word in addresses and records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::GiveUp => "give-up",
        }
    }
}

/// A person's word on a held item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mending {
    /// Which.
    pub item: ItemId,
    /// What.
    pub kind: MendingKind,
    /// Who.
    pub by: String,
    /// Why; may be empty where it is let go on.
    pub note: String,
}

/// What the line does now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LineNow {
    /// What keeps it from working, in a sentence; empty if nothing.
    pub trouble: String,
    /// True if it takes no new work now.
    pub paused: bool,
    /// Seconds since the daemon started.
    pub uptime_s: u64,
    /// Its stages, head first.
    pub stages: Vec<StageNow>,
    /// Items by where in their life they are: word and number.
    pub items: Vec<(String, u64)>,
    /// Finished in the last hour.
    pub finished_last_hour: u64,
}

/// One stage of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageNow {
    /// Its name.
    pub name: String,
    /// Items in front of it.
    pub depth: u64,
    /// Most items that may be; 0 if it is not known.
    pub capacity: u64,
}

/// The pages that are tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sheet {
    /// Items and where they are.
    Items,
    /// What people talk about.
    Trends,
    /// Promised slots.
    Schedule,
    /// Accounts and their ramps.
    Accounts,
    /// Phones.
    Devices,
    /// What was made, when, at what cost.
    Reports,
}

impl Sheet {
    /// Every sheet, in the order of the menu.
    pub const ALL: [Self; 6] =
        [Self::Items, Self::Trends, Self::Schedule, Self::Accounts, Self::Devices, Self::Reports];

    /// Its word in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Trends => "trends",
            Self::Schedule => "schedule",
            Self::Accounts => "accounts",
            Self::Devices => "devices",
            Self::Reports => "reports",
        }
    }

    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Items => "Items",
            Self::Trends => "Trends",
            Self::Schedule => "Schedule",
            Self::Accounts => "Accounts",
            Self::Devices => "Devices",
            Self::Reports => "Reports",
        }
    }
}

/// A table of texts. No rows: `note` says why, honestly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// A sentence above it; may be empty where there are rows.
    pub note: String,
    /// Heads of its columns.
    pub columns: Vec<String>,
    /// Rows; as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_64_lower_case_hex_digits_name_a_cut() {
        CutHash::parse(&"0a".repeat(32)).unwrap();
        for wrong in ["", "0a", &"0A".repeat(32), &"0g".repeat(32), &"0a".repeat(33), &format!("../{}", "0".repeat(61))]
        {
            assert_eq!(CutHash::parse(wrong), Err(NoCutHash), "{wrong}");
        }
    }

    #[test]
    fn every_choice_is_found_by_its_word() {
        for choice in [Choice::Approve, Choice::Reject, Choice::SendBack] {
            assert_eq!(Choice::parse(choice.as_str()), Some(choice));
        }
        assert_eq!(Choice::parse("approved"), None);
    }
}
