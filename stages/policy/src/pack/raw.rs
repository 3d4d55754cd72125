//! The file as it is written.

use std::collections::BTreeMap;
use std::fmt;

use reelpress_vocabulary::{MediaKind, Platform};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use toml::Spanned;

use crate::cases::RawCase;
use crate::facts::FactValue;
use crate::finding::Action;
use crate::measure::Measure;
use crate::media::Fault;
use crate::personal::Detector;
use crate::subject::Field;
use crate::trigger::Prominent;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    pub(super) pack: RawHead,
    #[serde(default)]
    pub(super) lists: BTreeMap<String, RawList>,
    #[serde(default)]
    pub(super) rules: Vec<Spanned<RawRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHead {
    pub(super) name: Spanned<String>,
    pub(super) version: Spanned<u32>,
    pub(super) title: String,
    pub(super) read: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRule {
    pub(super) id: Spanned<String>,
    pub(super) title: Spanned<String>,
    pub(super) source: Spanned<String>,
    pub(super) action: Action,
    pub(super) what: Spanned<String>,
    #[serde(rename = "do")]
    pub(super) advice: Spanned<String>,
    #[serde(default)]
    pub(super) platforms: Vec<Platform>,
    #[serde(default)]
    pub(super) regions: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) niches: Vec<String>,
    #[serde(default)]
    pub(super) languages: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) unknown: Unknown,
    #[serde(default)]
    pub(super) fields: Vec<Field>,
    pub(super) trigger: Spanned<RawTrigger>,
    #[serde(default)]
    pub(super) finds: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) passes: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) tests: Vec<Spanned<RawCase>>,
}

/// What becomes of a rule that asks for a fact which is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Unknown {
    /// It is told as not checked.
    #[default]
    Note,
    /// The stricter reading: it counts as found.
    Act,
}

/// One of the kinds of trigger; which one, the keys say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTrigger {
    pub(super) any: Option<Vec<Spanned<RawTrigger>>>,
    pub(super) all: Option<Vec<Spanned<RawTrigger>>>,
    pub(super) not: Option<Box<Spanned<RawTrigger>>>,
    pub(super) words: Option<RawList>,
    pub(super) patterns: Option<RawList>,
    pub(super) sequence: Option<Vec<RawList>>,
    pub(super) measure: Option<Measure>,
    pub(super) repeats: Option<f64>,
    pub(super) personal: Option<Detector>,
    pub(super) media: Option<Fault>,
    pub(super) fact: Option<Spanned<String>>,
    // What belongs to one kind or to several.
    pub(super) fields: Option<Vec<Field>>,
    pub(super) unless: Option<RawList>,
    #[serde(default)]
    pub(super) disguised: bool,
    #[serde(default)]
    pub(super) exact: bool,
    pub(super) prominent: Option<Prominent>,
    pub(super) times: Option<usize>,
    pub(super) within: Option<usize>,
    pub(super) above: Option<f64>,
    pub(super) below: Option<f64>,
    #[serde(default)]
    pub(super) kinds: Vec<MediaKind>,
    pub(super) is: Option<Spanned<RawIs>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum RawIs {
    One(FactValue),
    Many(Vec<FactValue>),
}

/// Words of any language, or a list for each language.
#[derive(Default)]
pub(super) struct RawList(pub(super) Vec<(Option<String>, Spanned<String>)>);

impl<'de> Deserialize<'de> for RawList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Lists;
        impl<'de> Visitor<'de> for Lists {
            type Value = RawList;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of texts, or a table with a list for each language")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<RawList, A::Error> {
                let mut list = RawList::default();
                while let Some(text) = texts.next_element()? {
                    list.0.push((None, text));
                }
                Ok(list)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<RawList, A::Error> {
                let mut list = RawList::default();
                while let Some((language, texts)) = table.next_entry::<String, Vec<Spanned<String>>>()? {
                    let language = (language != "any").then_some(language);
                    list.0.extend(texts.into_iter().map(|text| (language.clone(), text)));
                }
                Ok(list)
            }
        }
        deserializer.deserialize_any(Lists)
    }
}
