use jiff::SignedDuration;

use super::Spark;
use crate::series::Point;
use crate::testing::at;

fn points(values: &[(i64, Option<u32>, Option<u64>)]) -> Vec<Point> {
    let begin = at("2026-11-21T00:00:00Z");
    let point = |(hour, rank, count): &(i64, _, _)| Point {
        at: begin + SignedDuration::from_hours(*hour),
        rank: *rank,
        count: *count,
    };
    values.iter().map(point).collect()
}

fn spark(values: &[(i64, Option<u32>, Option<u64>)]) -> Spark {
    Spark::of(&points(values), at("2026-11-21T00:00:00Z"), at("2026-11-21T08:00:00Z"), 8)
}

#[test]
fn a_count_that_grows_is_a_line_that_climbs_and_gaps_stay_gaps() {
    let found = spark(&[(0, Some(3), Some(0)), (1, None, Some(100)), (4, None, Some(400)), (7, None, Some(700))]);
    assert_eq!(found.text(), "▁▂  ▅  █");
    assert_eq!(found.path(70.0, 10.0), "M0.0 10.0L10.0 8.6L40.0 4.3L70.0 0.0");
}

#[test]
fn a_place_that_climbs_is_a_line_that_climbs() {
    let text = spark(&[(0, Some(30), None), (2, Some(10), None), (4, Some(1), None), (6, Some(u32::MAX), None)]).text();
    assert_eq!(text, "▃ ▆ █ ▁ ");
}

#[test]
fn nothing_and_one_point_are_drawn_too() {
    assert_eq!(spark(&[]).text(), "        ");
    assert_eq!(spark(&[(3, None, Some(7))]).text(), "   ▅    ");
    assert_eq!(Spark::default().path(10.0, 10.0), "");
}
