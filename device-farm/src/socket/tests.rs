use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;

/// A server that reads one request, answers with these bytes and closes; `None` reads and says nothing.
async fn answering(answer: Option<&'static [u8]>) -> (Server, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server { address: listener.local_addr().unwrap(), limit: Duration::from_millis(300) };
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = [0; 64];
        let _read = socket.read(&mut request).await.unwrap();
        match answer {
            Some(bytes) => socket.write_all(bytes).await.unwrap(),
            None => std::future::pending().await,
        }
    });
    (server, tasks)
}

#[tokio::test]
async fn the_version_is_a_hexadecimal_number() {
    let (server, _tasks) = answering(Some(b"OKAY00040029")).await;
    assert_eq!(server.version().await.unwrap(), 41);
}

#[tokio::test]
async fn whatever_is_no_adb_server_is_named() {
    for answer in [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"OKAY0004zzzz", b"OKAY+123", b"FAIL0003odd"] {
        let (server, _tasks) = answering(Some(answer)).await;
        let error = server.version().await.unwrap_err();
        assert!(matches!(error, FarmError::NotAdb { .. }), "{answer:?}: {error}");
    }
}

#[tokio::test]
async fn a_server_that_says_nothing_costs_the_deadline_and_no_more() {
    for answer in [None, Some(&b"OKAY00ff"[..]), Some(b"OK")] {
        let (server, _tasks) = answering(answer).await;
        let started = tokio::time::Instant::now();
        assert!(matches!(server.devices().await, Err(FarmError::NoServer { .. })));
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}

#[tokio::test]
async fn without_a_server_the_error_says_how_to_start_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = Server { address, limit: Duration::from_secs(1) }.devices().await.unwrap_err();
    let text = error.to_string().replace(&address.port().to_string(), "PORT");
    insta::assert_snapshot!(text, @"no adb server answers at 127.0.0.1:PORT; start one with `adb start-server`, or set `devices.enabled = false`");
}

#[test]
fn the_servers_refusals_are_told_apart() {
    let server = Server { address: "127.0.0.1:5037".parse().unwrap(), limit: Duration::from_secs(1) };
    let link = Link { server, connection: "c".into(), serial: "S".into() };
    for (message, expected) in [
        ("device unauthorized.\nThis adb server's $ADB_VENDOR_KEYS is not set", "Unauthorized"),
        ("device still authorizing", "Unauthorized"),
        ("device offline", "Offline"),
        ("device 'c' not found", "Lost"),
        ("closed", "Lost"),
        ("unknown host service", "Refused"),
    ] {
        let error = link.refusal("a test", message);
        assert!(format!("{error:?}").starts_with(expected), "{message}: {error:?}");
    }
}
