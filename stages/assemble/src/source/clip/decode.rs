//! Packets to frames: always from a key frame on, so that the same frame always has the same bytes.

use std::path::Path;

use ffmpeg_next::codec::Id;
use ffmpeg_next::{Dictionary, Error, Packet, Stream, codec, decoder, error, frame};

use super::index::Index;
use super::native::{Demuxer, is_guessed};
use super::{said, told_by};
use crate::source::SourceError;

/// 4096x2304; a decoder asked for more than this refuses before it takes memory.
const MOST_PIXELS: u64 = 4_096 * 2_304;
/// Packets in a row that give no frame. A decoder holds back 16, a scalable stream hides some.
const MOST_SILENT_PACKETS: u32 = 200;

/// Opens the decoder for a stream.
pub(super) fn open(path: &Path, stream: &Stream<'_>) -> Result<decoder::Video, SourceError> {
    let parameters = stream.parameters();
    let id = parameters.id();
    if !matches!(id, Id::H264 | Id::HEVC | Id::VP8 | Id::VP9 | Id::AV1 | Id::PRORES) {
        return Err(SourceError::unsupported(path, format!("its video codec is {}", id.name())));
    }
    let missing = || SourceError::unsupported(path, format!("this host has no decoder for {}", id.name()));
    let codec = decoder::find(id).ok_or_else(missing)?;
    let failed = |error: Error| SourceError::damaged(path, format!("its {} headers: {}", id.name(), said(error)));
    let mut decoder = codec::Context::from_parameters(parameters).map_err(failed)?.decoder();
    decoder.set_packet_time_base(stream.time_base());
    let mut options = Dictionary::new();
    // One thread: a frame comes out when its packets are in, and memory stays small.
    options.set("threads", "1");
    options.set("max_pixels", &MOST_PIXELS.to_string());
    // Also frames that come before their key frame and look back behind it: they are passed over here. A decoder that
    // withholds one at the end of a stream withholds all that come after it.
    options.set("flags", "+output_corrupt");
    if id == Id::H264 {
        // A stream that does not say how far its frames are reordered is taken to do so as far as its level allows. By
        // default the decoder would find out by and by, and drop frames on the way.
        options.set("strict", "strict");
    }
    let video = decoder.open_as_with(codec, options).and_then(decoder::Opened::video);
    let video = video.map_err(|error| too_large(path, stream).unwrap_or_else(|| failed(error)))?;
    too_large(path, stream).map_or(Ok(video), Err)
}

fn too_large(path: &Path, stream: &Stream<'_>) -> Option<SourceError> {
    let (width, height) = super::native::size(&stream.parameters());
    let pixels = u64::from(width) * u64::from(height);
    (pixels > MOST_PIXELS).then(|| SourceError::too_large(path, "a frame's pixels are", pixels, MOST_PIXELS))
}

/// Gives frames by their number in the index.
pub(super) struct Decoder {
    demuxer: Demuxer,
    /// Of the file.
    bytes: u64,
    stream: usize,
    decoder: decoder::Video,
    index: Index,
    /// The packet that comes next, if that is known.
    next: Option<usize>,
    /// A packet that was read on the way to a key frame, and is that key frame.
    ahead: Option<Packet>,
    run: Option<Run>,
}

/// Decoding from one key frame on.
struct Run {
    key: usize,
    /// The latest time asked for.
    asked: i64,
    /// The last frame that was shown by then: its time, and itself if it was not given away yet.
    held: Option<(i64, Option<frame::Video>)>,
    /// The frame that comes after it.
    pending: Option<(i64, frame::Video)>,
    /// All packets are in.
    ended: bool,
    silent: u32,
}

