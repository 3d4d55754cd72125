//! What own results say about how videos are made: hooks, lengths, scenes, templates.
//!
//! For each niche and each feature, the mean lift of the posts that have it (see [`Performance::lift`]) against the niche's
//! mean, shrunk towards it as if eight ordinary posts had been seen already:
//!
//! ```text
//! effect = (sum of lifts + 8 x niche mean) / (n + 8) - niche mean
//! margin = 1.645 x deviation / sqrt(n + 8)                  deviation: of the niche's lifts, at least 0.25
//! ```
//!
//! so `effect - margin` to `effect + margin` holds the truth nine times in ten where lifts spread like a bell. A feature is
//! recommended only if it has `min_posts` posts and even the lower end is above zero. These are priors: templates that did
//! worse still come, a writer keeps its other rules first. Only own posts are learnt from; how others make theirs is theirs.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use jiff::Timestamp;
use reelpress_config::{HookType, Name, Niche, Settings};
use reelpress_vocabulary::{FormatPrior, Topic, TopicKind};
use serde::{Deserialize, Serialize};

use crate::card::Card;
use crate::results::Performance;

/// Ordinary posts that every feature is thought to have had.
const ORDINARY: f64 = 8.0;
/// Least deviation of lifts: few posts may look alike by chance.
const DEVIATION_MIN: f64 = 0.25;
/// Nine times in ten.
const NINE_IN_TEN: f64 = 1.645;
/// Words of one step of length.
const WORDS_STEP: u32 = 20;
/// Posts named as evidence for a feature.
const EVIDENCE: usize = 10;
/// How much more or less often a template comes, at most: a factor of two.
const EFFECT_MAX: f64 = std::f64::consts::LN_2;
/// Posts of a niche that are learnt from: the latest.
const POSTS_MAX: usize = 2_000;

/// Something that posts have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// How the hook opens.
    Hook(HookType),
    /// Spoken words: from, to.
    Words(u32, u32),
    /// Scenes between hook and call to action.
    Scenes(u32),
    /// The template.
    Template(String),
    /// The music.
    Sound(String),
}

impl fmt::Display for Feature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hook(hook) => write!(f, "hook {hook}"),
            Self::Words(from, to) => write!(f, "{from} to {to} words"),
            Self::Scenes(1) => f.write_str("1 scene"),
            Self::Scenes(scenes) => write!(f, "{scenes} scenes"),
            Self::Template(template) => write!(f, "template {template}"),
            Self::Sound(sound) => write!(f, "sound {sound}"),
        }
    }
}

/// What is known of one feature in one niche.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// What.
    pub feature: Feature,
    /// Posts that have it.
    pub posts: u32,
    /// Natural logarithm of how much better than the niche's usual, shrunk; below 0 is worse.
    pub effect: f64,
    /// Half the width of the interval that holds the truth nine times in ten.
    pub margin: f64,
    /// The posts, best first, at most ten.
    pub evidence: Vec<String>,
}

impl Estimate {
    /// The lower end of the interval.
    #[must_use]
    pub fn low(&self) -> f64 {
        self.effect - self.margin
    }

    fn percent(log: f64) -> f64 {
        (log.exp() - 1.0) * 100.0
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {:+.0} % ({:+.0} to {:+.0} %, {} posts)",
            self.feature,
            Self::percent(self.effect),
            Self::percent(self.effect - self.margin),
            Self::percent(self.effect + self.margin),
            self.posts
        )
    }
}

/// What is known of one niche.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct NicheFormats {
    /// Posts learnt from.
    pub posts: u32,
    /// When it was learnt; stays as it is while the niche is frozen.
    pub learnt: Option<Timestamp>,
    /// Every feature, by kind, best first.
    pub estimates: Vec<Estimate>,
}

/// What own results taught, by niche.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Formats {
    /// By name of niche.
    pub niches: BTreeMap<String, NicheFormats>,
}

