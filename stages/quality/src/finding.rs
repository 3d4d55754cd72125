//! What is found, and in which words it is told.

use std::fmt;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing.
    Note,
    /// A person must look.
    Hold,
    /// It must not go out.
    Block,
}

/// What was judged. The word of a rule never changes its meaning: verdicts are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The picture shows nothing.
    Black,
    /// The picture does not move.
    Frozen,
    /// General flashes (WCAG 2.3.1).
    Flash,
    /// Flashes to and from saturated red.
    RedFlash,
    /// Integrated loudness (EBU R 128).
    Loudness,
    /// Loudness range (EBU Tech 3342).
    LoudnessRange,
    /// True peak (ITU-R BS.1770).
    TruePeak,
    /// Samples cut off at full scale.
    Clipping,
    /// Nothing is heard.
    Silence,
    /// What is lost when a phone plays both channels as one.
    Phase,
    /// One side louder than the other.
    Balance,
    /// Speech against what lies under it.
    Speech,
    /// A caption outside of the platform's safe zone.
    CaptionPlace,
    /// Letters too small.
    CaptionSize,
    /// Letters against the pixels around them.
    CaptionContrast,
    /// Faster than it can be read.
    CaptionSpeed,
    /// Gone before it is seen.
    CaptionTime,
    /// Another word than the script's.
    CaptionWords,
    /// The voice goes on to the very end, or past it.
    EndingVoice,
    /// The last words are not in the sound.
    EndingWords,
    /// Black at the end.
    EndingBlack,
    /// Silence at the end.
    EndingSilent,
    /// The sound stops at a level that is heard as a click.
    EndingAbrupt,
    /// The sound ends long before the picture.
    EndingShort,
    /// A platform does not take the file.
    Spec,
}

impl Rule {
    /// Every rule, in the order of reports.
    pub const ALL: [Self; 25] = [
        Self::Spec,
        Self::Black,
        Self::Frozen,
        Self::Flash,
        Self::RedFlash,
        Self::Loudness,
        Self::LoudnessRange,
        Self::TruePeak,
        Self::Clipping,
        Self::Silence,
        Self::Phase,
        Self::Balance,
        Self::Speech,
        Self::CaptionPlace,
        Self::CaptionSize,
        Self::CaptionContrast,
        Self::CaptionSpeed,
        Self::CaptionTime,
        Self::CaptionWords,
        Self::EndingVoice,
        Self::EndingWords,
        Self::EndingBlack,
        Self::EndingSilent,
        Self::EndingAbrupt,
        Self::EndingShort,
    ];

    /// Its id in verdicts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Black => "quality.black",
            Self::Frozen => "quality.frozen",
            Self::Flash => "quality.flash",
            Self::RedFlash => "quality.red-flash",
            Self::Loudness => "quality.loudness",
            Self::LoudnessRange => "quality.loudness-range",
            Self::TruePeak => "quality.true-peak",
            Self::Clipping => "quality.clipping",
            Self::Silence => "quality.silence",
            Self::Phase => "quality.phase",
            Self::Balance => "quality.balance",
            Self::Speech => "quality.speech",
            Self::CaptionPlace => "quality.caption-place",
            Self::CaptionSize => "quality.caption-size",
            Self::CaptionContrast => "quality.caption-contrast",
            Self::CaptionSpeed => "quality.caption-speed",
            Self::CaptionTime => "quality.caption-time",
            Self::CaptionWords => "quality.caption-words",
            Self::EndingVoice => "quality.ending-voice",
            Self::EndingWords => "quality.ending-words",
            Self::EndingBlack => "quality.ending-black",
            Self::EndingSilent => "quality.ending-silent",
            Self::EndingAbrupt => "quality.ending-abrupt",
            Self::EndingShort => "quality.ending-short",
            Self::Spec => "quality.spec",
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Black => "look for a missing picture or a fade that is too long",
            Self::Frozen => "give the scene motion, or make it shorter",
            Self::Flash | Self::RedFlash => {
                "slow the flashing to three a second or less, or make it smaller or fainter"
            }
            Self::Loudness => "set `loudness_lufs` in [assemble] and press again",
            Self::LoudnessRange => "bring voice and music closer together, phones are heard in noise",
            Self::TruePeak => "lower `true_peak_dbtp` in [assemble] and press again",
            Self::Clipping => "lower the level before the limiter, what is cut off cannot be brought back",
            Self::Silence => "look for a missing voice or music",
            Self::Phase => "one channel is turned over or delayed: check the music file on a phone's one loudspeaker",
            Self::Balance => "put the voice in the middle",
            Self::Speech => "lower `music_db` or raise `duck_db` in [assemble]",
            Self::CaptionPlace => "keep the captions within the template's safe zone",
            Self::CaptionSize => "make the captions' type larger in the template",
            Self::CaptionContrast => "give the captions a ground, an outline or another colour",
            Self::CaptionSpeed => "say it in fewer words, or show more words at a time",
            Self::CaptionTime => "show more words at a time",
            Self::CaptionWords => "correct the text on the screen or the script",
            Self::EndingVoice => "let the cut go on for a moment after the last word",
            Self::EndingWords => "press again, the speech is longer than the cut or was lost",
            Self::EndingBlack => "end on a picture: players loop, and black looks broken",
            Self::EndingSilent => "end the cut earlier",
            Self::EndingAbrupt => "fade the music out",
            Self::EndingShort => "let sound and picture end together",
            Self::Spec => "press it for this platform, or do not send it there",
        }
    }
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// How much it weighs.
    pub weight: Weight,
    /// First millisecond.
    pub from_ms: u64,
    /// First millisecond after it; `from_ms` if it is about the whole file.
    pub to_ms: u64,
    /// What was measured.
    pub measured: f64,
    /// What it had to keep to.
    pub limit: f64,
    /// Unit of both.
    pub unit: &'static str,
    /// What it is about, such as the caption's words; may be empty.
    pub about: String,
}

impl Finding {
    /// What was measured, without time and advice: `7.5 flashes a second (limit 3)`.
    #[must_use]
    pub fn message(&self) -> String {
        let about = if self.about.is_empty() { String::new() } else { format!("{}: ", self.about) };
        format!("{about}{} {} (limit {})", number(self.measured), self.unit, number(self.limit))
    }

    /// `from 1.20 s to 2.40 s`; empty if it is about the whole file.
    #[must_use]
    pub fn when(&self) -> String {
        if self.to_ms <= self.from_ms {
            return String::new();
        }
        let seconds = |ms: u64| ms as f64 / 1_000.0;
        format!("from {:.2} s to {:.2} s", seconds(self.from_ms), seconds(self.to_ms))
    }
}

/// With at most two digits behind the point, and none that say nothing.
fn number(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (rule, message, when) = (self.rule.as_str(), self.message(), self.when());
        let comma = if when.is_empty() { "" } else { ", " };
        write!(formatter, "{rule}: {message}{comma}{when}; {}", self.rule.advice())
    }
}

/// A rule that nothing can be said about: neither good nor bad.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unchecked {
    /// Which.
    pub rule: Rule,
    /// Why, as a lower-case fragment.
    pub why: &'static str,
}
