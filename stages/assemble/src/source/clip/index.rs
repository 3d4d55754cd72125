//! Which frames a clip has, when each is shown, and from which key frame it can be decoded: read from the packets, not
//! guessed from a frame rate, so that a variable one comes out right.

use std::path::Path;

use ffmpeg_next::{Error, Packet, Rational};

use super::native::{Demuxer, is_hidden};
use super::{said, told_by};
use crate::source::SourceError;

/// Most packets of a clip: an hour at 60 a second, and some.
pub(super) const MOST_PACKETS: u32 = 250_000;
/// Longest clip in seconds.
const LONGEST_SECONDS: i128 = 3_600;
/// Largest packet in bytes: an all-key-frame codec's 4K frame has some 5 MB.
const LARGEST_PACKET: usize = 64 * 1024 * 1024;

/// One packet, in the order of decoding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// When its frame is shown, in ticks.
    pub(super) time: i64,
    /// What a seek to it is asked for.
    pub(super) seek: i64,
    /// Where it stands in the file: with `time`, what tells it from all others.
    pub(super) position: i64,
    pub(super) key: bool,
    /// False if an edit list hides its frame.
    pub(super) shown: bool,
}

/// All packets of a clip's video stream.
#[derive(Debug)]
pub(super) struct Index {
    pub(super) entries: Vec<Entry>,
    /// Shown frames by time, each time once: time and number in `entries`.
    shown: Vec<(i64, usize)>,
    /// Position, time and number in `entries`.
    places: Vec<(i64, i64, usize)>,
    /// Seconds in a tick.
    tick: (i128, i128),
    /// When the last frame ends, in ticks after the first begins.
    length: i64,
}

impl Index {
    /// Reads all packets of `stream` once.
    pub(super) fn read(
        path: &Path,
        demuxer: &mut Demuxer,
        stream: usize,
        tick: Rational,
        bytes: u64,
    ) -> Result<Self, SourceError> {
        let tick = (i128::from(tick.numerator()), i128::from(tick.denominator()));
        if tick.0 <= 0 || tick.1 <= 0 {
            return Err(SourceError::damaged(path, format!("its clock ticks every {}/{} seconds", tick.0, tick.1)));
        }
        let (mut entries, mut last_duration) = (Vec::new(), (i64::MIN, 0));
        loop {
            let mut packet = Packet::empty();
            match demuxer.read(&mut packet) {
                Ok(()) => {}
                Err(Error::Eof) => break,
                Err(error) => {
                    let why = format!("packet {}: {}", entries.len(), said(error));
                    return Err(told_by(path, bytes, demuxer.trouble(), &why));
                }
            }
            if packet.stream() != stream {
                continue;
            }
            if entries.len() >= MOST_PACKETS as usize {
                return Err(SourceError::too_large(
                    path,
                    "its frames are",
                    entries.len() as u64 + 1,
                    MOST_PACKETS.into(),
                ));
            }
            let entry = entry(path, &packet, entries.len())?;
            if entry.shown && entry.time > last_duration.0 {
                last_duration = (entry.time, packet.duration());
            }
            entries.push(entry);
        }
        let trouble = demuxer.trouble();
        if trouble.failure.is_some() || trouble.short.is_some() || trouble.spent {
            return Err(told_by(path, bytes, trouble, "its packets"));
        }
        Self::new(path, entries, tick, last_duration.1)
    }

