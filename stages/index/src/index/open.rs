//! Opening an index: what is on disk becomes what can be searched, and what a crash left is cleared away.

use std::fmt;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;

use super::{Index, Work, Writer, push};
use crate::columns::Run;
use crate::error::IndexError;
use crate::hash::Hash;
use crate::log::{Log, Read};
use crate::manifest::{self, Manifest};
use crate::native::Kernel;
use crate::owners::{Owner, Register};
use crate::segment::Segment;
use crate::snapshot::Snapshot;

/// Bytes of a hash with its position in the log.
const ROW: usize = size_of::<Hash>() + 4;

/// What opening found and mended, in words for an operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The last record of a log was not whole, so its change was never acknowledged.
    Torn {
        /// The log.
        path: PathBuf,
        /// Bytes that were cut off.
        bytes: u64,
    },
    /// A file that a crash left before it counted, or after it did; removed.
    Leftover {
        /// The file.
        path: PathBuf,
    },
    /// A damaged segment was renamed. What was in it is not found any more.
    SetAside {
        /// Its new name.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Torn { path, bytes } => {
                write!(f, "log {} ended in {bytes} bytes of an unfinished record: cut off", path.display())
            }
            Self::Leftover { path } => write!(f, "{} was left by a crash: removed", path.display()),
            Self::SetAside { path, what } => write!(f, "{what}: kept as {}", path.display()),
        }
    }
}

impl Index {
    /// Opens the index in a folder; makes both where they are not there. Reads no hash but those of the log: well under
    /// a second, whatever its size.
    ///
    /// # Errors
    /// [`IndexError::InUse`]; those of damage, each with what to do about it; those of reading and writing.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        Self::open_with(folder, OnDamage::Refuse)
    }

    /// As [`Index::open`], but reads every segment through, and renames those that are damaged, so that the rest can be
    /// used. [`Index::findings`] names them.
    ///
    /// # Errors
    /// As [`Index::open`], but for damaged segments.
    pub fn open_setting_damaged_aside(folder: &Path) -> Result<Self, IndexError> {
        Self::open_with(folder, OnDamage::SetAside)
    }

    fn open_with(folder: &Path, on_damage: OnDamage) -> Result<Self, IndexError> {
        std::fs::create_dir_all(folder).map_err(IndexError::io("make", folder))?;
        let lock = lock(folder)?;
        let mut findings = Vec::new();
        let mut manifest = match Manifest::read(folder)? {
            Some(manifest) => manifest,
            None => begin(folder)?,
        };
        let segments = open_segments(folder, &mut manifest, on_damage, &mut findings)?;
        let mut torn = |path: PathBuf, bytes: u64| {
            if bytes > 0 {
                findings.push(Finding::Torn { path, bytes });
            }
        };
        let (register, bytes) = Register::open(&manifest::owners(folder))?;
        torn(manifest::owners(folder), bytes);
        let path = manifest::log(folder, manifest.log);
        let Read { log, contents, torn: bytes } = Log::open(&path)?;
        torn(path.clone(), bytes);
        let mut tail = Vec::new();
        for content in contents {
            let entries = decode(&content).ok_or(IndexError::DamagedLog { path: path.clone(), offset: 0 })?;
            push(&mut tail, Run::new(entries.iter().map(|(owner, hashes)| (*owner, hashes.as_slice()))));
        }
        for path in manifest.leftovers(folder)? {
            std::fs::remove_file(&path).map_err(IndexError::io("remove", &path))?;
            findings.push(Finding::Leftover { path });
        }
        crate::files::sync_folder(folder)?;
        let view = Snapshot { kernel: Kernel::best(), segments, tail, owners: register.owners.clone() };
        let index = Self {
            folder: folder.to_owned(),
            view: ArcSwap::from_pointee(view),
            writer: Mutex::new(Writer { manifest, register, log, is_broken: false }),
            merging: Mutex::new(()),
            work: Work::default(),
            findings,
            _lock: lock,
        };
        index.work.ring();
        Ok(index)
    }
}

