//! Today's budgets for people: how much of each is spent.

use std::fmt;

use jiff::Timestamp;
use reelpress_config::{Budget, Money, Settings};
use reelpress_core::Notes;
use serde::{Deserialize, Serialize};

use super::Book;

/// What counts of one budget today; see [`spending`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spending {
    /// `all`, or a niche's name.
    pub budget: String,
    /// Tokens that are used or set aside.
    pub tokens: u64,
    /// Most tokens of a day, if they have a limit.
    pub tokens_limit: Option<u64>,
    /// Money that is used or set aside, in whole units of the currency.
    pub money: f64,
    /// Most money of a day, if it has a limit.
    pub money_limit: Option<f64>,
    /// What the money is in.
    pub currency: String,
}

/// Every budget that has a limit, with what the journal says of today: the one of all first, then the niches' by name.
#[must_use]
pub fn spending(notes: &dyn Notes, now: Timestamp, settings: &Settings) -> Vec<Spending> {
    let niches = settings.niches.iter().map(|(name, niche)| (name.as_str(), niche.budget));
    let budgets: Vec<(&str, Budget)> = [("all", settings.script.budget)]
        .into_iter()
        .chain(niches)
        .filter(|(_, of)| *of != Budget::default())
        .collect();
    if budgets.is_empty() {
        return Vec::new();
    }
    let book = Book::read(notes, settings.script.timezone.clone());
    let day = now.to_zoned(book.timezone.clone()).date();
    let line = |(at, (name, limits)): (usize, (&str, Budget))| {
        let is_all = at == 0 && settings.script.budget != Budget::default();
        let (tokens, cost) = if is_all { book.tally.of(day) } else { book.tally.of_niche(day, name) };
        Spending {
            budget: name.to_owned(),
            tokens,
            tokens_limit: limits.tokens_per_day,
            money: cost as f64 / 1e12,
            money_limit: limits.money_per_day.map(Money::units),
            currency: settings.script.currency.clone(),
        }
    };
    budgets.into_iter().enumerate().map(line).collect()
}

impl fmt::Display for Spending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { budget, tokens, money, currency, .. } = self;
        write!(f, "budget {budget}: today ")?;
        match self.tokens_limit {
            Some(limit) => write!(f, "{tokens} of {limit} tokens")?,
            None => write!(f, "{tokens} tokens")?,
        }
        match self.money_limit {
            Some(limit) => write!(f, ", {money:.4} of {limit:.4} {currency}"),
            None => write!(f, ", {money:.4} {currency}"),
        }
    }
}
