//! A script in, speech out, with the time of every word.
//!
//! [`Voice`] speaks with espeak-ng, in this process, through its C library. The library is one for the process and not
//! thread-safe: a lock owns it, whatever number of stages there is.

mod error;
mod espeak;
mod plain;
mod speaker;
mod stage;
mod timing;
mod track;

pub use error::VoiceError;
pub use stage::Voice;

/// Starts the engine, for `doctor`; gives its name and version.
///
/// # Errors
/// [`VoiceError`] if its data is missing.
pub fn check() -> Result<String, VoiceError> {
    espeak::check()
}

#[cfg(test)]
mod tests;