/// What to do with a segment that is not as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnDamage {
    Refuse,
    SetAside,
}

fn lock(folder: &Path) -> Result<File, IndexError> {
    let path = folder.join("lock");
    let file = File::create(&path).map_err(IndexError::io("create", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(IndexError::InUse { folder: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(IndexError::io("lock", &path)(source)),
    }
}

/// The first files of an index.
fn begin(folder: &Path) -> Result<Manifest, IndexError> {
    let manifest = Manifest { next: 1, log: 0, segments: Vec::new() };
    let found = manifest.leftovers(folder)?;
    if let Some(segment) = found.iter().find(|path| path.extension().is_some_and(|extension| extension == "segment")) {
        let what = format!("it is gone, and {} is there", segment.display());
        return Err(IndexError::DamagedManifest { path: folder.join("manifest"), what });
    }
    drop(Log::create(&manifest::log(folder, manifest.log))?);
    manifest.write(folder)?;
    Ok(manifest)
}

fn open_segments(
    folder: &Path,
    manifest: &mut Manifest,
    on_damage: OnDamage,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Arc<Segment>>, IndexError> {
    let (mut segments, mut lost) = (Vec::new(), Vec::new());
    for number in manifest.segments.clone() {
        let path = manifest::segment(folder, number);
        let opened = Segment::open(&path, number);
        let outcome = match on_damage {
            OnDamage::Refuse => opened,
            OnDamage::SetAside => opened.and_then(|segment| segment.check().map(|()| segment)),
        };
        match outcome {
            Ok(segment) => segments.push(Arc::new(segment)),
            Err(IndexError::DamagedSegment { what, .. }) if on_damage == OnDamage::SetAside => {
                lost.push((number, what));
            }
            Err(error) => return Err(error),
        }
    }
    for (number, what) in &lost {
        let path = manifest::segment(folder, *number);
        let aside = path.with_extension("segment.damaged");
        if path.exists() {
            std::fs::rename(&path, &aside).map_err(IndexError::io("rename", &path))?;
        }
        let what = format!("segment {} is damaged: {what}", path.display());
        findings.push(Finding::SetAside { path: aside, what });
    }
    if !lost.is_empty() {
        manifest.segments.retain(|number| lost.iter().all(|(lost, _)| lost != number));
        manifest.write(folder)?;
    }
    Ok(segments)
}

/// A record of the log: for each owner its number, how many hashes, and these with their positions.
pub(super) fn encode(batch: &[(Owner, &[(Hash, u32)])]) -> Vec<u8> {
    let length: usize = batch.iter().map(|(_, hashes)| 8 + hashes.len() * ROW).sum();
    let mut bytes = Vec::with_capacity(length);
    for (owner, hashes) in batch {
        bytes.extend(owner.0.to_le_bytes());
        bytes.extend((hashes.len() as u32).to_le_bytes());
        for (hash, position) in *hashes {
            bytes.extend(hash.iter().flat_map(|word| word.to_le_bytes()));
            bytes.extend(position.to_le_bytes());
        }
    }
    bytes
}

/// The hashes of one owner, with their positions.
type Rows = Vec<(Hash, u32)>;

/// `None` if it is no such record, which its checksum should have told.
fn decode(mut bytes: &[u8]) -> Option<Vec<(u32, Rows)>> {
    let mut batch = Vec::new();
    while !bytes.is_empty() {
        let (owner, rest) = bytes.split_first_chunk::<4>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let (rows, rest) = rest.split_at_checked((u32::from_le_bytes(*length) as usize).checked_mul(ROW)?)?;
        bytes = rest;
        batch.push((u32::from_le_bytes(*owner), rows.as_chunks::<ROW>().0.iter().map(row).collect()));
    }
    Some(batch)
}

fn row(bytes: &[u8; ROW]) -> (Hash, u32) {
    let mut hash = [0; 4];
    let (words, position) = bytes.as_chunks::<8>();
    hash.iter_mut().zip(words).for_each(|(word, bytes)| *word = u64::from_le_bytes(*bytes));
    let position = position.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes));
    (hash, position)
}
