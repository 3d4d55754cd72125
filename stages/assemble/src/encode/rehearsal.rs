//! The sound as it will be heard: the packets through the decoder, without a file. Coding changes the wave's shape, so its
//! peaks may stand out over those of the mix.

use ffmpeg_next::{codec, decoder, frame};

use super::audio::{SoundPacket, failed};
use super::{EncodeError, received};
use crate::sound::{CHANNELS, Stereo};

/// What a player makes of `packets`: `samples` stereo samples, the priming left out.
///
/// # Errors
/// [`EncodeError::Encode`].
pub(super) fn heard(
    parameters: &codec::Parameters,
    packets: &[SoundPacket],
    samples: usize,
) -> Result<Stereo, EncodeError> {
    let context = codec::Context::from_parameters(parameters.clone()).map_err(failed)?;
    let decoder = context.decoder().audio().map_err(failed)?;
    let mut listener = Listener { decoder, heard: Stereo::silence(samples) };
    for packet in packets {
        listener.decoder.send_packet(&packet.to_packet()).map_err(failed)?;
        listener.listen()?;
    }
    listener.decoder.send_eof().map_err(failed)?;
    listener.listen()?;
    Ok(listener.heard)
}

struct Listener {
    decoder: decoder::Audio,
    heard: Stereo,
}

impl Listener {
    fn listen(&mut self) -> Result<(), EncodeError> {
        let mut frame = frame::Audio::empty();
        while received(self.decoder.receive_frame(&mut frame)).map_err(failed)? {
            let Some(pts) = frame.pts().filter(|_| frame.planes() >= CHANNELS) else {
                return Err(failed(ffmpeg_next::Error::InvalidData));
            };
            let skipped = usize::try_from(-pts.min(0)).unwrap_or(usize::MAX);
            let start = usize::try_from(pts.max(0)).unwrap_or(usize::MAX);
            for (channel, side) in self.heard.sides_mut().into_iter().enumerate() {
                let from = frame.plane::<f32>(channel).get(skipped..).unwrap_or_default();
                let to = side.get_mut(start..).unwrap_or_default();
                to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
            }
        }
        Ok(())
    }
}
