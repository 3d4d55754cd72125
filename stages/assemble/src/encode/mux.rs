//! MP4, moov first, the same bytes every time.

use std::path::{Path, PathBuf};

use ffmpeg_next::format::context::Output;
use ffmpeg_next::{Dictionary, Packet, Rational, codec, format};

use super::{EncodeError, write_failed};

pub(super) struct Mux {
    output: Output,
    path: PathBuf,
}

impl Mux {
    pub(super) fn create(path: &Path) -> Result<Self, EncodeError> {
        let text = path.to_str().filter(|text| !text.contains('\0'));
        let text = text.ok_or_else(|| EncodeError::Path { path: path.to_owned() })?;
        // With its protocol named, no path can be taken for another one (`concat:`, `http:`).
        let output = format::output_as(&format!("file:{text}"), "mp4").map_err(|error| write_failed(path, error))?;
        Ok(Self { output, path: path.to_owned() })
    }

    /// Adds a stream of packets that are coded already and gives its number.
    pub(super) fn add_coded(
        &mut self,
        parameters: codec::Parameters,
        time_base: Rational,
        frame_rate: Option<Rational>,
    ) -> Result<usize, EncodeError> {
        let no_codec: Option<ffmpeg_next::Codec> = None;
        let mut stream = self.output.add_stream(no_codec).map_err(|error| write_failed(&self.path, error))?;
        stream.set_parameters(parameters);
        stream.set_time_base(time_base);
        if let Some(rate) = frame_rate {
            stream.set_avg_frame_rate(rate);
            stream.set_rate(rate);
        }
        Ok(stream.index())
    }

    pub(super) fn begin(&mut self) -> Result<(), EncodeError> {
        let mut options = Dictionary::new();
        options.set("movflags", "+faststart");
        // No times and no library versions in the file.
        options.set("fflags", "+bitexact");
        self.output.write_header_with(options).map(drop).map_err(|error| write_failed(&self.path, error))
    }

    /// Writes a packet whose times are in `time_base`.
    pub(super) fn write(&mut self, packet: &mut Packet, stream: usize, time_base: Rational) -> Result<(), EncodeError> {
        let stream_time_base = self.output.stream(stream).map_or(time_base, |stream| stream.time_base());
        packet.set_stream(stream);
        packet.rescale_ts(time_base, stream_time_base);
        packet.write_interleaved(&mut self.output).map_err(|error| write_failed(&self.path, error))
    }

    pub(super) fn end(mut self) -> Result<(), EncodeError> {
        self.output.write_trailer().map_err(|error| write_failed(&self.path, error))
    }
}
