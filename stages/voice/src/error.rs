//! What can go wrong between a script and its speech.

use reelpress_core::{ArtifactError, Fault, Remedy};
use reelpress_endpoint::Failure;

use crate::kokoro::KokoroError;

/// Why a script could not be spoken. Beats are counted from 0: the hook is beat 0.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// The library is there, its data files are not.
    #[error("could not read the speech data of espeak-ng: {message} (install the Debian package `espeak-ng-data`)")]
    Data {
        /// The library's status code.
        status: i32,
        /// The library's own words.
        message: String,
    },
    /// No installed voice has this name or speaks this language.
    #[error(
        "{engine} has no voice `{voice}`; near: {} (set `voices` in [voice] to one of these)",
        near.join(", ")
    )]
    UnknownVoice {
        /// Who was asked.
        engine: &'static str,
        /// What was asked for.
        voice: String,
        /// Names or language codes of voices that exist, nearest first.
        near: Vec<String>,
    },
    /// The library refused the voice, its settings or the text.
    #[error("{engine} refused to speak with voice `{voice}`: {message} (status {status})")]
    Refused {
        /// Who was asked.
        engine: &'static str,
        /// The voice at hand.
        voice: String,
        /// The library's status code.
        status: i32,
        /// The library's own words.
        message: String,
    },
    /// The brief asks for one more hook than the script has: it would be the same video as the one with the script's own.
    #[error(
        "the brief asks for hook variant {variant}, but the script has {others} other hooks (ask for fewer `hook_variants`, \
         or for a topic with more to say)"
    )]
    NoSuchHook {
        /// Which of the hooks: 0 is the script's own, 1 the first of the others.
        variant: u32,
        /// How many others there are.
        others: usize,
    },
    /// A beat is too long to be narration.
    #[error("narration of beat {beat} has {characters} characters, more than {limit} (split it)")]
    TooLong {
        /// Which beat.
        beat: usize,
        /// How long it is.
        characters: usize,
        /// How long it may be.
        limit: usize,
    },
    /// A beat gave more sound than any narration does.
    #[error("speech of beat {beat} is longer than {seconds} s (split it, or raise `words_per_minute`)")]
    TooMuchSound {
        /// Which beat.
        beat: usize,
        /// The limit in seconds.
        seconds: usize,
    },
    /// A beat has words and gave silence.
    #[error("voice `{voice}` gave no sound for beat {beat}: `{text}` (is it the right voice for the language?)")]
    NoSound {
        /// Which beat.
        beat: usize,
        /// The voice at hand.
        voice: String,
        /// How the beat begins.
        text: String,
    },
    /// Nothing in the whole script can be spoken.
    #[error("no beat of the script has anything to speak (voice `{voice}`)")]
    Silent {
        /// The voice at hand.
        voice: String,
    },
    /// The speaking thread could not be started.
    #[error("could not start the speech thread")]
    Start(#[source] std::io::Error),
    /// The speaking thread ended in the middle of the work.
    #[error("the speech thread ended while it spoke (see the log for its last words)")]
    Ended,
    /// A voice of `openai` without an endpoint; the config's check does not let that through.
    #[error("a voice is of the engine `openai`, but there is no endpoint (add a table [voice.openai])")]
    NoEndpoint,
    /// The endpoint gave no usable answer.
    #[error(transparent)]
    Endpoint(#[from] Failure),
    /// The model of this machine could not speak.
    #[error(transparent)]
    Kokoro(#[from] KokoroError),
    /// The word times could not be written down.
    #[error("could not write the word times as JSON")]
    Product(#[source] serde_json::Error),
    /// The speech could not be stored.
    #[error("could not keep the speech")]
    Store(#[source] ArtifactError),
}

impl Fault for VoiceError {
    fn remedy(&self) -> Remedy {
        match self {
            Self::Data { .. } | Self::Start(_) | Self::Ended | Self::NoEndpoint => Remedy::StopStage,
            Self::UnknownVoice { .. }
            | Self::Refused { .. }
            | Self::NoSuchHook { .. }
            | Self::TooLong { .. }
            | Self::TooMuchSound { .. }
            | Self::NoSound { .. }
            | Self::Silent { .. }
            | Self::Product(_) => Remedy::GiveUp,
            Self::Endpoint(source) => source.remedy(),
            Self::Kokoro(source) => source.remedy(),
            Self::Store(source) => source.remedy(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Data { .. } => "speech_data_missing",
            Self::UnknownVoice { .. } => "unknown_voice",
            Self::Refused { .. } => "speech_refused",
            Self::NoSuchHook { .. } => "no_such_hook",
            Self::TooLong { .. } => "narration_too_long",
            Self::TooMuchSound { .. } => "speech_too_long",
            Self::NoSound { .. } | Self::Silent { .. } => "no_sound",
            Self::Start(_) | Self::Ended => "speech_thread",
            Self::NoEndpoint => "endpoint",
            Self::Endpoint(Failure::Unusable { .. }) => "not_speech",
            Self::Endpoint(source) => source.kind(),
            Self::Kokoro(source) => source.kind(),
            Self::Product(_) => "product",
            Self::Store(_) => "store",
        }
    }
}
