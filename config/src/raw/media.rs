//! `[media]`: where pictures, clips and music are, and who paints what is missing.

use std::time::Duration;

use super::secrets::secret;
use super::table::Table;
use super::value::Value;
use super::writer::base_url;
use crate::defaults;
use crate::settings::{ImageEndpoint, Media, MediaPlace, MediaS3};

const MINUTE: Duration = Duration::from_mins(1);

pub(super) fn media(table: &mut Table<'_, '_>) -> Media {
    let default = Media::default();
    let mut places = Vec::new();
    table.list("places", Vec::new(), |value| {
        let place = place(value)?;
        if places.contains(&place) {
            value.report(format!("`{}` names `{place}` again", value.path), Some("remove one of the two"));
            return None;
        }
        places.push(place);
        Some(())
    });
    Media {
        places,
        uses: table.filled_list("uses", default.uses, word),
        cache: table.path("cache", &default.cache),
        cache_bytes: table.size("cache_size", default.cache_bytes, 1 << 20..=1 << 50),
        every: table.duration("every", default.every, Duration::from_secs(1)..=Duration::from_hours(24)),
        s3: table.section("s3", s3),
        openai: table.optional_section("openai", endpoint).flatten(),
    }
}

/// A word of licences: what a file may be used for.
fn word(value: &Value<'_, '_>) -> Option<String> {
    const MUST: &str = "be one word of lower-case letters and `-` such as \"commercial\"";
    let text = value.string(MUST)?;
    if text.is_empty() || text.len() > 64 || !text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
        value.refuse(MUST, None);
        return None;
    }
    Some(text.to_owned())
}

/// A folder, or `s3://bucket/prefix`.
fn place(value: &Value<'_, '_>) -> Option<MediaPlace> {
    let text = value.string("be a folder or `s3://bucket/prefix`")?;
    let Some(rest) = text.strip_prefix("s3://") else { return value.path().map(MediaPlace::Folder) };
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = prefix.trim_matches('/');
    let bucket_is_fine = (3..=63).contains(&bucket.len())
        && bucket.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b));
    let prefix_is_fine = prefix.is_empty()
        || prefix.split('/').all(|part| !part.is_empty() && part != "." && part != ".." && !has_odd_signs(part));
    if !bucket_is_fine || !prefix_is_fine {
        let hint = "such as \"s3://studio-media/licensed\"; keys go into [media.s3]";
        value.refuse(
            "be `s3://bucket/prefix` with a bucket of 3 to 63 lower-case letters, digits, `.` and `-`",
            Some(hint),
        );
        return None;
    }
    Some(MediaPlace::S3 { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
}

fn has_odd_signs(text: &str) -> bool {
    text.chars().any(|c| c.is_control() || "?#@\\".contains(c))
}

fn s3(table: &mut Table<'_, '_>) -> MediaS3 {
    let default = MediaS3::default();
    let endpoint = table.value("endpoint").and_then(|value| value.url());
    let region = table.value("region").and_then(|value| value.word()).unwrap_or(default.region);
    let access_key = table.value("access_key").map(|value| secret(&value));
    let secret_key = table.value("secret_key").map(|value| secret(&value));
    if access_key.is_some() != secret_key.is_some() {
        let (there, missing) =
            if access_key.is_some() { ("access_key", "secret_key") } else { ("secret_key", "access_key") };
        table.report_at(there, format!("`media.s3.{there}` needs `media.s3.{missing}` beside it"), None);
    }
    MediaS3 {
        endpoint,
        region,
        access_key: access_key.flatten(),
        secret_key: secret_key.flatten(),
        timeout: table.duration("timeout", default.timeout, Duration::from_secs(1)..=Duration::from_hours(1)),
    }
}

/// `None` if a key without a default is missing or wrong; then there is a problem already.
fn endpoint(table: &mut Table<'_, '_>) -> Option<ImageEndpoint> {
    let base_url = base_url(table);
    let model = table.required("model", "the name that the endpoint gives it").and_then(|value| value.word());
    let api_key = table.value("api_key").and_then(|value| secret(&value));
    let size = table.value("size").and_then(|value| size(&value));
    let style = table.text("style", defaults::IMAGE_STYLE.to_owned());
    let ask_for_base64 = table.boolean("ask_for_base64", true);
    let timeout = table.duration("timeout", defaults::IMAGE_TIMEOUT, Duration::from_secs(1)..=60 * MINUTE);
    let calls_per_minute = table.count("calls_per_minute", defaults::IMAGE_CALLS_PER_MINUTE, 100_000);
    Some(ImageEndpoint {
        base_url: base_url?,
        model: model?,
        api_key,
        size,
        style,
        ask_for_base64,
        timeout,
        calls_per_minute,
    })
}

/// `1024x1792`: width and height in pixels.
fn size(value: &Value<'_, '_>) -> Option<(u32, u32)> {
    const MUST: &str = "be a width and a height from 64 to 4096 such as \"1024x1792\"";
    let text = value.string(MUST)?;
    let side = |text: &str| text.parse::<u32>().ok().filter(|side| (64..=4_096).contains(side));
    let read = text.split_once('x').and_then(|(width, height)| Some((side(width)?, side(height)?)));
    if read.is_none() {
        value.refuse(MUST, None);
    }
    read
}