    fn new(path: &Path, entries: Vec<Entry>, tick: (i128, i128), last_duration: i64) -> Result<Self, SourceError> {
        let numbered = || entries.iter().enumerate();
        // An edit list that hides everything is a muxer's mistake: a single frame, shown for no time.
        let none_shown = !entries.iter().any(|entry| entry.shown);
        let mut shown: Vec<(i64, usize)> =
            numbered().filter(|(_, entry)| entry.shown || none_shown).map(|(at, entry)| (entry.time, at)).collect();
        shown.sort_unstable();
        shown.dedup_by_key(|(time, _)| *time);
        let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
            return Err(SourceError::damaged(path, "it has no frames"));
        };
        if !entries[..=first.1].iter().any(|entry| entry.key) {
            return Err(SourceError::damaged(path, "it does not begin with a key frame"));
        }
        // A muxer may not say how long the last frame is shown: as long as the one before.
        let gap = match &shown[..] {
            [.., before, last] => last.0 - before.0,
            _ => 1,
        };
        let last_duration = if last_duration > 0 { last_duration } else { gap };
        let length = last.0.saturating_sub(first.0).saturating_add(last_duration);
        let seconds = i128::from(length) * tick.0 / tick.1;
        if seconds > LONGEST_SECONDS {
            let value = u64::try_from(seconds).unwrap_or(u64::MAX);
            return Err(SourceError::too_large(path, "its seconds are", value, LONGEST_SECONDS as u64));
        }
        let mut places: Vec<(i64, i64, usize)> =
            numbered().map(|(at, entry)| (entry.position, entry.time, at)).collect();
        places.sort_unstable();
        Ok(Self { entries, shown, places, tick, length })
    }

    /// How long it is shown, in milliseconds, rounded up.
    pub(super) fn length_ms(&self) -> u64 {
        let (seconds, ticks) = self.tick;
        u64::try_from((i128::from(self.length) * seconds * 1_000 + ticks - 1) / ticks).unwrap_or(u64::MAX)
    }

    /// Which frame is seen `numerator`/`denominator` seconds after the first: the last that begins by then. Half a tick
    /// or half a millisecond is forgiven, whichever is more, because muxers round.
    pub(super) fn seen(&self, (numerator, denominator): (i128, i128)) -> usize {
        let (seconds, ticks) = self.tick;
        let first = self.shown[0].0;
        let forgiven = denominator * ticks.max(1_000 * seconds);
        let by_then = self.shown.partition_point(|(time, _)| {
            2_000 * i128::from(time - first) * seconds * denominator <= 2_000 * numerator * ticks + forgiven
        });
        self.shown[by_then.saturating_sub(1)].1
    }

    /// Which frame is the last that begins before that time.
    pub(super) fn last_before(&self, (numerator, denominator): (i128, i128)) -> usize {
        let (seconds, ticks) = self.tick;
        let first = self.shown[0].0;
        let before = self
            .shown
            .partition_point(|(time, _)| i128::from(time - first) * seconds * denominator < numerator * ticks);
        self.shown[before.saturating_sub(1)].1
    }

    /// The one of two frames that is shown first.
    pub(super) fn earlier(&self, one: usize, other: usize) -> usize {
        if self.entries[one].time <= self.entries[other].time { one } else { other }
    }

    /// The clip's length in seconds, as a fraction.
    pub(super) fn length(&self) -> (i128, i128) {
        (i128::from(self.length) * self.tick.0, self.tick.1)
    }

    /// The packet that decoding must start from to see frame `at`: the last key frame that is not shown after it.
    pub(super) fn key_for(&self, at: usize) -> Option<usize> {
        let time = self.entries[at].time;
        self.entries[..=at].iter().rposition(|entry| entry.key && entry.time <= time)
    }

    /// Which packet this is.
    pub(super) fn find(&self, packet: &Packet) -> Option<usize> {
        let wanted = (packet.position() as i64, time_of(packet)?);
        let at = self.places.partition_point(|(position, time, _)| (*position, *time) < wanted);
        self.places.get(at).filter(|(position, time, _)| (*position, *time) == wanted).map(|(_, _, number)| *number)
    }

    /// When a frame is shown, in milliseconds after the first.
    pub(super) fn milliseconds(&self, at: usize) -> i128 {
        i128::from(self.entries[at].time - self.shown[0].0) * self.tick.0 * 1_000 / self.tick.1
    }
}

fn time_of(packet: &Packet) -> Option<i64> {
    // Times beyond this are an attack, and would overflow.
    packet.pts().or_else(|| packet.dts()).filter(|time| time.unsigned_abs() < 1 << 60)
}

fn entry(path: &Path, packet: &Packet, number: usize) -> Result<Entry, SourceError> {
    let time = time_of(packet).ok_or_else(|| SourceError::damaged(path, format!("packet {number} has no time")))?;
    if packet.is_corrupt() {
        return Err(SourceError::damaged(path, format!("packet {number} is not whole")));
    }
    if packet.size() > LARGEST_PACKET {
        return Err(SourceError::too_large(
            path,
            "the bytes of a packet are",
            packet.size() as u64,
            LARGEST_PACKET as u64,
        ));
    }
    Ok(Entry {
        time,
        seek: packet.dts().unwrap_or(time),
        position: packet.position() as i64,
        key: packet.is_key(),
        shown: !is_hidden(packet),
    })
}
