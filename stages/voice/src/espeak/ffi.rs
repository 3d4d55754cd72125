//! The C library, made safe: one [`Engine`] in the whole process, and every pointer stays in here.
//!
//! The library keeps all its state in globals and must only be used by one thread at a time. [`Engine`] cannot be made
//! twice ([`Engine::open`] is called under the one lock in the parent module) and every call that touches that state
//! takes it by reference.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_int, c_short, c_uint, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::engine::{Sound, WordEvent};

/// What the library says went wrong: its status code and its own words for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) code: c_int,
    pub(super) message: String,
}

/// A voice as its data files describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VoiceFile {
    /// Such as `gmw/en-US`: the file below the data folder, and what selects the voice.
    pub(super) identifier: String,
    /// Such as `English (America)`.
    pub(super) name: String,
    /// Language codes with their priority: lower is more wanted.
    pub(super) languages: Vec<(u8, String)>,
}

/// Why there is no sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoSound {
    /// More samples than allowed; speaking was stopped.
    TooMuch,
    /// The library refused.
    Refused(Status),
}

/// The opened library.
#[derive(Debug)]
pub(super) struct Engine {
    sample_rate: u32,
}

// From espeak-ng/speak_lib.h and espeak-ng/espeak_ng.h, version 1.51.
const EVENT_LIST_TERMINATED: c_int = 0;
const EVENT_WORD: c_int = 1;
const POSITION_CHARACTER: c_int = 1;
const CHARS_UTF8: c_uint = 1;
const PHONEMES_IPA: c_int = 0x02;
const PHONEMES_TIED: c_int = 0x80;
const PARAMETER_RATE: c_int = 1;
const PARAMETER_PITCH: c_int = 3;
const OUTPUT_SYNCHRONOUS: c_int = 1;
const STATUS_OK: c_int = 0;
const CONTINUE: c_int = 0;
const ABORT: c_int = 1;

#[repr(C)]
struct RawEvent {
    kind: c_int,
    unique_identifier: c_uint,
    text_position: c_int,
    length: c_int,
    audio_position: c_int,
    sample: c_int,
    user_data: *mut c_void,
    id: RawEventId,
}

#[repr(C)]
union RawEventId {
    number: c_int,
    name: *const c_char,
    string: [c_char; 8],
}

#[repr(C)]
struct RawVoice {
    name: *const c_char,
    languages: *const c_char,
    identifier: *const c_char,
    gender: u8,
    age: u8,
    variant: u8,
    xx1: u8,
    score: c_int,
    spare: *mut c_void,
}

type SynthCallback = unsafe extern "C" fn(*mut c_short, c_int, *mut RawEvent) -> c_int;

unsafe extern "C" {
    fn espeak_ng_InitializePath(path: *const c_char);
    fn espeak_ng_Initialize(context: *mut *mut c_void) -> c_int;
    fn espeak_ng_ClearErrorContext(context: *mut *mut c_void);
    fn espeak_ng_InitializeOutput(mode: c_int, buffer_length: c_int, device: *const c_char) -> c_int;
    fn espeak_ng_GetSampleRate() -> c_int;
    fn espeak_ng_GetStatusCodeMessage(status: c_int, buffer: *mut c_char, length: usize);
    fn espeak_ng_SetVoiceByName(name: *const c_char) -> c_int;
    fn espeak_ng_SetParameter(parameter: c_int, value: c_int, relative: c_int) -> c_int;
    fn espeak_ng_Synthesize(
        text: *const c_void,
        size: usize,
        position: c_uint,
        position_type: c_int,
        end_position: c_uint,
        flags: c_uint,
        unique_identifier: *mut c_uint,
        user_data: *mut c_void,
    ) -> c_int;
    fn espeak_TextToPhonemes(text: *mut *const c_void, text_mode: c_int, phoneme_mode: c_int) -> *const c_char;
    fn espeak_SetSynthCallback(callback: SynthCallback);
    fn espeak_ListVoices(spec: *mut RawVoice) -> *const *const RawVoice;
    fn espeak_Info(path: *mut *const c_char) -> *const c_char;
}

/// What the callback gathers. It runs on the thread that called [`Engine::speak`], inside that call.
struct Gathered {
    sound: Sound,
    samples_max: usize,
    too_much: bool,
    panic: Option<Box<dyn Any + Send>>,
}

thread_local! {
    static GATHERED: RefCell<Option<Gathered>> = const { RefCell::new(None) };
}

