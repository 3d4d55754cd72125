use proptest::prelude::*;

use super::*;

fn per_hour(count: u32) -> NonZeroU32 {
    NonZeroU32::new(count).unwrap()
}

proptest! {
    /// However eager the caller is, and wherever a restart falls: never more than the limit within an hour.
    #[test]
    fn no_hour_holds_more_pushes_than_the_limit(
        limit in 1_u32..40,
        gaps in prop::collection::vec(0_u64..900, 1..120),
        restart_at in 0_usize..120,
    ) {
        let mut rate = PushRate::new(per_hour(limit));
        let mut now = Duration::from_hours(400_000);
        let mut made: Vec<Duration> = Vec::new();
        for (step, gap) in gaps.into_iter().enumerate() {
            if step == restart_at {
                rate = PushRate::new(per_hour(limit));
                for at in &made {
                    rate.remember(*at);
                }
            }
            now += Duration::from_secs(gap);
            if rate.take(per_hour(limit), now).is_ok() {
                made.push(now);
            }
        }
        for (at, from) in made.iter().enumerate() {
            let within = made[at..].iter().filter(|push| push.saturating_sub(*from) < HOUR).count();
            prop_assert!(within <= limit as usize, "{within} pushes within an hour of {from:?}, limit {limit}");
        }
    }

    #[test]
    fn the_wait_that_is_named_is_long_enough_and_not_too_long(limit in 1_u32..40, tries in 1_u32..60) {
        let mut rate = PushRate::new(per_hour(limit));
        let now = Duration::from_hours(400_000);
        for _ in 0..tries {
            if let Err(wait) = rate.take(per_hour(limit), now) {
                prop_assert!(wait <= HOUR);
                prop_assert!(rate.take(per_hour(limit), now + wait).is_ok());
                break;
            }
        }
    }
}

#[test]
fn a_changed_limit_knows_what_was_pushed_before() {
    let now = Duration::from_hours(400_000);
    let mut rate = PushRate::new(per_hour(10));
    for _ in 0..3 {
        rate.take(per_hour(10), now).unwrap();
    }
    assert!(rate.take(per_hour(2), now).is_err(), "three pushes are more than two");
    assert!(rate.take(per_hour(10), now).is_ok());
}
