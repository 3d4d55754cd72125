//! One feed cannot fill the report.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

/// Takes the best of a list, so that no feed fills more of it than its share.
///
/// `ranked` is best first; `feeds` names those that carry an element, which counts in equal parts for each of them; `share`
/// is the most that a feed may fill of `take` places, 0 to 1. An element is taken while one of its feeds has room. A share
/// below an equal one means an equal one: with a single feed that has anything to say, that feed may fill the report; with
/// two, each may fill half. The order stays, and an element without a feed always fits.
pub fn cap_shares<T, F: Ord + Clone>(
    ranked: Vec<T>,
    take: usize,
    feeds: impl Fn(&T) -> Vec<F>,
    share: impl Fn(&F) -> f64,
) -> Vec<T> {
    let carried = ranked.into_iter().map(|one| {
        let feeds = feeds(&one).into_iter().collect::<BTreeSet<_>>();
        (one, feeds)
    });
    let carried = carried.collect::<Vec<_>>();
    let all = carried.iter().flat_map(|(_, feeds)| feeds).collect::<BTreeSet<_>>();
    let equal = 1.0 / all.len().max(1) as f64;
    let room = |feed: &F| (share(feed).clamp(0.0, 1.0).max(equal) * take as f64).max(1.0);
    let mut left = all.into_iter().map(|feed| (feed.clone(), room(feed))).collect::<BTreeMap<_, _>>();
    let mut taken = Vec::new();
    for (one, feeds) in carried {
        if taken.len() >= take {
            break;
        }
        let part = 1.0 / feeds.len().max(1) as f64;
        // Thirds do not add up to one exactly.
        let fits = |feed: &F| left.get(feed).is_some_and(|left| *left + 1e-9 >= part);
        if feeds.is_empty() || feeds.iter().any(fits) {
            for feed in &feeds {
                left.entry(feed.clone()).and_modify(|left| *left -= part);
            }
            taken.push(one);
        }
    }
    taken
}
