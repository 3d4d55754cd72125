//! Near copies of earlier scripts, found by `MinHash` over runs of three words: the share of equal least hashes is about
//! the share of runs that two texts have in common (Broder 1997). Kept for each niche in a file of fixed-size records.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use reelpress_core::{Reason, Step};
use reelpress_vocabulary::{Brief, Script};

use crate::craft;

/// Why a script is held here; a person's release of it lets the script go.
pub(crate) const NEAR_COPY: &str = "near_copy";
/// Hashes of a signature: the estimate is off by 0.07 on average near the threshold.
const HASHES: usize = 48;
/// Equal hashes, in percent, from which two scripts are one. A judgement: what two scripts about
/// different things share by chance was not measured.
const SAME_FROM: usize = 50;
/// Scripts kept for a niche: about 400 KB.
const KEPT: usize = 2_000;
/// Words of a run.
const RUN: usize = 3;
/// Topic and signature, eight bytes and four bytes a hash.
const RECORD: usize = 8 + 4 * HASHES;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    /// The topic's hash: two scripts of one topic are alike on purpose.
    topic: u64,
    signature: [u32; HASHES],
}

/// What was written before, by niche.
#[derive(Debug, Default)]
pub(crate) struct Earlier {
    folder: Option<PathBuf>,
    niches: Mutex<BTreeMap<String, VecDeque<Kept>>>,
}

impl Earlier {
    /// Known from the files of a folder, and kept there. What cannot be read is not known; nothing else comes of it.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { folder: Some(folder.to_owned()), niches: Mutex::default() }
    }

    /// The step, or a hold if its script is a near copy of one about another topic. A script that goes on is remembered.
    pub(crate) fn unlike(&self, brief: &Brief, step: Step<Script>) -> Step<Script> {
        let Step::Next(script) = step else { return step };
        let kept = Kept { topic: hash(brief.topic.id.as_bytes(), 0), signature: signature(&script) };
        match self.take(brief.niche.name().as_str(), kept) {
            Some(percent) => Step::Hold(Reason::new(
                NEAR_COPY,
                format!(
                    "the script shares about {percent} % of its runs of words with an earlier one of niche `{}` about another \
                     topic, {SAME_FROM} or more is a near copy (look at the feeds: they may carry one story under two names; a release lets it go as it is)",
                    brief.niche
                ),
            )),
            None => Step::Next(script),
        }
    }

    /// Makes a script known.
    pub(crate) fn remember(&self, brief: &Brief, script: &Script) {
        let kept = Kept { topic: hash(brief.topic.id.as_bytes(), 0), signature: signature(script) };
        let _ = self.take(brief.niche.name().as_str(), kept);
    }

    /// How alike it is to the nearest other topic's script if that is too much; else it is kept.
    fn take(&self, niche: &str, kept: Kept) -> Option<usize> {
        let mut niches = self.niches.lock().unwrap_or_else(PoisonError::into_inner);
        let list = niches.entry(niche.to_owned()).or_insert_with(|| self.read(niche));
        let percent = |other: &Kept| {
            let same = kept.signature.iter().zip(other.signature).filter(|(one, two)| **one == *two).count();
            same * 100 / HASHES
        };
        let nearest = list.iter().filter(|other| other.topic != kept.topic).map(percent).max().unwrap_or(0);
        if nearest >= SAME_FROM {
            return Some(nearest);
        }
        if !list.contains(&kept) {
            list.push_back(kept);
            let full = list.len() > KEPT;
            if full {
                // A tenth at once, so that the file is not written anew for each script.
                list.drain(..KEPT / 10);
            }
            self.write(niche, list, full);
        }
        None
    }

    fn file(&self, niche: &str) -> Option<PathBuf> {
        // A niche's name is a config name: letters, digits, `.`, `_` and `-`.
        self.folder.as_ref().map(|folder| folder.join(format!("{niche}.minhash")))
    }

    fn read(&self, niche: &str) -> VecDeque<Kept> {
        let bytes = self.file(niche).and_then(|file| fs::read(file).ok()).unwrap_or_default();
        let (records, torn) = bytes.as_chunks::<RECORD>();
        let skipped = records.len().saturating_sub(KEPT);
        let list = records.iter().skip(skipped).map(Kept::read).collect();
        if !torn.is_empty() {
            // What is appended behind half a record could not be read.
            self.write(niche, &list, true);
        }
        list
    }

    /// Best effort: what is not written is not known after the next start, and no script depends on it.
    fn write(&self, niche: &str, list: &VecDeque<Kept>, anew: bool) {
        let Some(file) = self.file(niche) else { return };
        let written = if anew {
            let bytes = list.iter().flat_map(Kept::bytes).collect::<Vec<_>>();
            let aside = file.with_extension("minhash.new");
            fs::write(&aside, bytes).and_then(|()| fs::rename(&aside, &file))
        } else {
            let last = list.back().map(Kept::bytes).unwrap_or_default();
            fs::create_dir_all(file.parent().unwrap_or(Path::new(".")))
                .and_then(|()| fs::OpenOptions::new().create(true).append(true).open(&file))
                .and_then(|mut file| file.write_all(&last))
        };
        if let Err(error) = written {
            tracing::warn!(file = %file.display(), %error, "earlier scripts could not be kept");
        }
    }
}

impl Kept {
    fn bytes(&self) -> Vec<u8> {
        let hashes = self.signature.iter().flat_map(|hash| hash.to_le_bytes());
        self.topic.to_le_bytes().into_iter().chain(hashes).collect()
    }

    fn read(bytes: &[u8; RECORD]) -> Self {
        let (topic, hashes) = bytes.split_at(8);
        let topic = u64::from_le_bytes(topic.try_into().unwrap_or_default());
        let mut signature = [0; HASHES];
        let (chunks, _) = hashes.as_chunks::<4>();
        for (hash, bytes) in signature.iter_mut().zip(chunks) {
            *hash = u32::from_le_bytes(*bytes);
        }
        Self { topic, signature }
    }
}

/// The least hash of all runs of words, for each of the hash functions.
fn signature(script: &Script) -> [u32; HASHES] {
    let draft = script.draft();
    // The closing sentence is the niche's, and the same on purpose.
    let beats = std::iter::once(&draft.hook).chain(&draft.scenes);
    let terms = beats.flat_map(|beat| craft::terms(&beat.narration)).collect::<Vec<_>>();
    let mut least = [u32::MAX; HASHES];
    for run in terms.windows(RUN.min(terms.len().max(1))) {
        let base = hash(run.join(" ").as_bytes(), 1);
        for (at, least) in (1_u64..).zip(&mut least) {
            // One strong hash, mixed anew for each function (splitmix64).
            let mut value = base.wrapping_add(at.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *least = (*least).min((value >> 32) as u32);
        }
    }
    least
}

fn hash(bytes: &[u8], kind: u8) -> u64 {
    let hash = blake3::Hasher::new().update(&[kind]).update(bytes).finalize();
    u64::from_le_bytes(hash.as_bytes()[..8].try_into().unwrap_or_default())
}

#[cfg(test)]
mod tests;
