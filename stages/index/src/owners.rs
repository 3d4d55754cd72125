//! Who owns hashes: a number for each cut, its name outside, its niche and account.
//!
//! Being registered is what makes hashes count: those of a removed owner are no hits from that moment on, wherever they
//! lie, and are left out when their segment is merged. So numbers are never given twice.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::IndexError;
use crate::log::{Log, Read};

/// Longest name, in bytes: a path may be one.
pub const NAME_MAX: usize = 4096;

/// Owners of one block: what is copied when one of them changes while somebody reads.
const PER_BLOCK: usize = 1024;

/// Records in the file that say nothing any more, from which on it is written anew.
const STALE_MAX: usize = 4096;

/// A cut's number in one index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner(pub u32);

/// What a number stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Label {
    /// What the rest of the world calls it: an item's ULID, a path. 1 to [`NAME_MAX`] bytes; one owner has it.
    pub id: String,
    /// The niche it was made for.
    pub niche: String,
    /// The account it is made for: our own word for it.
    pub account: String,
}

impl Label {
    fn check(&self) -> Result<(), IndexError> {
        for (field, name) in [("id", &self.id), ("niche", &self.niche), ("account", &self.account)] {
            let length = name.len();
            if length > NAME_MAX || (field == "id" && length == 0) {
                return Err(IndexError::Label { field, length, max: NAME_MAX });
            }
        }
        Ok(())
    }
}

/// A line of the owners' log.
#[derive(Debug, Serialize, Deserialize)]
enum Record {
    /// Numbers below this one are taken.
    Next(u32),
    Add(Vec<(u32, Label)>),
    Drop(Vec<u32>),
}

/// A registered owner.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    id: Arc<str>,
    pub(crate) niche: u32,
    pub(crate) account: u32,
}

/// Every owner, at one moment. A copy costs a few pointers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owners {
    blocks: Vec<Arc<Vec<Option<Entry>>>>,
    names: Arc<Names>,
    live: usize,
}

/// Niches and accounts.
#[derive(Debug, Clone, Default)]
struct Names {
    list: Vec<Arc<str>>,
    numbers: HashMap<Arc<str>, u32>,
}

impl Owners {
    /// `None` if the number is free or its owner was removed.
    #[inline]
    pub(crate) fn get(&self, owner: u32) -> Option<&Entry> {
        let at = owner as usize;
        self.blocks.get(at / PER_BLOCK)?.get(at % PER_BLOCK)?.as_ref()
    }

    pub(crate) fn label(&self, owner: u32) -> Option<Label> {
        let entry = self.get(owner)?;
        let name = |number: u32| self.names.list.get(number as usize).map(ToString::to_string);
        Some(Label { id: entry.id.to_string(), niche: name(entry.niche)?, account: name(entry.account)? })
    }

    /// The number of a niche or an account.
    pub(crate) fn name(&self, name: &str) -> Option<u32> {
        self.names.numbers.get(name).copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.live
    }

    /// Every owner, by number.
    pub(crate) fn all(&self) -> impl Iterator<Item = (u32, &Entry)> {
        let entries = self.blocks.iter().flat_map(|block| block.iter()).enumerate();
        entries.filter_map(|(at, entry)| Some((at as u32, entry.as_ref()?)))
    }

    fn set(&mut self, owner: u32, entry: Option<Entry>) -> Option<Entry> {
        let (block, at) = (owner as usize / PER_BLOCK, owner as usize % PER_BLOCK);
        while entry.is_some() && self.blocks.len() <= block {
            self.blocks.push(Arc::default());
        }
        let block = Arc::make_mut(self.blocks.get_mut(block)?);
        if block.len() <= at {
            block.resize(at + 1, None);
        }
        self.live += usize::from(entry.is_some());
        let old = std::mem::replace(&mut block[at], entry);
        self.live -= usize::from(old.is_some());
        old
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.name(name) {
            return number;
        }
        let names = Arc::make_mut(&mut self.names);
        let (number, name): (u32, Arc<str>) = (names.list.len() as u32, Arc::from(name));
        names.list.push(name.clone());
        names.numbers.insert(name, number);
        number
    }
}

/// The owners and their log: the one who changes them.
#[derive(Debug)]
pub(crate) struct Register {
    pub(crate) owners: Owners,
    by_id: HashMap<Arc<str>, u32>,
    next: u32,
    log: Log,
    /// Records that another one made void.
    stale: usize,
}

