//! The C library, made safe: one [`Library`] in the whole process, and every pointer stays in here.
//!
//! The library registers voices in tables of its own and reads them while it speaks. [`Library::open`] is called once,
//! under the one lock in the parent module, and all else takes the library by mutable reference.
//!
//! It ends the process when memory runs out or a voice lacks a part; both voices and language are compiled in, so that
//! no text can bring that about. Text is passed as ASCII words only (the parent module's `readable`).

use std::ffi::{CStr, c_char, c_int, c_short, c_uint, c_void};
use std::ptr;

use reelpress_config::FLITE_VOICES;

/// What one call of [`Library::speak`] gave.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) sample_rate: u32,
    pub(super) samples: Vec<i16>,
    /// Where each word between blanks starts, in seconds; `None` for one that has no sound.
    pub(super) tokens: Vec<Option<f32>>,
}

/// Most items of one relation that are walked: a text of 2,000 characters has far fewer.
const ITEMS_MAX: usize = 100_000;

/// The library with its voices, in the order of [`FLITE_VOICES`].
#[derive(Debug)]
pub(super) struct Library {
    voices: [*mut RawVoice; FLITE_VOICES.len()],
}

// SAFETY: the voices are used under the parent's lock only, and the library keeps nothing that belongs to a thread.
unsafe impl Send for Library {}

// From flite/cst_voice.h and flite/cst_wave.h, version 2.2: the fields that are touched, in their order.
#[repr(C)]
struct RawVoice {
    name: *const c_char,
    features: *mut c_void,
}

#[repr(C)]
struct RawWave {
    kind: *const c_char,
    sample_rate: c_int,
    num_samples: c_int,
    num_channels: c_int,
    samples: *mut c_short,
}

#[repr(C)]
struct RawUtterance {
    opaque: [u8; 0],
}

#[repr(C)]
struct RawRelation {
    opaque: [u8; 0],
}

#[repr(C)]
struct RawItem {
    opaque: [u8; 0],
}

unsafe extern "C" {
    fn srand(seed: c_uint);
    fn flite_init() -> c_int;
    fn register_cmu_us_rms(folder: *const c_char) -> *mut RawVoice;
    fn register_cmu_us_slt(folder: *const c_char) -> *mut RawVoice;
    fn register_cmu_us_awb(folder: *const c_char) -> *mut RawVoice;
    fn register_cmu_us_kal16(folder: *const c_char) -> *mut RawVoice;
    fn flite_feat_set_float(features: *mut c_void, name: *const c_char, value: f32);
    fn flite_synth_text(text: *const c_char, voice: *mut RawVoice) -> *mut RawUtterance;
    fn delete_utterance(utterance: *mut RawUtterance);
    fn utt_wave(utterance: *mut RawUtterance) -> *mut RawWave;
    fn utt_relation_present(utterance: *const RawUtterance, name: *const c_char) -> c_int;
    fn utt_relation(utterance: *const RawUtterance, name: *const c_char) -> *mut RawRelation;
    fn relation_head(relation: *mut RawRelation) -> *mut RawItem;
    fn item_next(item: *const RawItem) -> *mut RawItem;
    fn item_prev(item: *const RawItem) -> *mut RawItem;
    fn item_daughter(item: *const RawItem) -> *mut RawItem;
    fn item_as(item: *const RawItem, relation: *const c_char) -> *mut RawItem;
    fn item_feat_present(item: *const RawItem, name: *const c_char) -> c_int;
    fn item_feat_float(item: *const RawItem, name: *const c_char) -> f32;
}

/// Gives an utterance back to the library when it goes.
struct Utterance(*mut RawUtterance);

impl Drop for Utterance {
    fn drop(&mut self) {
        // SAFETY: made by `flite_synth_text`, not null, deleted once.
        unsafe { delete_utterance(self.0) };
    }
}

