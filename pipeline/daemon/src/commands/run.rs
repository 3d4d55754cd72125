//! `reelpress run`: the daemon, with its signals.

use std::sync::Arc;

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use reelpress_config::ProcessEnvironment;
use reelpress_core::events;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::Config;
use crate::exit::{Exit, coded};
use crate::press::{Outside, Running, start};
use crate::say;

pub(crate) async fn run(config: &Config) -> anyhow::Result<Exit> {
    let settings = config.load()?;
    let mut stops = Stops::listen()?;
    let mut reloads = signal(SignalKind::hangup()).context("could not listen for signals")?;
    let metrics = install_metrics()?;
    let listener = TcpListener::bind(settings.daemon.listen).await.map_err(|error| {
        coded(Exit::Unavailable, format!("could not listen on {} (`daemon.listen`): {error}", settings.daemon.listen))
    })?;
    let running = start(
        settings,
        Outside {
            clock: super::clock(),
            environment: Arc::new(ProcessEnvironment),
            listener,
            config: config.file.clone(),
            metrics,
        },
    )?;
    if let Some(link) = running.console_link() {
        say::remark(format!(
            "nobody was added yet (`reelpress user add`): this link signs in once, on this machine: {link}"
        ));
    }
    loop {
        tokio::select! {
            () = stops.asked() => return Ok(drain(&running, &mut stops).await),
            _ = reloads.recv() => running.reload(),
            why = running.failed() => {
                tracing::error!(why, "the daemon cannot go on");
                drain(&running, &mut stops).await;
                return Err(coded(Exit::Internal, why));
            }
        }
    }
}

/// A second signal ends at once: the journal has everything.
async fn drain(running: &Running, stops: &mut Stops) -> Exit {
    tokio::select! {
        exit = running.stop(running.grace()) => exit,
        () = stops.asked() => {
            tracing::warn!("asked a second time, leaving at once: what was in hand goes on after the next start");
            Exit::GraceRanOut
        }
    }
}

/// The signals that ask the daemon to stop.
struct Stops {
    terminate: Signal,
    interrupt: Signal,
}

impl Stops {
    fn listen() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("could not listen for signals");
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Buckets in seconds: from a journal append (under a millisecond) to an encode (minutes).
const BUCKETS: [f64; 14] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 60.0, 300.0];

fn install_metrics() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)
        .context("could not set the buckets")?
        .install_recorder()
        .context("could not install the metrics recorder")?;
    events::describe_metrics();
    Ok(handle)
}
