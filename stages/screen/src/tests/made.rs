use std::sync::Arc;

use reelpress_core::Step;
use reelpress_core::testing::MemoryNotes;
use reelpress_quality::{Analyser, FileSpec, Frame, Order, Report, Sound};
use reelpress_vocabulary::testing::{assembled, draft};
use reelpress_vocabulary::{Decision, SpokenBeat, Word};

use super::{Bench, found, good_facts, settings};
use crate::{FileFacts, made};

/// A report of twenty seconds of a moving picture, with what `paint` does to it, and a steady tone that fades out.
fn report(paint: impl Fn(usize, &mut Vec<u8>)) -> Report {
    let (width, height) = (64, 96);
    let mut analyser = Analyser::new(Order::default());
    let chroma = vec![128_u8; width * height / 4];
    for at in 0..500 {
        let mut y = vec![70_u8; width * height];
        y[at % 90 * width..][..6 * width].fill(140);
        paint(at, &mut y);
        let time_ms = at as f64 * 40.0;
        let end_ms = time_ms + 40.0;
        let (u, v, y_stride, chroma_stride) = (&chroma, &chroma, width, width / 2);
        analyser.picture(&Frame { width, height, y: &y, y_stride, u, v, chroma_stride, time_ms, end_ms });
    }
    let samples = 960_000;
    let fade = |at: usize| ((samples - at) as f32 / 9_600.0).min(1.0);
    let tone: Vec<f32> = (0..samples).map(|at| 0.2 * fade(at) * (at as f32 * 0.03).sin()).collect();
    tone.chunks(960).for_each(|block| analyser.sound(&Sound { rate: 48_000, left: block, right: block }));
    analyser.finish()
}

fn facts(report: Report) -> FileFacts {
    FileFacts { quality: Some(report), ..good_facts() }
}

fn bench(facts: FileFacts) -> Bench {
    Bench::with(settings(), Arc::new(MemoryNotes::default()), move || Ok(facts.clone()))
}

#[tokio::test]
async fn what_could_not_be_checked_is_a_note_and_the_cut_passes() {
    let bench = bench(facts(report(|_, _| {})));
    let Step::Next(verdict) = bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await else { panic!() };
    assert_eq!(verdict.decision(), Decision::Pass, "{verdict:?}");
    let note = verdict.findings.iter().find(|finding| finding.rule == "quality.not-checked").expect("there is a note");
    assert!(note.message.contains("quality.speech (the times of the words are not known)"), "{}", note.message);
}

#[tokio::test]
async fn flashes_reject_with_their_times_and_stretches_are_told_once() {
    let flashing = report(|at, y| {
        if (100..125).contains(&at) && at % 4 < 2 {
            y.fill(235);
        }
    });
    let step = bench(facts(flashing)).screen(1, &assembled(&draft(), "main", b"film"), b"film").await;
    let Step::Reject(reason) = step else { panic!("{step:?}") };
    insta::assert_snapshot!(reason, @"quality.flash: 100 % of the screen: 6.73 flashes a second (limit 3): slow the flashing to three a second or less, or make it smaller or fainter (from 3.96 s to 5.48 s) (blocked)");
    let black = FileFacts {
        longest_black_ms: 2_000,
        ..facts(report(|at, y| {
            if (100..150).contains(&at) {
                y.fill(16);
            }
        }))
    };
    let step = bench(black).screen(1, &assembled(&draft(), "main", b"film"), b"film").await;
    assert_eq!(found(&step), ["quality.black"], "not as `file.black` too");
}

#[tokio::test]
async fn a_file_that_one_platform_refuses_passes_and_one_that_none_takes_does_not() {
    let spec = |fps: f64, duration_ms: u64, video_codec: &str| FileSpec {
        container: "mp4".to_owned(),
        video_codec: video_codec.to_owned(),
        profile: "High".to_owned(),
        pixel_format: "yuv420p".to_owned(),
        width: 1080,
        height: 1920,
        fps,
        duration_ms,
        bytes: 12_000_000,
        faststart: true,
        audio_codec: "aac".to_owned(),
        audio_rate: 48_000,
        audio_channels: 2,
    };
    let screened = async |spec: FileSpec| {
        let bench = bench(FileFacts { spec: Some(spec), ..good_facts() });
        bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await
    };
    assert!(found(&screened(spec(30.0, 20_000, "h264")).await).is_empty());
    let step = screened(spec(30.0, 200_000, "h264")).await;
    assert_eq!(found(&step).len(), 1);
    let Step::Next(verdict) = step else { panic!() };
    assert_eq!(verdict.decision(), Decision::Pass);
    assert!(verdict.findings[0].message.starts_with("youtube-shorts: length too large: 200 s"), "{verdict:?}");
    assert!(matches!(screened(spec(30.0, 20_000, "mpeg2")).await, Step::Reject(_)));
}

#[test]
fn words_are_told_in_the_times_of_the_cut() {
    let mut cut = assembled(&draft(), "main", b"film");
    let word = |text: &str, start_ms, end_ms| Word { text: text.to_owned(), start_ms, end_ms };
    let audio = cut.cut.video.clone();
    let beat = |words| SpokenBeat { audio: audio.clone(), duration_ms: 1_000, words };
    cut.voiced.voice.beats = vec![beat(vec![word("Some", 0, 200)]), beat(vec![word("Cables", 50, 400)])];
    cut.cut.scenes[1].start_ms = 1_033;
    let words: Vec<_> = made::order(&cut).words.into_iter().map(|word| (word.text, word.from_ms, word.to_ms)).collect();
    assert_eq!(words, [("Some".to_owned(), 0.0, 200.0), ("Cables".to_owned(), 1_083.0, 1_433.0)]);
}
