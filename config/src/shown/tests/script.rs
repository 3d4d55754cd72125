//! Any writers, and what they may cost.

use std::num::NonZeroUsize;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{count, depth, milliseconds, name};
use crate::{Budget, Money, Name, PageReading, Provider, SchemaMode, Script};

pub(super) fn money() -> impl Strategy<Value = Money> {
    (0..=1_000_000_000_000_u64).prop_map(Money::from_micros)
}

prop_compose! {
    pub(super) fn budget()(
        tokens_per_day in prop::option::of(0..=4_000_000_000_u64), money_per_day in prop::option::of(money()),
    ) -> Budget {
        Budget { tokens_per_day, money_per_day }
    }
}

prop_compose! {
    fn provider()(
        port in any::<u16>(), model in "[a-z0-9:./-]{1,20}", timeout in milliseconds(1_000, 3_600_000),
        max_tokens in 64..=100_000_u32, new_token_field in any::<bool>(), temperature in 0.0_f32..=2.0,
        calls_per_minute in count(100_000), tokens_per_minute in prop::option::of(count(1_000_000_000)),
        concurrency in depth(), input_price in money(), output_price in money(),
        schema in prop::sample::select(vec![SchemaMode::JsonSchema, SchemaMode::JsonSchemaBounded, SchemaMode::JsonObject, SchemaMode::None]),
    ) -> Provider {
        let base_url = format!("http://127.0.0.1:{port}/v1").parse().expect("an address");
        Provider {
            base_url, model, api_key: None, timeout, max_tokens, new_token_field, temperature, calls_per_minute,
            tokens_per_minute, concurrency, input_price, output_price, schema,
        }
    }
}

prop_compose! {
    fn page_reading()(
        fetch in any::<bool>(), pages in 1..=10_usize, max_bytes in 1_024..=64_u64 << 20,
        timeout in milliseconds(100, 120_000), keep in milliseconds(60_000, 2_592_000_000),
    ) -> PageReading {
        let pages = NonZeroUsize::new(pages).expect("at least one");
        PageReading { fetch, pages, max_bytes, timeout, keep }
    }
}

prop_compose! {
    pub(super) fn script()(
        providers in prop::collection::btree_map(name(), provider(), 0..3), builtin in any::<bool>(), budget in budget(),
        currency in "[A-Z]{3}", zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "Asia/Kolkata"]),
        words_min in 1..500_usize, more in 0..500_usize, evidence in page_reading(),
    ) -> Script {
        let mut writers: Vec<Name> = providers.keys().rev().cloned().collect();
        if builtin || writers.is_empty() {
            writers.push(Name::parse("builtin").expect("a name"));
        }
        let timezone = TimeZone::get(zone).expect("the system knows it");
        Script { writers, providers, budget, currency, timezone, words_min, words_max: words_min + more, evidence }
    }
}
