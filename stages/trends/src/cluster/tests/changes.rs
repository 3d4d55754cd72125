use jiff::Timestamp;

use super::super::{Change, ChangeError, Clusters};
use super::{NOW, headline};
use crate::testing::at;

fn now() -> Timestamp {
    at(NOW)
}

/// Three items of one story.
fn story() -> (Clusters, String) {
    let mut clusters = Clusters::new();
    let titles =
        ["Storm closes northern harbour", "Northern harbour closed by storm", "Storm: northern harbour is closed"];
    for (key, title) in titles.into_iter().enumerate() {
        clusters.see(&key.to_string(), &headline("x", title, None), None);
    }
    let topic = clusters.topic_of("0").unwrap().to_owned();
    assert_eq!(clusters.members(&topic).len(), 3);
    (clusters, topic)
}

fn shape(clusters: &Clusters) -> Vec<(String, Vec<String>)> {
    let members = |topic: &str| clusters.members(topic).iter().map(|member| format!("{member:?}")).collect();
    clusters.topics().map(|topic| (topic.to_owned(), members(topic))).collect()
}

#[test]
fn an_item_split_off_stays_off() {
    let (mut clusters, topic) = story();
    clusters.split(&topic, "1", now()).unwrap();
    let own = clusters.topic_of("1").unwrap().to_owned();
    assert_ne!(own, topic);
    let again = headline("x", "Northern harbour closed by storm", None);
    assert_eq!(clusters.see("1", &again, None), own);
    // Saved and loaded, it is still remembered; and a late title does not bring the two together again.
    let saved = serde_json::to_string(&clusters).unwrap();
    let mut clusters: Clusters = serde_json::from_str(&saved).unwrap();
    clusters.see("late", &headline("y", "Storm closes the northern harbour", None), None);
    assert_ne!(clusters.topic_of("1"), clusters.topic_of("0"));
}

#[test]
fn a_split_taken_back_restores_exactly() {
    let (mut clusters, topic) = story();
    let before = shape(&clusters);
    let change = clusters.split(&topic, "1", now()).unwrap();
    let own = clusters.topic_of("1").unwrap().to_owned();
    clusters.undo(change, now()).unwrap();
    assert_eq!(shape(&clusters), before);
    assert_eq!(clusters.resolve(&own), Some(topic.as_str()), "the id given meanwhile leads back");
    assert_eq!(clusters.undo(change, now()), Err(ChangeError::Done(change)));
}

/// Two topics of one story, known from before, and a late title that fits both.
fn bridged() -> (Clusters, Vec<(String, Vec<String>)>) {
    let mut clusters = Clusters::new();
    clusters.place("older", "0", &headline("x", "Storm closes northern harbour", None));
    clusters.place("younger", "1", &headline("y", "Northern harbour closed by storm", None));
    let before = shape(&clusters);
    clusters.see("late", &headline("z", "Storm: northern harbour is closed", None), None);
    (clusters, before)
}

#[test]
fn a_late_title_shows_that_two_topics_are_one() {
    let (clusters, _) = bridged();
    assert_eq!(clusters.topics().collect::<Vec<_>>(), ["older"]);
    assert_eq!(clusters.resolve("younger"), Some("older"));
    assert_eq!(clusters.members("younger").len(), 3);
    let Some(Change::Merged { from, into, members, score, .. }) = clusters.changes().next() else {
        panic!("a merge is on record")
    };
    assert_eq!((from.as_str(), into.as_str(), members.as_slice()), ("younger", "older", ["1".to_owned()].as_slice()));
    assert!(*score >= super::JOINS);
}

#[test]
fn a_merge_taken_back_restores_exactly_and_is_not_done_again() {
    let (mut clusters, before) = bridged();
    let change = clusters.changes().next().unwrap().id();
    clusters.undo(change, now()).unwrap();
    let mut after = shape(&clusters);
    for (_, members) in &mut after {
        members.retain(|member| !member.contains("late"));
    }
    assert_eq!(after, before);
    assert_eq!(clusters.resolve("younger"), Some("younger"));
    clusters.see("later", &headline("w", "Storm has closed the northern harbour", None), None);
    assert_eq!(clusters.topics().count(), 2, "not merged again");
}

#[test]
fn what_cannot_be_done_is_refused_in_words() {
    let (mut clusters, topic) = story();
    let alone = clusters.see("alone", &headline("x", "Rowan Ellery wins Brightwater Prize", None), None).to_owned();
    let errors = [
        clusters.split("nowhere", "1", now()).unwrap_err().to_string(),
        clusters.split(&topic, "nobody", now()).unwrap_err().to_string().replace(&topic, "TOPIC"),
        clusters.split(&alone, "alone", now()).unwrap_err().to_string().replace(&alone, "TOPIC"),
        clusters.undo(7, now()).unwrap_err().to_string(),
    ];
    insta::assert_snapshot!(errors.join("\n"), @r"
    there is no topic `nowhere`
    topic `TOPIC` has no item `nobody`
    topic `TOPIC` has one item only, there is nothing to split
    there is no change 7 (the last 10000 are remembered)
    ");
}
