use std::path::Path;

use reelpress_config::{OwnCertificate, Provenance, Settings};
use reelpress_provenance::Signer;

use super::{Credentials, DEVELOPMENT, SealError, SignsFiles, credentials, development, identity};
use crate::named;
use reelpress_assemble::Seal as _;

fn settings(folder: &Path) -> Settings {
    let mut settings = Settings::default();
    settings.daemon.data_dir = folder.to_owned();
    settings
}

/// Its own certificate, of which `change` may spoil something.
fn own(folder: &Path, change: impl FnOnce(&Path, &Path)) -> Settings {
    let mut settings = settings(folder);
    Signer::open(&identity(&settings)).expect("a development certificate");
    let (certificate, key) = (folder.join("own.pem"), folder.join("own-key.pem"));
    let made = folder.join(DEVELOPMENT);
    std::fs::copy(made.join("development-certificate.pem"), &certificate).expect("it was made");
    std::fs::copy(made.join("development-key.pem"), &key).expect("it was made");
    change(&certificate, &key);
    settings.provenance.own = Some(OwnCertificate { certificate, key });
    settings
}

fn problems(settings: &Settings, folder: &Path) -> Vec<(String, String)> {
    let told = |text: String| text.replace(&folder.display().to_string(), "DIR");
    named::check(settings).into_iter().map(|problem| (problem.key.join("."), told(problem.message))).collect()
}

#[test]
fn a_press_without_a_certificate_of_its_own_makes_one_in_its_data_folder_and_keeps_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = settings(folder.path());
    assert_eq!(development(&settings), Some(folder.path().join("credentials")));
    assert!(problems(&settings, folder.path()).is_empty(), "it is made when it is needed");
    assert!(!folder.path().join("credentials").exists());
    let first = SignsFiles::default().identity(&settings).expect("it is made").expect("it is on");
    let again = SignsFiles::default().identity(&settings).expect("it is there").expect("it is on");
    assert_eq!(first, again);
}

#[test]
fn signing_that_is_off_has_no_identity_and_makes_no_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let off = Settings { provenance: Provenance { enabled: false, own: None }, ..settings(folder.path()) };
    assert_eq!(SignsFiles::default().identity(&off).expect("nothing is asked"), None);
    assert!(!folder.path().join("credentials").exists());
}

#[test]
fn a_reload_with_another_certificate_is_another_identity() {
    let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let signs = SignsFiles::default();
    let first = signs.identity(&settings(one.path())).expect("it is made");
    let own = own(other.path(), |_, _| {});
    assert_ne!(signs.identity(&own).expect("it is there"), first);
    assert_eq!(signs.identity(&settings(one.path())).expect("it is there"), first);
}

#[test]
fn certificate_and_key_that_cannot_sign_are_named_at_their_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(problems(&own(folder.path(), |_, _| {}), folder.path()), []);
    let gone = own(folder.path(), |_, key| std::fs::remove_file(key).expect("it is there"));
    insta::assert_debug_snapshot!(problems(&gone, folder.path()), @r#"
    [
        (
            "provenance.key",
            "could not read DIR/own-key.pem: No such file or directory (os error 2)",
        ),
    ]
    "#);
    assert!(matches!(SignsFiles::default().identity(&gone), Err(SealError::Identity(_))));
    let text = own(folder.path(), |certificate, _| std::fs::write(certificate, "no certificate").expect("written"));
    insta::assert_debug_snapshot!(problems(&text, folder.path()), @r#"
    [
        (
            "provenance.certificate",
            "DIR/own.pem holds no certificate in PEM form (`certificate` in [provenance]: the signing one first, then its chain)",
        ),
    ]
    "#);
    let off = Settings { provenance: Provenance { enabled: false, ..text.provenance.clone() }, ..text };
    assert_eq!(problems(&off, folder.path()), [], "nobody needs them");
}

#[test]
fn files_without_credentials_that_hold_are_not_taken_for_signed() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = |content: &[u8]| {
        let path = folder.path().join("file.mp4");
        std::fs::write(&path, content).expect("written");
        credentials(&path)
    };
    for content in [&b""[..], b"not a film at all", b"\0\0\0\x14ftypisom\0\0\0\0isom"] {
        assert!(matches!(said(content), Credentials::Missing | Credentials::Broken { .. }), "{content:?}");
    }
}
