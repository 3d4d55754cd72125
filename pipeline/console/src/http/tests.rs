mod injection;
mod oidc;
mod pages;
mod review;
mod security;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Live, Name, Settings};
use reelpress_core::testing::{ManualClock, MemoryArtifacts, MemoryNotes};
use reelpress_core::{Artifacts as _, Supervisor};
use tower::ServiceExt as _;

use super::*;
use crate::memory::{MemoryPress, card, key};
use crate::press::{CutHash, MediaFile, MediaKind};
use crate::users::{UserFile, Users, cheap};
use crate::{Console, OpenError, Peer, Ports};

const PASSWORD: &str = "three plain words";

/// A console with a press in memory.
struct Site {
    press: Arc<MemoryPress>,
    artifacts: Arc<MemoryArtifacts>,
    clock: Arc<ManualClock>,
    live: Live,
    folder: tempfile::TempDir,
    console: Console,
}

/// What a browser keeps of a session.
#[derive(Debug, Clone)]
struct Signed {
    cookie: String,
    csrf: String,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Answer {
    fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_800_000_000 + second)
}

fn opened(settings: Settings, listen: IpAddr, users: &[(&str, Role)]) -> Result<Site, OpenError> {
    let folder = tempfile::tempdir().unwrap();
    if !users.is_empty() {
        let user = |(name, role): &(&str, Role)| (Name::parse(name).unwrap(), cheap(*role, PASSWORD));
        UserFile::of_data(folder.path()).write(&Users { users: users.iter().map(user).collect() }).unwrap();
    }
    let press = Arc::new(MemoryPress::default());
    let artifacts = Arc::new(MemoryArtifacts::default());
    let clock = Arc::new(ManualClock::at(at(0)));
    let live = Live::new(settings);
    let console = Console::open(Ports {
        press: press.clone(),
        notes: Arc::new(MemoryNotes::default()),
        artifacts: artifacts.clone(),
        clock: clock.clone(),
        live: live.clone(),
        supervisor: Supervisor::default(),
        data_dir: folder.path().to_owned(),
        listen,
    })?;
    Ok(Site { press, artifacts, clock, live, folder, console })
}

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Reviewers `ana` and `bo`, and so many cuts.
fn site(cards: u64) -> Site {
    let site = opened(Settings::default(), HERE, &[("ana", Role::Reviewer), ("bo", Role::Reviewer)]).unwrap();
    (0..cards).for_each(|n| site.press.put(card(n, &format!("cut {n}"))));
    site
}

fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path).header(header::HOST, "127.0.0.1:9464")
}

fn post(path: &str) -> axum::http::request::Builder {
    Request::post(path).header(header::HOST, "127.0.0.1:9464").header(header::ORIGIN, "http://127.0.0.1:9464")
}

fn form(fields: &[(&str, &str)]) -> Body {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    Body::from(form.extend_pairs(fields).finish())
}

impl Site {
    async fn ask(&self, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(Peer(SocketAddr::new(HERE, 50_000))));
        let response = self.console.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    async fn try_password(&self, name: &str, password: &str) -> Answer {
        let body = form(&[("name", name), ("password", password), ("to", "/console/line")]);
        self.ask(post("/console/sign-in").body(body).unwrap()).await
    }

    async fn sign_in(&self, name: &str) -> Signed {
        let answer = self.try_password(name, PASSWORD).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::SEE_OTHER, "/console/line"),
            "{}",
            answer.text
        );
        self.signed(&answer).await
    }

    async fn signed(&self, answer: &Answer) -> Signed {
        let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
        let page = self.ask(get("/console").header(header::COOKIE, &cookie).body(Body::empty()).unwrap()).await;
        let csrf = page.text.split("name=\"csrf\" content=\"").nth(1).expect("a page").split('"').next().unwrap();
        Signed { cookie, csrf: csrf.to_owned() }
    }

    async fn page(&self, who: &Signed, path: &str) -> Answer {
        self.ask(get(path).header(header::COOKIE, &who.cookie).body(Body::empty()).unwrap()).await
    }

    async fn send(&self, who: &Signed, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("csrf", who.csrf.as_str())];
        all.extend(fields);
        self.ask(post(path).header(header::COOKIE, &who.cookie).body(form(&all)).unwrap()).await
    }

    /// Puts a file of these bytes behind a card's cut.
    async fn film(&self, n: u64, bytes: Vec<u8>) -> CutHash {
        let cut = card(n, "").waiting.cut;
        let name = key(&format!("assemble/{n}.mp4"));
        let length = bytes.len() as u64;
        self.artifacts.put(&name, Bytes::from(bytes)).await.unwrap();
        for kind in [MediaKind::Video, MediaKind::Poster] {
            self.press.put_media(kind, cut.clone(), MediaFile { key: name.clone(), bytes: length });
        }
        cut
    }
}
