//! A console on a port of its own, with a press in memory that has something to show.

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use reelpress_config::{Live, Name, Oidc, OidcRoles, Secret, Settings};
use reelpress_console::memory::{MemoryPress, card, finding, key};
use reelpress_console::{
    Console, CutHash, Earlier, FindingKind, HeldItem, LineNow, MediaFile, MediaKind, Patient, Peer, Ports, Role, Sheet,
    Span, StageNow, Table, UserFile,
};
use reelpress_core::testing::{ManualClock, MemoryArtifacts, MemoryNotes};
use reelpress_core::{Artifacts as _, Supervisor, TaskKind};

use crate::provider::{Provider, SECRET};

pub(crate) const PASSWORD: &str = "three plain words";
/// Cuts that wait.
pub(crate) const CUTS: u64 = 10;
/// Which of them is like an earlier one.
const SIMILAR: u64 = 3;
/// Which of them is unpleasant to look at.
const UNPLEASANT: u64 = 6;

pub(crate) struct Site {
    address: SocketAddr,
    /// False where there was nothing to make one with.
    pub(crate) has_film: bool,
    console: Console,
    press: Arc<MemoryPress>,
    clock: Arc<ManualClock>,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

/// The item that is like an earlier one.
pub(crate) fn similar() -> String {
    card(SIMILAR, "").waiting.item.to_string()
}

/// The item that nobody likes to see.
pub(crate) fn unpleasant() -> String {
    card(UNPLEASANT, "").waiting.item.to_string()
}

/// The cut that it is like.
fn earlier() -> CutHash {
    card(CUTS, "").waiting.cut
}

fn now() -> Timestamp {
    card(0, "").waiting.since + SignedDuration::from_mins(42)
}

/// Everything as it is by default, and an identity provider.
fn settings(issuer: String) -> Settings {
    let mut settings = Settings::default();
    let reviewer = vec!["press-desk".to_owned()];
    settings.console.oidc = Some(Oidc {
        issuer,
        client_id: "reelpress".to_owned(),
        client_secret: Some(Secret::new(SECRET.to_owned())),
        name: "the house".to_owned(),
        scopes: vec!["email".to_owned()],
        roles_claim: "groups".to_owned(),
        roles: OidcRoles { reviewer, ..OidcRoles::default() },
        email_domains: vec!["example.org".to_owned()],
    });
    settings
}

impl Site {
    pub(crate) fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let users = UserFile::of_data(folder.path());
        users.add(Name::parse("ana").unwrap(), Role::Admin, PASSWORD, now()).unwrap();
        users.add(Name::parse("bo").unwrap(), Role::Reviewer, PASSWORD, now()).unwrap();
        let (press, artifacts) = (Arc::new(MemoryPress::default()), Arc::new(MemoryArtifacts::default()));
        let (clock, supervisor) = (Arc::new(ManualClock::at(now())), Supervisor::default());
        fill(&press);
        let has_film = runtime.block_on(put_media(&press, &artifacts));
        // Another name of this machine is another site to a browser.
        let provider = runtime.block_on(Provider::start("localhost", now().as_second()));
        let console = Console::open(Ports {
            press: press.clone(),
            notes: Arc::new(MemoryNotes::default()),
            artifacts,
            clock: clock.clone(),
            live: Live::new(settings(provider.issuer())),
            supervisor: supervisor.clone(),
            data_dir: folder.path().to_owned(),
            listen: [127, 0, 0, 1].into(),
        })
        .unwrap();
        let app = console.router();
        let address = runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let address = listener.local_addr().unwrap();
            drop(supervisor.spawn(TaskKind::Request, "console", async move {
                axum::serve(Patient::new(listener), app.into_make_service_with_connect_info::<Peer>()).await
            }));
            address
        });
        Self { address, has_film, console, press, clock, runtime, _folder: folder }
    }

    pub(crate) fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What the press was told once nothing could be undone any more.
    pub(crate) fn given_after_the_minute(&self) -> Vec<&'static str> {
        self.clock.set(now() + SignedDuration::from_secs(61));
        self.runtime.block_on(self.console.settle());
        self.press.rulings().iter().map(|ruling| ruling.choice.as_str()).collect()
    }

    pub(crate) fn hours_pass(&self, hours: i64) {
        self.clock.set(now() + SignedDuration::from_hours(hours));
    }
}

