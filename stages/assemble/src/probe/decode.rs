//! Decodes a file whose headers passed. Only H.264 and AAC are let in, whatever else libav could decode.

use std::path::{Path, PathBuf};

use ffmpeg_next::codec::Id;
use ffmpeg_next::format::context::Input as Demuxer;
use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::util::color;
use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::{Dictionary, Error, Packet, Rational, codec, decoder, error, format, frame, media};

use super::stretches::Stretches;
use super::{Colour, DecodeReport, MediaReport, ProbeError, headers};
use crate::encode::quiet;
use crate::sound::{CHANNELS, Meter};
use crate::yuv::View;

/// 4320x7680; a decoder asked for more than this refuses before it takes memory.
const MOST_PIXELS: &str = "33177600";
/// Almost an hour at 30 frames a second.
const MOST_FRAMES: u64 = 100_000;
/// Reads that fail in a row before the rest of the file is given up.
const MOST_FAILED_READS: u32 = 50;
/// Sound packets of different encoders are rounded by up to this much.
const SOUND_TOLERANCE_MS: f64 = 2.0;

/// One decoded picture's brightness.
#[derive(Debug, Clone, Copy)]
pub struct LumaFrame<'a> {
    /// Pixels.
    pub width: usize,
    /// Pixels.
    pub height: usize,
    /// Bytes from one row to the next.
    pub stride: usize,
    /// `stride * height` bytes, 16 (black) to 235 (white).
    pub luma: &'a [u8],
    /// When it appears, in milliseconds.
    pub time_ms: f64,
}

/// Calls back with every picture of a file, in the order they are shown.
///
/// # Errors
/// Any [`ProbeError`], as from [`super::probe`].
pub fn luma_frames(path: &Path, visit: &mut dyn FnMut(&LumaFrame<'_>)) -> Result<(), ProbeError> {
    visit_pictures(path, &mut |picture| visit(&picture.luma()))
}

/// One decoded 4:2:0 picture.
pub(crate) struct Picture<'a> {
    frame: &'a frame::Video,
    time_ms: f64,
}

impl<'a> Picture<'a> {
    pub(crate) fn luma(&self) -> LumaFrame<'a> {
        LumaFrame {
            width: self.frame.width() as usize,
            height: self.frame.height() as usize,
            stride: self.frame.stride(0),
            luma: self.frame.data(0),
            time_ms: self.time_ms,
        }
    }

    pub(crate) fn to_rgb(&self) -> image::RgbImage {
        let frame = self.frame;
        let (y_stride, chroma_stride) = (frame.stride(0), frame.stride(1));
        View { y: frame.data(0), y_stride, u: frame.data(1), v: frame.data(2), chroma_stride }
            .to_rgb(frame.width(), frame.height())
    }
}

pub(crate) fn visit_pictures(path: &Path, visit: &mut dyn FnMut(&Picture<'_>)) -> Result<(), ProbeError> {
    struct Pictures<'a>(&'a mut dyn FnMut(&Picture<'_>));
    impl Visitor for Pictures<'_> {
        fn picture(&mut self, picture: &Picture<'_>) {
            (self.0)(picture);
        }
    }
    let report = headers::read(path)?;
    Input::open(path, &report)?.decode(&mut Pictures(visit))
}

/// Who else wants to see and hear what is decoded, so that a file is decoded once.
pub trait Observer {
    /// The next picture, in the order they are shown.
    fn picture(&mut self, picture: &YuvFrame<'_>);

    /// The next block of sound: two channels of the same length at so many samples a second; mono is given twice.
    fn sound(&mut self, rate: u32, left: &[f32], right: &[f32]);
}

/// One decoded 8-bit 4:2:0 picture with its colours.
#[derive(Debug, Clone, Copy)]
pub struct YuvFrame<'a> {
    /// Its brightness, its size and when it appears.
    pub luma: LumaFrame<'a>,
    /// Blue difference, half as wide and high.
    pub u: &'a [u8],
    /// Red difference.
    pub v: &'a [u8],
    /// Bytes from one row of `u` and `v` to the next.
    pub chroma_stride: usize,
    /// When the next one is due, in milliseconds.
    pub end_ms: f64,
}

/// Decodes everything and says what it saw; `observer` sees it, too.
pub(super) fn all(
    path: &Path,
    report: &MediaReport,
    observer: Option<&mut dyn Observer>,
) -> Result<DecodeReport, ProbeError> {
    let input = Input::open(path, report)?;
    let seen = Seen { frame_ms: input.frame_ms, ..Seen::default() };
    let mut both = Both { seen, observer };
    input.decode(&mut both)?;
    Ok(both.seen.report(report))
}

/// Ourselves, and somebody else.
struct Both<'a> {
    seen: Seen,
    observer: Option<&'a mut dyn Observer>,
}

