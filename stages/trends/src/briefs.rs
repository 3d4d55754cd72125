//! Topics become briefs: topic x niche x account x template.
//!
//! A topic goes to ONE account of each niche that wants it. The same story on several accounts of one owner is what
//! platforms call duplicate content, and it would be no service to those who follow two of them.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use reelpress_config::{Name, Niche, Settings};
use reelpress_core::{ItemId, Origin};
use reelpress_vocabulary::{AccountId, Brief, NicheId, TemplateId, Topic};

use crate::{language, tokens};

/// The orders for these topics, in their order and by name of niche.
///
/// * A niche wants a topic that holds one of its `keywords` as a word (any topic, if it has none) and none of `avoid`;
///   both are looked for in title and summary. The built-in writer cannot translate: with it, a niche takes only topics in
///   its own language or in one that could not be told.
/// * Of the enabled accounts of the niche, the one with the fewest briefs of this call gets it; between equals the topic
///   decides. How many cuts an account may have on the line (`max_in_line`) is known to the line, not here.
/// * The origin is of topic and niche, not of the account: the same topic never makes a second item for the niche, even
///   after accounts were added or renamed.
/// * The niche's templates are taken in turn by the seed, which comes from the origin.
///
/// Sensitive topics are not left out here: that is screening's to decide.
#[must_use]
pub fn briefs(topics: &[Topic], settings: &Settings) -> Vec<(Origin, Brief)> {
    let wants = settings.niches.iter().map(|(name, niche)| (name, niche, Wants::of(niche))).collect::<Vec<_>>();
    let mut load = BTreeMap::<&Name, usize>::new();
    let mut found = Vec::new();
    for topic in topics {
        let text = Text::of(topic);
        for (name, niche, wants) in &wants {
            if !speaks(niche, topic, settings) || !wants.take(&text) {
                continue;
            }
            let Some(account) = account(settings, name, topic, &load) else { continue };
            *load.entry(account).or_default() += 1;
            let origin = Origin::of(&["topic", &topic.id, "niche", name.as_str()]);
            if let Some(brief) = brief(topic, name, niche, account, &origin) {
                found.push((origin, brief));
            }
        }
    }
    found
}

fn brief(topic: &Topic, name: &Name, niche: &Niche, account: &Name, origin: &Origin) -> Option<Brief> {
    let seed = seed(origin);
    let at = usize::try_from(seed % niche.templates.len().max(1) as u64).ok()?;
    Some(Brief {
        topic: topic.clone(),
        niche: NicheId::from(name.clone()),
        account: AccountId::from(account.clone()),
        template: TemplateId::from(niche.templates.get(at)?.clone()),
        language: niche.language.clone(),
        seed,
        variant: 0,
        given_script: None,
    })
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

fn speaks(niche: &Niche, topic: &Topic, settings: &Settings) -> bool {
    settings.script.asks_a_model() || topic.language == language::UNKNOWN || topic.language == niche.language
}

/// A topic's words, ready to be looked through.
struct Text {
    words: Vec<String>,
    folded: String,
}

impl Text {
    fn of(topic: &Topic) -> Self {
        // The mark keeps a phrase from being found across title and summary.
        let text = format!("{}\n{}", topic.title, topic.summary);
        let mut words = Self::words(&topic.title);
        words.push(String::new());
        words.extend(Self::words(&topic.summary));
        Self { words, folded: fold(&text) }
    }

    fn words(text: &str) -> Vec<String> {
        tokens::words(text).into_iter().map(|word| tokens::stem(&word, "und")).collect()
    }

    /// True if the phrase's words stand next to each other. Scripts without spaces are searched letter by letter.
    fn holds(&self, phrase: &Phrase) -> bool {
        match phrase {
            Phrase::Words(words) => self.words.windows(words.len()).any(|window| window == words),
            Phrase::Letters(letters) => self.folded.contains(letters),
        }
    }
}

enum Phrase {
    Words(Vec<String>),
    Letters(String),
}

impl Phrase {
    /// `None` if there is nothing in it that could be found.
    fn of(text: &str) -> Option<Self> {
        let folded = fold(text);
        if folded.chars().any(tokens::is_cjk) {
            return Some(Self::Letters(folded));
        }
        let words = Text::words(text);
        (!words.is_empty()).then_some(Self::Words(words))
    }
}

fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.trim().nfkc().flat_map(char::to_lowercase).collect()
}

struct Wants {
    any: bool,
    keywords: Vec<Phrase>,
    avoid: Vec<Phrase>,
}

impl Wants {
    fn of(niche: &Niche) -> Self {
        let phrases = |list: &[String]| list.iter().filter_map(|text| Phrase::of(text)).collect::<Vec<_>>();
        Self { any: niche.keywords.is_empty(), keywords: phrases(&niche.keywords), avoid: phrases(&niche.avoid) }
    }

    fn take(&self, text: &Text) -> bool {
        let held = |list: &[Phrase]| list.iter().any(|phrase| text.holds(phrase));
        (self.any || held(&self.keywords)) && !held(&self.avoid)
    }
}
