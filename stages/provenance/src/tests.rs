use std::error::Error as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use reelpress_vocabulary::testing::{as_journaled, assembled, draft, media_file};
use reelpress_vocabulary::{Assembled, MediaFile, MediaKind, Picture, Writer};

use crate::{Identity, Making, ProvenanceError, Role, Signer, SourceType, read};

/// A cut with a bit of everything.
fn cut() -> Assembled {
    let mut cut = assembled(&draft(), "main", b"film");
    let writer = Writer::Llm { model: "writer-8b".to_owned(), prompts: "2.1f8a90c3".to_owned() };
    cut.voiced.scripted.script = as_journaled(&draft(), &writer);
    let pictures = &mut cut.cut.provenance.pictures;
    pictures[0] = Picture::File(media_file("harbour.jpg", "ab12"));
    pictures[1] = Picture::File(media_file("harbour.jpg", "ab12"));
    pictures[2] = Picture::Generated { model: "painter-2".to_owned(), hash: "cd34".to_owned() };
    let calm = MediaFile { kind: MediaKind::Music, ..media_file("calm.ogg", "ef56") };
    cut.cut.provenance.others.push(calm);
    cut
}

#[expect(clippy::print_stdout, reason = "a skipped test says so")]
/// A second of a test picture with a tone; `None`, said aloud, where there is no ffmpeg to make it with.
fn film(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("film.mp4");
    let made = Command::new("ffmpeg")
        .args([
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc=size=128x128:rate=10",
            "-f",
            "lavfi",
            "-i",
            "sine=frequency=440",
        ])
        .args(["-t", "1", "-pix_fmt", "yuv420p", "-movflags", "+faststart"])
        .arg(&path)
        .status();
    if made.is_ok_and(|status| status.success()) {
        return Some(path);
    }
    println!("skipped: there is no ffmpeg program to make a film with");
    None
}

/// Hashes of the coded streams, as ffmpeg sees them.
fn streams(path: &Path) -> String {
    let out = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path)
        .args(["-map", "0", "-c", "copy", "-f", "streamhash", "-"])
        .output();
    let out = out.expect("ffmpeg made the film");
    assert!(out.status.success() && !out.stdout.is_empty(), "{out:?}");
    String::from_utf8(out.stdout).expect("hashes")
}

struct Desk {
    folder: tempfile::TempDir,
    signer: Signer,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let signer =
            Signer::open(&Identity::Development(folder.path().join("keys"))).expect("a development certificate");
        Self { folder, signer }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Names in the folder, sorted.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        let mut names: Vec<String> =
            entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort_unstable();
        names
    }
}

