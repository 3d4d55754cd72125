//! Segments and sound into one file, by packet copy: nothing is decoded or encoded here.

use std::path::Path;

use bytes::Bytes;
use ffmpeg_next::{Error, Packet, Rational};

use super::audio::CodedSound;
use super::mux::Mux;
use super::video::VideoSpec;
use super::{EncodeError, libav, quiet, write_failed};
use crate::segment::Segment;
use crate::sound::SAMPLE_RATE;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// Frames of the picture.
    pub frames: u64,
    /// Segments they came from.
    pub segments: usize,
}

/// Why segments were not joined.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// There is no segment.
    #[error("there is no segment to join")]
    Nothing,
    /// One does not fit the cut or the first segment.
    #[error("segment {at} cannot be joined: {why}")]
    Unlike {
        /// Its number, from 0.
        at: usize,
        /// What differs.
        why: String,
    },
    /// The sound's packets are not in order.
    #[error("the sound's packet {at} is decoded at sample {dts}, before the one in front of it at {before}")]
    Sound {
        /// Its number, from 0.
        at: usize,
        /// When it is decoded.
        dts: i64,
        /// When its predecessor is.
        before: i64,
    },
    /// The file could not be written.
    #[error("could not write the joined cut")]
    Write(#[source] EncodeError),
}

/// Joins segments and sound into an MP4 file at `path`, which is overwritten: index first, the same bytes for the same
/// input. On an error the file is left as it is; its owner removes it.
///
/// # Errors
/// Any [`JoinError`].
pub fn join<'s>(
    spec: &VideoSpec,
    segments: impl IntoIterator<Item = &'s Segment>,
    sound: Option<&CodedSound>,
    path: &Path,
) -> Result<Joined, JoinError> {
    let mut joiner = Joiner::new(spec.clone(), sound, path)?;
    for segment in segments {
        joiner.push(segment)?;
    }
    joiner.finish()
}

/// [`join`] piece by piece, so that not all segments need be in memory at once.
pub struct Joiner<'a> {
    spec: VideoSpec,
    sound: Option<&'a CodedSound>,
    /// Packets of the sound written so far.
    heard: usize,
    path: &'a Path,
    begun: Option<Begun>,
    joined: Joined,
}

struct Begun {
    mux: Mux,
    headers: Bytes,
    delay: u32,
    picture: usize,
    sound: Option<usize>,
}

impl<'a> Joiner<'a> {
    /// Nothing is written before the first segment.
    ///
    /// # Errors
    /// [`JoinError::Sound`] if the sound's packets are not in order.
    pub fn new(spec: VideoSpec, sound: Option<&'a CodedSound>, path: &'a Path) -> Result<Self, JoinError> {
        let packets = sound.map_or(&[][..], CodedSound::packets);
        for (at, pair) in packets.windows(2).enumerate() {
            if pair[1].dts <= pair[0].dts {
                return Err(JoinError::Sound { at: at + 1, dts: pair[1].dts, before: pair[0].dts });
            }
        }
        Ok(Self { spec, sound, heard: 0, path, begun: None, joined: Joined { frames: 0, segments: 0 } })
    }

    /// Puts a segment behind those before it.
    ///
    /// # Errors
    /// [`JoinError::Unlike`] if it cannot follow them, [`JoinError::Write`] if the file cannot be written.
    pub fn push(&mut self, segment: &Segment) -> Result<(), JoinError> {
        self.check(segment)?;
        let mut begun = match self.begun.take() {
            Some(begun) => begun,
            None => self.begin(segment).map_err(JoinError::Write)?,
        };
        let offset = self.joined.frames as i64;
        let time_base = Rational::new(1, self.spec.fps as i32);
        for coded in segment.packets() {
            let dts = offset + coded.dts;
            self.sound_until(&mut begun, dts).map_err(JoinError::Write)?;
            let mut packet = Packet::copy(&coded.data);
            packet.set_pts(Some(offset + coded.pts));
            packet.set_dts(Some(dts));
            packet.set_duration(1);
            if coded.is_key {
                packet.set_flags(ffmpeg_next::packet::Flags::KEY);
            }
            begun.mux.write(&mut packet, begun.picture, time_base).map_err(JoinError::Write)?;
        }
        self.joined.frames += segment.frames();
        self.joined.segments += 1;
        self.begun = Some(begun);
        Ok(())
    }

    /// Writes what is left of the sound and closes the file.
    ///
    /// # Errors
    /// [`JoinError::Nothing`] if no segment came, [`JoinError::Write`] if the file cannot be written.
    pub fn finish(mut self) -> Result<Joined, JoinError> {
        let mut begun = self.begun.take().ok_or(JoinError::Nothing)?;
        self.sound_until(&mut begun, i64::MAX).map_err(JoinError::Write)?;
        begun.mux.end().map_err(JoinError::Write)?;
        Ok(self.joined)
    }

    fn check(&self, segment: &Segment) -> Result<(), JoinError> {
        let unlike = |why: String| Err(JoinError::Unlike { at: self.joined.segments, why });
        let (width, height, fps) = segment.canvas();
        if (width, height, fps) != (self.spec.width, self.spec.height, self.spec.fps) {
            return unlike(format!(
                "it is {width}x{height} pixels at {fps} frames a second, the cut {}x{} at {}",
                self.spec.width, self.spec.height, self.spec.fps
            ));
        }
        let Some(begun) = &self.begun else { return Ok(()) };
        if segment.delay() != begun.delay {
            return unlike(format!(
                "its frames are reordered by {}, those of segment 0 by {}",
                segment.delay(),
                begun.delay
            ));
        }
        if *segment.headers() != begun.headers {
            return unlike(
                "its stream's headers differ from those of segment 0 (another encoder or other settings made it)"
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn begin(&self, first: &Segment) -> Result<Begun, EncodeError> {
        quiet();
        let failed = |error: Error| write_failed(self.path, error);
        let mut mux = Mux::create(self.path)?;
        let rate = Rational::new(self.spec.fps as i32, 1);
        let parameters = libav::picture_parameters(&self.spec, first.headers()).map_err(failed)?;
        let picture = mux.add_coded(parameters, rate.invert(), Some(rate))?;
        let sound = self
            .sound
            .as_ref()
            .map(|sound| mux.add_coded(sound.parameters().clone(), Rational::new(1, SAMPLE_RATE as i32), None));
        let sound = sound.transpose()?;
        mux.begin()?;
        Ok(Begun { mux, headers: first.headers().clone(), delay: first.delay(), picture, sound })
    }

    /// Writes the sound that is decoded before this frame, so that both lie side by side in the file.
    fn sound_until(&mut self, begun: &mut Begun, frame: i64) -> Result<(), EncodeError> {
        let (Some(sound), Some(stream)) = (&self.sound, begun.sound) else { return Ok(()) };
        let limit = i128::from(frame) * i128::from(SAMPLE_RATE);
        while let Some(coded) = sound.packets().get(self.heard) {
            if i128::from(coded.dts) * i128::from(self.spec.fps) > limit {
                break;
            }
            begun.mux.write(&mut coded.to_packet(), stream, Rational::new(1, SAMPLE_RATE as i32))?;
            self.heard += 1;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
