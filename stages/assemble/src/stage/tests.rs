mod sealed;

use std::num::NonZeroUsize;
use std::path::Path;

use reelpress_config::MediaPlace;
use reelpress_core::testing::{ManualClock, MemoryArtifacts};
use reelpress_core::{ArtifactKey, Fault, ItemId, Remedy};
use reelpress_vocabulary::{
    AccountId, Overlay, OverlayKind, Picture, ScriptDraft, TemplateId, Writer, testing as vocabulary,
};

use super::*;
use crate::probe::{Depth, probe};
use crate::testing::{beat_audio, settings, speech, voiced, wav};
use crate::timeline::TAIL_MS;

struct Bench {
    stage: Assemble,
    artifacts: Arc<MemoryArtifacts>,
    settings: Arc<Settings>,
    folder: tempfile::TempDir,
}

async fn bench(change: impl FnOnce(&mut Settings, &Path)) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = settings();
    change(&mut settings, folder.path());
    let artifacts = Arc::new(MemoryArtifacts::default());
    let voice = voiced(2_000).voice;
    for beat in &voice.beats {
        artifacts.put(&beat.audio, wav(&speech(beat.duration_ms, 22_050), 22_050).into()).await.unwrap();
    }
    let clock = ManualClock::at("2026-01-01T12:00:00Z".parse().unwrap());
    let stage = Assemble::new(
        Live::new(settings.clone()),
        Arc::clone(&artifacts) as Arc<dyn Artifacts>,
        Arc::new(clock),
        folder.path().join("scratch"),
        CpuPool::new(NonZeroUsize::MIN).unwrap(),
    );
    Bench { stage, artifacts, settings: Arc::new(settings), folder }
}

fn job() -> Job {
    Job::detached(ItemId::from_parts(1, 2))
}

impl Bench {
    async fn process(&self, input: &Voiced) -> Result<Cut, AssembleError> {
        match self.stage.process(&self.settings, &job(), input).await? {
            Step::Next(cut) => Ok(cut),
            other @ (Step::Later(_) | Step::Hold(_) | Step::Reject(_)) => panic!("{other:?}"),
        }
    }

    fn key(&self, input: &Voiced) -> MemoKey {
        self.stage.memo(&self.settings, input).unwrap()
    }

    fn scratch_files(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("scratch")).map_or(0, Iterator::count)
    }
}

#[tokio::test]
async fn a_cut_is_stored_under_its_memo_key_and_described_truthfully() {
    let bench = bench(|_, _| {}).await;
    let input = voiced(2_000);
    let cut = bench.process(&input).await.unwrap();
    let key = bench.key(&input);
    assert_eq!((&cut.video, &cut.poster), (&key.artifact("cut.mp4"), &key.artifact("poster.png")));
    let bytes = bench.artifacts.get(&cut.video).await.unwrap().unwrap();
    assert_eq!(cut.bytes, bytes.len() as u64);
    assert_eq!(cut.hash, blake3::hash(&bytes).to_hex().to_string());
    assert!(bench.artifacts.get(&cut.poster).await.unwrap().unwrap().starts_with(b"\x89PNG"));
    assert!(cut.duration_ms.abs_diff(2_000 + TAIL_MS) <= 100);
    assert_eq!((cut.scenes.len(), cut.scenes[0].start_ms), (4, 0));
    assert_eq!(cut.scenes[3].end_ms, cut.duration_ms);
    assert!((cut.loudness_lufs + 14.0).abs() <= 0.3);
    assert_eq!(cut.provenance.voice, "test buzz");
    assert_eq!(cut.provenance.music.as_deref(), Some("reelpress procedural bed"));
    assert!(cut.provenance.pictures.iter().all(|picture| *picture == Picture::Drawn));
    let file = bench.folder.path().join("back.mp4");
    bench.artifacts.fetch(&cut.video, &file).await.unwrap();
    let video = probe(&file, Depth::Headers).unwrap().video.unwrap();
    assert_eq!((video.width, video.height), (cut.width, cut.height));
    assert!(video.duration_ms.abs_diff(cut.duration_ms) <= 1);
    assert_eq!(bench.scratch_files(), 0);
    assert_eq!(bench.stage.hand_on(input.clone(), cut.clone()), Assembled { voiced: input, cut });
}

