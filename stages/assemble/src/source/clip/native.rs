//! Demuxing from a file that is already open, and the scaler: what `ffmpeg-next` has no safe wrapper for.
#![expect(unsafe_code, reason = "speaks to libavformat and libswscale")]

use std::ffi::{CStr, c_int, c_void};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::{io, ptr, slice};

use ffmpeg_next::ffi::{
    AV_PKT_FLAG_DISCARD, AVDiscard, AVERROR_EOF, AVFMT_FLAG_NOFILLIN, AVFMT_FLAG_NOPARSE, AVFrame, AVIOContext,
    AVPixelFormat, AVSEEK_FLAG_BACKWARD, AVSEEK_SIZE, SWS_CS_ITU709, SwsContext, av_find_input_format,
    av_frame_apply_cropping, av_free, av_malloc, av_opt_set_int, av_seek_frame, avformat_alloc_context,
    avformat_open_input, avio_alloc_context, avio_context_free, sws_alloc_context, sws_freeContext,
    sws_getCoefficients, sws_init_context, sws_scale, sws_setColorspaceDetails,
};
use ffmpeg_next::format::context::Input;
use ffmpeg_next::util::format::Pixel;
use ffmpeg_next::{Dictionary, Error, Packet, Rational, codec, error, frame};

/// Bytes that are read at once.
const BLOCK: c_int = 64 * 1024;

/// The bytes of a file, as many as it had when it was opened.
struct Bytes {
    file: File,
    length: u64,
    at: u64,
    /// Bytes that may still be read.
    budget: u64,
    /// The system's word, if it refused.
    failure: Option<io::Error>,
    /// Where the file ended before its time.
    short: Option<u64>,
}

impl Bytes {
    fn read(&mut self, into: &mut [u8]) -> c_int {
        let count = (into.len() as u64).min(self.length.saturating_sub(self.at)).min(self.budget) as usize;
        if count == 0 {
            return AVERROR_EOF;
        }
        match self.file.read_at(&mut into[..count], self.at) {
            Ok(0) => {
                self.short = Some(self.at);
                AVERROR_EOF
            }
            Ok(count) => {
                self.at += count as u64;
                self.budget -= count as u64;
                count as c_int
            }
            Err(error) => {
                self.failure = Some(error);
                -error::EIO
            }
        }
    }

    fn seek(&mut self, offset: i64, whence: c_int) -> i64 {
        let from = match whence & 0xFFFF {
            _ if whence & AVSEEK_SIZE != 0 => return self.length as i64,
            0 => Some(0),
            1 => i64::try_from(self.at).ok(),
            2 => i64::try_from(self.length).ok(),
            _ => None,
        };
        let Some(to) = from.and_then(|from| from.checked_add(offset)).filter(|to| *to >= 0) else {
            return i64::from(-error::EINVAL);
        };
        self.at = to as u64;
        to
    }
}

/// # Safety
/// `opaque` is the [`Bytes`] that [`Source`] owns, and `buffer` has `size` bytes.
unsafe extern "C" fn read_bytes(opaque: *mut c_void, buffer: *mut u8, size: c_int) -> c_int {
    let Ok(size) = usize::try_from(size) else { return -error::EINVAL };
    // SAFETY: libavformat gives back the pointer it was made with, and a buffer of the size it names; it calls only
    // while it is called itself, when nobody else looks at the bytes.
    unsafe { (*opaque.cast::<Bytes>()).read(slice::from_raw_parts_mut(buffer, size)) }
}

/// # Safety
/// `opaque` is the [`Bytes`] that [`Source`] owns.
unsafe extern "C" fn seek_bytes(opaque: *mut c_void, offset: i64, whence: c_int) -> i64 {
    // SAFETY: as in `read_bytes`.
    unsafe { (*opaque.cast::<Bytes>()).seek(offset, whence) }
}

/// What libavformat reads from. It must live longer than the demuxer.
struct Source {
    context: *mut AVIOContext,
    bytes: *mut Bytes,
}

