//! The sound's track: AAC-LC, 48 kHz stereo, by libav's own encoder. It is coded once, listened to, and its packets are
//! copied into the file.

use std::fmt;

use ffmpeg_next::codec::Flags;
use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::util::channel_layout::ChannelLayout;
use ffmpeg_next::{Dictionary, Packet, Rational, codec, encoder, frame, packet};

use super::rehearsal::heard;
use super::{EncodeError, quiet};
use crate::error::AssembleError;
use crate::sound::{self, CHANNELS, Loudness, SAMPLE_RATE, SoundError, SoundOrder, Stereo};

/// Encoder, and the Debian package that brings it.
pub(super) const ENCODER: (&str, &str) = ("aac", "libavcodec59");
const NAME: &str = ENCODER.0;
const FORMAT: Sample = Sample::F32(Type::Planar);
/// Measured over a minute of speech and music at 128 kbit/s (noise against a masking threshold, as in ISO/IEC 11172-3,
/// annex D, in 25 Bark bands):
///
/// | settings | CPU a second | SNR | noise above the mask |
/// | --- | --- | --- | --- |
/// | `twoloop` (libav's default) | 22 ms | 33 dB | 21 % of bands |
/// | `fast` | 7.0 ms | 42 dB | 6.7 % |
/// | `fast`, no TNS | 6.7 ms | 43 dB | 5.7 % |
/// | `fast`, no TNS, no PNS, no intensity stereo | 6.6 ms | 42 dB | 7.0 % |
/// | ... and no mid/side stereo | 6.6 ms | 37 dB | 22 % |
///
/// So the fast search is the better one here, too; noise shaping in time costs bits that a voice in the middle needs; and
/// noise substitution saves none, and would put other noise where the mix has its own.
const SETTINGS: [(&str, &str); 5] =
    [("profile", "aac_low"), ("threads", "1"), ("aac_coder", "fast"), ("aac_tns", "0"), ("aac_pns", "0")];
/// How often a mix may be coded again: once for nearly all whose coded peaks stand out, once more where the loudness that was
/// foretold is not the one that is heard.
const ROUNDS: usize = 8;
/// A sound that is as near as this to its loudness is not coded again, in LU.
const CLOSE_ENOUGH_LU: f64 = 0.15;
/// In the later rounds the peaks count for more than the loudness, which may then miss by this much, in LU: a listener hears
/// a broken peak, and not a decibel.
const LOOSE_LU: f64 = 1.0;

/// A mix as AAC, ready to be copied into a file, and what is heard of it.
#[derive(Clone)]
pub struct CodedSound {
    parameters: codec::Parameters,
    packets: Vec<SoundPacket>,
    priming: u32,
    samples: u64,
    loudness: Loudness,
}

/// One AAC frame. Times are in samples at 48 kHz; the frames before time 0 are the priming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoundPacket {
    /// When its first sample is heard.
    pub pts: i64,
    /// When it is decoded; sound has no reordering, so the same.
    pub dts: i64,
    /// Samples: 1,024, but for the last.
    pub duration: i64,
    /// A raw AAC frame.
    pub data: Vec<u8>,
}

impl SoundPacket {
    /// For a muxer or a decoder; its times are in 1/48,000 s.
    pub(crate) fn to_packet(&self) -> Packet {
        let mut packet = Packet::copy(&self.data);
        packet.set_pts(Some(self.pts));
        packet.set_dts(Some(self.dts));
        packet.set_duration(self.duration);
        packet.set_flags(packet::Flags::KEY);
        packet
    }
}

impl fmt::Debug for CodedSound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("CodedSound");
        shown.field("packets", &self.packets.len()).field("priming", &self.priming);
        shown.field("samples", &self.samples).field("loudness", &self.loudness).finish_non_exhaustive()
    }
}

impl CodedSound {
    /// What a decoder must know (with the extradata, and the priming for the container).
    #[must_use]
    pub fn parameters(&self) -> &codec::Parameters {
        &self.parameters
    }

    /// The frames in order.
    #[must_use]
    pub fn packets(&self) -> &[SoundPacket] {
        &self.packets
    }

    /// The same sound with two of its frames in each other's place.
    #[cfg(test)]
    pub(super) fn swapped(mut self, one: usize, other: usize) -> Self {
        self.packets.swap(one, other);
        self
    }

    /// Samples a decoder gives before the first of the mix.
    #[must_use]
    pub fn priming(&self) -> u32 {
        self.priming
    }

    /// Stereo samples of the mix.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// Of what is heard: measured after decoding these very packets.
    #[must_use]
    pub fn loudness(&self) -> Loudness {
        self.loudness
    }

    /// What a player makes of it.
    ///
    /// # Errors
    /// [`EncodeError::Encode`].
    pub fn decoded(&self) -> Result<Stereo, EncodeError> {
        heard(&self.parameters, &self.packets, self.samples as usize)
    }
}

