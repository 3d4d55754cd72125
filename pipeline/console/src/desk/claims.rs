//! Who looks at what, so that two people never judge the same cut. A claim is a lease: it ends by itself.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use reelpress_core::ItemId;
use serde::{Deserialize, Serialize};

/// Largest file that is read, in bytes: claims of thousands of people.
const FILE_MAX: u64 = 1 << 20;

/// A person's claim on an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) by: String,
    pub(crate) until: Timestamp,
}

/// All claims. They are kept in a file too, so that after a restart nobody is given what another person still looks at.
/// A file that is lost or cannot be written costs no more than that: no decision rests on a claim alone.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    claims: BTreeMap<ItemId, Claim>,
    file: Option<PathBuf>,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Kept {
    item: String,
    #[serde(flatten)]
    claim: Claim,
}

impl Claims {
    /// The claims of a file that have not ended; no file is none.
    pub(crate) fn in_file(path: &Path, now: Timestamp) -> Self {
        let is_small = std::fs::metadata(path).is_ok_and(|found| found.len() <= FILE_MAX);
        let bytes = if is_small { std::fs::read(path).unwrap_or_default() } else { Vec::new() };
        let kept = serde_json::from_slice::<Vec<Kept>>(&bytes).unwrap_or_default();
        let known = kept.into_iter().filter(|kept| kept.claim.until > now);
        let claims = known.filter_map(|kept| Some((kept.item.parse().ok()?, kept.claim))).collect();
        Self { claims, file: Some(path.to_owned()) }
    }

    /// Takes or renews a claim. A person has one at a time, so this lets go of their others.
    ///
    /// # Errors
    /// The claim of somebody else.
    pub(crate) fn take(&mut self, item: ItemId, by: &str, now: Timestamp, lease: Duration) -> Result<Claim, Claim> {
        if let Some(other) = self.of(item, now).filter(|claim| claim.by != by) {
            return Err(other.clone());
        }
        // One each, so there are never more than people.
        self.claims.retain(|_, claim| claim.by != by && claim.until > now);
        let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let claim = Claim { by: by.to_owned(), until };
        self.claims.insert(item, claim.clone());
        self.keep();
        Ok(claim)
    }

    /// Lets go of a claim, if it is this person's.
    pub(crate) fn release(&mut self, item: ItemId, by: &str) {
        if self.claims.get(&item).is_some_and(|claim| claim.by == by) {
            self.claims.remove(&item);
            self.keep();
        }
    }

    /// Who has it now.
    pub(crate) fn of(&self, item: ItemId, now: Timestamp) -> Option<&Claim> {
        self.claims.get(&item).filter(|claim| claim.until > now)
    }

    /// Readers see the whole old file or the whole new one. It is not synced: after a power cut nobody looks at anything.
    fn keep(&self) {
        let Some(path) = &self.file else { return };
        let kept = self.claims.iter().map(|(item, claim)| Kept { item: item.to_string(), claim: claim.clone() });
        let written = serde_json::to_vec(&kept.collect::<Vec<_>>()).map_err(std::io::Error::other).and_then(|bytes| {
            let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
            file.write_all(&bytes)?;
            file.persist(path).map_err(|error| error.error)
        });
        if let Err(error) = written {
            tracing::warn!(path = %path.display(), %error, "claims could not be kept for after a restart");
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    const LEASE: Duration = Duration::from_secs(60);

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    fn item(n: u64) -> ItemId {
        ItemId::from_parts(n, 0)
    }

    #[test]
    fn one_person_has_a_cut_until_the_lease_ends() {
        let mut claims = Claims::default();
        claims.take(item(1), "ana", at(0), LEASE).unwrap();
        assert_eq!(claims.take(item(1), "bo", at(59), LEASE).unwrap_err().by, "ana");
        claims.take(item(1), "ana", at(59), LEASE).unwrap();
        assert_eq!(claims.take(item(1), "bo", at(118), LEASE).unwrap_err().by, "ana", "renewed");
        assert_eq!(claims.take(item(1), "bo", at(119), LEASE).unwrap().by, "bo", "ended by itself");
    }

    #[test]
    fn a_person_has_one_claim_and_can_let_go_of_none_but_their_own() {
        let mut claims = Claims::default();
        claims.take(item(1), "ana", at(0), LEASE).unwrap();
        claims.take(item(2), "ana", at(1), LEASE).unwrap();
        claims.take(item(1), "bo", at(1), LEASE).unwrap();
        claims.release(item(1), "ana");
        assert_eq!(claims.of(item(1), at(2)).unwrap().by, "bo");
        claims.release(item(1), "bo");
        assert_eq!(claims.of(item(1), at(2)), None);
    }

    #[test]
    fn after_a_restart_nobody_is_given_what_another_still_looks_at() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claims.json");
        let mut claims = Claims::in_file(&path, at(0));
        claims.take(item(1), "ana", at(0), LEASE).unwrap();
        claims.take(item(2), "bo", at(30), LEASE).unwrap();
        claims.take(item(3), "cyd", at(30), LEASE).unwrap();
        claims.release(item(3), "cyd");
        let mut again = Claims::in_file(&path, at(59));
        assert_eq!(again.take(item(1), "bo", at(59), LEASE).unwrap_err().by, "ana");
        assert_eq!(again.of(item(3), at(59)), None);
        assert_eq!(Claims::in_file(&path, at(60)).of(item(1), at(60)), None, "ended while nobody was there");
        assert_eq!(Claims::in_file(&path, at(60)).of(item(2), at(60)).unwrap().by, "bo");
    }

    #[test]
    fn a_file_that_is_damaged_or_huge_is_no_claim() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("claims.json");
        let forged = "[{\"item\":\"../x\",\"by\":\"a\",\"until\":\"2100-01-01T00:00:00Z\"}]".to_owned();
        for text in ["", "[", "{}", "null", &forged, &" ".repeat(2 << 20)] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(Claims::in_file(&path, at(0)).claims, BTreeMap::new());
        }
    }
}
