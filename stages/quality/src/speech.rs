//! Whether the voice can be understood over what lies under it.

use crate::finding::{Finding, Rule, Unchecked, Weight};
use crate::limits::Limits;
use crate::scan::over;
use crate::sound::{HOP_MS, Hop, decibels};

/// One word as it is spoken, in milliseconds of the cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// As written.
    pub text: String,
    /// First sound.
    pub from_ms: f64,
    /// Last sound.
    pub to_ms: f64,
}

/// Kept from words on both sides of a pause, in milliseconds: voices fade, and word times of engines are not exact.
const GUARD_MS: f64 = 60.0;
/// So much pause must be left, in milliseconds, and so much speech.
const LEAST_MS: f64 = 300.0;

/// Speech over what is heard in its pauses, in dB, from the levels of the mix; `None` with a reason if there is not
/// enough of either. Music that comes up in pauses is taken for louder than it is under the voice, so the true ratio is
/// this or better.
fn ratio_db(hops: &[Hop], words: &[Spoken]) -> Result<f64, &'static str> {
    if words.is_empty() {
        return Err("the times of the words are not known");
    }
    let (mut spoken, mut pause) = (Mean::default(), Mean::default());
    let first = words.iter().map(|word| word.from_ms).fold(f64::INFINITY, f64::min);
    let last = words.iter().map(|word| word.to_ms).fold(0.0, f64::max);
    for (at, hop) in hops.iter().enumerate() {
        let middle = (at as f64 + 0.5) * HOP_MS;
        if middle < first || middle > last {
            continue;
        }
        // Words are in order, those around a time are next to each other.
        let next = words.partition_point(|word| word.to_ms + GUARD_MS < middle);
        match words.get(next) {
            Some(word) if (word.from_ms..=word.to_ms).contains(&middle) => spoken.add(*hop),
            Some(word) if middle < word.from_ms - GUARD_MS => pause.add(*hop),
            Some(_) | None => {}
        }
    }
    if spoken.length_ms() < LEAST_MS || pause.length_ms() < LEAST_MS {
        return Err("there are too few pauses to hear what lies under the voice");
    }
    let (both, bed) = (spoken.power(), pause.power());
    Ok(decibels((both - bed).max(0.0)) - decibels(bed))
}

#[derive(Default)]
struct Mean {
    sum: f64,
    count: u32,
}

impl Mean {
    fn add(&mut self, hop: Hop) {
        self.sum += f64::from(hop.power);
        self.count += 1;
    }

    fn length_ms(&self) -> f64 {
        f64::from(self.count) * HOP_MS
    }

    fn power(&self) -> f64 {
        self.sum / f64::from(self.count.max(1))
    }
}

pub(crate) fn judge(
    hops: &[Hop],
    words: &[Spoken],
    limits: &Limits,
) -> (Option<f64>, Result<Option<Finding>, Unchecked>) {
    match ratio_db(hops, words) {
        Err(why) => (None, Err(Unchecked { rule: Rule::Speech, why })),
        Ok(ratio) => {
            let finding = (ratio < limits.speech_db).then(|| {
                over(Rule::Speech, Weight::Hold, (0.0, 0.0), ratio, limits.speech_db, "dB over what lies under it")
            });
            (Some(ratio), Ok(finding))
        }
    }
}

/// Speech over all else in the mix, in dB, where the voice is known for itself: `voice` and `mix` are the same moments,
/// sample by sample, at the same rate. What the voice became in the mix is found by least squares, and what is left over is
/// the bed. `None` if the two are of different length, silent, or not the same sound (a correlation below 0.1).
#[must_use]
pub fn against_stem(voice: &[f32], mix: &[f32]) -> Option<f64> {
    if voice.len() != mix.len() {
        return None;
    }
    let sum = |product: &dyn Fn(f64, f64) -> f64| -> f64 {
        voice.iter().zip(mix).map(|(voice, mix)| product(f64::from(*voice), f64::from(*mix))).sum()
    };
    let (own, cross, all) = (sum(&|v, _| v * v), sum(&|v, m| v * m), sum(&|_, m| m * m));
    if !(own.is_finite() && all.is_finite() && own > 0.0 && all > 0.0) || cross / (own * all).sqrt() < 0.1 {
        return None;
    }
    let speech = cross * cross / own;
    Some(decibels(speech) - decibels((all - speech).max(all * 1e-9)))
}

#[cfg(test)]
mod tests {
    use super::{Spoken, against_stem, ratio_db};
    use crate::sound::Hop;
    use crate::testing::{noise, tone};

    fn word(from_ms: f64, to_ms: f64) -> Spoken {
        Spoken { text: "word".to_owned(), from_ms, to_ms }
    }

    /// Ten seconds: a word in the first 600 ms of each.
    fn levels(voice_db: f64, bed_db: f64) -> (Vec<Hop>, Vec<Spoken>) {
        let power = |db: f64| 10_f64.powf(db / 10.0);
        let hop = |at: usize| {
            let voice = if at % 100 < 60 { power(voice_db) } else { 0.0 };
            Hop { power: (voice + power(bed_db)) as f32 }
        };
        let words = (0..10).map(|second| word(f64::from(second) * 1_000.0, f64::from(second) * 1_000.0 + 600.0));
        ((0..1_000).map(hop).collect(), words.collect())
    }

    #[test]
    fn the_ratio_is_that_of_voice_and_bed() {
        for (voice, bed) in [(-20.0, -40.0), (-20.0, -26.0), (-20.0, -20.0), (-30.0, -24.0)] {
            let (hops, words) = levels(voice, bed);
            let ratio = ratio_db(&hops, &words).unwrap();
            assert!((ratio - (voice - bed)).abs() < 0.1, "{voice} over {bed}: {ratio}");
        }
    }

    #[test]
    fn without_words_or_pauses_nothing_is_said() {
        let (hops, words) = levels(-20.0, -40.0);
        assert_eq!(ratio_db(&hops, &[]), Err("the times of the words are not known"));
        let without_pause: Vec<Spoken> =
            (0..100).map(|at| word(f64::from(at) * 100.0, f64::from(at) * 100.0 + 95.0)).collect();
        assert_eq!(ratio_db(&hops, &without_pause), Err("there are too few pauses to hear what lies under the voice"));
        assert!(ratio_db(&[], &words).is_err());
    }

    #[test]
    fn a_stem_is_found_in_the_mix_at_any_gain() {
        let voice = tone(220.0, 0.2, 48_000);
        for (gain, bed_db) in [(1.0, -12.0_f32), (2.5, -20.0), (0.4, 0.0)] {
            // Noise between -a and a has a power of a squared over three, a sine half of it.
            let bed = noise(11, gain * 0.2 * 10_f32.powf(bed_db / 20.0) * 1.5_f32.sqrt(), 48_000);
            let mix: Vec<f32> = voice.iter().zip(&bed).map(|(voice, bed)| gain * voice + bed).collect();
            let ratio = against_stem(&voice, &mix).unwrap();
            assert!((ratio + f64::from(bed_db)).abs() < 0.2, "{gain}, {bed_db}: {ratio}");
        }
        assert_eq!(against_stem(&voice, &noise(5, 0.3, 48_000)), None, "another sound");
        assert_eq!(against_stem(&voice, &voice[1..]), None);
        assert_eq!(against_stem(&[], &[]), None);
        assert_eq!(against_stem(&[f32::NAN], &[1.0]), None);
    }
}
