//! Drawn pictures and films: functions of a point, so that a crop, a turn or another size is drawn exactly.

use crate::geometry::{Map, Rect};
use crate::plane::Luma;
use crate::prints::Prints;

/// The same numbers for the same seed (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    pub(crate) fn share(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }
}

/// Discs and boxes of grey on a slope of grey.
#[derive(Clone)]
pub(crate) struct Picture {
    shapes: Vec<(f32, f32, f32, f32, f32, bool)>,
    slope: (f32, f32),
}

impl Picture {
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Dice(seed);
        let shapes = (0..24).map(|_| {
            let (x, y, size) = (dice.share() * 1.2 - 0.1, dice.share() * 1.2 - 0.1, 0.06 + 0.25 * dice.share());
            (x, y, size, size * (0.4 + dice.share()), 255.0 * dice.share(), dice.share() < 0.5)
        });
        Self { shapes: shapes.collect(), slope: (dice.share() * 160.0 - 80.0, dice.share() * 160.0 - 80.0) }
    }

    pub(crate) fn at(&self, x: f32, y: f32) -> f32 {
        let mut grey = 128.0 + self.slope.0 * (x - 0.5) + self.slope.1 * (y - 0.5);
        for (left, top, width, height, shade, round) in &self.shapes {
            let (across, down) = ((x - left) / width, (y - top) / height);
            let inside = if *round { across * across + down * down < 0.3 } else { across.abs().max(down.abs()) < 0.5 };
            if inside {
                grey = *shade;
            }
        }
        grey
    }
}

pub(crate) const WIDTH: usize = 72;
pub(crate) const HEIGHT: usize = 128;

/// Draws a picture: pixel `p` shows what `grey` says of the pixel's place.
pub(crate) fn draw(width: usize, height: usize, grey: impl Fn(f32, f32) -> f32) -> Vec<u8> {
    let mut pixels = Vec::with_capacity(width * height);
    for at in 0..width * height {
        let mut sum = 0.0;
        for (over, under) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
            let (x, y) = ((at % width) as f32 + over, (at / width) as f32 + under);
            sum += grey(x / width as f32, y / height as f32);
        }
        pixels.push((sum / 4.0).clamp(0.0, 255.0) as u8);
    }
    pixels
}

/// A film: shots of two seconds, each a picture that the camera moves over.
#[derive(Clone)]
pub(crate) struct Film {
    shots: Vec<Picture>,
}

/// Milliseconds of a shot.
pub(crate) const SHOT_MS: u32 = 2_000;

impl Film {
    pub(crate) fn new(seeds: impl IntoIterator<Item = u64>) -> Self {
        Self { shots: seeds.into_iter().map(Picture::new).collect() }
    }

    pub(crate) fn length_ms(&self) -> u32 {
        self.shots.len() as u32 * SHOT_MS
    }

    /// What is seen at a time and place.
    pub(crate) fn at(&self, ms: u32, x: f32, y: f32) -> f32 {
        let shot = (ms / SHOT_MS) as usize % self.shots.len();
        let moved = 0.1 * (ms % SHOT_MS) as f32 / SHOT_MS as f32;
        self.shots[shot].at(0.9 * x + moved, 0.9 * y + 0.05)
    }

    /// Its prints, seen through `change`: what is at a time and place of the new film.
    pub(crate) fn prints(&self, change: impl Fn(&Self, u32, f32, f32) -> f32) -> Prints {
        self.masked(self.length_ms(), &[], change)
    }

    pub(crate) fn plain(&self) -> Prints {
        self.prints(Self::at)
    }

    pub(crate) fn masked(&self, length: u32, masks: &[Rect], change: impl Fn(&Self, u32, f32, f32) -> f32) -> Prints {
        let mut builder = Prints::builder();
        for number in 0..length * 12 / 1_000 {
            let ms = number * 1_000 / 12;
            let pixels: Vec<u8> = (0..WIDTH * HEIGHT)
                .map(|at| {
                    let (x, y) = ((at % WIDTH) as f32 + 0.5, (at / WIDTH) as f32 + 0.5);
                    change(self, ms, x / WIDTH as f32, y / HEIGHT as f32).clamp(0.0, 255.0) as u8
                })
                .collect();
            builder.push_frame(ms, &Luma::new(&pixels, WIDTH, HEIGHT, WIDTH).unwrap(), masks).unwrap();
        }
        builder.finish()
    }
}

/// Turns a place about the middle of the frame.
pub(crate) fn turned(degrees: f32, x: f32, y: f32) -> (f32, f32) {
    Map::turn(degrees, WIDTH as f32 / HEIGHT as f32).at(x, y)
}
