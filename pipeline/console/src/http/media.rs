//! Cuts and posters by the hash of the cut, in parts as players ask for them, read from the store piece by piece.

use std::ops::Range;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;

use super::Room;
use super::reply::Refusal;
use crate::press::{CutHash, MediaFile, MediaKind};

/// Read from the store at once: what one slow player holds in memory.
const PIECE: u64 = 256 << 10;

/// The name of a cut's file in addresses.
pub(crate) fn file_name(kind: MediaKind, cut: &CutHash) -> String {
    match kind {
        MediaKind::Video => format!("{}.mp4", cut.as_str()),
        MediaKind::Poster => format!("{}.png", cut.as_str()),
    }
}

pub(super) async fn media(
    State(room): State<Room>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (kind, cut) = parse(&name).ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "there is no such file"))?;
    let file = room.press.media(kind, &cut).await?;
    let tag = format!("\"{}\"", cut.as_str());
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let is_same = headers.get(header::IF_RANGE).is_none_or(|value| value.as_bytes() == tag.as_bytes());
    let part = match asked.filter(|_| is_same).map(|asked| range(asked, file.bytes)) {
        None | Some(Asked::Whole) => None,
        Some(Asked::Part(part)) => Some(part),
        Some(Asked::Nothing) => {
            let all = format!("bytes */{}", file.bytes);
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, all)]).into_response());
        }
    };
    let range = part.clone().unwrap_or(0..file.bytes);
    let length = range.end - range.start;
    let shown = part.as_ref().map(|part| format!("bytes {}-{}/{}", part.start, part.end - 1, file.bytes));
    let mut response = Response::new(Body::from_stream(pieces(room, file, range)));
    *response.status_mut() = if part.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let kind = if kind == MediaKind::Video { "video/mp4" } else { "image/png" };
    let lines = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, tag),
        // It is named by its hash, so it never changes; and it is nobody's business but the signed-in one's.
        (header::CACHE_CONTROL, "private, max-age=3600, immutable".to_owned()),
    ];
    for (name, value) in lines.into_iter().chain(shown.map(|shown| (header::CONTENT_RANGE, shown))) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    Ok(response)
}

fn parse(name: &str) -> Option<(MediaKind, CutHash)> {
    let (hash, extension) = name.split_once('.')?;
    let kind = match extension {
        "mp4" => MediaKind::Video,
        "png" => MediaKind::Poster,
        _ => return None,
    };
    Some((kind, CutHash::parse(hash).ok()?))
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    Nothing,
}

/// One range of bytes (RFC 9110, section 14). Several at once, or what is none, get the whole.
fn range(asked: &str, bytes: u64) -> Asked {
    let Some((from, to)) = asked.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Asked::Whole;
    };
    let part = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(from), Ok(to)) if from > to => return Asked::Whole,
        (Ok(from), Ok(to)) => from..to.saturating_add(1).min(bytes),
        (Ok(from), Err(_)) if to.is_empty() => from..bytes,
        (Err(_), Ok(last)) if from.is_empty() => bytes.saturating_sub(last)..bytes,
        _ => return Asked::Whole,
    };
    if part.start >= part.end { Asked::Nothing } else { Asked::Part(part) }
}

fn pieces(
    room: Room,
    file: MediaFile,
    range: Range<u64>,
) -> impl futures::Stream<Item = Result<Bytes, std::io::Error>> + Send {
    stream::try_unfold((room, file, range), |(room, file, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let piece = range.start..range.end.min(range.start + PIECE);
        let read = room.artifacts.get_range(&file.key, piece.clone()).await.map_err(std::io::Error::other)?;
        let read = read.filter(|read| read.len() as u64 == piece.end - piece.start);
        let read = read.ok_or_else(|| std::io::Error::other("the file is not there (any more)"))?;
        Ok(Some((read, (room, file, piece.end..range.end))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_players_write_them() {
        let part = |range| Asked::Part(range);
        for (asked, expected) in [
            ("bytes=0-0", part(0..1)),
            ("bytes=2-", part(2..10)),
            ("bytes=2-99", part(2..10)),
            ("bytes=-3", part(7..10)),
            ("bytes=-99", part(0..10)),
            ("bytes=10-", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=0-18446744073709551615", part(0..10)),
            ("bytes=5-2", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=--1", Asked::Whole),
            ("lines=1-2", Asked::Whole),
        ] {
            assert_eq!(range(asked, 10), expected, "{asked}");
        }
        assert_eq!(range("bytes=0-", 0), Asked::Nothing);
    }
}
