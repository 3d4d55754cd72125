//! `[accounts.NAME]`: whose posts, when, and how many.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use toml::de::DeValue;

use super::names_of;
use super::nearest::nearest;
use super::table::Table;
use super::value::Value;
use crate::name::Name;
use crate::settings::{Account, Niche, PlatformName, Window};
use crate::units::{parse_window, show_window};

/// Two years of weeks: longer is no ramp.
const MOST_RAMP_WEEKS: usize = 104;

pub(super) fn account(table: &mut Table<'_, '_>, niches: &BTreeMap<Name, Niche>) -> Account {
    let default = Account::default();
    let account = Account {
        niches: taken_niches(table, niches),
        timezone: table.value("timezone").and_then(|value| timezone(&value)).unwrap_or(default.timezone),
        windows: windows(table, default.windows),
        min_gap: table.duration("min_gap", default.min_gap, Duration::ZERO..=Duration::from_hours(7 * 24)),
        posts_per_day: table.whole("posts_per_day", default.posts_per_day, 1..=100),
        ramp: table.wholes("ramp", default.ramp, &(0..=700)),
        since: table.value("since").and_then(|value| date(&value)),
        enabled: table.boolean("enabled", default.enabled),
        max_in_line: table.whole("max_in_line", default.max_in_line as u32, 1..=10_000) as usize,
        declared: super::declared::of_account(table),
    };
    if account.ramp.len() > MOST_RAMP_WEEKS {
        let message = format!("`{}.ramp` must have at most {MOST_RAMP_WEEKS} weeks", table.name());
        table.report_at("ramp", message, None);
    }
    check_children(table, &account, niches);
    account
}

/// `YouTube` asks for each video whether it is made for children, and only the operator can tell.
fn check_children(table: &mut Table<'_, '_>, account: &Account, niches: &BTreeMap<Name, Niche>) {
    let declared = &account.declared;
    let is_told = |name: &Name| niches.get(name).is_none_or(|niche| niche.declared.made_for_kids.is_some());
    let must = declared.platforms.contains(&PlatformName::YoutubeShorts) && declared.made_for_kids.is_none();
    if must && !account.niches.iter().all(is_told) {
        let message = format!("`{}.platforms` has youtube-shorts, which needs `made_for_kids`", table.name());
        table.report_at("platforms", message, Some("say true or false for the account, or for all of its niches"));
    }
}

fn taken_niches(table: &mut Table<'_, '_>, niches: &BTreeMap<Name, Niche>) -> Vec<Name> {
    let known = names_of(niches);
    let hint = format!("there are {}", known.join(", "));
    if table.required("niches", &format!("a list of one or more; {hint}")).is_none() {
        return Vec::new();
    }
    table.names_checked("niches", Vec::new(), |value, name| {
        if !niches.contains_key(name) {
            let meant = nearest(name.as_str(), known.iter().copied()).map(|word| format!("did you mean \"{word}\"?"));
            let message = format!("`{}` is `{name}`, and there is no [niches.{name}]", value.path);
            value.report_absent(message, meant.as_ref().unwrap_or(&hint));
        }
    })
}

pub(super) fn timezone(value: &Value<'_, '_>) -> Option<TimeZone> {
    const MUST: &str = "be a time zone of the IANA database such as \"Europe/Berlin\"";
    let name = value.string(MUST)?;
    if name == "UTC" {
        return Some(TimeZone::UTC);
    }
    match TimeZone::get(name) {
        // `Etc/Unknown` is a zone of no place.
        Ok(zone) if zone.iana_name().is_some() => Some(zone),
        Ok(_) | Err(_) => {
            let example = "see /usr/share/zoneinfo; \"UTC\" always works";
            value.refuse(MUST, Some(example));
            None
        }
    }
}

/// The windows in order; each problem at the window that makes it.
fn windows(table: &mut Table<'_, '_>, default: Vec<Window>) -> Vec<Window> {
    let mut seen: Vec<Window> = Vec::new();
    let mut windows = table.filled_list("windows", default, |value| {
        let window = window(value)?;
        if let Some(other) = seen.iter().find(|other| window.from < other.to && other.from < window.to) {
            let message = format!("`{}` = {} overlaps {}", value.path, show_window(window), show_window(*other));
            value.report(message, Some("make them one"));
        }
        seen.push(window);
        Some(window)
    });
    windows.sort_by_key(|window| window.from);
    windows
}

fn window(value: &Value<'_, '_>) -> Option<Window> {
    const MUST: &str = "be two times of day such as \"07:00-22:00\"";
    let text = value.string(MUST)?;
    let Some(window) = parse_window(text) else {
        let hint = text.contains("24:00").then_some("the day's last minute is 23:59");
        value.refuse(MUST, hint);
        return None;
    };
    if window.from >= window.to {
        let hint = "a window over midnight is two: one to \"23:59\" and one from \"00:00\"";
        value.refuse("end after it begins", Some(hint));
        return None;
    }
    Some(window)
}

/// `2026-01-31`, with or without quotes.
fn date(value: &Value<'_, '_>) -> Option<Date> {
    let read = if let DeValue::String(text) = value.inner {
        text.parse().ok()
    } else {
        let moment = value.inner.as_datetime().filter(|moment| moment.time.is_none() && moment.offset.is_none());
        let date = moment.and_then(|moment| moment.date);
        date.and_then(|date| Date::new(date.year as i16, date.month as i8, date.day as i8).ok())
    };
    // From the year 0 to 9999, as TOML has no other dates.
    let read = read.filter(|date: &Date| date.year() >= 0);
    if read.is_none() {
        value.refuse("be a date such as 2026-01-31", None);
    }
    read
}