/// An error with its causes.
fn chain(error: &ProvenanceError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[test]
fn a_signed_film_says_what_it_was_made_of_and_its_streams_are_untouched() {
    let desk = Desk::new();
    let Some(film) = film(desk.folder.path()) else { return };
    let before = (std::fs::read(&film).expect("film"), streams(&film));
    let signed = desk.path("signed.mp4");
    desk.signer.sign(&film, &Making::of(&cut()), &signed).unwrap_or_else(|error| panic!("{}", chain(&error)));
    assert_eq!(std::fs::read(&film).expect("film"), before.0, "the film that was given stays as it is");
    assert_eq!(streams(&signed), before.1);
    assert_eq!(desk.names(), ["film.mp4", "keys", "signed.mp4"]);
    let version = env!("CARGO_PKG_VERSION");
    let found = read(&signed).unwrap_or_else(|error| panic!("{}", chain(&error)));
    assert_eq!(found.unsigned_hash, cut().cut.hash, "it names the very file that was signed");
    let told = found.to_string().replace(version, "VERSION");
    insta::assert_snapshot!(told, @"
    whole:     yes, the file is as it was signed
    title:     Why bridges hum
    made with: reelpress VERSION
    signed by: reelpress development certificate, reelpress development (who that is was not checked against a list of trusted ones)
    kind:      parts of it made by trained models (AI)
    actions:   c2pa.created, c2pa.placed, c2pa.placed, c2pa.placed
    made by:
      language model writer-8b: wrote the script; prompts 2.1f8a90c3 (version.hash)
      synthetic voice espeak-ng 1.51 en-us: speaks the script
    made of:
      harbour.jpg: picture by A. Painter, licence CC-BY-4.0, from https://example.org/1; blake3 ab12
      picture by painter-2: picture painted by the model painter-2; blake3 cd34
      calm.ogg: music by A. Painter, licence CC-BY-4.0, from https://example.org/1; blake3 ef56
    ");
}

#[test]
fn a_flipped_byte_of_picture_or_sound_is_seen() {
    let desk = Desk::new();
    let Some(film) = film(desk.folder.path()) else { return };
    let signed = desk.path("signed.mp4");
    desk.signer.sign(&film, &Making::of(&cut()), &signed).unwrap_or_else(|error| panic!("{}", chain(&error)));
    let mut bytes = std::fs::read(&signed).expect("signed");
    let media = bytes.windows(4).position(|four| four == b"mdat").expect("an mdat box");
    bytes[media + 1_000] ^= 1;
    let changed = desk.path("changed.mp4");
    std::fs::write(&changed, bytes).expect("written");
    let found = read(&changed).unwrap_or_else(|error| panic!("{}", chain(&error)));
    assert!(!found.is_whole);
    assert_eq!(found.problems, ["assertion.bmffHash.mismatch"]);
    assert!(found.to_string().starts_with("whole:     NO"), "{found}");
}

#[test]
fn a_certificate_that_is_not_the_keys_is_named_and_nothing_is_left() {
    let desk = Desk::new();
    let Some(film) = film(desk.folder.path()) else { return };
    let other = Desk::new();
    let identity = Identity::Own {
        certificate: other.path("keys/development-certificate.pem"),
        key: desk.path("keys/development-key.pem"),
    };
    let signed = desk.path("signed.mp4");
    let error =
        Signer::open(&identity).and_then(|signer| signer.sign(&film, &Making::of(&cut()), &signed)).unwrap_err();
    let told = chain(&error).replace(&other.folder.path().display().to_string(), "DIR");
    insta::assert_snapshot!(told, @"signed file does not hold, so it was thrown away: claimSignature.mismatch (is `certificate` in [provenance] that of `key`, and fit to sign?)");
    assert_eq!(desk.names(), ["film.mp4", "keys"]);
}

#[test]
fn a_root_in_place_of_a_signing_certificate_is_named() {
    let desk = Desk::new();
    let Some(film) = film(desk.folder.path()) else { return };
    let chain_of = std::fs::read_to_string(desk.path("keys/development-certificate.pem")).expect("a chain");
    let root = chain_of.rsplit_once("-----BEGIN CERTIFICATE-----").expect("two certificates").1;
    let certificate = desk.path("root.pem");
    std::fs::write(&certificate, format!("-----BEGIN CERTIFICATE-----{root}")).expect("written");
    let identity = Identity::Own { certificate, key: desk.path("keys/development-key.pem") };
    let signed = desk.path("signed.mp4");
    let error =
        Signer::open(&identity).and_then(|signer| signer.sign(&film, &Making::of(&cut()), &signed)).unwrap_err();
    assert_eq!(desk.names(), ["film.mp4", "keys", "root.pem"]);
    insta::assert_snapshot!(chain(&error).replace(&desk.folder.path().display().to_string(), "DIR"), @"cannot sign DIR/film.mp4: the certificate was self-signed");
}

#[test]
fn files_that_are_no_certificate_or_key_are_named() {
    let desk = Desk::new();
    let (certificate, key) = (desk.path("keys/development-certificate.pem"), desk.path("keys/development-key.pem"));
    let told = |certificate: &Path, key: &Path| {
        let identity = Identity::Own { certificate: certificate.to_owned(), key: key.to_owned() };
        let error = Signer::open(&identity).err().expect("refused");
        chain(&error).replace(&desk.folder.path().display().to_string(), "DIR")
    };
    insta::assert_snapshot!(told(&key, &key), @"DIR/keys/development-key.pem holds no certificate in PEM form (`certificate` in [provenance]: the signing one first, then its chain)");
    insta::assert_snapshot!(told(&certificate, &certificate), @"DIR/keys/development-certificate.pem holds no key that can sign: there is no `PRIVATE KEY` in PEM form (`key` in [provenance]: an unencrypted PKCS#8 PEM of ECDSA P-256, P-384 or Ed25519)");
    insta::assert_snapshot!(told(&desk.path("none.pem"), &key), @"could not read DIR/none.pem: No such file or directory (os error 2)");
    let rsa = desk.path("rsa.pem");
    std::fs::write(&rsa, "-----BEGIN PRIVATE KEY-----\nMA0GCSqGSIb3DQEBAQUA\n-----END PRIVATE KEY-----\n")
        .expect("written");
    insta::assert_snapshot!(told(&certificate, &rsa), @"DIR/rsa.pem holds no key that can sign: its kind is another one (`key` in [provenance]: an unencrypted PKCS#8 PEM of ECDSA P-256, P-384 or Ed25519)");
}

#[test]
fn a_file_that_is_no_film_is_refused_and_nothing_is_left() {
    let desk = Desk::new();
    for (name, content) in
        [("empty.mp4", &b""[..]), ("text.mp4", b"not a film at all"), ("cut-off.mp4", b"\0\0\0\x20ftypisom\0\0")]
    {
        let path = desk.path(name);
        std::fs::write(&path, content).expect("written");
        let before = desk.names();
        let error = desk.signer.sign(&path, &Making::of(&cut()), &desk.path("signed.mp4")).unwrap_err();
        assert!(chain(&error).contains(name), "{}", chain(&error));
        assert_eq!(desk.names(), before, "{name}");
        assert!(matches!(read(&path), Err(ProvenanceError::Unsigned { .. } | ProvenanceError::Read { .. })), "{name}");
    }
}

#[test]
fn a_file_at_the_place_stays_if_signing_fails() {
    let desk = Desk::new();
    let (bad, signed) = (desk.path("bad.mp4"), desk.path("signed.mp4"));
    std::fs::write(&bad, b"no film").expect("written");
    std::fs::write(&signed, b"of before").expect("written");
    assert!(desk.signer.sign(&bad, &Making::of(&cut()), &signed).is_err());
    assert_eq!(std::fs::read(&signed).expect("there"), b"of before");
}

#[test]
fn a_film_without_a_manifest_is_said_to_have_none() {
    let desk = Desk::new();
    let Some(film) = film(desk.folder.path()) else { return };
    let error = read(&film).unwrap_err();
    assert!(matches!(error, ProvenanceError::Unsigned { .. }), "{}", chain(&error));
}

#[test]
fn the_development_key_is_made_once_and_for_its_owner_alone() {
    let desk = Desk::new();
    let key = desk.path("keys/development-key.pem");
    let mode = std::fs::metadata(&key).expect("a key").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let before = std::fs::read(&key).expect("a key");
    let again = Signer::open(&Identity::Development(desk.path("keys"))).expect("there");
    assert_eq!(std::fs::read(&key).expect("a key"), before);
    assert_eq!(again.identity(), desk.signer.identity());
    assert_ne!(Desk::new().signer.identity(), desk.signer.identity());
}

#[test]
fn each_part_is_named_once_with_its_licence() {
    let making = Making::of(&cut());
    let told: Vec<String> = making.parts.iter().map(|part| format!("{}: {}", part.title, part.description)).collect();
    insta::assert_snapshot!(told.join("\n"), @"
    language model writer-8b: wrote the script; prompts 2.1f8a90c3 (version.hash)
    synthetic voice espeak-ng 1.51 en-us: speaks the script
    harbour.jpg: picture by A. Painter, licence CC-BY-4.0, from https://example.org/1; blake3 ab12
    picture by painter-2: picture painted by the model painter-2; blake3 cd34
    calm.ogg: music by A. Painter, licence CC-BY-4.0, from https://example.org/1; blake3 ef56
    ");
    let tools = making.parts.iter().filter(|part| part.role == Role::Tool).count();
    assert_eq!((tools, making.parts.len()), (2, 5));
}

#[test]
fn the_kind_is_as_true_as_the_records() {
    let kind = |change: &dyn Fn(&mut Assembled)| {
        let mut cut = assembled(&draft(), "main", b"film");
        change(&mut cut);
        Making::of(&cut).source_type
    };
    let llm = |cut: &mut Assembled| {
        let writer = Writer::Llm { model: "m".to_owned(), prompts: String::new() };
        cut.voiced.scripted.script = as_journaled(&draft(), &writer);
    };
    let painted = |cut: &mut Assembled| {
        cut.cut.provenance.pictures.fill(Picture::Generated { model: "p".to_owned(), hash: "ab".to_owned() });
    };
    assert_eq!(kind(&|_| {}), SourceType::CompositeSynthetic, "a person's script, formants, drawn pictures");
    assert_eq!(kind(&llm), SourceType::CompositeWithTrainedAlgorithmicMedia);
    assert_eq!(kind(&painted), SourceType::CompositeWithTrainedAlgorithmicMedia);
    assert_eq!(
        kind(&|cut| cut.cut.provenance.voice = "kokoro af_heart".to_owned()),
        SourceType::CompositeWithTrainedAlgorithmicMedia
    );
    let all = |cut: &mut Assembled| {
        llm(cut);
        painted(cut);
        cut.cut.provenance.voice = "kokoro af_heart".to_owned();
    };
    assert_eq!(kind(&all), SourceType::TrainedAlgorithmicMedia);
    assert_eq!(
        kind(&|cut| {
            all(cut);
            cut.cut.provenance.others.push(media_file("logo.png", "cd"));
        }),
        SourceType::CompositeWithTrainedAlgorithmicMedia
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), is_box in any::<bool>()) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.mp4");
        let head: &[u8] = if is_box { b"\0\0\0\x14ftypisom\0\0\0\0isom\0\0\0\x60uuid\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81" } else { b"" };
        std::fs::write(&path, [head, &bytes].concat()).expect("written");
        prop_assert!(read(&path).is_err());
    }
}
