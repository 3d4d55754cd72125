//! `reelpress trends`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Output;

#[derive(Debug, Subcommand)]
#[command(after_help = HELP)]
pub(crate) enum Trends {
    /// What was told in the last 24 hours, or in those before a past time
    Report {
        /// A past time, as `2026-11-20T18:00Z`, `2026-11-20 18:00` (UTC) or `2026-11-20` (its end)
        #[arg(long, value_name = "TIME")]
        as_of: Option<String>,
        /// Print Markdown
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
        #[command(flatten)]
        output: Output,
    },
    /// The elements at hand for scripts, the strongest first
    Library {
        /// Print Markdown
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Why a topic has its score: every part in words, its items and why each is in it, its feeds, its last 48 hours
    Why {
        /// Its id (the first four letters or more), or words of its title
        #[arg(value_name = "TOPIC")]
        topic: String,
        #[command(flatten)]
        when: AsOf,
        #[command(flatten)]
        output: Output,
    },
    /// How each feed is: last poll, next, frozen, empty or failing, and what its owner allows
    Sources(Output),
    /// Take an item out of a topic, for good; `trends undo` takes that back
    Split {
        /// The topic's id, or words of its title
        topic: String,
        /// The item: its `FEED/KEY` from `trends why`, or words of its title
        member: String,
    },
    /// Take back a merge or a split, by its number in `trends why`
    Undo {
        /// The number; before it the kind, if it is not a topic: `hashtag:12`
        change: String,
    },
    /// Replay recorded polls as if they came in now, and write what the press would have said
    Replay(Replay),
    /// Judge pairs of titles: are they about the same thing?
    Same {
        /// CSV with the columns `title_a`, `title_b` and perhaps `language`, `label`
        #[arg(long, value_name = "FILE.csv")]
        pairs: PathBuf,
        #[command(flatten)]
        output: Output,
    },
}

/// As of when.
#[derive(Debug, Args)]
pub(crate) struct AsOf {
    /// As it was at a past time, written as for `trends report`
    #[arg(long, value_name = "TIME")]
    pub(crate) as_of: Option<String>,
}

/// `reelpress trends replay`
#[derive(Debug, Args)]
#[command(after_help = "The recording is NDJSON, plain or .gz, one poll a line:
  {\"fetched_at\": \"2026-11-21T12:00:00Z\", \"source\": \"hn\", \"items\": [{\"rank\": 1, \"id\": \"42\", \"title\": \"...\", \"score\": 7}]}
Written are reports.ndjson ({\"t\", \"items\"}, best first, every 2 hours or once a day for daily feeds) and alerts.ndjson
({\"t\", \"id\"}), for each source. An item is never named before it was seen.")]
pub(crate) struct Replay {
    /// The recording, or a folder of recordings
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) input: PathBuf,
    /// Where the answers go
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Most alerts in any 24 hours
    #[arg(long, default_value_t = 48, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) alerts_per_day: u32,
}

const HELP: &str = "Examples:
  reelpress trends report                               what rises today, in a few lines each
  reelpress trends report --markdown > today.md         for people
  reelpress trends report --as-of 2026-11-20T18:00Z     what it said then
  reelpress trends why \"octopus\"                        every part of the score, with the rows of the past behind it
  reelpress trends split 3fa9 \"another story\"           two stories became one topic: take the second out
  reelpress trends undo 12                              take a merge or a split back
  reelpress trends sources                              which feeds are frozen, empty or failing

All but `split` and `undo` read the data folder, whether a daemon runs or not, and need no network. A running daemon shows
the same at /trends, and gives it as JSON at /api/trends/report.json, /library.json, /sources.json and /topics/ID with
the token of control.json.";
