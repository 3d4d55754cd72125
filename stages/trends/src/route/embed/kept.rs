//! Vectors by the hash of model and text, in memory and in one file.

use std::collections::HashMap;
use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use reelpress_config::EmbeddingsEndpoint;

/// What a file begins with; another number, another form.
const MAGIC: &[u8; 8] = b"rp-vec-1";
/// Bytes of a file that is read, at most.
const FILE_MAX: u64 = 8 << 30;
/// Numbers of one vector, at most.
const DIMENSION_MAX: usize = 1 << 16;
const HASH: usize = 32;

/// An endpoint and its model: vectors of two models are never compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Model([u8; 8]);

impl Model {
    pub(super) fn of(endpoint: &EmbeddingsEndpoint) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(endpoint.base_url.as_str().as_bytes()).update(b"\n").update(endpoint.model.as_bytes());
        let mut low = [0_u8; 8];
        low.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        Self(low)
    }
}

type Key = [u8; 16];

fn key(model: Model, text: &str) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&model.0).update(text.as_bytes());
    let mut low = [0_u8; 16];
    low.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    low
}

struct Vector {
    model: Model,
    /// Empty if the endpoint gave none that can be used: it is not asked again.
    numbers: Box<[f32]>,
    /// When it was last wanted, in rounds of this process.
    used: u64,
}

pub(super) struct Kept {
    path: PathBuf,
    vectors: HashMap<Key, Vector>,
    clock: u64,
    changed: bool,
}

impl Kept {
    pub(super) fn open(folder: &Path) -> Self {
        let path = folder.join("vectors.bin");
        let vectors = read(&path).unwrap_or_default();
        Self { path, vectors, clock: 0, changed: false }
    }

    pub(super) fn get(&self, model: Model, text: &str) -> Option<&[f32]> {
        self.vectors.get(&key(model, text)).map(|vector| &*vector.numbers).filter(|numbers| !numbers.is_empty())
    }

    /// True if it is there; it counts as used now.
    pub(super) fn touch(&mut self, model: Model, text: &str) -> bool {
        self.clock += 1;
        let Some(vector) = self.vectors.get_mut(&key(model, text)) else { return false };
        vector.used = self.clock;
        true
    }

    /// Takes vectors in, and lets the least recently used go beyond `keep`.
    pub(super) fn take<'a>(&mut self, model: Model, new: impl Iterator<Item = (&'a str, Vec<f32>)>, keep: usize) {
        for (text, numbers) in new {
            self.clock += 1;
            let dimension = numbers.len();
            if dimension > 0 && self.dimension(model).is_some_and(|known| known != dimension) {
                // Another model behind the same name: what it gave before cannot be compared any more.
                self.vectors.retain(|_, vector| vector.model != model);
            }
            let vector = Vector { model, numbers: numbers.into(), used: self.clock };
            self.vectors.insert(key(model, text), vector);
            self.changed = true;
        }
        if self.vectors.len() > keep {
            let mut by_use = self.vectors.iter().map(|(key, vector)| (vector.used, *key)).collect::<Vec<_>>();
            by_use.sort_unstable();
            for (_, key) in by_use.iter().take(self.vectors.len() - keep) {
                self.vectors.remove(key);
            }
        }
    }

    /// All usable vectors of a model have one dimension, so any of them tells it; the first found is as good as all.
    fn dimension(&self, model: Model) -> Option<usize> {
        let of_model = self.vectors.values().filter(|vector| vector.model == model && !vector.numbers.is_empty());
        of_model.map(|vector| vector.numbers.len()).next()
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.vectors.len()
    }

    pub(super) fn save(&mut self) -> Result<(), Error> {
        if !self.changed {
            return Ok(());
        }
        let mut rows = self.vectors.iter().collect::<Vec<_>>();
        rows.sort_unstable_by_key(|(key, vector)| (vector.used, **key));
        let mut bytes = MAGIC.to_vec();
        for (key, vector) in rows {
            bytes.extend_from_slice(key);
            bytes.extend_from_slice(&vector.model.0);
            bytes.extend_from_slice(&u32::try_from(vector.numbers.len()).unwrap_or(0).to_le_bytes());
            bytes.extend(vector.numbers.iter().flat_map(|number| number.to_le_bytes()));
        }
        let hash = blake3::hash(&bytes);
        bytes.extend_from_slice(hash.as_bytes());
        let beside = self.path.with_extension("bin.new");
        if let Some(folder) = self.path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(&bytes)?;
        file.sync_data()?;
        std::fs::rename(&beside, &self.path)?;
        self.changed = false;
        Ok(())
    }
}

fn read(path: &Path) -> Result<HashMap<Key, Vector>, Error> {
    let damaged = || Error::from(ErrorKind::InvalidData);
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(FILE_MAX).read_to_end(&mut bytes)?;
    let (body, hash) = bytes.split_at_checked(bytes.len().saturating_sub(HASH)).ok_or_else(damaged)?;
    let mut rest = body.strip_prefix(MAGIC).ok_or_else(damaged)?;
    if blake3::hash(body).as_bytes() != hash {
        return Err(damaged());
    }
    let mut vectors = HashMap::new();
    while !rest.is_empty() {
        let (key, after) = rest.split_first_chunk::<16>().ok_or_else(damaged)?;
        let (model, after) = after.split_first_chunk::<8>().ok_or_else(damaged)?;
        let (length, after) = after.split_first_chunk::<4>().ok_or_else(damaged)?;
        let length = u32::from_le_bytes(*length) as usize;
        if length > DIMENSION_MAX {
            return Err(damaged());
        }
        let (numbers, after) = after.split_at_checked(length * 4).ok_or_else(damaged)?;
        let numbers = numbers.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
        vectors.insert(*key, Vector { model: Model(*model), numbers: numbers.collect(), used: 0 });
        rest = after;
    }
    Ok(vectors)
}