impl Decoder {
    pub(super) fn new((demuxer, bytes): (Demuxer, u64), stream: usize, decoder: decoder::Video, index: Index) -> Self {
        Self { demuxer, bytes, stream, decoder, index, next: None, ahead: None, run: None }
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// Begins anew with the next frame.
    pub(super) fn forget(&mut self) {
        self.run = None;
    }

    /// Frame number `wanted`, or the last one before it if that one is never shown; `None` if that is the frame given
    /// last.
    pub(super) fn decode(&mut self, path: &Path, wanted: usize) -> Result<Option<frame::Video>, SourceError> {
        let taken = self.run.take();
        self.demuxer.allow(self.bytes * 2 + 16 * 1024 * 1024);
        let key = self.index.key_for(wanted);
        let key = key.ok_or_else(|| self.wrong(path, wanted, "there is no key frame before it"))?;
        let time = self.index.entries[wanted].time;
        let mut run = match taken {
            Some(run) if run.key == key && run.asked <= time => run,
            _ => self.start(path, key)?,
        };
        run.asked = time;
        while run.held.as_ref().is_none_or(|(held, _)| *held < time) {
            match run.pending.take() {
                Some((pending, frame)) if pending <= time => run.held = Some((pending, Some(frame))),
                Some(later) => {
                    run.pending = Some(later);
                    break;
                }
                None => match self.receive(path, wanted, &mut run)? {
                    Some(frame) => run.pending = Some(frame),
                    None => break,
                },
            }
        }
        let Some((_, frame)) = &mut run.held else {
            return Err(self.wrong(path, wanted, "no picture comes out"));
        };
        let frame = frame.take();
        self.run = Some(run);
        Ok(frame)
    }

    fn start(&mut self, path: &Path, key: usize) -> Result<Run, SourceError> {
        self.decoder.flush();
        if self.next != Some(key) {
            self.go_to(path, key)?;
        }
        Ok(Run { key, asked: i64::MIN, held: None, pending: None, ended: false, silent: 0 })
    }

    /// Makes packet `key` the next one.
    fn go_to(&mut self, path: &Path, key: usize) -> Result<(), SourceError> {
        let first = self.index.entries[0].seek;
        // Containers find key frames by different times; where it came out is seen by the packet.
        for time in [self.index.entries[key].seek, first, first.min(0)] {
            self.next = None;
            self.ahead = None;
            if self.demuxer.seek(self.stream, time).is_err() {
                continue;
            }
            loop {
                let Some((number, packet)) = self.read(path)? else { break };
                if number > key {
                    break;
                }
                if number == key {
                    self.next = Some(key);
                    self.ahead = Some(packet);
                    return Ok(());
                }
            }
        }
        self.next = None;
        Err(self.wrong(path, key, "its key frame is not found again"))
    }

    /// The next packet with its number.
    fn read(&mut self, path: &Path) -> Result<Option<(usize, Packet)>, SourceError> {
        if let (Some(packet), Some(number)) = (self.ahead.take(), self.next) {
            self.next = Some(number + 1);
            return Ok(Some((number, packet)));
        }
        loop {
            let mut packet = Packet::empty();
            let outcome = self.demuxer.read(&mut packet);
            let trouble = self.demuxer.trouble();
            if trouble.failure.is_some() || trouble.short.is_some() || trouble.spent {
                self.next = None;
                return Err(told_by(path, self.bytes, trouble, "its packets"));
            }
            match outcome {
                Ok(()) if packet.stream() != self.stream => {}
                Ok(()) => {
                    let number = self.index.find(&packet);
                    self.next = number.map(|number| number + 1);
                    let other = || SourceError::damaged(path, "a packet is another one when it is read again");
                    return Ok(Some((number.ok_or_else(other)?, packet)));
                }
                Err(Error::Eof) => {
                    self.next = None;
                    return Ok(None);
                }
                Err(error) => {
                    self.next = None;
                    return Err(SourceError::damaged(path, format!("its packets: {}", said(error))));
                }
            }
        }
    }

    /// The next frame with its time; `None` at the end.
    fn receive(
        &mut self,
        path: &Path,
        wanted: usize,
        run: &mut Run,
    ) -> Result<Option<(i64, frame::Video)>, SourceError> {
        loop {
            let mut frame = frame::Video::empty();
            match self.decoder.receive_frame(&mut frame) {
                Ok(()) => {
                    run.silent = 0;
                    // One without a time cannot be asked for; one before the key frame belongs to the group before.
                    let first = self.index.entries[run.key].time;
                    let Some(time) = frame.pts().filter(|time| *time >= first) else { continue };
                    if is_guessed(&frame) {
                        return Err(self.wrong(path, wanted, "a frame is not whole"));
                    }
                    return Ok(Some((time, frame)));
                }
                Err(Error::Eof) => return Ok(None),
                Err(Error::Other { errno: error::EAGAIN }) if run.ended => return Ok(None),
                Err(Error::Other { errno: error::EAGAIN }) => self.feed(path, wanted, run)?,
                Err(error) => return Err(self.wrong(path, wanted, &said(error))),
            }
        }
    }

    fn feed(&mut self, path: &Path, wanted: usize, run: &mut Run) -> Result<(), SourceError> {
        run.silent += 1;
        if run.silent > MOST_SILENT_PACKETS {
            return Err(self.wrong(path, wanted, &format!("{MOST_SILENT_PACKETS} packets gave no picture")));
        }
        let outcome = match self.read(path)? {
            Some((_, packet)) => self.decoder.send_packet(&packet),
            None => {
                run.ended = true;
                self.decoder.send_eof()
            }
        };
        outcome.map_err(|error| self.wrong(path, wanted, &said(error)))
    }

    fn wrong(&self, path: &Path, wanted: usize, why: &str) -> SourceError {
        SourceError::damaged(path, format!("its picture at {} ms: {why}", self.index.milliseconds(wanted)))
    }
}
