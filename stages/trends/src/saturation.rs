//! What was made often enough: by us, or by others.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use reelpress_config::Saturation;
use reelpress_core::{Note, Noted};
use reelpress_vocabulary::{Brief, Topic};
use serde::{Deserialize, Serialize};

use crate::cluster::{self, Headline};

/// The note that says what an item was made of; written beside the item's creation.
pub const TAKEN: &str = "topic.taken";
/// Briefs that are remembered, at most: 5,000 a day for a year would be more than anybody sets.
const MADE_MAX: usize = 200_000;
/// Hosts whose pages are videos, with the hosts below them.
const VIDEO_HOSTS: [&str; 12] = [
    "youtube.com",
    "youtu.be",
    "tiktok.com",
    "vimeo.com",
    "dailymotion.com",
    "bilibili.com",
    "douyin.com",
    "kuaishou.com",
    "nicovideo.jp",
    "twitch.tv",
    "rumble.com",
    "rutube.ru",
];

/// A brief that became an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeBrief {
    /// When it was taken.
    pub at: Timestamp,
    /// The topic's id.
    pub topic: String,
    /// The topic's title then.
    pub title: String,
    /// The title's language.
    pub language: String,
    /// Which niche.
    pub niche: String,
    /// Which of the script's hooks: 0 is its own, the others are variants of one cut.
    #[serde(default)]
    pub variant: u32,
}

impl MadeBrief {
    /// What is remembered of a brief.
    #[must_use]
    pub fn of(brief: &Brief, at: Timestamp) -> Self {
        let topic = &brief.topic;
        Self {
            at,
            topic: topic.id.clone(),
            title: topic.title.clone(),
            language: topic.language.clone(),
            niche: brief.niche.to_string(),
            variant: brief.variant,
        }
    }

    /// As the note that is written beside the item's creation.
    #[must_use]
    pub fn note(&self) -> Noted {
        Noted::new(TAKEN, self)
    }
}

/// Knows what was made.
pub trait Made {
    /// All briefs that were taken at `since` or later, oldest first.
    fn since(&self, since: Timestamp) -> Vec<&MadeBrief>;
}

/// [`Made`] in memory: filled once from the journal's notes, then kept up as briefs are taken.
#[derive(Debug, Clone, Default)]
pub struct MadeBook(VecDeque<MadeBrief>);

impl MadeBook {
    /// From `notes.about(TAKEN)`.
    #[must_use]
    pub fn from_notes(notes: &[Note]) -> Self {
        let mut made = notes.iter().filter_map(|note| note.noted.read::<MadeBrief>(TAKEN)).collect::<Vec<_>>();
        made.sort_by(|a, b| (a.at, &a.topic, &a.niche).cmp(&(b.at, &b.topic, &b.niche)));
        let mut book = Self::default();
        for brief in made {
            book.add(brief);
        }
        book
    }

    /// One more.
    pub fn add(&mut self, made: MadeBrief) {
        if self.0.len() >= MADE_MAX {
            self.0.pop_front();
        }
        self.0.push_back(made);
    }

    /// Forgets what is older than `oldest`.
    pub fn prune(&mut self, oldest: Timestamp) {
        while self.0.front().is_some_and(|made| made.at < oldest) {
            self.0.pop_front();
        }
    }
}

impl Made for MadeBook {
    fn since(&self, since: Timestamp) -> Vec<&MadeBrief> {
        self.0.iter().filter(|made| made.at >= since).collect()
    }
}

/// What others made of a topic.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Others {
    /// Distinct items about it, by link.
    pub items: u32,
    /// Of them, videos.
    pub videos: u32,
    /// Distinct publishers: one domain that posts forty times is one.
    pub publishers: u32,
}

impl Others {
    /// As far as the topic's own evidence tells.
    #[must_use]
    pub fn of(topic: &Topic) -> Self {
        let links = topic.evidence.iter().filter_map(|evidence| evidence.link.as_ref());
        let links = links.map(url::Url::as_str).collect::<BTreeSet<_>>();
        let hosts = topic.evidence.iter().filter_map(|evidence| evidence.link.as_ref()?.host_str());
        let publishers = hosts.map(|host| host.strip_prefix("www.").unwrap_or(host)).collect::<BTreeSet<_>>();
        let videos = topic.evidence.iter().filter_map(|evidence| evidence.link.as_ref()).filter(|link| is_video(link));
        let videos = videos.map(url::Url::as_str).collect::<BTreeSet<_>>();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self { items: count(links.len()), videos: count(videos.len()), publishers: count(publishers.len()) }
    }

