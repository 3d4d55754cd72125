//! Reads licensed music and effects: MP3, AAC (ADTS or M4A), Ogg Vorbis, Opus, FLAC and WAV, to 48 kHz stereo.
//!
//! What a file is, its first bytes say; libav gets only that demuxer and these decoders. A file that is not whole is refused
//! rather than played up to its fault: an operator would not hear it until it was published.

mod samples;
mod sniff;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use ffmpeg_next::codec::Flags;
use ffmpeg_next::format::context::Input as Demuxer;
use ffmpeg_next::format::stream::Disposition;
use ffmpeg_next::{Dictionary, Error, Packet, codec, decoder, error, format, frame, media};

use samples::Collected;
use sniff::Kind;

use super::stereo::Stereo;
use crate::encode::quiet;
use crate::watch::Watch;

/// How much of a file is read at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrackLimits {
    /// A larger file is refused, in bytes.
    pub bytes: u64,
    /// What comes later is not decoded: no cut is longer. In seconds.
    pub seconds: u64,
}

impl Default for TrackLimits {
    /// 120 MB (ten minutes of WAV) and [`super::LONGEST_SECONDS`].
    fn default() -> Self {
        Self { bytes: 120_000_000, seconds: super::LONGEST_SECONDS }
    }
}

/// Decoded sound, 48,000 stereo samples a second; not empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Track(Stereo);

impl Track {
    #[cfg(test)]
    pub(crate) fn for_tests(sound: Stereo) -> Self {
        Self(sound)
    }

    /// Its samples.
    #[must_use]
    pub fn sound(&self) -> &Stereo {
        &self.0
    }

    /// Its length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.0.len() as f64 / f64::from(super::SAMPLE_RATE)
    }
}

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum TrackError {
    /// The system does not give it.
    #[error("could not read the sound file {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's word.
        #[source]
        source: io::Error,
    },
    /// A folder, a pipe, a device.
    #[error("{path} is not a file")]
    NotAFile {
        /// What it is called.
        path: PathBuf,
    },
    /// More than [`TrackLimits::bytes`].
    #[error("the sound file {path} has {bytes} bytes, more than {limit} (shorten it, or keep it as MP3)")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Something else under a sound file's name.
    #[error("{path} is not a sound file: {found} (MP3, M4A, AAC, OGG, FLAC and WAV are read)")]
    NotSound {
        /// The file.
        path: PathBuf,
        /// What its first bytes look like.
        found: String,
    },
    /// A sound file of a kind that is not read.
    #[error("the sound file {path} cannot be used: {why}")]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// What is in the way, and what to do.
        why: String,
    },
    /// Not whole.
    #[error("the sound file {path} is damaged: {why} (replace it)")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The watcher stopped it.
    #[error("stopped reading {path}")]
    Cancelled {
        /// The file.
        path: PathBuf,
    },
}

impl TrackError {
    /// The file that is to blame.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Read { path, .. }
            | Self::NotAFile { path }
            | Self::TooLarge { path, .. }
            | Self::NotSound { path, .. }
            | Self::Unsupported { path, .. }
            | Self::Damaged { path, .. }
            | Self::Cancelled { path } => path,
        }
    }
}

/// Reads a file. `watch` is asked before each packet; work and memory are bounded by `limits` whatever the file says.
///
/// # Errors
/// Any [`TrackError`]; each names the file.
pub fn read_track(path: &Path, limits: TrackLimits, watch: &dyn Watch) -> Result<Track, TrackError> {
    quiet();
    let kind = checked(path, limits)?;
    let mut reading = Reading::open(path, kind, limits)?;
    reading.decode(watch)?;
    let whole = reading.whole_seconds(kind);
    let read = reading.collected.seconds();
    if let Some(whole) = whole.filter(|whole| read < whole.min(limits.seconds as f64) - MISSING_SECONDS) {
        return Err(damaged(path, format!("it ends after {read:.1} of {whole:.1} s")));
    }
    let stereo = reading.collected.finish().ok_or_else(|| damaged(path, "not a sample of it can be decoded".into()))?;
    Ok(Track(stereo))
}

/// Encoders' delays are left out at both ends, so a whole file may be a little shorter than it says.
const MISSING_SECONDS: f64 = 0.25;
/// Reads that fail in a row before the file is given up.
const MOST_FAILED_READS: u32 = 16;
/// A tag behind the last frame, or a first frame that refers to one before it, is an error to a decoder and none to a
/// listener; one in so many packets may fail.
const PACKETS_FOR_EACH_ERROR: u64 = 200;
const ERRORS_LET_PASS: u64 = 2;

/// What the file is, if it can be read at all.
fn checked(path: &Path, limits: TrackLimits) -> Result<Kind, TrackError> {
    let unread = |source| TrackError::Read { path: path.to_owned(), source };
    // Before it is opened: opening a pipe would wait for someone to write into it.
    let metadata = std::fs::metadata(path).map_err(unread)?;
    if !metadata.is_file() {
        return Err(TrackError::NotAFile { path: path.to_owned() });
    }
    let bytes = metadata.len();
    if bytes > limits.bytes {
        return Err(TrackError::TooLarge { path: path.to_owned(), bytes, limit: limits.bytes });
    }
    let mut file = File::open(path).map_err(unread)?;
    let mut head = Vec::new();
    file.by_ref().take(sniff::HEAD_BYTES).read_to_end(&mut head).map_err(unread)?;
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(bytes.saturating_sub(sniff::TAIL_BYTES))).map_err(unread)?;
    file.take(sniff::TAIL_BYTES).read_to_end(&mut tail).map_err(unread)?;
    let kind = sniff::kind(&head).map_err(|found| TrackError::NotSound { path: path.to_owned(), found })?;
    if kind == Kind::Ogg && !sniff::ogg_ends(&tail) {
        return Err(damaged(path, "its last page is missing".into()));
    }
    let end = sniff::wav_end(&head).filter(|end| kind == Kind::Wav && *end > bytes);
    if let Some(end) = end {
        return Err(damaged(path, format!("its samples end at byte {end} and it has {bytes}")));
    }
    Ok(kind)
}

