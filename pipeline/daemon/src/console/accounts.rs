//! The page of accounts: what the config says, what was promised and done, and what the planner would still allow.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Account, Settings};
use reelpress_console::Table;
use reelpress_core::{Book, Notes as _};
use reelpress_deliver::POST_DONE;
use reelpress_schedule::plan::{Promised, Reach, next_slot};
use reelpress_vocabulary::AccountId;

use super::sheets::{self, shown};

/// What is counted backwards and forwards.
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the journal knows of one account.
#[derive(Default)]
struct Known {
    promised: Vec<Timestamp>,
    done: Vec<Timestamp>,
    missed: usize,
}

pub(super) fn table(settings: &Settings, book: &Book, now: Timestamp) -> Table {
    let known = known(book, now);
    let rows = settings.accounts.iter().map(|(name, account)| {
        let known = known.get(&AccountId::from(name.clone()));
        let none = Known::default();
        row(name.as_str(), account, known.unwrap_or(&none), settings, now)
    });
    sheets::table(
        "Slots and posts as the journal has them (UTC). How the platforms themselves see an account is not known to the press: \
         it posts into folders and hands over to people."
            .to_owned(),
        [
            "account",
            "state",
            "niches",
            "time zone",
            "posts a day",
            "today",
            "next 7 days",
            "done in 7 days",
            "missed in 7 days",
            "last post",
            "next free slot",
        ],
        rows.collect(),
    )
}

fn row(name: &str, account: &Account, known: &Known, settings: &Settings, now: Timestamp) -> [String; 11] {
    let niches = account.niches.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let zone = account.timezone.iana_name().unwrap_or("UTC").to_owned();
    let state = if account.enabled { "on" } else { "off: nothing new is planned" };
    let today = account.timezone.to_datetime(now).date();
    let is_today = |at: &&Timestamp| account.timezone.to_datetime(**at).date() == today;
    let ahead = known.promised.iter().filter(|at| **at >= now && **at < now + WEEK).count();
    let done = known.done.iter().filter(|at| **at > now - WEEK).count();
    let mut promised = Promised::default();
    known.promised.iter().for_each(|at| promised.add(*at, &account.timezone));
    // The planner's own answer: caps, ramp, windows and gaps are all in it.
    let reach = Reach::new(now, settings.schedule.lead, settings.schedule.horizon);
    let next = next_slot(account, &promised, reach).map_or_else(|| "none in reach".to_owned(), shown);
    [
        name.to_owned(),
        state.to_owned(),
        niches,
        zone,
        account.posts_per_day.to_string(),
        known.promised.iter().filter(is_today).count().to_string(),
        ahead.to_string(),
        done.to_string(),
        known.missed.to_string(),
        known.done.iter().max().map_or_else(|| "\u{2013}".to_owned(), |at| shown(*at)),
        next,
    ]
}

fn known(book: &Book, now: Timestamp) -> BTreeMap<AccountId, Known> {
    let mut known = BTreeMap::<AccountId, Known>::new();
    let mut whose = BTreeMap::new();
    for (at, account, item) in sheets::promised(book) {
        whose.insert(item, account.clone());
        known.entry(account).or_default().promised.push(at);
    }
    for note in book.about(POST_DONE) {
        if let Some(account) = whose.get(&note.item) {
            known.entry(account.clone()).or_default().done.push(crate::reports::time(note.at_millis));
        }
    }
    for note in book.about("slot.missed") {
        let promise = note.noted.read::<sheets::Promise>("slot.missed");
        if let Some(promise) = promise.filter(|promise| promise.at > now - WEEK) {
            known.entry(promise.account).or_default().missed += 1;
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use reelpress_core::testing::ManualClock;
    use reelpress_core::{Durability, Noted, Origin};
    use reelpress_store::SledJournal;
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn an_account_shows_what_was_promised_and_done_and_the_next_slot_that_is_free() {
        let now = "2026-03-02T12:00:00Z".parse::<Timestamp>().unwrap();
        let clock = Arc::new(ManualClock::at(now));
        let folder = tempfile::tempdir().unwrap();
        let journal = SledJournal::open(folder.path(), clock.clone()).unwrap();
        let (book, _) = Book::open(Arc::new(journal), clock).unwrap();
        let item = book.create(Origin::of(&["x"]), b"{}".to_vec()).await.unwrap().unwrap();
        for (topic, at) in [
            ("slot.promised", "2026-03-02T14:00:00Z"),
            ("slot.promised", "2026-03-03T14:00:00Z"),
            ("slot.promised", "2026-03-03T16:00:00Z"),
            ("slot.released", "2026-03-03T16:00:00Z"),
            (POST_DONE, ""),
        ] {
            let noted = Noted::new(topic, &json!({ "account": "default", "at": at, "first_day": "2026-01-01" }));
            book.note(item, noted, Durability::Flushed).await.unwrap();
        }
        let table = table(&Settings::default(), &book, now);
        let row = &table.rows[0];
        assert_eq!(row.len(), table.columns.len());
        assert_eq!((row[0].as_str(), row[1].as_str()), ("default", "on"));
        assert_eq!(row[5..10], ["1", "2", "1", "0", "2026-03-02 12:00"]);
        assert!(row[10].starts_with("2026-03-0"), "{}", row[10]);
    }
}
