//! Merges and splits: done with a trace, and undone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{CHANGES, Clusters, Evidence, FORMER};
use crate::same::Reason;

/// Something that was done to topics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Change {
    /// One topic went into another.
    Merged {
        /// Number of the change.
        id: u64,
        /// When.
        at: Timestamp,
        /// The topic that went; its id leads to `into` from now on.
        from: String,
        /// The topic that was there longer.
        into: String,
        /// Keys of the items that went.
        members: Vec<String>,
        /// The least score between a title of one and a title of the other.
        score: f64,
        /// What spoke for and against, of that pair.
        reasons: Vec<Reason>,
    },
    /// An item was taken out of a topic.
    Split {
        /// Number of the change.
        id: u64,
        /// When.
        at: Timestamp,
        /// The topic.
        topic: String,
        /// The item's key.
        member: String,
        /// The topic that it has now.
        to: String,
        /// Why it had been in the topic.
        evidence: Evidence,
    },
    /// A merge or split was taken back.
    Undone {
        /// Number of the change.
        id: u64,
        /// When.
        at: Timestamp,
        /// The number of what was taken back.
        change: u64,
    },
}

/// Why a change could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// No topic has or had the id.
    #[error("there is no topic `{0}`")]
    NoTopic(String),
    /// The topic has no such item.
    #[error("topic `{topic}` has no item `{member}`")]
    NoMember {
        /// The topic.
        topic: String,
        /// The key.
        member: String,
    },
    /// The item is the topic's only one.
    #[error("topic `{0}` has one item only, there is nothing to split")]
    Alone(String),
    /// No such change is remembered.
    #[error("there is no change {0} (the last 10000 are remembered)")]
    NoChange(u64),
    /// It was taken back already, or is no merge or split.
    #[error("change {0} cannot be taken back (it was before, or its topics are gone)")]
    Done(u64),
}

impl Change {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> u64 {
        match self {
            Self::Merged { id, .. } | Self::Split { id, .. } | Self::Undone { id, .. } => *id,
        }
    }
}

impl Clusters {
    /// What was done to topics, the oldest first; at most 10,000.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }

    /// Takes an item out of its topic; it gets one of its own and never comes back by itself. Gives the change's number.
    ///
    /// # Errors
    /// If there is no such topic or item, or nothing to split.
    pub fn split(&mut self, topic: &str, member: &str, at: Timestamp) -> Result<u64, ChangeError> {
        let topic = self.resolve(topic).ok_or_else(|| ChangeError::NoTopic(topic.to_owned()))?.to_owned();
        let from = self.by_id[&topic];
        let found = self.by_key.get(member).copied().filter(|found| self.members[*found as usize].topic == from);
        let found = found.ok_or_else(|| ChangeError::NoMember { topic: topic.clone(), member: member.to_owned() })?;
        if self.topics[from as usize].members.len() < 2 {
            return Err(ChangeError::Alone(topic));
        }
        let identity = self.members[found as usize].headline().identity();
        let id = self.new_id(&format!("{identity}\n{member}"));
        let to = self.open(id.clone());
        let evidence = self.members[found as usize].evidence.clone();
        self.move_member(found, to);
        self.members[found as usize].evidence = Evidence { at, score: 1.0, with: String::new(), reasons: Vec::new() };
        self.speak_for_itself(found);
        self.apart.insert((member.to_owned(), topic.clone()));
        self.apart.insert((id.clone(), topic.clone()));
        let number = self.number();
        self.record(Change::Split { id: number, at, topic, member: member.to_owned(), to: id, evidence });
        Ok(number)
    }

    /// Takes back a merge or a split: items are where they were, as far as they are remembered. A merge taken back is not
    /// done again. Gives the number of this change.
    ///
    /// # Errors
    /// If the change is not remembered, was taken back already, or its topics are gone.
    pub fn undo(&mut self, change: u64, at: Timestamp) -> Result<u64, ChangeError> {
        let found = self.changes.iter().find(|known| known.id() == change).cloned();
        let undone =
            self.changes.iter().any(|known| matches!(known, Change::Undone { change: of, .. } if *of == change));
        match found.ok_or(ChangeError::NoChange(change))? {
            Change::Merged { from, into, members, .. } if !undone => {
                self.take_back_merge(change, &from, &into, &members)?;
            }
            Change::Split { topic, member, to, evidence, .. } if !undone => {
                self.take_back_split(change, &topic, &member, &to, evidence)?;
            }
            Change::Merged { .. } | Change::Split { .. } | Change::Undone { .. } => {
                return Err(ChangeError::Done(change));
            }
        }
        let number = self.number();
        self.record(Change::Undone { id: number, at, change });
        Ok(number)
    }

