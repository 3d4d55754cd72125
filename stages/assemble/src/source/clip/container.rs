//! Which container a clip is, and whether its headers claim more than a demuxer should be let build tables for.

use std::ffi::CStr;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::index::MOST_PACKETS;
use crate::probe::boxes::{Wrong, find, follow, inside, outermost, u32_at};
use crate::source::{SourceError, headers};

/// A `moov` of an hour's video has some 2 MB, with an hour's raw sound some 4.
const LARGEST_MOOV: u64 = 64 * 1024 * 1024;
/// Samples of a track without a picture: an hour's AAC has 170,000.
const MOST_OTHER_SAMPLES: u32 = 2_000_000;
const MOST_TRACKS: usize = 32;

/// libav's name for the container.
pub(super) fn of(path: &Path, file: &mut File, length: u64) -> Result<&'static CStr, SourceError> {
    let mut start = [0; 64];
    let known = file.read_at(&mut start, 0).map_err(|source| SourceError::Read { path: path.to_owned(), source })?;
    let start = &start[..known];
    let quicktime = matches!(start.get(4..8), Some(b"ftyp" | b"moov" | b"mdat" | b"wide" | b"free" | b"skip"));
    if start.starts_with(b"\x1A\x45\xDF\xA3") {
        return Ok(c"matroska");
    }
    // HEIF pictures have MP4's boxes, but no `moov`.
    if !quicktime || headers::likely(start) == "a HEIF or AVIF picture" {
        let (found, wanted) = (headers::likely(start), "an MP4, MOV, WebM or Matroska clip");
        return Err(SourceError::WrongType { path: path.to_owned(), found, wanted });
    }
    check_moov(path, file, length)?;
    Ok(c"mov")
}

fn check_moov(path: &Path, file: &mut File, length: u64) -> Result<(), SourceError> {
    let unreadable = |source| SourceError::Read { path: path.to_owned(), source };
    let places = outermost(file, length).map_err(|wrong| match wrong {
        Wrong::Io(source) => unreadable(source),
        Wrong::Shape(why) => SourceError::damaged(path, why),
    })?;
    let moov = places.iter().find(|place| &place.kind == b"moov");
    let moov = moov.ok_or_else(|| SourceError::damaged(path, "it has no `moov` box (was it cut off?)"))?;
    if moov.length > LARGEST_MOOV {
        return Err(SourceError::too_large(path, "the bytes of its headers are", moov.length, LARGEST_MOOV));
    }
    let mut content = vec![0; moov.length as usize];
    file.read_exact_at(&mut content, moov.start).map_err(unreadable)?;
    if find(&content, *b"cmov").is_some() {
        return Err(SourceError::unsupported(path, "its headers are compressed"));
    }
    let tracks: Vec<&[u8]> = inside(&content).filter(|(kind, _)| kind == b"trak").map(|(_, trak)| trak).collect();
    if tracks.len() > MOST_TRACKS {
        return Err(SourceError::too_large(path, "its tracks are", tracks.len() as u64, MOST_TRACKS as u64));
    }
    tracks.into_iter().try_for_each(|trak| check_track(path, trak))
}

/// A demuxer makes an entry of some 24 bytes for each sample, also for those that are not in the file.
fn check_track(path: &Path, trak: &[u8]) -> Result<(), SourceError> {
    let Some(media) = find(trak, *b"mdia") else { return Ok(()) };
    let handler = find(media, *b"hdlr").and_then(|hdlr| hdlr.get(8..12));
    let Some(table) = follow(media, &[b"minf", b"stbl"]) else { return Ok(()) };
    let count = |kind: [u8; 4]| find(table, kind).and_then(|sizes| u32_at(sizes, 8)).unwrap_or(0);
    let samples = count(*b"stsz").max(count(*b"stz2"));
    if handler == Some(b"vide") {
        if samples > MOST_PACKETS {
            return Err(SourceError::too_large(path, "its frames are", samples.into(), MOST_PACKETS.into()));
        }
    } else if samples > MOST_OTHER_SAMPLES && !is_raw_sound(handler, table) {
        let (value, limit) = (samples.into(), MOST_OTHER_SAMPLES.into());
        return Err(SourceError::too_large(path, "the samples of its other tracks are", value, limit));
    }
    Ok(())
}

/// Raw sound has a sample for each tick, and the demuxer takes it by the chunk.
fn is_raw_sound(handler: Option<&[u8]>, table: &[u8]) -> bool {
    let durations = find(table, *b"stts");
    let entries = durations.and_then(|stts| u32_at(stts, 4));
    let ticks = durations.and_then(|stts| u32_at(stts, 12));
    handler == Some(b"soun") && entries == Some(1) && ticks == Some(1)
}
