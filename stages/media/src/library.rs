//! The library as a whole: its places, what was seen in them, and what may be used now.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use jiff::civil::Date;
use reelpress_config::{Media, Problem, Problems};
use reelpress_vocabulary::{MediaFile, MediaKind};

use crate::cache::{Cache, Hold};
use crate::error::MediaError;
use crate::hashes::Hashes;
use crate::listed::{Listed, WhyNot};
use crate::manifest::{LICENCES_FILE, Record};
use crate::pick::{Candidate, Choice, Remote, Shelf, Terms, Wish};
use crate::place::{Place, PlaceKind, Seen};

/// Largest picture or logo, in bytes: it is read whole.
const LARGEST_PICTURE: u64 = 64 << 20;
/// Largest clip or sound, in bytes.
const LARGEST_CLIP: u64 = 4 << 30;

/// Which files there are, what licence each has, and which may be used now.
#[derive(Debug)]
pub struct MediaLibrary {
    pub(crate) settings: Media,
    places: Vec<Place>,
    cache: Cache,
    hashes: Hashes,
    looked: RwLock<Arc<Looked>>,
}

/// What was seen when the places were looked at last.
#[derive(Debug, Clone, Default)]
struct Looked {
    /// By the place's position; what was never looked at is not there.
    seen: BTreeMap<usize, Arc<Seen>>,
    /// The time of change and size of each folder's manifest.
    stamps: BTreeMap<usize, ManifestStamp>,
    /// When the places on S3 were looked at.
    at: Option<Timestamp>,
    shelf: Arc<Shelf>,
}

type ManifestStamp = (Option<std::time::SystemTime>, u64);

/// A file that was picked, on this host. As long as this lives, its copy stays in the cache.
#[derive(Debug, Clone)]
pub struct Picked {
    /// Its record.
    pub record: Arc<Record>,
    /// Where it is on this host.
    pub path: PathBuf,
    /// blake3 of its bytes, hex.
    pub hash: String,
    _hold: Option<Hold>,
}

impl Picked {
    /// What provenance says about it.
    #[must_use]
    pub fn used_as(&self, kind: MediaKind) -> MediaFile {
        MediaFile {
            kind,
            file: self.record.file.clone(),
            hash: self.hash.clone(),
            licence: self.record.licence.clone(),
            attribution: self.record.attribution.clone(),
            source: self.record.source.clone(),
            terms: Some(self.record.terms()),
        }
    }
}

impl MediaLibrary {
    /// A library of the settings' places. Nothing is looked at yet.
    ///
    /// # Errors
    /// [`MediaError::Setup`] if S3 cannot be set up as the settings say.
    pub fn new(settings: &Media) -> Result<Self, MediaError> {
        let places = settings.places.iter().map(|place| Place::open(settings, place)).collect::<Result<_, _>>()?;
        Ok(Self {
            places,
            cache: Cache::new(settings.cache.clone(), settings.cache_bytes),
            hashes: Hashes::default(),
            looked: RwLock::default(),
            settings: settings.clone(),
        })
    }

    /// True if there are places.
    #[must_use]
    pub fn has_places(&self) -> bool {
        !self.places.is_empty()
    }

    /// Reads the manifests of folders that have changed. Cheap if none has: one look at each file.
    ///
    /// # Errors
    /// The first folder's [`MediaError::Read`] or [`MediaError::Manifest`]; the others are read all the same. A folder
    /// that cannot be read has no records any more.
    pub fn look_at_folders(&self) -> Result<(), MediaError> {
        let mut first_error = None;
        for (at, place) in self.places.iter().enumerate() {
            let Some(folder) = place.folder() else { continue };
            let data = std::fs::metadata(folder.join(LICENCES_FILE));
            let stamp = data.map_or((None, 0), |data| (data.modified().ok(), data.len()));
            if stamp.0.is_some() && self.looked().stamps.get(&at) == Some(&stamp) {
                continue;
            }
            match place.look_at_folder(folder) {
                Ok(seen) => self.change(|looked| {
                    looked.stamps.insert(at, stamp);
                    looked.seen.insert(at, Arc::new(seen));
                }),
                Err(error) => {
                    first_error.get_or_insert(error);
                    self.change(|looked| {
                        looked.stamps.remove(&at);
                        looked.seen.remove(&at);
                    });
                }
            }
        }
        first_error.map_or(Ok(()), Err)
    }