impl Visitor for Both<'_> {
    fn picture(&mut self, picture: &Picture<'_>) {
        self.seen.picture(picture);
        if let Some(observer) = &mut self.observer {
            let (frame, luma) = (picture.frame, picture.luma());
            let (u, v, chroma_stride) = (frame.data(1), frame.data(2), frame.stride(1));
            // The planes of one frame have the same stride but in frames of a decoder that is not ours.
            if frame.stride(2) == chroma_stride {
                let end_ms = luma.time_ms + self.seen.frame_ms;
                observer.picture(&YuvFrame { luma, u, v, chroma_stride, end_ms });
            }
        }
    }

    fn sound(&mut self, samples: &frame::Audio, time_ms: f64) {
        self.seen.sound(samples, time_ms);
        if let (Some(observer), Some((left, right))) = (&mut self.observer, sides(samples)) {
            observer.sound(samples.rate(), left, right);
        }
    }

    fn error(&mut self) {
        self.seen.error();
    }
}

/// Both channels. The AAC decoder gives planes; mono is heard from both sides.
fn sides(samples: &frame::Audio) -> Option<(&[f32], &[f32])> {
    if samples.format() != Sample::F32(Type::Planar) || samples.planes() == 0 {
        return None;
    }
    Some((samples.plane::<f32>(0), samples.plane::<f32>(samples.planes().min(CHANNELS) - 1)))
}

/// Hears what comes out of the decoders.
trait Visitor {
    fn picture(&mut self, picture: &Picture<'_>);
    fn sound(&mut self, _samples: &frame::Audio, _time_ms: f64) {}
    fn error(&mut self) {}
}

/// An opened file.
struct Input {
    demuxer: Demuxer,
    video: Option<(usize, decoder::Video, Rational)>,
    audio: Option<(usize, decoder::Audio, Rational)>,
    /// Milliseconds from one frame to the next.
    frame_ms: f64,
    path: PathBuf,
}

impl Input {
    fn open(path: &Path, report: &MediaReport) -> Result<Self, ProbeError> {
        quiet();
        let declared = report.video.as_ref().map_or(0, |video| video.frames);
        if declared > MOST_FRAMES {
            let (value, limit) = (declared, MOST_FRAMES);
            return Err(ProbeError::TooLarge { path: path.to_owned(), what: "the number of frames", value, limit });
        }
        let failed = |source| ProbeError::Decode { action: "open", path: path.to_owned(), source };
        let text = path.to_str().filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| failed(Error::Other { errno: error::EINVAL }))?;
        let mut options = Dictionary::new();
        for (key, value) in [
            // A playlist or a list of files under another name must not make us open something else.
            ("format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2"),
            ("protocol_whitelist", "file"),
            ("codec_whitelist", "h264,aac"),
            ("max_streams", "16"),
        ] {
            options.set(key, value);
        }
        let demuxer = format::input_with_dictionary(&format!("file:{text}"), options).map_err(failed)?;
        let mut this = Self { demuxer, video: None, audio: None, frame_ms: 1_000.0 / 30.0, path: path.to_owned() };
        this.open_decoders().map_err(failed)?;
        Ok(this)
    }

    fn open_decoders(&mut self) -> Result<(), Error> {
        if let Some(stream) = self.demuxer.streams().best(media::Type::Video) {
            let rate = f64::from(stream.avg_frame_rate());
            if rate.is_finite() && rate > 0.0 {
                self.frame_ms = 1_000.0 / rate;
            }
            let decoder = opened(&stream, Id::H264)?.video()?;
            self.video = Some((stream.index(), decoder, stream.time_base()));
        }
        if let Some(stream) = self.demuxer.streams().best(media::Type::Audio) {
            let decoder = opened(&stream, Id::AAC)?.audio()?;
            self.audio = Some((stream.index(), decoder, stream.time_base()));
        }
        Ok(())
    }

