//! Any feeds, and any settings of what becomes of them.

use proptest::prelude::*;

use super::{milliseconds, name, path};
use crate::{Feed, FeedFormat, FeedPlace, PerKind, TrendLibrary, TrendReport, Trends};

prop_compose! {
    pub(super) fn feed()(
        name in name(), file in prop::option::of(path()), host in "[a-z]{1,8}",
        format in prop::sample::select(vec![FeedFormat::Syndication, FeedFormat::Ndjson, FeedFormat::Csv]),
        every in milliseconds(10_000, 2_592_000_000), language in prop::option::of("[a-z]{2}"),
        allow_private in any::<bool>(),
    ) -> Feed {
        let url = || format!("https://{host}.example/feed?a=1&b=2").parse().expect("an address");
        let place = file.map_or_else(|| FeedPlace::Url(url()), FeedPlace::File);
        Feed { every, language, allow_private, ..Feed::new(name, place, format) }
    }
}

fn per_kind<T: std::fmt::Debug>(value: impl Strategy<Value = T>) -> impl Strategy<Value = PerKind<T>> {
    let value = std::rc::Rc::new(value);
    (value.clone(), value.clone(), value.clone(), value).prop_map(|(topics, hashtags, sounds, formats)| PerKind {
        topics,
        hashtags,
        sounds,
        formats,
    })
}

prop_compose! {
    pub(super) fn trends()(
        max_bytes in 1_024..=1_u64 << 30, timeout in milliseconds(100, 600_000), user_agent in "[!-~]{1,20}",
        max_age in milliseconds(60_000, 315_360_000_000), min_score in 0.0..1.0, take in 1..=100_000_usize,
        keep_observations in milliseconds(86_400_000, 315_360_000_000), quota in per_kind(0..=500_u32),
        every in per_kind(milliseconds(600_000, 2_592_000_000)), feed_share in 0.05..1.0, most in 50..=10_000_usize,
        least in 0..=50_usize, half_life in per_kind(milliseconds(3_600_000, 31_536_000_000)),
    ) -> Trends {
        let report = TrendReport { quota, every, feed_share };
        let library = TrendLibrary { most, least, half_life };
        Trends {
            max_bytes, timeout, user_agent, max_age, min_score, take, keep_observations, report, library,
            ..Trends::default()
        }
    }
}
