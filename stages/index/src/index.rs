//! An index in a folder: the one who changes it, and what it gives to those who search.

mod merge;
mod open;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;

use crate::columns::Run;
use crate::error::IndexError;
use crate::filter::Filter;
use crate::hash::Hash;
use crate::log::Log;
use crate::manifest::{self, Manifest};
use crate::owners::{Label, Owner, Register};
use crate::segment::{ROWS_MAX, Segment, build};
use crate::snapshot::{Hit, Match, Snapshot};

pub use merge::Merge;
pub use open::Finding;

/// Hashes of the tail, which every search looks at one by one: about 0.03 ms.
pub const TAIL_MAX: usize = 1 << 15;

/// A set of hashes that is searched by distance. One process at a time has it open; its methods take `&self` from any
/// number of threads. Changes wait for each other, searches wait for nobody.
///
/// A change that returned `Ok` is on disk: it survives `kill -9` and a power cut.
#[derive(Debug)]
pub struct Index {
    folder: PathBuf,
    view: ArcSwap<Snapshot>,
    writer: Mutex<Writer>,
    /// Held by the one who merges.
    merging: Mutex<()>,
    /// Raised when there may be something to merge.
    pub(crate) work: Work,
    findings: Vec<Finding>,
    /// Locked as long as it is open.
    _lock: File,
}

/// The one place where files are changed.
#[derive(Debug)]
struct Writer {
    manifest: Manifest,
    register: Register,
    log: Log,
    /// Set when nobody knows which manifest is on disk.
    is_broken: bool,
}

/// A bell for whoever merges.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// True when somebody should look whether there is something to merge.
    pub(crate) is_wanted: Mutex<bool>,
    pub(crate) changed: Condvar,
}

/// What an index is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// Hashes that a search can find.
    pub hashes: usize,
    /// Hashes of removed owners that lie in a segment until it is merged.
    pub removed: usize,
    /// Registered owners.
    pub owners: usize,
    /// Hashes that are in no segment yet.
    pub tail: usize,
    /// Bytes of all files.
    pub disk_bytes: u64,
    /// Each segment, oldest first.
    pub segments: Vec<SegmentStats>,
    /// The instructions that distances are counted with: `plain`, `avx2` or `avx512`.
    pub kernel: &'static str,
}

/// One file of hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentStats {
    /// The file.
    pub path: PathBuf,
    /// Hashes, those of removed owners among them.
    pub hashes: usize,
    /// Its bytes, on disk and mapped.
    pub bytes: u64,
    /// Into how many chunks its hashes are cut.
    pub chunks: u32,
}

impl Index {
    /// The numbers of these labels: the one that an id has already, else a new one. An id whose niche or account is
    /// another one than before is moved there.
    ///
    /// # Errors
    /// [`IndexError::Label`] for a name that cannot be one; those of writing.
    pub fn register(&self, labels: &[Label]) -> Result<Vec<Owner>, IndexError> {
        let mut writer = self.writer()?;
        let owners = writer.register.add(labels)?;
        self.publish(&writer, |_| ());
        Ok(owners)
    }

