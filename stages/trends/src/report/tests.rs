use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use reelpress_config::{PerKind, TrendReport};
use reelpress_vocabulary::{FeedId, Label, Topic, TopicKind};

use super::*;
use crate::testing::at;

fn noon() -> Timestamp {
    at("2026-11-21T12:00:00Z")
}

fn later(hours: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(hours)
}

fn card(id: &str, feed: &str, score: f64) -> Card {
    let topic = Topic {
        id: id.to_owned(),
        title: format!("Title {id}"),
        score,
        label: Label::New,
        probability: Some(score),
        feeds: 1,
        ..Topic::default()
    };
    let carried_by = vec![FeedId::parse(feed).unwrap()];
    Card { topic, carried_by, peak: Some(10), why: "it climbs".to_owned(), ..Card::default() }
}

fn cards(feed: &str, count: u32) -> Vec<Card> {
    (0..count).map(|at| card(&format!("{feed}{at:03}"), feed, 1.0 - f64::from(at) / 1_000.0)).collect()
}

fn ids(report: &Report) -> Vec<&str> {
    report.elements.iter().map(|element| element.card.topic.id.as_str()).collect()
}

#[test]
fn a_day_of_editions_fills_the_quota_and_leaves_room_for_the_evening() {
    let settings = TrendReport::default();
    let mut reports = Reports::default();
    let mut told = Vec::new();
    for edition in 0..12_i64 {
        // Twenty new topics turn up between two editions.
        let now = later(edition * 2);
        assert!(reports.due(&settings, now).contains(&TopicKind::Topic));
        let all = cards("a", 20 * (u32::try_from(edition).unwrap() + 1));
        told.push(reports.edition(TopicKind::Topic, &all, &settings, &BTreeMap::new(), now));
        assert!(!reports.due(&settings, now + SignedDuration::from_mins(119)).contains(&TopicKind::Topic));
    }
    assert_eq!(told, [12, 2, 2, 2, 2, 2, 2, 0, 0, 0, 0, 0]);
    assert_eq!(ids(&reports.report(later(22))).len(), 24);
    assert!(reports.due(&settings, later(22)).contains(&TopicKind::Hashtag), "no edition of theirs yet");
}

#[test]
fn nothing_is_told_twice_unless_it_rises_grew_or_spread_and_it_says_so() {
    let settings = TrendReport::default();
    let mut reports = Reports::default();
    let first = ["a", "b", "c", "d", "e"].map(|id| card(id, "list", 0.5));
    assert_eq!(reports.edition(TopicKind::Topic, &first, &settings, &BTreeMap::new(), noon()), 5);
    let mut second = first.clone();
    second[0].topic.label = Label::Rising;
    second[1].peak = Some(20);
    second[2].topic.feeds = 3;
    second[3].peak = Some(19);
    second[4].topic.label = Label::Falling;
    second[4].peak = Some(1_000);
    let generous = TrendReport { quota: PerKind { topics: 200, ..settings.quota }, ..settings };
    assert_eq!(reports.edition(TopicKind::Topic, &second, &generous, &BTreeMap::new(), later(2)), 0, "too soon");
    assert_eq!(reports.edition(TopicKind::Topic, &second, &generous, &BTreeMap::new(), later(6)), 3);
    let report = reports.report(later(6));
    assert_eq!(ids(&report), ["a", "b", "c", "d", "e"], "each once, as it was told last");
    let again = report.elements.iter().map(|element| element.again.map(|again| again.to_string())).collect::<Vec<_>>();
    let words =
        ["was new, rises now", "grew from 10 to 20", "spread from 1 to 3 feeds"].map(|word| Some(word.to_owned()));
    assert_eq!(again[..3], words);
    assert_eq!(again[3..], [None, None]);
    assert_eq!(
        reports.edition(TopicKind::Topic, &second, &generous, &BTreeMap::new(), later(13)),
        0,
        "told as what it is"
    );
}

#[test]
fn what_falls_is_not_news() {
    let mut falling = card("a", "list", 0.9);
    falling.topic.label = Label::Falling;
    let mut reports = Reports::default();
    assert_eq!(reports.edition(TopicKind::Topic, &[falling], &TrendReport::default(), &BTreeMap::new(), noon()), 0);
    assert!(reports.due(&TrendReport::default(), later(1)).contains(&TopicKind::Topic), "no edition was given");
}

