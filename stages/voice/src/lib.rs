//! A script in, speech out, with the time of every word.
//!
//! [`Voice`] speaks beat by beat: what is written becomes what a person would say (`spoken`), an engine turns that into
//! samples and word events, and each word as written gets the time of what was said for it (`timing`, `beat`). Each beat
//! is kept under a key of its own: a script with one new sentence speaks one sentence.
//!
//! # Engines
//!
//! espeak-ng and flite speak in this process, through their C libraries. Each library is one for the process and not
//! thread-safe: a lock owns it, whatever number of stages there is. The third engine is any endpoint with `OpenAI`'s
//! `/audio/speech`. The fourth, Kokoro, is a neural model through ONNX Runtime; library and model are named in the
//! settings and opened when a voice first needs them.
//!
//! English is spoken by flite's voice `rms` unless the settings say otherwise, because it is the best understood of those
//! that a Debian package brings. Measured on 21 November 2026 on ten sentences: overall quality as DNSMOS foretells it
//! (`speechmos` of the Python package index; 1 to 5, more is better), and the share of words that pocketsphinx heard wrongly (0 to 1, less is
//! better).
//!
//! | voice | quality | words heard wrongly |
//! | --- | --- | --- |
//! | flite `rms` | 3.15 | 0.073 |
//! | flite `kal16` | 3.25 | 0.15 |
//! | Festival `slt` (HTS) | 3.07 | 0.15 |
//! | flite `slt` | 2.74 | 0.20 |
//! | flite `awb` | 2.91 | 0.21 |
//! | espeak-ng `en-us` | 2.74 | 0.81 |
//!
//! On ten other sentences that day Kokoro's `af_heart` had 3.28 and 0.07, `am_michael` 3.31 and 0.14, where flite's `rms` had
//! 3.21 and 0.05.
//!
//! Neither measure is a listener: the first judges noise and distortion more than melody, and the second is a small
//! recogniser that formant voices confuse more than people.

mod beat;
mod check;
mod engine;
mod error;
mod espeak;
mod flite;
mod kokoro;
mod openai;
mod pitch;
mod plain;
mod rate;
mod speaker;
mod spoken;
mod stage;
mod timing;

pub use check::{Speaks, check};
pub use error::VoiceError;
pub use kokoro::KokoroError;
pub use stage::Voice;

#[cfg(test)]
mod tests;
