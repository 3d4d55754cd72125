//! How own posts did: results joined with what each post is made like, measured against its account's own past.
//!
//! A post is compared with the posts of the same account at the same age (the last hundred before it, the middle half of
//! them), so that a large account does not drown a small one, and an old post does not drown a new one.

mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::Timestamp;
use reelpress_vocabulary::Structure;
use serde::{Deserialize, Serialize};

pub use read::{OutboxError, posts_of_outbox};

use crate::source::OwnResult;

/// Ages at which posts are compared, in hours: a measurement counts for the last of them that it has reached.
const AGES: [u32; 9] = [1, 3, 6, 12, 24, 48, 96, 168, 720];
/// Posts of an account that one post is compared with, at most: the latest before it.
const COMPARED: usize = 100;
/// Fewer earlier posts say nothing about what is usual.
const COMPARED_MIN: usize = 4;

/// What a post of ours is made like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPost {
    /// Its item's id.
    pub item: String,
    /// The handle it was delivered under.
    pub handle: String,
    /// Which niche; empty in posts of older versions.
    pub niche: String,
    /// Which account.
    pub account: String,
    /// Which template.
    pub template: String,
    /// Hook, words, scenes, where they are known.
    pub structure: Option<Structure>,
    /// The music's name; `None` without music.
    pub sound: Option<String>,
    /// Without `#`.
    pub hashtags: Vec<String>,
}

/// How a post did against its account's own past.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Performance {
    /// The post.
    pub post: OwnPost,
    /// The age in hours at which it was compared.
    pub age_hours: u32,
    /// Views then.
    pub views: u64,
    /// What the account's posts usually have at that age: the mean of the middle half.
    pub usual: f64,
    /// How many posts that is the middle half of.
    pub compared: u32,
    /// Natural logarithm of views by usual views: 0 is as usual, 0.69 twice as many.
    pub lift: f64,
}

impl Performance {
    /// The lift as people say it: `+100 %` is twice as many as usual.
    #[must_use]
    pub fn percent(&self) -> f64 {
        (self.lift.exp() - 1.0) * 100.0
    }
}

/// How each post did, oldest first. A result is of the post that it names by item or by handle; one without a time of
/// publication or without views says nothing. A post that is not among `posts`, or without enough earlier posts of its
/// account and platform to be compared with, is left out.
#[must_use]
pub fn performances(results: &[OwnResult], posts: &[OwnPost]) -> Vec<Performance> {
    let by_name = posts.iter().flat_map(|post| [(post.item.as_str(), post), (post.handle.as_str(), post)]);
    let by_name = by_name.filter(|(name, _)| !name.is_empty()).collect::<BTreeMap<_, _>>();
    let mut found = Vec::new();
    for measured in by_account(results, &by_name).into_values() {
        for (at, post) in measured.iter().enumerate() {
            let Some(own) = by_name.get(post.name) else { continue };
            let earlier = &measured[..at];
            // The oldest age that enough others have reached too: early views are mostly chance.
            let compared = AGES.iter().enumerate().rev().find_map(|(age, hours)| {
                let views = post.views[age]?;
                let usual =
                    earlier.iter().rev().filter_map(|other| other.views[age]).take(COMPARED).collect::<Vec<_>>();
                (usual.len() >= COMPARED_MIN).then_some((*hours, views, usual))
            });
            let Some((age_hours, views, others)) = compared else { continue };
            let compared = u32::try_from(others.len()).unwrap_or(u32::MAX);
            let usual = middle_half(others);
            let lift = ((1.0 + views as f64) / (1.0 + usual)).ln();
            found.push((post.published, Performance { post: (*own).clone(), age_hours, views, usual, compared, lift }));
        }
    }
    found.sort_by(|a, b| (a.0, &a.1.post.item).cmp(&(b.0, &b.1.post.item)));
    found.into_iter().map(|(_, performance)| performance).collect()
}

/// A post's views by age.
struct Measured<'a> {
    name: &'a str,
    published: Timestamp,
    views: [Option<u64>; AGES.len()],
}

/// The posts of each account and platform, oldest first.
fn by_account<'a>(
    results: &'a [OwnResult],
    by_name: &BTreeMap<&str, &'a OwnPost>,
) -> BTreeMap<(&'a str, &'a str), Vec<Measured<'a>>> {
    let mut posts = BTreeMap::<(&str, &str, &str), Measured<'_>>::new();
    let mut sorted = results.iter().collect::<Vec<_>>();
    sorted.sort_by_key(|result| (result.at, result.post.as_str(), result.views));
    for result in sorted {
        let (Some(published), Some(views)) = (result.published, result.views) else { continue };
        let name = result.item.as_deref().unwrap_or(&result.post);
        let of_post = by_name.get(name).map(|post| post.account.as_str());
        let Some(account) = result.account.as_deref().or(of_post) else { continue };
        let key = (account, result.platform.as_deref().unwrap_or_default(), name);
        let post = posts.entry(key).or_insert_with(|| Measured { name, published, views: [None; AGES.len()] });
        let hours = result.at.duration_since(published).as_secs() / 3_600;
        // The first measurement after an age was reached is the one nearest to it.
        if let Some(age) = AGES.iter().rposition(|age| hours >= i64::from(*age)) {
            post.views[age].get_or_insert(views);
        }
    }
    let mut accounts = BTreeMap::<(&str, &str), Vec<Measured<'_>>>::new();
    for ((account, platform, _), post) in posts {
        accounts.entry((account, platform)).or_default().push(post);
    }
    for posts in accounts.values_mut() {
        posts.sort_by_key(|post| (post.published, post.name));
    }
    accounts
}

/// The mean of what lies between the quarters: one post that went round the world does not change what is usual.
fn middle_half(mut values: Vec<u64>) -> f64 {
    values.sort_unstable();
    let quarter = values.len() / 4;
    let middle = &values[quarter..values.len() - quarter];
    if middle.is_empty() { 0.0 } else { middle.iter().map(|views| *views as f64).sum::<f64>() / middle.len() as f64 }
}