    /// The number of an id, if it has one. Waits for a change that is under way.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<Owner> {
        self.lock().register.find(id).map(Owner)
    }

    /// Adds hashes, each with a number of the caller's: a frame, a kind. They are on disk when this returns.
    ///
    /// The same hash with the same position and owner is one hit however often it is added, so a call whose outcome is
    /// not known may be made again.
    ///
    /// # Errors
    /// [`IndexError::UnknownOwner`]; those of writing: nothing is added then.
    pub fn insert(&self, owner: Owner, hashes: &[(Hash, u32)]) -> Result<(), IndexError> {
        self.insert_batch(&[(owner, hashes)])
    }

    /// Adds the hashes of several owners: all or none of up to [`TAIL_MAX`] hashes. More go straight into segments of
    /// up to 2^27 hashes, each of them added as a whole.
    ///
    /// # Errors
    /// As [`Index::insert`].
    pub fn insert_batch(&self, batch: &[(Owner, &[(Hash, u32)])]) -> Result<(), IndexError> {
        let mut writer = self.writer()?;
        if let Some((owner, _)) = batch.iter().find(|(owner, _)| writer.register.owners.get(owner.0).is_none()) {
            return Err(IndexError::UnknownOwner { owner: *owner });
        }
        let length: usize = batch.iter().map(|(_, hashes)| hashes.len()).sum();
        if length == 0 {
            return Ok(());
        }
        if length > TAIL_MAX {
            return self.insert_segments(&mut writer, batch);
        }
        let tail: usize = self.view.load().tail.iter().map(|run| run.len()).sum();
        if tail + length > TAIL_MAX {
            self.seal(&mut writer)?;
        }
        writer.log.append(&open::encode(batch))?;
        let run = Run::new(batch.iter().map(|(owner, hashes)| (owner.0, *hashes)));
        self.publish(&writer, |view| push(&mut view.tail, run));
        Ok(())
    }

    /// Removes owners: their hashes are no hits from now on. They leave the disk when their segment is merged, at the
    /// latest with [`Index::compact`]. Gives how many were there.
    ///
    /// # Errors
    /// Those of writing.
    pub fn remove(&self, owners: &[Owner]) -> Result<usize, IndexError> {
        let mut writer = self.writer()?;
        let count = writer.register.remove(owners)?;
        self.publish(&writer, |_| ());
        drop(writer);
        self.work.ring();
        Ok(count)
    }

    /// The index as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.view.load_full()
    }

    /// [`Snapshot::near`] on the index as it is now.
    ///
    /// # Errors
    /// As there.
    pub fn near(&self, hash: &Hash, radius: u32, filter: &Filter, hits: &mut Vec<Hit>) -> Result<(), IndexError> {
        self.view.load().near(hash, radius, filter, hits)
    }

    /// [`Snapshot::near_batch`] on the index as it is now.
    ///
    /// # Errors
    /// As there.
    pub fn near_batch(
        &self,
        hashes: &[Hash],
        radius: u32,
        filter: &Filter,
        matches: &mut Vec<Match>,
    ) -> Result<(), IndexError> {
        self.view.load().near_batch(hashes, radius, filter, matches)
    }

    /// Holds every segment against its checksums, and brings it into memory: else the first search does.
    ///
    /// # Errors
    /// [`IndexError::DamagedSegment`] for the first that is.
    pub fn check(&self) -> Result<(), IndexError> {
        self.snapshot().segments.iter().try_for_each(|segment| segment.check())
    }

    /// What opening found and mended.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Sizes. Reads the list of owners of every segment: a millisecond for 100,000 of them.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let writer = self.lock();
        let view = self.view.load_full();
        let is_live = |owner: u32| view.owners.get(owner).is_some();
        let tail: usize = view.tail.iter().map(|run| run.len()).sum();
        let sealed: usize = view.segments.iter().map(|segment| segment.rows()).sum();
        let live_tail = view.tail.iter().flat_map(|run| run.columns().pieces());
        let live_tail: usize = live_tail.filter(|piece| is_live(piece.owner)).map(|piece| piece.hashes.len()).sum();
        let hashes = live_tail + view.segments.iter().map(|segment| segment.live(&is_live)).sum::<usize>();
        let segments = view.segments.iter().map(|segment| SegmentStats {
            path: segment.path().to_owned(),
            hashes: segment.rows(),
            bytes: segment.length(),
            chunks: segment.chunks().count(),
        });
        let segments: Vec<SegmentStats> = segments.collect();
        let disk_bytes =
            segments.iter().map(|segment| segment.bytes).sum::<u64>() + writer.log.length() + writer.register.bytes();
        let removed = tail + sealed - hashes;
        Stats { hashes, removed, owners: view.owners.len(), tail, disk_bytes, segments, kernel: view.kernel.name() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a large batch into segments of its own.
    fn insert_segments(&self, writer: &mut Writer, batch: &[(Owner, &[(Hash, u32)])]) -> Result<(), IndexError> {
        // By owner, so that each segment has few and long ranges.
        let mut by_owner: BTreeMap<u32, Vec<&[(Hash, u32)]>> = BTreeMap::new();
        let pieces = batch.iter().flat_map(|(owner, hashes)| hashes.chunks(ROWS_MAX).map(|some| (owner.0, some)));
        pieces.for_each(|(owner, some)| by_owner.entry(owner).or_default().push(some));
        let mut pieces = by_owner.into_iter().flat_map(|(owner, some)| some.into_iter().map(move |some| (owner, some)));
        let mut next = pieces.next();
        while next.is_some() {
            let (mut some, mut length) = (Vec::new(), 0);
            while let Some((owner, hashes)) = next.take_if(|(_, hashes)| length + hashes.len() <= ROWS_MAX) {
                length += hashes.len();
                some.push((owner, hashes));
                next = pieces.next();
            }
            let run = Run::new(some.into_iter());
            let number = writer.number(&self.folder)?;
            let path = manifest::segment(&self.folder, number);
            if let Some(segment) = build::write(&path, number, &[run.columns()], &|_| true)? {
                let mut manifest = writer.manifest.clone();
                manifest.segments.push(number);
                writer.commit(&self.folder, manifest)?;
                self.publish(writer, |view| view.segments.push(Arc::new(segment)));
            }
        }
        self.work.ring();
        Ok(())
    }

    /// Turns the tail into a segment, and begins a new log.
    fn seal(&self, writer: &mut Writer) -> Result<(), IndexError> {
        let view = self.view.load_full();
        if view.tail.is_empty() {
            return Ok(());
        }
        let columns: Vec<_> = view.tail.iter().map(|run| run.columns()).collect();
        let (number, log_number) = (writer.number(&self.folder)?, writer.number(&self.folder)?);
        let is_live = |owner: u32| view.owners.get(owner).is_some();
        let segment = build::write(&manifest::segment(&self.folder, number), number, &columns, &is_live)?;
        let log = Log::create(&manifest::log(&self.folder, log_number))?;
        let mut manifest = writer.manifest.clone();
        manifest.log = log_number;
        manifest.segments.extend(segment.as_ref().map(Segment::number));
        writer.commit(&self.folder, manifest)?;
        let old = std::mem::replace(&mut writer.log, log);
        self.publish(writer, |view| {
            view.tail.clear();
            view.segments.extend(segment.map(Arc::new));
        });
        // If this fails, the next start removes it.
        let _gone_or_found_at_the_next_start = std::fs::remove_file(old.path());
        self.work.ring();
        Ok(())
    }

    /// Shows a change to those who search from now on.
    fn publish(&self, writer: &Writer, change: impl FnOnce(&mut Snapshot)) {
        let mut view = Snapshot::clone(&self.view.load());
        change(&mut view);
        view.owners = writer.register.owners.clone();
        self.view.store(Arc::new(view));
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, IndexError> {
        let writer = self.lock();
        if writer.is_broken { Err(IndexError::Broken { folder: self.folder.clone() }) } else { Ok(writer) }
    }

    /// A thread that panicked while it held the lock has at worst left a file that no manifest names.
    fn lock(&self) -> MutexGuard<'_, Writer> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writer {
    /// A number for a file.
    fn number(&mut self, folder: &Path) -> Result<u32, IndexError> {
        let number = self.manifest.next;
        let full = || IndexError::Full { folder: folder.to_owned(), what: "every number of a file was given" };
        self.manifest.next = number.checked_add(1).ok_or_else(full)?;
        Ok(number)
    }

    /// Makes another list of files the valid one.
    fn commit(&mut self, folder: &Path, mut manifest: Manifest) -> Result<(), IndexError> {
        manifest.next = self.manifest.next;
        if let Err(error) = manifest.write(folder) {
            self.is_broken = true;
            return Err(error);
        }
        self.manifest = manifest;
        Ok(())
    }
}

impl Work {
    pub(crate) fn ring(&self) {
        *self.is_wanted.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}

/// Adds a run, and joins the last ones where they are of a size: so there are few, and each hash is copied rarely.
fn push(tail: &mut Vec<Arc<Run>>, run: Run) {
    tail.push(Arc::new(run));
    let mut joined = tail.len() - 1;
    let mut length = tail[joined].len();
    while joined > 0 && tail[joined - 1].len() <= 2 * length {
        joined -= 1;
        length += tail[joined].len();
    }
    if joined + 1 < tail.len() {
        let columns: Vec<_> = tail[joined..].iter().map(|run| run.columns()).collect();
        let run = Run::joined(&columns);
        tail.truncate(joined);
        tail.push(Arc::new(run));
    }
}