impl Source {
    fn new(bytes: Bytes) -> Result<Self, Error> {
        const NO_MEMORY: Error = Error::Other { errno: error::ENOMEM };
        // SAFETY: a plain allocation; it may give null, which is checked.
        let buffer = unsafe { av_malloc(BLOCK as usize) };
        if buffer.is_null() {
            return Err(NO_MEMORY);
        }
        let bytes = Box::into_raw(Box::new(bytes));
        // SAFETY: the buffer has `BLOCK` bytes and is given away; `bytes` is valid until `drop`.
        let context = unsafe {
            avio_alloc_context(buffer.cast(), BLOCK, 0, bytes.cast(), Some(read_bytes), None, Some(seek_bytes))
        };
        if context.is_null() {
            // SAFETY: nobody else has the buffer or the box.
            unsafe {
                av_free(buffer);
                drop(Box::from_raw(bytes));
            }
            return Err(NO_MEMORY);
        }
        Ok(Self { context, bytes })
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        // SAFETY: the demuxer, which used them, was dropped before; libavformat may have put another buffer in place of
        // the first, which is why it is taken from the context.
        unsafe {
            av_free((*self.context).buffer.cast());
            avio_context_free(&raw mut self.context);
            drop(Box::from_raw(self.bytes));
        }
    }
}

/// A demuxer for one open file. It opens no other, whatever the file says.
pub(super) struct Demuxer {
    // Dropped in this order.
    input: Input,
    source: Source,
}

// SAFETY: the file, the context and the demuxer belong to this struct alone, and none is tied to a thread.
unsafe impl Send for Demuxer {}

impl Demuxer {
    /// Opens a container by libav's name for it; at most `budget` bytes are read for its headers.
    pub(super) fn open(file: File, length: u64, container: &CStr, budget: u64) -> Result<Self, (Error, Trouble)> {
        let bytes = Bytes { file, length, at: 0, budget, failure: None, short: None };
        let plain = |error| (error, Trouble::default());
        let source = Source::new(bytes).map_err(plain)?;
        let mut options = Dictionary::new();
        options.set("protocol_whitelist", "none");
        options.set("max_streams", "32");
        // SAFETY: both return a pointer or null; null is checked or, for the format, means "guess".
        let (mut context, format) = unsafe { (avformat_alloc_context(), av_find_input_format(container.as_ptr())) };
        if context.is_null() || format.is_null() {
            // SAFETY: a context that was not opened is freed by this call; null is allowed.
            unsafe { ffmpeg_next::ffi::avformat_free_context(context) };
            return Err(plain(Error::DemuxerNotFound));
        }
        // SAFETY: the context is ours and not yet opened. On failure the call frees it; the options are taken back.
        let outcome = unsafe {
            (*context).pb = source.context;
            // Packets as the container has them: their times and key flags are what the index is made of.
            (*context).flags |= AVFMT_FLAG_NOPARSE | AVFMT_FLAG_NOFILLIN;
            let mut options = options.disown();
            let outcome = avformat_open_input(&raw mut context, ptr::null(), format, &raw mut options);
            drop(Dictionary::own(options));
            outcome
        };
        if outcome < 0 {
            // SAFETY: nobody reads the bytes now.
            let trouble = unsafe { (*source.bytes).trouble() };
            return Err((Error::from(outcome), trouble));
        }
        // SAFETY: an opened context, owned by nobody else; `Input` closes it.
        let input = unsafe { Input::wrap(context) };
        Ok(Self { input, source })
    }

    pub(super) fn input(&self) -> &Input {
        &self.input
    }

    /// Allows this many bytes to be read from now on.
    pub(super) fn allow(&mut self, budget: u64) {
        // SAFETY: the box lives as long as `source`, and libavformat is not being called.
        unsafe { (*self.source.bytes).budget = budget };
    }

    /// What the file itself did.
    pub(super) fn trouble(&mut self) -> Trouble {
        // SAFETY: as in `allow`.
        unsafe { (*self.source.bytes).trouble() }
    }

