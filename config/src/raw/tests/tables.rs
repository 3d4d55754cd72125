//! What single tables hold: voice, assemble, media, brand.

use super::*;
use crate::{Commercial, Declared, PlatformName, TopicFlag};

#[test]
fn voices_name_engines_that_can_speak_them() {
    check(
        "voice.engine = \"openai\"",
        "1:16: `voice.engine` is \"openai\", but there is no table [voice.openai] (add it, with `base_url` and `model`)",
    );
    check(
        "voice.voices.de = \"openai:alloy\"",
        "1:19: `voice.voices.de` is a voice of \"openai\", but there is no table [voice.openai] (add it, with `base_url` and `model`)",
    );
    check(
        "voice.voices.de = \"flite:rms\"",
        "1:19: `voice.voices.de` is a voice of flite, which speaks English only (such as \"espeak-ng:de\")",
    );
    check(
        "voice.voices.en = \"flite:rsm\"",
        "1:19: `voice.voices.en` is `rsm`, which flite does not have (flite has rms, slt, awb, kal16)",
    );
    check(
        "voice.voices.en = \"espeak:en\"",
        "1:19: `voice.voices.en` must name \"espeak-ng\", \"flite\", \"openai\" or \"kokoro\" before its colon, not `\"espeak:en\"`",
    );
    check(
        "voice.engine = \"flite\"\nniches.a.language = \"de\"",
        "1:16: `voice.engine` is \"flite\", which speaks English only, but niche `a` is in `de` (set `de = \"espeak-ng:de\"` in [voice.voices], or `engine = \"auto\"`)",
    );
    check("voice.target = \"3s\"", "1:16: `voice.target` must be from 5s to 10m, not `\"3s\"`");
    settings("voice.engine = \"flite\"\nvoice.voices.de = \"espeak-ng:de\"\nniches.a.language = \"de\"");
}

#[test]
fn kokoro_needs_its_files_and_a_voice_of_the_language() {
    const TABLE: &str = "[voice.kokoro]\nmodel = \"m.onnx\"\nvoices = \"v\"\n";
    check(
        "voice.engine = \"kokoro\"",
        "1:16: `voice.engine` is \"kokoro\", but there is no table [voice.kokoro] (add it, with `model` and `voices`)",
    );
    check("[voice.kokoro]\nvoices = \"v\"", "1:8: `voice.kokoro.model` is missing (the path of the ONNX file)");
    check(
        "[voice.kokoro]\nmodel = \"m.onnx\"",
        "1:8: `voice.kokoro.voices` is missing (the folder with a file NAME.bin for each voice)",
    );
    check(
        "voice.voices.en = \"kokoro:af_heart\"",
        "1:19: `voice.voices.en` is a voice of \"kokoro\", but there is no table [voice.kokoro] (add it, with `model` and `voices`)",
    );
    check(
        &format!("{TABLE}[voice.voices]\nde = \"kokoro:af_heart\""),
        "5:6: `voice.voices.de` is `af_heart`, which speaks `en` (such as \"espeak-ng:de\")",
    );
    check(
        &format!("{TABLE}[voice.voices]\nes = \"kokoro:af_heart\""),
        "5:6: `voice.voices.es` is `af_heart`, which speaks `en` (such as \"kokoro:ef_dora\")",
    );
    check(
        &format!("{TABLE}voice = \"alloy\""),
        "4:9: `voice.kokoro.voice` is `alloy`, which is no voice of kokoro (such as \"af_heart\": a letter for the language, `f` or `m`, and a name)",
    );
    check(
        &format!("{TABLE}voice = \"jf_alpha\""),
        "4:9: `voice.kokoro.voice` is `jf_alpha`, which speaks `ja`, and kokoro cannot read that here: its phonemes come from espeak-ng (such as \"espeak-ng:ja\", or an endpoint's voice, \"openai:...\")",
    );
    check(
        &format!("{TABLE}[voice]\nengine = \"kokoro\"\n[niches.a]\nlanguage = \"de\""),
        "5:10: `voice.engine` is \"kokoro\", whose voice `af_heart` speaks `en` only, but niche `a` is in `de` (set `de = \"espeak-ng:de\"` in [voice.voices])",
    );
    let read = settings(&format!("{TABLE}[voice]\nengine = \"kokoro\"\nvoices.es = \"kokoro:ef_dora\""));
    assert_eq!(read.voice.speaker("en"), (SpeechEngine::Kokoro, "af_heart".to_owned()));
    assert_eq!(read.voice.speaker("es"), (SpeechEngine::Kokoro, "ef_dora".to_owned()));
}

