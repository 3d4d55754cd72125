//! A rule, checked and ready to be applied.

use reelpress_vocabulary::Platform;

use crate::cases::Case;
use crate::finding::Action;
use crate::subject::Subject;
use crate::trigger::Trigger;

/// A file of rules on one subject.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Its name, which is also the file's.
    pub name: String,
    /// Rises with every change of what it finds.
    pub version: u32,
    /// What it is about, in a few words.
    pub title: String,
    /// The day on which its sources were read, `2026-11-21`.
    pub read: String,
    /// Its rules, in the file's order.
    pub rules: Vec<Rule>,
    /// The file as it was named.
    pub(crate) file: String,
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its name within the pack.
    pub id: String,
    /// What it is about, in a few words.
    pub title: String,
    /// Where it comes from.
    pub source: String,
    /// What it asks for.
    pub action: Action,
    /// What is wrong, for people.
    pub what: String,
    /// What to do about it, for people.
    pub advice: String,
    /// Platforms that it is about; empty: all.
    pub platforms: Vec<Platform>,
    /// Regions that it is about, `eu` among them; empty: all.
    pub regions: Vec<String>,
    /// Niches that it is about; empty: all.
    pub niches: Vec<String>,
    /// Languages that it is about; empty: all.
    pub languages: Vec<String>,
    /// True: a fact that is not known is taken to be the worse one.
    pub presumes: bool,
    pub(crate) trigger: Trigger,
    pub(crate) cases: Vec<Case>,
    pub(crate) line: u32,
}

/// Members of the European Union, ISO 3166-1.
const EU: [&str; 27] = [
    "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie", "it", "lt", "lu", "lv",
    "mt", "nl", "pl", "pt", "ro", "se", "si", "sk",
];

impl Rule {
    /// True unless it is known that the rule is about something else.
    pub(crate) fn applies_to(&self, subject: &Subject) -> bool {
        let platform = subject.platforms.is_empty() || !self.platforms_of(subject).is_empty();
        let region = |own: &String| {
            let is_there = |there: &String| there == own || (own == "eu" && EU.contains(&there.as_str()));
            subject.regions.iter().any(is_there)
        };
        let region = self.regions.is_empty() || subject.regions.is_empty() || self.regions.iter().any(region);
        let niche = self.niches.is_empty() || subject.niche.as_ref().is_none_or(|niche| self.niches.contains(niche));
        let language = self.languages.is_empty()
            || subject.language_code().is_none_or(|language| self.languages.contains(&language));
        platform && region && niche && language
    }

    /// The platforms of the subject that the rule is about.
    pub(crate) fn platforms_of(&self, subject: &Subject) -> Vec<Platform> {
        let all = subject.platforms_or_all().into_iter();
        all.filter(|platform| self.platforms.is_empty() || self.platforms.contains(platform)).collect()
    }
}