impl Library {
    /// Registers the voices. `None` if one of them gives nothing. Must not be called again once it worked.
    pub(super) fn open() -> Option<Self> {
        // SAFETY: the caller holds the one lock; a null folder means the data compiled into the voice.
        let voices = unsafe {
            flite_init();
            [
                register_cmu_us_rms(ptr::null()),
                register_cmu_us_slt(ptr::null()),
                register_cmu_us_awb(ptr::null()),
                register_cmu_us_kal16(ptr::null()),
            ]
        };
        voices.iter().all(|voice| !voice.is_null()).then_some(Self { voices })
    }

    /// Speaks one sentence with the voice at that place. `stretch` is 1 for the voice's own speed and 2 for half of it,
    /// `shift` is 1 for its own pitch and 2 for an octave more.
    pub(super) fn speak(&mut self, voice: usize, plain: &CStr, stretch: f32, shift: f32) -> Result<Said, &'static str> {
        let voice = *self.voices.get(voice).ok_or("no such voice")?;
        // SAFETY: the voice is not null and lives as long as the process; the names are constants that stay, which the
        // library counts on; the text is copied before the call returns. The library takes the noise of its voices from
        // the C library's `rand`: with the same seed each time, the same sentence gives the same bytes. Nothing else of
        // ours draws from that; if a foreign thread did meanwhile, the noise would differ, and nothing else.
        let utterance = unsafe {
            srand(1);
            flite_feat_set_float((*voice).features, c"duration_stretch".as_ptr(), stretch);
            flite_feat_set_float((*voice).features, c"f0_shift".as_ptr(), shift);
            flite_synth_text(plain.as_ptr(), voice)
        };
        if utterance.is_null() {
            return Err("it made no sound of a sentence");
        }
        let utterance = Utterance(utterance);
        // SAFETY: the utterance is not null; the wave belongs to it, and its samples are copied before it goes.
        let (sample_rate, samples) = unsafe {
            let wave = utt_wave(utterance.0);
            if wave.is_null() || (*wave).samples.is_null() || (*wave).num_channels != 1 {
                return Err("it made no sound of one channel");
            }
            let count = usize::try_from((*wave).num_samples).unwrap_or(0);
            ((*wave).sample_rate, std::slice::from_raw_parts((*wave).samples.cast_const(), count).to_vec())
        };
        let sample_rate = u32::try_from(sample_rate).unwrap_or(0);
        Ok(Said { sample_rate, samples, tokens: tokens(&utterance) })
    }
}

/// When each token's first word starts.
fn tokens(utterance: &Utterance) -> Vec<Option<f32>> {
    let mut starts = Vec::new();
    // SAFETY: the relation is asked for only if it is there; items belong to the utterance, which outlives this call,
    // and each function of the library takes and gives null for an item that is not there.
    unsafe {
        if utt_relation_present(utterance.0, c"Token".as_ptr()) == 0 {
            return starts;
        }
        let mut token = relation_head(utt_relation(utterance.0, c"Token".as_ptr()));
        while !token.is_null() && starts.len() < ITEMS_MAX {
            let mut word = item_daughter(token);
            let mut start = None;
            while !word.is_null() && start.is_none() {
                start = word_start(word);
                word = item_next(word);
            }
            starts.push(start);
            token = item_next(token);
        }
    }
    starts
}

/// The end of the segment before the word's first one.
///
/// # Safety
/// `word` is an item of the relation `Token`'s second level, of an utterance that is still there.
unsafe fn word_start(word: *const RawItem) -> Option<f32> {
    // SAFETY: by the contract above; the steps go from word to syllable to segment, and end at the first null.
    unsafe {
        let word = item_as(word, c"SylStructure".as_ptr());
        let syllable = if word.is_null() { return None } else { item_daughter(word) };
        let segment = if syllable.is_null() { return None } else { item_daughter(syllable) };
        let segment = if segment.is_null() { return None } else { item_as(segment, c"Segment".as_ptr()) };
        if segment.is_null() {
            return None;
        }
        let before = item_prev(segment);
        if before.is_null() || item_feat_present(before, c"end".as_ptr()) == 0 {
            return Some(0.0);
        }
        Some(item_feat_float(before, c"end".as_ptr()))
    }
}