    /// Lets the packets of one stream pass and drops all others.
    pub(super) fn only(&mut self, stream: usize) {
        // SAFETY: `streams` has `nb_streams` valid pointers.
        unsafe {
            let context = self.input.as_mut_ptr();
            for at in 0..(*context).nb_streams as usize {
                let wanted = if at == stream { AVDiscard::AVDISCARD_NONE } else { AVDiscard::AVDISCARD_ALL };
                (**(*context).streams.add(at)).discard = wanted;
            }
        }
    }

    /// A pixel's width to its height, as the container says; 0/1 if it does not.
    pub(super) fn pixel_aspect(&self, stream: usize) -> Rational {
        self.input.stream(stream).map_or(Rational(0, 1), |stream| {
            // SAFETY: the stream's pointer is valid as long as the demuxer is borrowed.
            Rational::from(unsafe { (*stream.as_ptr()).sample_aspect_ratio })
        })
    }

    /// The next packet.
    pub(super) fn read(&mut self, packet: &mut Packet) -> Result<(), Error> {
        packet.read(&mut self.input)
    }

    /// Goes to the last key frame at or before `time`, or somewhere near: the caller looks where it came out.
    pub(super) fn seek(&mut self, stream: usize, time: i64) -> Result<(), Error> {
        // SAFETY: an opened context and the number of one of its streams.
        let outcome =
            unsafe { av_seek_frame(self.input.as_mut_ptr(), stream as c_int, time, AVSEEK_FLAG_BACKWARD as c_int) };
        if outcome < 0 { Err(Error::from(outcome)) } else { Ok(()) }
    }
}

/// What went wrong below the demuxer.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// The system's word.
    pub(super) failure: Option<io::Error>,
    /// Where the file ended before its time.
    pub(super) short: Option<u64>,
    /// More was read than was allowed.
    pub(super) spent: bool,
}

impl Bytes {
    fn trouble(&mut self) -> Trouble {
        Trouble { failure: self.failure.take(), short: self.short.take(), spent: self.budget == 0 }
    }
}

/// An edit list hides the packet's frame.
pub(super) fn is_hidden(packet: &Packet) -> bool {
    use ffmpeg_next::packet::Ref;
    // SAFETY: a live packet.
    unsafe { (*packet.as_ptr()).flags & AV_PKT_FLAG_DISCARD != 0 }
}

/// The decoder met something it could only guess at.
pub(super) fn is_guessed(frame: &frame::Video) -> bool {
    // SAFETY: a live frame.
    unsafe { (*frame.as_ptr()).decode_error_flags != 0 }
}

/// What of a frame is scaled, and to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScaleKey {
    pub(super) format: Pixel,
    /// Of the whole frame.
    pub(super) width: u32,
    /// Of the whole frame.
    pub(super) height: u32,
    pub(super) full_range: bool,
    /// Chroma stands in the middle of its pixels, not on the left ones.
    pub(super) centred: bool,
    /// First column, first row, width, height.
    pub(super) crop: [u32; 4],
    /// Width and height, even.
    pub(super) to: [u32; 2],
}

/// Scales a part of a frame to 4:2:0 in limited range.
pub(super) struct Scaler {
    key: ScaleKey,
    context: *mut SwsContext,
    /// Aligned as the fastest code wants it, on every machine alike.
    scaled: frame::Video,
}

// SAFETY: the context belongs to this struct alone and is not tied to a thread.
unsafe impl Send for Scaler {}

impl Drop for Scaler {
    fn drop(&mut self) {
        // SAFETY: made by `new`, freed once; null is allowed.
        unsafe { sws_freeContext(self.context) };
    }
}

