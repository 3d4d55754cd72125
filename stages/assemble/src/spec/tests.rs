use super::*;
use crate::probe::{Depth, probe};
use crate::testing::{order, pressed};

#[test]
fn a_real_cut_has_no_faults_and_each_change_has_its_own() {
    let scratch = tempfile::tempdir().unwrap();
    let order = order(3_000);
    let pressed = pressed(&order, scratch.path()).unwrap();
    let report = probe(&pressed.video, Depth::Full).unwrap();
    let spec = MediaSpec {
        width: 270,
        height: 480,
        fps: order.plan.canvas.fps,
        duration_ms: order.score.timeline.duration_ms(),
        loudness_lufs: -14.0,
    };
    assert_eq!(spec.faults(&report), []);

    let check = |change: &dyn Fn(&mut MediaReport)| {
        let mut changed = report.clone();
        change(&mut changed);
        let faults = spec.faults(&changed);
        faults.iter().map(|fault| format!("{}: {}", fault.rule, fault.message)).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(check(&|report| report.container.moov_before_mdat = false), @"file.faststart: the moov box comes after the media");
    insta::assert_snapshot!(check(&|report| report.video = None), @"file.video: there is no video track");
    insta::assert_snapshot!(check(&|report| report.audio = None), @"file.audio: there is no audio track");
    insta::assert_snapshot!(check(&|report| report.video.as_mut().unwrap().width = 272), @"file.resolution: the picture is 272x480, not 270x480");
    insta::assert_snapshot!(check(&|report| report.video.as_mut().unwrap().constant_fps = None), @"file.frame-rate: its frames do not last equally long, not 12 a second");
    insta::assert_snapshot!(check(&|report| report.audio.as_mut().unwrap().duration_ms = 9_000), @"file.duration: the sound lasts 9000 ms, not 3333 ms within 100");
    let decoded =
        |change: &dyn Fn(&mut crate::probe::DecodeReport)| check(&|report| change(report.decoded.as_mut().unwrap()));
    insta::assert_snapshot!(decoded(&|decoded| decoded.longest_black_ms = 1_001), @"file.black: it is black for 1001 ms, more than 1000");
    insta::assert_snapshot!(decoded(&|decoded| decoded.longest_frozen_ms = 1_400), @"file.frozen: nothing moves for 1400 ms, more than 1000");
    insta::assert_snapshot!(decoded(&|decoded| decoded.errors = 2), @"file.decode: 2 decode errors, not 0");
    insta::assert_snapshot!(decoded(&|decoded| decoded.gaps = 1), @"file.timestamps: 1 gaps or backward steps in time, not 0");
    insta::assert_snapshot!(decoded(&|decoded| decoded.loudness_lufs = Some(-16.0)), @"file.loudness: it is at -16.0 LUFS, not -14.0 within 1.0");
    insta::assert_snapshot!(decoded(&|decoded| decoded.true_peak_dbtp = Some(0.4)), @"file.true-peak: its true peak is 0.4 dBTP, more than 0.0");
}