impl Formats {
    /// Learns anew from these posts; a frozen niche keeps what `before` knew of it, one that does not learn knows nothing.
    #[must_use]
    pub fn learn(performances: &[Performance], before: &Self, settings: &Settings, now: Timestamp) -> Self {
        let mut niches = BTreeMap::new();
        for (name, niche) in &settings.niches {
            let formats = &niche.routing.formats;
            let of_niche = performances.iter().filter(|post| post.post.niche == name.as_str()).collect::<Vec<_>>();
            let latest = &of_niche[of_niche.len().saturating_sub(POSTS_MAX)..];
            let known = match (formats.learn, formats.frozen) {
                (false, _) => continue,
                (true, true) => before.niches.get(name.as_str()).cloned(),
                (true, false) if latest.is_empty() => None,
                (true, false) => Some(NicheFormats::of(latest, now)),
            };
            niches.extend(known.map(|known| (name.to_string(), known)));
        }
        Self { niches }
    }

    /// What was kept; nothing if there is no file or it cannot be read.
    #[must_use]
    pub fn open(path: &Path) -> Self {
        let read = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        read.unwrap_or_default()
    }

    /// Keeps it: frozen niches need it after a restart.
    ///
    /// # Errors
    /// The system's; what was there before stays.
    pub fn save(&self, path: &Path) -> std::io::Result<()> {
        use std::io::Write as _;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let beside = path.with_extension("new");
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_data()?;
        std::fs::rename(&beside, path)
    }

    /// What the writer may lean to in this niche: what a person pinned, else what is recommended; `None` if there is neither.
    #[must_use]
    pub fn prior(&self, name: &Name, niche: &Niche) -> Option<FormatPrior> {
        let pinned = &niche.routing.formats;
        let of = |pick: fn(&Feature) -> bool| self.recommended(name, niche).find(|known| pick(&known.feature));
        let hook = of(|feature| matches!(feature, Feature::Hook(_)));
        let words = of(|feature| matches!(feature, Feature::Words(..)));
        let scenes = of(|feature| matches!(feature, Feature::Scenes(_)));
        let mut prior =
            FormatPrior { hook: pinned.hook, words: pinned.words, scenes: pinned.scenes, ..FormatPrior::default() };
        let learnt = [
            hook.filter(|_| pinned.hook.is_none()),
            words.filter(|_| pinned.words.is_none()),
            scenes.filter(|_| pinned.scenes.is_none()),
        ];
        for known in learnt.into_iter().flatten() {
            match &known.feature {
                Feature::Hook(hook) => prior.hook = Some(*hook),
                Feature::Words(from, to) => prior.words = Some((*from, *to)),
                Feature::Scenes(scenes) => prior.scenes = Some((*scenes, *scenes)),
                Feature::Template(_) | Feature::Sound(_) => {}
            }
            prior.posts = self.niches.get(name.as_str()).map_or(0, |known| known.posts);
            let new = known.evidence.iter().filter(|post| !prior.evidence.contains(post)).cloned().collect::<Vec<_>>();
            prior.evidence.extend(new);
        }
        prior.evidence.truncate(EVIDENCE);
        (prior != FormatPrior::default()).then_some(prior)
    }

    /// The template for this seed: in turn, but for the share of briefs that own results may decide (`1 - explore`), where
    /// templates come up to twice or half as often, by their effect. The same seed gives the same template.
    #[must_use]
    pub fn template(&self, name: &Name, niche: &Niche, seed: u64) -> Option<Name> {
        let templates = &niche.templates;
        let turn = usize::try_from(seed % templates.len().max(1) as u64).ok()?;
        let in_turn = templates.get(turn)?;
        let known = self.known(name, niche);
        let effect = |template: &Name| {
            let of = |known: &&Estimate| matches!(&known.feature, Feature::Template(of) if of == template.as_str());
            let enough = |known: &&Estimate| known.posts >= niche.routing.formats.min_posts;
            known.iter().find(of).filter(enough).map(|known| known.effect.clamp(-EFFECT_MAX, EFFECT_MAX))
        };
        let weights = templates.iter().map(|template| effect(template).map_or(1.0, f64::exp)).collect::<Vec<_>>();
        let [explores, chooses] = two_shares(seed);
        // Nothing learnt: strictly in turn.
        if weights.iter().all(|weight| (weight - 1.0).abs() < f64::EPSILON) || explores < niche.routing.formats.explore
        {
            return Some(in_turn.clone());
        }
        let mut left = chooses * weights.iter().sum::<f64>();
        for (template, weight) in templates.iter().zip(&weights) {
            left -= weight;
            if left < 0.0 {
                return Some(template.clone());
            }
        }
        Some(in_turn.clone())
    }

