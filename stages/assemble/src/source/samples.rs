//! Small files of each kind, made here: none is kept in the tree.

use std::path::Path;

use ffmpeg_next::codec::Flags;
use ffmpeg_next::util::color;
use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::{Dictionary, Packet, Rational, codec, encoder, format, frame};
use image::{ImageFormat, Rgb, RgbImage};

/// A clip to be made.
#[derive(Clone)]
pub(super) struct Made {
    /// Muxer and encoder by libav's names.
    pub(super) kind: (&'static str, &'static str),
    pub(super) size: (u32, u32),
    pub(super) format: Pixel,
    /// When each frame is shown, in milliseconds.
    pub(super) times: Vec<i64>,
    pub(super) gop: u32,
    pub(super) space: color::Space,
    pub(super) range: color::Range,
    pub(super) transfer: color::TransferCharacteristic,
    pub(super) primaries: color::Primaries,
    pub(super) aspect: (i32, i32),
    pub(super) options: Vec<(&'static str, &'static str)>,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            kind: ("mp4", "libx264"),
            size: (64, 96),
            format: Pixel::YUV420P,
            times: (0..20).map(|at| at * 100).collect(),
            gop: 6,
            space: color::Space::BT709,
            range: color::Range::MPEG,
            transfer: color::TransferCharacteristic::BT709,
            primaries: color::Primaries::BT709,
            aspect: (1, 1),
            options: vec![("preset", "veryfast"), ("crf", "8")],
        }
    }
}

impl Made {
    /// VP9 in WebM, odd sizes allowed.
    pub(super) fn webm() -> Self {
        Self {
            kind: ("webm", "libvpx-vp9"),
            options: vec![("crf", "8"), ("b", "0"), ("deadline", "realtime"), ("cpu-used", "8")],
            ..Self::default()
        }
    }

    /// Encodes it; `draw` fills a frame by its number.
    pub(super) fn write(&self, path: &Path, draw: &mut dyn FnMut(usize, &mut frame::Video)) {
        crate::encode::quiet();
        let codec = encoder::find_by_name(self.kind.1).unwrap();
        let tick = Rational::new(1, 1_000);
        let mut context = codec::Context::new_with_codec(codec).encoder().video().unwrap();
        context.set_width(self.size.0);
        context.set_height(self.size.1);
        context.set_format(self.format);
        context.set_time_base(tick);
        context.set_gop(self.gop);
        context.set_aspect_ratio(Rational::new(self.aspect.0, self.aspect.1));
        context.set_colorspace(self.space);
        context.set_color_range(self.range);
        context.set_flags(Flags::GLOBAL_HEADER | Flags::BITEXACT);
        let mut options = Dictionary::new();
        options.set("threads", "1");
        let number = color::TransferCharacteristic::name(&self.transfer).unwrap_or("unknown");
        options.set("color_trc", number);
        options.set("color_primaries", color::Primaries::name(&self.primaries).unwrap_or("unknown"));
        for (key, value) in &self.options {
            options.set(key, value);
        }
        let mut encoder =
            context.open_as_with(codec, options).unwrap_or_else(|error| panic!("{:?}: {error:?}", self.kind));
        let mut output = format::output_as(path, self.kind.0).unwrap();
        output.add_stream_with(encoder.as_ref()).unwrap().set_time_base(tick);
        let mut flags = Dictionary::new();
        flags.set("fflags", "+bitexact");
        drop(output.write_header_with(flags).unwrap());
        let mut packet = Packet::empty();
        for (at, time) in self.times.iter().enumerate() {
            let mut frame = frame::Video::new(self.format, self.size.0, self.size.1);
            draw(at, &mut frame);
            frame.set_pts(Some(*time));
            encoder.send_frame(&frame).unwrap();
            drain(&mut encoder, &mut packet, &mut output);
        }
        encoder.send_eof().unwrap();
        drain(&mut encoder, &mut packet, &mut output);
        output.write_trailer().unwrap();
    }

    /// Frames of one grey each: luma 40, 44, 48 and so on.
    pub(super) fn greys(&self, path: &Path) {
        self.write(path, &mut |at, frame| grey(frame, 40 + 4 * at as u8));
    }
}

fn drain(encoder: &mut encoder::Video, packet: &mut Packet, output: &mut format::context::Output) {
    while encoder.receive_packet(packet).is_ok() {
        packet.set_stream(0);
        // Without it, the last frame of an MP4 is shown for no time at all.
        packet.set_duration(100);
        packet.rescale_ts(Rational::new(1, 1_000), output.stream(0).unwrap().time_base());
        packet.write_interleaved(output).unwrap();
    }
}

pub(super) fn grey(frame: &mut frame::Video, luma: u8) {
    fill(frame, [luma, 128, 128]);
}

