//! Gathers decoded frames of any sample format.

use ffmpeg_next::format::sample::{Sample, Type};
use ffmpeg_next::frame;

use super::super::resample::Resampler;
use super::super::stereo::Stereo;

/// Louder than this, full scale at 1, is not a recording but a fault; what is used is cut off here.
const MOST: f32 = 8.0;

pub(super) struct Collected {
    rate: u32,
    most: usize,
    sound: Stereo,
}

impl Collected {
    /// Up to so many seconds; `None` if nobody records at this rate.
    pub(super) fn new(rate: u32, seconds: u64) -> Option<Self> {
        let usable = (8_000..=192_000).contains(&rate);
        let most = usize::try_from(u64::from(rate).saturating_mul(seconds)).unwrap_or(usize::MAX);
        usable.then(|| Self { rate, most, sound: Stereo::default() })
    }

    pub(super) fn is_full(&self) -> bool {
        self.sound.len() >= self.most
    }

    pub(super) fn seconds(&self) -> f64 {
        self.sound.len() as f64 / f64::from(self.rate)
    }

    /// # Errors
    /// What is wrong with the frame.
    pub(super) fn add(&mut self, frame: &frame::Audio) -> Result<(), String> {
        if frame.rate() != self.rate {
            return Err(format!("its sample rate changes from {} to {}", self.rate, frame.rate()));
        }
        let room = self.most.saturating_sub(self.sound.len());
        let whole = |sample: i32| sample as f32 / 2_147_483_648.0;
        let small = |sample: i16| f32::from(sample) / 32_768.0;
        match frame.format() {
            Sample::U8(kind) => self.take(frame, kind, room, |sample: u8| (f32::from(sample) - 128.0) / 128.0),
            Sample::I16(kind) => self.take(frame, kind, room, small),
            Sample::I32(kind) => self.take(frame, kind, room, whole),
            Sample::F32(kind) => self.take(frame, kind, room, |sample: f32| sample),
            Sample::F64(kind) => self.take(frame, kind, room, |sample: f64| sample as f32),
            other @ (Sample::None | Sample::I64(_)) => Err(format!("its samples are {other:?}")),
        }
    }

    fn take<T>(&mut self, frame: &frame::Audio, kind: Type, room: usize, to: impl Fn(T) -> f32) -> Result<(), String>
    where
        T: frame::audio::Sample + Copy,
        (T, T): frame::audio::Sample,
    {
        let (left, right) = (&mut self.sound.left, &mut self.sound.right);
        match (frame.channels(), kind) {
            (1, _) if frame.planes() > 0 => {
                left.extend(frame.plane::<T>(0).iter().take(room).map(|sample| to(*sample)));
                right.extend(frame.plane::<T>(0).iter().take(room).map(|sample| to(*sample)));
            }
            (2, Type::Planar) if frame.planes() > 1 => {
                left.extend(frame.plane::<T>(0).iter().take(room).map(|sample| to(*sample)));
                right.extend(frame.plane::<T>(1).iter().take(room).map(|sample| to(*sample)));
            }
            (2, Type::Packed) if frame.planes() > 0 => {
                left.extend(frame.plane::<(T, T)>(0).iter().take(room).map(|sample| to(sample.0)));
                right.extend(frame.plane::<(T, T)>(0).iter().take(room).map(|sample| to(sample.1)));
            }
            (channels, _) => return Err(format!("it goes over to {channels} channels")),
        }
        Ok(())
    }

    /// At 48 kHz; `None` if there is nothing.
    pub(super) fn finish(self) -> Option<Stereo> {
        let Stereo { mut left, mut right } = self.sound;
        if left.is_empty() {
            return None;
        }
        for sample in left.iter_mut().chain(&mut right) {
            *sample = if sample.is_finite() { sample.clamp(-MOST, MOST) } else { 0.0 };
        }
        let resampler = Resampler::from(self.rate);
        Some(Stereo { left: resampler.run(&left, usize::MAX), right: resampler.run(&right, usize::MAX) })
    }
}
