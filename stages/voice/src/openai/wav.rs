//! Reads a WAV file of 16-bit PCM as endpoints send it: other chunks in between, lengths that streaming left open.

/// Samples a second, and the samples, mixed down to one channel.
///
/// # Errors
/// What is wrong, for people.
pub(super) fn read(bytes: &[u8]) -> Result<(u32, Vec<i16>), String> {
    if bytes.is_empty() {
        return Err("it is empty".to_owned());
    }
    if bytes.len() < 12 || &bytes[..4] != b"RIFF" || &bytes[8..12] != b"WAVE" {
        return Err(format!("it is {}, not WAV (does the model give `response_format = \"wav\"`?)", guess(bytes)));
    }
    let mut format = None;
    let mut rest = &bytes[12..];
    while rest.len() >= 8 {
        let (head, body) = rest.split_at(8);
        let told = number(&head[4..]) as usize;
        match &head[..4] {
            b"fmt " => format = Some(read_format(body.get(..told).unwrap_or(body))?),
            b"data" => {
                let (channels, rate) = format.ok_or("its sound comes before its format")?;
                // Streams are written before their length is known: then it is all ones or zero, and the file's end
                // counts.
                let open = told == 0 || told >= 0x7fff_ff00;
                if !open && body.len() < told {
                    return Err(format!("it breaks off after {} of {told} bytes", body.len()));
                }
                let sound = if open { body } else { &body[..told] };
                return Ok((rate, mixed(sound, channels)));
            }
            _ => {}
        }
        // Chunks begin at even places.
        rest = body.get(told.saturating_add(told % 2)..).unwrap_or_default();
    }
    Err("it has no sound in it".to_owned())
}

/// Channels, and samples a second.
fn read_format(body: &[u8]) -> Result<(usize, u32), String> {
    if body.len() < 16 {
        return Err("its format is cut off".to_owned());
    }
    let short = |at: usize| u16::from_le_bytes([body[at], body[at + 1]]);
    let (kind, channels, rate, bits) = (short(0), short(2), number(&body[4..8]), short(14));
    // 0xfffe is the extensible form; its sub-format begins with the same number.
    let pcm = kind == 1 || (kind == 0xfffe && body.len() >= 26 && short(24) == 1);
    if !pcm || bits != 16 || !(1..=2).contains(&channels) || !(8_000..=192_000).contains(&rate) {
        return Err(format!("it has format {kind}, {bits} bits, {channels} channels, {rate} Hz, not 16-bit PCM"));
    }
    Ok((channels.into(), rate))
}

fn mixed(sound: &[u8], channels: usize) -> Vec<i16> {
    let frame = |frame: &[u8]| {
        let sum = frame.chunks_exact(2).map(|pair| i32::from(i16::from_le_bytes([pair[0], pair[1]]))).sum::<i32>();
        (sum / channels as i32) as i16
    };
    sound.chunks_exact(2 * channels).map(frame).collect()
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn guess(bytes: &[u8]) -> &'static str {
    match bytes {
        [b'I', b'D', b'3', ..] | [0xff, 0xe0..=0xff, ..] => "MP3 or AAC",
        [b'O', b'g', b'g', b'S', ..] => "Ogg",
        [b'f', b'L', b'a', b'C', ..] => "FLAC",
        [b'{' | b'[', ..] => "JSON",
        [b'<', ..] => "HTML or XML",
        _ => "something unknown",
    }
}
