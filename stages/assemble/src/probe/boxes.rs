//! MP4 boxes: found in a file without reading it whole, and taken apart in memory without trusting a size.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// More boxes than this in one place are an attack, not a video.
const MOST_BOXES: usize = 10_000;

/// A box in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) kind: [u8; 4],
    /// Where its content begins, in bytes from the start of the file.
    pub(crate) start: u64,
    /// Bytes of content.
    pub(crate) length: u64,
}

/// What is wrong with a file's outermost boxes.
#[derive(Debug)]
pub(crate) enum Wrong {
    Io(io::Error),
    /// A sentence about it.
    Shape(String),
}

impl From<io::Error> for Wrong {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The outermost boxes of a file of `bytes` bytes.
pub(crate) fn outermost(file: &mut File, bytes: u64) -> Result<Vec<Place>, Wrong> {
    let mut places = Vec::new();
    let mut at = 0_u64;
    while at < bytes {
        if places.len() >= MOST_BOXES {
            return Err(Wrong::Shape(format!("it has more than {MOST_BOXES} boxes")));
        }
        let left = bytes - at;
        let mut header = [0; 16];
        let known = left.min(16) as usize;
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut header[..known])?;
        let Some(Header { kind, head, whole }) = Header::parse(&header[..known], left) else {
            return Err(Wrong::Shape(format!("the {left} bytes at {at} are no box")));
        };
        if whole > left {
            let kind = printable(kind);
            return Err(Wrong::Shape(format!("its `{kind}` box at {at} claims {whole} bytes and has {left}")));
        }
        places.push(Place { kind, start: at + head, length: whole - head });
        at += whole;
    }
    Ok(places)
}

struct Header {
    kind: [u8; 4],
    /// Bytes of the header itself.
    head: u64,
    /// Bytes of header and content.
    whole: u64,
}

impl Header {
    /// `None` if there is no sound header; `whole` may be more than `left`.
    fn parse(bytes: &[u8], left: u64) -> Option<Self> {
        let short = u32_at(bytes, 0)?;
        let kind: [u8; 4] = bytes.get(4..8)?.try_into().ok()?;
        let (head, whole) = match short {
            0 => (8, left),
            1 => (16, u64_at(bytes, 8)?),
            short => (8, u64::from(short)),
        };
        (whole >= head).then_some(Self { kind, head, whole })
    }
}

/// The boxes inside a box. It ends at the first one that does not fit.
pub(crate) fn inside(content: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = content;
    std::iter::from_fn(move || {
        let Header { kind, head, whole } = Header::parse(rest, rest.len() as u64)?;
        let whole = usize::try_from(whole).ok()?;
        let (this, after) = rest.split_at_checked(whole)?;
        rest = after;
        Some((kind, &this[head as usize..]))
    })
    .take(MOST_BOXES)
}

/// The first box of this kind.
pub(crate) fn find(content: &[u8], kind: [u8; 4]) -> Option<&[u8]> {
    inside(content).find(|(found, _)| *found == kind).map(|(_, content)| content)
}

/// The first box at the end of this path.
pub(crate) fn follow<'a>(content: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    path.iter().try_fold(content, |content, kind| find(content, **kind))
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// A box's name for people.
pub(crate) fn printable(kind: [u8; 4]) -> String {
    kind.iter().map(|&byte| if byte.is_ascii_graphic() { char::from(byte) } else { '.' }).collect()
}
