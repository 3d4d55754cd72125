use std::collections::BTreeSet;

use super::*;

#[test]
fn names_follow_the_prometheus_conventions() {
    let mut seen = BTreeSet::new();
    for metric in MetricName::ALL {
        let name = metric.as_str();
        assert!(seen.insert(name), "{name} occurs twice");
        assert!(name.starts_with("reelpress_") && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{name}");
        assert_eq!(name.ends_with("_total"), metric.kind() == MetricKind::Counter, "{name}: counters end in _total");
        assert!(metric.help().ends_with('.'), "{name}: help is a sentence");
        if metric.kind() == MetricKind::Histogram {
            assert!(name.ends_with("_seconds"), "{name}: base unit");
        }
    }
}

#[test]
fn the_metrics_page_is_the_list_in_the_code() {
    let place = concat!(env!("CARGO_MANIFEST_DIR"), "/../METRICS.md");
    if std::env::var_os("REELPRESS_WRITE_PAGES").is_some() {
        std::fs::write(place, metrics_page()).expect("the source tree is writable");
    }
    let page = std::fs::read_to_string(place).unwrap_or_default();
    assert!(page == metrics_page(), "pipeline/METRICS.md is out of date: run `make metrics-page`");
}
