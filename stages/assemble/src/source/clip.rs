//! Video clips: the frame that is seen at each frame of a cut, decoded in this process by one thread.
//!
//! All packets are read once to learn when each frame is shown. A frame is then always decoded from its own key frame on
//! with a fresh decoder, so that its bytes do not depend on what was asked before; in rising order each frame is decoded
//! once, but for the few that a decoder holds back at the end of a group.

mod container;
mod decode;
mod index;
mod native;
mod paint;

use std::path::{Path, PathBuf};

use ffmpeg_next::format::stream::Disposition;
use ffmpeg_next::{Error, Stream, media};

use super::framing::Turn;
use super::{Framing, SourceError, file};
use crate::encode::quiet;
use crate::picture::Picture420;
use decode::Decoder;
use index::Index;
use native::{Demuxer, Trouble};
use paint::Painter;

/// Fastest and slowest, in thousandths of the clip's own speed.
const SPEEDS: std::ops::RangeInclusive<u32> = 50..=16_000;
/// Longest cut, in frames, and clip, in milliseconds: what lies beyond is the last one.
const FAR: u64 = 1_000_000_000;

/// What is wanted of a clip.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ClipOrder {
    /// Its shape in the frame.
    pub(crate) framing: Framing,
    /// Where it begins, in milliseconds of the clip's own time.
    pub(crate) start_ms: u64,
    /// Where it ends; `None` is the clip's end, as is anything after it.
    pub(crate) end_ms: Option<u64>,
    /// Thousandths of the clip's own speed: 500 is slow motion. 50 to 16,000.
    pub(crate) speed_permille: u32,
    /// It begins again when it ends; otherwise its last frame stays.
    pub(crate) looped: bool,
    /// Frames a second of the cut, 1 to 240.
    pub(crate) fps: u32,
}

/// A clip that was opened and whose first wanted frame was decoded.
pub(crate) struct Clip {
    path: PathBuf,
    order: ClipOrder,
    decoder: Decoder,
    painter: Painter,
    /// The frame last asked for.
    seen: Option<usize>,
    picture: Picture420,
}

impl Clip {
    /// Opens the clip in the file `path`: MP4, MOV, `WebM` or Matroska with H.264, HEVC, VP8, VP9, AV1 or `ProRes`.
    ///
    /// # Errors
    /// [`SourceError`] for a file that is no such clip, is damaged, HDR or BT.2020, larger than a gigabyte, 4096x2304
    /// pixels, an hour or 250,000 frames, or an order that does not fit it.
    pub(crate) fn open(path: &Path, order: &ClipOrder) -> Result<Self, SourceError> {
        quiet();
        check(path, order)?;
        let (mut file, bytes) = file::open(path, file::MAX_CLIP_BYTES)?;
        let container = container::of(path, &mut file, bytes)?;
        // Headers and all packets once, and some to spare for going back and forth between them.
        let budget = bytes * 2 + 16 * 1024 * 1024;
        let mut demuxer = Demuxer::open(file, bytes, container, budget)
            .map_err(|(error, trouble)| told_by(path, bytes, trouble, &format!("its headers: {}", said(error))))?;
        let (stream, painter, decoder, tick) = {
            let stream = demuxer.input().streams().find(is_picture);
            let stream = stream.ok_or_else(|| SourceError::damaged(path, "it has no video track"))?;
            let number = stream.index();
            let painter = Painter::new(path, order.framing, turn(path, &stream)?, demuxer.pixel_aspect(number))?;
            (number, painter, decode::open(path, &stream)?, stream.time_base())
        };
        demuxer.only(stream);
        let index = Index::read(path, &mut demuxer, stream, tick, bytes)?;
        if order.start_ms >= index.length_ms() {
            let why = format!("it starts at {} ms, the clip ends at {} ms", order.start_ms, index.length_ms());
            return Err(SourceError::order(path, why));
        }
        let decoder = Decoder::new((demuxer, bytes), stream, decoder, index);
        let picture = Picture420::black(0, 0);
        let mut clip = Self { path: path.to_owned(), order: *order, decoder, painter, seen: None, picture };
        // Whatever is wrong with its pictures shows now, not in the middle of a cut.
        clip.frame(0)?;
        Ok(clip)
    }