    /// Looks at every place; at those on S3 only if the last look is older than `media.every`.
    ///
    /// # Errors
    /// The first place's error; the others are looked at all the same. A place on S3 that was looked at once and cannot be
    /// reached now is no error: what is known of it holds on.
    pub async fn look(&self, now: Timestamp) -> Result<(), MediaError> {
        let folders = self.look_at_folders();
        let every = jiff::SignedDuration::try_from(self.settings.every).unwrap_or(jiff::SignedDuration::MAX);
        let is_fresh = self.looked().at.is_some_and(|at| now.duration_since(at) < every);
        if is_fresh || !self.has_remote() {
            return folders;
        }
        let mut first_error = folders.err();
        for (at, place) in self.places.iter().enumerate() {
            let PlaceKind::S3 { store, prefix } = &place.kind else { continue };
            match place.look_at_s3(store.as_ref(), prefix).await {
                Ok(seen) => self.change(|looked| drop(looked.seen.insert(at, Arc::new(seen)))),
                // The licences that are known hold on, and what is in the cache needs no S3.
                Err(error @ MediaError::Store { .. }) if self.looked().seen.contains_key(&at) => {
                    tracing::warn!(place = %place.name, %error, "looked at later");
                }
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
        if first_error.is_none() {
            self.change(|looked| looked.at = Some(now));
        }
        first_error.map_or(Ok(()), Err)
    }

    /// True if some place is on S3: then [`MediaLibrary::look`] must have been called once before a pick.
    #[must_use]
    pub fn has_remote(&self) -> bool {
        self.places.iter().any(|place| place.folder().is_none())
    }

    /// One file for each wish that some file fits, none twice. Among equally fitting ones the seed chooses.
    ///
    /// # Errors
    /// [`MediaError::NotLooked`] if a place was never looked at, or could not be read at the last look.
    pub fn pick(&self, wishes: &[Wish<'_>], terms: &Terms<'_>) -> Result<Vec<Option<Choice>>, MediaError> {
        let looked = self.looked();
        if let Some((_, place)) = self.places.iter().enumerate().find(|(at, _)| !looked.seen.contains_key(at)) {
            return Err(MediaError::NotLooked { place: place.name.clone() });
        }
        Ok(looked.shelf.pick(wishes, terms, &mut |choice| {
            !terms.damaged.contains(&self.path(choice)) && self.trouble(choice).is_none()
        }))
    }

    /// What a memo key needs to know of a choice: another text for other bytes. Reads a local file once for each change;
    /// for one on S3 it is the listed tag, so nothing is fetched.
    ///
    /// # Errors
    /// [`MediaError::Unusable`].
    pub fn version(&self, choice: &Choice) -> Result<String, MediaError> {
        match &choice.remote {
            Some(Remote { version, bytes, .. }) => Ok(format!("{version} {bytes}")),
            None => self.hash(choice, &self.path(choice)),
        }
    }

    /// Where a choice is on this host, or will be once it is fetched.
    #[must_use]
    pub fn path(&self, choice: &Choice) -> PathBuf {
        let place = &self.places[choice.place];
        match (&choice.remote, place.folder()) {
            (Some(remote), _) => self.cache.path(&place.name, &choice.record.file, remote),
            (None, folder) => folder.unwrap_or(Path::new("")).join(&choice.record.file),
        }
    }

    /// Makes a choice a file on this host; one that is here already is not fetched again.
    ///
    /// # Errors
    /// [`MediaError`]: the file is damaged, changed a moment ago, or cannot be reached.
    pub async fn fetch(&self, choice: &Choice) -> Result<Picked, MediaError> {
        let path = self.path(choice);
        let place = &self.places[choice.place];
        let hold = match (&choice.remote, &place.kind) {
            (Some(remote), PlaceKind::S3 { store, prefix }) => {
                if let Some(why) = size_trouble(choice.record.kind, remote.bytes) {
                    return Err(MediaError::Unusable { path: PathBuf::from(name_of(place, choice)), why });
                }
                let file = &choice.record.file;
                let open = || place.open_remote((store.as_ref(), prefix), file, remote);
                Some(self.cache.bring((&path, &name_of(place, choice)), remote.bytes, open).await?)
            }
            (Some(_) | None, _) => None,
        };
        let hash = self.hash(choice, &path)?;
        Ok(Picked { record: Arc::clone(&choice.record), path, hash, _hold: hold })
    }

    /// Every media file of every place, whether it has a record or not, and every record without a file; in the order of
    /// the places and names. `uses` as in [`Terms`].
    ///
    /// # Errors
    /// [`MediaError::Read`] or [`MediaError::TooManyFiles`] if a folder cannot be listed.
    pub fn listing(&self, today: Date, uses: &[String]) -> Result<Vec<Listed>, MediaError> {
        let looked = self.looked();
        let nothing = Arc::new(Seen::default());
        let mut listed = Vec::new();
        for (at, place) in self.places.iter().enumerate() {
            let seen = looked.seen.get(&at).unwrap_or(&nothing);
            let mut files: BTreeSet<String> = match place.folder() {
                Some(folder) => place.files(folder)?.into_iter().collect(),
                None => seen.remote.keys().cloned().collect(),
            };
            files.extend(seen.manifest.records.keys().chain(seen.manifest.refused.keys()).cloned());
            for file in files {
                let why_not = self.why_not_at(at, seen, &file, (today, uses));
                listed.push(Listed::new(&place.name, seen.manifest.records.get(&file), file, why_not));
            }
        }
        Ok(listed)
    }

    /// Why a file is not picked under these terms, or `None` if it may be; `file` is its name within its place. If
    /// several places have one of that name and some may be picked, that is `None` too.
    #[must_use]
    pub fn why_not(&self, file: &str, today: Date, uses: &[String]) -> Option<WhyNot> {
        let looked = self.looked();
        let mut why = WhyNot::NoRecord;
        for at in 0..self.places.len() {
            let Some(seen) = looked.seen.get(&at) else { continue };
            match self.why_not_at(at, seen, file, (today, uses)) {
                None => return None,
                Some(WhyNot::NoRecord) => {}
                Some(other) => why = other,
            }
        }
        Some(why)
    }

    /// What is wrong with the records of the places, as far as they have been looked at.
    #[must_use]
    pub fn problems(&self) -> Vec<Problems> {
        let looked = self.looked();
        let of_place = |(at, seen): (&usize, &Arc<Seen>)| {
            let list: Vec<Problem> = seen.manifest.problems.clone();
            (!list.is_empty()).then(|| Problems::new(&self.places[*at].manifest_name(), list))
        };
        looked.seen.iter().filter_map(of_place).collect()
    }

    fn why_not_at(&self, at: usize, seen: &Seen, file: &str, (today, uses): (Date, &[String])) -> Option<WhyNot> {
        let Some(record) = seen.manifest.records.get(file) else {
            let line = seen.manifest.refused.get(file).copied();
            return Some(line.map_or(WhyNot::NoRecord, |line| WhyNot::BadRecord { line }));
        };
        if let Some(last) = record.expires.filter(|last| today > *last) {
            return Some(WhyNot::Expired { last });
        }
        if let Some(needed) = uses.iter().find(|one| !record.uses.contains(*one)) {
            return Some(WhyNot::NotFor { needed: needed.clone() });
        }
        match choice(&self.places[at], at, seen, record) {
            Some(choice) => self.trouble(&choice),
            None => Some(WhyNot::Missing),
        }
    }

    /// Why a file cannot be used, whatever its licence says. Looks at it, but does not read it.
    fn trouble(&self, choice: &Choice) -> Option<WhyNot> {
        let bytes = match &choice.remote {
            Some(remote) => remote.bytes,
            None => match std::fs::metadata(self.path(choice)) {
                Ok(data) if data.is_file() => data.len(),
                Ok(_) => return Some(WhyNot::Unusable { why: "it is not a file".to_owned() }),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Some(WhyNot::Missing),
                Err(error) => return Some(WhyNot::Unusable { why: error.to_string() }),
            },
        };
        size_trouble(choice.record.kind, bytes).map(|why| WhyNot::Unusable { why })
    }

    fn hash(&self, choice: &Choice, path: &Path) -> Result<String, MediaError> {
        let most = largest(choice.record.kind);
        self.hashes
            .of(path, most)
            .map_err(|error| MediaError::Unusable { path: path.to_owned(), why: error.to_string() })
    }

    fn looked(&self) -> Arc<Looked> {
        Arc::clone(&self.looked.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut Looked)) {
        let mut looked = self.looked.write().unwrap_or_else(PoisonError::into_inner);
        let mut next = Looked::clone(&looked);
        change(&mut next);
        let candidates = next.seen.iter().flat_map(|(at, seen)| {
            let records = seen.manifest.records.values();
            records.filter_map(|record| choice(&self.places[*at], *at, seen, record)).map(Candidate::new)
        });
        next.shelf = Arc::new(Shelf::new(candidates.collect()));
        *looked = Arc::new(next);
    }
}

/// A record as a choice; `None` if the place was listed and has no such file.
fn choice(place: &Place, at: usize, seen: &Seen, record: &Arc<Record>) -> Option<Choice> {
    let remote = match place.folder() {
        Some(_) => None,
        None => Some(seen.remote.get(&record.file)?.clone()),
    };
    Some(Choice { place: at, record: Arc::clone(record), remote })
}

fn name_of(place: &Place, choice: &Choice) -> String {
    format!("{}/{}", place.name, choice.record.file)
}

fn largest(kind: MediaKind) -> u64 {
    match kind {
        MediaKind::Picture | MediaKind::Logo => LARGEST_PICTURE,
        MediaKind::Clip | MediaKind::Music | MediaKind::Effect => LARGEST_CLIP,
    }
}

fn size_trouble(kind: MediaKind, bytes: u64) -> Option<String> {
    let most = largest(kind);
    if bytes == 0 {
        return Some("it is empty".to_owned());
    }
    (bytes > most).then(|| format!("it has {bytes} bytes, more than {most}"))
}

#[cfg(test)]
mod tests;
