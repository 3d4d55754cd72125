//! The page on policies, made from the rules themselves.

use std::fmt::Write as _;

use crate::cases::test_cases;
use crate::corpus::{Corpus, CorpusError, Part, Scores};
use crate::facts::{Fact, FactKind};
use crate::fold::platform_name;
use crate::policies::Policies;
use crate::rule::{Pack, Rule};

/// Everything that `docs/POLICIES.md` says, as Markdown.
///
/// # Errors
/// [`CorpusError`]: never with the built-in corpus.
pub fn page(policies: &Policies) -> Result<String, CorpusError> {
    let mut page = String::from(HEAD);
    let (phrases, patterns) = policies.size();
    let rules = policies.packs().iter().map(|pack| pack.rules.len()).sum::<usize>();
    put(
        &mut page,
        format_args!(
            "\n{rules} rules in {} packs, {phrases} phrases and {patterns} patterns.\n",
            policies.packs().len()
        ),
    );
    scores(&mut page, policies)?;
    page.push_str("\n## Packs\n\n| pack | version | about | sources read | rules | cases |\n| --- | --- | --- | --- | --- | --- |\n");
    for (pack, tested) in policies.packs().iter().zip(test_cases(policies)) {
        let Pack { name, version, title, read, .. } = pack;
        put(
            &mut page,
            format_args!(
                "| [{name}](#{name}) | {version} | {title} | {read} | {} | {} |\n",
                tested.rules, tested.cases
            ),
        );
    }
    page.push_str(ACTIONS);
    for pack in policies.packs() {
        put(
            &mut page,
            format_args!(
                "\n### {}\n\n| rule | action | what | what to do | for |\n| --- | --- | --- | --- | --- |\n",
                pack.name
            ),
        );
        for rule in &pack.rules {
            let id = if rule.source == "own" { rule.id.clone() } else { format!("[{}]({})", rule.id, rule.source) };
            let presumed = if rule.presumes { ", also when it is not known" } else { "" };
            put(
                &mut page,
                format_args!(
                    "| {id} | {}{presumed} | {} | {} | {} |\n",
                    rule.action.as_str(),
                    rule.what,
                    rule.advice,
                    scope(rule)
                ),
            );
        }
    }
    page.push_str("\n## Facts\n\nWhat rules may ask for beside the texts. What is not known is never taken for safe.\n\n| fact | values |\n| --- | --- |\n");
    for fact in Fact::all() {
        let values = match fact.kind() {
            FactKind::Flag => "true, false".to_owned(),
            FactKind::Word(words) => words.join(", "),
            FactKind::Number => "a number".to_owned(),
        };
        put(&mut page, format_args!("| `{}` | {values} |\n", fact.as_str()));
    }
    Ok(page)
}

fn scores(page: &mut String, policies: &Policies) -> Result<(), CorpusError> {
    page.push_str(CORPUS);
    for part in Part::ALL {
        let corpus = Corpus::built_in(part)?;
        put(
            page,
            format_args!("\n**{}**: {} texts, {} of them clean.\n\n", part.as_str(), corpus.len(), corpus.clean()),
        );
        page.push_str("| group | language | found | false alarms | missed | precision | recall |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        for ((group, language), score) in corpus.scores(policies) {
            // By language only for all groups together: for one group the numbers would be too small to mean anything.
            if group == "all" || language.is_none() {
                let language = language.as_deref().unwrap_or("all");
                let Scores { hits, false_alarms, misses } = score;
                put(
                    page,
                    format_args!(
                        "| {group} | {language} | {hits} | {false_alarms} | {misses} | {} | {} |\n",
                        share(score.precision()),
                        share(score.recall()),
                    ),
                );
            }
        }
    }
    Ok(())
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{share:.2}"))
}

fn scope(rule: &Rule) -> String {
    let mut parts = rule.platforms.iter().map(|one| platform_name(*one).to_owned()).collect::<Vec<_>>();
    parts.extend(rule.regions.iter().map(|one| one.to_uppercase()));
    parts.extend(rule.languages.iter().cloned());
    parts.extend(rule.niches.iter().map(|niche| format!("niche {niche}")));
    if parts.is_empty() { "all".to_owned() } else { parts.join(", ") }
}

fn put(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    page.write_fmt(text).ok();
}

const HEAD: &str = "# Policies

Every cut's texts and facts are held against rules before it may go out. The rules are data: `config/policies/*.toml`, a pack
a file, each rule with its source, its words for people and its own test cases. Copy the folder, change it, and set
`policy` in `[screen]` of reelpress.toml to it; it is read again when it changes, and a mistake in it changes nothing.
`reelpress policy test` runs the cases, `list`, `explain` and `check` show what is there and what it does to a text. This page
is made by `reelpress policy test --markdown`.

No rule here is legal advice. They find what a person should look at, and they miss things: words are not meaning.
";

const CORPUS: &str = "
## How well they do

Scripts and captions in English, German, Spanish and French, written for this purpose, many of them clean ones that look
like violations (a killer recipe, the cure of ham). A text counts as found if a rule of the group rejects it, holds it or
asks for another wording. The tuning part served to write the rules. The blind part was held back from the first version of
them; what that missed of it (recall 0.89; brand safety 0.73, claims 0.76) served to write the second. The fresh part was put
aside before the second was written and is only measured: harder texts about brand safety and claims alone, most of which
say in other words what the rules look for. The first version found 14 of its 63 and raised one false alarm. All were written
by the people who wrote the rules, so take the numbers as an upper bound.
";

const ACTIONS: &str = "
## Rules

`reject`: it must not go out. `hold`: a person must look. `rewrite`: the text must be written anew, until then a person
looks. `label`: a switch or notice must be set. `note`: worth knowing. \"Also when it is not known\": a fact that nobody recorded
is read the stricter way; all other rules are then told as not checked.
";
