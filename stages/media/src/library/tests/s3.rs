//! A place on S3, against a sandbox that answers like it: lists in pages, tags, conditions, faults.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path as UrlPath, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use reelpress_config::{MediaPlace, MediaS3, Secret};
use reelpress_core::{Fault as _, Remedy};

use super::*;
use crate::pick::Choice;

/// Keys on one page of a list.
const PAGE: usize = 2;

#[derive(Default)]
struct Bucket {
    objects: BTreeMap<String, Vec<u8>>,
    fetched: Vec<String>,
    signed: bool,
    is_down: bool,
    breaks_off: bool,
}

struct S3 {
    address: SocketAddr,
    bucket: Arc<Mutex<Bucket>>,
    server: tokio::task::JoinHandle<()>,
    cache: tempfile::TempDir,
}

impl Drop for S3 {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl S3 {
    async fn start(objects: &[(&str, &str)]) -> Self {
        let bucket = Arc::new(Mutex::new(Bucket::default()));
        let routes = Router::new()
            .route("/studio", get(list))
            .route("/studio/{*key}", get(object))
            .with_state(Arc::clone(&bucket));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        #[expect(clippy::disallowed_methods, reason = "a sandbox service of the tests, ended by its drop")]
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        let s3 = Self { address, bucket, server, cache: tempfile::tempdir().unwrap() };
        for (key, content) in objects {
            s3.put(key, content);
        }
        s3
    }

    fn put(&self, key: &str, content: &str) {
        self.bucket.lock().unwrap().objects.insert(key.to_owned(), content.as_bytes().to_vec());
    }

    fn change(&self, change: impl FnOnce(&mut Bucket)) {
        change(&mut self.bucket.lock().unwrap());
    }

    fn fetched(&self) -> Vec<String> {
        std::mem::take(&mut self.bucket.lock().unwrap().fetched)
    }

    fn library(&self, cache_bytes: u64) -> MediaLibrary {
        let key = |text: &str| Some(Secret::new(text.to_owned()));
        let s3 = MediaS3 {
            endpoint: Some(format!("http://{}", self.address).parse().unwrap()),
            access_key: key("access"),
            secret_key: key("secret"),
            ..MediaS3::default()
        };
        let places = vec![MediaPlace::S3 { bucket: "studio".to_owned(), prefix: "lib/a b".to_owned() }];
        let cache = self.cache.path().join("cache");
        MediaLibrary::new(&Media { places, s3, cache, cache_bytes, ..Media::default() }).unwrap()
    }

