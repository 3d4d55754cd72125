mod graph;
mod reading;
mod real;
mod times;

use std::sync::Arc;

use reelpress_config::SpeechModel;

use super::{At, Kokoro};
use crate::error::VoiceError;
use crate::speaker::Speaker;

fn settings(folder: &std::path::Path) -> SpeechModel {
    SpeechModel {
        model: folder.join("model.onnx"),
        voices: folder.join("voices"),
        voice: "af_heart".to_owned(),
        library: Some(folder.join("libonnxruntime.so")),
        threads: std::num::NonZeroUsize::MIN,
    }
}

fn at(settings: &SpeechModel, voice: &str, language: &str) -> Result<At, VoiceError> {
    let speaker = Arc::new(Speaker::start().unwrap());
    Arc::new(Kokoro::default()).at(settings, voice, language, &speaker)
}

#[test]
fn what_is_missing_is_named_with_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let settings = settings(folder.path());
    let said = |voice: &str, language: &str| {
        let error = at(&settings, voice, language).err().unwrap().to_string();
        error.replace(&folder.path().display().to_string(), "/kokoro")
    };
    insta::assert_snapshot!(said("af_heart", "en"), @"could not read /kokoro/voices: No such file or directory (os error 2) (set `voices` in [voice.kokoro])");
    std::fs::create_dir(folder.path().join("voices")).unwrap();
    for voice in ["af_bella", "af_heart", "bf_emma"] {
        std::fs::write(folder.path().join(format!("voices/{voice}.bin")), [0; 2_048]).unwrap();
    }
    insta::assert_snapshot!(said("bf_emily", "en"), @"kokoro has no voice `bf_emily`; near: bf_emma, af_bella, af_heart (set `voices` in [voice] to one of these)");
    insta::assert_snapshot!(said("af_../af_heart", "en"), @"kokoro has no voice `af_../af_heart`; near: af_bella, af_heart, bf_emma (set `voices` in [voice] to one of these)");
    insta::assert_snapshot!(said("af_heart", "en"), @"could not read /kokoro/model.onnx: No such file or directory (os error 2) (set `model` in [voice.kokoro])");
    std::fs::write(folder.path().join("model.onnx"), "version https://git-lfs.github.com/spec/v1").unwrap();
    insta::assert_snapshot!(said("af_heart", "en"), @"could not open the library of ONNX Runtime /kokoro/libonnxruntime.so: there is no such file (set `library` in [voice.kokoro] to libonnxruntime.so, 1.17 or later)");
    std::fs::write(folder.path().join("libonnxruntime.so"), "no library").unwrap();
    let error = said("af_heart", "en");
    assert!(error.starts_with("could not open the library of ONNX Runtime /kokoro/libonnxruntime.so: "), "{error}");
    std::fs::write(folder.path().join("voices/af_heart.bin"), [0; 2_000]).unwrap();
    insta::assert_snapshot!(said("af_heart", "en"), @"/kokoro/voices/af_heart.bin has 2000 bytes, which is no list of styles of 256 numbers each");
}

#[test]
fn a_language_that_the_voice_does_not_speak_is_refused_with_one_that_does() {
    let settings = settings(std::path::Path::new("/nowhere"));
    let said = |voice: &str, language: &str| at(&settings, voice, language).err().unwrap().to_string();
    insta::assert_snapshot!(said("af_heart", "de"), @r#"voice `af_heart` of kokoro speaks English, not `de` (set `de` in [voice.voices] to "espeak-ng:de")"#);
    insta::assert_snapshot!(said("bm_george", "pt"), @r#"voice `bm_george` of kokoro speaks English, not `pt` (set `pt` in [voice.voices] to "kokoro:pf_dora")"#);
    insta::assert_snapshot!(said("jf_alpha", "ja"), @r#"voice `jf_alpha` of kokoro speaks Japanese (which espeak-ng cannot read for it), not `ja` (set `ja` in [voice.voices] to "espeak-ng:ja")"#);
    insta::assert_snapshot!(said("alloy", "en"), @r#"voice `alloy` of kokoro speaks no language that its name tells, not `en` (set `en` in [voice.voices] to "kokoro:af_heart")"#);
}
