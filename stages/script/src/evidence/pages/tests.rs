use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use reelpress_config::Settings;
use reelpress_core::{ItemId, Job, SystemClock};
use reelpress_vocabulary::testing;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;
use crate::evidence::Pack;

mod stage;

const FACTS: &str = "<html lang=en><title>Octopus hearts explained</title><article><p>An octopus has three hearts, and \
                     two of them serve the gills alone.</p><p>The third heart stops while the animal swims, so it \
                     prefers to crawl.</p><p>Copper makes the blood of the animal blue in cold water.</p></article>";

/// A site on this machine that remembers what it was asked for; it ends with the value.
pub(super) struct Site {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    _task: JoinSet<()>,
}

impl Site {
    async fn start(answer: impl Fn(&str) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (heard, answer) = (asked.clone(), Arc::new(answer));
        let router = Router::new().fallback(move |uri: Uri| {
            heard.lock().unwrap().push(uri.path().to_owned());
            let answer = answer.clone();
            async move {
                match uri.path() {
                    "/slow" => std::future::pending::<Response>().await,
                    path => answer(path),
                }
            }
        });
        let mut task = JoinSet::new();
        task.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, asked, _task: task }
    }

    /// One page at every address but `robots.txt`.
    pub(super) async fn of(page: String) -> Self {
        Self::start(move |path| if path == "/robots.txt" { gone() } else { html(page.clone()) }).await
    }

    pub(super) fn link(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == path).count()
    }
}

fn gone() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

fn html(body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body.into()).into_response()
}

pub(super) fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.script.evidence.fetch = true;
    settings
}

pub(super) fn topic(links: &[String]) -> Topic {
    let evidence = links.iter().map(|link| testing::evidence("Octopus hearts", link)).collect();
    Topic { evidence, ..testing::topic("An octopus has three hearts") }
}

fn job() -> Job {
    Job::detached(ItemId::from_parts(1, 1))
}

struct Desk {
    folder: tempfile::TempDir,
    pages: Pages,
    settings: Settings,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pages = Pages::local(folder.path(), Arc::new(SystemClock));
        Self { folder, pages, settings: settings() }
    }

    async fn read(&self, links: &[String]) -> Vec<Page> {
        self.pages.of(&self.settings, &topic(links), &job()).await
    }
}

#[tokio::test]
async fn a_page_is_read_and_cited_and_asked_once() {
    let site = Site::of(FACTS.to_owned()).await;
    let (desk, links) = (Desk::new(), [site.link("/hearts")]);
    let pages = desk.read(&links).await;
    let pack = Pack::with(&topic(&links), &pages);
    let told = pack.pieces.iter().map(|piece| format!("{:?} {:?} {}", piece.kind, piece.source, piece.text));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @"
    Title Some(0) An octopus has three hearts
    Sighting Some(0) Octopus hearts
    Page Some(0) An octopus has three hearts, and two of them serve the gills alone.
    Page Some(0) The third heart stops while the animal swims, so it prefers to crawl.
    Page Some(0) Copper makes the blood of the animal blue in cold water.
    ");
    assert_eq!(pack.sources[0].title, "Octopus hearts explained", "its own title, not the feed's");
    assert_ne!(pack.hash(), Pack::of(&topic(&links)).hash());
    assert_eq!(desk.read(&links).await, pages);
    // After a restart too.
    let again = Pages::local(desk.folder.path(), Arc::new(SystemClock));
    assert_eq!(again.of(&desk.settings, &topic(&links), &job()).await, pages);
    assert_eq!((site.asked("/hearts"), site.asked("/robots.txt")), (1, 1));
}

#[tokio::test]
async fn robots_txt_is_kept() {
    let site = Site::start(|path| match path {
        "/robots.txt" => "User-agent: *\nDisallow: /closed\n".into_response(),
        _ => html(FACTS),
    })
    .await;
    let desk = Desk::new();
    let pages = desk.read(&[site.link("/closed/a"), site.link("/open")]).await;
    assert_eq!(pages.iter().map(|page| page.link.path()).collect::<Vec<_>>(), ["/open"]);
    assert_eq!((site.asked("/closed/a"), site.asked("/open")), (0, 1));
}

