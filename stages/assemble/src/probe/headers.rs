//! What an MP4 file's `ftyp` and `moov` boxes say.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use super::boxes::{Place, Wrong, find, follow, inside, outermost, printable, u16_at, u32_at, u64_at};
use super::{AudioReport, Colour, ContainerReport, MediaReport, ProbeError, VideoReport};

/// A `moov` of an hour's video has some 2 MB.
const LARGEST_MOOV: u64 = 32 * 1024 * 1024;
/// What one track's table of key frames or times may hold.
const MOST_ENTRIES: u32 = 1_000_000;

pub(super) fn read(path: &Path) -> Result<MediaReport, ProbeError> {
    let failed = |source| ProbeError::Read { path: path.to_owned(), source };
    let not_mp4 = |why: String| ProbeError::NotMp4 { path: path.to_owned(), why };
    let damaged = |why: String| ProbeError::Damaged { path: path.to_owned(), why };

    let kind = std::fs::metadata(path).map_err(failed)?;
    if !kind.is_file() {
        return Err(not_mp4("it is not a regular file".to_owned()));
    }
    let mut file = File::open(path).map_err(failed)?;
    let bytes = kind.len();
    let mut start = [0; 12];
    if bytes < 12 {
        return Err(not_mp4(format!("it has {bytes} bytes")));
    }
    file.read_exact(&mut start).map_err(failed)?;
    if &start[4..8] != b"ftyp" {
        return Err(not_mp4("it does not begin with an `ftyp` box".to_owned()));
    }
    let places = outermost(&mut file, bytes).map_err(|wrong| match wrong {
        Wrong::Io(source) => failed(source),
        Wrong::Shape(why) => damaged(why),
    })?;
    let place = |kind: &[u8; 4]| places.iter().position(|place| &place.kind == kind);
    let (Some(moov), Some(mdat)) = (place(b"moov"), place(b"mdat")) else {
        return Err(damaged("it has no `moov` or no `mdat` box".to_owned()));
    };
    let content = read_moov(&mut file, places[moov], path)?;
    let movie = find(&content, *b"mvhd").and_then(TimesAndScale::of_movie);
    let movie = movie.filter(|movie| movie.scale > 0).ok_or_else(|| damaged("it has no `mvhd` box".to_owned()))?;
    let tracks: Vec<&[u8]> = inside(&content).filter(|(kind, _)| kind == b"trak").map(|(_, trak)| trak).collect();
    let of_kind = |handler: [u8; 4]| tracks.iter().find(|trak| is_handled_by(trak, handler));
    Ok(MediaReport {
        bytes,
        container: ContainerReport {
            brand: printable([start[8], start[9], start[10], start[11]]),
            moov_before_mdat: moov < mdat,
            creation_time: movie.created,
            tracks: tracks.len(),
            duration_ms: milliseconds(movie.duration, movie.scale),
        },
        video: of_kind(*b"vide").and_then(|trak| video(trak, movie.scale)),
        audio: of_kind(*b"soun").and_then(|trak| audio(trak, movie.scale)),
        decoded: None,
    })
}

fn read_moov(file: &mut File, place: Place, path: &Path) -> Result<Vec<u8>, ProbeError> {
    if place.length > LARGEST_MOOV {
        let (value, limit) = (place.length, LARGEST_MOOV);
        return Err(ProbeError::TooLarge { path: path.to_owned(), what: "the `moov` box", value, limit });
    }
    let mut content = vec![0; place.length as usize];
    file.seek(SeekFrom::Start(place.start))
        .and_then(|_| file.read_exact(&mut content))
        .map_err(|source| ProbeError::Read { path: path.to_owned(), source })?;
    Ok(content)
}

fn is_handled_by(trak: &[u8], handler: [u8; 4]) -> bool {
    follow(trak, &[b"mdia", b"hdlr"]).and_then(|hdlr| hdlr.get(8..12)).is_some_and(|found| *found == handler)
}

struct TimesAndScale {
    created: u64,
    scale: u32,
    duration: u64,
}

impl TimesAndScale {
    /// `mvhd` and `mdhd` begin alike.
    fn of_movie(content: &[u8]) -> Option<Self> {
        Some(match content.first()? {
            1 => Self { created: u64_at(content, 4)?, scale: u32_at(content, 20)?, duration: u64_at(content, 24)? },
            _ => Self {
                created: u64::from(u32_at(content, 4)?),
                scale: u32_at(content, 12)?,
                duration: u64::from(u32_at(content, 16)?),
            },
        })
    }
}

fn milliseconds(duration: u64, scale: u32) -> u64 {
    let scale = u128::from(scale.max(1));
    u64::try_from((u128::from(duration) * 1_000 + scale / 2) / scale).unwrap_or(u64::MAX)
}

