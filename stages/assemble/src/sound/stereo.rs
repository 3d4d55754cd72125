//! Two channels of the same length, one after the other in memory: loops over one channel go four samples at a time.

use super::CHANNELS;

/// Left and right.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stereo {
    /// Left samples, full scale at 1.
    pub left: Vec<f32>,
    /// Right samples, as many.
    pub right: Vec<f32>,
}

impl Stereo {
    /// Silence of this many samples a side.
    #[must_use]
    pub fn silence(samples: usize) -> Self {
        Self { left: vec![0.0; samples], right: vec![0.0; samples] }
    }

    /// The same on both sides.
    #[must_use]
    pub fn centred(mono: &[f32]) -> Self {
        Self { left: mono.to_vec(), right: mono.to_vec() }
    }

    /// Samples a side.
    #[must_use]
    pub fn len(&self) -> usize {
        self.left.len()
    }

    /// True if there is not one sample.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    pub(crate) fn sides(&self) -> [&[f32]; CHANNELS] {
        [&self.left, &self.right]
    }

    pub(crate) fn sides_mut(&mut self) -> [&mut Vec<f32>; CHANNELS] {
        [&mut self.left, &mut self.right]
    }
}

/// Adds `sound` times `gain` to `into`, its first sample at `start`; what lies before or past `into` is left out.
pub(super) fn add_at(into: &mut [f32], start: isize, sound: &[f32], gain: f32) {
    let skipped = start.min(0).unsigned_abs();
    let from = start.max(0).unsigned_abs();
    let (Some(into), Some(sound)) = (into.get_mut(from..), sound.get(skipped..)) else { return };
    into.iter_mut().zip(sound).for_each(|(sum, sample)| *sum += sample * gain);
}

/// The loudest sample of a channel, its sign left out.
pub(super) fn peak(samples: &[f32]) -> f32 {
    let mut most = [0.0_f32; 8];
    let chunks = samples.chunks_exact(8);
    let rest = chunks.remainder().iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    for chunk in chunks {
        for (most, sample) in most.iter_mut().zip(chunk) {
            let level = sample.abs();
            *most = if level > *most { level } else { *most };
        }
    }
    most.iter().fold(rest, |all, most| all.max(*most))
}
