//! Which slot is next. Pure: no clock, no I/O, the same answer to the same question.
//!
//! A local day's windows are cut into as many equal parts as posts are allowed that day, and a post takes the first
//! possible moment, on a grid of five minutes, of the first part that has none. So posts are spread over the day however
//! many are planned at once, and nothing about them is random.
//!
//! In the weeks of a ramp the week's posts are spread over its days as well: 5 a week are at most 1 a day.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use reelpress_config::Account;

/// Slots begin at whole multiples of this.
pub const GRID: Duration = Duration::from_secs(GRID_SECONDS as u64);
const GRID_SECONDS: i64 = 300;
const DAYS_A_WEEK: i64 = 7;
/// Days looked at, however far the horizon: a bound for accounts that are never free.
const DAYS_AHEAD: usize = 400;

/// What an account has been promised.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Promised {
    /// Times, in seconds since 1970.
    slots: BTreeSet<i64>,
    /// The local day of the account's first slot ever.
    first_day: Option<Date>,
}

impl Promised {
    /// Adds a slot.
    pub fn add(&mut self, at: Timestamp, time_zone: &TimeZone) {
        self.slots.insert(at.as_second());
        self.first_no_later_than(time_zone.to_datetime(at).date());
    }

    /// Takes a slot back. The day of the first one stays: the ramp goes on.
    pub fn remove(&mut self, at: Timestamp) {
        self.slots.remove(&at.as_second());
    }

    /// The account had its first slot on this day or before.
    pub fn first_no_later_than(&mut self, day: Date) {
        self.first_day = Some(self.first_day.map_or(day, |known| known.min(day)));
    }

    /// The local day of the account's first slot ever.
    #[must_use]
    pub fn first_day(&self) -> Option<Date> {
        self.first_day
    }

    /// How many slots there are from `start` up to, not with, `end`.
    #[must_use]
    pub fn count(&self, start: Timestamp, end: Timestamp) -> usize {
        self.count_seconds(&(start.as_second()..end.as_second()))
    }

    fn count_seconds(&self, span: &Range<i64>) -> usize {
        if span.is_empty() { 0 } else { self.slots.range(span.clone()).count() }
    }

    /// The first time at or after `at` that is `gap` or more from every slot, or `None` at the end of time.
    fn clear_of_gaps(&self, at: i64, gap: i64) -> Option<i64> {
        let mut at = at;
        loop {
            let behind = self.slots.range(..=at).next_back().filter(|slot| at - **slot < gap);
            let ahead = self.slots.range(at..).next().filter(|slot| **slot - at < gap);
            match ahead.or(behind) {
                Some(slot) => at = on_grid(slot.checked_add(gap)?),
                None => return Some(at),
            }
        }
    }
}

/// From when to when a slot may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Not before this.
    pub earliest: Timestamp,
    /// Not after this.
    pub latest: Timestamp,
}

impl Reach {
    /// At least `lead` and at most `horizon` after `now`.
    #[must_use]
    pub fn new(now: Timestamp, lead: Duration, horizon: Duration) -> Self {
        Self { earliest: later(now, lead), latest: later(now, horizon) }
    }
}

/// The next free slot of an account, or `None` if there is none in reach (or the account is not enabled).
///
/// Kept at any time: the slot is in one of the account's windows, in its own local time, also on days when the clock
/// changes; at least `min_gap` from every other; no local day holds more than `posts_per_day`; no week of the ramp holds
/// more than the ramp says, and there is none before its first day.
#[must_use]
pub fn next_slot(account: &Account, promised: &Promised, reach: Reach) -> Option<Timestamp> {
    if !account.enabled || account.posts_per_day == 0 || reach.latest < reach.earliest {
        return None;
    }
    let earliest = on_grid(ceil_second(reach.earliest));
    let latest = reach.latest.as_second();
    let gap = i64::try_from(account.min_gap.as_secs())
        .unwrap_or(i64::MAX)
        .saturating_add(i64::from(account.min_gap.subsec_nanos() > 0));
    let first_day = account.timezone.to_datetime(reach.earliest).date();
    let ramp = Ramp::of(account, promised, first_day);
    let mut date = first_day;
    for _ in 0..DAYS_AHEAD {
        let day = Day::of(account, date)?;
        if day.span.start > latest {
            return None;
        }
        let allowed = ramp.posts_on(account, promised, date);
        if promised.count_seconds(&day.span) < allowed as usize
            && let Some(at) =
                day.first_free(account, promised, i64::from(allowed), earliest..latest.saturating_add(1), gap)
        {
            return Timestamp::from_second(at).ok();
        }
        date = date.tomorrow().ok()?;
    }
    None
}

/// The first weeks of an account.
struct Ramp<'a> {
    weeks: &'a [u32],
    start: Date,
}

