//! What is forgotten: what is too old or too much, per feed and in all, the least recently seen first.

use jiff::{SignedDuration, Timestamp};
use reelpress_config::Feed;

use super::TrendMemory;
use crate::source::LIMITED_TO;

/// Items not seen for this long are forgotten.
const AGE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Topics not seen for this long are forgotten.
const TOPIC_AGE: SignedDuration = SignedDuration::from_hours(28 * 24);
/// Most items of one feed, so that one feed cannot push out the others.
pub(super) const ITEMS_A_FEED: usize = 2_000;
/// Most items of all feeds.
const ITEMS: usize = 8_000;
/// Most bytes of titles and summaries of all feeds.
const TEXT_BYTES: usize = 8 << 20;

impl TrendMemory {
    pub(super) fn prune(&mut self, settings: &[Feed], now: Timestamp) {
        let oldest = now.checked_sub(AGE).unwrap_or(Timestamp::MIN);
        for memory in self.feeds.values_mut() {
            memory.listed = memory.listed.map(|listed| listed.min(now));
            memory.items.values_mut().for_each(|item| item.last_seen = item.last_seen.min(now));
            memory.items.retain(|_, item| item.last_seen >= oldest);
            if memory.items.len() > ITEMS_A_FEED {
                let mut order =
                    memory.items.iter().map(|(key, item)| (item.last_seen, key.clone())).collect::<Vec<_>>();
                order.sort_unstable();
                for (_, key) in &order[..order.len() - ITEMS_A_FEED] {
                    memory.items.remove(key);
                }
            }
        }
        // An element's evidence was seen at most that long before the element itself.
        let limit = LIMITED_TO.checked_sub(AGE).unwrap_or(LIMITED_TO);
        self.library.forget_carried(&self.limited, now.checked_sub(limit).unwrap_or(Timestamp::MIN));
        self.prune_all();
        let oldest = now.checked_sub(TOPIC_AGE).unwrap_or(Timestamp::MIN);
        self.topics.retain(|_, topic| topic.last_seen >= oldest);
        self.feeds.retain(|name, memory| !memory.items.is_empty() || settings.iter().any(|feed| feed.name == *name));
    }

    fn prune_all(&mut self) {
        let mut order = self
            .feeds
            .iter()
            .flat_map(|(name, memory)| {
                memory.items.iter().map(|(key, item)| (item.last_seen, item.size(), name.clone(), key.clone()))
            })
            .collect::<Vec<_>>();
        let bytes: usize = order.iter().map(|(_, size, _, _)| size).sum();
        if order.len() <= ITEMS && bytes <= TEXT_BYTES {
            return;
        }
        order.sort_unstable();
        let (mut number, mut bytes) = (0, 0);
        for (_, size, name, key) in order.into_iter().rev() {
            number += 1;
            bytes += size;
            if (number > ITEMS || bytes > TEXT_BYTES)
                && let Some(memory) = self.feeds.get_mut(&name)
            {
                memory.items.remove(&key);
            }
        }
    }
}
