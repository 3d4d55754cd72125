use reelpress_core::ItemId;

use super::*;

static CALLEE: Callee = Callee { what: "test endpoint", table: "test", shape: "model", refusals: &[] };

fn pace(calls: u32, tokens: Option<u32>, places: usize) -> Pace {
    let limits = Limits {
        calls_per_minute: NonZeroU32::new(calls).unwrap(),
        tokens_per_minute: tokens.and_then(NonZeroU32::new),
        concurrency: NonZeroUsize::new(places).unwrap(),
    };
    Pace::new(&CALLEE, limits)
}

const SECOND: Duration = Duration::from_secs(1);

/// Counts calls of `tokens` that a caller who always waits as long as he is told can make in this time.
async fn calls_in(pace: &Pace, tokens: u64, time: Duration) -> u32 {
    let end = Instant::now() + time;
    let mut calls = 0;
    while Instant::now() < end {
        match pace.take(tokens) {
            Ok(()) => calls += 1,
            Err(wait) => tokio::time::advance(wait.max(Duration::from_nanos(1))).await,
        }
    }
    calls
}

#[tokio::test(start_paused = true)]
async fn calls_are_evenly_spaced_and_never_more_than_the_rate() {
    let pace = pace(30, None, 1);
    assert_eq!(pace.take(1), Ok(()));
    assert_eq!(pace.take(1), Err(2 * SECOND), "no burst");
    tokio::time::advance(2 * SECOND).await;
    assert_eq!(calls_in(&pace, 1, Duration::from_mins(10)).await, 300);
}

#[tokio::test(start_paused = true)]
async fn tokens_have_a_rate_of_their_own() {
    let pace = pace(60_000, Some(6_000), 1);
    let calls = calls_in(&pace, 1_000, Duration::from_mins(10)).await;
    assert!((60..=66).contains(&calls), "a minute's worth and then 6 a minute: {calls}");
    tokio::time::advance(Duration::from_mins(1)).await;
    assert_eq!(pace.take(1_000_000), Ok(()), "a call that is larger than a minute's worth takes all of it");
    assert!(pace.take(1_000).is_err());
}

#[tokio::test(start_paused = true)]
async fn what_the_endpoint_says_is_left_is_kept_until_its_reset() {
    let pace = pace(60_000, None, 1);
    let left = |remaining, reset| Some(Left { remaining, reset });
    pace.heard_from(&Told { requests: left(2, 90 * SECOND), tokens: left(5_000, 10 * SECOND) });
    let spaced = || tokio::time::advance(Duration::from_millis(1));
    assert_eq!(pace.take(3_000), Ok(()));
    spaced().await;
    assert!(pace.take(3_000).is_err_and(|wait| wait <= 10 * SECOND), "2,000 tokens are left");
    assert_eq!(pace.take(2_000), Ok(()));
    spaced().await;
    assert!(pace.take(1).is_err_and(|wait| wait > 80 * SECOND), "no call is left");
    tokio::time::advance(90 * SECOND).await;
    assert_eq!(pace.take(1_000_000), Ok(()), "what it said is over");
}

#[tokio::test(start_paused = true)]
async fn a_parked_endpoint_is_not_asked_until_the_time_is_over_or_it_is_another() {
    let pace = pace(60_000, None, 1);
    pace.park(Duration::from_hours(24));
    pace.park(SECOND);
    assert_eq!(pace.take(1), Err(Duration::from_hours(24)), "the longer wait counts");
    pace.forget();
    assert_eq!(pace.take(1), Ok(()));
}

#[tokio::test(start_paused = true)]
async fn no_more_calls_are_under_way_than_there_are_places() {
    let (pace, job) = (pace(60_000, None, 2), Job::detached(ItemId::from_parts(1, 1)));
    let first = pace.place(&job).await.unwrap();
    let _second = pace.place(&job).await.unwrap();
    assert!(tokio::time::timeout(SECOND, pace.place(&job)).await.is_err());
    drop(first);
    let _third = pace.place(&job).await.unwrap();
    job.cancel.cancel();
    assert!(matches!(pace.place(&job).await, Err(Failure::Stopped { .. })), "a stop is heard while waiting");
    assert!(matches!(pace.pause(SECOND, &job).await, Err(Failure::Stopped { .. })));
}
