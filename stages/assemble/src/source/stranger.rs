//! Files from outside, of almost any kind: played once from end to end to somebody who looks and listens, to compare them
//! with what was made here. They are never shown in a cut, so what is odd about them is let pass where it can be.

use std::path::Path;

use ffmpeg_next::format::context::Input as Demuxer;
use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::software::{resampling, scaling};
use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::{ChannelLayout, Dictionary, Error, Packet, Stream, codec, decoder, error, format, frame, media};

use super::clip::{is_picture, said, turn};
use super::framing::Turn;
use super::{SourceError, file, headers, still};
use crate::encode::quiet;
use crate::probe::LumaFrame;
use crate::watch::Watch;

/// Samples a second of the sound that is handed on, in one channel.
pub const STRANGER_RATE: u32 = 11_025;
/// Longer side of the pictures that are handed on, in pixels; smaller ones stay as they are.
const LONGEST_SIDE: u32 = 512;
/// 8K in either direction.
const MOST_PIXELS: u64 = 7_680 * 4_320;
/// Half an hour of pictures at 60 a second.
const MOST_FRAMES: u64 = 108_000;
/// Failures in a row before a file is given up.
const MOST_FAILURES: u32 = 200;
/// By libav's names: what lies in one file and names no other.
const CONTAINERS: &str =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,gif,wav,mp3,flac,aac";
/// A picture stands for a film of so many milliseconds.
const STILL_MS: u32 = 2_000;
/// Milliseconds from one of its frames to the next: twelve a second.
const STILL_STEP_MS: u32 = 83;

/// Who looks and listens.
pub trait Onlooker {
    /// Whether the picture of this time, in milliseconds, is worth being scaled.
    fn wants(&self, _time_ms: f64) -> bool {
        true
    }
    /// A picture, upright, in the order they are shown.
    fn picture(&mut self, picture: &LumaFrame<'_>);
    /// Samples of -1 to 1 at [`STRANGER_RATE`], in one channel.
    fn sound(&mut self, samples: &[f32]);
}

/// Plays a video or shows a picture file. A still picture is shown for two seconds.
///
/// # Errors
/// [`SourceError`] for a file that cannot be opened, is neither, or of which nothing can be decoded; one that `watch`
/// stops ends early without an error.
pub fn look_through(path: &Path, onlooker: &mut dyn Onlooker, watch: &dyn Watch) -> Result<(), SourceError> {
    let (opened, bytes) = file::open(path, file::MAX_CLIP_BYTES)?;
    let head = file::head(path, &opened)?;
    if headers::is_still(&head) {
        return show(path, onlooker);
    }
    drop(opened);
    quiet();
    let mut player = Player::open(path, bytes)?;
    player.play(onlooker, watch)
}

fn show(path: &Path, onlooker: &mut dyn Onlooker) -> Result<(), SourceError> {
    let rgba = still::with_transparency(path)?;
    let (width, height) = smaller(rgba.width(), rgba.height());
    let luma = image::DynamicImage::ImageRgba8(rgba).into_luma8();
    let luma = image::imageops::resize(&luma, width, height, image::imageops::FilterType::Triangle);
    for time_ms in (0..STILL_MS).step_by(STILL_STEP_MS as usize) {
        let (width, height) = (width as usize, height as usize);
        onlooker.picture(&LumaFrame { width, height, stride: width, luma: &luma, time_ms: f64::from(time_ms) });
    }
    Ok(())
}

/// The size that is handed on.
fn smaller(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height);
    if longest <= LONGEST_SIDE {
        return (width.max(1), height.max(1));
    }
    let scaled = |side: u32| ((u64::from(side) * u64::from(LONGEST_SIDE)) / u64::from(longest)).max(1) as u32;
    (scaled(width), scaled(height))
}

/// The pictures of a file on their way to an onlooker.
struct Sight {
    stream: usize,
    decoder: decoder::Video,
    seconds_per_tick: f64,
    turn: Turn,
    scaler: Option<((Pixel, u32, u32), scaling::Context)>,
    shown: u64,
}

