//! Who looks at what, so that two people never judge the same cut. A claim is a lease: it ends by itself.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use reelpress_core::ItemId;

/// A person's claim on an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) by: String,
    pub(crate) until: Timestamp,
}

/// All claims. They live in memory: after a restart whoever still looks claims again within a third of a lease.
#[derive(Debug, Default)]
pub(crate) struct Claims(HashMap<ItemId, Claim>);

impl Claims {
    /// Takes or renews a claim. A person has one at a time, so this lets go of their others.
    ///
    /// # Errors
    /// The claim of somebody else.
    pub(crate) fn take(&mut self, item: ItemId, by: &str, now: Timestamp, lease: Duration) -> Result<Claim, Claim> {
        if let Some(other) = self.of(item, now).filter(|claim| claim.by != by) {
            return Err(other.clone());
        }
        // One each, so there are never more than people.
        self.0.retain(|_, claim| claim.by != by && claim.until > now);
        let until = now.checked_add(lease).unwrap_or(Timestamp::MAX);
        let claim = Claim { by: by.to_owned(), until };
        self.0.insert(item, claim.clone());
        Ok(claim)
    }

    /// Lets go of a claim, if it is this person's.
    pub(crate) fn release(&mut self, item: ItemId, by: &str) {
        if self.0.get(&item).is_some_and(|claim| claim.by == by) {
            self.0.remove(&item);
        }
    }

    /// Who has it now.
    pub(crate) fn of(&self, item: ItemId, now: Timestamp) -> Option<&Claim> {
        self.0.get(&item).filter(|claim| claim.until > now)
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
}