    fn decode(mut self, visitor: &mut dyn Visitor) -> Result<(), ProbeError> {
        let (mut failures, mut frames) = (0, 0);
        loop {
            let mut packet = Packet::empty();
            match packet.read(&mut self.demuxer) {
                Ok(()) => failures = 0,
                Err(Error::Eof) => break,
                Err(source) => {
                    visitor.error();
                    failures += 1;
                    if failures >= MOST_FAILED_READS {
                        return Err(ProbeError::Decode { action: "decode", path: self.path, source });
                    }
                    continue;
                }
            }
            if packet.is_corrupt() {
                visitor.error();
            }
            if let Some((index, decoder, _)) = &mut self.video
                && *index == packet.stream()
            {
                if decoder.send_packet(&packet).is_err() {
                    visitor.error();
                }
                self.take_pictures(&mut frames, visitor)?;
            } else if let Some((index, decoder, _)) = &mut self.audio
                && *index == packet.stream()
            {
                if decoder.send_packet(&packet).is_err() {
                    visitor.error();
                }
                self.take_sound(visitor);
            }
        }
        if let Some((_, decoder, _)) = &mut self.video
            && decoder.send_eof().is_ok()
        {
            self.take_pictures(&mut frames, visitor)?;
        }
        if let Some((_, decoder, _)) = &mut self.audio
            && decoder.send_eof().is_ok()
        {
            self.take_sound(visitor);
        }
        Ok(())
    }

    fn take_pictures(&mut self, frames: &mut u64, visitor: &mut dyn Visitor) -> Result<(), ProbeError> {
        let Some((_, decoder, time_base)) = &mut self.video else { return Ok(()) };
        let mut frame = frame::Video::empty();
        loop {
            match decoder.receive_frame(&mut frame) {
                Ok(()) => {}
                Err(Error::Eof | Error::Other { errno: error::EAGAIN }) => return Ok(()),
                Err(_) => {
                    visitor.error();
                    return Ok(());
                }
            }
            *frames += 1;
            if *frames > MOST_FRAMES {
                let (value, limit) = (*frames, MOST_FRAMES);
                let path = self.path.clone();
                return Err(ProbeError::TooLarge { path, what: "the number of frames", value, limit });
            }
            if !matches!(frame.format(), Pixel::YUV420P | Pixel::YUVJ420P) || frame.planes() < 3 {
                let why = format!("its pictures are {:?}, not 8-bit 4:2:0", frame.format());
                return Err(ProbeError::Damaged { path: self.path.clone(), why });
            }
            if frame.is_corrupt() {
                visitor.error();
            }
            let time_ms = frame.timestamp().map_or(0.0, |at| at as f64 * f64::from(*time_base) * 1_000.0);
            visitor.picture(&Picture { frame: &frame, time_ms });
        }
    }

    fn take_sound(&mut self, visitor: &mut dyn Visitor) {
        let Some((_, decoder, time_base)) = &mut self.audio else { return };
        let mut frame = frame::Audio::empty();
        loop {
            match decoder.receive_frame(&mut frame) {
                Ok(()) => {}
                Err(Error::Eof | Error::Other { errno: error::EAGAIN }) => return,
                Err(_) => return visitor.error(),
            }
            let time_ms = frame.timestamp().map_or(0.0, |at| at as f64 * f64::from(*time_base) * 1_000.0);
            visitor.sound(&frame, time_ms);
        }
    }
}

fn opened(stream: &ffmpeg_next::Stream<'_>, wanted: Id) -> Result<decoder::Opened, Error> {
    let parameters = stream.parameters();
    if parameters.id() != wanted {
        return Err(Error::DecoderNotFound);
    }
    let codec = decoder::find(wanted).ok_or(Error::DecoderNotFound)?;
    let mut decoder = codec::Context::from_parameters(parameters)?.decoder();
    decoder.set_packet_time_base(stream.time_base());
    let mut options = Dictionary::new();
    options.set("threads", "1");
    options.set("max_pixels", MOST_PIXELS);
    // What cannot be decoded is an error to count, not a hole to paint over.
    options.set("err_detect", "explode");
    decoder.open_as_with(codec, options)
}

