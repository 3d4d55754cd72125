use std::sync::Arc;

use reelpress_config::{QUALITY_RULES, QualityWeight};
use reelpress_core::Step;
use reelpress_core::testing::MemoryNotes;
use reelpress_quality::Rule;
use reelpress_quality::{Analyser, FileSpec, Frame, Order, Report, Sound};
use reelpress_vocabulary::testing::{assembled, draft};
use reelpress_vocabulary::{Area, Decision, Finding, Overlay, OverlayKind, Severity, Span, SpokenBeat, Verdict, Word};

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

/// What the rules of good making found.
fn of_quality(verdict: &Verdict) -> Vec<&Finding> {
    verdict.findings.iter().filter(|finding| finding.rule.starts_with("quality.")).collect()
}

#[tokio::test]
async fn what_could_not_be_checked_is_a_note_and_the_cut_passes() {
    let bench = bench(facts(report(|_, _| {})));
    let Step::Next(verdict) = bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await else { panic!() };
    assert_eq!(verdict.decision(), Decision::Pass, "{verdict:?}");
    let [note] = &of_quality(&verdict)[..] else { panic!("{verdict:?}") };
    assert_eq!(note.rule, "quality.not-checked");
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
    let Step::Next(verdict) = screened(spec(30.0, 200_000, "h264")).await else { panic!() };
    assert_eq!((verdict.decision(), of_quality(&verdict).len()), (Decision::Pass, 1));
    assert!(of_quality(&verdict)[0].message.starts_with("youtube-shorts: length too large: 200 s"), "{verdict:?}");
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
    let words: Vec<_> =
        made::order(&settings(), &cut).words.into_iter().map(|word| (word.text, word.from_ms, word.to_ms)).collect();
    assert_eq!(words, [("Some".to_owned(), 0.0, 200.0), ("Cables".to_owned(), 1_083.0, 1_433.0)]);
}

#[test]
fn captions_and_texts_are_told_where_they_are_and_what_the_template_always_shows_is_not() {
    let mut cut = assembled(&draft(), "main", b"film");
    let overlay = |kind, size_px| Overlay {
        kind,
        span: Span { start_ms: 1_000, end_ms: 2_000 },
        area: Area { left: 0.1, top: 0.5, right: 0.8, bottom: 0.6 },
        text: "seen".to_owned(),
        size_px,
        colours: vec![[255, 255, 255]],
    };
    let kinds = [OverlayKind::Caption, OverlayKind::Text, OverlayKind::Disclosure, OverlayKind::Brand];
    cut.cut.overlays = kinds.map(|kind| overlay(kind, 54.0)).into();
    cut.cut.overlays.push(overlay(OverlayKind::Furniture, 0.0));
    let order = made::order(&settings(), &cut);
    assert_eq!(order.captions.iter().map(|caption| caption.spoken).collect::<Vec<_>>(), [true, false, false]);
    let caption = &order.captions[0];
    assert_eq!((caption.from_ms, caption.to_ms, caption.size), (1_000.0, 2_000.0, Some(0.05)), "54 of 1080 pixels");
    let safe = order.safe.unwrap();
    assert!(safe.left > 0.0 && safe.right < 1.0 && safe.top > 0.0 && safe.bottom < 1.0, "{safe:?}");
    assert_eq!(order.script.len(), cut.voiced.scripted.script.beats().len());
}

#[tokio::test]
async fn an_operator_may_weigh_a_rule_otherwise_and_set_its_limit() {
    let black = || {
        facts(report(|at, y| {
            if (100..150).contains(&at) {
                y.fill(16);
            }
        }))
    };
    let weighed = async |weight: QualityWeight| {
        let mut settings = settings();
        settings.screen.quality.weights.insert("black", weight);
        let facts = black();
        let bench = Bench::with(settings, Arc::new(MemoryNotes::default()), move || Ok(facts.clone()));
        bench.screen(1, &assembled(&draft(), "main", b"film"), b"film").await
    };
    assert!(matches!(weighed(QualityWeight::Block).await, Step::Reject(_)));
    for (weight, decision) in [(QualityWeight::Note, Decision::Pass), (QualityWeight::Hold, Decision::Hold)] {
        let Step::Next(verdict) = weighed(weight).await else { panic!() };
        assert_eq!(verdict.decision(), decision);
        let found = verdict.findings.iter().find(|finding| finding.rule == "quality.black").unwrap();
        assert_eq!(found.marks, [Span { start_ms: 4_000, end_ms: 6_000 }]);
        assert_eq!(found.severity == Severity::Hold, weight == QualityWeight::Hold);
    }
    let mut settings = settings();
    settings.screen.quality.black = std::time::Duration::from_millis(1_700);
    settings.screen.quality.letters_percent = 5.0;
    let limits = made::order(&settings, &assembled(&draft(), "main", b"film")).limits;
    assert_eq!((limits.black_ms, limits.letters), (1_700.0, 0.05));
}

/// The config does not know the rules; it must name them as they are.
#[test]
fn every_rule_that_may_be_weighed_is_one() {
    let rules = Rule::ALL.map(|rule| rule.as_str().trim_start_matches("quality."));
    for name in QUALITY_RULES {
        assert!(rules.contains(&name), "{name}");
    }
    let others: Vec<&str> = rules.into_iter().filter(|rule| !QUALITY_RULES.contains(rule)).collect();
    assert_eq!(others, ["spec", "flash", "red-flash", "loudness", "true-peak"]);
}