impl Scaler {
    pub(super) fn new(key: ScaleKey) -> Result<Self, Error> {
        let scaled = frame::Video::new(Pixel::YUV420P, key.to[0], key.to[1]);
        if scaled.planes() < 3 {
            return Err(Error::Other { errno: error::ENOMEM });
        }
        // SAFETY: gives a context or null.
        let context = unsafe { sws_alloc_context() };
        if context.is_null() {
            return Err(Error::Other { errno: error::ENOMEM });
        }
        let this = Self { key, context, scaled };
        for (name, value) in options(&key) {
            // SAFETY: the context is alive and begins with its class, as all of libav's option holders do.
            let outcome = unsafe { av_opt_set_int(context.cast(), name.as_ptr(), value, 0) };
            if outcome < 0 {
                return Err(Error::from(outcome));
            }
        }
        // SAFETY: the context is alive and has its options; no filters.
        let outcome = unsafe { sws_init_context(context, ptr::null_mut(), ptr::null_mut()) };
        if outcome < 0 {
            return Err(Error::from(outcome));
        }
        // The same weights on both sides: between them nothing is to be converted (see `planes::from_bt601`); from RGB
        // they are what is wanted. SAFETY: a live context and a table that lives for ever.
        let outcome = unsafe {
            let table = sws_getCoefficients(SWS_CS_ITU709 as c_int);
            sws_setColorspaceDetails(context, table, key.full_range.into(), table, 0, 0, 1 << 16, 1 << 16)
        };
        // "Not supported" means a grey or RGB side without a range to set, which is fine.
        if outcome < -1 { Err(Error::from(outcome)) } else { Ok(this) }
    }

    pub(super) fn key(&self) -> &ScaleKey {
        &self.key
    }

    /// Scales the frame, which is cropped by it.
    pub(super) fn run(&mut self, mut frame: frame::Video) -> Result<&frame::Video, Error> {
        /// Do it to the pixel, not to what is best aligned.
        const UNALIGNED: c_int = 1;
        let [x, y, width, height] = self.key.crop.map(|side| side as usize);
        let seen = (frame.format(), frame.width(), frame.height());
        if seen != (self.key.format, self.key.width, self.key.height) || frame.planes() == 0 {
            return Err(Error::InputChanged);
        }
        let (right, below) = (frame.width() as usize - x - width, frame.height() as usize - y - height);
        let from: *mut AVFrame = unsafe {
            // SAFETY: a live frame that is ours alone; the call moves its pointers within its own buffers.
            let raw = frame.as_mut_ptr();
            ((*raw).crop_left, (*raw).crop_top, (*raw).crop_right, (*raw).crop_bottom) = (x, y, right, below);
            let outcome = av_frame_apply_cropping(raw, UNALIGNED);
            if outcome < 0 {
                return Err(Error::from(outcome));
            }
            raw
        };
        // SAFETY: both frames are alive, have the sizes and formats the context was made for, and do not overlap.
        let rows = unsafe {
            let to = self.scaled.as_mut_ptr();
            sws_scale(
                self.context,
                (*from).data.as_ptr().cast(),
                (*from).linesize.as_ptr(),
                0,
                height as c_int,
                (*to).data.as_ptr(),
                (*to).linesize.as_ptr(),
            )
        };
        if rows != self.key.to[1] as c_int {
            return Err(Error::InvalidData);
        }
        Ok(&self.scaled)
    }
}

fn options(key: &ScaleKey) -> Vec<(&'static CStr, i64)> {
    use ffmpeg_next::software::scaling::Flags;
    let flags = Flags::BICUBIC | Flags::ACCURATE_RND | Flags::BITEXACT;
    let number = |format: Pixel| i64::from(AVPixelFormat::from(format) as c_int);
    let mut options = vec![
        (c"srcw", i64::from(key.crop[2])),
        (c"srch", i64::from(key.crop[3])),
        (c"src_format", number(key.format)),
        (c"src_range", i64::from(key.full_range)),
        (c"dstw", i64::from(key.to[0])),
        (c"dsth", i64::from(key.to[1])),
        (c"dst_format", number(Pixel::YUV420P)),
        (c"dst_range", 0),
        (c"dst_h_chr_pos", 0),
        (c"sws_flags", i64::from(flags.bits())),
    ];
    // Only where chroma has fewer columns than luma does it stand anywhere.
    if !key.centred && key.format.descriptor().is_some_and(|format| format.log2_chroma_w() == 1) {
        options.push((c"src_h_chr_pos", 0));
    }
    options
}

/// Width and height as the container says.
pub(super) fn size(parameters: &codec::Parameters) -> (u32, u32) {
    // SAFETY: live parameters.
    let (width, height) = unsafe { ((*parameters.as_ptr()).width, (*parameters.as_ptr()).height) };
    (width.max(0) as u32, height.max(0) as u32)
}
