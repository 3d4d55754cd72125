//! The picture's track: H.264 High through libx264.

use ffmpeg_next::codec::Flags;
use ffmpeg_next::util::color;
use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::{Dictionary, Packet, Rational, codec, encoder, frame};

use super::mux::Mux;
use super::{EncodeError, EncodeSpec, GOP_SECONDS};
use crate::native;

/// Encoder, and the Debian package that brings it.
pub(super) const ENCODER: (&str, &str) = ("libx264", "libavcodec59");
const NAME: &str = ENCODER.0;

pub(super) struct Track {
    encoder: encoder::Video,
    time_base: Rational,
    stream: usize,
}

impl Track {
    pub(super) fn open(spec: &EncodeSpec<'_>) -> Result<Self, EncodeError> {
        let found = encoder::find_by_name(NAME);
        let codec = found.ok_or(EncodeError::NoEncoder { name: NAME, package: ENCODER.1 })?;
        let refused = |source| EncodeError::Settings {
            name: NAME,
            settings: format!(
                "{}x{} pixels at {} frames a second, preset `{}`, crf {}",
                spec.width, spec.height, spec.fps, spec.preset, spec.crf
            ),
            source,
        };
        let time_base = Rational::new(1, spec.fps as i32);
        let mut context = codec::Context::new_with_codec(codec).encoder().video().map_err(refused)?;
        context.set_width(spec.width);
        context.set_height(spec.height);
        context.set_format(Pixel::YUV420P);
        context.set_time_base(time_base);
        context.set_frame_rate(Some(Rational::new(spec.fps as i32, 1)));
        context.set_aspect_ratio(Rational::new(1, 1));
        context.set_gop(spec.fps * GOP_SECONDS);
        context.set_flags(Flags::GLOBAL_HEADER | Flags::CLOSED_GOP | Flags::BITEXACT);
        let encoder = context.open_as_with(codec, options(spec)).map_err(refused)?;
        Ok(Self { encoder, time_base, stream: 0 })
    }

    pub(super) fn join(&mut self, mux: &mut Mux, spec: &EncodeSpec<'_>) -> Result<(), EncodeError> {
        self.stream = mux.add(self.encoder.as_ref(), Some(Rational::new(spec.fps as i32, 1)))?;
        Ok(())
    }

    pub(super) fn encode(&mut self, frame: &mut frame::Video, at: u64, mux: &mut Mux) -> Result<(), EncodeError> {
        frame.set_pts(Some(at as i64));
        self.encoder.send_frame(frame).map_err(failed)?;
        self.drain(mux)
    }

    pub(super) fn finish(&mut self, mux: &mut Mux) -> Result<(), EncodeError> {
        self.encoder.send_eof().map_err(failed)?;
        self.drain(mux)
    }

    fn drain(&mut self, mux: &mut Mux) -> Result<(), EncodeError> {
        let mut packet = Packet::empty();
        while super::received(self.encoder.receive_packet(&mut packet)).map_err(failed)? {
            // The muxer takes the last frame's length from here.
            packet.set_duration(1);
            mux.write(&mut packet, self.stream, self.time_base)?;
        }
        Ok(())
    }
}

fn options(spec: &EncodeSpec<'_>) -> Dictionary<'static> {
    let mut options = Dictionary::new();
    for (key, value) in [
        ("preset", spec.preset),
        ("crf", spec.crf.to_string().as_str()),
        ("profile", "high"),
        // The fastest presets turn off what makes a stream High; platforms ask for High.
        ("8x8dct", "1"),
        // One thread for each encode is the best throughput of a core, and the same bytes on every machine.
        ("threads", "1"),
        ("color_primaries", "bt709"),
        ("color_trc", "bt709"),
        ("colorspace", "bt709"),
        ("color_range", "tv"),
        ("chroma_sample_location", "left"),
    ] {
        options.set(key, value);
    }
    options
}

/// A frame with planes of its own, ready to be painted.
pub(crate) fn picture_frame(width: u32, height: u32) -> Result<frame::Video, EncodeError> {
    let mut frame = frame::Video::new(Pixel::YUV420P, width, height);
    // The constructor does not say when memory ran out: there are no planes then.
    if frame.planes() < 3 || native::planes_mut(&mut frame).is_none() {
        return Err(EncodeError::Memory { width, height });
    }
    frame.set_color_space(color::Space::BT709);
    frame.set_color_range(color::Range::MPEG);
    frame.set_color_primaries(color::Primaries::BT709);
    frame.set_color_transfer_characteristic(color::TransferCharacteristic::BT709);
    Ok(frame)
}

fn failed(source: ffmpeg_next::Error) -> EncodeError {
    EncodeError::Encode { what: "picture", source }
}
