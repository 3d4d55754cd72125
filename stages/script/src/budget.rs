//! What scripts may cost in a day. The most that a call may use is set aside before it is made, and written down, so that
//! calls at the same time, a crash and a restart never take a budget over its limit; what the call really used replaces it
//! afterwards. Without any budget nothing is written.

mod spending;
mod tally;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use reelpress_config::{Budget, Money, Settings};
use reelpress_core::events::{self, BudgetState};
use reelpress_core::{Clock, Durability, ItemId, Noted, Notes};
use serde::{Deserialize, Serialize};

use crate::error::ScriptError;
pub use spending::{Spending, spending};
use tally::{NoRoom, Room, Tally};

/// Facts in the journal: set aside before a call, and used, after it.
const SET_ASIDE: &str = "script.set_aside";
const USED: &str = "script.used";
/// Longest wait that is told for a new day: the budget may be raised before.
const ASK_AGAIN: Duration = Duration::from_mins(10);

/// Tokens of one call, and what they cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Tokens of the prompt.
    pub(crate) input: u64,
    /// Tokens of the answer.
    pub(crate) output: u64,
}

/// What a million tokens cost, of prompts and of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Prices {
    pub(crate) input: Money,
    pub(crate) output: Money,
}

impl Prices {
    /// In millionths of a millionth of the currency: exact, since a price is in millionths for a million tokens.
    fn cost(self, usage: Usage) -> u64 {
        let part = |tokens: u64, price: Money| tokens.saturating_mul(price.micros());
        part(usage.input, self.input).saturating_add(part(usage.output, self.output))
    }
}

/// A call somebody wants to make.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wish<'a> {
    pub(crate) item: ItemId,
    pub(crate) niche: &'a str,
    pub(crate) provider: &'a str,
    pub(crate) prices: Prices,
    /// The most tokens that the prompt can have.
    pub(crate) prompt: u64,
    /// Tokens of the answer that are wanted.
    pub(crate) wanted: u32,
    /// Fewer would be of no use.
    pub(crate) least: u32,
}

/// What was set aside for one call. Dropped without [`Purse::settle`], all of it counts as used.
#[derive(Debug)]
#[must_use]
pub(crate) struct SetAside {
    /// Tokens that the answer may have.
    pub(crate) granted: u32,
    id: u64,
    item: ItemId,
    niche: String,
    provider: String,
    prices: Prices,
    most: Usage,
    at: Timestamp,
    written: bool,
}

/// What a wish comes to.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The call may be made.
    Granted(SetAside),
    /// The day has no room for it; ask again after this time.
    Spent { budget: String, wait: Duration },
}

/// The note of what was set aside.
#[derive(Serialize, Deserialize)]
struct SetAsideNote {
    id: u64,
    /// Milliseconds since 1970.
    at: i64,
    niche: String,
    tokens: u64,
    /// Millionths of a millionth of the currency.
    cost: u64,
}

/// The note of what was used in its place.
#[derive(Serialize, Deserialize)]
struct UsedNote {
    id: u64,
    tokens: u64,
    cost: u64,
}

/// All that is spent on scripts goes through here.
pub(crate) struct Purse {
    notes: Arc<dyn Notes>,
    clock: Arc<dyn Clock>,
    book: Mutex<Book>,
}

struct Book {
    timezone: TimeZone,
    tally: Tally,
    next: u64,
}

impl Purse {
    /// Reads what today's calls have used so far from the journal.
    pub(crate) fn new(notes: Arc<dyn Notes>, clock: Arc<dyn Clock>, timezone: &TimeZone) -> Self {
        let book = Mutex::new(Book::read(notes.as_ref(), timezone.clone()));
        Self { notes, clock, book }
    }

    /// Sets the most that a call may use aside, if there is room for it.
    ///
    /// # Errors
    /// [`ScriptError::Note`] if that could not be written down: the call must not be made.
    pub(crate) async fn set_aside(&self, settings: &Settings, wish: Wish<'_>) -> Result<Answer, ScriptError> {
        let at = self.clock.now();
        let budgets = Budgets::of(settings, wish.niche);
        let set_aside = {
            let mut book = self.book();
            if book.timezone != settings.script.timezone {
                *book = Book::read(self.notes.as_ref(), settings.script.timezone.clone());
            }
            let room = Room { total: budgets.total, niche: budgets.niche };
            let day = at.to_zoned(book.timezone.clone()).date();
            let granted = match book.tally.grant(day, &room, &wish) {
                Ok(granted) => granted,
                Err(NoRoom { in_niche }) => {
                    let budget = if in_niche { wish.niche } else { "all" }.to_owned();
                    let wait = until_tomorrow(at, &book.timezone).min(ASK_AGAIN);
                    return Ok(Answer::Spent { budget, wait });
                }
            };
            let most = Usage { input: wish.prompt, output: u64::from(granted) };
            book.tally.add(day, wish.niche, tokens(most), wish.prices.cost(most));
            book.next += 1;
            SetAside {
                granted,
                id: book.next,
                item: wish.item,
                niche: wish.niche.to_owned(),
                provider: wish.provider.to_owned(),
                prices: wish.prices,
                most,
                at,
                written: budgets.any,
            }
        };
        self.say(settings, &set_aside.niche);
        if set_aside.written {
            let note = SetAsideNote {
                id: set_aside.id,
                at: at.as_millisecond(),
                niche: set_aside.niche.clone(),
                tokens: tokens(most_of(&set_aside)),
                cost: set_aside.prices.cost(most_of(&set_aside)),
            };
            // Synced: what a power cut forgot would be spent twice.
            let written = self.notes.note(wish.item, Noted::new(SET_ASIDE, &note), Durability::Synced).await;
            if let Err(source) = written {
                self.replace(settings, &set_aside, Usage::default());
                return Err(ScriptError::Note { source });
            }
        }
        Ok(Answer::Granted(set_aside))
    }

