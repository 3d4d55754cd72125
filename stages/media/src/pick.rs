//! Which file for which beat. Pure: the same shelf, wishes and terms give the same choices on every machine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use reelpress_vocabulary::MediaKind;

use crate::manifest::Record;
use crate::words::words;

/// A word of a tag, against one of a file's name: people choose tags.
const TAG: u64 = 3;
const NAME: u64 = 2;
/// All words of a tag stand in the wish.
const WHOLE_TAG: u64 = 4;
/// A full match of moods or tempo is worth this many words.
const FEELING: u64 = 6;
/// Each recent use takes off this many hundredths of the fit.
const WORN: u64 = 20;
/// More uses than this make no difference.
const MOST_WORN: u64 = 4;

/// What one beat, or the music under all of them, asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wish<'a> {
    /// A few words: what to show.
    pub show: &'a str,
    /// What it may be, the best first.
    pub kinds: &'a [MediaKind],
    /// For music: what it should feel like. Music with none of it may still be picked.
    pub moods: &'a [&'a str],
    /// For music: beats a minute.
    pub tempo: Option<u32>,
}

/// What holds for all wishes of one cut.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Chooses among equals.
    pub seed: u64,
    /// Records that ran out before this day do not hold.
    pub today: Date,
    /// What the cut is to be used for, such as `commercial`: each file must be allowed for all of it.
    pub uses: &'a [String],
    /// How often each file was used lately, by its name within its place.
    pub recent: &'a BTreeMap<String, u32>,
    /// Files that are passed over, by where they are on this host ([`crate::MediaLibrary::path`]): damaged ones. One that
    /// was replaced on S3 lies elsewhere, and may be picked again.
    pub damaged: &'a BTreeSet<PathBuf>,
}

impl Terms<'_> {
    /// True if a record holds under these terms.
    pub(crate) fn allow(&self, record: &Record) -> bool {
        record.expires.is_none_or(|last| self.today <= last) && self.uses.iter().all(|one| record.uses.contains(one))
    }
}

/// A file that was chosen; [`crate::MediaLibrary::fetch`] makes it a file on this host.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub(crate) place: usize,
    pub(crate) record: Arc<Record>,
    /// Of a remote file; `None` for one on this host.
    pub(crate) remote: Option<Remote>,
}

/// A remote file as it was listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remote {
    /// The store's tag of these bytes; some stores give none.
    pub(crate) etag: Option<String>,
    /// The tag, or else when the file was changed.
    pub(crate) version: String,
    pub(crate) bytes: u64,
}

impl Choice {
    /// The file's record.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }
}

/// A file as the picker sees it.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) choice: Choice,
    tags: Vec<Vec<String>>,
    name: BTreeSet<String>,
}

impl Candidate {
    pub(crate) fn new(choice: Choice) -> Self {
        let record = &choice.record;
        let stem = record.file.rsplit_once('.').map_or(record.file.as_str(), |(stem, _)| stem);
        let name = words(stem).into_iter().collect();
        let tags = record.tags.iter().map(|tag| words(tag)).filter(|tag| !tag.is_empty()).collect();
        Self { choice, tags, name }
    }

    fn all_words(&self) -> BTreeSet<&str> {
        self.tags.iter().flatten().chain(&self.name).map(String::as_str).collect()
    }
}

/// All candidates, in a fixed order, with how many of them each word fits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shelf {
    candidates: Vec<Candidate>,
    spread: BTreeMap<String, u64>,
}

impl Shelf {
    pub(crate) fn new(mut candidates: Vec<Candidate>) -> Self {
        candidates.sort_by(|one, other| key(&one.choice).cmp(&key(&other.choice)));
        let mut spread = BTreeMap::new();
        for word in candidates.iter().flat_map(Candidate::all_words) {
            *spread.entry(word.to_owned()).or_default() += 1;
        }
        Self { candidates, spread }
    }

