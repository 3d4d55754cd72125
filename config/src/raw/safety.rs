//! `[screen.safety]`: who looks at pictures and words.

use std::path::Path;
use std::time::Duration;

use super::secrets::secret;
use super::table::Table;
use super::value::Value;
use super::writer::base_url;
use crate::defaults::safety::{
    MODERATION_ATTEMPTS, MODERATION_CALLS_PER_MINUTE, MODERATION_LONGEST_WAIT, MODERATION_MODEL, MODERATION_PICTURES,
    MODERATION_TIMEOUT,
};
use crate::settings::{ModerationEndpoint, Safety};

/// As many as are kept of one cut.
const MOST_PICTURES: u32 = 48;

/// `of_voice` is the library that `[voice.kokoro]` names.
pub(super) fn safety(table: &mut Table<'_, '_>, of_voice: Option<&Path>) -> Safety {
    let default = Safety::default();
    let nsfw_model = table.optional_path("nsfw_model");
    let nsfw_model_hash = table.value("nsfw_model_hash").and_then(|value| hash(&value));
    if nsfw_model_hash.is_some() && nsfw_model.is_none() {
        let message = "`screen.safety.nsfw_model_hash` needs `screen.safety.nsfw_model` beside it".to_owned();
        table.report_at("nsfw_model_hash", message, None);
    }
    let read = Safety {
        nsfw_model,
        nsfw_model_hash,
        library: table.optional_path("library"),
        pictures: table.depth("pictures", default.pictures, MOST_PICTURES),
        timeout: table.duration("timeout", default.timeout, Duration::from_secs(1)..=Duration::from_mins(10)),
        hold_below: table.whole("hold_below", default.hold_below, 0..=100),
        reject_below: table.value("reject_below").and_then(|value| value.whole(&(0..=100))),
        required: table.boolean("required", default.required),
        endpoint: table.optional_section("endpoint", endpoint).flatten(),
    };
    fits(table, &read, of_voice);
    read
}

/// Reports what does not fit together.
fn fits(table: &mut Table<'_, '_>, read: &Safety, of_voice: Option<&Path>) {
    if let Some(reject) = read.reject_below.filter(|reject| *reject > read.hold_below) {
        let hold = read.hold_below;
        let message =
            format!("`screen.safety.reject_below` must be at most `screen.safety.hold_below` = {hold}, not {reject}");
        table.report_at("reject_below", message, None);
    }
    let has_endpoint = table.value("endpoint").is_some();
    if read.required && read.nsfw_model.is_none() && !has_endpoint {
        let message = "`screen.safety.required` is true, but there is nobody who could check".to_owned();
        table.report_at("required", message, Some("set `nsfw_model`, or add [screen.safety.endpoint]"));
    }
    if let (Some(library), Some(of_voice)) = (read.library.as_deref(), of_voice)
        && library != of_voice
    {
        let message = format!(
            "`screen.safety.library` is {}, but `voice.kokoro.library` is {}",
            library.display(),
            of_voice.display()
        );
        table.report_at("library", message, Some("a process has one library of ONNX Runtime: leave this one out"));
    }
}

/// 64 hexadecimal digits.
fn hash(value: &Value<'_, '_>) -> Option<String> {
    const MUST: &str = "be a blake3 hash: 64 hexadecimal digits";
    let text = value.string(MUST)?;
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        value.refuse(MUST, Some("`reelpress doctor` shows the file's"));
        return None;
    }
    Some(text.to_ascii_lowercase())
}

/// `None` if a key without a default is missing or wrong; then there is a problem already.
fn endpoint(table: &mut Table<'_, '_>) -> Option<ModerationEndpoint> {
    let base_url = base_url(table);
    let model = table.value("model").map_or_else(|| Some(MODERATION_MODEL.to_owned()), |value| value.word());
    let api_key = table.value("api_key").and_then(|value| secret(&value));
    let second = Duration::from_secs(1);
    let timeout = table.duration("timeout", MODERATION_TIMEOUT, second..=Duration::from_mins(10));
    let attempts = table.count("attempts", MODERATION_ATTEMPTS, 10);
    let longest_wait = table.duration("longest_wait", MODERATION_LONGEST_WAIT, second..=Duration::from_mins(10));
    let calls_per_minute = table.count("calls_per_minute", MODERATION_CALLS_PER_MINUTE, 100_000);
    let pictures = table.whole("pictures", MODERATION_PICTURES, 0..=MOST_PICTURES);
    Some(ModerationEndpoint {
        base_url: base_url?,
        model: model?,
        api_key,
        timeout,
        attempts,
        longest_wait,
        calls_per_minute,
        pictures,
    })
}
