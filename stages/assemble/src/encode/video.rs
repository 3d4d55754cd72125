//! The picture's track: H.264 High through libx264, or through a hardware encoder where one is configured and works.

use ffmpeg_next::codec::Flags;
use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::util::{color, picture};
use ffmpeg_next::{Dictionary, Packet, Rational, codec, encoder, frame};
use reelpress_config::VideoEncoder;

use super::hardware::{self, Upload};
use super::{EncodeError, GOP_SECONDS, libav};
use crate::native;

/// Encoder, and the Debian package that brings it.
pub(super) const ENCODER: (&str, &str) = ("libx264", "libavcodec59");

/// How pictures are coded. Segments of equal specs, made by the same build of the encoder, can be joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoSpec {
    /// Pixels; even.
    pub width: u32,
    /// Pixels; even.
    pub height: u32,
    /// Frames a second; 1 or more.
    pub fps: u32,
    /// Who encodes.
    pub encoder: VideoEncoder,
    /// x264's speed preset. Hardware encoders have their own.
    pub preset: String,
    /// x264's quality, 0 to 51. Hardware encoders take it for the nearest they have.
    pub crf: u32,
}

impl VideoSpec {
    /// Longest distance between two key frames, in frames; 2 or more.
    pub(crate) fn gop(&self) -> u64 {
        u64::from(self.fps) * u64::from(GOP_SECONDS)
    }
}

/// What an encoder is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A stream from its first frame to its last.
    Whole,
    /// A piece that is joined to others: nothing in its headers may depend on what it shows.
    Segment,
}

/// An opened encoder.
pub(super) struct Coder {
    encoder: encoder::Video,
    upload: Option<Upload>,
}

impl Coder {
    pub(super) fn open(spec: &VideoSpec, purpose: Purpose) -> Result<Self, EncodeError> {
        let name = hardware::libav_name(spec.encoder);
        let found = encoder::find_by_name(name);
        let codec = found.ok_or(EncodeError::NoEncoder { name, package: ENCODER.1 })?;
        let refused = |source| EncodeError::Settings {
            name,
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
        context.set_format(hardware::pixel_format(spec.encoder));
        context.set_time_base(time_base);
        context.set_frame_rate(Some(Rational::new(spec.fps as i32, 1)));
        context.set_aspect_ratio(Rational::new(1, 1));
        context.set_gop(spec.fps * GOP_SECONDS);
        context.set_flags(Flags::GLOBAL_HEADER | Flags::CLOSED_GOP | Flags::BITEXACT);
        let upload = hardware::prepare(spec, &mut context).map_err(refused)?;
        let encoder = context.open_as_with(codec, dictionary(spec, purpose)).map_err(refused)?;
        Ok(Self { encoder, upload })
    }

    /// Gives the encoder frame number `at`. `kind` says what it must become; `None` leaves it to the encoder.
    pub(super) fn send(&mut self, frame: &mut frame::Video, at: u64, kind: picture::Type) -> Result<(), EncodeError> {
        frame.set_pts(Some(at as i64));
        frame.set_kind(kind);
        match &self.upload {
            None => self.encoder.send_frame(frame),
            Some(upload) => upload.take(frame).and_then(|taken| self.encoder.send_frame(&taken)),
        }
        .map_err(failed)
    }

    /// Says that no frame follows.
    pub(super) fn end(&mut self) -> Result<(), EncodeError> {
        self.encoder.send_eof().map_err(failed)
    }

    /// True if a packet came, false if the encoder wants more frames first or has no more.
    pub(super) fn receive(&mut self, packet: &mut Packet) -> Result<bool, EncodeError> {
        super::received(self.encoder.receive_packet(packet)).map_err(failed)
    }

    /// The stream's headers (SPS and PPS), as the encoder gives them.
    pub(super) fn headers(&self) -> Vec<u8> {
        libav::headers(&self.encoder)
    }

    /// By how many frames decoding must run ahead of showing; the same for equal specs.
    pub(super) fn delay(&self) -> u32 {
        libav::delay(&self.encoder)
    }
}

fn dictionary(spec: &VideoSpec, purpose: Purpose) -> Dictionary<'static> {
    let mut dictionary = Dictionary::new();
    for (key, value) in options(spec, purpose) {
        dictionary.set(key, &value);
    }
    dictionary
}

/// Every option that an encoder gets beside size, rate and GOP length.
pub(super) fn options(spec: &VideoSpec, purpose: Purpose) -> Vec<(&'static str, String)> {
    let mut options: Vec<(&'static str, String)> = [
        ("color_primaries", "bt709"),
        ("color_trc", "bt709"),
        ("colorspace", "bt709"),
        ("color_range", "tv"),
        ("chroma_sample_location", "left"),
    ]
    .map(|(key, value)| (key, value.to_owned()))
    .into();
    options.extend(match spec.encoder {
        VideoEncoder::X264 => x264(spec, purpose),
        VideoEncoder::Nvenc
        | VideoEncoder::Qsv
        | VideoEncoder::Vaapi
        | VideoEncoder::V4l2m2m
        | VideoEncoder::VideoToolbox => hardware::options(spec),
    });
    options
}

fn x264(spec: &VideoSpec, purpose: Purpose) -> Vec<(&'static str, String)> {
    let mut options = vec![
        ("preset", spec.preset.clone()),
        ("crf", spec.crf.to_string()),
        ("profile", "high".to_owned()),
        // The fastest presets turn off what makes a stream High; platforms ask for High.
        ("8x8dct", "1".to_owned()),
        // One thread for each encode is the best throughput of a core, and the same bytes on every machine.
        ("threads", "1".to_owned()),
    ];
    // Or else x264's macroblock tree rounds differently with AVX2 than without (2 % of its time).
    let mut more = "cpu-independent=1".to_owned();
    // The slower presets look at 30 to 60 frames ahead, which takes more than the 400 MB of a worker.
    if !matches!(spec.preset.as_str(), "ultrafast" | "superfast" | "veryfast" | "faster") {
        more.push_str(":rc-lookahead=20");
    }
    if purpose == Purpose::Segment {
        options.push(("forced-idr", "1".to_owned()));
        more.push_str(":stitchable=1");
    }
    options.push(("x264-params", more));
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