    /// One choice for each wish that some file fits, no file twice. `is_there` looks at a file before it is chosen.
    pub(crate) fn pick(
        &self,
        wishes: &[Wish<'_>],
        terms: &Terms<'_>,
        is_there: &mut dyn FnMut(&Choice) -> bool,
    ) -> Vec<Option<Choice>> {
        let mut used = BTreeSet::new();
        let allowed: Vec<&Candidate> = self.candidates.iter().filter(|one| terms.allow(&one.choice.record)).collect();
        let pick_one = |(at, wish): (usize, &Wish<'_>)| {
            let wanted = words(wish.show).into_iter().collect();
            let rank = |one: &&Candidate| {
                let fit = self.fit(one, wish, &wanted).filter(|fit| *fit > 0)?;
                let uses = terms.recent.get(&one.choice.record.file).copied().unwrap_or(0);
                let worn = WORN * u64::from(uses).min(MOST_WORN);
                Some((fit * (100 - worn), lot(terms.seed, at, &one.choice)))
            };
            let free = allowed.iter().filter(|one| !used.contains(&key(&one.choice)));
            let mut ranked: Vec<_> = free.filter_map(|one| rank(one).map(|rank| (rank, *one))).collect();
            ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
            let chosen = ranked.into_iter().map(|(_, one)| one).find(|one| is_there(&one.choice))?;
            used.insert(key(&chosen.choice));
            Some(chosen.choice.clone())
        };
        wishes.iter().enumerate().map(pick_one).collect()
    }

    /// How well a file fits a wish; `None` if it cannot stand there at all, 0 if nothing speaks for it.
    fn fit(&self, one: &Candidate, wish: &Wish<'_>, wanted: &BTreeSet<String>) -> Option<u64> {
        let record = &one.choice.record;
        let rank = wish.kinds.iter().position(|kind| *kind == record.kind)?;
        let mut fit = 0;
        let of_tags: BTreeSet<&String> = one.tags.iter().flatten().filter(|word| wanted.contains(*word)).collect();
        for word in &of_tags {
            fit += TAG * self.rarity(word);
        }
        for word in one.name.iter().filter(|word| wanted.contains(*word) && !of_tags.contains(word)) {
            fit += NAME * self.rarity(word);
        }
        // One word is its own whole tag: no extra for that.
        let whole = one.tags.iter().filter(|tag| tag.len() > 1 && tag.iter().all(|word| wanted.contains(word)));
        fit += WHOLE_TAG * whole.count() as u64;
        fit += feeling(record, wish);
        // Among equals the kind that was named first.
        let preference = (wish.kinds.len() - rank) as u64;
        Some(if fit == 0 { 0 } else { fit * 8 + preference.min(7) })
    }

    /// 1 for a word that every file has, more for rare ones.
    fn rarity(&self, word: &str) -> u64 {
        let with_it = self.spread.get(word).copied().unwrap_or(1).max(1);
        1 + u64::from((self.candidates.len() as u64 / with_it).max(1).ilog2())
    }
}

/// Moods and tempo: nothing for what is no sound, and at least 1 for music, which no words need to name.
fn feeling(record: &Record, wish: &Wish<'_>) -> u64 {
    if record.kind != MediaKind::Music {
        return 0;
    }
    let moods: BTreeSet<String> = record.moods.iter().flat_map(|mood| words(mood)).collect();
    let wanted: BTreeSet<String> = wish.moods.iter().flat_map(|mood| words(mood)).collect();
    let shared = moods.intersection(&wanted).count() as u64;
    let mood = FEELING * shared / (wanted.len().max(1) as u64);
    let tempo = match (wish.tempo, record.tempo) {
        // Nothing is left of it at a third off.
        (Some(wanted), Some(is)) => {
            let off = u64::from(wanted.abs_diff(is)) * 100 / u64::from(wanted.max(1));
            FEELING * 33_u64.saturating_sub(off) / 33
        }
        (Some(_) | None, _) => 0,
    };
    1 + mood + tempo
}

fn key(choice: &Choice) -> (&str, usize) {
    (&choice.record.file, choice.place)
}

fn lot(seed: u64, at: usize, choice: &Choice) -> [u8; 8] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes()).update(&(at as u64).to_le_bytes());
    hasher.update(&(choice.place as u64).to_le_bytes()).update(choice.record.file.as_bytes());
    let mut lot = [0; 8];
    lot.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    lot
}

#[cfg(test)]
mod tests;
