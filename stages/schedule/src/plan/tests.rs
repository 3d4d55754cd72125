use jiff::civil::{date, time};
use jiff::tz;
use proptest::prelude::*;
use reelpress_config::{Declared, Name, Window};

use super::*;

const DAY: Duration = Duration::from_hours(24);

fn zone(name: &str) -> TimeZone {
    tz::db().get(name).unwrap()
}

fn windows(text: &str) -> Vec<Window> {
    let window = |part: &str| {
        let (from, to) = part.split_once('-').unwrap();
        Window { from: from.parse().unwrap(), to: to.parse().unwrap() }
    };
    text.split(' ').map(window).collect()
}

/// Four posts a day at least an hour apart, no ramp.
fn account(zone_name: &str, windows_text: &str) -> Account {
    Account {
        niches: vec![Name::parse("science").unwrap()],
        timezone: zone(zone_name),
        windows: windows(windows_text),
        min_gap: Duration::from_hours(1),
        posts_per_day: 4,
        ramp: vec![],
        since: None,
        enabled: true,
        max_in_line: 10,
        declared: Declared::default(),
    }
}

fn at(zone_name: &str, local: &str) -> Timestamp {
    local.parse::<jiff::civil::DateTime>().unwrap().to_zoned(zone(zone_name)).unwrap().timestamp()
}

/// Promises slots one after the other, at one instant, and shows them in local time.
fn plan_all(account: &Account, now: Timestamp, horizon: Duration, most: usize) -> String {
    let mut promised = Promised::default();
    let mut lines = Vec::new();
    for _ in 0..most {
        let reach = Reach::new(now, Duration::from_mins(10), horizon);
        let Some(at) = next_slot(account, &promised, reach) else {
            lines.push("none".to_owned());
            break;
        };
        promised.add(at, &account.timezone);
        lines.push(at.to_zoned(account.timezone.clone()).strftime("%a %d %H:%M %:z").to_string());
    }
    lines.join("\n")
}