#[test]
fn a_quality_stands_for_a_preset_and_a_crf_which_can_be_named_all_the_same() {
    let read = |text: &str| {
        let assemble = settings(text).assemble;
        (assemble.preset, assemble.crf)
    };
    assert_eq!(read(""), ("veryfast".to_owned(), 21));
    assert_eq!(read("assemble.quality = \"draft\""), ("superfast".to_owned(), 28));
    assert_eq!(read("assemble.quality = \"high\""), ("medium".to_owned(), 18));
    assert_eq!(read("assemble = { quality = \"high\", crf = 20 }"), ("medium".to_owned(), 20));
    assert_eq!(read("assemble = { quality = \"draft\", preset = \"fast\" }"), ("fast".to_owned(), 28));
    check(
        "assemble.quality = \"hihg\"",
        "1:20: `assemble.quality` must be one of \"draft\", \"standard\", \"high\", not `\"hihg\"` (did you mean \"high\"?)",
    );
}

#[test]
fn encoders_are_one_name_or_a_list_in_order_of_preference() {
    use crate::VideoEncoder::{Nvenc, Qsv, X264};
    assert_eq!(settings("").assemble.encoder, [X264]);
    assert_eq!(settings("assemble.encoder = \"h264_nvenc\"").assemble.encoder, [Nvenc]);
    assert_eq!(settings("assemble.encoder = [\"h264_qsv\", \"h264_nvenc\"]").assemble.encoder, [Qsv, Nvenc]);
    check("assemble.encoder = []", "1:20: `assemble.encoder` must not be empty (such as [\"h264_nvenc\", \"x264\"])");
    check("assemble.encoder = [\"x264\", \"x264\"]", "1:29: `assemble.encoder[1]` is `x264`, which is there already");
    check(
        "assemble.encoder = \"nvenc\"",
        "1:20: `assemble.encoder` must be one of \"x264\", \"h264_nvenc\", \"h264_qsv\", \"h264_vaapi\", \"h264_v4l2m2m\", \
         \"h264_videotoolbox\", not `\"nvenc\"` (did you mean \"h264_nvenc\"?)",
    );
}

#[test]
fn the_segment_store_has_a_size_as_people_write_it() {
    assert_eq!(settings("").assemble.segment_store_max, 20_000_000_000);
    assert_eq!(settings("assemble.segment_store_max = \"500GiB\"").assemble.segment_store_max, 500 << 30);
    assert_eq!(settings("assemble.segment_store_max = \"0B\"").assemble.segment_store_max, 0);
    check(
        "assemble.segment_store_max = \"20 gigabytes\"",
        "1:30: `assemble.segment_store_max` must be a size such as \"500MB\" or \"2GiB\", or a number of bytes, not \
         `\"20 gigabytes\"`",
    );
}

#[test]
fn places_and_endpoints_of_media_are_read() {
    let read = settings(
        r#"
[media]
places = ["pictures", "s3://studio-media/licensed/2026/", "s3://all-of-it"]
uses = ["commercial", "advertising"]
cache_size = "2GiB"
[media.s3]
access_key = { env = "REELPRESS_S3_ACCESS_KEY" }
secret_key = { env = "REELPRESS_S3_SECRET_KEY" }
[media.openai]
base_url = "http://127.0.0.1:8080/v1/"
model = "painter"
size = "1024x1792"
"#,
    );
    let places: Vec<String> = read.media.places.iter().map(ToString::to_string).collect();
    assert_eq!(places, ["/etc/press/pictures", "s3://studio-media/licensed/2026", "s3://all-of-it"]);
    assert_eq!((read.media.uses.len(), read.media.cache_bytes), (2, 2 << 30));
    assert_eq!(read.media.s3.secret_key.as_ref().map(Secret::reveal), Some("s3-secret"));
    let endpoint = read.media.openai.as_ref().expect("there is one");
    assert_eq!((endpoint.base_url.as_str(), endpoint.size), ("http://127.0.0.1:8080/v1", Some((1024, 1792))));
    assert!(endpoint.ask_for_base64);
}

