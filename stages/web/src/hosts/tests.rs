use std::time::Duration;

use futures::future::join_all;
use jiff::Timestamp;
use tokio::time::Instant;
use url::Url;

use super::{HOSTS, Hosts, WAITING};
use crate::Pace;

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn noon() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// Asks eight times; each request takes 10 s. Gives the most that ran at once, and how long all took.
async fn eight(pace: Pace) -> (usize, Duration) {
    let hosts = Hosts::default();
    let (place, running, most) = (url("https://example.org/"), std::cell::Cell::new(0), std::cell::Cell::new(0));
    let started = Instant::now();
    join_all((0..8).map(|_| async {
        let turn = hosts.turn(&place, pace, noon()).await.unwrap();
        running.set(running.get() + 1);
        most.set(most.get().max(running.get()));
        tokio::time::sleep(Duration::from_secs(10)).await;
        running.set(running.get() - 1);
        drop(turn);
    }))
    .await;
    (most.get(), started.elapsed())
}

#[tokio::test(start_paused = true)]
async fn one_host_is_asked_by_as_many_at_once_as_its_pace_says() {
    let apart = Duration::ZERO;
    assert_eq!(eight(Pace { parallel: 1, apart }).await.0, 1);
    assert_eq!(eight(Pace { parallel: 3, apart }).await.0, 3);
    assert_eq!(eight(Pace { parallel: 12, apart }).await.0, 8);
}

#[tokio::test(start_paused = true)]
async fn requests_start_as_far_apart_as_the_pace_says() {
    let (_, took) = eight(Pace { parallel: 12, apart: Duration::from_secs(3) }).await;
    assert_eq!(took, Duration::from_secs(7 * 3 + 10));
}

#[tokio::test(start_paused = true)]
async fn another_host_does_not_wait_for_this_one() {
    let hosts = Hosts::default();
    let _first = hosts.turn(&url("https://example.org/"), Pace::POLITE, noon()).await.unwrap();
    let started = Instant::now();
    let _other = hosts.turn(&url("https://example.com/"), Pace::POLITE, noon()).await.unwrap();
    let _port = hosts.turn(&url("https://example.org:8443/"), Pace::POLITE, noon()).await.unwrap();
    assert_eq!(started.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_are_limited_and_one_who_gives_up_leaves_the_line() {
    let hosts = Hosts::default();
    let place = url("https://example.org/");
    let first = hosts.turn(&place, Pace::OWN, noon()).await.unwrap();
    let waiting = (0..WAITING).map(|_| hosts.turn(&place, Pace::OWN, noon()));
    let all = tokio::time::timeout(Duration::from_secs(1), async {
        let mut all = Box::pin(join_all(waiting));
        assert!(futures::poll!(&mut all).is_pending());
        let more = hosts.turn(&place, Pace::OWN, noon()).await;
        assert!(matches!(more, Err(crate::WebError::Held { .. })), "{more:?}");
        all.await
    });
    assert!(all.await.is_err(), "nobody gets a turn while the first has it");
    drop(first);
    assert!(hosts.turn(&place, Pace::OWN, noon()).await.is_ok());
}

#[tokio::test]
async fn hosts_are_forgotten_before_they_fill_the_memory_but_not_those_that_are_held() {
    let hosts = Hosts::default();
    let held = url("https://held.example/");
    hosts.hold(&held, Duration::from_hours(1), noon());
    for number in 0..3 * HOSTS {
        let place = url(&format!("https://h{number}.example/"));
        let _turn = hosts.turn(&place, Pace::OWN, noon()).await.unwrap();
    }
    assert!(hosts.by_name.lock().unwrap().len() <= HOSTS + 1);
    assert!(matches!(hosts.turn(&held, Pace::OWN, noon()).await, Err(crate::WebError::Held { .. })));
    for number in 0..5 * HOSTS {
        hosts.hold(&url(&format!("https://busy{number}.example/")), Duration::from_hours(1), noon());
    }
    assert!(hosts.by_name.lock().unwrap().len() <= 2 * HOSTS + 1, "held hosts are bounded too");
}