/// How long a track is shown, edits applied, in milliseconds.
fn shown_ms(trak: &[u8], movie_scale: u32) -> Option<u64> {
    let header = find(trak, *b"tkhd")?;
    let duration = if *header.first()? == 1 { u64_at(header, 28)? } else { u64::from(u32_at(header, 20)?) };
    Some(milliseconds(duration, movie_scale))
}

fn sample_table(trak: &[u8]) -> Option<&[u8]> {
    follow(trak, &[b"mdia", b"minf", b"stbl"])
}

/// The first sample entry: its name and content.
fn sample_entry(table: &[u8]) -> Option<([u8; 4], &[u8])> {
    inside(find(table, *b"stsd")?.get(8..)?).next()
}

fn video(trak: &[u8], movie_scale: u32) -> Option<VideoReport> {
    let table = sample_table(trak)?;
    let (codec, entry) = sample_entry(table)?;
    // The boxes of a visual sample entry come after 78 bytes of fixed fields.
    let extensions = entry.get(78..).unwrap_or_default();
    let avc = find(extensions, *b"avcC");
    let frames = u64::from(u32_at(find(table, *b"stsz")?, 8)?);
    let media = TimesAndScale::of_movie(follow(trak, &[b"mdia", b"mdhd"])?)?;
    Some(VideoReport {
        codec: printable(codec),
        profile: avc.and_then(|avc| avc.get(1)).copied(),
        level: avc.and_then(|avc| avc.get(3)).copied(),
        width: u32::from(u16_at(entry, 24)?),
        height: u32::from(u16_at(entry, 26)?),
        frames,
        constant_fps: constant_fps(table, media.scale),
        duration_ms: shown_ms(trak, movie_scale)?,
        colour: find(extensions, *b"colr").and_then(colour),
        keyframes: keyframes(table, frames),
    })
}

fn constant_fps(table: &[u8], scale: u32) -> Option<f64> {
    let times = find(table, *b"stts")?;
    let length = (u32_at(times, 4)? == 1).then(|| u32_at(times, 12))??;
    (length > 0).then(|| f64::from(scale) / f64::from(length))
}

fn keyframes(table: &[u8], frames: u64) -> Vec<u64> {
    let Some(sync) = find(table, *b"stss") else { return (0..frames.min(u64::from(MOST_ENTRIES))).collect() };
    let count = u32_at(sync, 4).unwrap_or(0).min(MOST_ENTRIES) as usize;
    let numbers = (0..count).map_while(|at| u32_at(sync, 8 + at * 4));
    numbers.map(|number| u64::from(number).saturating_sub(1)).collect()
}

fn colour(content: &[u8]) -> Option<Colour> {
    if !matches!(content.get(..4)?, b"nclx" | b"nclc") {
        return None;
    }
    Some(Colour {
        primaries: u16_at(content, 4)?,
        transfer: u16_at(content, 6)?,
        matrix: u16_at(content, 8)?,
        full_range: content.get(10).is_some_and(|flags| flags & 0x80 != 0),
    })
}

fn audio(trak: &[u8], movie_scale: u32) -> Option<AudioReport> {
    let (codec, entry) = sample_entry(sample_table(trak)?)?;
    // The boxes of an audio sample entry come after 28 bytes of fixed fields.
    let extensions = entry.get(28..).unwrap_or_default();
    Some(AudioReport {
        codec: printable(codec),
        object_type: find(extensions, *b"esds").and_then(object_type),
        sample_rate: u32_at(entry, 24)? >> 16,
        channels: u16_at(entry, 16)?,
        duration_ms: shown_ms(trak, movie_scale)?,
    })
}

/// The audio object type of an `esds` box: nested descriptors, each with a tag and a length of 1 to 4 bytes.
fn object_type(content: &[u8]) -> Option<u8> {
    const ES: u8 = 3;
    const DECODER: u8 = 4;
    const SPECIFIC: u8 = 5;
    let stream = descriptor(content.get(4..)?, ES)?;
    let flags = *stream.get(2)?;
    // Three optional fields come before the next descriptor; MP4 files use none of them.
    let decoder = descriptor(stream.get(3..)?, DECODER).filter(|_| flags & 0xE0 == 0)?;
    let specific = descriptor(decoder.get(13..)?, SPECIFIC)?;
    Some(specific.first()? >> 3)
}

fn descriptor(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    if *bytes.first()? != tag {
        return None;
    }
    let mut length = 0_usize;
    for at in 1..=4 {
        let byte = *bytes.get(at)?;
        length = length << 7 | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return bytes.get(at + 1..(at + 1).checked_add(length)?);
        }
    }
    None
}
