//! What the operator declares about a niche, an account or one order: facts that no machine can find out.
//!
//! Nothing is assumed. What nobody declared stays unknown: rules then say that they were not checked, or read it the
//! stricter way.

use serde::{Deserialize, Serialize};

/// Who gains from a post beside its account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Commercial {
    /// Nobody.
    #[default]
    None,
    /// The account's own brand, product or service.
    OwnBrand,
    /// Paid by somebody else.
    PaidPartnership,
    /// A product was given.
    Gift,
    /// A part of what is sold through a link or a code.
    Affiliate,
}

impl Commercial {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::None, Self::OwnBrand, Self::PaidPartnership, Self::Gift, Self::Affiliate];

    /// The word for it in config, facts and reasons.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::OwnBrand => "own-brand",
            Self::PaidPartnership => "paid-partnership",
            Self::Gift => "gift",
            Self::Affiliate => "affiliate",
        }
    }

    /// True where somebody other than the account gains.
    #[must_use]
    pub const fn is_for_others(self) -> bool {
        matches!(self, Self::PaidPartnership | Self::Gift | Self::Affiliate)
    }
}

/// A commercial connection, and how it is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Connection {
    /// Who gains.
    pub kind: Commercial,
    /// Whose product or brand it is about; may be empty. At most 60 characters.
    pub brand: String,
    /// The words that tell it, in the video's language; empty uses that language's usual ones. At most 60 characters.
    pub disclosure: String,
}

impl Connection {
    /// Most characters of `brand`, and of `disclosure`: what one line in the picture holds.
    pub const WORDS_MAX: usize = 60;
}

/// A matter that asks for more care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum TopicFlag {
    Politics,
    Health,
    Finance,
    Crisis,
    Minors,
}

impl TopicFlag {
    /// Every one, with its word.
    pub const WORDS: [(&'static str, Self); 5] = [
        ("politics", Self::Politics),
        ("health", Self::Health),
        ("finance", Self::Finance),
        ("crisis", Self::Crisis),
        ("minors", Self::Minors),
    ];
}

/// A platform that an account is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "they say what they are")]
pub enum PlatformName {
    Tiktok,
    YoutubeShorts,
    InstagramReels,
}

impl PlatformName {
    /// Every one, with its word.
    pub const WORDS: [(&'static str, Self); 3] =
        [("tiktok", Self::Tiktok), ("youtube-shorts", Self::YoutubeShorts), ("instagram-reels", Self::InstagramReels)];
}

/// Everything that was declared. Of an order: what its niche and its account say together, and what it says itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Declared {
    /// Who gains; `None`: nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commercial: Option<Connection>,
    /// Whether it is made for children; `None`: nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_for_kids: Option<bool>,
    /// Which delicate matters it is about; `None`: nobody said, an empty list: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub topic_flags: Option<Vec<TopicFlag>>,
    /// Countries it is aimed at: ISO 3166-1 codes in lower case, or `eu`; empty: nobody said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Where it goes; empty: nobody said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<PlatformName>,
    /// Whether only its owner will see it; `None`: nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private: Option<bool>,
    /// Instagram: the account is connected through Facebook, where a partnership can be told by a field.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub facebook_login: bool,
    /// Whether it shows or speaks as a person who exists; `None`: nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_person: Option<bool>,
    /// Where that person's consent is on record; empty: nowhere.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub consent: String,
    /// Whether it shows an event or a place that exists, altered or made up; `None`: nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub real_event: Option<bool>,
    /// Whether it is plainly art, satire or fiction; `None`: nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub artistic: Option<bool>,
}

impl Declared {
    /// What holds where `self` and a narrower declaration both speak: the narrower one, except that a commercial
    /// connection, a delicate matter or a person once declared is never taken back by it.
    #[must_use]
    pub fn narrowed(&self, narrower: &Self) -> Self {
        let is_commercial = |one: &&Connection| one.kind != Commercial::None;
        let (wide, narrow) = (self.commercial.as_ref(), narrower.commercial.as_ref());
        let commercial = narrow.filter(is_commercial).or(wide.filter(is_commercial)).or(narrow).or(wide);
        let list = |narrow: &[String], wide: &[String]| if narrow.is_empty() { wide } else { narrow }.to_vec();
        Self {
            commercial: commercial.cloned(),
            made_for_kids: narrower.made_for_kids.or(self.made_for_kids),
            topic_flags: both(self.topic_flags.as_deref(), narrower.topic_flags.as_deref()),
            regions: list(&narrower.regions, &self.regions),
            platforms: if narrower.platforms.is_empty() { &self.platforms } else { &narrower.platforms }.clone(),
            private: narrower.private.or(self.private),
            facebook_login: narrower.facebook_login || self.facebook_login,
            real_person: stricter(self.real_person, narrower.real_person),
            consent: if narrower.consent.is_empty() { &self.consent } else { &narrower.consent }.clone(),
            real_event: stricter(self.real_event, narrower.real_event),
            artistic: narrower.artistic.or(self.artistic),
        }
    }

