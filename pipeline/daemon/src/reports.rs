//! What the daemon says about itself, as plain data: the same for the HTTP API, `--json` and the tables.

use jiff::Timestamp;
use reelpress_core::{Entry, ItemState, ItemStatus, Record};
use reelpress_vocabulary::Brief;
use serde::{Deserialize, Serialize};

/// `status`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StatusReport {
    /// False if this was read from the files of a daemon that is not running.
    pub(crate) running: bool,
    pub(crate) version: String,
    /// Seconds since the daemon started.
    pub(crate) uptime_seconds: u64,
    pub(crate) config_hash: String,
    pub(crate) items: ItemCounts,
    /// Head first.
    pub(crate) edges: Vec<EdgeLine>,
    /// What keeps the line from being healthy, in one sentence; empty if it is.
    pub(crate) trouble: String,
    pub(crate) paused: bool,
    /// Today's budgets for scripts, those that have a limit.
    #[serde(default)]
    pub(crate) budgets: Vec<reelpress_script::Spending>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(crate) struct ItemCounts {
    pub(crate) running: usize,
    pub(crate) held: usize,
    pub(crate) finished: usize,
    pub(crate) rejected: usize,
    pub(crate) archived: usize,
}

impl ItemCounts {
    pub(crate) fn of<'a>(items: impl IntoIterator<Item = &'a ItemState>) -> Self {
        let mut counts = Self::default();
        for item in items {
            match item.status {
                ItemStatus::Running { .. } => counts.running += 1,
                ItemStatus::Held { .. } => counts.held += 1,
                ItemStatus::Rejected { .. } => counts.rejected += 1,
                ItemStatus::Finished => counts.finished += 1,
                ItemStatus::Archived { .. } => counts.archived += 1,
            }
        }
        counts
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EdgeLine {
    pub(crate) stage: String,
    pub(crate) taken: usize,
}

/// One line of `items list`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ItemLine {
    pub(crate) id: String,
    pub(crate) status: String,
    /// The stage it is at, or the last one.
    pub(crate) stage: String,
    /// Why it is held or was rejected; else empty.
    pub(crate) reason: String,
    pub(crate) changed: Timestamp,
    pub(crate) failures: u32,
}

impl ItemLine {
    pub(crate) fn of(item: &ItemState) -> Self {
        let (stage, reason) = match &item.status {
            ItemStatus::Running { after } => {
                (after.as_ref().map_or("new".to_owned(), |after| format!("after {after}")), String::new())
            }
            ItemStatus::Held { stage, reason, .. } | ItemStatus::Rejected { stage, reason } => {
                (stage.to_string(), reason.to_string())
            }
            ItemStatus::Finished | ItemStatus::Archived { .. } => ("done".to_owned(), String::new()),
        };
        Self {
            id: item.id.to_string(),
            status: item.status.as_str().to_owned(),
            stage,
            reason,
            changed: time(item.changed_millis),
            failures: item.failures,
        }
    }
}

/// `items show`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ItemReport {
    pub(crate) item: ItemLine,
    /// The topic's title, while the journal still has it.
    pub(crate) title: String,
    pub(crate) life: Vec<LifeLine>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LifeLine {
    pub(crate) at: Timestamp,
    pub(crate) what: String,
    pub(crate) detail: String,
}

impl ItemReport {
    pub(crate) fn of(item: &ItemState, history: &[Record]) -> Self {
        let title = history.iter().find_map(|record| {
            let Entry::Created { input, .. } = &record.entry else { return None };
            serde_json::from_slice(input).ok().map(|brief: Brief| brief.topic.title)
        });
        Self {
            item: ItemLine::of(item),
            title: title.unwrap_or_default(),
            life: history.iter().map(LifeLine::of).collect(),
        }
    }
}

impl LifeLine {
    fn of(record: &Record) -> Self {
        let (what, detail) = match &record.entry {
            Entry::Created { .. } => ("created", String::new()),
            Entry::Passed { stage, reused: false, .. } => ("passed", stage.to_string()),
            Entry::Passed { stage, reused: true, .. } => ("passed", format!("{stage} (product found in the store)")),
            Entry::Failed { stage, attempt, kind, message } => {
                ("failed", format!("{stage}, try {attempt}: {message} ({kind})"))
            }
            Entry::Held { stage, reason } => ("held", format!("{stage}: {reason}")),
            Entry::Released { by, note } => ("released", format!("by {by}: {note}")),
            Entry::Rejected { stage, reason } => ("rejected", format!("{stage}: {reason}")),
            Entry::Finished => ("finished", String::new()),
            Entry::Noted(noted) => ("noted", format!("{} {}", noted.topic, String::from_utf8_lossy(&noted.body))),
            Entry::Archived { finished, .. } => {
                ("archived", if *finished { "was finished" } else { "was rejected" }.to_owned())
            }
        };
        Self { at: record.at(), what: what.to_owned(), detail }
    }
}

pub(crate) fn time(millis: u64) -> Timestamp {
    Timestamp::from_millisecond(i64::try_from(millis).unwrap_or(i64::MAX)).unwrap_or(Timestamp::MAX)
}