/// What a full look gathers.
#[derive(Default)]
struct Seen {
    frame_ms: f64,
    frames: u64,
    last_ms: Option<f64>,
    last_key_ms: Option<f64>,
    longest_gop_ms: f64,
    stretches: Stretches,
    colour: Option<Colour>,
    pixel_format: Option<Pixel>,
    gaps: u64,
    backward_steps: u64,
    errors: u64,
    meter: Option<Meter>,
    heard_until_ms: Option<f64>,
    audio_ms: f64,
}

impl Visitor for Seen {
    fn picture(&mut self, picture: &Picture<'_>) {
        let LumaFrame { width, height, stride, luma, time_ms } = picture.luma();
        self.frames += 1;
        if let Some(last) = self.last_ms {
            self.backward_steps += u64::from(time_ms <= last);
            self.gaps += u64::from(time_ms - last > self.frame_ms * 1.5);
        }
        self.last_ms = Some(time_ms);
        if picture.frame.is_key() {
            self.end_gop(time_ms);
            self.last_key_ms = Some(time_ms);
        }
        self.stretches.add(luma, width, height, stride, time_ms, time_ms + self.frame_ms);
        self.colour = Some(tags(picture.frame));
        self.pixel_format = Some(picture.frame.format());
    }

    fn sound(&mut self, samples: &frame::Audio, time_ms: f64) {
        let length_ms = samples.samples() as f64 * 1_000.0 / f64::from(samples.rate().max(1));
        if let Some(until) = self.heard_until_ms {
            self.backward_steps += u64::from(time_ms < until - SOUND_TOLERANCE_MS);
            self.gaps += u64::from(time_ms > until + SOUND_TOLERANCE_MS);
        }
        self.heard_until_ms = Some(time_ms + length_ms);
        self.audio_ms += length_ms;
        if self.meter.is_none() {
            self.meter = Meter::stereo(samples.rate()).ok();
        }
        let Some((left, right)) = sides(samples) else { return };
        let failed = self.meter.as_mut().is_some_and(|meter| meter.add_planes(left, right).is_err());
        self.errors += u64::from(failed);
    }

    fn error(&mut self) {
        self.errors += 1;
    }
}

impl Seen {
    fn end_gop(&mut self, now_ms: f64) {
        if let Some(since) = self.last_key_ms {
            self.longest_gop_ms = self.longest_gop_ms.max(now_ms - since);
        }
    }

    fn report(mut self, headers: &MediaReport) -> DecodeReport {
        if let Some(last) = self.last_ms {
            self.end_gop(last + self.frame_ms);
        }
        // Frames that are declared and never come out are errors, too.
        let missing = headers.video.as_ref().map_or(0, |video| video.frames).saturating_sub(self.frames);
        let loudness = self.meter.and_then(|meter| meter.loudness().ok());
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        DecodeReport {
            frames: self.frames,
            colour: self.colour,
            pixel_format: self.pixel_format.map_or_else(String::new, |format| {
                format.descriptor().map_or_else(String::new, |descriptor| descriptor.name().to_owned())
            }),
            longest_gop_ms: self.longest_gop_ms.round() as u64,
            longest_black_ms: self.stretches.longest_black_ms(),
            longest_frozen_ms: self.stretches.longest_frozen_ms(),
            gaps: self.gaps,
            backward_steps: self.backward_steps,
            errors: self.errors + missing,
            loudness_lufs: finite(loudness.map(|loudness| loudness.integrated_lufs)),
            true_peak_dbtp: finite(loudness.map(|loudness| loudness.true_peak_dbtp)),
            audio_ms: self.audio_ms.round() as u64,
        }
    }
}

fn tags(frame: &frame::Video) -> Colour {
    use ffmpeg_next::ffi::{AVColorPrimaries, AVColorSpace, AVColorTransferCharacteristic};
    Colour {
        primaries: AVColorPrimaries::from(frame.color_primaries()) as u16,
        transfer: AVColorTransferCharacteristic::from(frame.color_transfer_characteristic()) as u16,
        matrix: AVColorSpace::from(frame.color_space()) as u16,
        full_range: frame.color_range() == color::Range::JPEG,
    }
}
