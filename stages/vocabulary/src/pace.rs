//! How fast a voice speaks a language: words a second, learnt from finished voice tracks. The stage that speaks tells it,
//! the stage that writes asks it; both hold the same one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

/// Words a second where nothing was heard yet, with 165 words a minute and a pause of 250 ms set: flite's `rms` for English
/// (espeak-ng: 3.46), espeak-ng for the others; measured on 21 November 2026 by the test `how_fast_the_engines_speak` of
/// `reelpress-voice`, 50 to 57 words each.
const MEASURED: [(&str, f64); 4] = [("en", 3.24), ("de", 2.79), ("es", 2.87), ("fr", 3.72)];
/// The same for languages that were not measured.
const WORDS_PER_SECOND: f64 = 3.0;
/// The set rate of [`MEASURED`], in words a minute.
const MEASURED_AT: f64 = 165.0;
/// Speech that is believed, in seconds: below it the measured constant counts too.
const BELIEVED_S: f64 = 60.0;
/// Old speech fades: no more than this counts, in seconds, so that another rate is learnt within some forty videos.
const REMEMBERED_S: f64 = 1_200.0;
/// Voices kept; the press has a handful.
const VOICES_MAX: usize = 256;

/// What was heard of one voice in one language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// Spoken words.
    pub words: f64,
    /// Seconds they took, pauses between beats included.
    pub seconds: f64,
}

/// Paces by voice and language, shared. Cloning it gives another hand on the same one.
#[derive(Debug, Clone, Default)]
pub struct Pace(Arc<Mutex<BTreeMap<String, Heard>>>);

impl Pace {
    /// What was kept from an earlier run; nonsense in it is left out.
    #[must_use]
    pub fn from_kept(mut kept: BTreeMap<String, Heard>) -> Self {
        kept.retain(|_, heard| {
            heard.words.is_finite() && heard.seconds.is_finite() && heard.words > 0.0 && heard.seconds > 0.0
        });
        Self(Arc::new(Mutex::new(kept)))
    }

    /// Puts what an earlier run kept to what is known.
    pub fn learn(&self, kept: BTreeMap<String, Heard>) {
        let kept = Self::from_kept(kept).kept();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, heard) in kept.into_iter().take(VOICES_MAX) {
            all.entry(key).or_insert(heard);
        }
    }

    /// Everything, to be kept.
    #[must_use]
    pub fn kept(&self) -> BTreeMap<String, Heard> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One finished track: so many spoken words in so many milliseconds.
    pub fn heard(&self, voice: &str, language: &str, words: usize, duration_ms: u64) {
        if words == 0 || duration_ms == 0 {
            return;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key(voice, language);
        if all.len() >= VOICES_MAX && !all.contains_key(&key) {
            return;
        }
        let heard = all.entry(key).or_default();
        heard.words += words as f64;
        heard.seconds += duration_ms as f64 / 1_000.0;
        if heard.seconds > REMEMBERED_S {
            let share = REMEMBERED_S / heard.seconds;
            (heard.words, heard.seconds) = (heard.words * share, REMEMBERED_S);
        }
    }

    /// Words a second of a language, over all its voices, for the rate that is set (words a minute). In steps of a
    /// quarter, so that what is derived from it does not change with every video.
    #[must_use]
    pub fn words_per_second(&self, language: &str, words_per_minute: u32) -> f64 {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let ending = key("", language);
        let of_language = all.iter().filter(|(key, _)| key.ends_with(&ending)).map(|(_, heard)| heard);
        let heard = of_language.fold(Heard::default(), |sum, heard| Heard {
            words: sum.words + heard.words,
            seconds: sum.seconds + heard.seconds,
        });
        let measured = MEASURED.iter().find(|(code, _)| *code == language).map_or(WORDS_PER_SECOND, |(_, pace)| *pace);
        let expected = measured * f64::from(words_per_minute.max(1)) / MEASURED_AT;
        let lacking = (BELIEVED_S - heard.seconds).max(0.0);
        let pace = (heard.words + expected * lacking) / (heard.seconds + lacking);
        (pace.clamp(0.5, 8.0) * 4.0).round() / 4.0
    }
}

fn key(voice: &str, language: &str) -> String {
    format!("{voice}\n{}", language.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_learnt_and_kept_and_believed_by_and_by() {
        let pace = Pace::default();
        assert!((pace.words_per_second("en", 165) - 3.25).abs() < 1e-9);
        assert!((pace.words_per_second("fr", 165) - 3.75).abs() < 1e-9);
        assert!((pace.words_per_second("en", 330) - 6.5).abs() < 1e-9);
        for _ in 0..10 {
            pace.heard("rms", "en", 70, 20_000);
            pace.heard("anna", "de", 40, 20_000);
        }
        assert!((pace.words_per_second("en", 165) - 3.5).abs() < 1e-9);
        assert!((pace.words_per_second("de", 165) - 2.0).abs() < 1e-9);
        let again = Pace::from_kept(pace.kept());
        assert!((again.words_per_second("en", 165) - 3.5).abs() < 1e-9);
        for _ in 0..200 {
            again.heard("rms", "en", 40, 20_000);
        }
        assert!((again.words_per_second("en", 165) - 2.0).abs() < 1e-9, "old speech fades");
    }

    #[test]
    fn nonsense_is_neither_learnt_nor_read_back() {
        let pace = Pace::from_kept(BTreeMap::from([("x\nen".to_owned(), Heard { words: f64::NAN, seconds: 1.0 })]));
        pace.heard("rms", "en", 0, 5);
        pace.heard("rms", "en", 5, 0);
        assert!(pace.kept().is_empty());
    }
}
