//! Files that are signed, by somebody whose every signature differs.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::*;
use crate::seal::SealError;

/// Hangs a box behind the file that says how many it signed before, and which file it was given.
#[derive(Default)]
struct Notary {
    signed: AtomicU64,
    is_out: AtomicBool,
}

impl Seal for Notary {
    fn identity(&self, settings: &Settings) -> Result<Option<String>, SealError> {
        if self.is_out.load(Ordering::SeqCst) {
            return Err(SealError::Identity("no key".into()));
        }
        Ok(settings.provenance.enabled.then(|| "notary".to_owned()))
    }

    fn seal(&self, _: &Settings, video: &Path, assembled: &Assembled, sealed: &Path) -> Result<(), SealError> {
        let file = |error: std::io::Error| SealError::File(Box::new(error));
        let mut bytes = std::fs::read(video).map_err(file)?;
        assert_eq!(
            blake3::hash(&bytes).to_hex().as_str(),
            assembled.cut.hash,
            "it is told of the file that it is given"
        );
        let said = format!("{:08}{}", self.signed.fetch_add(1, Ordering::SeqCst), assembled.cut.hash);
        bytes.extend((said.len() as u32 + 8).to_be_bytes());
        bytes.extend(b"free");
        bytes.extend(said.as_bytes());
        std::fs::write(sealed, bytes).map_err(file)
    }
}

async fn sealing(enabled: bool) -> (Bench, Arc<Notary>) {
    let Bench { stage, artifacts, settings, folder } = bench(|settings, _| settings.provenance.enabled = enabled).await;
    let notary = Arc::new(Notary::default());
    (Bench { stage: stage.sealing(Arc::clone(&notary) as Arc<dyn Seal>), artifacts, settings, folder }, notary)
}

#[tokio::test]
async fn the_hash_of_a_cut_is_that_of_the_signed_file() {
    let (bench, notary) = sealing(true).await;
    let cut = bench.process(&voiced(2_000)).await.unwrap();
    let bytes = bench.artifacts.get(&cut.video).await.unwrap().unwrap();
    assert_eq!(cut.hash, blake3::hash(&bytes).to_hex().to_string());
    assert_eq!(cut.bytes, bytes.len() as u64);
    let plain = sealing(false).await.0.process(&voiced(2_000)).await.unwrap();
    assert_eq!((cut.unsigned.as_ref(), plain.unsigned), (Some(&plain.hash), None), "the same picture and sound");
    assert!(bytes.ends_with(plain.hash.as_bytes()));
    assert_eq!((notary.signed.load(Ordering::SeqCst), bench.scratch_files()), (1, 0));
}

#[tokio::test]
async fn a_file_that_was_signed_is_not_signed_again() {
    let (bench, notary) = sealing(true).await;
    let first = bench.process(&voiced(2_000)).await.unwrap();
    // As after a crash between storing the file and writing down that it is there.
    let again = bench.process(&voiced(2_000)).await.unwrap();
    assert_eq!((&first, notary.signed.load(Ordering::SeqCst)), (&again, 1));
    // A file that was damaged meanwhile is nobody's.
    bench.artifacts.put(&first.video, Bytes::from_static(b"half a file")).await.unwrap();
    let mended = bench.process(&voiced(2_000)).await.unwrap();
    assert_eq!(notary.signed.load(Ordering::SeqCst), 2);
    assert_ne!(mended.hash, first.hash);
    assert_eq!(mended.unsigned, first.unsigned);
    let bytes = bench.artifacts.get(&mended.video).await.unwrap().unwrap();
    assert_eq!(mended.hash, blake3::hash(&bytes).to_hex().to_string());
}

#[tokio::test]
async fn the_key_of_a_signed_file_covers_whose_signature_it_is_and_what_it_says() {
    let (on, _) = sealing(true).await;
    let (off, _) = sealing(false).await;
    let input = voiced(2_000);
    assert_ne!(on.key(&input), off.key(&input));
    assert_eq!(off.key(&input), bench(|_, _| {}).await.key(&input), "as if there were nobody to sign");
    let mut retitled = input.clone();
    let mut draft = input.scripted.script.draft().clone();
    draft.title = "Another title".to_owned();
    retitled.scripted.script = vocabulary::as_journaled(&draft, &Writer::Person);
    let mut rewritten = input.clone();
    let writer = Writer::Llm { model: "m".to_owned(), prompts: "1.ab".to_owned() };
    rewritten.scripted.script = vocabulary::as_journaled(input.scripted.script.draft(), &writer);
    for other in [retitled, rewritten] {
        assert_ne!(on.key(&other), on.key(&input));
        assert_eq!(off.key(&other), off.key(&input), "an unsigned file does not say it");
    }
}

#[tokio::test]
async fn without_a_key_the_stage_waits_and_nothing_goes_on_unsigned() {
    let (bench, notary) = sealing(true).await;
    notary.is_out.store(true, Ordering::SeqCst);
    assert!(bench.stage.memo(&bench.settings, &voiced(2_000)).is_none());
    let error = bench.process(&voiced(2_000)).await.unwrap_err();
    assert_eq!((error.kind(), error.remedy()), ("seal", Remedy::StopStage));
    insta::assert_snapshot!(error, @"finished files cannot be signed");
    let is_video = |key: &ArtifactKey| Path::new(key.as_str()).extension().is_some_and(|end| end == "mp4");
    assert!(!bench.artifacts.keys().iter().any(is_video), "{:?}", bench.artifacts.keys());
    assert_eq!(bench.scratch_files(), 0);
}
