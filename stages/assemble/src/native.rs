//! The few calls into libav's libraries that `ffmpeg-next` has no safe wrapper for.
#![expect(unsafe_code, reason = "speaks to libavutil")]

use std::slice;

use ffmpeg_next::ffi::av_frame_make_writable;
use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::{Error, frame};

/// Makes sure that nobody else reads the frame's planes while they are painted: copies them if an encoder still holds a
/// reference, and does nothing else.
pub(crate) fn make_writable(frame: &mut frame::Video) -> Result<(), Error> {
    // SAFETY: the pointer comes from a live, owned frame with buffers; the call may only replace those buffers.
    let outcome = unsafe { av_frame_make_writable(frame.as_mut_ptr()) };
    if outcome < 0 { Err(Error::from(outcome)) } else { Ok(()) }
}

/// The three planes of a 4:2:0 frame at once, each with whole rows; `None` if the frame is of another format or has no
/// memory. (`ffmpeg-next` lends one plane at a time.)
pub(crate) fn planes_mut(frame: &mut frame::Video) -> Option<[&mut [u8]; 3]> {
    if frame.format() != Pixel::YUV420P {
        return None;
    }
    let rows = [frame.height(), frame.height().div_ceil(2), frame.height().div_ceil(2)];
    let mut planes = [(std::ptr::null_mut::<u8>(), 0_usize); 3];
    for (at, plane) in planes.iter_mut().enumerate() {
        // SAFETY: `data` and `linesize` are arrays of 8 inside a live, owned frame.
        let (data, line) = unsafe { ((*frame.as_mut_ptr()).data[at], (*frame.as_ptr()).linesize[at]) };
        let line = usize::try_from(line).ok().filter(|line| *line > 0)?;
        *plane = (data, line * rows[at] as usize);
    }
    if planes.iter().any(|(data, _)| data.is_null()) {
        return None;
    }
    // SAFETY: FFmpeg gives each plane of a YUV420P frame its own `linesize * rows` bytes, and the three do not overlap;
    // they live as long as the frame, which stays borrowed as long as the slices.
    Some(planes.map(|(data, length)| unsafe { slice::from_raw_parts_mut(data, length) }))
}