#[test]
fn one_feed_cannot_fill_the_report_of_several() {
    let settings = TrendReport::default();
    let mut reports = Reports::default();
    let mut all = cards("flood", 900);
    all.extend((0..3).map(|at| card(&format!("calm{at}"), "calm", 0.01)));
    let mut told = 0;
    for edition in 0..12_i64 {
        told += reports.edition(TopicKind::Topic, &all, &settings, &BTreeMap::new(), later(edition * 2));
    }
    assert_eq!(told, 15, "half of the quota and the three that the other has");
    let alone = cards("only", 900);
    assert_eq!(
        Reports::default().edition(TopicKind::Topic, &alone, &settings, &BTreeMap::new(), noon()),
        12,
        "alone it may"
    );
}

#[test]
fn each_kind_has_its_own_quota_and_interval() {
    let settings = TrendReport::default();
    let mut all = cards("a", 40);
    for (at, card) in all.iter_mut().enumerate() {
        card.topic.kind = TopicKind::ALL[at % 4];
    }
    let mut reports = Reports::default();
    let told = TopicKind::ALL.map(|kind| reports.edition(kind, &all, &settings, &BTreeMap::new(), noon()));
    assert_eq!(told, [10, 5, 3, 4]);
    let due = |hours| reports.due(&settings, later(hours));
    assert_eq!(due(2), [TopicKind::Topic, TopicKind::Sound]);
    assert_eq!(due(6), [TopicKind::Topic, TopicKind::Hashtag, TopicKind::Sound]);
    assert_eq!(due(24).len(), 4);
    let kinds = reports.report(noon()).elements.iter().map(|element| element.card.topic.kind).collect::<Vec<_>>();
    assert!(kinds.is_sorted());
}

#[test]
fn the_report_of_a_past_hour_is_what_it_was_then() {
    let settings = TrendReport::default();
    let mut reports = Reports::default();
    reports.edition(TopicKind::Topic, &cards("a", 3), &settings, &BTreeMap::new(), noon());
    let then = reports.report(later(1));
    reports.edition(TopicKind::Topic, &cards("a", 9), &settings, &BTreeMap::new(), later(2));
    assert_eq!(reports.report(later(1)), then);
    assert_ne!(reports.report(later(2)), then);
}

#[test]
fn markdown_shows_hostile_titles_as_words() {
    let mut hostile = card("a", "list", 0.5);
    hostile.topic.title = "<script>alert(1)</script> [x](javascript:1) `a` **b**\n# c | d \u{202e}evil &lt;".to_owned();
    let mut reports = Reports::default();
    reports.edition(TopicKind::Topic, &[hostile], &TrendReport::default(), &BTreeMap::new(), noon());
    insta::assert_snapshot!(reports.report(noon()).markdown(), @r"
    # Trends, 24 hours to 2026-11-21 12:00 UTC

    ## Topics

    1. **\<script\>alert\(1\)\</script\> \[x\]\(javascript:1\) \`a\` \*\*b\*\* \# c \| d  evil \&lt;** (new, 50 %, 1 feed)
       it climbs; `a`, told 12:00
    ");
}

#[test]
fn an_empty_report_says_so() {
    insta::assert_snapshot!(Reports::default().report(noon()).markdown(), @r"
    # Trends, 24 hours to 2026-11-21 12:00 UTC

    Nothing was told in this time.
    ");
}

proptest! {
    /// Whatever turns up when: in any 24 hours no kind exceeds its quota, and no topic is told twice without a reason.
    #[test]
    fn quotas_hold_over_any_24_hours(
        steps in proptest::collection::vec((0_i64..400, 0_usize..60, 0_u64..5, any::<bool>()), 1..60),
    ) {
        let settings = TrendReport::default();
        let (mut reports, mut now) = (Reports::default(), noon());
        let mut all = Vec::<Element>::new();
        let mut topics = cards("a", 40);
        topics.extend(cards("b", 20));
        for (minutes, at, factor, rises) in steps {
            now += SignedDuration::from_mins(minutes);
            topics[at].peak = topics[at].peak.map(|peak| peak * (factor + 1) / 2);
            topics[at].topic.label = if rises { Label::Rising } else { Label::Steady };
            for kind in reports.due(&settings, now) {
                let before = reports.elements.len();
                let told = reports.edition(kind, &topics, &settings, &BTreeMap::new(), now);
                let end = reports.elements.len();
                prop_assert!(end <= before + told);
                all.extend(reports.elements[end - told..].to_vec());
            }
        }
        for element in &all {
            let window = all.iter().filter(|other| {
                other.told <= element.told && element.told.duration_since(other.told) < DAY
            });
            prop_assert!(window.count() <= 24);
            let before = all.iter().filter(|other| {
                other.card.topic.id == element.card.topic.id && other.told < element.told
            });
            prop_assert_eq!(element.again.is_some(), before.count() > 0);
        }
    }
}
