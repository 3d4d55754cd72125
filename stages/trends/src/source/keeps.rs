//! What is kept between two reads: tokens, items that are gone, and what was spent today.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};

/// Most entries of each kind; more are forgotten, the oldest first.
const MOST: usize = 1_000;

/// Shared by all feeds of a desk; ends with the process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keeps(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    /// By client id: the token and when it ends.
    tokens: BTreeMap<String, (String, Timestamp)>,
    /// By address: the body of an item and when it is worth another look.
    items: BTreeMap<String, (Vec<u8>, Timestamp)>,
    /// By a hash of the key: the day, and units spent on it.
    units: BTreeMap<String, (Date, u32)>,
}

/// Tokens are secrets.
impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").field("items", &self.items.len()).finish_non_exhaustive()
    }
}

impl Keeps {
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn token(&self, client: &str, now: Timestamp) -> Option<String> {
        let kept = self.kept();
        kept.tokens.get(client).filter(|(_, until)| *until > now).map(|(token, _)| token.clone())
    }

    pub(super) fn keep_token(&self, client: &str, token: String, until: Timestamp) {
        let mut kept = self.kept();
        make_room(&mut kept.tokens, |(_, until)| *until);
        kept.tokens.insert(client.to_owned(), (token, until));
    }

    pub(super) fn forget_token(&self, client: &str) {
        self.kept().tokens.remove(client);
    }

    pub(super) fn item(&self, address: &str, now: Timestamp) -> Option<Vec<u8>> {
        let kept = self.kept();
        kept.items.get(address).filter(|(_, until)| *until > now).map(|(item, _)| item.clone())
    }

    pub(super) fn keep_item(&self, address: &str, item: Vec<u8>, until: Timestamp) {
        let mut kept = self.kept();
        make_room(&mut kept.items, |(_, until)| *until);
        kept.items.insert(address.to_owned(), (item, until));
    }

    /// Takes a unit of the day's allowance, or says how many were taken and how long it is until the next day.
    pub(super) fn spend(&self, key: &str, most: u32, now: Timestamp) -> Result<(), (u32, SignedDuration)> {
        let local = now.to_zoned(TimeZone::fixed(PACIFIC));
        let today = local.date();
        let mut kept = self.kept();
        make_room(&mut kept.units, |(day, _)| *day);
        let (day, used) = kept.units.entry(key.to_owned()).or_insert((today, 0));
        if *day != today {
            (*day, *used) = (today, 0);
        }
        if *used >= most {
            let midnight = local.tomorrow().and_then(|next| next.start_of_day());
            let wait =
                midnight.map_or(SignedDuration::from_hours(1), |midnight| midnight.timestamp().duration_since(now));
            return Err((*used, wait));
        }
        *used += 1;
        Ok(())
    }
}

/// Quotas start anew at midnight in California. Standard time the whole year: in summer an hour late, never early.
const PACIFIC: Offset = Offset::constant(-8);

fn make_room<V, T: Ord + Copy>(entries: &mut BTreeMap<String, V>, age: impl Fn(&V) -> T) {
    while entries.len() >= MOST {
        let oldest = entries.iter().min_by_key(|(_, value)| age(value)).map(|(key, _)| key.clone());
        let Some(oldest) = oldest else { return };
        entries.remove(&oldest);
    }
}
