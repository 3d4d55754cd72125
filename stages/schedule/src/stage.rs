//! The stage: plans, writes the promise down, and only then lets the item go on.

#[cfg(test)]
mod tests;

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use reelpress_config::{Account, Live, Settings};
use reelpress_core::{
    Clock, Durability, Fault, ItemId, Job, JournalError, MemoKey, Notes, Reason, Remedy, Stage, StageName, Step,
};
use reelpress_vocabulary::{AccountId, Approved, Scheduled, Slot};

use crate::book::{Book, MISSED, PROMISED, SlotNote, outstanding};
use crate::plan::{self, Promised, Reach};

/// Longest wait before an item asks again: a change of the settings is felt after this.
const ASK_AGAIN: Duration = Duration::from_mins(10);
const MINUTE: Duration = Duration::from_mins(1);

/// Promises each approved cut a slot on its account.
///
/// The promise is a note (`slot.promised`) in the journal before the item goes on, and all promises of all accounts are
/// read back from there, so caps hold over restarts, and an item that is asked twice keeps its slot.
pub struct Schedule {
    live: Live,
    notes: Arc<dyn Notes>,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    /// `None` until it is first asked for: the notes are not there yet while the line is being wired.
    book: Option<Book>,
    /// The limiter and the limit it was made for.
    limiter: Option<(NonZeroU32, DefaultDirectRateLimiter)>,
}

/// Why a slot could not be promised.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// The journal did not take the note.
    #[error("could not write down the slot of account {account} at {at}")]
    Note {
        /// Whose slot.
        account: AccountId,
        /// When.
        at: Timestamp,
        /// The journal's own word.
        #[source]
        source: JournalError,
    },
}

impl Fault for ScheduleError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Note { source, .. } => source.remedy(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Note { .. } => "journal",
        }
    }
}

impl Schedule {
    /// Promises slots by the settings in force, by this clock. The notes are read when the first item comes.
    #[must_use]
    pub fn new(live: Live, notes: Arc<dyn Notes>, clock: Arc<dyn Clock>) -> Self {
        Self { live, notes, clock, state: Mutex::new(State { book: None, limiter: None }) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A slot that the item was promised before and that has not passed.
    async fn promised_before(
        &self,
        settings: &Settings,
        item: ItemId,
        account: &AccountId,
        now: Timestamp,
    ) -> Result<Option<Slot>, ScheduleError> {
        let held = self.state().book(settings, &*self.notes, now).held(item).cloned();
        let noted = outstanding(&*self.notes, item);
        let usable = held.clone().filter(|slot| slot.at > now && slot.account == *account);
        if let Some(slot) = usable {
            // The call that reserved it may have been dropped before it had written the note.
            if !noted.contains(&slot) {
                self.write(item, PROMISED, &slot).await?;
            }
            return Ok(Some(slot));
        }
        for slot in noted {
            self.write(item, MISSED, &slot).await?;
        }
        if held.is_some() {
            self.state().book(settings, &*self.notes, now).take_back(item);
        }
        Ok(None)
    }

    /// Plans a slot and reserves it, in one step: two items never get the same one.
    fn reserve(
        &self,
        settings: &Settings,
        item: ItemId,
        id: &AccountId,
        account: &Account,
        now: Timestamp,
    ) -> Result<Slot, Duration> {
        let mut state = self.state();
        let book = state.book(settings, &*self.notes, now);
        book.forget_before(now, settings);
        book.take_back_released(&*self.notes);
        let nothing = Promised::default();
        let promised = book.promised(id).unwrap_or(&nothing);
        let rules = &settings.schedule;
        let reach = Reach::new(now, rules.lead, rules.horizon);
        let Some(at) = plan::next_slot(account, promised, reach) else {
            return Err(until_in_reach(account, promised, now, rules));
        };
        state.may_promise(rules.promises_per_minute)?;
        let slot = Slot { account: id.clone(), at };
        state.book(settings, &*self.notes, now).put(item, slot.clone(), &account.timezone);
        Ok(slot)
    }

    async fn write(&self, item: ItemId, topic: &'static str, slot: &Slot) -> Result<(), ScheduleError> {
        let first_day = match &self.state().book {
            Some(book) if topic == PROMISED => book.promised(&slot.account).and_then(Promised::first_day),
            _ => None,
        };
        let note = SlotNote::new(slot, first_day);
        self.notes.note(item, note.noted(topic), Durability::Flushed).await.map_err(|source| ScheduleError::Note {
            account: slot.account.clone(),
            at: slot.at,
            source,
        })
    }
}

impl State {
    fn book(&mut self, settings: &Settings, notes: &dyn Notes, now: Timestamp) -> &mut Book {
        if self.limiter.is_none() {
            self.limiter = Some(limiter_after(notes, settings.schedule.promises_per_minute, now));
        }
        self.book.get_or_insert_with(|| Book::from_notes(notes, settings, now))
    }

    fn may_promise(&mut self, per_minute: NonZeroU32) -> Result<(), Duration> {
        let known = self.limiter.take().filter(|(limit, _)| *limit == per_minute);
        let (_, limiter) = self.limiter.insert(known.unwrap_or_else(|| (per_minute, limiter(per_minute))));
        limiter.check().map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))
    }
}

