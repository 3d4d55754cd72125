use super::*;

fn settings(encoder: &[VideoEncoder]) -> Assemble {
    Assemble { width: 320, height: 320, encoder: encoder.to_vec(), ..Assemble::default() }
}

#[test]
fn x264_is_taken_by_default_and_says_which_build_it_is() {
    let chosen = choose_encoder(&settings(&[VideoEncoder::X264])).unwrap();
    assert_eq!((chosen.encoder, &chosen.refused[..]), (VideoEncoder::X264, &[][..]));
    assert!(chosen.build.starts_with("x264 - core 1"), "{}", chosen.build);
    assert!(!chosen.build.contains("options"), "{}", chosen.build);
    assert_eq!(chosen.to_string(), format!("x264 ({})", chosen.build));
}

#[test]
fn what_is_not_here_is_refused_with_its_reason_and_x264_stands_in() {
    // Apple's encoder is in no FFmpeg for this system.
    let chosen = choose_encoder(&settings(&[VideoEncoder::VideoToolbox])).unwrap();
    assert_eq!(chosen.encoder, VideoEncoder::X264);
    let shown = chosen.to_string().replace(&chosen.build, "BUILD");
    insta::assert_snapshot!(shown, @"x264 (BUILD); not h264_videotoolbox: this host's FFmpeg libraries have no `h264_videotoolbox` encoder (install the Debian package `libavcodec59`) (it needs macOS)");
}

#[test]
fn each_encoder_that_is_preferred_is_tried_in_its_turn() {
    let preferred = [VideoEncoder::Nvenc, VideoEncoder::Qsv, VideoEncoder::Vaapi, VideoEncoder::V4l2m2m];
    let chosen = choose_encoder(&settings(&preferred)).unwrap();
    // Whichever of them this machine has: all in front of it were tried and say what they lack.
    let refused: Vec<VideoEncoder> = chosen.refused.iter().map(|(encoder, _)| *encoder).collect();
    let in_front = preferred.iter().copied().take_while(|encoder| *encoder != chosen.encoder).collect::<Vec<_>>();
    assert_eq!(refused, in_front);
    for (encoder, reason) in &chosen.refused {
        assert!(reason.contains(encoder.name()) && reason.contains("it needs"), "{reason}");
        assert!(!reason.contains(":  ("), "the cause has no words: {reason}");
    }
}

#[test]
fn x264_in_front_of_others_is_taken_without_trying_them() {
    let chosen = choose_encoder(&settings(&[VideoEncoder::X264, VideoEncoder::VideoToolbox])).unwrap();
    assert_eq!(chosen.refused, []);
}

#[test]
fn settings_that_x264_does_not_take_are_an_error() {
    let wrong = Assemble { preset: "warp".to_owned(), ..settings(&[VideoEncoder::Nvenc]) };
    assert!(matches!(choose_encoder(&wrong), Err(EncodeError::Settings { name: "libx264", .. })));
}

#[test]
fn everything_that_decides_over_the_bytes_is_in_the_identity() {
    let settings = settings(&[VideoEncoder::X264]);
    let chosen = choose_encoder(&settings).unwrap();
    let spec = chosen.spec(&settings);
    let identity = chosen.identity(&spec);
    assert_eq!(chosen.identity(&spec.clone()), identity);
    let others = [
        VideoSpec { preset: "fast".to_owned(), ..spec.clone() },
        VideoSpec { crf: spec.crf + 1, ..spec.clone() },
        VideoSpec { fps: spec.fps + 1, ..spec.clone() },
        VideoSpec { encoder: VideoEncoder::Nvenc, ..spec.clone() },
    ];
    assert!(others.iter().all(|other| chosen.identity(other) != identity));
    let newer = Chosen { build: "x264 - core 999".to_owned(), ..chosen };
    assert_ne!(newer.identity(&spec), identity);
}
