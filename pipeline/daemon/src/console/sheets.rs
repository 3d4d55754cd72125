//! The pages that are tables, of what the press knows today.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use reelpress_config::Settings;
use reelpress_console::Table;
use reelpress_core::{Book, Notes as _};
use reelpress_vocabulary::AccountId;
use serde::Deserialize;

use crate::reports::ItemLine;
use crate::trends::TrendRoom;

/// Rows of one table.
const ROWS: usize = 500;

fn table<const N: usize>(note: String, columns: [&str; N], rows: Vec<[String; N]>) -> Table {
    Table { note, columns: columns.map(ToOwned::to_owned).into(), rows: rows.into_iter().map(Into::into).collect() }
}

fn shown(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

pub(super) fn items(book: &Book) -> Table {
    let items = book.items(|_| true);
    let note = format!("{} items; the newest {} are shown. Times are UTC.", items.len(), items.len().min(ROWS));
    let rows = items.iter().rev().take(ROWS).map(ItemLine::of);
    let rows = rows.map(|item| [item.id, item.status, item.stage, item.reason, shown(item.changed)]);
    table(note, ["item", "status", "stage", "why", "changed"], rows.collect())
}

pub(super) async fn trends(room: &TrendRoom, settings: Arc<Settings>, now: Timestamp) -> Table {
    let shown = match room.shown(settings, now).await {
        Ok(shown) => shown,
        Err(error) => return Table { note: error.to_string(), ..Table::default() },
    };
    let rows = shown.report.elements.iter().take(ROWS).map(|element| {
        let topic = &element.card.topic;
        let chance =
            topic.probability.map_or_else(|| "\u{2013}".to_owned(), |chance| format!("{:.0} %", chance * 100.0));
        let told = element.told.strftime("%H:%M").to_string();
        [
            topic.title.clone(),
            topic.kind.as_str().to_owned(),
            topic.label.as_str().to_owned(),
            chance,
            topic.feeds.to_string(),
            told,
        ]
    });
    let rows = rows.collect::<Vec<_>>();
    let note = if rows.is_empty() {
        "Nothing was told in the last 24 hours."
    } else {
        "What was told in the last 24 hours (UTC)."
    };
    table(note.to_owned(), ["what", "kind", "state", "chance", "feeds", "told"], rows)
}

/// The body of the schedule's note about a slot, as far as it is read here.
#[derive(Deserialize)]
struct Promise {
    account: AccountId,
    at: Timestamp,
}

pub(super) fn schedule(book: &Book, now: Timestamp) -> Table {
    let mut slots = BTreeSet::new();
    for note in book.about("slot.promised") {
        if let Some(promise) = note.noted.read::<Promise>("slot.promised") {
            slots.insert((promise.at, promise.account, note.item));
        }
    }
    for topic in ["slot.missed", "slot.released"] {
        for note in book.about(topic) {
            if let Some(promise) = note.noted.read::<Promise>(topic) {
                slots.remove(&(promise.at, promise.account, note.item));
            }
        }
    }
    let rows = slots.into_iter().filter(|(at, ..)| *at >= now).take(ROWS);
    let rows = rows.map(|(at, account, item)| [shown(at), account.to_string(), item.to_string()]).collect::<Vec<_>>();
    let note = if rows.is_empty() { "No slot is promised." } else { "Promised slots that are still to come (UTC)." };
    table(note.to_owned(), ["when", "account", "item"], rows)
}

pub(super) fn accounts(settings: &Settings, book: &Book) -> Table {
    let mut delivered = BTreeMap::<AccountId, usize>::new();
    for note in book.about("slot.promised") {
        if let Some(promise) = note.noted.read::<Promise>("slot.promised") {
            *delivered.entry(promise.account).or_default() += 1;
        }
    }
    let rows = settings.accounts.iter().map(|(name, account)| {
        let niches = account.niches.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let zone = account.timezone.iana_name().unwrap_or("UTC").to_owned();
        let state = if account.enabled { "on" } else { "off: nothing new is planned" };
        let promised = delivered.get(&AccountId::from(name.clone())).copied().unwrap_or(0);
        [name.to_string(), state.to_owned(), niches, zone, account.posts_per_day.to_string(), promised.to_string()]
    });
    let rows = rows.collect();
    table(
        "As the config has them. Health as the platforms tell it is not known to the press yet.".to_owned(),
        ["account", "state", "niches", "time zone", "posts a day", "slots promised so far"],
        rows,
    )
}

pub(super) fn devices(settings: &Settings) -> Table {
    if !settings.devices.enabled {
        return Table { note: "No phones are used (`devices.enabled` is off).".to_owned(), ..Table::default() };
    }
    let rows = settings.devices.serials.iter();
    let rows =
        rows.flat_map(|(account, serials)| serials.iter().map(move |serial| [serial.clone(), account.to_string()]));
    table(
        "As the config has them. What the phones are doing now is not shown here yet.".to_owned(),
        ["phone", "account"],
        rows.collect(),
    )
}

pub(super) fn reports() -> Table {
    Table {
        note: "There are no reports yet. Figures are at /metrics, and the line page shows the last hour.".to_owned(),
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use reelpress_core::testing::{ManualClock, MemoryJournal};
    use reelpress_core::{Durability, Noted, Origin};
    use serde_json::json;

    use super::*;

    async fn book_with(notes: &[(&'static str, i64)]) -> Book {
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let (book, _) = Book::open(Arc::new(MemoryJournal::default()), clock).unwrap();
        let item = book.create(Origin::of(&["x"]), b"{}".to_vec()).await.unwrap().unwrap();
        for (topic, second) in notes {
            let at = Timestamp::from_second(*second).unwrap();
            let noted = Noted::new(topic, &json!({ "account": "main", "at": at, "first_day": "2026-01-01" }));
            book.note(item, noted, Durability::Flushed).await.unwrap();
        }
        book
    }

    #[tokio::test]
    async fn slots_to_come_are_shown_and_those_given_back_are_not() {
        let book =
            book_with(&[("slot.promised", 100), ("slot.promised", 200), ("slot.promised", 5), ("slot.released", 200)])
                .await;
        let table = schedule(&book, Timestamp::from_second(10).unwrap());
        assert_eq!(table.rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), ["1970-01-01 00:01"]);
    }

    #[tokio::test]
    async fn a_page_without_anything_says_so() {
        let book = book_with(&[]).await;
        assert_eq!(schedule(&book, Timestamp::UNIX_EPOCH).note, "No slot is promised.");
        assert!(devices(&Settings::default()).note.contains("`devices.enabled` is off"));
        assert!(reports().note.starts_with("There are no reports yet."));
    }
}
