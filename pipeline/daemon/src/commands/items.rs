//! `reelpress items`

use super::Config;
use crate::cli::Items;
use crate::control::Releasing;
use crate::exit::Exit;
use crate::say;

pub(crate) async fn items(config: &Config, command: Items) -> anyhow::Result<Exit> {
    let control = super::control(config).await?;
    match command {
        Items::List { status, output } => {
            let items = control.items(status.as_deref()).await?;
            if output.json {
                say::json(&items)?;
                return Ok(Exit::Ok);
            }
            for item in &items {
                say::line(format!(
                    "{}  {:<8}  {:<16}  {}  {}",
                    item.id,
                    item.status,
                    item.stage,
                    item.changed.strftime("%Y-%m-%d %H:%M:%S"),
                    item.reason
                ));
            }
            say::remark(format!("{} items", items.len()));
        }
        Items::Show { id, output } => {
            let report = control.item(&id).await?;
            if output.json {
                say::json(&report)?;
                return Ok(Exit::Ok);
            }
            say::line(format!("{}  {}  {}", report.item.id, report.item.status, report.title));
            for line in &report.life {
                say::line(format!(
                    "  {}  {:<8}  {}",
                    line.at.strftime("%Y-%m-%d %H:%M:%S%.3f"),
                    line.what,
                    line.detail
                ));
            }
        }
        Items::Release { id, who } => {
            let item = control.release(&id, &Releasing { by: who.by, note: who.note }).await?;
            say::line(format!("{} is {}", item.id, item.status));
        }
        Items::GiveUp { id, who } => {
            let item = control.give_up(&id, &Releasing { by: who.by, note: who.note }).await?;
            say::line(format!("{} is {}", item.id, item.status));
        }
    }
    Ok(Exit::Ok)
}
