//! Which items are about the same thing, kind by kind: a hashtag is no member of a story.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::Name;
use reelpress_vocabulary::TopicKind;
use serde::{Deserialize, Serialize};

use crate::cluster::{Change, ChangeError, Clusters, Headline, MemberView};

/// Items not seen for this long are forgotten by the clusters: longer than the memory keeps them, so ids stay.
const AGE: SignedDuration = SignedDuration::from_hours(10 * 24);
/// Forgetting goes through everything, so it is done at most this often.
const FORGET_EVERY: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Groups {
    by_kind: BTreeMap<TopicKind, Clusters>,
    forgot: Option<Timestamp>,
}

/// An item's name over all feeds.
pub(super) fn key(feed: &Name, item: &str) -> String {
    format!("{feed}/{item}")
}

impl Groups {
    /// Takes items in; their order makes no difference.
    pub(super) fn see_all(&mut self, kind: TopicKind, items: &[(&str, Headline<'_>)]) {
        self.by_kind.entry(kind).or_default().see_all(items);
    }

    pub(super) fn topic_of(&self, kind: TopicKind, key: &str) -> Option<&str> {
        self.by_kind.get(&kind)?.topic_of(key)
    }

    /// Where an id leads now; `None` if it is unknown or forgotten.
    pub(super) fn resolve(&self, id: &str) -> Option<&str> {
        self.by_kind.values().find_map(|clusters| clusters.resolve(id))
    }

    pub(super) fn members(&self, topic: &str) -> Vec<MemberView<'_>> {
        self.by_kind
            .values()
            .map(|clusters| clusters.members(topic))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// What was done to a topic or took it in, with the kind that it was done to.
    pub(super) fn changes_of<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Change> {
        self.by_kind.values().flat_map(Clusters::changes).filter(move |change| match change {
            Change::Merged { from, into, .. } => from == topic || self.resolve(into) == Some(topic),
            Change::Split { topic: of, to, .. } => of == topic || to == topic,
            Change::Undone { .. } => false,
        })
    }

    /// How many changes were made so far.
    pub(super) fn changed(&self) -> u64 {
        self.by_kind.values().filter_map(|clusters| clusters.changes().last()).map(|change| change.id() + 1).sum()
    }

    pub(super) fn split(&mut self, topic: &str, member: &str, at: Timestamp) -> Result<(), ChangeError> {
        let clusters = self.by_kind.values_mut().find(|clusters| clusters.resolve(topic).is_some());
        let clusters = clusters.ok_or_else(|| ChangeError::NoTopic(topic.to_owned()))?;
        clusters.split(topic, member, at).map(drop)
    }

    /// Takes back a change of a topic: numbers count within a kind.
    pub(super) fn undo(&mut self, kind: TopicKind, change: u64, at: Timestamp) -> Result<(), ChangeError> {
        let clusters = self.by_kind.get_mut(&kind).ok_or(ChangeError::NoChange(change))?;
        clusters.undo(change, at).map(drop)
    }

    pub(super) fn forget(&mut self, now: Timestamp) {
        if self.forgot.is_some_and(|last| now.duration_since(last).abs() < FORGET_EVERY) {
            return;
        }
        self.forgot = Some(now);
        let oldest = now.checked_sub(AGE).unwrap_or(Timestamp::MIN);
        self.by_kind.values_mut().for_each(|clusters| clusters.forget(oldest));
    }
}
