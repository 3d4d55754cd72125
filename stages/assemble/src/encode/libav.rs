//! What `ffmpeg-next` has no safe wrapper for around encoders and streams: their headers, both ways.
#![expect(unsafe_code, reason = "speaks to libavcodec and libavutil")]

use std::{ptr, slice};

use ffmpeg_next::codec::Parameters;
use ffmpeg_next::ffi::{
    AV_INPUT_BUFFER_PADDING_SIZE, AVChromaLocation, AVCodecID, AVColorPrimaries, AVColorRange, AVColorSpace,
    AVColorTransferCharacteristic, AVMediaType, AVPixelFormat, AVRational, av_mallocz,
};
use ffmpeg_next::{Error, codec, error};

use super::VideoSpec;

/// The headers of an opened encoder's stream; empty if it has none.
pub(super) fn headers(encoder: &codec::Context) -> Vec<u8> {
    // SAFETY: the pointer comes from a live context, which only its encoder writes to, and not while it is borrowed.
    let (data, length) = unsafe { ((*encoder.as_ptr()).extradata, (*encoder.as_ptr()).extradata_size) };
    if data.is_null() || length <= 0 {
        return Vec::new();
    }
    // SAFETY: libavcodec says that `extradata_size` bytes lie there, and they live as long as the context.
    unsafe { slice::from_raw_parts(data, length as usize) }.to_vec()
}

/// The reordering delay of an opened encoder's stream, in frames.
pub(super) fn delay(encoder: &codec::Context) -> u32 {
    // SAFETY: the pointer comes from a live context.
    unsafe { (*encoder.as_ptr()).has_b_frames }.unsigned_abs()
}

/// What a muxer must know of a picture stream with these headers.
pub(super) fn picture_parameters(spec: &VideoSpec, headers: &[u8]) -> Result<Parameters, Error> {
    let mut parameters = with_headers(headers)?;
    // SAFETY: `with_headers` gives parameters that are allocated and nobody else's; all fields written are plain values.
    let raw = unsafe { &mut *parameters.as_mut_ptr() };
    raw.codec_type = AVMediaType::AVMEDIA_TYPE_VIDEO;
    raw.codec_id = AVCodecID::AV_CODEC_ID_H264;
    raw.format = AVPixelFormat::AV_PIX_FMT_YUV420P as i32;
    raw.width = spec.width as i32;
    raw.height = spec.height as i32;
    raw.sample_aspect_ratio = AVRational { num: 1, den: 1 };
    raw.color_range = AVColorRange::AVCOL_RANGE_MPEG;
    raw.color_primaries = AVColorPrimaries::AVCOL_PRI_BT709;
    raw.color_trc = AVColorTransferCharacteristic::AVCOL_TRC_BT709;
    raw.color_space = AVColorSpace::AVCOL_SPC_BT709;
    raw.chroma_location = AVChromaLocation::AVCHROMA_LOC_LEFT;
    Ok(parameters)
}

fn with_headers(headers: &[u8]) -> Result<Parameters, Error> {
    const MEMORY: Error = Error::Other { errno: error::ENOMEM };
    let mut parameters = Parameters::new();
    // SAFETY: only compared with null: the constructor does not say when memory ran out.
    let raw = unsafe { parameters.as_mut_ptr() };
    if raw.is_null() {
        return Err(MEMORY);
    }
    // SAFETY: a plain allocation, zeroed with the padding that libavcodec reads over.
    let data = unsafe { av_mallocz(headers.len() + AV_INPUT_BUFFER_PADDING_SIZE as usize) }.cast::<u8>();
    if data.is_null() {
        return Err(MEMORY);
    }
    // SAFETY: `data` has room for them and overlaps with nothing; `raw` is allocated and owns `data` from here on.
    unsafe {
        ptr::copy_nonoverlapping(headers.as_ptr(), data, headers.len());
        (*raw).extradata = data;
        (*raw).extradata_size = headers.len() as i32;
    }
    Ok(parameters)
}
