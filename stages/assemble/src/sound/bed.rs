//! The music bed: four chords that go round, a soft pad, a plucked arpeggio with echo, a bass, light percussion and a
//! little room. Composed from a mood and a seed, so there is nothing to license and no two cuts need sound alike.

use reelpress_templates::MusicMood;

use super::SAMPLE_RATE;
use super::exact::exp;
use super::instruments::{Table, add, add_echo, add_room, bass, hat, kick, pad, pluck, sides, tap};
use super::random::Choices;
use super::stereo::{Stereo, add_at};

const BEATS_IN_BAR: usize = 4;
const NOTES_IN_OCTAVE: i32 = 7;
const MAJOR: [i32; 7] = [0, 2, 4, 5, 7, 9, 11];
const MINOR: [i32; 7] = [0, 2, 3, 5, 7, 8, 10];
/// Chords as steps of the scale. Each round ends on a chord that leads back to its first.
const MAJOR_ROUNDS: [[i32; 4]; 5] = [[0, 4, 5, 3], [0, 5, 3, 4], [5, 3, 0, 4], [3, 0, 4, 5], [0, 2, 3, 4]];
const MINOR_ROUNDS: [[i32; 4]; 5] = [[0, 5, 2, 6], [0, 3, 5, 6], [0, 6, 5, 6], [5, 6, 0, 2], [0, 2, 6, 3]];
/// Which tone of the chord each eighth plays; `None` rests.
const FIGURES: [[Option<usize>; 8]; 5] = [
    [Some(0), Some(1), Some(2), Some(3), Some(2), Some(1), Some(2), Some(1)],
    [Some(0), Some(2), Some(1), Some(3), Some(0), Some(2), Some(1), Some(3)],
    [Some(3), Some(2), Some(1), None, Some(2), Some(1), Some(0), None],
    [Some(0), None, Some(2), Some(3), None, Some(2), Some(1), None],
    [Some(0), Some(3), None, Some(2), Some(3), None, Some(1), Some(2)],
];
/// Different taps and hats, so that no two in a row are the same sound.
const STROKES: usize = 4;

/// A bed of exactly `samples` stereo samples, without fades. Its level is arbitrary: the mixer measures it.
pub(super) fn compose(mood: MusicMood, seed: u64, samples: usize) -> Stereo {
    let mut choices = Choices::new(seed ^ 0x6265_6400);
    let score = Score::new(mood, &mut choices);
    let mut music = Sketch::new(samples, &mut choices);
    let bars = samples.div_ceil(score.bar_samples());
    for bar in 0..bars {
        music.add_bar(&score, bar, bars, &mut choices);
    }
    add_echo(&mut music.wet, score.beat_samples() * 3 / 4);
    add_room(&music.wet, &mut music.dry);
    music.dry
}

/// The choices that hold for the whole bed.
struct Score {
    beat_seconds: f64,
    root_hz: f64,
    scale: [i32; 7],
    round: [i32; 4],
    figure: [Option<usize>; 8],
    /// Steps of the scale from the chord's root: triad and one colour (seventh or ninth).
    tones: [i32; 4],
    pad: Table,
    pluck: Table,
    plain: Table,
    bass_on_third_beat: bool,
}

impl Score {
    fn new(mood: MusicMood, choices: &mut Choices) -> Self {
        let usable = |value: f32, low: f32, high: f32, otherwise: f32| {
            f64::from(if value.is_finite() { value.clamp(low, high) } else { otherwise })
        };
        let mut root_hz = usable(mood.root_hz, 20.0, 2_000.0, 220.0);
        // The octave in which a pad is warm and a voice stays clear.
        while root_hz >= 220.0 {
            root_hz /= 2.0;
        }
        while root_hz < 110.0 {
            root_hz *= 2.0;
        }
        let rounds = if mood.minor { &MINOR_ROUNDS } else { &MAJOR_ROUNDS };
        Self {
            beat_seconds: 60.0 / usable(mood.tempo_bpm, 50.0, 180.0, 96.0),
            root_hz,
            scale: if mood.minor { MINOR } else { MAJOR },
            round: *choices.one_of(rounds),
            figure: *choices.one_of(&FIGURES),
            tones: *choices.one_of(&[[0, 2, 4, 6], [0, 2, 4, 8], [0, 4, 7, 9]]),
            pad: Table::sloping(*choices.one_of(&[1.7, 2.0, 2.4]), 6),
            pluck: Table::sloping(*choices.one_of(&[1.3, 1.6, 2.0]), 9),
            plain: Table::of(&[1.0]),
            bass_on_third_beat: choices.chance(60),
        }
    }

    fn beat_samples(&self) -> usize {
        (self.beat_seconds * f64::from(SAMPLE_RATE)).round() as usize
    }

    fn bar_samples(&self) -> usize {
        self.beat_samples() * BEATS_IN_BAR
    }

