//! Segments as bytes.
//!
//! All numbers are little-endian. `reelseg` and the version (8 bytes), the length of it all (8); the components: how many
//! (1), and for each the name's length (1), the name and its hash (32); width, height, frames a second, delay, how many
//! packets and the headers' length (4 each), the headers; for each packet its length with the key frame's mark in the
//! lowest bit (4) and the frame it is shown at (4); the packets' bytes; blake3 of everything before (32).

use std::borrow::Cow;

use bytes::{Buf, BufMut, Bytes, BytesMut};

use super::key::{Components, MAX_COMPONENTS, MAX_NAME, SegmentKey};
use super::{CodedPacket, Segment, SegmentFault};

const MAGIC: &[u8; 7] = b"reelseg";
const VERSION: u8 = 1;
const HASH: usize = 32;
const START: usize = 16;

/// As many bytes from the start as hold the components at most.
pub(super) const HEAD_BYTES: u64 = (START + 1 + MAX_COMPONENTS * (1 + MAX_NAME + HASH)) as u64;

/// Why stored bytes are not the segment they should be. To whoever needs the segment it is as if it were not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// Nothing that this program wrote.
    #[error("these {bytes} bytes are no segment")]
    Foreign {
        /// How many there are.
        bytes: usize,
    },
    /// Written by another version.
    #[error("the segment is of format {version}, not {VERSION}")]
    Version {
        /// Which one.
        version: u8,
    },
    /// A part is missing, or something hangs on.
    #[error("the segment has {bytes} bytes, not {expected}")]
    Length {
        /// How many there are.
        bytes: u64,
        /// How many there should be.
        expected: u64,
    },
    /// Not what was written.
    #[error("the segment's bytes do not fit its checksum")]
    Checksum,
    /// It lies under another one's name.
    #[error("the segment is {found}, not {expected}")]
    Mistaken {
        /// What it is.
        found: SegmentKey,
        /// Whose place it has.
        expected: SegmentKey,
    },
    /// The checksum fits and the content makes no sense.
    #[error("the segment's {what} makes no sense")]
    Content {
        /// Which part.
        what: &'static str,
    },
    /// It is whole and cannot be joined.
    #[error("the segment cannot be used")]
    Fault(#[source] SegmentFault),
}

/// A segment as it is stored.
pub(super) fn write(segment: &Segment, components: &Components) -> Bytes {
    let head = 25 + components.iter().map(|(name, _)| 1 + name.len() + HASH).sum::<usize>() + segment.headers.len();
    let mut bytes =
        BytesMut::with_capacity(head + 24 + segment.packets.len() * 8 + segment.coded_bytes() as usize + HASH);
    bytes.put_slice(MAGIC);
    bytes.put_u8(VERSION);
    bytes.put_u64_le(0);
    bytes.put_u8(components.iter().len() as u8);
    for (name, hash) in components.iter() {
        bytes.put_u8(name.len() as u8);
        bytes.put_slice(name.as_bytes());
        bytes.put_slice(hash);
    }
    let (width, height, fps) = segment.canvas;
    let counts = [width, height, fps, segment.delay, segment.packets.len() as u32, segment.headers.len() as u32];
    for count in counts {
        bytes.put_u32_le(count);
    }
    bytes.put_slice(&segment.headers);
    for packet in &segment.packets {
        bytes.put_u32_le((packet.data.len() as u32) << 1 | u32::from(packet.is_key));
        bytes.put_u32_le(packet.pts as u32);
    }
    segment.packets.iter().for_each(|packet| bytes.put_slice(&packet.data));
    let length = (bytes.len() + HASH) as u64;
    bytes[8..START].copy_from_slice(&length.to_le_bytes());
    let hash = blake3::hash(&bytes);
    bytes.put_slice(hash.as_bytes());
    bytes.freeze()
}

/// The segment in `bytes`, which should be the one of `key`. Its packets share the bytes.
pub(super) fn read(bytes: &Bytes, key: &SegmentKey) -> Result<Segment, Damage> {
    check_start(bytes, bytes.len() as u64)?;
    let (content, hash) = bytes.split_at(bytes.len() - HASH);
    if blake3::hash(content) != *<&[u8; HASH]>::try_from(hash).map_err(|_| Damage::Checksum)? {
        return Err(Damage::Checksum);
    }
    let mut rest = bytes.slice(START..content.len());
    let components = components(&mut rest)?;
    if components.key() != *key {
        return Err(Damage::Mistaken { found: components.key(), expected: *key });
    }
    segment(rest)
}

/// The components of the segment of which `head` is the beginning ([`HEAD_BYTES`] or all) and `length` the size. The
/// checksum is not looked at.
pub(super) fn read_head(head: &Bytes, length: u64, key: &SegmentKey) -> Result<Components, Damage> {
    check_start(head, length)?;
    let components = components(&mut head.slice(START..))?;
    if components.key() != *key {
        return Err(Damage::Mistaken { found: components.key(), expected: *key });
    }
    Ok(components)
}

fn check_start(bytes: &Bytes, length: u64) -> Result<(), Damage> {
    let foreign = Damage::Foreign { bytes: bytes.len() };
    let Some(mut rest) = bytes.get(..START).and_then(|start| start.strip_prefix(MAGIC)) else { return Err(foreign) };
    let version = rest.get_u8();
    if version != VERSION {
        return Err(Damage::Version { version });
    }
    let expected = rest.get_u64_le();
    if expected != length || length < (START + HASH) as u64 {
        return Err(Damage::Length { bytes: length, expected });
    }
    Ok(())
}

fn components(rest: &mut Bytes) -> Result<Components, Damage> {
    const WRONG: Damage = Damage::Content { what: "list of components" };
    let mut components = Components::new();
    for _ in 0..rest.try_get_u8().map_err(|_| WRONG)? {
        let length = usize::from(rest.try_get_u8().map_err(|_| WRONG)?);
        if rest.len() < length + HASH {
            return Err(WRONG);
        }
        let name = String::from_utf8(rest.split_to(length).to_vec()).map_err(|_| WRONG)?;
        let mut hash = [0; HASH];
        rest.copy_to_slice(&mut hash);
        components.add(Cow::Owned(name), hash).ok_or(WRONG)?;
    }
    Ok(components)
}

fn segment(mut rest: Bytes) -> Result<Segment, Damage> {
    const COUNTS: Damage = Damage::Content { what: "head" };
    const PACKETS: Damage = Damage::Content { what: "list of packets" };
    let mut counts = [0_u32; 6];
    for count in &mut counts {
        *count = rest.try_get_u32_le().map_err(|_| COUNTS)?;
    }
    let [width, height, fps, delay, packets, headers] = counts;
    let (packets, headers) = (packets as usize, headers as usize);
    if rest.len() < headers {
        return Err(COUNTS);
    }
    let headers = rest.split_to(headers);
    if rest.len() / 8 < packets {
        return Err(PACKETS);
    }
    let mut list = rest.split_to(packets * 8);
    let mut read = Vec::with_capacity(packets);
    for at in 0..packets {
        let length = list.get_u32_le();
        let (length, is_key) = ((length >> 1) as usize, length & 1 == 1);
        let pts = i64::from(list.get_u32_le());
        if rest.len() < length {
            return Err(PACKETS);
        }
        read.push(CodedPacket { data: rest.split_to(length), pts, dts: at as i64 - i64::from(delay), is_key });
    }
    if !rest.is_empty() {
        return Err(PACKETS);
    }
    Segment::new((width, height, fps), headers, delay, read).map_err(Damage::Fault)
}
