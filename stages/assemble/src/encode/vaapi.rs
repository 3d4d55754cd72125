//! Frames on their way into a graphics card's memory.
#![expect(unsafe_code, reason = "speaks to libavutil's hardware contexts")]

use std::ptr;

use ffmpeg_next::ffi::{
    AVBufferRef, AVHWDeviceType, AVHWFramesContext, AVPixelFormat, av_buffer_ref, av_buffer_unref,
    av_hwdevice_ctx_create, av_hwframe_ctx_alloc, av_hwframe_ctx_init, av_hwframe_get_buffer, av_hwframe_transfer_data,
};
use ffmpeg_next::{Error, encoder, error, frame};

/// Frames in the card at once: what the encoder may hold for reordering, and some more.
const POOL: i32 = 20;

/// A pool of frames in the memory of the first card that the Video Acceleration API finds.
pub(super) struct Vaapi {
    frames: Reference,
}

impl Vaapi {
    /// Opens the card and tells the encoder, which is not open yet, where its frames will lie.
    pub(super) fn open(width: u32, height: u32, context: &mut encoder::video::Video) -> Result<Self, Error> {
        let mut device = Reference(ptr::null_mut());
        // SAFETY: the call writes a new reference, or leaves the null, which `Reference` drops as nothing.
        let outcome = unsafe {
            av_hwdevice_ctx_create(
                &raw mut device.0,
                AVHWDeviceType::AV_HWDEVICE_TYPE_VAAPI,
                ptr::null(),
                ptr::null_mut(),
                0,
            )
        };
        checked(outcome)?;
        // SAFETY: `device` is a device's reference; the pool takes one of its own.
        let frames = Reference(unsafe { av_hwframe_ctx_alloc(device.0) }).there()?;
        #[expect(clippy::cast_ptr_alignment, reason = "libavutil allocates the description and types it as bytes")]
        // SAFETY: the data of a reference to a pool is its description, which nobody reads before it is initialised.
        let pool = unsafe { &mut *(*frames.0).data.cast::<AVHWFramesContext>() };
        pool.format = AVPixelFormat::AV_PIX_FMT_VAAPI;
        pool.sw_format = AVPixelFormat::AV_PIX_FMT_NV12;
        pool.width = width as i32;
        pool.height = height as i32;
        pool.initial_pool_size = POOL;
        // SAFETY: `frames` is a pool that is described and not initialised yet.
        checked(unsafe { av_hwframe_ctx_init(frames.0) })?;
        // SAFETY: a reference more to a live buffer, which the encoder's context owns and drops with itself.
        unsafe { (*context.as_mut_ptr()).hw_frames_ctx = av_buffer_ref(frames.0) };
        Ok(Self { frames })
    }

    /// A copy of an NV12 frame in the card.
    pub(super) fn upload(&self, frame: &frame::Video) -> Result<frame::Video, Error> {
        let mut uploaded = frame::Video::empty();
        // SAFETY: an empty, owned frame gets a buffer of the live pool.
        checked(unsafe { av_hwframe_get_buffer(self.frames.0, uploaded.as_mut_ptr(), 0) })?;
        // SAFETY: both frames are live and have buffers; the source is only read.
        checked(unsafe { av_hwframe_transfer_data(uploaded.as_mut_ptr(), frame.as_ptr(), 0) })?;
        Ok(uploaded)
    }
}

/// One reference to a buffer of libav, or null.
struct Reference(*mut AVBufferRef);

impl Reference {
    fn there(self) -> Result<Self, Error> {
        if self.0.is_null() { Err(Error::Other { errno: error::ENOMEM }) } else { Ok(self) }
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        // SAFETY: the reference is ours alone; null is allowed.
        unsafe { av_buffer_unref(&raw mut self.0) };
    }
}

fn checked(outcome: i32) -> Result<(), Error> {
    if outcome < 0 { Err(Error::from(outcome)) } else { Ok(()) }
}