const TITLES: [&str; CUTS as usize] = [
    "Why bridges hum in the wind",
    "The lake that turns to stone",
    "How bees vote on a new home",
    "Why the sky is dark at night",
    "A clock that loses one second in ages",
    "The fish that walks",
    "Why metal smells of metal",
    "What makes ice slippery",
    "The oldest song we can play",
    "Where the Sun's light is made",
];

fn fill(press: &MemoryPress) {
    let span = |from_ms, to_ms| Span { from_ms, to_ms };
    for (n, title) in (0..CUTS).zip(TITLES) {
        let mut card = card(n, title);
        if n == SIMILAR {
            let mut found = finding(FindingKind::Similar, "similar.frames");
            found.marks = vec![span(1_500, 6_200), span(11_000, 15_500)];
            found.earlier = Some(Earlier {
                item: "01KA7Q3W7N5Y8J4C2T6M9R0BXD".to_owned(),
                title: "Why the night sky is black".to_owned(),
                cut: Some(earlier()),
                matches: vec![(span(1_500, 6_200), span(0, 4_700)), (span(11_000, 15_500), span(9_000, 13_500))],
            });
            "a person must look: similar.frames".clone_into(&mut card.waiting.why);
            card.waiting.findings = vec![found];
        }
        if n == UNPLEASANT {
            let mut found = finding(FindingKind::Unpleasant, "safety.blood");
            "a score of 64, below 80 holds".clone_into(&mut found.message);
            "a person must look: safety.blood".clone_into(&mut card.waiting.why);
            card.waiting.findings = vec![found];
        }
        press.put(card);
    }
    let stage = |(name, depth, capacity): (&str, u64, u64)| StageNow { name: name.to_owned(), depth, capacity };
    let stages = [
        ("script", 3, 16),
        ("voice", 1, 16),
        ("assemble", 4, 4),
        ("screen", 0, 8),
        ("review", 10, 64),
        ("schedule", 812, 2_000),
        ("deliver", 240, 2_000),
    ];
    let items = [("running", 1_070), ("held", 10), ("finished", 5_204), ("rejected", 31)];
    press.put_line(LineNow {
        uptime_s: 93_000,
        stages: stages.map(stage).into(),
        items: items.map(|(word, count)| (word.to_owned(), count)).into(),
        finished_last_hour: 128,
        ..LineNow::default()
    });
    press.put_held(HeldItem {
        item: card(CUTS + 1, "").waiting.item,
        title: "Two bridges closed after storm".to_owned(),
        stage: "script".to_owned(),
        why: "a person must decide: it is about tragedies (`storm`)".to_owned(),
        since: now(),
    });
    fill_sheets(press);
}

fn fill_sheets(press: &MemoryPress) {
    fn table<const N: usize>(note: &str, columns: [&str; N], row: [&str; N]) -> Table {
        let cells = |cells: [&str; N]| cells.map(ToOwned::to_owned).to_vec();
        Table { note: note.to_owned(), columns: cells(columns), rows: vec![cells(row)] }
    }
    let item = "01KA7Q3W7N5Y8J4C2T6M9R0BXD";
    let slots = "Promised slots that are still to come (UTC).";
    press.put_sheet(
        Sheet::Schedule,
        table(slots, ["when", "account", "item"], ["2026-11-20 17:00", "orbit-daily", item]),
    );
    press.put_sheet(
        Sheet::Devices,
        table("", ["phone", "model", "state", "accounts"], ["R58M12ABC", "SM-A146B", "ready", "orbit-daily"]),
    );
    press.put_sheet(
        Sheet::Accounts,
        table(
            "",
            ["account", "state", "posts a day", "next free slot"],
            ["orbit-daily", "on", "4", "2026-11-20 19:30"],
        ),
    );
    press.put_sheet(
        Sheet::Reports,
        table("", ["day", "ordered", "finished", "rejected", "held"], ["2026-11-20", "160", "148", "9", "3"]),
    );
}