    /// Puts what a call really used in the place of what was set aside; `None`: nobody knows, so all of it counts.
    pub(crate) async fn settle(&self, settings: &Settings, set_aside: SetAside, used: Option<Usage>) {
        let usage = used.unwrap_or(set_aside.most);
        if tokens(usage) > tokens(set_aside.most) {
            tracing::warn!(
                provider = set_aside.provider,
                used = tokens(usage),
                most = tokens(set_aside.most),
                "provider counts more tokens than the call can have had, what it counts is taken"
            );
        }
        let cost = set_aside.prices.cost(usage);
        events::provider_used(
            &set_aside.provider,
            events::ProviderUse {
                input: usage.input,
                output: usage.output,
                cost_micros: cost.div_ceil(1_000_000),
                estimated: used.is_none(),
            },
        );
        if set_aside.written && used.is_some() {
            let note = UsedNote { id: set_aside.id, tokens: tokens(usage), cost };
            let written = self.notes.note(set_aside.item, Noted::new(USED, &note), Durability::Flushed).await;
            if let Err(error) = written {
                // The journal has more than was used: the safe side, now and after a restart.
                tracing::warn!(item = %set_aside.item, %error, "use of a call not written down, the most it could be counts");
                return;
            }
        }
        self.replace(settings, &set_aside, usage);
    }

    /// Tokens and millionths of a millionth of the currency that count for today, all niches together.
    #[cfg(test)]
    pub(crate) fn today(&self) -> (u64, u64) {
        let book = self.book();
        let day = self.clock.now().to_zoned(book.timezone.clone()).date();
        book.tally.of(day)
    }

    fn replace(&self, settings: &Settings, set_aside: &SetAside, usage: Usage) {
        {
            let mut book = self.book();
            let day = set_aside.at.to_zoned(book.timezone.clone()).date();
            let (tokens_then, cost_then) = (tokens(set_aside.most), set_aside.prices.cost(set_aside.most));
            book.tally.take_back(day, &set_aside.niche, tokens_then, cost_then);
            book.tally.add(day, &set_aside.niche, tokens(usage), set_aside.prices.cost(usage));
        }
        self.say(settings, &set_aside.niche);
    }

    /// Shows both budgets in the metrics.
    fn say(&self, settings: &Settings, niche: &str) {
        let budgets = Budgets::of(settings, niche);
        let book = self.book();
        let day = self.clock.now().to_zoned(book.timezone.clone()).date();
        let state = |(tokens, cost): (u64, u64), limits: Budget| BudgetState {
            tokens,
            tokens_limit: limits.tokens_per_day,
            money_micros: cost / 1_000_000,
            money_limit_micros: limits.money_per_day.map(Money::micros),
        };
        events::budget("all", state(book.tally.of(day), budgets.total));
        if budgets.niche != Budget::default() {
            events::budget(niche, state(book.tally.of_niche(day, niche), budgets.niche));
        }
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn read(notes: &dyn Notes, timezone: TimeZone) -> Self {
        let mut tally = Tally::default();
        let mut used = std::collections::HashMap::new();
        for note in notes.about(USED) {
            if let Some(note) = note.noted.read::<UsedNote>(USED) {
                used.insert(note.id, note);
            }
        }
        let mut next = 0;
        for note in notes.about(SET_ASIDE) {
            let Some(note) = note.noted.read::<SetAsideNote>(SET_ASIDE) else { continue };
            next = next.max(note.id);
            let Ok(at) = Timestamp::from_millisecond(note.at) else { continue };
            let day = at.to_zoned(timezone.clone()).date();
            let (tokens, cost) = used.get(&note.id).map_or((note.tokens, note.cost), |used| (used.tokens, used.cost));
            tally.add(day, &note.niche, tokens, cost);
        }
        Self { timezone, tally, next }
    }
}

/// The limits that a niche's call is held to.
struct Budgets {
    total: Budget,
    niche: Budget,
    /// True if there is any budget at all: all calls are written down then, since they count for each other.
    any: bool,
}

impl Budgets {
    fn of(settings: &Settings, niche: &str) -> Self {
        let none = Budget::default();
        let total = settings.script.budget;
        let niche = settings.niches.get(niche).map_or(none, |niche| niche.budget);
        let any = total != none || settings.niches.values().any(|niche| niche.budget != none);
        Self { total, niche, any }
    }
}

fn tokens(usage: Usage) -> u64 {
    usage.input.saturating_add(usage.output)
}

fn most_of(set_aside: &SetAside) -> Usage {
    set_aside.most
}

fn until_tomorrow(now: Timestamp, timezone: &TimeZone) -> Duration {
    let tomorrow = now.to_zoned(timezone.clone()).tomorrow().and_then(|day| day.start_of_day());
    let wait = tomorrow.ok().and_then(|midnight| Duration::try_from(midnight.timestamp().duration_since(now)).ok());
    wait.unwrap_or(ASK_AGAIN)
}

#[cfg(test)]
mod tests;
