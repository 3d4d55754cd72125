//! What is known of an item beside its texts. A fact that is not there is not known: rules that ask for it are "not
//! checked", or take the stricter reading.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that may be known of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// What connects the maker with who gains from it: `none`, `own-brand`, `paid-partnership`, `gift`, `affiliate`.
    Commercial,
    /// A machine made voice or pictures.
    AiMade,
    /// It could be taken for a recording of something real.
    Realistic,
    /// It shows or speaks as a person who exists.
    RealPerson,
    /// That person agreed, on record.
    Consent,
    /// It shows an event or a place that exists, altered or made up.
    RealEvent,
    /// It is plainly art, satire or fiction.
    Artistic,
    /// Its text informs the public on matters of public interest.
    PublicInterest,
    /// A named person with editorial responsibility read it.
    Reviewed,
    /// The platform's own switch for AI-made content will be on.
    AiLabel,
    /// A notice that it is AI-made stands in the picture from the first frame on.
    AiNoticeShown,
    /// The file carries signed content credentials that say AI.
    ContentCredentials,
    /// The commercial disclosure stands in the picture, readably, within the first seconds.
    DisclosureShown,
    /// The platform's switch for commercial content will be on.
    CommercialLabel,
    /// The operator said whether it is made for children.
    MadeForKids,
    /// There is music in it.
    HasMusic,
    /// Where the music is from: `own`, `licensed`, `platform` (a library that only the platform's app may use).
    MusicOrigin,
    /// The script names at least one source.
    Sourced,
    /// How its parts were made is on record.
    ProvenanceKnown,
    /// A logo, mark or advertising line is laid over the picture.
    BrandOverlay,
    /// Only its owner will see it.
    Private,
    /// How it reaches the platform: `inbox`, `direct`, `outbox`, `device`.
    Mode,
    /// `personal`, `creator` or `business`.
    AccountKind,
    /// Length in seconds.
    DurationS,
    /// Posts of the account on this day, this one included.
    PostsToday,
}

/// What a fact's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// True or false.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A number, finite.
    Number,
}

/// A fact's value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FactValue {
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A word of the fact's own.
    Word(String),
}

/// What is known of an item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts(BTreeMap<Fact, FactValue>);

/// A value that a fact cannot have, or a name that no fact has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnknownFact(String);

/// Every fact with its name and what its value is.
const ALL: [(Fact, &str, FactKind); 25] = [
    (Fact::Commercial, "commercial", FactKind::Word(&["none", "own-brand", "paid-partnership", "gift", "affiliate"])),
    (Fact::AiMade, "ai_made", FactKind::Flag),
    (Fact::Realistic, "realistic", FactKind::Flag),
    (Fact::RealPerson, "real_person", FactKind::Flag),
    (Fact::Consent, "consent", FactKind::Flag),
    (Fact::RealEvent, "real_event", FactKind::Flag),
    (Fact::Artistic, "artistic", FactKind::Flag),
    (Fact::PublicInterest, "public_interest", FactKind::Flag),
    (Fact::Reviewed, "reviewed", FactKind::Flag),
    (Fact::AiLabel, "ai_label", FactKind::Flag),
    (Fact::AiNoticeShown, "ai_notice_shown", FactKind::Flag),
    (Fact::ContentCredentials, "content_credentials", FactKind::Flag),
    (Fact::DisclosureShown, "disclosure_shown", FactKind::Flag),
    (Fact::CommercialLabel, "commercial_label", FactKind::Flag),
    (Fact::MadeForKids, "made_for_kids", FactKind::Flag),
    (Fact::HasMusic, "has_music", FactKind::Flag),
    (Fact::MusicOrigin, "music_origin", FactKind::Word(&["own", "licensed", "platform"])),
    (Fact::Sourced, "sourced", FactKind::Flag),
    (Fact::ProvenanceKnown, "provenance_known", FactKind::Flag),
    (Fact::BrandOverlay, "brand_overlay", FactKind::Flag),
    (Fact::Private, "private", FactKind::Flag),
    (Fact::Mode, "mode", FactKind::Word(&["inbox", "direct", "outbox", "device"])),
    (Fact::AccountKind, "account_kind", FactKind::Word(&["personal", "creator", "business"])),
    (Fact::DurationS, "duration_s", FactKind::Number),
    (Fact::PostsToday, "posts_today", FactKind::Number),
];

