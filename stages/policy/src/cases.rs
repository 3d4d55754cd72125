//! The test cases inside a pack, and what running them gives.

use std::collections::BTreeMap;

use reelpress_vocabulary::{MediaKind, Platform};
use serde::Deserialize;

use crate::facts::{Fact, FactValue};
use crate::media::Medium;
use crate::policies::Policies;
use crate::rule::{Pack, Rule};
use crate::subject::{Field, Subject};

/// What a rule must say of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expect {
    Finds,
    Passes,
    Unchecked,
}

/// One case of one rule.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    expect: Expect,
    subject: Subject,
    /// What it is about, for people.
    label: String,
    line: u32,
}

/// A case as it is written at length.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCase {
    expect: Expect,
    /// Why this case is there; default: its text.
    label: Option<String>,
    language: Option<String>,
    platform: Option<Platform>,
    region: Option<String>,
    niche: Option<String>,
    today: Option<String>,
    title: Option<String>,
    hook: Option<String>,
    narration: Option<String>,
    on_screen: Option<String>,
    caption: Option<String>,
    hashtags: Option<Vec<String>>,
    disclosure: Option<String>,
    post: Option<String>,
    #[serde(default)]
    facts: BTreeMap<String, FactValue>,
    media: Option<Vec<RawMedium>>,
    recent: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMedium {
    kind: MediaKind,
    licence: Option<String>,
    attribution: Option<String>,
    source: Option<String>,
    uses: Option<Vec<String>>,
    expires: Option<String>,
    territories: Option<Vec<String>>,
    platforms: Option<Vec<Platform>>,
}

/// What came of one pack's cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackCases {
    /// The pack's name.
    pub pack: String,
    /// The pack's version.
    pub version: u32,
    /// Its rules.
    pub rules: usize,
    /// Cases that were run.
    pub cases: usize,
    /// What went wrong: cases that failed, and rules without cases of both kinds.
    pub problems: Vec<CaseProblem>,
}

/// A case that did not do what it says, or one that is missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: rule `{rule}`: {message}")]
pub struct CaseProblem {
    /// The pack's file.
    pub file: String,
    /// Where the case, or the rule, begins.
    pub line: u32,
    /// The rule's id.
    pub rule: String,
    /// What is wrong.
    pub message: String,
}

impl Case {
    /// `en: It cures everything`: a text in the rule's chief field.
    pub(crate) fn short(written: &str, expect: Expect, field: Field, rule: &Rule, line: u32) -> Result<Self, String> {
        let language = written.split_once(": ").filter(|(code, _)| code.len() == 2 && code.is_ascii());
        let Some((language, text)) = language else {
            return Err(format!("case `{written}` does not begin with its language, such as `en: `"));
        };
        let mut subject = Subject::of_text(field, text, Some(language));
        subject.platforms.clone_from(&rule.platforms);
        Ok(Self { expect, subject, label: written.to_owned(), line })
    }

    pub(crate) fn long(raw: RawCase, rule: &Rule, line: u32) -> Result<Self, String> {
        let mut subject = Subject {
            language: raw.language.or_else(|| Some("en".to_owned())),
            platforms: raw.platform.map_or_else(|| rule.platforms.clone(), |platform| vec![platform]),
            regions: raw.region.into_iter().collect(),
            niche: raw.niche,
            today: raw.today,
            hashtags: raw.hashtags,
            recent_captions: raw.recent,
            ..Subject::default()
        };
        let texts = [
            (Field::Title, raw.title),
            (Field::Hook, raw.hook),
            (Field::Narration, raw.narration),
            (Field::OnScreen, raw.on_screen),
            (Field::Caption, raw.caption),
            (Field::Disclosure, raw.disclosure),
            (Field::Post, raw.post),
        ];
        let mut label = raw.label;
        for (field, text) in texts {
            if let Some(text) = text {
                subject.add(field, field.as_str(), &text);
                label.get_or_insert(text);
            }
        }
        for (name, value) in raw.facts {
            let fact = Fact::named(&name).ok_or_else(|| format!("there is no fact `{name}`"))?;
            subject.facts.set(fact, value).map_err(|error| error.to_string())?;
        }
        let medium = |raw: RawMedium| Medium {
            kind: raw.kind,
            name: raw.kind.as_str().to_owned(),
            licence: raw.licence,
            attribution: raw.attribution,
            source: raw.source,
            uses: raw.uses,
            expires: raw.expires,
            territories: raw.territories,
            platforms: raw.platforms,
        };
        subject.media = raw.media.map(|media| media.into_iter().map(medium).collect());
        Ok(Self { expect: raw.expect, subject, label: label.unwrap_or_else(|| "facts".to_owned()), line })
    }
}

/// Runs every case of every rule.
#[must_use]
pub fn test_cases(policies: &Policies) -> Vec<PackCases> {
    let run = |pack: &Pack| {
        let mut problems = Vec::new();
        for rule in &pack.rules {
            let mut add = |line: u32, message: String| {
                problems.push(CaseProblem { file: pack.file.clone(), line, rule: rule.id.clone(), message });
            };
            for (expect, word) in [(Expect::Finds, "finds"), (Expect::Passes, "passes")] {
                if !rule.cases.iter().any(|case| case.expect == expect) {
                    add(rule.line, format!("no case says what it {word}"));
                }
            }
            for case in &rule.cases {
                if let Some(message) = failure(policies, pack, rule, case) {
                    add(case.line, message);
                }
            }
        }
        let cases = pack.rules.iter().map(|rule| rule.cases.len()).sum();
        PackCases { pack: pack.name.clone(), version: pack.version, rules: pack.rules.len(), cases, problems }
    };
    policies.packs().iter().map(run).collect()
}

fn failure(policies: &Policies, pack: &Pack, rule: &Rule, case: &Case) -> Option<String> {
    let judgement = policies.judge(&case.subject);
    let finding = judgement.findings.iter().find(|one| one.pack == pack.name && one.rule == rule.id);
    let unchecked = judgement.unchecked.iter().find(|one| one.pack == pack.name && one.rule == rule.id);
    let found = match (finding, unchecked) {
        (Some(_), _) => Expect::Finds,
        (None, Some(_)) => Expect::Unchecked,
        (None, None) => Expect::Passes,
    };
    let label = case.label.chars().take(100).collect::<String>();
    let what = match found {
        Expect::Finds => {
            let places = finding.map(|one| one.places.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
            format!("finds `{label}`, but must not ({})", places.unwrap_or_default())
        }
        Expect::Passes => format!("must not let `{label}` pass"),
        Expect::Unchecked => {
            let missing = unchecked.map(|one| one.missing.join(", ")).unwrap_or_default();
            format!("does not check `{label}`, because it is not known: {missing}")
        }
    };
    (found != case.expect).then_some(what)
}