    fn take_back_merge(&mut self, change: u64, from: &str, into: &str, members: &[String]) -> Result<(), ChangeError> {
        let now = self.resolve(into).ok_or(ChangeError::Done(change))?.to_owned();
        let source = self.by_id[&now];
        if self.by_id.contains_key(from) {
            return Err(ChangeError::Done(change));
        }
        self.former.retain(|(former, _)| former != from);
        self.former_to.remove(from);
        let topic = self.open(from.to_owned());
        for key in members {
            if let Some(member) = self.by_key.get(key.as_str()).copied()
                && self.members[member as usize].topic == source
            {
                self.move_member(member, topic);
            }
        }
        self.apart.insert((from.to_owned(), now.clone()));
        self.apart.insert((now, from.to_owned()));
        Ok(())
    }

    fn take_back_split(
        &mut self,
        change: u64,
        topic: &str,
        member: &str,
        to: &str,
        evidence: Evidence,
    ) -> Result<(), ChangeError> {
        let back = self.resolve(topic).and_then(|id| self.by_id.get(id)).copied().ok_or(ChangeError::Done(change))?;
        let found = self.by_key.get(member).copied().ok_or(ChangeError::Done(change))?;
        self.move_member(found, back);
        self.members[found as usize].evidence = evidence;
        self.apart.remove(&(member.to_owned(), topic.to_owned()));
        self.apart.remove(&(to.to_owned(), topic.to_owned()));
        if let Some(empty) = self.by_id.get(to).copied()
            && self.topics[empty as usize].members.is_empty()
        {
            self.by_id.remove(to);
            self.forward(to.to_owned(), topic.to_owned());
        }
        Ok(())
    }

    /// Merges topics that a title fits into the one that was there first, if all their titles pass with each other. Gives
    /// the topic that the title is to join.
    pub(super) fn bridge(&mut self, best: u32, others: &[u32], at: Timestamp) -> u32 {
        let mut kept = best;
        for &other in others {
            let (into, from) = (kept.min(other), kept.max(other));
            if let Some((score, reasons)) = self.pass(into, from) {
                self.merge(into, from, at, score, reasons);
                kept = into;
            }
        }
        kept
    }

    /// The least score between two topics, if all their titles pass with each other.
    fn pass(&self, into: u32, from: u32) -> Option<(f64, Vec<Reason>)> {
        let id = |topic: u32| self.topics[topic as usize].id.clone();
        if self.apart.contains(&(id(into), id(from))) || self.apart.contains(&(id(from), id(into))) {
            return None;
        }
        let mut least: Option<(f64, Vec<Reason>)> = None;
        for &a in &self.topics[into as usize].members {
            for &b in &self.topics[from as usize].members {
                let (a, b) = (&self.members[a as usize], &self.members[b as usize]);
                if super::is_column(a, &b.headline()) || self.apart.contains(&(b.key.to_string(), id(into))) {
                    return None;
                }
                let Some(judged) = self.judge(a, b) else { continue };
                if judged.score < super::JOINS {
                    return None;
                }
                if least.as_ref().is_none_or(|(least, _)| judged.score < *least) {
                    least = Some((judged.score, judged.reasons));
                }
            }
        }
        least
    }

    fn merge(&mut self, into: u32, from: u32, at: Timestamp, score: f64, reasons: Vec<Reason>) {
        let (from_id, into_id) = (self.topics[from as usize].id.clone(), self.topics[into as usize].id.clone());
        let moved = self.topics[from as usize].members.clone();
        let members = moved.iter().map(|member| self.members[*member as usize].key.to_string()).collect();
        for member in moved {
            self.move_member(member, into);
        }
        self.by_id.remove(&from_id);
        self.forward(from_id.clone(), into_id.clone());
        let id = self.number();
        self.record(Change::Merged { id, at, from: from_id, into: into_id, members, score, reasons });
    }

    fn move_member(&mut self, member: u32, to: u32) {
        let from = self.members[member as usize].topic;
        self.topics[from as usize].members.retain(|known| *known != member);
        self.members[member as usize].topic = to;
        let members = &mut self.topics[to as usize].members;
        // Members stand in the order of their coming, so that what is undone is as it was.
        let place = members.partition_point(|known| *known < member);
        members.insert(place, member);
    }

    fn forward(&mut self, from: String, to: String) {
        self.former_to.insert(from.clone(), to.clone());
        self.former.push_back((from, to));
        if self.former.len() > FORMER
            && let Some((oldest, _)) = self.former.pop_front()
        {
            self.former_to.remove(&oldest);
        }
    }

    fn number(&mut self) -> u64 {
        self.next_change += 1;
        self.next_change
    }

    fn record(&mut self, change: Change) {
        if self.changes.len() == CHANGES {
            self.changes.pop_front();
        }
        self.changes.push_back(change);
    }
}

impl Clusters {
    /// An item that another one spoke for gets its own title.
    fn speak_for_itself(&mut self, member: u32) {
        let found = &mut self.members[member as usize];
        if found.title.is_none() {
            let title = crate::same::Title::of(&found.text, &found.language);
            self.index.add(member, &title);
            found.title = Some(title);
        }
    }
}
