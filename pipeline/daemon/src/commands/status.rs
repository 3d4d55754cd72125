//! `reelpress status`

use super::Config;
use crate::cli::Output;
use crate::exit::Exit;
use crate::say;

pub(crate) async fn status(config: &Config, output: Output) -> anyhow::Result<Exit> {
    let report = super::control(config).await?.status().await?;
    let exit = match (report.running, report.trouble.is_empty()) {
        (false, _) => Exit::Unavailable,
        (true, false) => Exit::Refused,
        (true, true) => Exit::Ok,
    };
    if output.json {
        say::json(&report)?;
        return Ok(exit);
    }
    if report.running {
        say::line(format!(
            "reelpress {} runs since {} s, config {}",
            report.version, report.uptime_seconds, report.config_hash
        ));
    }
    if !report.trouble.is_empty() {
        say::line(format!("trouble: {}", report.trouble));
    }
    let items = report.items;
    say::line(format!(
        "items: {} running, {} held, {} finished, {} rejected, {} archived",
        items.running, items.held, items.finished, items.rejected, items.archived
    ));
    for edge in &report.edges {
        say::line(format!("  {:<10} {:>5}", edge.stage, edge.taken));
    }
    for budget in &report.budgets {
        say::line(budget);
    }
    Ok(exit)
}
