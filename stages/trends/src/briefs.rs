//! Topics become briefs: topic x niche x account x template, with what stands behind them.
//!
//! A topic goes to ONE account of each niche that wants it. The same story on several accounts of one owner is what
//! platforms call duplicate content, and it would be no service to those who follow two of them.

mod editor;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

pub use editor::Editor;
use jiff::Timestamp;
use reelpress_config::{Name, Niche, Settings};
use reelpress_core::{ItemId, Origin, events};
use reelpress_vocabulary::{
    AccountId, Brief, Dossier, FeedLicence, NicheId, SensitiveMark, TemplateId, Topic, TopicKind,
};

use crate::formats::Formats;
use crate::kinds::{self, LicensedSound, TagTrend};
use crate::route::{Meaning, Router, Routing, Why, WordsAlone};
use crate::saturation::{Made, MadeAbout, MadeBook, MadeBrief, Others};
use crate::sensitive::{Delicate, SensitiveLists, judge};
use crate::source::licence_note;

/// Hashtags and sounds suggested with a brief, at most.
const SUGGESTED: usize = 4;
/// Topics passed over that are remembered so as to be counted once.
const PASSED_MAX: usize = 20_000;

/// Everything that decides which topics are made, for whom and how. All but the first three may be left as
/// [`Newsroom::plain`] has them.
pub struct Newsroom<'a> {
    /// Niches, accounts, policies.
    pub settings: &'a Settings,
    /// The niches' wishes, made from the same settings.
    pub router: &'a Router,
    /// The words of delicate matters.
    pub lists: &'a SensitiveLists,
    /// How close titles are to what niches are about.
    pub meaning: &'a dyn Meaning,
    /// What we made.
    pub made: &'a dyn Made,
    /// What others made, by topic id, where it is known better than from the topic's evidence.
    pub others: &'a BTreeMap<String, Others>,
    /// What own results taught.
    pub formats: &'a Formats,
    /// Hashtags that rise, strongest first.
    pub tags: &'a [TagTrend],
    /// Sounds that may be used, and how they did.
    pub sounds: &'a [LicensedSound],
    /// Why each topic rises, in one line, by topic id.
    pub whys: &'a BTreeMap<String, String>,
    /// Now.
    pub now: Timestamp,
}

/// Empty parts for a [`Newsroom`] that knows of nothing but its settings.
#[derive(Default)]
pub struct Nothing {
    made: MadeBook,
    others: BTreeMap<String, Others>,
    formats: Formats,
    whys: BTreeMap<String, String>,
}

impl<'a> Newsroom<'a> {
    /// Knows the settings and the words; nothing was made, learnt or measured.
    #[must_use]
    pub fn plain(
        settings: &'a Settings,
        router: &'a Router,
        lists: &'a SensitiveLists,
        nothing: &'a Nothing,
        now: Timestamp,
    ) -> Self {
        Self {
            settings,
            router,
            lists,
            meaning: &WordsAlone,
            made: &nothing.made,
            others: &nothing.others,
            formats: &nothing.formats,
            tags: &[],
            sounds: &[],
            whys: &nothing.whys,
            now,
        }
    }
}

/// A topic that a niche would have taken but for a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct PassedOver {
    /// The topic's id.
    pub topic: String,
    /// Its title.
    pub title: String,
    /// Which niche.
    pub niche: NicheId,
    /// Which rule: refused or saturated.
    pub why: Why,
}

/// What comes of a round.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Orders {
    /// The orders, in the order of the topics and by name of niche.
    pub briefs: Vec<(Origin, Brief)>,
    /// What was refused or is saturated.
    pub passed_over: Vec<PassedOver>,
}