    /// The picture seen at frame `at` of the cut, counted from where the clip begins.
    ///
    /// # Errors
    /// [`SourceError`] if it cannot be decoded. Other frames may still be asked for.
    pub(crate) fn frame(&mut self, at: u64) -> Result<&Picture420, SourceError> {
        let wanted = self.wanted(at);
        if self.seen != Some(wanted) {
            self.seen = None;
            // `None`: the picture is the one before, which is still the last that was shown by then.
            if let Some(frame) = self.decoder.decode(&self.path, wanted)? {
                self.picture = self.painter.paint(&self.path, frame).inspect_err(|_| self.decoder.forget())?;
            }
            self.seen = Some(wanted);
        }
        Ok(&self.picture)
    }

    /// Which of the clip's frames is seen at frame `at` of the cut.
    fn wanted(&self, at: u64) -> usize {
        let (order, index) = (&self.order, self.decoder.index());
        let (length, per_second) = index.length();
        // Seconds as fractions of one denominator.
        let denominator = 1_000 * i128::from(order.fps) * per_second;
        let of_ms = |ms: u64| i128::from(ms) * i128::from(order.fps) * per_second;
        let start = of_ms(order.start_ms);
        let whole = length * 1_000 * i128::from(order.fps);
        let end = order.end_ms.map_or(whole, |ms| whole.min(of_ms(ms.min(FAR))));
        let gone = i128::from(at.min(FAR)) * i128::from(order.speed_permille) * per_second;
        let gone = if order.looped { gone % (end - start).max(1) } else { gone };
        let last = index.last_before((end, denominator));
        if start + gone >= end {
            return last;
        }
        index.earlier(index.seen((start + gone, denominator)), last)
    }
}

fn check(path: &Path, order: &ClipOrder) -> Result<(), SourceError> {
    let wrong = |why: String| Err(SourceError::order(path, why));
    if let Some(why) = order.framing.fault() {
        return wrong(why);
    }
    if !(1..=240).contains(&order.fps) {
        return wrong(format!("fps must be 1 to 240, not {}", order.fps));
    }
    if !SPEEDS.contains(&order.speed_permille) {
        let (least, most) = (SPEEDS.start(), SPEEDS.end());
        return wrong(format!("the speed must be {least} to {most} thousandths, not {}", order.speed_permille));
    }
    if let Some(end_ms) = order.end_ms.filter(|end_ms| *end_ms <= order.start_ms) {
        return wrong(format!("it starts at {} ms, but ends at {end_ms} ms", order.start_ms));
    }
    Ok(())
}

/// A track of moving pictures; a cover picture is none.
pub(super) fn is_picture(stream: &Stream<'_>) -> bool {
    stream.parameters().medium() == media::Type::Video && !stream.disposition().contains(Disposition::ATTACHED_PIC)
}

/// How the container says the pictures are to be turned.
pub(super) fn turn(path: &Path, stream: &Stream<'_>) -> Result<Turn, SourceError> {
    use ffmpeg_next::codec::packet::side_data::Type;
    let Some(matrix) = stream.side_data().find(|data| data.kind() == Type::DisplayMatrix) else {
        return Ok(Turn::default());
    };
    let mut values = [0; 9];
    for (value, bytes) in values.iter_mut().zip(matrix.data().as_chunks::<4>().0) {
        *value = i32::from_ne_bytes(*bytes);
    }
    Turn::of_matrix(&values)
        .ok_or_else(|| SourceError::unsupported(path, "it is turned by something else than a quarter"))
}

/// What stopped the demuxer: the file itself, if it did, or what stands in it.
fn told_by(path: &Path, bytes: u64, trouble: Trouble, why: &str) -> SourceError {
    if let Some(source) = trouble.failure {
        return SourceError::Read { path: path.to_owned(), source };
    }
    if let Some(got) = trouble.short {
        return SourceError::Changed { path: path.to_owned(), expected: bytes, got };
    }
    if trouble.spent {
        return SourceError::damaged(path, format!("its parts refer to each other without end ({why})"));
    }
    SourceError::damaged(path, why)
}

/// libav's word in ours: its own list of them is empty until its library is told to fill it.
pub(super) fn said(error: Error) -> String {
    if error == Error::InvalidData {
        return "what stands there makes no sense".to_owned();
    }
    if error == Error::Eof {
        return "it ends too early".to_owned();
    }
    if let Error::Other { errno } = error {
        return std::io::Error::from_raw_os_error(errno).to_string();
    }
    format!("the decoder's error {}", i32::from(error))
}

#[cfg(test)]
mod tests;