    fn hertz(&self, step: i32) -> f64 {
        let semitones = 12 * step.div_euclid(NOTES_IN_OCTAVE) + self.scale[step.rem_euclid(NOTES_IN_OCTAVE) as usize];
        self.root_hz * exp(f64::from(semitones) / 12.0 * std::f64::consts::LN_2)
    }

    /// The tones of a bar's chord within one octave and a little, so that neighbours move by small steps.
    fn chord(&self, bar: usize) -> [f64; 4] {
        let root = self.round[bar % self.round.len()];
        self.tones.map(|tone| {
            let mut step = root + tone;
            while step > 9 {
                step -= NOTES_IN_OCTAVE;
            }
            self.hertz(step)
        })
    }

    fn bass_hertz(&self, bar: usize) -> f64 {
        self.hertz(self.round[bar % self.round.len()] - NOTES_IN_OCTAVE)
    }
}

/// What is heard as it is, what goes through echo and room, and the notes rendered so far. There are at most four chords
/// of four tones, so few notes are kept.
struct Sketch {
    dry: Stereo,
    wet: Stereo,
    pads: Vec<(f64, [Vec<f32>; 2])>,
    plucks: Vec<(f64, Vec<f32>)>,
    basses: Vec<(f64, Vec<f32>)>,
    kick: Vec<f32>,
    taps: [Vec<f32>; STROKES],
    hats: [Vec<f32>; STROKES],
}

/// The note of this pitch, rendered if it is the first time.
fn kept<T>(notes: &mut Vec<(f64, T)>, hertz: f64, render: impl FnOnce() -> T) -> &T {
    let at = notes.iter().position(|(kept, _)| kept.to_bits() == hertz.to_bits()).unwrap_or(notes.len());
    if at == notes.len() {
        notes.push((hertz, render()));
    }
    &notes[at].1
}

impl Sketch {
    fn new(samples: usize, choices: &mut Choices) -> Self {
        Self {
            dry: Stereo::silence(samples),
            wet: Stereo::silence(samples),
            pads: Vec::new(),
            plucks: Vec::new(),
            basses: Vec::new(),
            kick: kick(),
            taps: std::array::from_fn(|_| tap(choices)),
            hats: std::array::from_fn(|_| hat(choices)),
        }
    }

    fn add_bar(&mut self, score: &Score, bar: usize, bars: usize, choices: &mut Choices) {
        let (start, beat) = (bar * score.bar_samples(), score.beat_samples());
        let chord = score.chord(bar);
        for (voice, &hertz) in chord.iter().enumerate() {
            // Neighbouring voices stand left and right of the middle.
            let [left, right] = sides(if voice % 2 == 0 { -0.4 } else { 0.4 });
            let note = kept(&mut self.pads, hertz, || pad(score.bar_samples(), hertz, &score.pad));
            add_at(&mut self.dry.left, start as isize, &note[0], 0.1 * left);
            add_at(&mut self.dry.right, start as isize, &note[1], 0.1 * right);
        }
        for (eighth, tone) in score.figure.iter().enumerate() {
            let Some(tone) = tone.filter(|_| choices.chance(90)) else { continue };
            let level = 0.16 + 0.05 * choices.noise();
            let pan = 0.5 * choices.noise();
            let hertz = chord[tone] * 2.0;
            let note = kept(&mut self.plucks, hertz, || pluck(hertz, &score.plain, &score.pluck));
            add(&mut self.wet, start + eighth * beat / 2, note, level, pan);
        }
        // It begins with pad and pluck alone, and the last bar comes to rest.
        if bar == 0 || bar + 1 == bars {
            return;
        }
        self.add_rhythm(score, bar, choices);
    }

    fn add_rhythm(&mut self, score: &Score, bar: usize, choices: &mut Choices) {
        /// Equal power makes the middle softer on each side; these are levels on each side.
        const MIDDLE: f32 = std::f32::consts::SQRT_2;
        let (start, beat) = (bar * score.bar_samples(), score.beat_samples());
        let hertz = score.bass_hertz(bar);
        let low = kept(&mut self.basses, hertz, || bass(hertz));
        let second = if score.bass_on_third_beat { beat * 2 } else { beat * 5 / 2 };
        add(&mut self.dry, start, low, 0.22 * MIDDLE, 0.0);
        add(&mut self.dry, start + second, low, 0.18 * MIDDLE, 0.0);
        for at in [0, 2] {
            add(&mut self.dry, start + at * beat, &self.kick, 0.3 * MIDDLE, 0.0);
        }
        for at in [1, 3] {
            add(&mut self.wet, start + at * beat, choices.one_of::<Vec<f32>>(&self.taps), 0.06 * MIDDLE, 0.0);
        }
        if bar > 1 {
            for at in 0..BEATS_IN_BAR {
                add(&mut self.dry, start + at * beat + beat / 2, choices.one_of::<Vec<f32>>(&self.hats), 0.045, 0.1);
            }
        }
    }
}

#[cfg(test)]
mod tests;