/// Its sound.
struct Hearing {
    stream: usize,
    decoder: decoder::Audio,
    resampler: Option<((Sample, ChannelLayout, u32), resampling::Context)>,
}

struct Player<'a> {
    path: &'a Path,
    demuxer: Demuxer,
    sight: Option<Sight>,
    hearing: Option<Hearing>,
}

impl<'a> Player<'a> {
    fn open(path: &'a Path, bytes: u64) -> Result<Self, SourceError> {
        let damaged = |error: Error| SourceError::damaged(path, format!("{} ({bytes} bytes)", said(error)));
        let text = path.to_str().filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| SourceError::unsupported(path, "its path is not UTF-8 (rename it)"))?;
        let mut options = Dictionary::new();
        for (key, value) in [("format_whitelist", CONTAINERS), ("protocol_whitelist", "file"), ("max_streams", "32")] {
            options.set(key, value);
        }
        let demuxer = format::input_with_dictionary(&format!("file:{text}"), options).map_err(damaged)?;
        let sight = demuxer.streams().find(is_picture).map(|stream| Sight::open(path, &stream)).transpose()?;
        let sound = demuxer.streams().find(|stream| stream.parameters().medium() == media::Type::Audio);
        // A sound that cannot be decoded does not keep the pictures from being looked at.
        let hearing = sound.and_then(|stream| Hearing::open(&stream).ok());
        if sight.is_none() && hearing.is_none() {
            return Err(SourceError::damaged(path, "there is neither picture nor sound in it"));
        }
        Ok(Self { path, demuxer, sight, hearing })
    }

    fn play(&mut self, onlooker: &mut dyn Onlooker, watch: &dyn Watch) -> Result<(), SourceError> {
        let mut failures = 0;
        while failures < MOST_FAILURES && !watch.is_cancelled() {
            let mut packet = Packet::empty();
            match packet.read(&mut self.demuxer) {
                Ok(()) => {}
                Err(Error::Eof) => break,
                Err(_) => {
                    failures += 1;
                    continue;
                }
            }
            let taken = match (&mut self.sight, &mut self.hearing) {
                (Some(sight), _) if sight.stream == packet.stream() => {
                    sight.decoder.send_packet(&packet).and_then(|()| sight.take(onlooker))
                }
                (_, Some(hearing)) if hearing.stream == packet.stream() => {
                    hearing.decoder.send_packet(&packet).and_then(|()| hearing.take(onlooker))
                }
                _ => Ok(()),
            };
            failures = if taken.is_ok() { 0 } else { failures + 1 };
            if self.sight.as_ref().is_some_and(|sight| sight.shown >= MOST_FRAMES) {
                return Err(SourceError::too_large(self.path, "its frames are more than", MOST_FRAMES, MOST_FRAMES));
            }
        }
        // What the decoders still hold; after an error they hold nothing more.
        if let Some(sight) = &mut self.sight {
            let _rest = sight.decoder.send_eof().and_then(|()| sight.take(onlooker));
            if sight.shown == 0 && !watch.is_cancelled() {
                return Err(SourceError::damaged(self.path, "not a picture of it can be decoded"));
            }
        }
        if let Some(hearing) = &mut self.hearing {
            let _rest = hearing.decoder.send_eof().and_then(|()| hearing.take(onlooker));
        }
        Ok(())
    }
}

impl Sight {
    fn open(path: &Path, stream: &Stream<'_>) -> Result<Self, SourceError> {
        let id = stream.parameters().id();
        let failed = |error: Error| SourceError::damaged(path, format!("its {} headers: {}", id.name(), said(error)));
        let decoder = opened(stream).and_then(decoder::Opened::video).map_err(failed)?;
        let pixels = u64::from(decoder.width()) * u64::from(decoder.height());
        if pixels > MOST_PIXELS {
            return Err(SourceError::too_large(path, "a frame's pixels are", pixels, MOST_PIXELS));
        }
        // One that is turned by something else is compared as it is stored.
        let turn = turn(path, stream).unwrap_or_default();
        let seconds_per_tick = f64::from(stream.time_base());
        Ok(Self { stream: stream.index(), decoder, seconds_per_tick, turn, scaler: None, shown: 0 })
    }