impl Fact {
    /// Every fact, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().map(|(fact, _, _)| *fact)
    }

    /// The fact of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().find(|(_, own, _)| *own == name).map(|(fact, _, _)| *fact)
    }

    /// Its name in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.row().1
    }

    /// What its value is.
    #[must_use]
    pub fn kind(self) -> FactKind {
        self.row().2
    }

    fn row(self) -> &'static (Self, &'static str, FactKind) {
        // Every fact is in the table: a test counts them.
        ALL.iter().find(|(fact, _, _)| *fact == self).unwrap_or(&ALL[0])
    }

    /// The value as this fact's, or why it cannot be.
    ///
    /// # Errors
    /// [`UnknownFact`] with the words that there are.
    pub fn check(self, value: FactValue) -> Result<FactValue, UnknownFact> {
        let is_fine = match (self.kind(), &value) {
            (FactKind::Flag, FactValue::Flag(_)) => true,
            (FactKind::Number, FactValue::Number(number)) => number.is_finite(),
            (FactKind::Word(words), FactValue::Word(word)) => words.contains(&word.as_str()),
            (FactKind::Flag | FactKind::Number | FactKind::Word(_), _) => false,
        };
        if is_fine {
            return Ok(value);
        }
        let must = match self.kind() {
            FactKind::Flag => "true or false".to_owned(),
            FactKind::Number => "a number".to_owned(),
            FactKind::Word(words) => format!("one of {}", words.join(", ")),
        };
        Err(UnknownFact(format!("fact `{}` must be {must}, not `{value}`", self.as_str())))
    }
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => flag.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Word(word) => f.write_str(word),
        }
    }
}

impl From<bool> for FactValue {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&str> for FactValue {
    fn from(word: &str) -> Self {
        Self::Word(word.to_owned())
    }
}

impl From<f64> for FactValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl Facts {
    /// Puts a fact on record.
    ///
    /// # Errors
    /// [`UnknownFact`] if the value is none that the fact can have.
    pub fn set(&mut self, fact: Fact, value: impl Into<FactValue>) -> Result<(), UnknownFact> {
        self.0.insert(fact, fact.check(value.into())?);
        Ok(())
    }

    /// Puts a flag on record; a fact that is no flag stays as it is.
    #[must_use]
    pub fn with(mut self, fact: Fact, flag: bool) -> Self {
        if fact.kind() == FactKind::Flag {
            self.0.insert(fact, FactValue::Flag(flag));
        }
        self
    }

    /// Reads `name=value` as a person types it.
    ///
    /// # Errors
    /// [`UnknownFact`] if there is no such fact or value.
    pub fn set_typed(&mut self, typed: &str) -> Result<(), UnknownFact> {
        let Some((name, value)) = typed.split_once('=') else {
            return Err(UnknownFact(format!("`{typed}` is no fact (write NAME=VALUE, such as commercial=affiliate)")));
        };
        let Some(fact) = Fact::named(name.trim()) else {
            let known = Fact::all().map(Fact::as_str).collect::<Vec<_>>().join(", ");
            return Err(UnknownFact(format!("there is no fact `{name}` (there is: {known})")));
        };
        let value = value.trim();
        let value = match (fact.kind(), value) {
            (FactKind::Flag, "true" | "yes") => FactValue::Flag(true),
            (FactKind::Flag, "false" | "no") => FactValue::Flag(false),
            (FactKind::Number, number) => number.parse().map_or_else(|_| number.into(), FactValue::Number),
            (FactKind::Flag | FactKind::Word(_), word) => word.into(),
        };
        self.set(fact, value)
    }

    /// What is known, `None` if nothing is.
    #[must_use]
    pub fn get(&self, fact: Fact) -> Option<&FactValue> {
        self.0.get(&fact)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fact_is_in_the_table_under_the_name_that_files_use() {
        for (fact, name, _) in ALL {
            assert_eq!(serde_json::to_value(fact).unwrap(), name);
            assert_eq!(Fact::named(name), Some(fact));
        }
        let distinct = Fact::all().collect::<std::collections::BTreeSet<_>>();
        assert_eq!(distinct.len(), ALL.len());
        assert_eq!(Fact::PostsToday as usize + 1, ALL.len(), "the last of the enum is the table's last");
    }

    #[test]
    fn a_value_that_a_fact_cannot_have_is_refused_with_those_it_can() {
        let mut facts = Facts::default();
        facts.set_typed("commercial=gift").unwrap();
        facts.set_typed("duration_s=61").unwrap();
        facts.set_typed("ai_made=yes").unwrap();
        assert_eq!(facts.get(Fact::DurationS), Some(&FactValue::Number(61.0)));
        insta::assert_snapshot!(facts.set_typed("commercial=barter").unwrap_err(), @"fact `commercial` must be one of none, own-brand, paid-partnership, gift, affiliate, not `barter`");
        insta::assert_snapshot!(facts.set_typed("ai_made=perhaps").unwrap_err(), @"fact `ai_made` must be true or false, not `perhaps`");
        assert!(facts.set_typed("weather=fine").unwrap_err().to_string().starts_with("there is no fact `weather`"));
        assert!(facts.set_typed("gift").unwrap_err().to_string().contains("write NAME=VALUE"));
    }
}