/// The orders for these topics.
///
/// * Each niche is asked, see [`Router`]; then come its policy on delicate matters and what was made already.
/// * A delicate topic that is to be held becomes a brief with marks: its item waits for a person before anything is spent.
/// * Of the enabled accounts of the niche, the one with the fewest briefs of this call gets it; between equals the topic
///   decides. How many cuts an account may have on the line (`max_in_line`) is known to the line, not here.
/// * The origin is of topic and niche, not of the account: the same topic never makes a second item for the niche, even
///   after accounts were added or renamed.
/// * A niche that asks for several hooks (`hook_variants`) gets a brief for each: one account, one seed, one body. They count
///   as one cut where it is asked what was made already. The origin of the first one is the same however many follow.
/// * The niche's templates are taken in turn by the seed, which comes from the origin; templates that did better in own
///   results come more often, see [`Formats::template`].
/// * Hashtags, sounds and formats make no briefs: they ride along.
#[must_use]
pub fn orders(topics: &[Topic], room: &Newsroom<'_>) -> Orders {
    let settings = room.settings;
    let days = settings.niches.values().map(|niche| settings.trends.saturation_of(niche).days).max().unwrap_or(1);
    let topics = topics.iter().filter(|topic| topic.kind == TopicKind::Topic).collect::<Vec<_>>();
    let mut made = MadeAbout::new(&topics, room.made, days, room.now);
    let mut load = BTreeMap::<&Name, usize>::new();
    let mut orders = Orders::default();
    for topic in topics {
        let about = room.about(topic);
        for routing in room.router.judge(topic, room.meaning) {
            // One after the other: what one niche makes counts for the next.
            match room.rule(topic, &about, &made, routing) {
                Routing::Routed { niche, why } if !made.has(topic, niche.as_str()) => {
                    let Some(account) = account(settings, niche.name(), topic, &load) else { continue };
                    let origin = Origin::of(&["topic", &topic.id, "niche", niche.as_str()]);
                    let Some(brief) = room.brief(topic, &niche, account, &origin, &why) else { continue };
                    made.add(MadeBrief::of(&brief, room.now));
                    let variants = settings.niches.get(niche.name()).map_or(1, |niche| niche.hook_variants.get());
                    *load.entry(account).or_default() += variants as usize;
                    for variant in 1..variants {
                        let place = variant.to_string();
                        let other = Origin::of(&["topic", &topic.id, "niche", niche.as_str(), "variant", &place]);
                        orders.briefs.push((other, Brief { variant, ..brief.clone() }));
                    }
                    // The first one goes in first: the others are made from what it was made from.
                    let at = orders.briefs.len() + 1 - variants as usize;
                    orders.briefs.insert(at, (origin, brief));
                }
                Routing::NotRouted { niche, why: why @ (Why::Refused(_) | Why::Saturated(_)) } => {
                    let (topic, title) = (topic.id.clone(), topic.title.clone());
                    orders.passed_over.push(PassedOver { topic, title, niche, why });
                }
                Routing::Routed { .. } | Routing::NotRouted { .. } => {}
            }
        }
    }
    orders
}

/// [`orders`] of a press that knows only its settings: nothing was made, learnt or measured. The built-in words of delicate
/// matters are used.
#[must_use]
pub fn briefs(topics: &[Topic], settings: &Settings) -> Vec<(Origin, Brief)> {
    let (router, nothing): (Router, Nothing) = (Router::new(settings), Nothing::default());
    let lists: Arc<SensitiveLists> = SensitiveLists::built_in();
    orders(topics, &Newsroom::plain(settings, &router, &lists, &nothing, Timestamp::UNIX_EPOCH)).briefs
}