    fn take(&mut self, onlooker: &mut dyn Onlooker) -> Result<(), Error> {
        let mut frame = frame::Video::empty();
        loop {
            match self.decoder.receive_frame(&mut frame) {
                Ok(()) => {}
                Err(Error::Eof | Error::Other { errno: error::EAGAIN }) => return Ok(()),
                Err(error) => return Err(error),
            }
            self.shown += 1;
            let time_ms = frame.timestamp().map_or(0.0, |at| at as f64 * self.seconds_per_tick * 1_000.0).max(0.0);
            if !onlooker.wants(time_ms) {
                continue;
            }
            let grey = self.scaled(&frame)?;
            let (width, height) = (grey.width() as usize, grey.height() as usize);
            let packed: Vec<u8> = grey
                .data(0)
                .chunks(grey.stride(0).max(1))
                .take(height)
                .flat_map(|row| &row[..width])
                .copied()
                .collect();
            let upright = self.turn.upright::<1>(packed, (width, height));
            let (width, height) = self.turn.size((width, height));
            onlooker.picture(&LumaFrame { width, height, stride: width, luma: &upright, time_ms });
        }
    }

    fn scaled(&mut self, frame: &frame::Video) -> Result<frame::Video, Error> {
        let shape = (frame.format(), frame.width(), frame.height());
        let scaler = match &mut self.scaler {
            Some((known, scaler)) if *known == shape => scaler,
            slot => {
                let (width, height) = smaller(shape.1, shape.2);
                let flags = scaling::Flags::AREA;
                let scaler = scaling::Context::get(shape.0, shape.1, shape.2, Pixel::GRAY8, width, height, flags)?;
                &mut slot.insert((shape, scaler)).1
            }
        };
        let mut grey = frame::Video::empty();
        scaler.run(frame, &mut grey)?;
        Ok(grey)
    }
}

impl Hearing {
    fn open(stream: &Stream<'_>) -> Result<Self, Error> {
        let decoder = opened(stream)?.audio()?;
        Ok(Self { stream: stream.index(), decoder, resampler: None })
    }

    fn take(&mut self, onlooker: &mut dyn Onlooker) -> Result<(), Error> {
        let mut frame = frame::Audio::empty();
        loop {
            match self.decoder.receive_frame(&mut frame) {
                Ok(()) => {}
                Err(Error::Eof | Error::Other { errno: error::EAGAIN }) => return Ok(()),
                Err(error) => return Err(error),
            }
            if frame.channel_layout().is_empty() {
                frame.set_channel_layout(ChannelLayout::default(i32::from(frame.channels())));
            }
            let shape = (frame.format(), frame.channel_layout(), frame.rate());
            let resampler = match &mut self.resampler {
                Some((known, resampler)) if *known == shape => resampler,
                slot => {
                    let wanted = Sample::F32(Type::Packed);
                    let mono = ChannelLayout::MONO;
                    let new = resampling::Context::get(shape.0, shape.1, shape.2, wanted, mono, STRANGER_RATE)?;
                    &mut slot.insert((shape, new)).1
                }
            };
            let mut mono = frame::Audio::empty();
            resampler.run(&frame, &mut mono)?;
            if mono.samples() > 0 && mono.planes() > 0 {
                onlooker.sound(&mono.plane::<f32>(0)[..mono.samples()]);
            }
        }
    }
}

fn opened(stream: &Stream<'_>) -> Result<decoder::Opened, Error> {
    let parameters = stream.parameters();
    let codec = decoder::find(parameters.id()).ok_or(Error::DecoderNotFound)?;
    let mut decoder = codec::Context::from_parameters(parameters)?.decoder();
    decoder.set_packet_time_base(stream.time_base());
    let mut options = Dictionary::new();
    options.set("threads", "1");
    options.set("max_pixels", &MOST_PIXELS.to_string());
    decoder.open_as_with(codec, options)
}

#[cfg(test)]
mod tests;