struct Reading<'a> {
    path: &'a Path,
    demuxer: Demuxer,
    decoder: decoder::Audio,
    stream: usize,
    collected: Collected,
    packets: u64,
    errors: u64,
}

impl<'a> Reading<'a> {
    fn open(path: &'a Path, kind: Kind, limits: TrackLimits) -> Result<Self, TrackError> {
        let failed = |source: Error| damaged(path, source.to_string());
        let text = path.to_str().filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| unsupported(path, "its path is not UTF-8 (rename it)".into()))?;
        let mut options = Dictionary::new();
        for (key, value) in [
            ("format_whitelist", kind.demuxers()),
            ("protocol_whitelist", "file"),
            ("codec_whitelist", DECODERS),
            ("max_streams", "8"),
        ] {
            options.set(key, value);
        }
        let demuxer = format::input_with_dictionary(&format!("file:{text}"), options).map_err(failed)?;
        let films = |stream: &ffmpeg_next::Stream<'_>| {
            let cover = stream.disposition().contains(Disposition::ATTACHED_PIC);
            stream.parameters().medium() == media::Type::Video && !cover
        };
        if demuxer.streams().any(|stream| films(&stream)) {
            return Err(unsupported(path, "it is a film (take its sound out of it first)".into()));
        }
        let stream = demuxer.streams().find(|stream| stream.parameters().medium() == media::Type::Audio);
        let stream = stream.ok_or_else(|| damaged(path, "there is no sound in it".into()))?;
        let decoder = opened(&stream).map_err(failed)?;
        let (rate, channels) = (decoder.rate(), decoder.channels());
        let collected = Collected::new(rate, limits.seconds)
            .ok_or_else(|| unsupported(path, format!("it has {rate} samples a second, not 8000 to 192000")))?;
        if !(1..=2).contains(&channels) {
            return Err(unsupported(path, format!("it has {channels} channels (mix it down to stereo)")));
        }
        let stream = stream.index();
        Ok(Self { path, demuxer, decoder, stream, collected, packets: 0, errors: 0 })
    }

    fn decode(&mut self, watch: &dyn Watch) -> Result<(), TrackError> {
        let mut failures = 0;
        while !self.collected.is_full() {
            if watch.is_cancelled() {
                return Err(TrackError::Cancelled { path: self.path.to_owned() });
            }
            let mut packet = Packet::empty();
            match packet.read(&mut self.demuxer) {
                Ok(()) => failures = 0,
                Err(Error::Eof) => break,
                Err(error) => {
                    failures += 1;
                    self.errors += 1;
                    if failures >= MOST_FAILED_READS {
                        return Err(damaged(self.path, error.to_string()));
                    }
                    continue;
                }
            }
            if packet.stream() != self.stream {
                continue;
            }
            self.packets += 1;
            let refused = self.decoder.send_packet(&packet).is_err();
            self.errors += u64::from(refused || packet.is_corrupt());
            self.take()?;
            let most = ERRORS_LET_PASS + self.packets / PACKETS_FOR_EACH_ERROR;
            if self.errors > most {
                let why = format!("{} of its first {} packets cannot be decoded", self.errors, self.packets);
                return Err(damaged(self.path, why));
            }
        }
        if self.decoder.send_eof().is_ok() {
            self.take()?;
        }
        Ok(())
    }

    fn take(&mut self) -> Result<(), TrackError> {
        let mut frame = frame::Audio::empty();
        loop {
            match self.decoder.receive_frame(&mut frame) {
                Ok(()) => self.collected.add(&frame).map_err(|why| damaged(self.path, why))?,
                Err(Error::Eof | Error::Other { errno: error::EAGAIN }) => return Ok(()),
                Err(_) => {
                    self.errors += 1;
                    return Ok(());
                }
            }
        }
    }

    /// How long the file says it is; `None` where that is only a guess from its size.
    fn whole_seconds(&self, kind: Kind) -> Option<f64> {
        let says = self.demuxer.duration();
        let known = matches!(kind, Kind::Wav | Kind::Flac | Kind::Mp4 | Kind::Mp3 { counted: true });
        (known && says > 0).then(|| says as f64 / f64::from(ffmpeg_next::ffi::AV_TIME_BASE))
    }
}

/// By libav's names. Raw samples only as WAV holds them.
const DECODERS: &str =
    "mp3float,mp3,aac,vorbis,opus,flac,alac,pcm_u8,pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le";

fn opened(stream: &ffmpeg_next::Stream<'_>) -> Result<decoder::Audio, Error> {
    let parameters = stream.parameters();
    let codec = decoder::find(parameters.id()).ok_or(Error::DecoderNotFound)?;
    let mut decoder = codec::Context::from_parameters(parameters)?.decoder();
    decoder.set_packet_time_base(stream.time_base());
    decoder.set_flags(Flags::BITEXACT);
    let mut options = Dictionary::new();
    options.set("threads", "1");
    options.set("codec_whitelist", DECODERS);
    options.set("err_detect", "explode");
    decoder.open_as_with(codec, options)?.audio()
}

fn damaged(path: &Path, why: String) -> TrackError {
    TrackError::Damaged { path: path.to_owned(), why }
}

fn unsupported(path: &Path, why: String) -> TrackError {
    TrackError::Unsupported { path: path.to_owned(), why }
}

#[cfg(test)]
mod tests;
