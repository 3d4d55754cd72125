//! Segments: coded pieces of cuts, each the body of a scene or a transition between two, kept by the hash of everything
//! that makes their pixels.

mod flight;
mod format;
mod index;
mod key;
mod store;

use bytes::Bytes;

use crate::encode::GOP_SECONDS;

pub use format::Damage;
pub use index::{Gone, Reason};
pub use key::{Components, SegmentKey};
pub use store::{Fetched, SegmentStore, SegmentUsage};

/// Shortest segment. Each begins with an IDR picture that bears the number 0; two of them in a row with nothing between
/// would be one picture to a decoder that goes by the standard.
pub const MIN_SEGMENT_FRAMES: u64 = 2;

/// By as much may H.264 reorder frames.
const MAX_DELAY: u32 = 16;

/// Longest segment: an hour at 120 frames a second. A cut is far shorter.
const MAX_SEGMENT_FRAMES: u64 = 432_000;

/// A closed piece of H.264: its first packet is an IDR picture and nothing in it refers to anything outside. Segments
/// with the same headers, canvas and delay can be played one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    canvas: (u32, u32, u32),
    headers: Bytes,
    delay: u32,
    packets: Vec<CodedPacket>,
}

/// One coded frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodedPacket {
    /// The coded bytes, with start codes (Annex B).
    pub data: Bytes,
    /// When it is shown, in frames from the segment's start.
    pub pts: i64,
    /// When it is decoded, in frames: its place in the row less the delay. Never later than `pts`.
    pub dts: i64,
    /// True if decoding can begin here.
    pub is_key: bool,
}

/// Why coded packets are no segment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SegmentFault {
    /// Too few or far too many frames.
    #[error("it has {frames} frames, not {MIN_SEGMENT_FRAMES} to {MAX_SEGMENT_FRAMES}")]
    Length {
        /// How many it has.
        frames: usize,
    },
    /// No size or no rate.
    #[error("it has no picture: {width}x{height} pixels at {fps} frames a second")]
    Canvas {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Frames a second.
        fps: u32,
    },
    /// More frames ahead than any decoder holds.
    #[error("its frames are reordered by {delay}, not 0 to {MAX_DELAY}")]
    Delay {
        /// By how many.
        delay: u32,
    },
    /// A decoder could not begin.
    #[error("its headers lack the {what}")]
    Headers {
        /// `SPS` or `PPS`.
        what: &'static str,
    },
    /// It does not begin as it must.
    #[error("its first packet is no IDR picture")]
    Start,
    /// It ends as it must not.
    #[error("its last packet is a key frame, as its neighbour's first")]
    End,
    /// A packet is not what it is said to be.
    #[error("packet {at} holds {found}")]
    Packet {
        /// Its place, from 0.
        at: usize,
        /// What is wrong with it.
        found: &'static str,
    },
    /// A frame is missing, there twice, or later than it is needed.
    #[error("packet {at} is shown at frame {pts}, which is outside, taken, or before it is decoded at {dts}")]
    Times {
        /// Its place, from 0.
        at: usize,
        /// When it is shown.
        pts: i64,
        /// When it is decoded.
        dts: i64,
    },
    /// Two key frames are too far apart.
    #[error("there is no key frame between frames {from} and {to}, more than {GOP_SECONDS} s")]
    Group {
        /// A key frame.
        from: i64,
        /// The next one, or the end.
        to: i64,
    },
}

impl Segment {
    /// A segment of a picture of `canvas` (width and height in pixels, frames a second), whose frames are reordered by
    /// `delay`. Everything that joining relies on is checked.
    ///
    /// # Errors
    /// The first [`SegmentFault`].
    pub fn new(
        canvas: (u32, u32, u32),
        headers: Bytes,
        delay: u32,
        packets: Vec<CodedPacket>,
    ) -> Result<Self, SegmentFault> {
        let segment = Self { canvas, headers, delay, packets };
        segment.check_shape()?;
        segment.check_packets()?;
        segment.check_groups()?;
        Ok(segment)
    }