impl Register {
    /// Reads the log, or makes it. Gives the bytes of a torn end, too.
    pub(crate) fn open(path: &Path) -> Result<(Self, u64), IndexError> {
        let Read { log, contents, torn } = if path.exists() {
            Log::open(path)?
        } else {
            Read { log: Log::create(path)?, contents: Vec::new(), torn: 0 }
        };
        let mut register = Self { owners: Owners::default(), by_id: HashMap::new(), next: 0, log, stale: 0 };
        for content in &contents {
            let record = postcard::from_bytes(content)
                .map_err(|_| IndexError::DamagedLog { path: path.to_owned(), offset: 0 })?;
            register.apply(record);
        }
        if register.stale > STALE_MAX.max(register.owners.len()) {
            register.rewrite()?;
        }
        Ok((register, torn))
    }

    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// The numbers of these labels, synced: the one that an id has, else a new one. A label that changed is changed.
    pub(crate) fn add(&mut self, labels: &[Label]) -> Result<Vec<Owner>, IndexError> {
        let mut numbers = Vec::with_capacity(labels.len());
        let mut added: Vec<(u32, Label)> = Vec::new();
        let mut fresh: HashMap<&str, u32> = HashMap::new();
        let mut next = self.next;
        for label in labels {
            label.check()?;
            let known = self.find(&label.id).or_else(|| fresh.get(label.id.as_str()).copied());
            let number = known.unwrap_or(next);
            if known.is_none() {
                next = next.checked_add(1).ok_or_else(|| self.full())?;
                fresh.insert(&label.id, number);
            }
            if self.owners.label(number).as_ref() != Some(label) {
                added.push((number, label.clone()));
            }
            numbers.push(Owner(number));
        }
        if !added.is_empty() {
            self.record(Record::Add(added))?;
        }
        Ok(numbers)
    }

    /// Takes owners out, synced. Gives how many of them were there.
    pub(crate) fn remove(&mut self, owners: &[Owner]) -> Result<usize, IndexError> {
        let mut known: Vec<u32> = owners.iter().map(|owner| owner.0).collect();
        known.retain(|owner| self.owners.get(*owner).is_some());
        known.sort_unstable();
        known.dedup();
        let count = known.len();
        if count > 0 {
            self.record(Record::Drop(known))?;
        }
        Ok(count)
    }

    /// Writes the log anew, with what still counts.
    pub(crate) fn rewrite(&mut self) -> Result<(), IndexError> {
        let path = self.log.path().to_owned();
        let beside = path.with_extension("new");
        let mut log = Log::create(&beside)?;
        log.append(&encode(&Record::Next(self.next)))?;
        let all: Vec<u32> = self.owners.all().map(|(owner, _)| owner).collect();
        for some in all.chunks(PER_BLOCK) {
            let labels = some.iter().filter_map(|owner| Some((*owner, self.owners.label(*owner)?)));
            log.append(&encode(&Record::Add(labels.collect())))?;
        }
        if let Err(error) = crate::files::replace(&beside, &path) {
            self.log.give_up();
            return Err(error);
        }
        self.log = log.moved(path);
        self.stale = 0;
        Ok(())
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.log.length()
    }

    fn record(&mut self, record: Record) -> Result<(), IndexError> {
        self.log.append(&encode(&record))?;
        self.apply(record);
        Ok(())
    }

    fn apply(&mut self, record: Record) {
        match record {
            Record::Next(next) => self.next = self.next.max(next),
            Record::Add(labels) => labels.into_iter().for_each(|(owner, label)| self.put(owner, &label)),
            Record::Drop(owners) => {
                for owner in owners {
                    if let Some(old) = self.owners.set(owner, None) {
                        self.by_id.remove(&old.id);
                    }
                    self.stale += 2;
                }
            }
        }
    }

    fn put(&mut self, owner: u32, label: &Label) {
        let id: Arc<str> = Arc::from(label.id.as_str());
        let (niche, account) = (self.owners.number(&label.niche), self.owners.number(&label.account));
        let old = self.owners.set(owner, Some(Entry { id: id.clone(), niche, account }));
        self.stale += usize::from(old.is_some());
        self.by_id.insert(id, owner);
        self.next = self.next.max(owner.saturating_add(1));
    }

    fn full(&self) -> IndexError {
        let folder = self.log.path().parent().unwrap_or(Path::new("")).to_owned();
        IndexError::Full { folder, what: "every number of an owner was given" }
    }
}

fn encode(record: &Record) -> Vec<u8> {
    postcard::to_stdvec(record).expect("numbers and text in memory always encode")
}
