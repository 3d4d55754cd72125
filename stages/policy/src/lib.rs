//! Rules of platforms, law and taste as data: texts and facts in, findings out.
//!
//! [`Policies`] are packs of rules read from TOML files (`config/policies`), each with its source, its words for people
//! and its own test cases. [`Policies::judge`] looks at a [`Subject`] and gives a [`Judgement`]: what the rules found, and
//! which rules could not be applied because a fact is not known. Not known is never taken for safe.
//!
//! Texts are read in several ways ([`fold`]): with and without accents, with look-alike letters and leetspeak undone. All
//! phrases of all rules are looked for in one pass, all patterns in another.
#![forbid(unsafe_code)]

mod cases;
mod corpus;
mod facts;
mod finding;
mod fold;
mod measure;
mod media;
mod pack;
mod page;
mod patterns;
mod personal;
mod policies;
mod repeats;
mod rule;
pub mod show;
mod subject;
mod trigger;
mod words;

pub use cases::{CaseProblem, PackCases, test_cases};
pub use corpus::{Corpus, CorpusError, Group, Part, Scores};
pub use facts::{Fact, FactKind, FactValue, Facts, UnknownFact};
pub use finding::{Action, Finding, Judgement, Place, Unchecked};
pub use fold::is_invisible;
pub use media::Medium;
pub use page::page;
pub use policies::{LoadError, Policies, PolicyProblems};
pub use rule::{Pack, Rule};
pub use subject::{Field, Subject, SubjectText};

#[cfg(test)]
mod tests;