    /// Width and height in pixels, frames a second.
    #[must_use]
    pub fn canvas(&self) -> (u32, u32, u32) {
        self.canvas
    }

    /// The stream's headers: SPS and PPS with start codes.
    #[must_use]
    pub fn headers(&self) -> &Bytes {
        &self.headers
    }

    /// By how many frames decoding runs ahead of showing.
    #[must_use]
    pub fn delay(&self) -> u32 {
        self.delay
    }

    /// The packets in the order of decoding; one for each frame.
    #[must_use]
    pub fn packets(&self) -> &[CodedPacket] {
        &self.packets
    }

    /// How many frames it shows.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.packets.len() as u64
    }

    /// The coded bytes of all packets.
    #[must_use]
    pub fn coded_bytes(&self) -> u64 {
        self.packets.iter().map(|packet| packet.data.len() as u64).sum()
    }

    fn check_shape(&self) -> Result<(), SegmentFault> {
        const SPS: u8 = 7;
        const PPS: u8 = 8;
        let (width, height, fps) = self.canvas;
        if width == 0 || height == 0 || fps == 0 {
            return Err(SegmentFault::Canvas { width, height, fps });
        }
        if self.frames() < MIN_SEGMENT_FRAMES || self.frames() > MAX_SEGMENT_FRAMES {
            return Err(SegmentFault::Length { frames: self.packets.len() });
        }
        if self.delay > MAX_DELAY {
            return Err(SegmentFault::Delay { delay: self.delay });
        }
        for (unit, what) in [(SPS, "SPS"), (PPS, "PPS")] {
            if !units(&self.headers).any(|kind| kind == unit) {
                return Err(SegmentFault::Headers { what });
            }
        }
        Ok(())
    }

    fn check_packets(&self) -> Result<(), SegmentFault> {
        const SLICE: u8 = 1;
        const IDR: u8 = 5;
        let mut shown = vec![false; self.packets.len()];
        for (at, packet) in self.packets.iter().enumerate() {
            let slice = units(&packet.data).find(|kind| (SLICE..=IDR).contains(kind));
            let found = match (slice, packet.is_key) {
                (None, _) => Some("no picture"),
                (Some(IDR), false) => Some("an IDR picture that is no key frame"),
                (Some(kind), true) if kind != IDR => Some("a key frame that is no IDR picture"),
                (Some(_), _) => None,
            };
            if let Some(found) = found {
                return Err(SegmentFault::Packet { at, found });
            }
            let dts = at as i64 - i64::from(self.delay);
            let place = usize::try_from(packet.pts).ok().and_then(|pts| shown.get_mut(pts));
            let is_free = place.is_some_and(|place| !std::mem::replace(place, true));
            if !is_free || packet.dts != dts || packet.pts < dts {
                return Err(SegmentFault::Times { at, pts: packet.pts, dts: packet.dts });
            }
        }
        Ok(())
    }

    fn check_groups(&self) -> Result<(), SegmentFault> {
        let is_start = |packet: &CodedPacket| packet.is_key && packet.pts == 0;
        if !self.packets.first().is_some_and(is_start) {
            return Err(SegmentFault::Start);
        }
        if self.packets.last().is_some_and(|packet| packet.is_key) {
            return Err(SegmentFault::End);
        }
        let longest = i64::from(self.canvas.2) * i64::from(GOP_SECONDS);
        let keys = self.packets.iter().filter(|packet| packet.is_key).map(|packet| packet.pts);
        let mut from = 0;
        for to in keys.chain([self.packets.len() as i64]) {
            if to - from > longest {
                return Err(SegmentFault::Group { from, to });
            }
            from = to;
        }
        Ok(())
    }
}

/// The kinds of the units in a stream with start codes, in order.
fn units(stream: &[u8]) -> impl Iterator<Item = u8> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let start = rest.windows(3).position(|bytes| bytes == [0, 0, 1])?;
        rest = &rest[start + 3..];
        rest.first().map(|header| header & 0x1F)
    })
}

#[cfg(test)]
mod tests;
