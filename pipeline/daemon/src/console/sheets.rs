//! The pages that are tables, of what the press knows today.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use reelpress_config::Settings;
use reelpress_console::Table;
use reelpress_core::{Book, ItemId, ItemStatus, Notes as _};
use reelpress_device_farm::{DeviceState, Fleet};
use reelpress_vocabulary::AccountId;
use serde::Deserialize;

use crate::reports::{ItemLine, time};
use crate::trends::TrendRoom;

/// Rows of one table.
const ROWS: usize = 500;

pub(super) fn table<const N: usize>(note: String, columns: [&str; N], rows: Vec<[String; N]>) -> Table {
    Table { note, columns: columns.map(ToOwned::to_owned).into(), rows: rows.into_iter().map(Into::into).collect() }
}

pub(super) fn shown(at: Timestamp) -> String {
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
pub(super) struct Promise {
    pub(super) account: AccountId,
    pub(super) at: Timestamp,
}

/// Slots that were promised and not given back.
pub(super) fn promised(book: &Book) -> BTreeSet<(Timestamp, AccountId, ItemId)> {
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
    slots
}

pub(super) fn schedule(book: &Book, now: Timestamp) -> Table {
    let slots = promised(book);
    let rows = slots.into_iter().filter(|(at, ..)| *at >= now).take(ROWS);
    let rows = rows.map(|(at, account, item)| [shown(at), account.to_string(), item.to_string()]).collect::<Vec<_>>();
    let note = if rows.is_empty() { "No slot is promised." } else { "Promised slots that are still to come (UTC)." };
    table(note.to_owned(), ["when", "account", "item"], rows)
}

/// Longest time that the page waits for the adb server and its phones.
const FLEET_WAIT: Duration = Duration::from_secs(10);

pub(super) async fn devices(settings: &Settings, fleet: &Fleet) -> Table {
    if !settings.devices.enabled {
        return Table { note: "No phones are used (`devices.enabled` is off).".to_owned(), ..Table::default() };
    }
    let (note, found) = match tokio::time::timeout(FLEET_WAIT, fleet.devices()).await {
        Ok(Ok(found)) => (format!("{} phones are known to the adb server now.", found.len()), found),
        Ok(Err(error)) => (format!("The phones are not known now: {error}"), Vec::new()),
        Err(_) => ("The phones did not answer in time; load the page again.".to_owned(), Vec::new()),
    };
    let mut accounts = BTreeMap::<&str, Vec<String>>::new();
    for (account, serials) in &settings.devices.serials {
        for serial in serials {
            accounts.entry(serial).or_default().push(account.to_string());
        }
    }
    let mut rows = Vec::new();
    for device in &found {
        let whose = accounts.remove(device.serial.as_str()).unwrap_or_default().join(", ");
        let whose = if whose.is_empty() { "any".to_owned() } else { whose };
        let level = device.sdk.map_or_else(String::new, |level| level.to_string());
        rows.push([device.serial.clone(), device.model.clone(), state_of(&device.state), level, whose]);
    }
    let missing = accounts.into_iter().map(|(serial, whose)| {
        [serial.to_owned(), String::new(), "not connected".to_owned(), String::new(), whose.join(", ")]
    });
    rows.extend(missing);
    rows.truncate(ROWS);
    table(note, ["phone", "model", "state", "Android API", "accounts"], rows)
}

fn state_of(state: &DeviceState) -> String {
    match state {
        DeviceState::Ready => "ready".to_owned(),
        DeviceState::Unauthorized => "waits for somebody to tap \u{201c}allow\u{201d} on it".to_owned(),
        DeviceState::Offline => "offline".to_owned(),
        DeviceState::Silent => "connected, but does not answer".to_owned(),
        DeviceState::TooOld(lacks) => format!("too old: {lacks}"),
        DeviceState::Other(word) => word.clone(),
    }
}

/// Days of the report.
const REPORT_DAYS: usize = 31;

/// What was ordered on each day and what became of it, as far as the journal still has the items.
pub(super) fn reports(book: &Book) -> Table {
    let mut days = BTreeMap::<Date, [u64; 5]>::new();
    for item in book.items(|_| true) {
        let counts = days.entry(time(item.id.created_millis()).to_zoned(TimeZone::UTC).date()).or_default();
        let place = match &item.status {
            ItemStatus::Finished | ItemStatus::Archived { finished: true } => 1,
            ItemStatus::Rejected { .. } | ItemStatus::Archived { finished: false } => 2,
            ItemStatus::Held { .. } => 3,
            ItemStatus::Running { .. } => 4,
        };
        counts[0] += 1;
        counts[place] += 1;
    }
    let rows = days.into_iter().rev().take(REPORT_DAYS).map(|(day, counts)| {
        let [ordered, finished, rejected, held, running] = counts.map(|count| count.to_string());
        [day.to_string(), ordered, finished, rejected, held, running]
    });
    let rows = rows.collect::<Vec<_>>();
    let note = if rows.is_empty() {
        "Nothing was ordered yet."
    } else {
        "Items by the day of their order (UTC), and what became of them."
    };
    table(note.to_owned(), ["day", "ordered", "finished", "rejected", "held", "on the line"], rows)
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
        let live = reelpress_config::Live::new(Settings::default());
        let fleet = Fleet::new(live, Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)));
        assert!(devices(&Settings::default(), &fleet).await.note.contains("`devices.enabled` is off"));
    }

    #[tokio::test]
    async fn without_an_adb_server_the_page_says_so_and_names_the_phones_of_the_config() {
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = Settings::default();
        settings.devices.enabled = true;
        settings.devices.adb = closed.local_addr().unwrap();
        drop(closed);
        let main = reelpress_config::Name::parse("main").unwrap();
        settings.devices.serials.insert(main, vec!["R58M12ABC".to_owned()]);
        let live = reelpress_config::Live::new(settings.clone());
        let fleet = Fleet::new(live, Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)));
        let table = devices(&settings, &fleet).await;
        assert!(table.note.starts_with("The phones are not known now: "), "{}", table.note);
        assert_eq!(table.rows, [["R58M12ABC", "", "not connected", "", "main"]]);
    }

    #[tokio::test]
    async fn a_day_counts_what_was_ordered_and_what_became_of_it() {
        let book = book_with(&[]).await;
        let table = reports(&book);
        assert_eq!(table.rows, [["1970-01-01", "1", "0", "0", "0", "1"]]);
    }
}
