//! `reelpress console`

use super::Config;
use crate::exit::{Exit, coded};
use crate::http::ConsoleLink;
use crate::say;

pub(crate) async fn console(config: &Config) -> anyhow::Result<Exit> {
    let control = super::control(config).await?;
    let daemon = control.daemon().ok_or_else(|| {
        coded(
            Exit::Unavailable,
            "the daemon is not running, and the console is part of it (start it with `reelpress run`)",
        )
    })?;
    let link: ConsoleLink = daemon.post("/api/console/link", &()).await?;
    say::line(daemon.address(&link.path));
    say::remark(if link.signs_in {
        "this link signs in once, as an admin, on this machine; it works as long as nobody was added with `reelpress user add`"
    } else {
        "sign in with your name and password (`reelpress user list` shows who may)"
    });
    Ok(Exit::Ok)
}
