//! As much of the `DevTools` protocol as the test needs.

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};
use tokio::time::Instant;
use tungstenite::{Message, WebSocket};

/// Longest wait for something to become true in a page: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Browser {
    child: Child,
    socket: WebSocket<TcpStream>,
    asked: u64,
    _profile: tempfile::TempDir,
}

/// A page with cookies of its own.
pub(crate) struct Tab {
    session: String,
    target: String,
}

fn program() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut found = std::env::split_paths(&path).flat_map(|folder| names.map(|name| folder.join(name)));
    named.or_else(|| found.find(|file| file.is_file()))
}

impl Browser {
    pub(crate) fn start() -> Option<Self> {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new(program()?)
            .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"])
            .args(["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--remote-debugging-port=0", "--force-prefers-reduced-motion"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("chromium starts");
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.find_map(|line| Some(line.unwrap().strip_prefix("DevTools listening on ")?.to_owned()));
        let address = address.expect("chromium says where it listens");
        // What it says later must not fill the pipe.
        std::thread::Builder::new().name("chromium-words".to_owned()).spawn(move || lines.count()).unwrap();
        let host = address.strip_prefix("ws://").unwrap().split('/').next().unwrap();
        let stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (socket, _) = tungstenite::client(&address, stream).expect("chromium takes the connection");
        Some(Self { child, socket, asked: 0, _profile: profile })
    }

    fn call(&mut self, session: Option<&str>, method: &str, parameters: &Value) -> Result<Value, String> {
        self.asked += 1;
        let mut message = json!({ "id": self.asked, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).unwrap();
        loop {
            let Message::Text(text) = self.socket.read().expect("chromium answers") else { continue };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == json!(self.asked) {
                return if answer["error"].is_null() {
                    Ok(answer["result"].clone())
                } else {
                    Err(answer["error"].to_string())
                };
            }
        }
    }

    fn on(&mut self, tab: &Tab, method: &str, parameters: &Value) -> Value {
        self.call(Some(&tab.session), method, parameters).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// A new page with cookies of its own: another person.
    pub(crate) fn tab(&mut self) -> Tab {
        let context = self.call(None, "Target.createBrowserContext", &json!({})).unwrap();
        let target = json!({ "url": "about:blank", "browserContextId": context["browserContextId"], "width": 1280, "height": 900 });
        let target = self.call(None, "Target.createTarget", &target).unwrap()["targetId"].as_str().unwrap().to_owned();
        let attach = json!({ "targetId": target, "flatten": true });
        let session =
            self.call(None, "Target.attachToTarget", &attach).unwrap()["sessionId"].as_str().unwrap().to_owned();
        let tab = Tab { session, target };
        self.on(&tab, "Page.enable", &json!({}));
        // Keys go to pages that are not in front too.
        self.on(&tab, "Emulation.setFocusEmulationEnabled", &json!({ "enabled": true }));
        tab
    }

    pub(crate) fn close(&mut self, tab: &Tab) {
        self.call(None, "Target.closeTarget", &json!({ "targetId": tab.target })).unwrap();
    }

    pub(crate) fn go(&mut self, tab: &Tab, address: &str) {
        let gone = self.on(tab, "Page.navigate", &json!({ "url": address }));
        assert!(gone["errorText"].is_null(), "{address}: {gone}");
    }

    fn evaluate(&mut self, tab: &Tab, script: &str) -> Result<Value, String> {
        let asked = json!({ "expression": script, "awaitPromise": true, "returnByValue": true });
        let answer = self.call(Some(&tab.session), "Runtime.evaluate", &asked)?;
        if answer["exceptionDetails"].is_null() {
            Ok(answer["result"]["value"].clone())
        } else {
            Err(answer.to_string())
        }
    }

    /// What a script in the page gives.
    pub(crate) fn run(&mut self, tab: &Tab, script: &str) -> Value {
        self.evaluate(tab, script).unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until a condition holds in the page; between two pages there is no page, and that is no fault.
    pub(crate) fn wait(&mut self, tab: &Tab, condition: &str) {
        let until = Instant::now() + PATIENCE;
        let script = format!(
            "new Promise(done => setTimeout(() => done(document.readyState !== 'loading' && Boolean({condition})), 40))"
        );
        while Instant::now() < until {
            if self.evaluate(tab, &script) == Ok(json!(true)) {
                return;
            }
        }
        let page = self.evaluate(tab, "location.pathname + '\\n' + document.body.innerText.slice(0, 1500)");
        panic!("never true: {condition}\n{page:?}");
    }

    pub(crate) fn key(&mut self, tab: &Tab, key: &str) {
        let text = match key {
            "Enter" => "\r",
            key if key.len() == 1 => key,
            _ => "",
        };
        let code = match key {
            "Enter" => 13,
            key => u32::from(key.to_ascii_uppercase().bytes().next().unwrap_or(0)),
        };
        let down = json!({ "type": "keyDown", "key": key, "text": text, "windowsVirtualKeyCode": code });
        self.on(tab, "Input.dispatchKeyEvent", &down);
        self.on(tab, "Input.dispatchKeyEvent", &json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code }));
    }

    pub(crate) fn text(&mut self, tab: &Tab, text: &str) {
        self.on(tab, "Input.insertText", &json!({ "text": text }));
    }

    pub(crate) fn resize(&mut self, tab: &Tab, (width, height): (u32, u32), mobile: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile });
        self.on(tab, "Emulation.setDeviceMetricsOverride", &size);
    }

    pub(crate) fn picture(&mut self, tab: &Tab, name: &str) {
        // The poster is fetched after the page is there.
        self.wait(tab, "[...document.images].every(image => image.loading === 'lazy' || image.complete) && [...document.querySelectorAll('video')].every(video => video.readyState >= 2 || video.error || video.networkState === 3)");
        let shot = self.on(tab, "Page.captureScreenshot", &json!({ "format": "png" }));
        let bytes = base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        let is_for_docs = std::env::var_os("REELPRESS_DOCS_PICTURES").is_some();
        let folder = if is_for_docs { root } else { PathBuf::from(env!("CARGO_TARGET_TMPDIR")) };
        std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }

    /// What axe-core calls serious or critical.
    pub(crate) fn axe(&mut self, tab: &Tab, axe: &str) -> Vec<String> {
        self.run(tab, &format!("{axe}; true"));
        let found = self.run(
            tab,
            "axe.run({ resultTypes: ['violations'] }).then(result => result.violations.filter(fault => ['serious', 'critical'].includes(fault.impact)).map(fault => fault.id + ': ' + fault.help + ' at ' + fault.nodes.slice(0, 3).map(node => node.html).join(' ; ')))",
        );
        found.as_array().unwrap().iter().map(|fault| fault.as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.call(None, "Browser.close", &json!({})).ok();
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.child.kill().ok();
        }
        self.child.wait().ok();
    }
}

/// axe-core's script: from the cache in the target folder, or fetched into it with npm.
pub(crate) fn axe() -> Option<String> {
    const VERSION: &str = "4.14.1";
    let cache = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("axe-core-{VERSION}"));
    let script = cache.join("package/axe.min.js");
    if !script.is_file() {
        std::fs::create_dir_all(&cache).ok()?;
        let run = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command
                .args(arguments)
                .current_dir(&cache)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|end| end.success())
        };
        let package = format!("axe-core@{VERSION}");
        let file = format!("axe-core-{VERSION}.tgz");
        if !run("npm", &["pack", &package, "--silent"]) || !run("tar", &["-xzf", &file, "package/axe.min.js"]) {
            return None;
        }
    }
    std::fs::read_to_string(script).ok()
}
