//! The sums of a day, and whether a call still fits. Pure.

use std::collections::BTreeMap;

use jiff::civil::Date;
use reelpress_config::Budget;

use super::{Prices, Usage, Wish};

/// Days that are remembered: a clock that goes back over midnight finds what was spent.
const DAYS: usize = 4;
/// Millionths of a millionth in a millionth.
const PICO_PER_MICRO: u64 = 1_000_000;

/// What counts for each day.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<Date, Day>);

#[derive(Debug, Default)]
struct Day {
    all: Sum,
    niches: BTreeMap<String, Sum>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    tokens: u64,
    cost: u64,
}

/// The limits of a day.
pub(super) struct Room {
    pub(super) total: Budget,
    pub(super) niche: Budget,
}

/// A limit has no room; the niche's own, or the one of all.
pub(super) struct NoRoom {
    pub(super) in_niche: bool,
}

impl Tally {
    /// How many tokens the answer of a call may have so that no limit can be broken: as many as wanted, or fewer.
    ///
    /// # Errors
    /// [`NoRoom`] if that would be less than is of use.
    pub(super) fn grant(&self, day: Date, room: &Room, wish: &Wish<'_>) -> Result<u32, NoRoom> {
        let niche = self.0.get(&day).and_then(|day| day.niches.get(wish.niche)).copied().unwrap_or_default();
        let all = self.0.get(&day).map_or(Sum::default(), |day| day.all);
        let in_all = fits(all, room.total, wish).ok_or(NoRoom { in_niche: false })?;
        let in_niche = fits(niche, room.niche, wish).ok_or(NoRoom { in_niche: true })?;
        Ok(in_all.min(in_niche))
    }

    pub(super) fn add(&mut self, day: Date, niche: &str, tokens: u64, cost: u64) {
        let sums = self.0.entry(day).or_default();
        let sum = sums.niches.entry(niche.to_owned()).or_default();
        for sum in [sum, &mut sums.all] {
            sum.tokens = sum.tokens.saturating_add(tokens);
            sum.cost = sum.cost.saturating_add(cost);
        }
        while self.0.len() > DAYS {
            self.0.pop_first();
        }
    }

    pub(super) fn take_back(&mut self, day: Date, niche: &str, tokens: u64, cost: u64) {
        let Some(sums) = self.0.get_mut(&day) else { return };
        for sum in sums.niches.get_mut(niche).into_iter().chain([&mut sums.all]) {
            sum.tokens = sum.tokens.saturating_sub(tokens);
            sum.cost = sum.cost.saturating_sub(cost);
        }
    }

    pub(super) fn of(&self, day: Date) -> (u64, u64) {
        self.0.get(&day).map_or((0, 0), |day| (day.all.tokens, day.all.cost))
    }

    pub(super) fn of_niche(&self, day: Date, niche: &str) -> (u64, u64) {
        self.0.get(&day).and_then(|day| day.niches.get(niche)).map_or((0, 0), |sum| (sum.tokens, sum.cost))
    }
}

fn fits(sum: Sum, budget: Budget, wish: &Wish<'_>) -> Option<u32> {
    let Wish { prices, prompt, wanted, least, .. } = *wish;
    let by_tokens = match budget.tokens_per_day {
        None => u64::from(wanted),
        Some(limit) => limit.saturating_sub(sum.tokens).checked_sub(prompt)?,
    };
    let by_money = match budget.money_per_day {
        None => u64::from(wanted),
        Some(limit) => {
            affordable(limit.micros().saturating_mul(PICO_PER_MICRO).saturating_sub(sum.cost), prices, prompt)?
        }
    };
    let granted = u32::try_from(by_tokens.min(by_money)).unwrap_or(u32::MAX).min(wanted);
    (granted >= least).then_some(granted)
}

/// Tokens of an answer that so much money is enough for, after the prompt.
fn affordable(money: u64, prices: Prices, prompt: u64) -> Option<u64> {
    let left = money.checked_sub(prices.cost(Usage { input: prompt, output: 0 }))?;
    Some(left.checked_div(prices.output.micros()).unwrap_or(u64::MAX))
}
