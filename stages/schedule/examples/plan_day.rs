//! How long it takes to plan a day for 1,500 accounts with five posts each.
//!
//! `cargo run --release -p reelpress-schedule --example plan_day`
#![expect(clippy::print_stdout, reason = "a program for the terminal")]

use std::time::Duration;

use jiff::civil::time;
use jiff::{Timestamp, tz};
use reelpress_config::{Account, Declared, Window};
use reelpress_schedule::plan::{Promised, Reach, next_slot};
use tokio::time::Instant;

const ACCOUNTS: usize = 1_500;
const POSTS: u32 = 5;
const ROUNDS: usize = 9;

fn main() {
    let zones = ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Tokyo", "America/Sao_Paulo"];
    let accounts: Vec<Account> = (0..ACCOUNTS)
        .map(|number| Account {
            niches: vec![],
            timezone: tz::db().get(zones[number % zones.len()]).expect("the zone is bundled"),
            windows: vec![
                Window { from: time(7, 30, 0, 0), to: time(10, 0, 0, 0) },
                Window { from: time(12, 0, 0, 0), to: time(22, 30, 0, 0) },
            ],
            min_gap: Duration::from_mins(90),
            posts_per_day: POSTS,
            ramp: vec![0, 2, 5, 7],
            since: Some(jiff::civil::date(2025, 1, 1)),
            enabled: true,
            max_in_line: 10,
            declared: Declared::default(),
        })
        .collect();
    let mut millis = Vec::new();
    let mut promised = vec![Promised::default(); ACCOUNTS];
    for round in 0..ROUNDS {
        let now = Timestamp::UNIX_EPOCH + Duration::from_hours(24 * (20_600 + round as u64));
        let reach = Reach::new(now, Duration::from_mins(30), Duration::from_hours(72));
        let start = Instant::now();
        let mut planned = 0;
        for (account, promised) in accounts.iter().zip(&mut promised) {
            for _ in 0..POSTS {
                if let Some(at) = next_slot(account, promised, reach) {
                    promised.add(at, &account.timezone);
                    planned += 1;
                }
            }
        }
        millis.push(start.elapsed().as_secs_f64() * 1_000.0);
        assert_eq!(planned, ACCOUNTS * POSTS as usize);
    }
    millis.sort_unstable_by(f64::total_cmp);
    println!(
        "a day for {ACCOUNTS} accounts x {POSTS} posts: median {:.1} ms, slowest {:.1} ms",
        millis[ROUNDS / 2],
        millis[ROUNDS - 1]
    );
}