impl<'a> Ramp<'a> {
    /// Without a first day of its own, the ramp starts with the first post, so weeks without one at its beginning mean
    /// nothing.
    fn of(account: &'a Account, promised: &Promised, today: Date) -> Self {
        if let Some(start) = account.since {
            return Self { weeks: &account.ramp, start };
        }
        let zeros = account.ramp.iter().take_while(|posts| **posts == 0).count();
        Self { weeks: &account.ramp[zeros..], start: promised.first_day.unwrap_or(today) }
    }

    /// How many posts `date` may hold.
    fn posts_on(&self, account: &Account, promised: &Promised, date: Date) -> u32 {
        if self.weeks.is_empty() {
            return account.posts_per_day;
        }
        let days = i64::from(date.since(self.start).map_or(0, |span| span.get_days()));
        if days < 0 {
            return 0;
        }
        let week = days / DAYS_A_WEEK;
        let Some(&posts) = usize::try_from(week).ok().and_then(|week| self.weeks.get(week)) else {
            return account.posts_per_day;
        };
        let bounds = |days: i64| {
            let date = self.start.checked_add(days.days()).ok()?;
            start_of(date, &account.timezone)
        };
        let (Some(start), Some(end)) = (bounds(week * DAYS_A_WEEK), bounds((week + 1) * DAYS_A_WEEK)) else { return 0 };
        if promised.count_seconds(&(start..end)) >= posts as usize {
            return 0;
        }
        account.posts_per_day.min(posts.div_ceil(DAYS_A_WEEK as u32))
    }
}

/// One local day.
struct Day {
    span: Range<i64>,
    /// The account's windows as instants, in order, not overlapping.
    windows: Vec<Range<i64>>,
}

impl Day {
    fn of(account: &Account, date: Date) -> Option<Self> {
        let zone = &account.timezone;
        let tomorrow = date.tomorrow().ok()?;
        let span = start_of(date, zone)?..start_of(tomorrow, zone)?;
        let mut windows = Vec::with_capacity(account.windows.len());
        for window in &account.windows {
            let end_date = if window.to == Time::midnight() { tomorrow } else { date };
            let start = instant(date, window.from, zone)?.clamp(span.start, span.end);
            let end = instant(end_date, window.to, zone)?.clamp(span.start, span.end);
            if start < end {
                windows.push(start..end);
            }
        }
        Some(Self { span, windows })
    }

    /// The first possible time in the first of `posts` equal parts that has no slot yet.
    fn first_free(
        &self,
        account: &Account,
        promised: &Promised,
        posts: i64,
        reach: Range<i64>,
        gap: i64,
    ) -> Option<i64> {
        let open: i64 = self.windows.iter().map(|window| window.end - window.start).sum();
        // No part is shorter than a step of the grid.
        let parts = posts.min(open / GRID_SECONDS).max(1);
        (0..parts).find_map(|part| {
            let spans = self.part(open * part / parts..open * (part + 1) / parts);
            if spans.iter().any(|span| promised.count_seconds(span) > 0) {
                return None;
            }
            spans.into_iter().find_map(|span| {
                let from = span.start.max(reach.start);
                first_in(account, promised, from..span.end.min(reach.end), gap)
            })
        })
    }

    /// The instants of a stretch of open time, counted in seconds from the first window's start.
    fn part(&self, open: Range<i64>) -> Vec<Range<i64>> {
        let mut passed = 0;
        let mut spans = Vec::new();
        for window in &self.windows {
            let length = window.end - window.start;
            let from = (open.start - passed).clamp(0, length);
            let to = (open.end - passed).clamp(0, length);
            if from < to {
                spans.push(window.start + from..window.start + to);
            }
            passed += length;
        }
        spans
    }
}

/// The first time on the grid in `span` that keeps the gap and is in a window by the local clock.
fn first_in(account: &Account, promised: &Promised, span: Range<i64>, gap: i64) -> Option<i64> {
    let mut at = on_grid(span.start);
    loop {
        at = promised.clear_of_gaps(at, gap)?;
        if at >= span.end {
            return None;
        }
        // A window's first and last instants do not say it all: in an hour that comes twice or never, the local clock
        // jumps in between.
        let local = account.timezone.to_datetime(Timestamp::from_second(at).ok()?).time();
        let inside = |from: Time, to: Time| from <= local && (local < to || to == Time::midnight());
        if account.windows.iter().any(|window| inside(window.from, window.to)) {
            return Some(at);
        }
        at += GRID_SECONDS;
    }
}

fn start_of(date: Date, zone: &TimeZone) -> Option<i64> {
    instant(date, Time::midnight(), zone)
}

/// The instant of a local time: the first one if the clock shows it twice, the same distance behind if it never does.
fn instant(date: Date, time: Time, zone: &TimeZone) -> Option<i64> {
    zone.to_ambiguous_timestamp(date.to_datetime(time)).compatible().ok().map(Timestamp::as_second)
}

fn on_grid(second: i64) -> i64 {
    match second.rem_euclid(GRID_SECONDS) {
        0 => second,
        over => second.saturating_add(GRID_SECONDS - over),
    }
}

fn ceil_second(at: Timestamp) -> i64 {
    at.as_second().saturating_add(i64::from(at.subsec_nanosecond() > 0))
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