/// One colour, given as 8-bit values, in any planar format of 8 or 10 bits.
pub(super) fn fill(frame: &mut frame::Video, colour: [u8; 3]) {
    let wide = frame.format().descriptor().unwrap().name().ends_with("10le");
    for (plane, value) in colour.into_iter().enumerate() {
        if wide {
            let bytes = (u16::from(value) * 4).to_le_bytes();
            frame.data_mut(plane).as_chunks_mut::<2>().0.fill(bytes);
        } else {
            frame.data_mut(plane).fill(value);
        }
    }
}

/// Noise that no codec can make small, the same each time.
pub(super) fn noise(frame: &mut frame::Video, seed: u64) {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    for plane in 0..3 {
        frame.data_mut(plane).fill_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8
        });
    }
}

pub(super) fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Red, green, blue and white quarters, row by row.
pub(super) fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => Rgb([220, 20, 20]),
        (false, true) => Rgb([20, 220, 20]),
        (true, false) => Rgb([20, 20, 220]),
        (false, false) => Rgb([235, 235, 235]),
    })
}

/// A PNG by hand: any depth and colour type, chunks of one's own before the pixels.
pub(super) fn png(header: [u32; 2], kind: [u8; 3], chunks: &[(&[u8; 4], &[u8])], rows: &[u8]) -> Vec<u8> {
    let [depth, colour, interlace] = kind;
    let mut ihdr = header.map(u32::to_be_bytes).concat();
    ihdr.extend([depth, colour, 0, 0, interlace]);
    let mut bytes = b"\x89PNG\r\n\x1A\n".to_vec();
    chunk(&mut bytes, b"IHDR", &ihdr);
    for (kind, data) in chunks {
        chunk(&mut bytes, kind, data);
    }
    // One stored block; enough for what is made here.
    let length = u16::try_from(rows.len()).unwrap();
    let mut zlib = vec![0x78, 0x01, 0x01];
    zlib.extend(length.to_le_bytes());
    zlib.extend((!length).to_le_bytes());
    zlib.extend(rows);
    let (low, high) = rows.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    zlib.extend((high << 16 | low).to_be_bytes());
    chunk(&mut bytes, b"IDAT", &zlib);
    chunk(&mut bytes, b"IEND", &[]);
    bytes
}

fn chunk(bytes: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    bytes.extend((data.len() as u32).to_be_bytes());
    let start = bytes.len();
    bytes.extend(kind);
    bytes.extend(data);
    let sum = !bytes[start..].iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 })
    });
    bytes.extend(sum.to_be_bytes());
}

/// A JPEG of one flat 16x16 colour, given by the values of its components as stored.
pub(super) fn flat_jpeg(components: &[u8], progressive: bool, adobe_transform: Option<u8>) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8];
    if let Some(transform) = adobe_transform {
        bytes.extend(b"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00");
        bytes.push(transform);
    }
    bytes.extend(b"\xFF\xDB\x00\x43\x00");
    bytes.extend([1; 64]);
    let count = components.len() as u8;
    bytes.extend([0xFF, if progressive { 0xC2 } else { 0xC0 }, 0, 8 + 3 * count, 8, 0, 16, 0, 16, count]);
    bytes.extend((1..=count).flat_map(|id| [id, 0x11, 0]));
    // Sizes of differences: twelve codes of four bits. Of the rest: one code, the end of a block.
    bytes.extend(
        b"\xFF\xC4\x00\x1F\x00\0\0\0\x0C\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0A\x0B",
    );
    bytes.extend(b"\xFF\xC4\x00\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    bytes.extend([0xFF, 0xDA, 0, 6 + 2 * count, count]);
    bytes.extend((1..=count).flat_map(|id| [id, 0]));
    bytes.extend(if progressive { [0, 0, 0] } else { [0, 63, 0] });
    let mut bits = String::new();
    for block in 0..4 {
        for value in components {
            // Eight times the distance from the middle, told in the first block only.
            let difference = if block == 0 { (i32::from(*value) - 128) * 8 } else { 0 };
            let size = 32 - difference.unsigned_abs().leading_zeros();
            bits += &format!("{size:04b}");
            if size > 0 {
                let code = if difference < 0 { difference + (1 << size) - 1 } else { difference };
                bits += &format!("{code:0width$b}", width = size as usize);
            }
            if !progressive {
                bits.push('0');
            }
        }
    }
    while bits.len() % 8 > 0 {
        bits.push('1');
    }
    for byte in bits.as_bytes().chunks(8) {
        let byte = byte.iter().fold(0, |byte, bit| byte << 1 | (bit - b'0'));
        bytes.push(byte);
        if byte == 0xFF {
            bytes.push(0);
        }
    }
    bytes.extend([0xFF, 0xD9]);
    bytes
}