/// The library's version, such as `1.51`. Needs no data files.
pub(super) fn version() -> String {
    // SAFETY: returns a pointer to a string constant of the library; a null argument means the path is not wanted.
    unsafe { text(espeak_Info(ptr::null_mut())) }
}

#[expect(clippy::unused_self, reason = "holding the engine is the right to touch the library's global state")]
impl Engine {
    /// Reads the data files and prepares for sound in memory. Must not be called again once it worked.
    pub(super) fn open() -> Result<Self, Status> {
        // SAFETY: the caller holds the one lock. A null path means the default folder or `ESPEAK_DATA_PATH`; the error
        // context is cleared by the library's own function, whatever the status was; a null device is not opened in
        // synchronous mode.
        let status = unsafe {
            espeak_ng_InitializePath(ptr::null());
            let mut context = ptr::null_mut();
            let status = espeak_ng_Initialize(&raw mut context);
            espeak_ng_ClearErrorContext(&raw mut context);
            if status == STATUS_OK { espeak_ng_InitializeOutput(OUTPUT_SYNCHRONOUS, 0, ptr::null()) } else { status }
        };
        checked(status)?;
        // SAFETY: initialised above; the callback is a function that lives for ever and does not unwind.
        let rate = unsafe {
            espeak_SetSynthCallback(gather);
            espeak_ng_GetSampleRate()
        };
        match u32::try_from(rate) {
            Ok(sample_rate) if sample_rate > 0 => Ok(Self { sample_rate }),
            _ => Err(Status { code: rate, message: format!("reports {rate} samples a second") }),
        }
    }

    /// Samples a second.
    pub(super) fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// Every voice whose data is installed.
    pub(super) fn voices(&mut self) -> Vec<VoiceFile> {
        let mut voices = Vec::new();
        // SAFETY: the list is an array of pointers that ends with a null pointer; it and the strings belong to the
        // library and stay until the next call on `self`, and everything is copied before this one returns.
        unsafe {
            let mut next = espeak_ListVoices(ptr::null_mut());
            while !next.is_null() && !(*next).is_null() {
                let voice = &**next;
                voices.push(VoiceFile {
                    identifier: text(voice.identifier),
                    name: text(voice.name),
                    languages: languages(voice.languages),
                });
                next = next.add(1);
            }
        }
        voices
    }

    /// Selects a voice by its identifier, with `+variant` or without.
    pub(super) fn set_voice(&mut self, identifier: &CStr) -> Result<(), Status> {
        // SAFETY: the library copies the string before it returns.
        checked(unsafe { espeak_ng_SetVoiceByName(identifier.as_ptr()) })
    }

    /// Sets speed in words a minute and pitch from 0 to 99, for the voice selected last.
    pub(super) fn set_delivery(&mut self, words_per_minute: u32, pitch: u32) -> Result<(), Status> {
        let value = |number: u32| c_int::try_from(number).unwrap_or(c_int::MAX);
        // SAFETY: plain numbers; the library clamps them to what it can do.
        unsafe {
            checked(espeak_ng_SetParameter(PARAMETER_RATE, value(words_per_minute), 0))?;
            checked(espeak_ng_SetParameter(PARAMETER_PITCH, value(pitch), 0))
        }
    }

