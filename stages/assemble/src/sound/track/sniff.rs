//! What a file is, by its own bytes and not by its name.

/// Bytes of the file's beginning that are looked at: enough for the first frame behind a small tag.
pub(super) const HEAD_BYTES: u64 = 65_536;
/// Bytes of its end: an Ogg page has at most 65,307.
pub(super) const TAIL_BYTES: u64 = 65_536;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `counted`: its first frame says how many follow.
    Mp3 {
        counted: bool,
    },
    Adts,
    Mp4,
    Ogg,
    Flac,
    Wav,
}

impl Kind {
    /// libav's names of the demuxers that may read it.
    pub(super) fn demuxers(self) -> &'static str {
        match self {
            Self::Mp3 { .. } => "mp3,aac,flac",
            Self::Adts => "aac",
            Self::Mp4 => "mov,mp4,m4a,3gp,3g2,mj2",
            Self::Ogg => "ogg",
            Self::Flac => "flac",
            Self::Wav => "wav",
        }
    }
}

/// # Errors
/// What the file looks like instead.
pub(super) fn kind(head: &[u8]) -> Result<Kind, String> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let at = |from: usize, magic: &[u8]| head.get(from..).is_some_and(|rest| rest.starts_with(magic));
    if starts(b"ID3") {
        return Ok(Kind::Mp3 { counted: counted(head) });
    }
    if starts(b"OggS") {
        return Ok(Kind::Ogg);
    }
    if starts(b"fLaC") {
        return Ok(Kind::Flac);
    }
    if starts(b"RIFF") && at(8, b"WAVE") {
        return Ok(Kind::Wav);
    }
    if at(4, b"ftyp") {
        return Ok(Kind::Mp4);
    }
    // Frame headers: eleven bits set; then, for AAC, layer 0, for MP3, layer III.
    match head {
        [0xFF, second, ..] if second & 0xF6 == 0xF0 => Ok(Kind::Adts),
        [0xFF, second, ..] if second & 0xE6 == 0xE2 => Ok(Kind::Mp3 { counted: counted(head) }),
        _ => Err(otherwise(head)),
    }
}

fn counted(head: &[u8]) -> bool {
    head.windows(4).any(|word| matches!(word, b"Xing" | b"Info" | b"VBRI"))
}

fn otherwise(head: &[u8]) -> String {
    let known: [(&[u8], &str); 8] = [
        (b"PK", "it is a ZIP archive"),
        (b"%PDF", "it is a PDF"),
        (b"\x89PNG", "it is a PNG picture"),
        (b"\xFF\xD8", "it is a JPEG picture"),
        (b"\x1A\x45\xDF\xA3", "it is a Matroska or WebM film"),
        (b"RIFF", "it is a RIFF file without sound"),
        (b"<", "it is a web page or XML"),
        (b"version https://git-lfs", "it is a pointer to a file that was not fetched"),
    ];
    if head.is_empty() {
        return "it is empty".to_owned();
    }
    let found = known.iter().find(|(magic, _)| head.starts_with(magic));
    found.map_or_else(|| format!("it begins with {:02x?}", &head[..head.len().min(4)]), |(_, what)| (*what).to_owned())
}

/// True if the last page in the file's end is whole and marked as the last of its stream.
pub(super) fn ogg_ends(tail: &[u8]) -> bool {
    const LAST: u8 = 4;
    /// Where the number of segments stands in a page's header; their lengths follow.
    const SEGMENTS: usize = 26;
    let Some(start) = tail.windows(5).rposition(|bytes| bytes == b"OggS\0") else { return false };
    let page = &tail[start..];
    let Some((&segments, rest)) = page.get(SEGMENTS..).and_then(<[u8]>::split_first) else { return false };
    let Some((lengths, body)) = rest.split_at_checked(usize::from(segments)) else { return false };
    let length: usize = lengths.iter().map(|length| usize::from(*length)).sum();
    page[5] & LAST != 0 && body.len() >= length
}

/// Where the samples of a WAV file end by its own word, in bytes from its beginning; `None` where it does not say (a writer
/// that streams) or they do not begin within the head.
pub(super) fn wav_end(head: &[u8]) -> Option<u64> {
    let mut at = 12_usize;
    while let Some([a, b, c, d, size @ ..]) = head.get(at..at + 8) {
        let size = u32::from_le_bytes(size.try_into().ok()?);
        if [*a, *b, *c, *d] == *b"data" {
            return (size != u32::MAX && size != 0).then(|| at as u64 + 8 + u64::from(size));
        }
        at = at.checked_add(8)?.checked_add(usize::try_from(size).ok()?)?.checked_add(size as usize % 2)?;
    }
    None
}
