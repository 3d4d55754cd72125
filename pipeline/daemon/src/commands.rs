//! What a person types, one file for each command.

mod check;
mod config;
mod console;
mod doctor;
mod items;
mod make;
mod media;
mod policy;
mod provenance;
mod review;
mod run;
mod similar;
mod status;
mod template;
mod trends;
mod user;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use reelpress_config::{ProcessEnvironment, Settings};
use reelpress_core::{Clock, SystemClock};

use crate::cli::{Arguments, Command};
use crate::control::Control;
use crate::exit::{Exit, coded};
use crate::{named, say};

/// The config file that is used when none is named, if it is there.
const DEFAULT_FILE: &str = "reelpress.toml";

pub(crate) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let config = Config::find(arguments.config)?;
    match arguments.command {
        Command::Make(order) => asynchronously(make::make(&config, order)),
        Command::Run => asynchronously(run::run(&config)),
        Command::Console => asynchronously(console::console(&config)),
        Command::User(command) => user::user(&config, command),
        Command::Status(output) => asynchronously(status::status(&config, output)),
        Command::Items(command) => asynchronously(items::items(&config, command)),
        Command::Review(command) => asynchronously(review::review(&config, command)),
        Command::Media(command) => asynchronously(media::media(&config, command)),
        Command::Trends(command) => asynchronously(trends::trends(&config, command)),
        Command::Similar(order) => asynchronously(similar::similar(&config, order)),
        Command::Policy(command) => policy::policy(&config, command),
        Command::Provenance { file } => provenance::provenance(&file),
        Command::Check { file } => check::check(&config, file.as_deref()),
        Command::Doctor => doctor::doctor(&config),
        Command::Config(crate::cli::Config::Show) => config::show(&config),
        Command::Template(command) => asynchronously(template::template(&config, command)),
    }
}

/// Which config file is used.
pub(crate) struct Config {
    pub(crate) file: Option<PathBuf>,
}

impl Config {
    fn find(named: Option<PathBuf>) -> anyhow::Result<Self> {
        if let Some(file) = &named
            && !file.exists()
        {
            return Err(coded(Exit::BadConfig, format!("config file {} does not exist", file.display())));
        }
        let file = named.or_else(|| Some(PathBuf::from(DEFAULT_FILE)).filter(|file| file.exists()));
        Ok(Self { file })
    }

    pub(crate) fn load(&self) -> anyhow::Result<Settings> {
        match &self.file {
            Some(file) => load(file),
            None => Ok(Settings::default()),
        }
    }
}

impl Config {
    /// The settings without a look at what they name.
    pub(crate) fn load_alone(&self) -> anyhow::Result<Settings> {
        match &self.file {
            Some(file) => Ok(reelpress_config::load(file, &ProcessEnvironment)?),
            None => Ok(Settings::default()),
        }
    }
}

fn load(file: &Path) -> anyhow::Result<Settings> {
    Ok(reelpress_config::load_and(file, &ProcessEnvironment, &named::check)?)
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

async fn control(config: &Config) -> anyhow::Result<Control> {
    let data_dir = match (config.load(), &config.file) {
        (Ok(settings), _) => settings.daemon.data_dir,
        // The daemon runs on with the settings it has: it must answer although the file has mistakes now.
        (Err(error), Some(file)) => match data_dir_of(file) {
            Some(folder) => {
                say::remark(format!("{} has mistakes (`reelpress check` names them)", file.display()));
                folder
            }
            None => return Err(error),
        },
        (Err(error), None) => return Err(error),
    };
    Control::find(&data_dir, clock()).await
}

/// `daemon.data_dir` of a file whose other keys may be wrong.
fn data_dir_of(file: &Path) -> Option<PathBuf> {
    let table: toml::Table = std::fs::read_to_string(file).ok()?.parse().ok()?;
    let named = table.get("daemon").and_then(|daemon| daemon.get("data_dir")).and_then(toml::Value::as_str);
    let folder = named.map_or_else(|| Settings::default().daemon.data_dir, PathBuf::from);
    Some(file.parent().unwrap_or(Path::new("")).join(folder))
}

fn asynchronously(command: impl Future<Output = anyhow::Result<Exit>>) -> anyhow::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("reelpress-io")
        .build()
        .context("could not start the runtime")?;
    let ended = runtime.block_on(command);
    // What still runs (an encoder that was told to stop) must not keep the process.
    runtime.shutdown_background();
    ended
}
