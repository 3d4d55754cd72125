//! What is kept of topics on disk: without what can be made again.

use std::collections::{BTreeSet, HashSet, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Change, Clusters, Evidence, Member, hash_of};
use crate::same::{Commonness, Title};

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Saved {
    topics: Vec<String>,
    members: Vec<SavedMember>,
    former: VecDeque<(String, String)>,
    apart: BTreeSet<(String, String)>,
    changes: VecDeque<Change>,
    next_change: u64,
    learned: usize,
    pub(super) common: Commonness,
    pub(super) learning: Commonness,
}

#[derive(Debug, Serialize, Deserialize)]
struct SavedMember {
    key: Box<str>,
    feed: Box<str>,
    text: Box<str>,
    language: Box<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<Box<str>>,
    at: Timestamp,
    last_seen: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vector: Option<Box<[i8]>>,
    topic: usize,
    evidence: Evidence,
    is_twin: bool,
    #[serde(skip)]
    title: Option<Title>,
}

impl Saved {
    pub(super) fn forget(&mut self, oldest: Timestamp) {
        self.members.retain(|member| member.last_seen >= oldest);
        let used = self.members.iter().map(|member| member.topic).collect::<BTreeSet<_>>();
        let mut topics = Vec::with_capacity(used.len());
        let mut places = std::collections::HashMap::new();
        for (place, old) in used.into_iter().enumerate() {
            topics.push(std::mem::take(&mut self.topics[old]));
            places.insert(old, place);
        }
        self.topics = topics;
        for member in &mut self.members {
            member.topic = places[&member.topic];
        }
        // What is said of topics that are gone says nothing.
        let known = self.topics.iter().cloned().collect::<HashSet<_>>();
        self.apart.retain(|(_, topic)| known.contains(topic));
        self.changes.retain(|change| match change {
            Change::Merged { at, .. } | Change::Split { at, .. } | Change::Undone { at, .. } => *at >= oldest,
        });
    }
}

impl From<Clusters> for Saved {
    fn from(clusters: Clusters) -> Self {
        let members = clusters.members.into_iter().map(|member| SavedMember {
            key: member.key,
            feed: member.feed,
            text: member.text,
            language: member.language,
            link: member.link,
            at: member.at,
            last_seen: member.last_seen,
            vector: member.vector,
            topic: member.topic as usize,
            evidence: member.evidence,
            is_twin: member.title.is_none(),
            title: member.title,
        });
        Self {
            members: members.collect(),
            topics: clusters.topics.into_iter().map(|topic| topic.id).collect(),
            former: clusters.former,
            apart: clusters.apart,
            changes: clusters.changes,
            next_change: clusters.next_change,
            learned: clusters.learned,
            common: clusters.common,
            learning: clusters.learning,
        }
    }
}

impl From<Saved> for Clusters {
    fn from(saved: Saved) -> Self {
        let mut clusters = Self {
            former_to: saved.former.iter().cloned().collect(),
            former: saved.former,
            apart: saved.apart,
            changes: saved.changes,
            next_change: saved.next_change,
            learned: saved.learned,
            common: saved.common,
            learning: saved.learning,
            ..Self::default()
        };
        for id in saved.topics {
            clusters.open(id);
        }
        // A topic that went into another is not found by its own id.
        clusters.by_id.retain(|id, _| !clusters.former_to.contains_key(id));
        for member in saved.members {
            if member.topic >= clusters.topics.len() {
                continue;
            }
            let mut member = Member {
                key: member.key,
                feed: member.feed,
                text: member.text,
                language: member.language,
                link: member.link,
                at: member.at,
                last_seen: member.last_seen,
                title: member.title.filter(|_| !member.is_twin),
                vector: member.vector,
                topic: member.topic as u32,
                evidence: member.evidence,
            };
            let identity = hash_of(&member.headline().identity());
            let twin = clusters.by_identity.get(&identity).map(|at| clusters.members[*at as usize].topic);
            if member.title.is_none() && twin != Some(member.topic) {
                member.title = Some(Title::of(&member.text, &member.language));
            }
            clusters.insert(member, identity);
        }
        clusters
    }
}
