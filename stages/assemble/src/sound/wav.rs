//! Reads 16-bit mono WAV.

const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
const PCM: u16 = 1;
/// The real format stands in the first two bytes of the sub-format then.
const EXTENSIBLE: u16 = 0xFFFE;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Speech {
    pub(super) rate: u32,
    pub(super) samples: Vec<i16>,
}

/// # Errors
/// What is wrong with the file.
pub(super) fn parse(bytes: &[u8]) -> Result<Speech, String> {
    if bytes.len() < 12 || &bytes[..4] != b"RIFF" || &bytes[8..12] != b"WAVE" {
        return Err(format!("its {} bytes do not begin with a RIFF/WAVE header", bytes.len()));
    }
    let mut rate = None;
    let mut rest = &bytes[12..];
    while let Some((header, body)) = rest.split_at_checked(8) {
        let claimed = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
        // Writers that stream leave a size of 0xFFFFFFFF; the end of the file is the end of the chunk then.
        let (chunk, after) = body.split_at(claimed.min(body.len()));
        match &header[..4] {
            b"fmt " => rate = Some(rate_of(chunk)?),
            b"data" => {
                let rate = rate.ok_or("its samples come before their format")?;
                let samples = chunk.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
                return Ok(Speech { rate, samples });
            }
            _ => {}
        }
        // Chunks start at even places.
        rest = after.get(claimed % 2..).unwrap_or_default();
    }
    Err("it has no `data` chunk".to_owned())
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

#[cfg(test)]
mod tests;