#[tokio::test]
async fn the_memo_key_covers_what_makes_the_bytes_and_nothing_else() {
    let bench = bench(|_, _| {}).await;
    let input = voiced(2_000);
    let key = bench.key(&input);
    let other = |change: &dyn Fn(&mut Voiced)| {
        let mut changed = input.clone();
        change(&mut changed);
        bench.key(&changed)
    };
    let rewritten = |change: &dyn Fn(&mut ScriptDraft)| {
        other(&|input| {
            let mut draft = input.scripted.script.draft().clone();
            change(&mut draft);
            input.scripted.script = vocabulary::as_journaled(&draft, &Writer::Person);
        })
    };
    assert_eq!(other(&|input| input.scripted.brief.account = AccountId::parse("other").unwrap()), key);
    assert_eq!(other(&|input| input.scripted.brief.topic.title = "Other".to_owned()), key);
    assert_eq!(rewritten(&|draft| draft.caption = "Another caption.".to_owned()), key);
    assert_eq!(rewritten(&|draft| draft.hashtags = vec!["#tide".to_owned()]), key);
    assert_ne!(rewritten(&|draft| draft.hook.on_screen = "Another text".to_owned()), key);
    assert_ne!(other(&|input| input.scripted.brief.seed += 1), key);
    assert_ne!(other(&|input| input.scripted.brief.language = "de".to_owned()), key);
    assert_ne!(other(&|input| input.scripted.brief.template = TemplateId::parse("quote").unwrap()), key);
    assert_ne!(other(&|input| input.voice.beats[1].audio = ArtifactKey::parse("voice/aa/other.wav").unwrap()), key);
    assert_ne!(other(&|input| input.voice.beats[0].words[0].start_ms += 200), key);
    assert_ne!(other(&|input| input.voice.beats[0].duration_ms += 100), key);
    let with = |change: &dyn Fn(&mut Settings)| {
        let mut changed = Settings::clone(&bench.settings);
        change(&mut changed);
        bench.stage.memo(&Arc::new(changed), &input).unwrap()
    };
    assert_eq!(with(&|settings| settings.review.sample_percent = 50), key);
    assert_eq!(with(&|settings| settings.assemble.segment_store_max += 1), key);
    assert_ne!(with(&|settings| settings.assemble.crf += 1), key);
    assert_ne!(with(&|settings| settings.assemble.width += 2), key);
    assert_ne!(with(&|settings| settings.assemble.fps += 1), key);
    assert_ne!(with(&|settings| settings.assemble.music_db = None), key);
    assert_ne!(with(&|settings| settings.assemble.loudness_lufs = -16.0), key);
}

/// A media library with this one picture in it.
fn library(settings: &mut Settings, folder: &Path, name: &str, picture: &[u8]) {
    let record =
        format!("[[media]]\nfile = \"{name}\"\nsource = \"own\"\nlicence = \"own\"\nuses = [\"commercial\"]\n");
    let library = folder.join("library");
    std::fs::create_dir(&library).unwrap();
    std::fs::write(library.join("licences.toml"), record).unwrap();
    std::fs::write(library.join(name), picture).unwrap();
    settings.media.places = vec![MediaPlace::Folder(library)];
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([x as u8 * 4, y as u8 * 4, 90]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

#[tokio::test]
async fn pictures_are_taken_from_the_library_and_their_hashes_are_in_the_key() {
    let bench = bench(|settings, folder| library(settings, folder, "harbour.png", &png(64, 64))).await;
    let input = voiced(2_000);
    let cut = bench.process(&input).await.unwrap();
    let used: Vec<_> = cut.provenance.files().map(|file| (file.file.as_str(), file.licence.as_str())).collect();
    assert_eq!(used, [("harbour.png", "own")]);
    assert!(matches!(cut.provenance.pictures[0], Picture::File(_)));
    assert_eq!(cut.provenance.pictures[3], Picture::Drawn, "not twice in one cut");
    let key = bench.key(&input);
    let elsewhere = self::bench(|settings, folder| library(settings, folder, "harbour.png", &png(64, 64))).await;
    assert_eq!(elsewhere.key(&input), key, "where the library lies is not in the key");
    std::fs::write(bench.folder.path().join("library/harbour.png"), png(60, 64)).unwrap();
    assert_ne!(bench.key(&input), key);
}

#[tokio::test]
async fn a_picture_that_cannot_be_shown_is_named_and_not_picked_again() {
    let whole = png(64, 64);
    let mut huge = whole.clone();
    // The header of a picture of 30,000 x 30,000 pixels, with its checksum.
    huge[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let sum = crc32(&huge[12..29]);
    huge[29..33].copy_from_slice(&sum.to_be_bytes());
    let hostile: [(&str, &str, &[u8]); 4] = [
        ("half of it", "harbour.png", &whole[..whole.len() / 2]),
        ("a header alone", "harbour.png", b"\x89PNG\r\n\x1a\n and then nothing"),
        ("a ZIP archive", "harbour.jpg", b"PK\x03\x04 and so on"),
        ("30,000 x 30,000 pixels", "harbour.png", &huge),
    ];
    for (what, name, bytes) in hostile {
        let bench = bench(|settings, folder| library(settings, folder, name, bytes)).await;
        let input = voiced(1_000);
        let file = bench.folder.path().join("library").join(name);
        let error = match bench.process(&input).await {
            Ok(cut) => panic!("{what} is taken: {:?}", cut.provenance.pictures),
            Err(error) => error,
        };
        assert_eq!(error.damaged_file(), Some(file.as_path()), "{what}: {error:?}");
        assert_eq!((error.remedy(), error.kind()), (Remedy::GiveUp, "corrupt_picture"), "{what}");
        assert_eq!(bench.scratch_files(), 0, "{what}");
        let cut = bench.process(&input).await.unwrap();
        assert_eq!(cut.provenance.pictures[0], Picture::Drawn, "{what} is picked again");
    }
    // The library itself passes over what is empty.
    let bench = bench(|settings, folder| library(settings, folder, "harbour.png", b"")).await;
    let cut = bench.process(&voiced(1_000)).await.unwrap();
    assert!(cut.provenance.pictures.iter().all(|picture| *picture == Picture::Drawn));
}

/// As PNG has it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 })
    })
}

