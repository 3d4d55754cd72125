//! Hardware encoders: what each is called, how it wants its frames and which options stand for ours.

use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::{Error, encoder, frame};
use reelpress_config::VideoEncoder;

use super::vaapi::Vaapi;
use super::video::{VideoSpec, picture_frame};

/// What libavcodec calls it.
pub(super) fn libav_name(encoder: VideoEncoder) -> &'static str {
    match encoder {
        VideoEncoder::X264 => "libx264",
        VideoEncoder::Nvenc
        | VideoEncoder::Qsv
        | VideoEncoder::Vaapi
        | VideoEncoder::V4l2m2m
        | VideoEncoder::VideoToolbox => encoder.name(),
    }
}

/// How the encoder wants its frames.
pub(super) fn pixel_format(encoder: VideoEncoder) -> Pixel {
    match encoder {
        VideoEncoder::X264 | VideoEncoder::Nvenc | VideoEncoder::VideoToolbox => Pixel::YUV420P,
        VideoEncoder::Qsv | VideoEncoder::V4l2m2m => Pixel::NV12,
        VideoEncoder::Vaapi => Pixel::VAAPI,
    }
}

/// What lies between our planes and an encoder that does not read them.
pub(super) enum Upload {
    /// Both colours in one plane.
    Nv12,
    /// In the graphics card's memory.
    Vaapi(Vaapi),
}

/// Makes ready what `spec`'s encoder needs before it is opened.
pub(super) fn prepare(spec: &VideoSpec, context: &mut encoder::video::Video) -> Result<Option<Upload>, Error> {
    Ok(match spec.encoder {
        VideoEncoder::X264 | VideoEncoder::Nvenc | VideoEncoder::VideoToolbox => None,
        VideoEncoder::Qsv | VideoEncoder::V4l2m2m => Some(Upload::Nv12),
        VideoEncoder::Vaapi => Some(Upload::Vaapi(Vaapi::open(spec.width, spec.height, context)?)),
    })
}

impl Upload {
    /// The frame as the encoder wants it, with the same time and kind.
    pub(super) fn take(&self, frame: &frame::Video) -> Result<frame::Video, Error> {
        let mut taken = nv12(frame)?;
        if let Self::Vaapi(card) = self {
            taken = card.upload(&taken)?;
        }
        taken.set_pts(frame.pts());
        taken.set_kind(frame.kind());
        Ok(taken)
    }
}

fn nv12(frame: &frame::Video) -> Result<frame::Video, Error> {
    const MEMORY: Error = Error::Other { errno: ffmpeg_next::error::ENOMEM };
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let mut packed = frame::Video::new(Pixel::NV12, frame.width(), frame.height());
    if packed.planes() < 2 || frame.planes() < 3 {
        return Err(MEMORY);
    }
    packed.set_color_space(frame.color_space());
    packed.set_color_range(frame.color_range());
    packed.set_color_primaries(frame.color_primaries());
    packed.set_color_transfer_characteristic(frame.color_transfer_characteristic());
    let stride = packed.stride(0);
    let rows = packed.data_mut(0).chunks_mut(stride).zip(frame.data(0).chunks(frame.stride(0)));
    rows.take(height).for_each(|(to, from)| to[..width].copy_from_slice(&from[..width]));
    let stride = packed.stride(1);
    let colours = frame.data(1).chunks(frame.stride(1)).zip(frame.data(2).chunks(frame.stride(2)));
    let rows = packed.data_mut(1).chunks_mut(stride).zip(colours);
    for (to, (u, v)) in rows.take(height.div_ceil(2)) {
        for ((pair, u), v) in to.chunks_exact_mut(2).zip(&u[..width.div_ceil(2)]).zip(v) {
            pair.copy_from_slice(&[*u, *v]);
        }
    }
    Ok(packed)
}

/// A black frame of the spec's size, to try an encoder with.
pub(super) fn black(spec: &VideoSpec) -> Result<frame::Video, super::EncodeError> {
    let mut frame = picture_frame(spec.width, spec.height)?;
    for (plane, value) in [16, 128, 128].into_iter().enumerate() {
        frame.data_mut(plane).fill(value);
    }
    Ok(frame)
}

/// The options that stand for ours. Key frames are ours to place: an encoder that knows better is told not to.
pub(super) fn options(spec: &VideoSpec) -> Vec<(&'static str, String)> {
    let quality = spec.crf.max(1).to_string();
    let fixed: &[(&'static str, &str)] = match spec.encoder {
        VideoEncoder::X264 => &[],
        VideoEncoder::Nvenc => &[
            ("preset", "p4"),
            ("profile", "high"),
            ("rc", "vbr"),
            ("b", "0"),
            ("forced-idr", "1"),
            ("no-scenecut", "1"),
        ],
        VideoEncoder::Qsv => &[
            ("preset", "medium"),
            ("profile", "high"),
            ("forced_idr", "1"),
            ("adaptive_i", "0"),
            ("idr_interval", "0"),
        ],
        VideoEncoder::Vaapi => &[("profile", "high"), ("rc_mode", "CQP"), ("idr_interval", "0")],
        VideoEncoder::V4l2m2m => &[("profile", "high")],
        VideoEncoder::VideoToolbox => &[("profile", "high"), ("allow_sw", "0")],
    };
    let mut options: Vec<(&'static str, String)> =
        fixed.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    options.push(match spec.encoder {
        VideoEncoder::X264 => return options,
        VideoEncoder::Nvenc => ("cq", quality),
        VideoEncoder::Qsv => ("global_quality", quality),
        VideoEncoder::Vaapi => ("qp", quality),
        VideoEncoder::V4l2m2m | VideoEncoder::VideoToolbox => ("b", bit_rate(spec).to_string()),
    });
    options
}

/// For encoders that know no constant quality: what x264 needs for a busy picture at crf 21, and half of it for each 6
/// steps of crf.
fn bit_rate(spec: &VideoSpec) -> u64 {
    let at_21 = u64::from(spec.width) * u64::from(spec.height) * u64::from(spec.fps) / 8;
    let factor = 2_f64.powf((21.0 - f64::from(spec.crf)) / 6.0);
    (at_21 as f64 * factor) as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::paint_into;

    #[test]
    fn a_frame_packed_for_hardware_has_the_same_samples() {
        let mut frame = picture_frame(70, 66).unwrap();
        paint_into(&mut frame, 0, &mut |_, planes| {
            for (plane, seed) in [(&mut *planes.y, 1_usize), (&mut *planes.u, 2), (&mut *planes.v, 3)] {
                plane.iter_mut().enumerate().for_each(|(at, sample)| *sample = (at * 7 + seed * 31) as u8);
            }
        })
        .unwrap();
        frame.set_pts(Some(9));
        let packed = Upload::Nv12.take(&frame).unwrap();
        assert_eq!(packed.pts(), Some(9));
        for y in 0..66 {
            let (from, to) = (y * frame.stride(0), y * packed.stride(0));
            assert_eq!(frame.data(0)[from..][..70], packed.data(0)[to..][..70], "row {y}");
        }
        for y in 0..33 {
            for x in 0..35 {
                let pair = &packed.data(1)[y * packed.stride(1) + x * 2..][..2];
                let colours = [frame.data(1)[y * frame.stride(1) + x], frame.data(2)[y * frame.stride(2) + x]];
                assert_eq!(pair, colours, "{x}, {y}");
            }
        }
    }
}
