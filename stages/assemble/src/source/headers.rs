//! What a picture's bytes say before a decoder is let at them: kind, size, whole or cut off, HDR or not.

use std::path::Path;

use image::ImageFormat;

use super::SourceError;

/// What a decoder needs memory for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) format: ImageFormat,
    /// Coefficients of a whole picture are kept until its end.
    pub(super) progressive: bool,
    /// PNG's colour tags by ITU-T H.273: primaries and transfer.
    pub(super) cicp: Option<[u8; 2]>,
}

/// Kinds of pictures that are read.
const STILLS: [ImageFormat; 3] = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP];

/// Looks at the bytes of a whole file.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<Header, SourceError> {
    // By content, not by name: a name says nothing.
    let Some(format) = image::guess_format(bytes).ok().filter(|format| STILLS.contains(format)) else {
        let wanted = "a JPEG, PNG or WebP picture";
        return Err(SourceError::WrongType { path: path.to_owned(), found: likely(bytes), wanted });
    };
    let header = Header { format, progressive: false, cicp: None };
    if format == ImageFormat::Jpeg {
        Ok(Header { progressive: jpeg(path, bytes)?, ..header })
    } else if format == ImageFormat::Png {
        Ok(Header { cicp: png(path, bytes)?, ..header })
    } else {
        webp(path, bytes).map(|()| header)
    }
}

/// Whether a file's first bytes are those of a picture that [`read`] knows.
pub(super) fn is_still(head: &[u8]) -> bool {
    image::guess_format(head).is_ok_and(|format| STILLS.contains(&format))
}

/// What a file of another kind is, by its first bytes.
pub(super) fn likely(bytes: &[u8]) -> &'static str {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    if starts(b"PK\x03\x04") {
        "a zip archive"
    } else if starts(b"%PDF") {
        "a PDF document"
    } else if starts(b"GIF8") {
        "a GIF picture"
    } else if starts(b"\xFF\xD8\xFF") || starts(b"\x89PNG") || bytes.get(8..12) == Some(b"WEBP") {
        "a picture"
    } else if matches!(bytes.get(4..12), Some(b"ftypheic" | b"ftypheix" | b"ftypmif1" | b"ftypavif")) {
        "a HEIF or AVIF picture"
    } else if bytes.get(4..8) == Some(b"ftyp") || starts(b"\x1A\x45\xDF\xA3") {
        "a video"
    } else if starts(b"#EXTM3U") {
        "a playlist"
    } else if starts(b"<") {
        "a page or drawing in XML"
    } else {
        "of an unknown kind"
    }
}

/// True for a progressive one. A decoder would fill what is missing with grey: here the end is looked for.
fn jpeg(path: &Path, bytes: &[u8]) -> Result<bool, SourceError> {
    let cut_off = || SourceError::damaged(path, format!("it ends after {} bytes, within the picture", bytes.len()));
    let (mut at, mut progressive, mut scanned) = (2, false, false);
    // Every turn goes forward by two bytes or more.
    loop {
        at = next_marker(bytes, at).ok_or_else(cut_off)?;
        let marker = bytes[at + 1];
        at += 2;
        match marker {
            0xD9 if scanned => return Ok(progressive),
            0xD9 => return Err(SourceError::damaged(path, "it ends before the picture begins")),
            0x01 | 0xD0..=0xD8 => continue,
            0xC2 => progressive = true,
            0xDA => scanned = true,
            _ => {}
        }
        let length = bytes.get(at..at + 2).map(|length| usize::from(u16::from_be_bytes([length[0], length[1]])));
        at += length.ok_or_else(cut_off)?.max(2);
    }
}

/// Where the next marker stands: 0xFF, then neither 0x00 (a stuffed data byte) nor 0xFF (filling).
fn next_marker(bytes: &[u8], from: usize) -> Option<usize> {
    let found = bytes.get(from..)?.windows(2).position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF))?;
    Some(from + found)
}

/// The colour tags that stand before the pixels.
fn png(path: &Path, bytes: &[u8]) -> Result<Option<[u8; 2]>, SourceError> {
    let mut at = 8;
    while let Some((length, kind)) = bytes.get(at..at + 8).and_then(|head| head.split_first_chunk::<4>()) {
        let length = u32::from_be_bytes(*length) as usize;
        match (kind, bytes.get(at + 8..at + 8 + length)) {
            (_, None) => break,
            (b"cICP", Some(&[primaries, transfer, ..])) => return Ok(Some([primaries, transfer])),
            (b"IDAT", Some(_)) => return Ok(None),
            _ => at += length + 12,
        }
    }
    Err(SourceError::damaged(path, format!("it ends after {} bytes, before the pixels", bytes.len())))
}

fn webp(path: &Path, bytes: &[u8]) -> Result<(), SourceError> {
    let claimed = bytes.get(4..8).and_then(|length| length.try_into().ok()).map_or(u64::MAX, |length| {
        // The eight bytes before it are not counted.
        u64::from(u32::from_le_bytes(length)) + 8
    });
    if claimed > bytes.len() as u64 {
        return Err(SourceError::damaged(path, format!("it ends after {} of {claimed} bytes", bytes.len())));
    }
    Ok(())
}
