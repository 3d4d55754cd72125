//! The sound as it will be heard: through the encoder and back, without a file. Coding changes the wave's shape, so its
//! peaks may stand out over those of the mix by some decibels.

use ffmpeg_next::{Packet, Rational, codec, decoder, frame};

use super::audio::{Sink, Track, failed};
use super::{EncodeError, EncodeSpec, quiet, received};
use crate::sound::CHANNELS;

/// What a player makes of `sound` after it went through the encoder of `spec`: left and right in turn.
///
/// # Errors
/// [`EncodeError`] as for an encode.
pub(crate) fn heard(spec: &EncodeSpec<'_>, sound: &[f32]) -> Result<Vec<f32>, EncodeError> {
    quiet();
    let mut track = Track::open(spec, sound)?;
    let context = codec::Context::from_parameters(track.parameters()).map_err(failed)?;
    let decoder = context.decoder().audio().map_err(failed)?;
    let mut listener = Listener { decoder, heard: Vec::with_capacity(sound.len()) };
    track.finish(&mut listener)?;
    listener.decoder.send_eof().map_err(failed)?;
    listener.listen()?;
    Ok(listener.heard)
}

struct Listener {
    decoder: decoder::Audio,
    heard: Vec<f32>,
}

impl Listener {
    fn listen(&mut self) -> Result<(), EncodeError> {
        let mut frame = frame::Audio::empty();
        while received(self.decoder.receive_frame(&mut frame)).map_err(failed)? {
            if frame.planes() < CHANNELS {
                return Err(failed(ffmpeg_next::Error::InvalidData));
            }
            let (left, right) = (frame.plane::<f32>(0), frame.plane::<f32>(1));
            self.heard.extend(left.iter().zip(right).flat_map(|(left, right)| [*left, *right]));
        }
        Ok(())
    }
}

impl Sink for Listener {
    fn take(&mut self, packet: &mut Packet, _stream: usize, _time_base: Rational) -> Result<(), EncodeError> {
        self.decoder.send_packet(packet).map_err(failed)?;
        self.listen()
    }
}