    /// Speaks plain text: no SSML, no phoneme codes. Stops once there are more than `samples_max` samples.
    pub(super) fn speak(&mut self, plain: &CStr, samples_max: usize) -> Result<Sound, NoSound> {
        let empty = Sound { sample_rate: self.sample_rate, ..Sound::default() };
        let fresh = Gathered { sound: empty, samples_max, too_much: false, panic: None };
        GATHERED.with_borrow_mut(|slot| *slot = Some(fresh));
        // SAFETY: `plain` is UTF-8 with a zero at its end, which `size` counts; the call is synchronous, so that the
        // callback has run for the last time, on this thread, when it returns.
        let status = unsafe {
            espeak_ng_Synthesize(
                plain.as_ptr().cast(),
                plain.to_bytes_with_nul().len(),
                0,
                POSITION_CHARACTER,
                0,
                CHARS_UTF8,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        let gathered =
            GATHERED.with_borrow_mut(Option::take).expect("put there above, and only this function takes it");
        if let Some(panic) = gathered.panic {
            std::panic::resume_unwind(panic);
        }
        if gathered.too_much {
            return Err(NoSound::TooMuch);
        }
        checked(status).map_err(NoSound::Refused)?;
        Ok(gathered.sound)
    }

    /// What the voice selected last would say: IPA with `tie` between the parts of one sound, and a blank between two
    /// groups. Nothing is spoken.
    pub(super) fn phonemes(&mut self, plain: &CStr, tie: u8) -> String {
        let mut phonemes = String::new();
        let mut rest: *const c_void = plain.as_ptr().cast();
        // Each call takes one clause; none is shorter than a byte.
        for _ in 0..=plain.to_bytes().len() {
            // SAFETY: `rest` points into `plain`, which ends with a zero and stays; the library moves it on, or sets it to
            // null at the end. What it returns is its own, ends with a zero, and is copied before the next call.
            let clause = unsafe {
                let mode = PHONEMES_IPA | PHONEMES_TIED | (c_int::from(tie) << 8);
                text(espeak_TextToPhonemes(&raw mut rest, CHARS_UTF8.cast_signed(), mode))
            };
            if !phonemes.is_empty() {
                phonemes.push(' ');
            }
            phonemes.push_str(clause.trim());
            if rest.is_null() {
                break;
            }
        }
        phonemes
    }
}

fn checked(code: c_int) -> Result<(), Status> {
    if code == STATUS_OK {
        return Ok(());
    }
    let mut buffer: [c_char; 512] = [0; 512];
    // SAFETY: the library writes at most the given length, zero included; one byte is kept back all the same.
    let message = unsafe {
        espeak_ng_GetStatusCodeMessage(code, buffer.as_mut_ptr(), buffer.len() - 1);
        text(buffer.as_ptr())
    };
    Err(Status { code, message })
}

/// Takes sound and events from the library. A panic must not cross C frames: it is kept and goes on in
/// [`Engine::speak`].
unsafe extern "C" fn gather(samples: *mut c_short, count: c_int, events: *mut RawEvent) -> c_int {
    let gathering = || {
        GATHERED.with_borrow_mut(|slot| {
            let Some(gathered) = slot.as_mut() else { return ABORT };
            let samples: &[i16] = match usize::try_from(count) {
                // SAFETY: the library hands over `count` samples that stay until this function returns.
                Ok(count) if count > 0 && !samples.is_null() => unsafe { std::slice::from_raw_parts(samples, count) },
                _ => &[],
            };
            gathered.sound.samples.extend_from_slice(samples);
            // SAFETY: the list ends with an event of the kind `EVENT_LIST_TERMINATED` and stays until this returns.
            unsafe { gathered.sound.take_words(events) };
            gathered.too_much = gathered.sound.samples.len() > gathered.samples_max;
            if gathered.too_much { ABORT } else { CONTINUE }
        })
    };
    match catch_unwind(AssertUnwindSafe(gathering)) {
        Ok(answer) => answer,
        Err(panic) => {
            GATHERED.with(|slot| {
                if let Ok(mut slot) = slot.try_borrow_mut()
                    && let Some(gathered) = slot.as_mut()
                {
                    gathered.panic = Some(panic);
                }
            });
            ABORT
        }
    }
}

impl Sound {
    /// # Safety
    /// `event` is null or points to a list that ends with an event of the kind `EVENT_LIST_TERMINATED`.
    unsafe fn take_words(&mut self, mut event: *const RawEvent) {
        // SAFETY: by the contract above, and the walk ends at the terminator.
        unsafe {
            while !event.is_null() && (*event).kind != EVENT_LIST_TERMINATED {
                if (*event).kind == EVENT_WORD {
                    self.words.push(WordEvent {
                        position: usize::try_from((*event).text_position).unwrap_or(0),
                        length: usize::try_from((*event).length).unwrap_or(0),
                        at_ms: u64::try_from((*event).audio_position).unwrap_or(0),
                    });
                }
                event = event.add(1);
            }
        }
    }
}

/// # Safety
/// `pointer` is null or points to a string with a zero at its end.
unsafe fn text(pointer: *const c_char) -> String {
    if pointer.is_null() {
        return String::new();
    }
    // SAFETY: by the contract above.
    unsafe { CStr::from_ptr(pointer) }.to_string_lossy().into_owned()
}

/// # Safety
/// `list` is null or points to pairs of a priority byte and a string with a zero at its end, closed by a zero byte.
unsafe fn languages(mut list: *const c_char) -> Vec<(u8, String)> {
    let mut languages = Vec::new();
    // SAFETY: by the contract above; each step skips one pair.
    unsafe {
        while !list.is_null() && *list != 0 {
            let priority = (*list).cast_unsigned();
            let code = CStr::from_ptr(list.add(1));
            languages.push((priority, code.to_string_lossy().into_owned()));
            list = list.add(1 + code.to_bytes_with_nul().len());
        }
    }
    languages
}