#[tokio::test]
async fn what_cannot_be_read_costs_a_page_and_nothing_more() {
    let site = Site::start(|path| match path {
        "/robots.txt" | "/gone" => gone(),
        "/broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "/json" => ([(header::CONTENT_TYPE, "application/json")], FACTS).into_response(),
        "/picture" => ([(header::CONTENT_TYPE, "image/png")], "<p>").into_response(),
        "/empty" => html("<html><body></body></html>"),
        "/spanish" => html(FACTS.replace("lang=en", "lang=es")),
        "/file" => Redirect::temporary("file:///etc/passwd").into_response(),
        "/loop" => Redirect::temporary("/loop").into_response(),
        _ => html(FACTS),
    })
    .await;
    let mut desk = Desk::new();
    desk.settings.script.evidence.pages = std::num::NonZeroUsize::new(10).unwrap();
    desk.settings.script.evidence.timeout = Duration::from_millis(400);
    let bad = ["/gone", "/broken", "/json", "/picture", "/empty", "/spanish", "/file", "/loop", "/slow"];
    let links = bad.into_iter().chain(["/fine"]).map(|path| site.link(path)).collect::<Vec<_>>();
    let read = |pages: Vec<Page>| pages.iter().map(|page| page.link.path().to_owned()).collect::<Vec<_>>();
    // The slow one holds its host's only place, so it is asked last here.
    let last = links[..8].iter().chain([&links[9], &links[8]]).cloned().collect::<Vec<_>>();
    assert_eq!(read(desk.read(&last).await), ["/fine"]);
    assert_eq!(read(desk.read(&last).await), ["/fine"], "and none of them is asked again at once");
    for path in bad.iter().filter(|path| **path != "/loop") {
        assert_eq!(site.asked(path), 1, "{path}");
    }
}

#[tokio::test]
async fn a_huge_page_is_cut_and_its_beginning_read() {
    let long = format!("{FACTS}<p>{}</p>", "An endless story goes on, and on, and on for ever. ".repeat(200_000));
    let site = Site::of(long).await;
    let mut desk = Desk::new();
    desk.settings.script.evidence.max_bytes = 16 << 10;
    let pages = desk.read(&[site.link("/long")]).await;
    assert_eq!(pages.len(), 1);
    assert!(pages[0].text.starts_with("An octopus has three hearts, and") && pages[0].text.chars().count() <= 4_000);
}

#[tokio::test]
async fn private_addresses_are_refused_and_never_reached() {
    let site = Site::of(FACTS.to_owned()).await;
    let folder = tempfile::tempdir().unwrap();
    let pages = Pages::new(Web::new().unwrap(), folder.path(), Arc::new(SystemClock));
    let port = site.address.port();
    let links = ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"].map(|host| format!("http://{host}:{port}/hearts"));
    assert_eq!(pages.of(&settings(), &topic(&links), &job()).await, []);
    assert_eq!(*site.asked.lock().unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_cancelled_job_waits_for_no_page() {
    let site = Site::of(FACTS.to_owned()).await;
    let desk = Desk::new();
    let job = job();
    job.cancel.cancel();
    assert_eq!(desk.pages.of(&desk.settings, &topic(&[site.link("/slow")]), &job).await, []);
}

#[test]
fn other_sites_come_first_and_what_is_no_public_link_never() {
    let given = ["https://a.org/1", "https://a.org/2", "https://b.org/1", "ftp://c.org/", "https://u:p@d.org/"];
    let given = given.into_iter().chain(["https://a.org/1", "https://e.org/1"]).map(str::to_owned).collect::<Vec<_>>();
    let chosen = |most| links(&topic(&given), most).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    assert_eq!(chosen(10), "https://a.org/1 https://b.org/1 https://e.org/1 https://a.org/2");
    assert_eq!(chosen(2), "https://a.org/1 https://b.org/1");
}

#[test]
fn pages_add_no_more_than_their_share() {
    let text =
        (0..300).map(|at| format!("Fact number {at} tells of a place on the map.")).collect::<Vec<_>>().join(" ");
    let page = |at: usize| Page {
        link: format!("https://site{at}.org/").parse().unwrap(),
        title: format!("Title number {at} of them all"),
        language: String::new(),
        text: text.replace("Fact", &format!("Site {at}'s fact")),
        hidden: Vec::new(),
    };
    let pages = (0..10).map(page).collect::<Vec<_>>();
    let pack = Pack::with(&topic(&["https://site0.org/".to_owned()]), &pages);
    let mut each = BTreeMap::<_, usize>::new();
    for piece in &pack.pieces {
        *each.entry(piece.source).or_default() += 1;
    }
    assert_eq!(each.into_values().collect::<Vec<_>>(), [6, 4, 4, 4, 4, 4, 4, 4, 4, 4]);
    assert!(pack.pieces.len() < 100 && pack.sources.len() == 10, "E100 would be no piece's number");
}