    /// 0 to 1: how much of it is video.
    #[must_use]
    pub fn video_share(&self) -> f64 {
        if self.items == 0 { 0.0 } else { f64::from(self.videos) / f64::from(self.items) }
    }
}

fn is_video(link: &url::Url) -> bool {
    let Some(host) = link.host_str() else { return false };
    VIDEO_HOSTS.iter().any(|known| host == *known || host.strip_suffix(known).is_some_and(|rest| rest.ends_with('.')))
}

/// Why no more is made of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saturated {
    /// We made it often enough.
    Ours {
        /// How often.
        cuts: u32,
        /// In how many days.
        days: u32,
    },
    /// Others made enough videos of it.
    Videos {
        /// How many.
        videos: u32,
    },
    /// Enough others carry it.
    Publishers {
        /// How many.
        publishers: u32,
    },
}

impl fmt::Display for Saturated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: &u32| if *count == 1 { "" } else { "s" };
        match self {
            Self::Ours { cuts, days } => write!(f, "{cuts} cut{} of ours in {days} day{}", plural(cuts), plural(days)),
            Self::Videos { videos } => write!(f, "{videos} video{} of others", plural(videos)),
            Self::Publishers { publishers } => write!(f, "{publishers} other publisher{}", plural(publishers)),
        }
    }
}

/// What was made about the topics at hand.
pub(crate) struct MadeAbout {
    /// For each topic at hand, the earlier topics that are the same event, itself included.
    same: BTreeMap<String, BTreeSet<String>>,
    made: Vec<MadeBrief>,
}

impl MadeAbout {
    /// Compares these topics with all that was made in `days` days: by id, and by what their titles say.
    pub(crate) fn new(topics: &[&Topic], made: &dyn Made, days: u32, now: Timestamp) -> Self {
        let oldest = now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MIN);
        let made = made.since(oldest).into_iter().cloned().collect::<Vec<_>>();
        Self { same: same_events(topics, &made), made }
    }

    /// True if this niche has this very topic already.
    pub(crate) fn has(&self, topic: &Topic, niche: &str) -> bool {
        self.made.iter().any(|made| made.topic == topic.id && made.niche == niche)
    }

    /// One more was made just now.
    pub(crate) fn add(&mut self, made: MadeBrief) {
        self.made.push(made);
    }

    pub(crate) fn check(
        &self,
        topic: &Topic,
        limits: &Saturation,
        others: &Others,
        now: Timestamp,
    ) -> Option<Saturated> {
        let over = |count: u32, limit: u32| limit > 0 && count >= limit;
        let oldest = now.checked_sub(SignedDuration::from_hours(24 * i64::from(limits.days))).unwrap_or(Timestamp::MIN);
        let same = |made: &&MadeBrief| {
            made.at >= oldest
                && (made.topic == topic.id || self.same.get(&topic.id).is_some_and(|same| same.contains(&made.topic)))
        };
        // Variants of one cut are no copies of it.
        let cuts = self.made.iter().filter(same).filter(|made| made.variant == 0).count();
        let cuts = u32::try_from(cuts).unwrap_or(u32::MAX);
        if over(cuts, limits.ours) {
            Some(Saturated::Ours { cuts, days: limits.days })
        } else if over(others.videos, limits.videos) {
            Some(Saturated::Videos { videos: others.videos })
        } else if over(others.publishers, limits.publishers) {
            Some(Saturated::Publishers { publishers: others.publishers })
        } else {
            None
        }
    }
}

/// The ids of made topics that are the same event as each topic at hand, judged as headlines are: two feeds, no common link.
fn same_events(topics: &[&Topic], made: &[MadeBrief]) -> BTreeMap<String, BTreeSet<String>> {
    if made.is_empty() || topics.is_empty() {
        return BTreeMap::new();
    }
    let headline = |feed, title, language, at| Headline { feed, at, title, language, link: None };
    let known = made.iter().map(|made| (made.topic.as_str(), headline("made", &made.title, &made.language, made.at)));
    let known = known.collect::<Vec<_>>();
    let last = made.iter().map(|made| made.at).max().unwrap_or(Timestamp::UNIX_EPOCH);
    let new = topics.iter().map(|topic| headline("now", &topic.title, &topic.language, last)).collect::<Vec<_>>();
    let ids = made.iter().map(|made| made.topic.as_str()).collect::<BTreeSet<_>>();
    let assigned = cluster::assign(&known, &new);
    let pairs = topics.iter().zip(assigned).filter(|(_, id)| ids.contains(id.as_str()));
    pairs.fold(BTreeMap::new(), |mut same: BTreeMap<String, BTreeSet<String>>, (topic, id)| {
        same.entry(topic.id.clone()).or_default().insert(id);
        same
    })
}
