mod fit;

use super::{Commonness, PairsReport, Title, judge, judge_pairs};

const PAIRS: &str = include_str!("../../pairs/pairs.csv");

/// The pairs of one half, or all.
fn judged(half: Option<&str>) -> PairsReport {
    let lines = PAIRS.lines().enumerate();
    let kept = lines.filter(|(at, line)| *at == 0 || half.is_none_or(|half| line.ends_with(half)));
    let text = kept.map(|(_, line)| line).collect::<Vec<_>>().join("\n");
    judge_pairs(text.as_bytes()).unwrap()
}

#[test]
fn show() {
    for half in [Some("tune"), Some("judge"), None] {
        let report = judged(half);
        println!("{half:?} {:?}", report.measures);
        for (language, measures) in &report.by_language {
            println!("   {language} {measures:?}");
        }
        if half != Some("judge") || std::env::var("SHOW").is_ok() {
            for pair in report.false_merges().chain(report.missed()) {
                println!("   {} {:?} {} | {} | {:?}", pair.score, pair.label, pair.title_a, pair.title_b, pair.reasons);
            }
        }
    }
}
