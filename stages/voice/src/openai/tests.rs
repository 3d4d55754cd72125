use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use reelpress_config::Secret;
use reelpress_core::{Fault as _, ItemId, Remedy};

use super::*;
use crate::beat::{Beat, Pauses};
use crate::plain::PlainBeat;

/// One answer of the endpoint.
#[derive(Clone)]
enum Answer {
    Json(u16, Value),
    Bytes(Vec<u8>),
    Text(u16, &'static str, Vec<(&'static str, &'static str)>),
    Reset,
    Stall,
}

impl Answer {
    fn error(status: u16, kind: &str) -> Self {
        Self::Json(status, json!({"error": {"message": format!("sandbox says {kind}"), "type": kind, "code": null}}))
    }

    fn words(words: &[(&str, f64)]) -> Self {
        let words = words.iter().map(|(word, start)| json!({"word": word, "start": start, "end": start + 0.2}));
        Self::Json(200, json!({"text": "", "words": words.collect::<Vec<_>>()}))
    }
}

#[derive(Default)]
struct Inner {
    speech: Mutex<VecDeque<Answer>>,
    times: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<(String, String, Vec<u8>)>>,
}

/// An endpoint that plays its answers in order; after them it has none.
struct Sandbox {
    address: SocketAddr,
    inner: Arc<Inner>,
    server: tokio::task::JoinHandle<()>,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Sandbox {
    async fn start(speech: Vec<Answer>, times: Vec<Answer>) -> Self {
        let inner =
            Arc::new(Inner { speech: Mutex::new(speech.into()), times: Mutex::new(times.into()), ..Inner::default() });
        let routes = Router::new()
            .route("/v1/audio/speech", post(speak))
            .route("/v1/audio/transcriptions", post(transcribe))
            .with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        #[expect(clippy::disallowed_methods, reason = "a sandbox service of the tests, ended by its drop")]
        let server = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { address, inner, server }
    }

    fn endpoint(&self) -> SpeechEndpoint {
        SpeechEndpoint {
            base_url: format!("http://{}/v1", self.address).parse().unwrap(),
            model: "speaker-1".to_owned(),
            transcription_model: Some("listener-1".to_owned()),
            instructions: String::new(),
            api_key: Some(Secret::new("sk-very-secret".to_owned())),
            timeout: Duration::from_secs(5),
            calls_per_minute: NonZeroU32::new(100_000).unwrap(),
        }
    }

    fn paths(&self) -> Vec<String> {
        self.inner.requests.lock().unwrap().iter().map(|(path, ..)| path.clone()).collect()
    }
}

async fn speak(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    let answer = inner.speech.lock().unwrap().pop_front();
    answered(&inner, "speech", &headers, &body, answer)
}

async fn transcribe(State(inner): State<Arc<Inner>>, headers: HeaderMap, body: axum::body::Bytes) -> Response {
    let answer = inner.times.lock().unwrap().pop_front();
    answered(&inner, "transcriptions", &headers, &body, answer)
}

fn answered(inner: &Inner, path: &str, headers: &HeaderMap, body: &[u8], answer: Option<Answer>) -> Response {
    let key = headers["authorization"].to_str().unwrap().to_owned();
    inner.requests.lock().unwrap().push((path.to_owned(), key, body.to_vec()));
    let status = |number: u16| StatusCode::from_u16(number).unwrap();
    match answer.unwrap_or_else(|| Answer::error(404, "nothing more")) {
        Answer::Json(number, body) => (status(number), axum::Json(body)).into_response(),
        Answer::Bytes(bytes) => bytes.into_response(),
        Answer::Text(number, body, headers) => {
            let mut response = (status(number), body).into_response();
            for (name, value) in headers {
                response.headers_mut().insert(name, value.parse().unwrap());
            }
            response
        }
        Answer::Reset => {
            let parts = [Ok(Bytes::from_static(b"RIFF")), Err(std::io::Error::other("reset"))];
            Body::from_stream(futures::stream::iter(parts)).into_response()
        }
        Answer::Stall => Body::from_stream(futures::stream::pending::<Result<Bytes, std::io::Error>>()).into_response(),
    }
}

/// One second of sound at 24 kHz, in one channel.
fn wav() -> Vec<u8> {
    let samples = (0..24_000).map(|at| if at % 48 < 24 { 4_000 } else { -4_000 }).collect();
    Beat { sample_rate: 24_000, samples, words: Vec::new(), guessed: false }.wav()
}

fn order() -> Order {
    let text = PlainBeat::new("It cost $5 today.", "en").text;
    Order { beat: 0, text, voice: "alloy".to_owned(), words_per_minute: 165, pitch: 50 }
}

fn job() -> Job {
    Job::detached(ItemId::from_parts(1, 2))
}

async fn spoken(sandbox: &Sandbox) -> Result<Sound, VoiceError> {
    Arc::new(OpenAi::default()).at(&sandbox.endpoint())?.speak(&order(), &job()).await
}

#[tokio::test]
async fn sound_and_word_times_come_from_two_calls() {
    // The listener writes the price as figures and mishears a word.
    let times = Answer::words(&[("It", 0.0), ("cost", 0.2), ("$5", 0.4), ("to-day", 0.8)]);
    let sandbox = Sandbox::start(vec![Answer::Bytes(wav())], vec![times]).await;
    let sound = spoken(&sandbox).await.unwrap();
    assert_eq!((sound.sample_rate, sound.samples.len()), (24_000, 24_000));
    let plain = PlainBeat::new("It cost $5 today.", "en");
    let pauses = Pauses { after_ms: 0, longest_ms: 400 };
    let beat = Beat::of(&plain, &sound, &order(), pauses).unwrap();
    let starts = beat.words.iter().map(|word| (word.text.as_str(), word.start_ms)).collect::<Vec<_>>();
    assert_eq!(starts, [("It", 0), ("cost", 200), ("$5", 400), ("today.", 800)]);
    assert!(!beat.guessed);

    let requests = sandbox.inner.requests.lock().unwrap();
    assert!(requests.iter().all(|(_, key, _)| key == "Bearer sk-very-secret"));
    let speech: Value = serde_json::from_slice(&requests[0].2).unwrap();
    let expected = json!({
        "model": "speaker-1", "input": "It cost five dollars today.", "voice": "alloy", "response_format": "wav",
        "speed": 1.0,
    });
    assert_eq!(speech, expected);
    let form = String::from_utf8_lossy(&requests[1].2).into_owned();
    for part in ["name=\"model\"\r\n\r\nlistener-1", "verbose_json", "granularities[]\"\r\n\r\nword", "RIFF"] {
        assert!(form.contains(part), "{part} is not in the form");
    }
}

#[tokio::test]
async fn faults_of_the_endpoint_mean_what_they_mean() {
    let slow = Answer::Text(429, "{\"error\":{\"message\":\"slow down\",\"code\":429}}", vec![("retry-after", "7")]);
    let empty = Answer::error(429, "insufficient_quota");
    let retry = Remedy::Retry { after: None };
    let mut cut = wav();
    cut.truncate(20_000);
    let json = Answer::Json(200, json!({"error": {"message": "model not loaded for sk-very-secret"}}));
    for (answer, kind, remedy) in [
        (slow, "too_many_calls", Remedy::Retry { after: Some(Duration::from_secs(7)) }),
        (empty, "no_credit", Remedy::StopStage),
        (Answer::error(500, "boom"), "unavailable", retry),
        (Answer::Text(503, "<html>", vec![]), "unavailable", retry),
        (Answer::error(401, "who are you"), "misconfigured", Remedy::StopStage),
        (Answer::error(404, "no such model"), "misconfigured", Remedy::StopStage),
        (Answer::error(400, "bad voice"), "bad_request", Remedy::GiveUp),
        (Answer::Bytes(cut), "not_speech", retry),
        (Answer::Bytes(b"ID3\x04mp3 and no wav".to_vec()), "not_speech", retry),
        (Answer::Bytes(Vec::new()), "not_speech", retry),
        (Answer::Bytes(b"RIFF\x10\0\0\0WAVEjunk\xff\xff\xff\xff".to_vec()), "not_speech", retry),
        (json, "not_speech", retry),
        (Answer::Reset, "unreachable", retry),
    ] {
        let sandbox = Sandbox::start(vec![answer], vec![]).await;
        let error = spoken(&sandbox).await.unwrap_err();
        assert_eq!((error.kind(), error.remedy()), (kind, remedy), "{error}");
        assert!(!format!("{error} {error:?}").contains("sk-very"), "{error}");
        assert_eq!(sandbox.paths().len(), 1, "one attempt: the runner retries");
    }
}

#[tokio::test]
async fn the_words_of_faults_help() {
    let said = async |answer: Answer| {
        let sandbox = Sandbox::start(vec![answer], vec![]).await;
        let error = spoken(&sandbox).await.unwrap_err().to_string();
        error.replace(&sandbox.address.to_string(), "HOST")
    };
    let mut cut = wav();
    cut.truncate(20_000);
    insta::assert_snapshot!(said(Answer::Bytes(cut)).await, @"the answer of speech endpoint HOST cannot be used: it breaks off after 19956 of 48000 bytes");
    insta::assert_snapshot!(said(Answer::Bytes(b"ID3\x04mp3, no wav".to_vec())).await, @r#"the answer of speech endpoint HOST cannot be used: it is MP3 or AAC, not WAV (does the model give `response_format = "wav"`?)"#);
    insta::assert_snapshot!(said(Answer::error(404, "nothing")).await, @"speech endpoint HOST answered 404: sandbox says nothing (check base_url, model and api_key in [voice.openai])");
}

#[tokio::test]
async fn a_body_that_never_ends_runs_into_the_time_limit() {
    let sandbox = Sandbox::start(vec![Answer::Stall], vec![]).await;
    let endpoint = SpeechEndpoint { timeout: Duration::from_millis(200), ..sandbox.endpoint() };
    let error = Arc::new(OpenAi::default()).at(&endpoint).unwrap().speak(&order(), &job()).await.unwrap_err();
    assert_eq!(error.kind(), "timed_out");
}

#[tokio::test]
async fn an_endpoint_without_transcriptions_leaves_the_times_to_be_guessed() {
    let nonsense = Answer::Text(200, "it said something", vec![]);
    let no_words = Answer::Json(200, json!({"text": "it cost five dollars today"}));
    for times in [vec![], vec![nonsense], vec![no_words], vec![Answer::error(400, "no granularities")]] {
        let sandbox = Sandbox::start(vec![Answer::Bytes(wav())], times).await;
        assert_eq!(spoken(&sandbox).await.unwrap().words, []);
    }
}

#[tokio::test]
async fn sound_that_is_paid_for_is_not_asked_for_again_when_its_times_fail() {
    let times = vec![Answer::error(503, "busy"), Answer::words(&[("It", 0.0), ("cost", 0.2)])];
    let sandbox = Sandbox::start(vec![Answer::Bytes(wav())], times).await;
    let openai = Arc::new(OpenAi::default());
    let speak = async || openai.at(&sandbox.endpoint()).unwrap().speak(&order(), &job()).await;
    assert_eq!(speak().await.unwrap_err().kind(), "unavailable");
    assert_eq!(speak().await.unwrap().words.len(), 2);
    assert_eq!(sandbox.paths(), ["speech", "transcriptions", "transcriptions"]);
}

#[tokio::test]
async fn what_changes_the_sound_or_its_times_changes_the_name() {
    let sandbox = Sandbox::start(vec![], vec![]).await;
    let name = |change: fn(&mut SpeechEndpoint)| {
        let mut endpoint = sandbox.endpoint();
        change(&mut endpoint);
        Arc::new(OpenAi::default()).at(&endpoint).unwrap().identity()
    };
    let same = name(|_| {});
    assert!(!same.contains("secret"), "{same}");
    assert_eq!(same, name(|endpoint| endpoint.api_key = None));
    assert_eq!(same, name(|endpoint| endpoint.timeout = Duration::from_secs(1)));
    assert_ne!(same, name(|endpoint| endpoint.model.push('x')));
    assert_ne!(same, name(|endpoint| endpoint.transcription_model = None));
    assert_ne!(same, name(|endpoint| endpoint.instructions.push_str("Whisper.")));
    assert_ne!(same, name(|endpoint| endpoint.base_url.set_port(Some(1)).unwrap()));
}

#[test]
fn sound_is_read_whatever_stands_around_it() {
    let mut stereo = b"RIFF\xff\xff\xff\xffWAVE".to_vec();
    let chunks: [(&[u8; 4], u32, &[u8]); 3] = [
        (b"LIST", 3, b"abc\0"),
        (b"fmt ", 16, b"\x01\0\x02\0\x80\x3e\0\0\0\xfa\0\0\x04\0\x10\0"),
        (b"data", u32::MAX, b"\x10\0\x20\0\xf0\xff\xe0\xff"),
    ];
    for (name, length, body) in chunks {
        stereo.extend_from_slice(name);
        stereo.extend_from_slice(&length.to_le_bytes());
        stereo.extend_from_slice(body);
    }
    assert_eq!(wav::read(&stereo), Ok((16_000, vec![0x18, -0x18])));
    let error = wav::read(&stereo[..48]).unwrap_err();
    assert_eq!(error, "it has no sound in it");
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_a_sound_or_refused(bytes in proptest::collection::vec(0_u8..=255, 0..200), cut in 0_usize..200) {
        let read = wav::read(&bytes);
        proptest::prop_assert!(read.is_err() || bytes.len() > 44);
        let mut whole = wav();
        whole.splice(12.min(cut)..cut, bytes);
        let length = whole.len();
        if let Ok((rate, samples)) = wav::read(&whole) {
            proptest::prop_assert!(rate >= 8_000 && samples.len() * 2 <= length);
        }
    }

    /// Places rise, and so do the times as long as the listener's do.
    #[test]
    fn any_transcription_gives_rising_events(
        text in "[a-c]{1,3}([ \n][a-c]{1,3}){0,12}",
        heard in proptest::collection::vec(("[a-d]{0,3}", 0_u64..5_000), 0..14),
    ) {
        let mut heard = heard.into_iter().map(|(text, at_ms)| Heard { text, at_ms }).collect::<Vec<_>>();
        heard.sort_by_key(|word| word.at_ms);
        let events = align::align(&text, &heard);
        proptest::prop_assert!(events.is_sorted_by(|a, b| a.position < b.position && a.at_ms <= b.at_ms));
    }
}

#[test]
fn words_that_were_left_out_or_added_do_not_move_the_others() {
    let heard = [("one", 0), ("uh", 150), ("two", 300), ("four", 900)];
    let heard = heard.map(|(text, at_ms)| Heard { text: text.to_owned(), at_ms });
    let events = align::align("one two three four", &heard);
    let told = events.iter().map(|event| (event.position, event.at_ms)).collect::<Vec<_>>();
    assert_eq!(told, [(1, 0), (5, 300), (15, 900)]);
}