#[tokio::test]
async fn what_is_missing_is_named_and_says_what_to_do() {
    let bench = bench(|_, _| {}).await;
    let mut input = voiced(2_000);
    input.scripted.brief.template = TemplateId::parse("no-such-template").unwrap();
    assert!(bench.stage.memo(&bench.settings, &input).is_none());
    let error = bench.process(&input).await.unwrap_err();
    insta::assert_snapshot!(error, @"there is no template `no-such-template` (a niche or an item names it; put it back or reject the item)");
    assert_eq!(error.remedy(), Remedy::GiveUp);
    let mut input = voiced(2_000);
    input.voice.beats[2].audio = ArtifactKey::parse("voice/zz/gone.wav").unwrap();
    let error = bench.process(&input).await.unwrap_err();
    assert_eq!((error.kind(), error.remedy()), ("artifact", Remedy::GiveUp));
}

#[tokio::test]
async fn a_cancelled_job_stores_nothing_and_may_be_tried_again() {
    let bench = bench(|_, _| {}).await;
    let job = job();
    job.cancel.cancel();
    let error = bench.stage.process(&bench.settings, &job, &voiced(2_000)).await.unwrap_err();
    assert_eq!((error.kind(), error.remedy()), ("cancelled", Remedy::Retry { after: None }));
    assert_eq!(bench.artifacts.keys(), (0..4).map(beat_audio).collect::<Vec<_>>(), "the speech alone");
    assert_eq!(bench.scratch_files(), 0);
}

#[tokio::test]
async fn a_cut_that_advertises_shows_it_from_its_first_frame_and_says_so_in_its_record() {
    let bench = bench(|_, _| {}).await;
    let plain = voiced(2_000);
    let mut paid = plain.clone();
    paid.scripted.brief.declared.commercial = Some(reelpress_vocabulary::Connection {
        kind: reelpress_vocabulary::Commercial::PaidPartnership,
        brand: "Acme".to_owned(),
        disclosure: String::new(),
    });
    assert!(bench.key(&plain) != bench.key(&paid), "who gains is in the picture, so it is in the key");
    let told = |cut: &Cut, text: &str| {
        let is_told = |overlay: &&Overlay| overlay.kind == OverlayKind::Disclosure && overlay.text.contains(text);
        cut.overlays.iter().find(is_told).cloned()
    };
    let cut = bench.process(&paid).await.unwrap();
    let all = (0, cut.duration_ms);
    for text in ["AI-generated", "Ad · Acme"] {
        let overlay = told(&cut, text).unwrap_or_else(|| panic!("{text}: {:?}", cut.overlays));
        assert_eq!((overlay.span.start_ms, overlay.span.end_ms), all, "{text}");
    }
    let area = told(&cut, "Ad · Acme").unwrap().area;
    assert!(area.bottom - area.top >= 0.04, "{area:?}");
    assert_eq!(told(&bench.process(&plain).await.unwrap(), "Ad"), None);
}
