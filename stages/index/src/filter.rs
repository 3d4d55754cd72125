//! Whose hashes count in a search: views by niche and account, and candidates.

use crate::owners::{Owner, Owners};

/// Whose hashes a search may find. All conditions must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    niche: Option<String>,
    account: Option<String>,
    only: Option<Vec<Owner>>,
    without: Vec<Owner>,
}

impl Filter {
    /// Everybody's.
    #[must_use]
    pub fn everything() -> Self {
        Self::default()
    }

    /// Those of one niche.
    #[must_use]
    pub fn niche(mut self, niche: impl Into<String>) -> Self {
        self.niche = Some(niche.into());
        self
    }

    /// Those of one account.
    #[must_use]
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.account = Some(account.into());
        self
    }

    /// Those of the given owners: candidates for a looser radius. Only their rows are read.
    #[must_use]
    pub fn only(mut self, owners: impl IntoIterator<Item = Owner>) -> Self {
        let mut owners: Vec<Owner> = owners.into_iter().collect();
        owners.sort_unstable();
        owners.dedup();
        self.only = Some(owners);
        self
    }

    /// Not those of one owner: a cut is no copy of itself. May be called again.
    #[must_use]
    pub fn without(mut self, owner: Owner) -> Self {
        if let Err(at) = self.without.binary_search(&owner) {
            self.without.insert(at, owner);
        }
        self
    }

    /// The filter in numbers; `None` if nobody can pass it.
    pub(crate) fn resolve<'a>(&'a self, owners: &'a Owners) -> Option<Accept<'a>> {
        let number = |name: &Option<String>| match name {
            Some(name) => owners.name(name).map(Some),
            None => Some(None),
        };
        Some(Accept { owners, niche: number(&self.niche)?, account: number(&self.account)?, filter: self })
    }
}

/// A filter at one moment of the owners.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accept<'a> {
    owners: &'a Owners,
    niche: Option<u32>,
    account: Option<u32>,
    filter: &'a Filter,
}

impl<'a> Accept<'a> {
    /// Whether an owner's rows are hits. Those of removed owners never are.
    pub(crate) fn takes(&self, owner: u32) -> bool {
        let Some(entry) = self.owners.get(owner) else { return false };
        let has = |wanted: Option<u32>, number: u32| wanted.is_none_or(|wanted| wanted == number);
        has(self.niche, entry.niche)
            && has(self.account, entry.account)
            && self.filter.without.binary_search(&Owner(owner)).is_err()
            && self.filter.only.as_ref().is_none_or(|only| only.binary_search(&Owner(owner)).is_ok())
    }

    /// The owners that the filter names, sorted.
    pub(crate) fn only(&self) -> Option<&'a [Owner]> {
        self.filter.only.as_deref()
    }
}
