//! The sound's track: AAC-LC, 48 kHz stereo, by libav's own encoder.

use ffmpeg_next::codec::Flags;
use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::util::channel_layout::ChannelLayout;
use ffmpeg_next::{Dictionary, Packet, Rational, codec, encoder, frame};

use super::mux::Mux;
use super::{EncodeError, EncodeSpec};
use crate::sound::{CHANNELS, SAMPLE_RATE};

/// Encoder, and the Debian package that brings it.
pub(super) const ENCODER: (&str, &str) = ("aac", "libavcodec59");
const NAME: &str = ENCODER.0;
const FORMAT: Sample = Sample::F32(Type::Planar);

/// Takes what the encoder gives.
pub(super) trait Sink {
    /// A packet of the track's stream, its times in `time_base`.
    fn take(&mut self, packet: &mut Packet, stream: usize, time_base: Rational) -> Result<(), EncodeError>;
}

impl Sink for Mux {
    fn take(&mut self, packet: &mut Packet, stream: usize, time_base: Rational) -> Result<(), EncodeError> {
        self.write(packet, stream, time_base)
    }
}

pub(super) struct Track<'a> {
    encoder: encoder::Audio,
    sound: &'a [f32],
    /// Stereo samples given to the encoder so far.
    sent: usize,
    stream: usize,
}

impl<'a> Track<'a> {
    pub(super) fn open(spec: &EncodeSpec<'_>, sound: &'a [f32]) -> Result<Self, EncodeError> {
        let found = encoder::find_by_name(NAME);
        let codec = found.ok_or(EncodeError::NoEncoder { name: NAME, package: ENCODER.1 })?;
        let refused = |source| EncodeError::Settings {
            name: NAME,
            settings: format!("{} bits a second", spec.audio_bitrate),
            source,
        };
        let mut context = codec::Context::new_with_codec(codec).encoder().audio().map_err(refused)?;
        context.set_rate(SAMPLE_RATE as i32);
        context.set_format(FORMAT);
        context.set_channel_layout(ChannelLayout::STEREO);
        context.set_bit_rate(spec.audio_bitrate as usize);
        context.set_time_base(Rational::new(1, SAMPLE_RATE as i32));
        context.set_flags(Flags::GLOBAL_HEADER | Flags::BITEXACT);
        let mut options = Dictionary::new();
        options.set("profile", "aac_low");
        options.set("threads", "1");
        let encoder = context.open_as_with(codec, options).map_err(refused)?;
        Ok(Self { encoder, sound, sent: 0, stream: 0 })
    }

    pub(super) fn join(&mut self, mux: &mut Mux) -> Result<(), EncodeError> {
        self.stream = mux.add(self.encoder.as_ref(), None)?;
        Ok(())
    }

    /// What a decoder must know of this track.
    pub(super) fn parameters(&self) -> codec::Parameters {
        codec::Parameters::from(&self.encoder)
    }

    /// Encodes whole AAC frames until `samples` stereo samples are covered, so that picture and sound stay side by side
    /// in the file and little waits in memory.
    pub(super) fn encode_until(&mut self, samples: u64, sink: &mut dyn Sink) -> Result<(), EncodeError> {
        while (self.sent as u64) < samples && self.sent + self.block() <= self.total() {
            self.send(self.block(), sink)?;
        }
        Ok(())
    }

    pub(super) fn finish(&mut self, sink: &mut dyn Sink) -> Result<(), EncodeError> {
        while self.sent < self.total() {
            self.send(self.block().min(self.total() - self.sent), sink)?;
        }
        self.encoder.send_eof().map_err(failed)?;
        self.drain(sink)
    }

    fn total(&self) -> usize {
        self.sound.len() / CHANNELS
    }

    fn block(&self) -> usize {
        self.encoder.frame_size().max(1) as usize
    }

    fn send(&mut self, count: usize, sink: &mut dyn Sink) -> Result<(), EncodeError> {
        let mut frame = frame::Audio::new(FORMAT, count, ChannelLayout::STEREO);
        if frame.planes() < CHANNELS {
            return Err(failed(ffmpeg_next::Error::Other { errno: ffmpeg_next::error::ENOMEM }));
        }
        frame.set_rate(SAMPLE_RATE);
        frame.set_pts(Some(self.sent as i64));
        let block = &self.sound[self.sent * CHANNELS..][..count * CHANNELS];
        for channel in 0..CHANNELS {
            let plane = frame.plane_mut::<f32>(channel);
            plane.iter_mut().zip(block.iter().skip(channel).step_by(CHANNELS)).for_each(|(to, from)| *to = *from);
        }
        self.encoder.send_frame(&frame).map_err(failed)?;
        self.sent += count;
        self.drain(sink)
    }

    fn drain(&mut self, sink: &mut dyn Sink) -> Result<(), EncodeError> {
        let mut packet = Packet::empty();
        while super::received(self.encoder.receive_packet(&mut packet)).map_err(failed)? {
            sink.take(&mut packet, self.stream, Rational::new(1, SAMPLE_RATE as i32))?;
        }
        Ok(())
    }
}

pub(super) fn failed(source: ffmpeg_next::Error) -> EncodeError {
    EncodeError::Encode { what: "sound", source }
}
