//! Rules, cases and answers as text for the terminal.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use reelpress_vocabulary::Platform;

use crate::cases::PackCases;
use crate::corpus::{Corpus, CorpusError, Part};
use crate::finding::Judgement;
use crate::fold::platform_name;
use crate::policies::Policies;
use crate::rule::{Pack, Rule};

/// Widest first column, in characters.
const NAME_WIDTH: usize = 34;

/// A row for each pack, then every problem; a line each.
#[must_use]
pub fn cases(tested: &[PackCases]) -> String {
    let mut out = format!("{:<NAME_WIDTH$} {:>5} {:>6} {:>7}\n", "pack", "rules", "cases", "failing");
    for pack in tested {
        let name = format!("{}@{}", pack.pack, pack.version);
        put(
            &mut out,
            format_args!("{name:<NAME_WIDTH$} {:>5} {:>6} {:>7}\n", pack.rules, pack.cases, pack.problems.len()),
        );
    }
    for problem in tested.iter().flat_map(|pack| &pack.problems) {
        put(&mut out, format_args!("{problem}\n"));
    }
    out
}

/// Precision and recall of each group of rules, for both parts of the built-in corpus.
///
/// # Errors
/// [`CorpusError`]: never with the built-in corpus.
pub fn corpus(policies: &Policies) -> Result<String, CorpusError> {
    let mut out = String::new();
    for part in Part::ALL {
        let corpus = Corpus::built_in(part)?;
        put(
            &mut out,
            format_args!("{} part, {} texts, {} of them clean\n", part.as_str(), corpus.len(), corpus.clean()),
        );
        put(
            &mut out,
            format_args!(
                "{:<NAME_WIDTH$} {:>5} {:>6} {:>6} {:>9} {:>6}\n",
                "group", "found", "false", "missed", "precision", "recall"
            ),
        );
        for ((group, language), score) in corpus.scores(policies) {
            let name = language.map_or_else(|| group.clone(), |language| format!("{group} [{language}]"));
            let share = |share: Option<f64>| share.map_or_else(|| "-".to_owned(), |share| format!("{share:.2}"));
            put(
                &mut out,
                format_args!(
                    "{name:<NAME_WIDTH$} {:>5} {:>6} {:>6} {:>9} {:>6}\n",
                    score.hits,
                    score.false_alarms,
                    score.misses,
                    share(score.precision()),
                    share(score.recall()),
                ),
            );
        }
        out.push('\n');
    }
    Ok(out)
}

/// A line for each rule; with a platform, only those that count there.
#[must_use]
pub fn list(policies: &Policies, platform: Option<Platform>) -> String {
    let mut out = String::new();
    for pack in policies.packs() {
        let fits = |rule: &&Rule| platform.is_none_or(|one| rule.platforms.is_empty() || rule.platforms.contains(&one));
        for rule in pack.rules.iter().filter(fits) {
            let name = format!("{}/{}", pack.name, rule.id);
            put(&mut out, format_args!("{name:<NAME_WIDTH$} {:<7} {}\n", rule.action.as_str(), rule.title));
        }
    }
    out
}

/// One rule at length.
#[must_use]
pub fn explain(pack: &Pack, rule: &Rule) -> String {
    let platforms = rule.platforms.iter().map(|one| platform_name(*one).to_owned()).collect::<Vec<_>>();
    let or_all = |list: &[String]| if list.is_empty() { "all".to_owned() } else { list.join(", ") };
    let unknown = if rule.presumes { "it counts as found" } else { "it is told as not checked" };
    let mut out = String::new();
    for (name, value) in [
        ("rule", format!("{}@{}/{}", pack.name, pack.version, rule.id)),
        ("about", rule.title.clone()),
        ("action", rule.action.as_str().to_owned()),
        ("found means", rule.what.clone()),
        ("to do", rule.advice.clone()),
        ("source", format!("{} (read on {})", rule.source, pack.read)),
        ("platforms", or_all(&platforms)),
        ("regions", or_all(&rule.regions)),
        ("languages", or_all(&rule.languages)),
        ("niches", or_all(&rule.niches)),
        ("not known", unknown.to_owned()),
        ("cases", rule.cases.len().to_string()),
    ] {
        put(&mut out, format_args!("{name:<12} {value}\n"));
    }
    out
}

/// What was found, and what was not checked.
#[must_use]
pub fn judgement(judgement: &Judgement) -> String {
    let mut out = String::new();
    for finding in &judgement.findings {
        let presumed = if finding.presumed { " (a fact is not known: the stricter reading)" } else { "" };
        put(
            &mut out,
            format_args!("{:<7} {}{presumed}\n        {}\n", finding.action.as_str(), finding.name(), finding.what),
        );
        put(&mut out, format_args!("        to do: {}\n", finding.advice));
        for place in &finding.places {
            put(&mut out, format_args!("        {place}\n"));
        }
    }
    if judgement.findings.is_empty() {
        out.push_str("nothing found\n");
    }
    if !judgement.unchecked.is_empty() {
        let missing = judgement.unchecked.iter().flat_map(|one| &one.missing).map(String::as_str);
        let missing = missing.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
        let rules = judgement.unchecked.len();
        put(
            &mut out,
            format_args!("not checked: {rules} rules, which is not the same as safe; not known: {missing}\n"),
        );
    }
    out
}

fn put(text: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    text.write_fmt(part).ok();
}

#[cfg(test)]
mod tests {
    use crate::facts::{Fact, Facts};
    use crate::{Field, Policies, Subject, show};

    #[test]
    fn a_judgement_says_what_where_and_what_is_not_known() {
        let pack = "[pack]\nname = \"p\"\nversion = 2\ntitle = \"t\"\nread = \"2026-11-21\"\n[[rules]]\nid = \"drums\"\ntitle = \"Drums\"\nsource = \"own\"\naction = \"hold\"\nwhat = \"speaks of drums\"\ndo = \"leave them out\"\ntrigger = { words = [\"drum*\"] }\n[[rules]]\nid = \"made\"\ntitle = \"AI\"\nsource = \"own\"\naction = \"label\"\nwhat = \"w\"\ndo = \"d\"\ntrigger = { fact = \"ai_made\" }\n";
        let policies = Policies::parse(&[("p.toml".to_owned(), pack.to_owned())]).unwrap();
        let mut subject = Subject::of_text(Field::Caption, "Two Drums.", Some("en"));
        insta::assert_snapshot!(show::judgement(&policies.judge(&subject)), @r#"
    hold    p@2/drums
            speaks of drums
            to do: leave them out
            caption: `Drums`
    not checked: 1 rules, which is not the same as safe; not known: ai_made
    "#);
        subject.facts = Facts::default().with(Fact::AiMade, false);
        assert!(!show::judgement(&policies.judge(&subject)).contains("not checked"));
        let (pack, rule) = policies.named("p/drums")[0];
        assert!(show::explain(pack, rule).contains("p@2/drums"));
        assert_eq!(show::list(&policies, None).lines().count(), 2);
    }
}
