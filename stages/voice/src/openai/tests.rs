use std::time::Duration;

use reelpress_core::{Fault as _, ItemId, Remedy};
use reelpress_endpoint::testing::{Answer, KEY, Sandbox};

use super::*;
use crate::beat::{Beat, Pauses};
use crate::plain::PlainBeat;

fn words(words: &[(&str, f64)]) -> Answer {
    let words = words.iter().map(|(word, start)| json!({"word": word, "start": start, "end": start + 0.2}));
    Answer::json(200, &json!({"text": "", "words": words.collect::<Vec<_>>()}))
}

fn error(status: u16, kind: &str) -> Answer {
    Answer::error(status, kind, &Value::Null)
}

/// An endpoint that plays its answers in order; after them it has none.
async fn speaker(speech: Vec<Answer>, times: Vec<Answer>) -> Sandbox {
    let (mut speech, mut times) = (speech.into_iter(), times.into_iter());
    Sandbox::start(move |request| {
        let answer = if request.path == "/audio/speech" { speech.next() } else { times.next() };
        answer.unwrap_or_else(|| error(404, "nothing more"))
    })
    .await
}

fn settings(sandbox: &Sandbox) -> SpeechEndpoint {
    let Reach { base_url, api_key, timeout } = sandbox.reach();
    SpeechEndpoint {
        base_url,
        model: "speaker-1".to_owned(),
        transcription_model: Some("listener-1".to_owned()),
        instructions: String::new(),
        api_key,
        timeout,
        calls_per_minute: NonZeroU32::new(100_000).unwrap(),
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
    Arc::new(OpenAi::default()).at(&settings(sandbox))?.speak(&order(), &job()).await
}

#[tokio::test]
async fn sound_and_word_times_come_from_two_calls() {
    // The listener writes the price as figures and mishears a word.
    let times = words(&[("It", 0.0), ("cost", 0.2), ("$5", 0.4), ("to-day", 0.8)]);
    let sandbox = speaker(vec![Answer::new(200, wav())], vec![times]).await;
    let sound = spoken(&sandbox).await.unwrap();
    assert_eq!((sound.sample_rate, sound.samples.len()), (24_000, 24_000));
    let plain = PlainBeat::new("It cost $5 today.", "en");
    let pauses = Pauses { after_ms: 0, longest_ms: 400 };
    let beat = Beat::of(&plain, &sound, &order(), pauses).unwrap();
    let starts = beat.words.iter().map(|word| (word.text.as_str(), word.start_ms)).collect::<Vec<_>>();
    assert_eq!(starts, [("It", 0), ("cost", 200), ("$5", 400), ("today.", 800)]);
    assert!(!beat.guessed);

    let requests = sandbox.requests();
    assert!(requests.iter().all(|request| request.header("authorization") == "Bearer sk-very-secret"));
    let expected = json!({
        "model": "speaker-1", "input": "It cost five dollars today.", "voice": "alloy", "response_format": "wav",
        "speed": 1.0,
    });
    assert_eq!(requests[0].json(), expected);
    let form = String::from_utf8_lossy(&requests[1].body).into_owned();
    for part in ["name=\"model\"\r\n\r\nlistener-1", "verbose_json", "granularities[]\"\r\n\r\nword", "RIFF"] {
        assert!(form.contains(part), "{part} is not in the form");
    }
}

#[tokio::test]
async fn faults_of_the_endpoint_mean_what_they_mean() {
    let slow = Answer::error(429, "slow down", &json!(429)).with_header("retry-after", "7");
    let empty = error(429, "insufficient_quota");
    let retry = Remedy::Retry { after: None };
    let mut cut = wav();
    cut.truncate(20_000);
    let json = Answer::json(200, &json!({"error": {"message": format!("model not loaded for {KEY}")}}));
    for (answer, kind, remedy) in [
        (slow, "too_many_calls", Remedy::Retry { after: Some(Duration::from_secs(7)) }),
        (empty, "no_credit", Remedy::StopStage),
        (error(500, "boom"), "unavailable", retry),
        (error(400, "bad voice"), "bad_request", Remedy::GiveUp),
        (Answer::new(200, cut), "not_speech", retry),
        (Answer::new(200, &b"ID3\x04mp3 and no wav"[..]), "not_speech", retry),
        (Answer::new(200, Vec::new()), "not_speech", retry),
        (Answer::new(200, &b"RIFF\x10\0\0\0WAVEjunk\xff\xff\xff\xff"[..]), "not_speech", retry),
        (json, "not_speech", retry),
        (Answer::Reset, "unreachable", retry),
    ] {
        let sandbox = speaker(vec![answer], vec![]).await;
        let error = spoken(&sandbox).await.unwrap_err();
        assert_eq!((error.kind(), error.remedy()), (kind, remedy), "{error}");
        assert!(!format!("{error} {error:?}").contains(KEY), "{error}");
        assert_eq!(sandbox.requests().len(), 1, "one attempt: the runner retries");
    }
}

#[tokio::test]
async fn the_words_of_faults_help() {
    let said = async |answer: Answer| {
        let sandbox = speaker(vec![answer], vec![]).await;
        let error = spoken(&sandbox).await.unwrap_err().to_string();
        error.replace(&sandbox.address.to_string(), "HOST")
    };
    let mut cut = wav();
    cut.truncate(20_000);
    insta::assert_snapshot!(said(Answer::new(200, cut)).await, @"the answer of speech endpoint HOST cannot be used: it breaks off after 19956 of 48000 bytes");
    insta::assert_snapshot!(said(Answer::new(200, &b"ID3\x04mp3, no wav"[..])).await, @r#"the answer of speech endpoint HOST cannot be used: it is MP3 or AAC, not WAV (does the model give `response_format = "wav"`?)"#);
    insta::assert_snapshot!(said(error(404, "nothing")).await, @"speech endpoint HOST answered 404: sandbox says nothing (check base_url, model and api_key in [voice.openai])");
}

#[tokio::test]
async fn a_body_that_never_ends_runs_into_the_time_limit() {
    let sandbox = speaker(vec![Answer::Stall], vec![]).await;
    let endpoint = SpeechEndpoint { timeout: Duration::from_millis(200), ..settings(&sandbox) };
    let error = Arc::new(OpenAi::default()).at(&endpoint).unwrap().speak(&order(), &job()).await.unwrap_err();
    assert_eq!(error.kind(), "timed_out");
}

#[tokio::test]
async fn an_endpoint_without_transcriptions_leaves_the_times_to_be_guessed() {
    let nonsense = Answer::text(200, "it said something");
    let no_words = Answer::json(200, &json!({"text": "it cost five dollars today"}));
    for times in [vec![], vec![nonsense], vec![no_words], vec![error(400, "no granularities")]] {
        let sandbox = speaker(vec![Answer::new(200, wav())], times).await;
        assert_eq!(spoken(&sandbox).await.unwrap().words, []);
    }
}

#[tokio::test]
async fn sound_that_is_paid_for_is_not_asked_for_again_when_its_times_fail() {
    let times = vec![error(503, "busy"), words(&[("It", 0.0), ("cost", 0.2)])];
    let sandbox = speaker(vec![Answer::new(200, wav())], times).await;
    let openai = Arc::new(OpenAi::default());
    let speak = async || openai.at(&settings(&sandbox)).unwrap().speak(&order(), &job()).await;
    assert_eq!(speak().await.unwrap_err().kind(), "unavailable");
    assert_eq!(speak().await.unwrap().words.len(), 2);
    let paths = sandbox.requests().into_iter().map(|request| request.path).collect::<Vec<_>>();
    assert_eq!(paths, ["/audio/speech", "/audio/transcriptions", "/audio/transcriptions"]);
}

#[tokio::test]
async fn what_changes_the_sound_or_its_times_changes_the_name() {
    let sandbox = speaker(vec![], vec![]).await;
    let name = |change: fn(&mut SpeechEndpoint)| {
        let mut endpoint = settings(&sandbox);
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