    /// How a sound did in a niche; 0 if nothing is known.
    #[must_use]
    pub fn sound(&self, niche: &str, sound: &str) -> Option<&Estimate> {
        let estimates = &self.niches.get(niche)?.estimates;
        estimates.iter().find(|known| matches!(&known.feature, Feature::Sound(of) if of == sound))
    }

    fn known(&self, name: &Name, niche: &Niche) -> &[Estimate] {
        let known = self.niches.get(name.as_str()).filter(|_| niche.routing.formats.learn);
        known.map_or(&[], |known| &known.estimates)
    }

    /// Best first within a kind.
    fn recommended(&self, name: &Name, niche: &Niche) -> impl Iterator<Item = &Estimate> {
        let least = niche.routing.formats.min_posts;
        self.known(name, niche).iter().filter(move |known| known.posts >= least && known.low() > 0.0)
    }

    /// A table for people: every feature with its effect, interval, posts, evidence, and what comes of it.
    #[must_use]
    pub fn table(&self, settings: &Settings, only: Option<&Name>) -> String {
        use fmt::Write as _;
        let mut text = String::new();
        for (name, niche) in settings.niches.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)) {
            let formats = &niche.routing.formats;
            let state = match (formats.learn, formats.frozen) {
                (false, _) => "learns nothing",
                (true, true) => "frozen",
                (true, false) => "learning",
            };
            let known = self.niches.get(name.as_str());
            let posts = known.map_or(0, |known| known.posts);
            let learnt = known.and_then(|known| known.learnt).map(|at| format!(", as of {at}")).unwrap_or_default();
            let write = (|| {
                writeln!(text, "## {name}\n\n{state}, {posts} posts{learnt}\n")?;
                if let Some(prior) = self.prior(name, niche) {
                    writeln!(text, "writers lean to: {}\n", shown(&prior))?;
                }
                writeln!(
                    text,
                    "| feature | effect | 90 % | posts | recommended | evidence |\n|---|---|---|---|---|---|"
                )?;
                for known in self.known(name, niche) {
                    let recommended = self.recommended(name, niche).any(|other| other.feature == known.feature);
                    writeln!(
                        text,
                        "| {} | {:+.0} % | {:+.0} to {:+.0} % | {} | {} | {} |",
                        known.feature.to_string().replace('|', " "),
                        Estimate::percent(known.effect),
                        Estimate::percent(known.effect - known.margin),
                        Estimate::percent(known.effect + known.margin),
                        known.posts,
                        if recommended { "yes" } else { "" },
                        known.evidence.iter().take(3).cloned().collect::<Vec<_>>().join(", ").replace('|', " "),
                    )?;
                }
                writeln!(text)
            })();
            debug_assert!(write.is_ok(), "a string takes all that is written");
        }
        text
    }

    /// What is recommended, as elements of the kind format for reports and the library (`TrendDesk::give`), best first.
    /// Their score is the lower end of the effect, at most 1.
    #[must_use]
    pub fn elements(&self, settings: &Settings, now: Timestamp) -> Vec<Card> {
        let mut found = Vec::new();
        for (name, niche) in &settings.niches {
            for known in self.recommended(name, niche) {
                let id = blake3::hash(format!("format/{name}/{}", known.feature).as_bytes()).to_hex();
                let topic = Topic {
                    id: id[..32].to_owned(),
                    title: format!("{} in {name}", known.feature),
                    summary: format!("posts: {}", known.evidence.join(", ")),
                    language: niche.language.clone(),
                    score: known.low().clamp(0.0, 1.0),
                    kind: TopicKind::Format,
                    ..Topic::default()
                };
                found.push(Card { topic, last_seen: now, why: known.to_string(), ..Card::default() });
            }
        }
        Card::sort(&mut found);
        found
    }
}

