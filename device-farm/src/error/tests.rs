use super::*;

/// The errors that say how long something takes or took: the numbers must be there, with their unit.
#[test]
fn messages_name_the_phone_the_limit_and_what_to_do() {
    let serial = || "R58M".to_owned();
    let errors = [
        FarmError::Silent { serial: serial(), action: "the push", limit: Duration::from_secs(10) },
        FarmError::Lost { serial: serial(), action: "the push" },
        FarmError::Offline { serial: serial() },
        FarmError::NotReady { serial: serial(), state: "recovery".into() },
        FarmError::Rate { serial: serial(), per_hour: 12, wait: Duration::from_millis(61_500) },
        FarmError::NotIndexed { serial: serial(), path: "/a.mp4".into(), tries: 10, answer: "Result: null".into() },
        FarmError::HashMismatch { serial: serial(), path: "/a".into(), ours: "aa".into(), theirs: "bb".into() },
    ];
    insta::assert_snapshot!(errors.map(|error| format!("{}: {error}", error.kind())).join("\n"), @r"
    device_silent: phone R58M did not answer for 10 s during the push; unlock it or restart it
    device_lost: phone R58M was lost during the push
    device_offline: phone R58M is offline; plug it in again, or `adb reconnect offline`
    device_not_ready: phone R58M is in the state `recovery`, not `device`; restart it, or look at its screen
    device_rate: phone R58M has had its 12 pushes an hour (`devices.pushes_per_hour`); the next one may start in 61.5 s
    device_not_indexed: phone R58M holds /a.mp4, but its gallery does not list it after 10 looks (the scan answered `Result: null`)
    device_hash: phone R58M holds /a with sha256 bb, not aa; the copy was removed
    ");
}

#[test]
fn what_a_phone_says_is_quoted_on_one_short_line() {
    let text = excerpt(&format!("  a\nb\u{1b}[31m{}", "x".repeat(1_000)));
    assert_eq!(text.chars().count(), 300);
    assert!(text.starts_with("a b [31mxxx"), "{text:?}");
}

#[test]
fn a_rate_is_retried_when_the_phone_is_due_and_a_missing_server_stops_the_stage() {
    let wait = Duration::from_secs(90);
    let rate = FarmError::Rate { serial: "R58M".into(), per_hour: 12, wait };
    assert_eq!(rate.remedy(), Remedy::Retry { after: Some(wait) });
    let address = "127.0.0.1:5037".parse().unwrap();
    let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    assert_eq!(FarmError::NoServer { address, source: refused }.remedy(), Remedy::StopStage);
}
