//! `reelpress policy`

use std::io::Read as _;

use anyhow::Context as _;
use reelpress_policy::{Field, LoadError, Policies, Subject, page, show, test_cases};
use reelpress_vocabulary::Platform;

use super::Config;
use crate::cli::policy::{Check, Policies as Named, Policy};
use crate::exit::{Exit, coded};
use crate::say;

/// Most bytes read from standard input.
const TEXT_MAX: u64 = 1 << 20;

pub(crate) fn policy(config: &Config, command: Policy) -> anyhow::Result<Exit> {
    match command {
        Policy::Test { policies, corpus, markdown } => test(&load(config, policies)?, corpus, markdown),
        Policy::List { policies, platform } => {
            let platform = platform.as_deref().map(named).transpose()?;
            say::line(show::list(&load(config, policies)?, platform).trim_end());
            Ok(Exit::Ok)
        }
        Policy::Explain { rule, policies } => explain(&load(config, policies)?, &rule),
        Policy::Check(order) => check(config, order),
    }
}

fn test(policies: &Policies, corpus: bool, markdown: bool) -> anyhow::Result<Exit> {
    let tested = test_cases(policies);
    let is_fine = tested.iter().all(|pack| pack.problems.is_empty());
    if markdown {
        say::line(page(policies)?.trim_end());
        tested.iter().flat_map(|pack| &pack.problems).for_each(say::remark);
    } else {
        say::line(show::cases(&tested).trim_end());
    }
    if corpus {
        say::line(format!("\n{}", show::corpus(policies)?.trim_end()));
    }
    Ok(if is_fine { Exit::Ok } else { Exit::Refused })
}

fn explain(policies: &Policies, name: &str) -> anyhow::Result<Exit> {
    let found = policies.named(name);
    if found.is_empty() {
        return Err(coded(Exit::Refused, format!("there is no rule `{name}` (`reelpress policy list` names them)")));
    }
    let texts = found.into_iter().map(|(pack, rule)| show::explain(pack, rule)).collect::<Vec<_>>();
    say::line(texts.join("\n").trim_end());
    Ok(Exit::Ok)
}

fn check(config: &Config, order: Check) -> anyhow::Result<Exit> {
    let policies = load(config, order.policies)?;
    let text = if order.text == "-" {
        let mut text = String::new();
        let read = std::io::stdin().lock().take(TEXT_MAX).read_to_string(&mut text);
        if read.context("could not read the text from standard input")? as u64 == TEXT_MAX {
            return Err(coded(Exit::BadInput, format!("text has {TEXT_MAX} bytes or more (check it in parts)")));
        }
        text
    } else {
        order.text
    };
    let mut subject = Subject { language: order.language, ..Subject::default() };
    subject.regions = order.region.iter().map(|region| region.to_lowercase()).collect();
    subject.platforms = order.platform.iter().map(|platform| named(platform)).collect::<anyhow::Result<_>>()?;
    for fact in &order.fact {
        subject.facts.set_typed(fact).map_err(|error| coded(Exit::BadInput, error.to_string()))?;
    }
    let field = Field::ALL.into_iter().find(|field| field.as_str() == order.field);
    subject.add(field.unwrap_or(Field::Caption), &order.field, &text);
    let judgement = policies.judge(&subject);
    if order.output.json {
        say::json(&judgement)?;
    } else {
        say::line(show::judgement(&judgement).trim_end());
    }
    let stops = judgement.findings.iter().any(|finding| finding.action.stops());
    Ok(if stops { Exit::Refused } else { Exit::Ok })
}

fn named(platform: &str) -> anyhow::Result<Platform> {
    serde_json::from_value(platform.into()).with_context(|| format!("there is no platform `{platform}`"))
}

/// The named ones, those of the config, or the built-in ones. The config's other keys do not matter here.
fn load(config: &Config, named: Named) -> anyhow::Result<Policies> {
    let folder = match named.folder {
        Some(folder) => Some(folder),
        None => config.load_alone()?.screen.policy,
    };
    let Some(folder) = folder else { return Ok(Policies::built_in()) };
    Policies::load(&folder).map_err(|error| match error {
        LoadError::Wrong(problems) => coded(Exit::BadConfig, format!("policies hold mistakes\n{problems}")),
        LoadError::Read { path, source } => {
            coded(Exit::BadInput, format!("could not read policies from {}: {source}", path.display()))
        }
    })
}