impl Newsroom<'_> {
    /// What every niche says about one topic, with all rules: for `reelpress trends why`.
    #[must_use]
    pub fn explain(&self, topic: &Topic) -> Vec<Routing> {
        let days = self.settings.niches.values().map(|niche| self.settings.trends.saturation_of(niche).days).max();
        let made = MadeAbout::new(&[topic], self.made, days.unwrap_or(1), self.now);
        let about = self.about(topic);
        let judged = self.router.judge(topic, self.meaning).into_iter();
        judged.map(|routing| self.rule(topic, &about, &made, routing)).collect()
    }

    /// What comes after the niche's own wishes: its accounts, its policy on delicate matters, what was made already.
    fn rule(&self, topic: &Topic, about: &About, made: &MadeAbout, routing: Routing) -> Routing {
        let Routing::Routed { niche, mut why } = routing else { return routing };
        let (settings, trends) = (self.settings, &self.settings.trends);
        let Some(wants) = settings.niches.get(niche.name()) else {
            return Routing::NotRouted { niche, why: Why::NoAccount };
        };
        if !settings.accounts.values().any(|account| account.enabled && account.niches.contains(niche.name())) {
            return Routing::NotRouted { niche, why: Why::NoAccount };
        }
        match judge(&about.marks, trends, wants) {
            Delicate::Refuse(marks) => return Routing::NotRouted { niche, why: Why::Refused(marks) },
            Delicate::Hold(marks) => why.push(Why::Held(marks)),
            Delicate::Free => {}
        }
        // What this niche has made already is no news, and no fault either.
        if !made.has(topic, niche.as_str())
            && let Some(saturated) = made.check(topic, &trends.saturation_of(wants), &about.others, self.now)
        {
            return Routing::NotRouted { niche, why: Why::Saturated(saturated) };
        }
        Routing::Routed { niche, why }
    }

    fn about(&self, topic: &Topic) -> About {
        let others = self.others.get(&topic.id).copied().unwrap_or_else(|| Others::of(topic));
        About { marks: self.lists.marks(topic), others }
    }

    fn brief(&self, topic: &Topic, niche: &NicheId, account: &Name, origin: &Origin, why: &[Why]) -> Option<Brief> {
        let wants = self.settings.niches.get(niche.name())?;
        let seed = seed(origin);
        let sensitive = why.iter().find_map(|why| if let Why::Held(marks) = why { Some(marks.clone()) } else { None });
        let dossier = Dossier {
            why: self.whys.get(&topic.id).cloned().unwrap_or_default(),
            routed: why.iter().map(Why::to_string).collect(),
            licences: self.licences_of(topic),
            sounds: kinds::sounds_for(self.sounds, topic, wants, SUGGESTED),
            sensitive: sensitive.unwrap_or_default(),
            sent_back: None,
        };
        Some(Brief {
            topic: topic.clone(),
            niche: niche.clone(),
            account: AccountId::from(account.clone()),
            template: TemplateId::from(self.formats.template(niche.name(), wants, seed)?),
            language: wants.language.clone(),
            seed,
            variant: 0,
            given_script: None,
            format: self.formats.prior(niche.name(), wants),
            suggested_hashtags: self.tags_for(topic, wants),
            dossier,
            declared: self.settings.declared(niche.name(), account),
        })
    }

    fn tags_for(&self, topic: &Topic, niche: &Niche) -> Vec<String> {
        let allowed = |tag: &str| {
            let as_topic = Topic { title: tag.to_owned(), language: topic.language.clone(), ..Topic::default() };
            judge(&self.lists.marks(&as_topic), &self.settings.trends, niche) == Delicate::Free
        };
        kinds::tags_for(self.tags, topic, niche, &self.settings.trends.block, &allowed, SUGGESTED)
    }

    fn licences_of(&self, topic: &Topic) -> Vec<FeedLicence> {
        let feeds = topic.evidence.iter().map(|evidence| &evidence.feed).collect::<BTreeSet<_>>();
        let known = feeds.into_iter().filter_map(|feed| {
            let source = self.settings.feeds.iter().find(|source| source.name == *feed.name())?;
            let terms = licence_note(&source.kind);
            Some(FeedLicence { feed: feed.clone(), note: format!("{}: {}", terms.licence, terms.note) })
        });
        known.collect()
    }
}

/// What is the same for every niche.
struct About {
    marks: Vec<SensitiveMark>,
    others: Others,
}

/// The low bytes of an item's id are the origin's hash, whatever the time.
fn seed(origin: &Origin) -> u64 {
    let bytes = ItemId::of(0, origin).to_bytes();
    let mut low = [0_u8; 8];
    low.copy_from_slice(&bytes[8..]);
    u64::from_be_bytes(low)
}

fn account<'a>(
    settings: &'a Settings,
    niche: &Name,
    topic: &Topic,
    load: &BTreeMap<&'a Name, usize>,
) -> Option<&'a Name> {
    let candidates = settings.accounts.iter().filter(|(_, account)| account.enabled && account.niches.contains(niche));
    candidates.map(|(name, _)| name).min_by_key(|name| {
        let turn = Origin::of(&["turn", &topic.id, niche.as_str(), name.as_str()]);
        (load.get(name).copied().unwrap_or(0), turn)
    })
}

/// Which topics were counted as passed over already: the same topic comes back every round while it lasts.
#[derive(Debug, Default)]
pub struct PassedBook {
    known: BTreeSet<Origin>,
    order: VecDeque<Origin>,
}

impl PassedBook {
    /// Counts and logs what was passed over for the first time (`reelpress_topics_passed_over_total`), and gives it back.
    pub fn count<'a>(&mut self, passed: &'a [PassedOver]) -> Vec<&'a PassedOver> {
        let mut new = Vec::new();
        for one in passed {
            let origin = Origin::of(&["passed", &one.topic, one.niche.as_str(), one.why.word()]);
            if !self.known.insert(origin) {
                continue;
            }
            self.order.push_back(origin);
            if self.order.len() > PASSED_MAX
                && let Some(oldest) = self.order.pop_front()
            {
                self.known.remove(&oldest);
            }
            let message = format!("`{}`: {}", one.title, one.why);
            events::topic_passed_over(one.why.word(), one.niche.as_str(), &message);
            new.push(one);
        }
        new
    }
}