#[test]
fn posts_are_spread_over_the_windows_and_then_over_the_days() {
    let account = account("Europe/Berlin", "09:00-11:00 15:00-21:00");
    let now = at("Europe/Berlin", "2026-06-01T00:00");
    insta::assert_snapshot!(plan_all(&account, now, DAY * 2, 9), @r"
    Mon 01 09:00 +02:00
    Mon 01 15:00 +02:00
    Mon 01 17:00 +02:00
    Mon 01 19:00 +02:00
    Tue 02 09:00 +02:00
    Tue 02 15:00 +02:00
    Tue 02 17:00 +02:00
    Tue 02 19:00 +02:00
    none
    ");
}

#[test]
fn a_day_that_has_begun_gives_what_is_left_of_it_from_the_lead_on() {
    let account = account("Europe/Berlin", "09:00-11:00 15:00-21:00");
    let now = at("Europe/Berlin", "2026-06-01T15:52:01");
    insta::assert_snapshot!(plan_all(&account, now, DAY, 4), @r"
    Mon 01 16:05 +02:00
    Mon 01 17:05 +02:00
    Mon 01 19:00 +02:00
    Tue 02 09:00 +02:00
    ");
}

#[test]
fn a_gap_longer_than_a_part_skips_parts() {
    let account = Account { min_gap: Duration::from_hours(5), ..account("UTC", "08:00-20:00") };
    let now = at("UTC", "2026-06-01T00:00");
    insta::assert_snapshot!(plan_all(&account, now, DAY * 2, 6), @r"
    Mon 01 08:00 +00:00
    Mon 01 13:00 +00:00
    Mon 01 18:00 +00:00
    Tue 02 08:00 +00:00
    Tue 02 13:00 +00:00
    Tue 02 18:00 +00:00
    ");
}

#[test]
fn a_slot_that_is_planned_before_another_keeps_the_gap_to_it() {
    let account = Account { min_gap: Duration::from_hours(2), ..account("UTC", "08:00-20:00") };
    let mut promised = Promised::default();
    promised.add(at("UTC", "2026-06-01T15:30"), &TimeZone::UTC);
    let ask = |from: &str| {
        let reach = Reach { earliest: at("UTC", from), latest: at("UTC", "2026-06-01T23:00") };
        next_slot(&account, &promised, reach).map(|slot| slot.strftime("%H:%M").to_string())
    };
    assert_eq!(ask("2026-06-01T11:00").as_deref(), Some("11:00"));
    assert_eq!(ask("2026-06-01T13:30").as_deref(), Some("13:30"));
    assert_eq!(ask("2026-06-01T13:31").as_deref(), Some("17:30"), "13:35 is too near, and so is all until 17:30");
}

#[test]
fn a_window_may_end_at_midnight_and_the_gap_holds_over_it() {
    let account = Account { posts_per_day: 2, ..account("UTC", "00:00-01:00 23:30-00:00") };
    let now = at("UTC", "2026-06-01T12:00");
    insta::assert_snapshot!(plan_all(&account, now, DAY * 2, 3), @r"
    Mon 01 23:30 +00:00
    Tue 02 00:30 +00:00
    Tue 02 23:30 +00:00
    ");
}

#[test]
fn a_ramp_allows_its_posts_a_week_spread_over_the_days() {
    let ramped =
        Account { ramp: vec![0, 2, 8], since: Some(date(2026, 6, 3)), ..account("Europe/Berlin", "10:00-20:00") };
    let now = at("Europe/Berlin", "2026-06-01T00:00");
    insta::assert_snapshot!(plan_all(&ramped, now, DAY * 23, 12), @r"
    Wed 10 10:00 +02:00
    Thu 11 10:00 +02:00
    Wed 17 10:00 +02:00
    Wed 17 15:00 +02:00
    Thu 18 10:00 +02:00
    Thu 18 15:00 +02:00
    Fri 19 10:00 +02:00
    Fri 19 15:00 +02:00
    Sat 20 10:00 +02:00
    Sat 20 15:00 +02:00
    none
    ");
}

#[test]
fn a_ramp_without_a_first_day_starts_with_the_first_post() {
    let ramped = Account { ramp: vec![0, 2], ..account("UTC", "10:00-20:00") };
    let now = at("UTC", "2026-06-01T18:00");
    insta::assert_snapshot!(plan_all(&ramped, now, DAY * 8, 7), @r"
    Mon 01 18:10 +00:00
    Tue 02 10:00 +00:00
    Mon 08 10:00 +00:00
    Mon 08 12:30 +00:00
    Mon 08 15:00 +00:00
    Mon 08 17:30 +00:00
    Tue 09 10:00 +00:00
    ");
    // A slot that was taken back does not start it again.
    let mut promised = Promised::default();
    let first = at("UTC", "2026-05-20T10:00");
    promised.add(first, &TimeZone::UTC);
    promised.remove(first);
    assert_eq!(promised.first_day(), Some(date(2026, 5, 20)));
    let reach = Reach::new(now, Duration::ZERO, DAY);
    assert_eq!(next_slot(&ramped, &promised, reach), Some(now), "the ramp is over");
}

#[test]
fn an_account_that_may_not_post_gets_no_slot() {
    let now = at("UTC", "2026-06-01T00:00");
    for account in [
        Account { enabled: false, ..account("UTC", "10:00-20:00") },
        Account { posts_per_day: 0, ..account("UTC", "10:00-20:00") },
        Account { windows: vec![], ..account("UTC", "10:00-20:00") },
        Account { ramp: vec![0; 60], since: Some(date(2026, 6, 1)), ..account("UTC", "10:00-20:00") },
        Account { since: Some(date(2027, 6, 1)), ramp: vec![1], ..account("UTC", "10:00-20:00") },
    ] {
        assert_eq!(plan_all(&account, now, DAY * 100, 1), "none", "{account:?}");
    }
    assert_eq!(plan_all(&account("UTC", "10:00-20:00"), Timestamp::MAX, DAY, 1), "none");
    assert_eq!(plan_all(&account("UTC", "10:00-20:00"), now, Duration::MAX, 1), "Mon 01 10:00 +00:00");
    let hermit = Account { min_gap: Duration::MAX, ..account("UTC", "10:00-20:00") };
    assert_eq!(plan_all(&hermit, now, DAY * 9, 2), "Mon 01 10:00 +00:00\nnone");
}

#[test]
fn an_hour_that_never_comes_holds_no_slot() {
    // 02:00 to 03:00 does not exist on 8 March.
    let inside = Account { posts_per_day: 1, ..account("America/New_York", "02:00-02:45") };
    let now = at("America/New_York", "2026-03-07T00:00");
    insta::assert_snapshot!(plan_all(&inside, now, DAY * 3, 2), @r"
    Sat 07 02:00 -05:00
    Mon 09 02:00 -04:00
    ");
    let across = Account { min_gap: Duration::from_mins(20), ..account("Europe/Berlin", "01:40-03:20") };
    let now = at("Europe/Berlin", "2026-03-29T00:00");
    insta::assert_snapshot!(plan_all(&across, now, DAY, 4), @r"
    Sun 29 01:40 +01:00
    Sun 29 03:00 +02:00
    none
    ");
}

#[test]
fn an_hour_that_comes_twice_keeps_slots_in_the_windows_by_the_local_clock() {
    // 01:00 to 02:00 comes twice on 1 November.
    let account = Account { min_gap: Duration::from_mins(10), ..account("America/New_York", "01:30-02:00") };
    let now = at("America/New_York", "2026-11-01T00:00");
    insta::assert_snapshot!(plan_all(&account, now, Duration::from_hours(3), 9), @r"
    Sun 01 01:30 -04:00
    Sun 01 01:55 -04:00
    Sun 01 01:30 -05:00
    Sun 01 01:40 -05:00
    none
    ");
}

#[test]
fn half_an_hour_of_lord_howe_is_no_different() {
    // Clocks go forward from 02:00 to 02:30 on 4 October, and back from 02:00 to 01:30 on 5 April.
    let account =
        Account { min_gap: Duration::from_mins(15), posts_per_day: 3, ..account("Australia/Lord_Howe", "01:30-02:45") };
    let now = at("Australia/Lord_Howe", "2026-10-04T00:00");
    insta::assert_snapshot!(plan_all(&account, now, Duration::from_hours(4), 4), @r"
    Sun 04 01:30 +10:30
    Sun 04 01:45 +10:30
    Sun 04 02:30 +11:00
    none
    ");
    let now = at("Australia/Lord_Howe", "2026-04-05T00:00");
    insta::assert_snapshot!(plan_all(&account, now, Duration::from_hours(4), 4), @r"
    Sun 05 01:30 +11:00
    Sun 05 01:35 +10:30
    Sun 05 02:10 +10:30
    none
    ");
}

fn any_account() -> impl Strategy<Value = Account> {
    let zones = prop::sample::select(vec![
        "America/New_York",
        "Europe/Berlin",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "UTC",
    ]);
    let minutes = prop::collection::btree_set(0..1_440_i64, 2..7);
    let windows = minutes.prop_map(|minutes| {
        let minutes: Vec<_> = minutes.into_iter().collect();
        let clock = |minute: i64| time((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        minutes.chunks_exact(2).map(|pair| Window { from: clock(pair[0]), to: clock(pair[1]) }).collect::<Vec<_>>()
    });
    let since = prop::option::of((-20..20_i64).prop_map(|days| date(2026, 3, 20).checked_add(days.days()).unwrap()));
    let ramp = prop::collection::vec(0..12_u32, 0..4);
    (zones, windows, 0..400_u64, 1..9_u32, ramp, since).prop_map(|(name, windows, gap, posts_per_day, ramp, since)| {
        Account {
            windows,
            min_gap: Duration::from_mins(gap),
            posts_per_day,
            ramp,
            since,
            ..account(name, "01:00-02:00")
        }
    })
}

/// What is promised while time goes by: seconds between two plans.
fn promised_over_time(account: &Account, start: Timestamp, waits: &[u32]) -> Vec<(Timestamp, Timestamp)> {
    let mut promised = Promised::default();
    let mut now = start;
    let mut slots = Vec::new();
    for wait in waits {
        now = later(now, Duration::from_secs(u64::from(*wait)));
        let reach = Reach::new(now, Duration::from_mins(30), DAY * 9);
        let slot = next_slot(account, &promised, reach);
        assert_eq!(slot, next_slot(account, &promised.clone(), reach), "the same question, the same answer");
        if let Some(slot) = slot {
            assert!(reach.earliest <= slot && slot <= reach.latest);
            promised.add(slot, &account.timezone);
            slots.push((now, slot));
        }
        // Now and then a slot is given back, never the first: it says when the ramp starts.
        if wait % 5 == 4 && slots.len() > 2 {
            let (_, back) = slots.remove(1 + *wait as usize % (slots.len() - 1));
            promised.remove(back);
        }
    }
    slots
}

fn keeps_every_rule(account: &Account, slots: &[(Timestamp, Timestamp)]) {
    let local = |at: Timestamp| account.timezone.to_datetime(at);
    let mut sorted: Vec<_> = slots.iter().map(|(_, slot)| *slot).collect();
    sorted.sort_unstable();
    let per_day = |day: Date| sorted.iter().filter(|slot| local(**slot).date() == day).count();
    for (at, pair) in sorted.windows(2).enumerate() {
        let gap = pair[1].duration_since(pair[0]).unsigned_abs();
        assert!(gap >= account.min_gap && !gap.is_zero(), "R1: slots {at} and its next are {gap:?} apart");
    }
    for slot in &sorted {
        let here = local(*slot).time();
        assert!(account.windows.iter().any(|w| w.from <= here && here < w.to), "{here} is in no window");
        assert!(per_day(local(*slot).date()) <= account.posts_per_day as usize, "{}", local(*slot).date());
        assert_eq!(slot.as_second() % GRID_SECONDS, 0);
    }
    if account.ramp.is_empty() {
        return;
    }
    let zeros = account.ramp.iter().take_while(|posts| **posts == 0).count();
    // Whoever has no first day has it with the first promise; later ones may be earlier in the calendar, never in order.
    let first = slots.first().map(|(_, slot)| local(*slot).date());
    let (Some(start), weeks) =
        (account.since.or(first), &account.ramp[if account.since.is_some() { 0 } else { zeros }..])
    else {
        return;
    };
    for (week, most) in weeks.iter().enumerate() {
        let days = |week: usize| start.checked_add((week as i64 * 7).days()).unwrap();
        let held = sorted.iter().filter(|slot| (days(week)..days(week + 1)).contains(&local(**slot).date())).count();
        assert!(held <= *most as usize, "week {week} of the ramp holds {held} of {most}");
    }
    assert!(sorted.iter().all(|slot| local(*slot).date() >= start), "nothing before the ramp's first day");
}

proptest! {
    /// R1: two slots of one account are at least `min_gap` apart; R2 to R4: caps, windows and ramp hold, in any zone and
    /// over changes of the clock, however calls and time mix.
    #[test]
    fn every_rule_is_kept(
        account in any_account(),
        // Around the changes of the clock in March and April, and in October and November.
        start in prop_oneof![1_772_000_000..1_776_000_000_i64, 1_790_000_000..1_794_000_000_i64],
        waits in prop::collection::vec(prop_oneof![Just(0_u32), 0..4_000_u32, 0..200_000_u32], 1..60),
    ) {
        let slots = promised_over_time(&account, Timestamp::from_second(start).unwrap(), &waits);
        keeps_every_rule(&account, &slots);
    }

    /// At one instant, each slot is behind the one before; and waiting never brings an earlier one.
    #[test]
    fn planning_only_goes_forward(
        account in any_account(),
        start in 1_772_000_000..1_776_000_000_i64,
        wait in 0..100_000_u64,
        count in 1..25_usize,
    ) {
        let now = Timestamp::from_second(start).unwrap();
        let slots = promised_over_time(&account, now, &vec![0; count]);
        prop_assert!(slots.is_sorted_by(|one, other| one.1 < other.1));
        let mut promised = Promised::default();
        for (_, slot) in &slots {
            promised.add(*slot, &account.timezone);
        }
        let ask = |now| next_slot(&account, &promised, Reach::new(now, Duration::ZERO, DAY * 9));
        if let (Some(soon), Some(late)) = (ask(now), ask(later(now, Duration::from_secs(wait)))) {
            // A ramp without a first day starts on the day that is asked about.
            prop_assert!(soon <= late || (account.since.is_none() && slots.is_empty()));
        }
    }
}