/// Every cut's poster, one film for all that wait, and one for the earlier cut; true if there are films.
async fn put_media(press: &MemoryPress, artifacts: &MemoryArtifacts) -> bool {
    let films = [film(0.0, ""), film(1.5, ",hue=h=25,drawbox=x=20:y=20:w=60:h=30:color=white@0.8:t=fill")];
    for (at, film) in films.iter().flatten().map(|film| Bytes::from(film.clone())).enumerate() {
        let name = key(&format!("films/{at}.mp4"));
        artifacts.put(&name, film.clone()).await.unwrap();
        let cuts = if at == 0 { (0..CUTS).map(|n| card(n, "").waiting.cut).collect() } else { vec![earlier()] };
        for cut in cuts {
            press.put_media(MediaKind::Video, cut, MediaFile { key: name.clone(), bytes: film.len() as u64 });
        }
    }
    for n in 0..=CUTS {
        let png = Bytes::from(png(n));
        let file = MediaFile { key: key(&format!("posters/{n}.png")), bytes: png.len() as u64 };
        artifacts.put(&file.key, png).await.unwrap();
        press.put_media(MediaKind::Poster, card(n, "").waiting.cut, file);
    }
    films.iter().all(Option::is_some)
}

/// Twenty seconds of moving colours, if this machine has an ffmpeg to make them; players show the poster else.
fn film(start: f64, changed: &str) -> Option<Vec<u8>> {
    let file = tempfile::Builder::new().suffix(".mp4").tempfile().unwrap();
    let colours = "gradients=s=270x480:d=24:r=5:c0=0x1030a0:c1=0x208050:c2=0xd0a030:n=3:seed=7:type=spiral:speed=0.02";
    let made = std::process::Command::new("ffmpeg")
        .args([
            "-y",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            &format!("{colours},trim=start={start}:duration=20,setpts=PTS-STARTPTS{changed}"),
        ])
        .args(["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "10", "-movflags", "+faststart"])
        .arg(file.path())
        .status();
    made.is_ok_and(|end| end.success()).then(|| std::fs::read(file.path()).unwrap())
}

/// A small picture of two colours, as PNG (ISO/IEC 15948) with stored blocks (RFC 1951).
fn png(n: u64) -> Vec<u8> {
    const WIDTH: u32 = 90;
    const HEIGHT: u32 = 160;
    let mut rows = Vec::new();
    for y in 0..HEIGHT {
        rows.push(0);
        for x in 0..WIDTH {
            let hill = f64::from(x) * 0.11 + n as f64;
            let is_hill = f64::from(y) > 110.0 + hill.sin() * 18.0;
            let tone = (n * 24) as u8;
            let sky = [tone / 3, 40_u8.saturating_add(y as u8 / 2), 250 - tone];
            rows.extend(if is_hill { [30, 60 + tone / 4, 50] } else { sky });
        }
    }
    let mut zlib = vec![0x78, 0x01];
    let blocks = rows.chunks(65_535).collect::<Vec<_>>();
    for (at, block) in blocks.iter().enumerate() {
        let length = block.len() as u16;
        zlib.push(u8::from(at + 1 == blocks.len()));
        zlib.extend(length.to_le_bytes().into_iter().chain((!length).to_le_bytes()));
        zlib.extend_from_slice(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &rows {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    zlib.extend(((b << 16) | a).to_be_bytes());
    let mut header = Vec::new();
    header.extend(WIDTH.to_be_bytes().into_iter().chain(HEIGHT.to_be_bytes()));
    header.extend([8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &header), (b"IDAT", &zlib), (b"IEND", &Vec::new())] {
        file.extend((data.len() as u32).to_be_bytes());
        let checked = [&kind[..], data].concat();
        file.extend(&checked);
        file.extend(crc32(&checked).to_be_bytes());
    }
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    };
    !bytes.iter().fold(u32::MAX, step)
}
