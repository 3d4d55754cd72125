//! `reelpress review`

use super::Config;
use crate::cli::{Decision, Review};
use crate::control::{Control, Ruling};
use crate::exit::{Exit, coded};
use crate::say;

pub(crate) async fn review(config: &Config, command: Review) -> anyhow::Result<Exit> {
    let control = super::control(config).await?;
    match command {
        Review::List(output) => {
            let cards = control.cards().await?;
            if output.json {
                say::json(&cards)?;
                return Ok(Exit::Ok);
            }
            for waiting in &cards {
                let card = &waiting.card;
                say::line(format!("{}  {}  {}  {}", waiting.item, card.account, card.title, waiting.reason));
            }
            say::remark(format!("{} wait for a person", cards.len()));
        }
        Review::Show { id, output } => {
            let waiting = control.card(&id).await?;
            if output.json {
                say::json(&waiting)?;
            } else {
                say::line(format!("{}\n{}", waiting.reason, waiting.card));
            }
        }
        Review::Approve { id, decision } => rule(&control, &id, decision, true).await?,
        Review::Reject { id, decision } => rule(&control, &id, decision, false).await?,
    }
    Ok(Exit::Ok)
}

async fn rule(control: &Control, id: &str, decision: Decision, approve: bool) -> anyhow::Result<()> {
    let Decision { who, cut } = decision;
    if !approve && who.note.trim().is_empty() {
        return Err(coded(Exit::Refused, "a rejection needs a reason for the record: add --note \"...\""));
    }
    let item = control.rule(id, &Ruling { by: who.by, note: who.note, approve, cut }).await?;
    let word = if approve { "approved" } else { "rejected" };
    say::line(format!("{} {word}, it is {} now", item.id, item.status));
    Ok(())
}
