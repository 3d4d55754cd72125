//! Reads 16-bit mono WAV and brings it to the mix's sample rate.

use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::software::resampling::Context as Resampler;
use ffmpeg_next::util::channel_layout::ChannelLayout;
use ffmpeg_next::util::frame::Audio as AudioFrame;

use super::{SAMPLE_RATE, SoundError};

const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
const PCM: u16 = 1;
/// The real format stands in the first two bytes of the sub-format then.
const EXTENSIBLE: u16 = 0xFFFE;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Speech {
    pub(super) rate: u32,
    pub(super) samples: Vec<i16>,
}

impl Speech {
    pub(super) fn seconds(&self) -> f64 {
        self.samples.len() as f64 / f64::from(self.rate)
    }
}

pub(super) fn parse(bytes: &[u8]) -> Result<Speech, SoundError> {
    let wrong = |why: String| SoundError::Wav { why };
    if bytes.len() < 12 || &bytes[..4] != b"RIFF" || &bytes[8..12] != b"WAVE" {
        return Err(wrong(format!("its {} bytes do not begin with a RIFF/WAVE header", bytes.len())));
    }
    let mut rate = None;
    let mut rest = &bytes[12..];
    while let Some((header, body)) = rest.split_at_checked(8) {
        let claimed = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
        // Writers that stream leave a size of 0xFFFFFFFF; the end of the file is the end of the chunk then.
        let (chunk, after) = body.split_at(claimed.min(body.len()));
        match &header[..4] {
            b"fmt " => rate = Some(rate_of(chunk).map_err(wrong)?),
            b"data" => {
                let rate = rate.ok_or_else(|| wrong("its samples come before their format".to_owned()))?;
                let samples = chunk.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
                return Ok(Speech { rate, samples });
            }
            _ => {}
        }
        // Chunks start at even places.
        rest = after.get(claimed % 2..).unwrap_or_default();
    }
    Err(wrong("it has no `data` chunk".to_owned()))
}

fn rate_of(chunk: &[u8]) -> Result<u32, String> {
    if chunk.len() < 16 {
        return Err(format!("its `fmt ` chunk has {} bytes, fewer than 16", chunk.len()));
    }
    let word = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]);
    let format = match word(0) {
        EXTENSIBLE if chunk.len() >= 26 => word(24),
        format => format,
    };
    let rate = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
    if format != PCM {
        return Err(format!("its format is number {format}, not {PCM} (PCM)"));
    }
    if word(2) != 1 || word(14) != 16 {
        return Err(format!("it has {} channels of {} bits", word(2), word(14)));
    }
    if !RATES.contains(&rate) {
        return Err(format!("it has {rate} samples a second, not {} to {}", RATES.start(), RATES.end()));
    }
    Ok(rate)
}

/// The speech at [`SAMPLE_RATE`], cut or filled with silence to exactly `length` samples.
pub(super) fn resampled(speech: &Speech, length: usize) -> Result<Vec<f32>, SoundError> {
    const CHUNK: usize = 8_192;
    let failed = |error: ffmpeg_next::Error| SoundError::Library { action: "resample", why: error.to_string() };
    let (from, to) = (Sample::I16(Type::Packed), Sample::F32(Type::Packed));
    let mono = ChannelLayout::MONO;
    let mut resampler = Resampler::get(from, mono, speech.rate, to, mono, SAMPLE_RATE).map_err(failed)?;
    let room = CHUNK * SAMPLE_RATE as usize / speech.rate as usize + 1_024;
    let mut samples = Vec::with_capacity(length);
    for chunk in speech.samples.chunks(CHUNK) {
        if samples.len() >= length {
            break;
        }
        let mut input = AudioFrame::new(from, chunk.len(), mono);
        input.set_rate(speech.rate);
        input.plane_mut::<i16>(0).copy_from_slice(chunk);
        let mut output = AudioFrame::new(to, room, mono);
        resampler.run(&input, &mut output).map_err(failed)?;
        samples.extend_from_slice(output.plane::<f32>(0));
    }
    loop {
        let mut output = AudioFrame::new(to, room, mono);
        resampler.flush(&mut output).map_err(failed)?;
        if output.samples() == 0 || samples.len() >= length {
            break;
        }
        samples.extend_from_slice(output.plane::<f32>(0));
    }
    samples.resize(length, 0.0);
    Ok(samples)
}

#[cfg(test)]
mod tests;