#[test]
fn what_is_wrong_with_media_is_said_at_its_place() {
    let said = problems(
        "[media]\nplaces = [\"a\", \"a\", \"s3://B\", \"s3://bucket/../up\"]\nuses = [\"Any Use\"]\n\
         [media.s3]\nsecret_key = \"plain\"\n[media.openai]\nbase_url = \"http://h/v1\"\nsize = \"9:16\"\n",
    );
    assert_snapshot!(said, @r#"
    reelpress.toml:2:16: `media.places[1]` names `/etc/press/a` again (remove one of the two)
    reelpress.toml:2:21: `media.places[2]` must be `s3://bucket/prefix` with a bucket of 3 to 63 lower-case letters, digits, `.` and `-`, not `"s3://B"` (such as "s3://studio-media/licensed"; keys go into [media.s3])
    reelpress.toml:2:31: `media.places[3]` must be `s3://bucket/prefix` with a bucket of 3 to 63 lower-case letters, digits, `.` and `-`, not `"s3://bucket/../up"` (such as "s3://studio-media/licensed"; keys go into [media.s3])
    reelpress.toml:3:9: `media.uses[0]` must be one word of lower-case letters and `-` such as "commercial", not `"Any Use"`
    reelpress.toml:5:14: `media.s3.secret_key` must not stand in the file as plain text (give it as `{ env = "NAME" }` or `{ file = "path" }`)
    reelpress.toml:5:14: `media.s3.secret_key` needs `media.s3.access_key` beside it
    reelpress.toml:6:8: `media.openai.model` is missing (the name that the endpoint gives it)
    reelpress.toml:8:8: `media.openai.size` must be a width and a height from 64 to 4096 such as "1024x1792", not `"9:16"`
    "#);
}

#[test]
fn a_brand_kit_is_read_and_its_mistakes_are_told() {
    let read = settings(
        "[niches.a.brand]\nbase = \"#0b1020\"\nheadline = [\"Lora\"]\nlogo = \"logo.png\"\nlogo_place = [0, 0.5, 0.25, 0.1]\nhandle = \"@a\"",
    );
    let brand = &read.niches[&Name::parse("a").unwrap()].brand;
    assert_eq!((brand.base, brand.ink), (Some([0x0B, 0x10, 0x20]), None));
    assert_eq!((brand.logo_place, brand.handle.as_str()), (Some([0, 500, 250, 100]), "@a"));
    assert_eq!(brand.logo.as_deref(), Some(Path::new(FOLDER).join("logo.png").as_path()));
    assert_snapshot!(problems(
        "[niches.a.brand]\nbase = \"navy\"\nink = \"#12é45\"\nheadline = []\nlogo_place = [0.5, 0, 0.6, 0.1]\nhadle = \"@a\"\n[assemble]\nsafe_zone = \"reel\""
    ), @r##"
    reelpress.toml:2:8: `niches.a.brand.base` must be a colour such as "#1A2B3C", not `"navy"`
    reelpress.toml:3:7: `niches.a.brand.ink` must be a colour such as "#1A2B3C", not `"#12é45"`
    reelpress.toml:4:12: `niches.a.brand.headline` must be a list of 1 to 8 families, not 0 (such as ["Inter Display", "DejaVu Sans"]; without it the template's are used)
    reelpress.toml:5:14: `niches.a.brand.logo_place` must be `[x, y, width, height]` as shares of the safe zone, from 0.0 to 1.0 and within it, not a list (the logo is fitted into it whole)
    reelpress.toml:6:1: `hadle` is not a key of [niches.a.brand] (did you mean `handle`?)
    reelpress.toml:8:13: `assemble.safe_zone` must be one of "all", "tiktok", "reels", "shorts", not `"reel"` (did you mean "reels"?)
    "##);
}

#[test]
fn what_is_declared_of_niches_and_accounts_is_read_and_put_together() {
    let text = "[niches.shoes]\nmade_for_kids = false\ntopic_flags = [\"health\"]\nregions = [\"eu\"]\n\
                [niches.shoes.commercial]\nkind = \"affiliate\"\nbrand = \"Acme\"\n\
                [accounts.one]\nniches = [\"shoes\"]\nplatforms = [\"tiktok\", \"youtube-shorts\"]\nprivate = false\n\
                [accounts.one.commercial]\nkind = \"none\"\n";
    let settings = settings(text);
    let declared = settings.declared(&Name::parse("shoes").unwrap(), &Name::parse("one").unwrap());
    let connection = declared.commercial.clone().unwrap();
    assert_eq!((connection.kind, connection.brand.as_str()), (Commercial::Affiliate, "Acme"));
    assert_eq!((declared.made_for_kids, declared.private), (Some(false), Some(false)));
    assert_eq!(declared.platforms, [PlatformName::Tiktok, PlatformName::YoutubeShorts]);
    assert_eq!((declared.regions, declared.topic_flags), (vec!["eu".to_owned()], Some(vec![TopicFlag::Health])));
    let unknown = settings.declared(&Name::parse("other").unwrap(), &Name::parse("other").unwrap());
    assert_eq!(unknown, Declared::default());
}

#[test]
fn what_cannot_be_declared_is_told_at_its_place() {
    let long = "x".repeat(61);
    let text = format!(
        "[niches.shoes]\nregions = [\"Germany\"]\ntopic_flags = [\"sport\"]\n[niches.shoes.commercial]\nbrand = \"{long}\"\n\
         [accounts.one]\nniches = [\"shoes\"]\nplatforms = [\"youtube-shorts\", \"youtube-shorts\"]\n"
    );
    assert_snapshot!(problems(&text), @r#"
    reelpress.toml:2:12: `niches.shoes.regions[0]` must be a country's two letters in lower case (ISO 3166-1) such as "de", or "eu", not `"Germany"`
    reelpress.toml:3:16: `niches.shoes.topic_flags[0]` must be one of "politics", "health", "finance", "crisis", "minors", not `"sport"`
    reelpress.toml:4:15: `niches.shoes.commercial.kind` is missing (who gains: none, own-brand, paid-partnership, gift or affiliate)
    reelpress.toml:5:9: `niches.shoes.commercial.brand` must have at most 60 characters (it stands on one line of the picture)
    reelpress.toml:8:13: `accounts.one.platforms` has youtube-shorts, which needs `made_for_kids` (say true or false for the account, or for all of its niches)
    reelpress.toml:8:32: `accounts.one.platforms[1]` names a platform again (remove one of the two)
    "#);
}