/// Mixes and codes a sound: once, unless its true peak, measured on the decoded packets, breaks the limit; then it is made
/// softer there and coded again.
///
/// # Errors
/// [`AssembleError::Sound`] or [`AssembleError::Encode`].
pub fn code_sound(order: &SoundOrder<'_>, bitrate: u32) -> Result<CodedSound, AssembleError> {
    quiet();
    let (limit, wanted) = (order.true_peak_dbtp, order.loudness_lufs);
    let mut aim = order.clone();
    let mut mix = sound::mixed(&aim).map_err(AssembleError::Sound)?;
    let mut reached = f64::INFINITY;
    for round in 0..=ROUNDS {
        let (parameters, priming, packets) = coded(&mix, bitrate).map_err(AssembleError::Encode)?;
        let heard = heard(&parameters, &packets, mix.len()).map_err(AssembleError::Encode)?;
        let loudness = sound::measured(&heard);
        reached = loudness.true_peak_dbtp;
        if reached > limit {
            sound::soften(&mut mix, &heard, limit, round);
            continue;
        }
        let off = wanted - loudness.integrated_lufs;
        // A mix whose peaks had to be turned down so often will not be made louder without breaking them again.
        let enough = if round <= ROUNDS / 2 { CLOSE_ENOUGH_LU } else { LOOSE_LU };
        if off.abs() <= enough {
            return Ok(CodedSound { parameters, packets, priming, samples: mix.len() as u64, loudness });
        }
        if round == ROUNDS || !off.is_finite() {
            let reached = loudness.integrated_lufs;
            return Err(AssembleError::Sound(SoundError::Loudness { reached, wanted, peak: limit }));
        }
        aim.loudness_lufs += off;
        mix = sound::mixed(&aim).map_err(AssembleError::Sound)?;
    }
    Err(AssembleError::Sound(SoundError::Peak { reached, limit }))
}

/// A whole mix through the encoder: parameters, priming, packets.
fn coded(mix: &Stereo, bitrate: u32) -> Result<(codec::Parameters, u32, Vec<SoundPacket>), EncodeError> {
    let mut coder = Coder { encoder: open(bitrate)?, packets: Vec::new() };
    let parameters = codec::Parameters::from(&coder.encoder);
    let block = coder.encoder.frame_size().max(1) as usize;
    for (at, (left, right)) in mix.left.chunks(block).zip(mix.right.chunks(block)).enumerate() {
        coder.send([left, right], (at * block) as i64)?;
    }
    coder.encoder.send_eof().map_err(failed)?;
    coder.drain()?;
    let priming = coder.packets.first().map_or(0, |first| first.pts.min(0).unsigned_abs() as u32);
    Ok((parameters, priming, coder.packets))
}

fn open(bitrate: u32) -> Result<encoder::Audio, EncodeError> {
    let found = encoder::find_by_name(NAME);
    let codec = found.ok_or(EncodeError::NoEncoder { name: NAME, package: ENCODER.1 })?;
    let refused = |source| EncodeError::Settings { name: NAME, settings: format!("{bitrate} bits a second"), source };
    let mut context = codec::Context::new_with_codec(codec).encoder().audio().map_err(refused)?;
    context.set_rate(SAMPLE_RATE as i32);
    context.set_format(FORMAT);
    context.set_channel_layout(ChannelLayout::STEREO);
    context.set_bit_rate(bitrate as usize);
    context.set_time_base(Rational::new(1, SAMPLE_RATE as i32));
    context.set_flags(Flags::GLOBAL_HEADER | Flags::BITEXACT);
    let mut options = Dictionary::new();
    for (key, value) in SETTINGS {
        options.set(key, value);
    }
    context.open_as_with(codec, options).map_err(refused)
}

struct Coder {
    encoder: encoder::Audio,
    packets: Vec<SoundPacket>,
}

impl Coder {
    fn send(&mut self, block: [&[f32]; CHANNELS], pts: i64) -> Result<(), EncodeError> {
        let mut frame = frame::Audio::new(FORMAT, block[0].len(), ChannelLayout::STEREO);
        if frame.planes() < CHANNELS {
            return Err(failed(ffmpeg_next::Error::Other { errno: ffmpeg_next::error::ENOMEM }));
        }
        frame.set_rate(SAMPLE_RATE);
        frame.set_pts(Some(pts));
        for (channel, samples) in block.into_iter().enumerate() {
            frame.plane_mut::<f32>(channel).copy_from_slice(samples);
        }
        self.encoder.send_frame(&frame).map_err(failed)?;
        self.drain()
    }

    fn drain(&mut self) -> Result<(), EncodeError> {
        let mut packet = Packet::empty();
        while super::received(self.encoder.receive_packet(&mut packet)).map_err(failed)? {
            let pts = packet.pts().unwrap_or_default();
            let dts = packet.dts().unwrap_or(pts);
            let data = packet.data().unwrap_or_default().to_vec();
            self.packets.push(SoundPacket { pts, dts, duration: packet.duration(), data });
        }
        Ok(())
    }
}

pub(super) fn failed(source: ffmpeg_next::Error) -> EncodeError {
    EncodeError::Encode { what: "sound", source }
}

#[cfg(test)]
mod tests;