    /// The kind of the commercial connection, if somebody declared one.
    #[must_use]
    pub fn kind(&self) -> Option<Commercial> {
        self.commercial.as_ref().map(|connection| connection.kind)
    }

    /// The connection that must be told: any but none.
    #[must_use]
    pub fn advertises(&self) -> Option<&Connection> {
        self.commercial.as_ref().filter(|connection| connection.kind != Commercial::None)
    }
}

fn stricter(wide: Option<bool>, narrow: Option<bool>) -> Option<bool> {
    if wide == Some(true) { wide } else { narrow.or(wide) }
}

fn both(wide: Option<&[TopicFlag]>, narrow: Option<&[TopicFlag]>) -> Option<Vec<TopicFlag>> {
    if wide.is_none() && narrow.is_none() {
        return None;
    }
    let mut all: Vec<TopicFlag> = wide.into_iter().chain(narrow).flatten().copied().collect();
    all.sort_unstable();
    all.dedup();
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: Commercial, brand: &str) -> Declared {
        let connection = Connection { kind, brand: brand.to_owned(), ..Connection::default() };
        Declared { commercial: Some(connection), ..Declared::default() }
    }

    #[test]
    fn a_connection_once_declared_is_never_taken_back_by_a_narrower_word() {
        for wide in Commercial::ALL {
            for narrow in Commercial::ALL {
                let both = told(wide, "wide").narrowed(&told(narrow, "narrow"));
                let wanted = if narrow == Commercial::None { wide } else { narrow };
                assert_eq!(both.kind(), Some(wanted), "{wide:?} {narrow:?}");
                assert_eq!(told(wide, "wide").narrowed(&Declared::default()).kind(), Some(wide));
            }
        }
        assert_eq!(Declared::default().narrowed(&Declared::default()), Declared::default());
    }

    #[test]
    fn flags_add_up_and_lists_are_replaced() {
        let wide = Declared {
            topic_flags: Some(vec![TopicFlag::Health]),
            regions: vec!["eu".to_owned()],
            real_person: Some(true),
            ..Declared::default()
        };
        let narrow = Declared {
            topic_flags: Some(vec![TopicFlag::Politics]),
            regions: vec!["us".to_owned()],
            real_person: Some(false),
            made_for_kids: Some(false),
            ..Declared::default()
        };
        let both = wide.narrowed(&narrow);
        assert_eq!(both.topic_flags, Some(vec![TopicFlag::Politics, TopicFlag::Health]));
        assert_eq!(both.regions, ["us"]);
        assert_eq!((both.real_person, both.made_for_kids), (Some(true), Some(false)));
        assert_eq!(wide.narrowed(&Declared::default()), wide);
    }

    #[test]
    fn every_kind_has_the_word_that_files_use() {
        use serde::de::IntoDeserializer;
        use serde::de::value::{Error, StrDeserializer};
        for kind in Commercial::ALL {
            let word: StrDeserializer<'_, Error> = kind.as_str().into_deserializer();
            assert_eq!(Commercial::deserialize(word), Ok(kind));
        }
        for (word, platform) in PlatformName::WORDS {
            let word: StrDeserializer<'_, Error> = word.into_deserializer();
            assert_eq!(PlatformName::deserialize(word), Ok(platform));
        }
        for (word, flag) in TopicFlag::WORDS {
            let word: StrDeserializer<'_, Error> = word.into_deserializer();
            assert_eq!(TopicFlag::deserialize(word), Ok(flag));
        }
    }
}