impl NicheFormats {
    fn of(posts: &[&Performance], now: Timestamp) -> Self {
        let count = posts.len() as f64;
        let mean = posts.iter().map(|post| post.lift).sum::<f64>() / count;
        let square = posts.iter().map(|post| (post.lift - mean).powi(2)).sum::<f64>() / count;
        let deviation = square.sqrt().max(DEVIATION_MIN);
        let mut by_feature = BTreeMap::<Feature, Vec<&Performance>>::new();
        for post in posts {
            for feature in features(post) {
                by_feature.entry(feature).or_default().push(post);
            }
        }
        let estimate = |(feature, mut posts): (Feature, Vec<&Performance>)| {
            let n = posts.len() as f64;
            let sum = posts.iter().map(|post| post.lift).sum::<f64>();
            posts.sort_by(|a, b| b.lift.total_cmp(&a.lift).then_with(|| a.post.item.cmp(&b.post.item)));
            Estimate {
                feature,
                posts: u32::try_from(posts.len()).unwrap_or(u32::MAX),
                effect: (sum + ORDINARY * mean) / (n + ORDINARY) - mean,
                margin: NINE_IN_TEN * deviation / (n + ORDINARY).sqrt(),
                evidence: posts.iter().take(EVIDENCE).map(|post| post.post.item.clone()).collect(),
            }
        };
        let mut estimates = by_feature.into_iter().map(estimate).collect::<Vec<_>>();
        estimates.sort_by(|a, b| {
            let kind = |known: &Estimate| kind_of(&known.feature);
            kind(a).cmp(&kind(b)).then(b.low().total_cmp(&a.low())).then_with(|| a.feature.cmp(&b.feature))
        });
        Self { posts: u32::try_from(posts.len()).unwrap_or(u32::MAX), learnt: Some(now), estimates }
    }
}

const fn kind_of(feature: &Feature) -> u8 {
    match feature {
        Feature::Hook(_) => 0,
        Feature::Words(..) => 1,
        Feature::Scenes(_) => 2,
        Feature::Template(_) => 3,
        Feature::Sound(_) => 4,
    }
}

fn features(post: &Performance) -> Vec<Feature> {
    let mut found = Vec::new();
    if let Some(structure) = &post.post.structure {
        let from = structure.words / WORDS_STEP * WORDS_STEP;
        found.push(Feature::Hook(structure.hook));
        found.push(Feature::Words(from, from.saturating_add(WORDS_STEP - 1)));
        found.push(Feature::Scenes(structure.scenes));
    }
    if !post.post.template.is_empty() {
        found.push(Feature::Template(post.post.template.clone()));
    }
    found.extend(post.post.sound.clone().map(Feature::Sound));
    found
}

fn shown(prior: &FormatPrior) -> String {
    let hook = prior.hook.map(|hook| format!("hook {hook}"));
    let words = prior.words.map(|(from, to)| format!("{from} to {to} words"));
    let scenes = prior
        .scenes
        .map(|(from, to)| if from == to { format!("{from} scenes") } else { format!("{from} to {to} scenes") });
    [hook, words, scenes].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Two numbers from 0 to 1 out of a seed, independent of its remainders.
fn two_shares(seed: u64) -> [f64; 2] {
    let hash = blake3::hash(&[b"template".as_slice(), &seed.to_le_bytes()].concat());
    let share = |at: usize| {
        let mut four = [0_u8; 4];
        four.copy_from_slice(&hash.as_bytes()[at..at + 4]);
        f64::from(u32::from_le_bytes(four)) / (f64::from(u32::MAX) + 1.0)
    };
    [share(0), share(4)]
}
