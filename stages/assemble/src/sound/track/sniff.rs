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

/// True if the last page in the file's end is marked as the last of its stream.
pub(super) fn ogg_ends(tail: &[u8]) -> bool {
    const LAST: u8 = 4;
    let page = tail.windows(6).rev().find(|bytes| bytes.starts_with(b"OggS\0"));
    page.is_some_and(|page| page[5] & LAST != 0)
}
