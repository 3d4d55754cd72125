//! One piece of a cut, coded on its own.

use bytes::Bytes;
use ffmpeg_next::Packet;
use ffmpeg_next::util::picture;

use super::video::{Coder, Purpose, VideoSpec};
use super::{EncodeError, FrameSource, Painted, picture_frame, quiet};
use crate::picture::PlanesMut;
use crate::segment::{CodedPacket, MIN_SEGMENT_FRAMES, Segment};
use crate::watch::Watch;

/// Codes `frames` frames, painted one by one straight into the encoder's planes, as a stream of its own: it begins with
/// a key frame, nothing in it refers to anything outside, and it can be joined to others of the same spec. Key frames
/// are at most 2 s apart; the last frame is never one.
///
/// # Errors
/// Any [`EncodeError`]; [`EncodeError::TooShort`] for less than [`MIN_SEGMENT_FRAMES`].
pub fn segment(
    spec: &VideoSpec,
    frames: u64,
    paint: &mut dyn FnMut(u64, &mut PlanesMut<'_>),
    watch: &dyn Watch,
) -> Result<Segment, EncodeError> {
    let frame = picture_frame(spec.width, spec.height)?;
    code(spec, frames, &mut Painted { frame, paint }, watch).map(|(segment, _)| segment)
}

/// The segment, and what the encoder says of itself in the stream (which is left out of the segment: it is the same 700
/// bytes in each).
pub(crate) fn code(
    spec: &VideoSpec,
    frames: u64,
    source: &mut dyn FrameSource,
    watch: &dyn Watch,
) -> Result<(Segment, Option<String>), EncodeError> {
    if frames < MIN_SEGMENT_FRAMES {
        return Err(EncodeError::TooShort { frames });
    }
    quiet();
    let mut coder = Coder::open(spec, Purpose::Segment)?;
    let mut packets = Packets::default();
    for at in 0..frames {
        if watch.is_cancelled() {
            return Err(EncodeError::Cancelled { frames: at });
        }
        coder.send(source.frame(at)?, at, kind(at, frames, spec.gop()))?;
        packets.drain(&mut coder)?;
        watch.frame_done(at + 1, frames);
    }
    coder.end()?;
    packets.drain(&mut coder)?;
    let delay = coder.delay();
    let segment =
        Segment::new((spec.width, spec.height, spec.fps), coder.headers().into(), delay, packets.coded(delay));
    let segment =
        segment.map_err(|fault| EncodeError::Unjoinable { name: super::hardware::libav_name(spec.encoder), fault })?;
    Ok((segment, packets.comment))
}

/// Codes `frames` frames as one stream and throws the packets away: what the encoder alone costs.
pub(crate) fn alone(spec: &VideoSpec, frames: u64, source: &mut dyn FrameSource) -> Result<u64, EncodeError> {
    quiet();
    let mut coder = Coder::open(spec, Purpose::Whole)?;
    let mut packet = Packet::empty();
    let mut bytes = 0;
    for at in 0..frames {
        coder.send(source.frame(at)?, at, picture::Type::None)?;
        while coder.receive(&mut packet)? {
            bytes += packet.size() as u64;
        }
    }
    coder.end()?;
    while coder.receive(&mut packet)? {
        bytes += packet.size() as u64;
    }
    Ok(bytes)
}

/// Key frames are spread evenly, so that a segment a little longer than 2 s does not end with one: its neighbour begins
/// with one, and two in a row that bear the same number are one picture to some decoders.
fn kind(at: u64, frames: u64, gop: u64) -> picture::Type {
    let groups = frames.div_ceil(gop);
    // The first frame of the group that this frame is in, or of the next.
    let starts = |group: u64| group * frames / groups;
    let group = (at * groups).div_ceil(frames);
    if starts(group) == at {
        picture::Type::I
    } else if at + 1 == frames {
        // Or else the encoder might find a new scene here.
        picture::Type::P
    } else {
        picture::Type::None
    }
}

#[derive(Default)]
struct Packets {
    bytes: Vec<u8>,
    /// End in `bytes`, time in frames, key frame or not.
    ends: Vec<(usize, i64, bool)>,
    comment: Option<String>,
}

impl Packets {
    fn drain(&mut self, coder: &mut Coder) -> Result<(), EncodeError> {
        let mut packet = Packet::empty();
        while coder.receive(&mut packet)? {
            let data = packet.data().unwrap_or_default();
            let data = if self.ends.is_empty() { self.without_comment(data) } else { data };
            self.bytes.extend_from_slice(data);
            self.ends.push((self.bytes.len(), packet.pts().unwrap_or(i64::MIN), packet.is_key()));
        }
        Ok(())
    }

    /// The first packet without the encoder's words about itself.
    fn without_comment<'a>(&mut self, data: &'a [u8]) -> &'a [u8] {
        let Some((unit, rest)) = leading_comment(data) else { return data };
        let text: Vec<u8> = unit.iter().copied().skip_while(|byte| *byte != b'x').collect();
        let text = String::from_utf8_lossy(&text);
        self.comment = Some(text.trim_end_matches(|c: char| c == '\0' || !c.is_ascii()).to_owned());
        rest
    }

    fn coded(&mut self, delay: u32) -> Vec<CodedPacket> {
        let bytes = Bytes::from(std::mem::take(&mut self.bytes));
        let mut start = 0;
        let packet = |(at, (end, pts, is_key)): (usize, (usize, i64, bool))| {
            let data = bytes.slice(start..end);
            start = end;
            CodedPacket { data, pts, dts: at as i64 - i64::from(delay), is_key }
        };
        self.ends.drain(..).enumerate().map(packet).collect()
    }
}

/// A packet's first unit, if it holds nothing but unregistered user data, and what follows it.
fn leading_comment(data: &[u8]) -> Option<(&[u8], &[u8])> {
    const SEI: u8 = 6;
    const USER_DATA: u8 = 5;
    let unit = data.strip_prefix(&[0, 0, 0, 1]).or_else(|| data.strip_prefix(&[0, 0, 1]))?;
    let [header, payload, ..] = unit else { return None };
    if header & 0x1F != SEI || *payload != USER_DATA {
        return None;
    }
    let end = unit.windows(3).position(|bytes| bytes == [0, 0, 1])?;
    // A start code of four bytes begins with one more zero.
    let end = if unit[..end].ends_with(&[0]) { end - 1 } else { end };
    Some((&unit[..end], &unit[end..]))
}

#[cfg(test)]
mod tests;