impl Stage for Schedule {
    type In = Approved;
    type Product = Slot;
    type Out = Scheduled;
    type Error = ScheduleError;
    type Settings = Arc<Settings>;
    const NAME: StageName = StageName::new("schedule");

    fn settings(&self) -> Arc<Settings> {
        self.live.snapshot()
    }

    /// A free slot depends on all other items and on the time.
    fn memo(&self, _settings: &Arc<Settings>, _input: &Approved) -> Option<MemoKey> {
        None
    }

    async fn process(
        &self,
        settings: &Arc<Settings>,
        job: &Job,
        input: &Approved,
    ) -> Result<Step<Slot>, ScheduleError> {
        let id = &input.screened.assembled.voiced.scripted.brief.account;
        let Some(account) = settings.accounts.get(id.name()) else {
            let message = format!("account {id} is not in the config (put it back, or reject the item)");
            return Ok(Step::Hold(Reason::new("unknown_account", message)));
        };
        let now = self.clock.now();
        if let Some(slot) = self.promised_before(settings, job.item, id, now).await? {
            return Ok(Step::Next(slot));
        }
        let slot = match self.reserve(settings, job.item, id, account, now) {
            Ok(slot) => slot,
            Err(wait) => return Ok(Step::Later(wait)),
        };
        if let Err(error) = self.write(job.item, PROMISED, &slot).await {
            self.state().book(settings, &*self.notes, now).take_back(job.item);
            return Err(error);
        }
        tracing::debug!(item = %job.item, account = %id, at = %slot.at, "slot promised");
        Ok(Step::Next(slot))
    }

    fn hand_on(&self, approved: Approved, slot: Slot) -> Scheduled {
        Scheduled { approved, slot }
    }
}

/// How long until the horizon reaches the account's next possible slot, at most [`ASK_AGAIN`].
fn until_in_reach(
    account: &Account,
    promised: &Promised,
    now: Timestamp,
    rules: &reelpress_config::Schedule,
) -> Duration {
    let further = Reach::new(now, rules.lead, rules.horizon.saturating_add(ASK_AGAIN));
    let Some(at) = plan::next_slot(account, promised, further) else { return ASK_AGAIN };
    let wait = at.duration_since(now).unsigned_abs().saturating_sub(rules.horizon);
    wait.clamp(Duration::from_secs(1), ASK_AGAIN)
}

fn limiter(per_minute: NonZeroU32) -> DefaultDirectRateLimiter {
    RateLimiter::direct(Quota::per_minute(per_minute))
}

/// A limiter that has already seen the promises of the last minute: a restart grants none twice.
fn limiter_after(notes: &dyn Notes, per_minute: NonZeroU32, now: Timestamp) -> (NonZeroU32, DefaultDirectRateLimiter) {
    let limiter = limiter(per_minute);
    let since = now.checked_sub(MINUTE).unwrap_or(Timestamp::MIN).as_millisecond();
    let recent = notes
        .about(PROMISED)
        .iter()
        .rev()
        .take(per_minute.get() as usize)
        .filter(|note| i64::try_from(note.at_millis).is_ok_and(|at| at > since))
        .count();
    for _ in 0..recent {
        if limiter.check().is_err() {
            break;
        }
    }
    (per_minute, limiter)
}