    fn cached(&self) -> usize {
        std::fs::read_dir(self.cache.path().join("cache")).map_or(0, Iterator::count)
    }
}

fn tag(content: &[u8]) -> String {
    format!("\"{}\"", &blake3::hash(content).to_hex()[..16])
}

async fn list(
    State(bucket): State<Arc<Mutex<Bucket>>>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let mut bucket = bucket.lock().unwrap();
    bucket.signed |=
        headers.get(header::AUTHORIZATION).is_some_and(|value| value.to_str().unwrap().contains("access/"));
    if bucket.is_down {
        return StatusCode::BAD_REQUEST.into_response();
    }
    assert_eq!(query["list-type"], "2");
    let after = query.get("continuation-token").cloned().unwrap_or_default();
    let under = |key: &&String| key.starts_with(&query["prefix"]) && **key > after;
    let keys: Vec<&String> = bucket.objects.keys().filter(under).collect();
    let page = &keys[..keys.len().min(PAGE)];
    let mut xml = "<ListBucketResult>".to_owned();
    for key in page {
        let content = &bucket.objects[*key];
        let (tag, bytes) = (tag(content).replace('"', "&quot;"), content.len());
        let changed = "2026-01-01T00:00:00.000Z";
        write!(
            xml,
            "<Contents><Key>{key}</Key><LastModified>{changed}</LastModified><ETag>{tag}</ETag><Size>{bytes}</Size></Contents>"
        )
        .unwrap();
    }
    if keys.len() > PAGE {
        write!(xml, "<NextContinuationToken>{}</NextContinuationToken>", page[PAGE - 1]).unwrap();
    }
    ([(header::CONTENT_TYPE, "application/xml")], xml + "</ListBucketResult>").into_response()
}

async fn object(
    State(bucket): State<Arc<Mutex<Bucket>>>,
    UrlPath(key): UrlPath<String>,
    headers: HeaderMap,
) -> Response {
    let mut bucket = bucket.lock().unwrap();
    let Some(content) = bucket.objects.get(&key).cloned() else { return StatusCode::NOT_FOUND.into_response() };
    bucket.fetched.push(key);
    if headers.get(header::IF_MATCH).is_some_and(|wanted| wanted.to_str().unwrap() != tag(&content)) {
        return StatusCode::PRECONDITION_FAILED.into_response();
    }
    let facts = [
        (header::ETAG, tag(&content)),
        (header::LAST_MODIFIED, "Thu, 01 Jan 2026 00:00:00 GMT".to_owned()),
        (header::CONTENT_LENGTH, content.len().to_string()),
    ];
    if bucket.breaks_off {
        let parts = [Ok(Bytes::copy_from_slice(&content[..1])), Err(std::io::Error::other("reset"))];
        return (facts, Body::from_stream(futures::stream::iter(parts))).into_response();
    }
    (facts, content).into_response()
}

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn choose(library: &MediaLibrary, show: &str) -> Choice {
    let order = Order::default();
    let wishes = [Wish { show, kinds: &VISUALS, ..Wish::default() }];
    library.pick(&wishes, &order.terms()).unwrap().remove(0).unwrap()
}

const LICENCES: &str = "lib/a b/licences.toml";

#[tokio::test]
async fn files_on_s3_are_listed_picked_and_fetched_once() {
    let records = record("boat.png", "") + &record("sub/ship.png", "") + &record("gone.png", "");
    let objects = [
        (LICENCES, records.as_str()),
        ("lib/a b/boat.png", "a boat"),
        ("lib/a b/sub/ship.png", "a ship"),
        ("lib/a b/new.mp4", "a clip"),
        ("lib/a b/notes.txt", "notes"),
        ("lib/a bc/other.png", "not ours"),
    ];
    let s3 = S3::start(&objects).await;
    let library = s3.library(1 << 20);
    let order = Order::default();
    let error = library.pick(&[], &order.terms()).unwrap_err();
    assert_eq!((error.kind(), error.remedy()), ("media_not_looked", Remedy::Retry { after: None }));
    library.look(now()).await.unwrap();
    assert!(s3.bucket.lock().unwrap().signed);
    let listed = library.listing(day(TODAY), &commercial()).unwrap();
    let listed: Vec<_> = listed.iter().map(|one| (one.file.as_str(), one.why_not.is_none())).collect();
    assert_eq!(listed, [("boat.png", true), ("gone.png", false), ("new.mp4", false), ("sub/ship.png", true)]);
    s3.fetched();

    let choice = choose(&library, "boats");
    let version = library.version(&choice).unwrap();
    assert_eq!(s3.fetched(), [""; 0], "a memo key fetches nothing");
    let (one, two) = (library.fetch(&choice).await.unwrap(), library.fetch(&choice).await.unwrap());
    assert_eq!(s3.fetched(), ["lib/a b/boat.png"], "fetched once");
    assert_eq!((std::fs::read(&one.path).unwrap(), &one.path), (b"a boat".to_vec(), &library.path(&choice)));
    assert_eq!((&one.hash, &one.hash), (&two.hash, &blake3::hash(b"a boat").to_hex().to_string()));
    let after_a_restart = s3.library(1 << 20);
    after_a_restart.look(now()).await.unwrap();
    s3.fetched();
    after_a_restart.fetch(&choose(&after_a_restart, "boats")).await.unwrap();
    assert_eq!(s3.fetched(), [""; 0], "it is still there");

    s3.put("lib/a b/boat.png", "another");
    library.look(now()).await.unwrap();
    assert_eq!(library.version(&choose(&library, "boats")).unwrap(), version, "looked at a moment ago");
    let later = now() + jiff::SignedDuration::from_mins(5);
    library.look(later).await.unwrap();
    let changed = choose(&library, "boats");
    assert_ne!(library.version(&changed).unwrap(), version);
    assert_eq!(library.fetch(&changed).await.unwrap().hash, blake3::hash(b"another").to_hex().to_string());
}

#[tokio::test]
async fn a_file_that_changes_or_breaks_off_is_never_taken_for_the_one_that_was_listed() {
    let records = record("boat.png", "");
    let s3 = S3::start(&[(LICENCES, &records), ("lib/a b/boat.png", "a boat")]).await;
    let library = s3.library(1 << 20);
    library.look(now()).await.unwrap();
    let choice = choose(&library, "boat");
    s3.put("lib/a b/boat.png", "b boat");
    let error = library.fetch(&choice).await.unwrap_err();
    insta::assert_snapshot!(error, @"s3://studio/lib/a b/boat.png changed while it was fetched");
    assert_eq!(error.remedy(), Remedy::Retry { after: None });
    s3.put("lib/a b/boat.png", "a boat");
    s3.change(|bucket| bucket.breaks_off = true);
    let error = library.fetch(&choice).await.unwrap_err();
    insta::assert_snapshot!(error, @"could not fetch s3://studio/lib/a b/boat.png");
    assert_eq!(s3.cached(), 0, "nothing half-written is left");
    s3.change(|bucket| bucket.breaks_off = false);
    assert!(library.fetch(&choice).await.is_ok());
    assert_eq!(s3.cached(), 1);
}

#[tokio::test]
async fn the_cache_keeps_within_its_room_and_never_removes_what_is_in_use() {
    let names = ["boat", "ship", "train"];
    let files = names.map(|name| format!("{name}.png"));
    let records: String = files.iter().map(|file| record(file, "")).collect();
    let s3 = S3::start(&[(LICENCES, &records)]).await;
    for file in &files {
        s3.put(&format!("lib/a b/{file}"), &"x".repeat(400 << 10));
    }
    let library = s3.library(1 << 20);
    library.look(now()).await.unwrap();
    let fetch = async |name: &str| library.fetch(&choose(&library, name)).await;
    let boat = fetch("boat").await.unwrap();
    let ship = fetch("ship").await.unwrap();
    let error = fetch("train").await.unwrap_err();
    insta::assert_snapshot!(error, @"there is no room for s3://studio/lib/a b/train.png of 409600 bytes in the cache of 1048576 (raise `media.cache_size`)");
    assert!(boat.path.is_file() && ship.path.is_file(), "both are in use");
    let (boat_path, ship_path) = (boat.path.clone(), ship.path.clone());
    drop((boat, ship));
    fetch("boat").await.unwrap();
    let train = fetch("train").await.unwrap();
    assert!(train.path.is_file() && boat_path.is_file() && !ship_path.exists(), "the longest unused went");
    assert_eq!(s3.cached(), 2);
}

#[tokio::test]
async fn what_is_known_stays_while_s3_is_down_and_missing_licences_are_told() {
    let records = record("boat.png", "");
    let s3 = S3::start(&[(LICENCES, &records), ("lib/a b/boat.png", "a boat")]).await;
    let library = s3.library(1 << 20);
    s3.change(|bucket| bucket.is_down = true);
    let error = library.look(now()).await.unwrap_err();
    assert_eq!(error.remedy(), Remedy::Retry { after: None });
    insta::assert_snapshot!(error, @"could not list s3://studio/lib/a b");
    s3.change(|bucket| bucket.is_down = false);
    library.look(now()).await.unwrap();
    s3.change(|bucket| bucket.is_down = true);
    let later = now() + jiff::SignedDuration::from_hours(1);
    library.look(later).await.unwrap();
    assert_eq!(choose(&library, "boat").record().file, "boat.png", "what is known holds on");
    s3.change(|bucket| {
        bucket.is_down = false;
        bucket.objects.remove(LICENCES);
    });
    let error = library.look(later + jiff::SignedDuration::from_hours(1)).await.unwrap_err();
    insta::assert_snapshot!(error, @"could not read s3://studio/lib/a b/licences.toml (each place of `media.places` needs one)");
    assert_eq!(error.remedy(), Remedy::StopStage);
}
