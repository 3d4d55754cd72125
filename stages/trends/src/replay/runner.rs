//! One source's replay: polls go in, reports and alerts come out.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::attention::Attention;
use super::recording::Poll;
use super::{MOST_REPORTED, Options, Replayed, ReplayError};
use crate::rising::{Health, Seen, Watch};

/// A report is due this often.
const EVERY: i64 = 2 * 3_600;
/// A feed with longer gaps than this is a daily one: it is reported at each poll.
const DAILY: i64 = 12 * 3_600;
/// So many polls are held back until it is known how often the feed is read.
const HELD: usize = 4;
/// In a gap longer than this reports stop: nothing is in them any more.
const LONGEST_GAP: i64 = 3 * 86_400;

pub(super) struct Runner {
    watch: Watch,
    attention: Attention,
    held: Vec<Poll>,
    is_daily: Option<bool>,
    /// When the next report is due, in seconds since 1970.
    due: i64,
    replayed: Replayed,
    reports: Output,
    alerts: Output,
}

struct Output {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Output {
    fn create(folder: &Path, name: &str) -> Result<Self, ReplayError> {
        let path = folder.join(name);
        let failed = |source| ReplayError::Write { path: path.clone(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let file = File::create(&path).map_err(failed)?;
        Ok(Self { file: BufWriter::new(file), path })
    }

    fn line(&mut self, text: &str) -> Result<(), ReplayError> {
        writeln!(self.file, "{text}").map_err(|source| ReplayError::Write { path: self.path.clone(), source })
    }
}

impl Runner {
    pub(super) fn new(first: &Poll, folder: PathBuf, options: Options) -> Result<Self, ReplayError> {
        Ok(Self {
            watch: Watch::new(options.alerts_per_day),
            attention: Attention::default(),
            held: Vec::new(),
            is_daily: None,
            due: (first.at.as_second().div_euclid(EVERY) + i64::from(first.at.as_second().rem_euclid(EVERY) > 0)) * EVERY,
            reports: Output::create(&folder, "reports.ndjson")?,
            alerts: Output::create(&folder, "alerts.ndjson")?,
            replayed: Replayed {
                source: first.source.clone(),
                folder,
                first: first.at,
                last: first.at,
                polls: 0,
                empty: 0,
                frozen: 0,
                backwards: 0,
                reports: 0,
                alerts: 0,
            },
        })
    }

    pub(super) fn take(&mut self, poll: Poll) -> Result<(), ReplayError> {
        if self.is_daily.is_some() {
            return self.run(&poll);
        }
        self.held.push(poll);
        if self.held.len() >= HELD { self.settle() } else { Ok(()) }
    }

    /// Decides how often this feed is read, and lets the polls go that waited for it.
    fn settle(&mut self) -> Result<(), ReplayError> {
        let held = std::mem::take(&mut self.held);
        let mut gaps: Vec<i64> =
            held.windows(2).map(|pair| pair[1].at.as_second() - pair[0].at.as_second()).filter(|gap| *gap > 0).collect();
        gaps.sort_unstable();
        self.is_daily = Some(gaps.get(gaps.len() / 2).is_some_and(|gap| *gap > DAILY));
        held.iter().try_for_each(|poll| self.run(poll))
    }

    fn run(&mut self, poll: &Poll) -> Result<(), ReplayError> {
        let now = poll.at.as_second();
        if self.is_daily != Some(true) {
            // Reports that were due before this poll know nothing of it.
            self.catch_up(now - 1)?;
        }
        let entries = poll.items.iter().map(|item| (item.key.as_str(), item.counts.as_slice()));
        self.attention.learn(entries);
        let name = self.attention.name().map(str::to_owned);
        let seen: Vec<Seen<'_>> = poll
            .items
            .iter()
            .map(|item| Seen {
                key: &item.key,
                rank: item.rank,
                count: name.as_deref().and_then(|name| Attention::value(name, &item.counts)),
                published: item.published,
            })
            .collect();
        let health = self.watch.poll(poll.at, &seen);
        self.replayed.polls += 1;
        match health {
            Health::Well => {}
            Health::Empty { .. } => self.replayed.empty += 1,
            Health::Frozen { .. } => self.replayed.frozen += 1,
            Health::Backwards => {
                self.replayed.backwards += 1;
                return Ok(());
            }
        }
        self.replayed.last = poll.at;
        if self.is_daily == Some(true) {
            self.report(poll.at)?;
        } else {
            self.catch_up(now)?;
        }
        for alert in self.watch.alerts(poll.at) {
            self.replayed.alerts += 1;
            self.alerts.line(&format!("{{\"t\":\"{}\",\"id\":{}}}", poll.at, alert.key))?;
        }
        Ok(())
    }

    /// Writes the reports that are due up to `now`.
    fn catch_up(&mut self, now: i64) -> Result<(), ReplayError> {
        let last = self.replayed.last.as_second();
        while self.due <= now {
            if self.due - last > LONGEST_GAP {
                self.due = now.div_euclid(EVERY) * EVERY + EVERY;
                break;
            }
            if let Ok(at) = Timestamp::from_second(self.due) {
                self.report(at)?;
            }
            self.due += EVERY;
        }
        Ok(())
    }

    fn report(&mut self, at: Timestamp) -> Result<(), ReplayError> {
        let best: Vec<String> = self.watch.best(at, MOST_REPORTED);
        self.replayed.reports += 1;
        self.reports.line(&format!("{{\"t\":\"{at}\",\"items\":[{}]}}", best.join(",")))
    }

    /// Writes what is left and moves the files to `folder`.
    pub(super) fn finish(mut self, source: String, folder: PathBuf) -> Result<Replayed, ReplayError> {
        if self.is_daily.is_none() {
            self.settle()?;
        }
        let part = self.replayed.folder.clone();
        std::fs::create_dir_all(&folder).map_err(|source| ReplayError::Write { path: folder.clone(), source })?;
        for output in [self.reports, self.alerts] {
            let failed = |source| ReplayError::Write { path: output.path.clone(), source };
            output.file.into_inner().map_err(|error| failed(error.into_error()))?;
            let name = output.path.file_name().unwrap_or_default();
            std::fs::rename(&output.path, folder.join(name)).map_err(failed)?;
        }
        // Only what this run wrote was in it.
        std::fs::remove_dir(&part).map_err(|source| ReplayError::Write { path: part.clone(), source })?;
        Ok(Replayed { source, folder, ..self.replayed })
    }
}
