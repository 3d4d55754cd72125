//! Backgrounds drawn by the press: each kind is a function from a place to a colour, varied by seed and scene.

use std::f32::consts::{PI, TAU};

use reelpress_templates::{Background, BackgroundKind, Palette};

use super::planes::{Picture420, fraction};

type Rgb = [f32; 3];

/// Draws the background of scene `scene`.
pub(crate) fn draw(
    (palette, background): (&Palette, Background),
    (seed, scene): (u64, usize),
    (width, height): (usize, usize),
) -> Picture420 {
    let mut dice = Dice::new(seed, scene);
    let paints = Paints {
        base: palette.base.channels(),
        tone: palette.tone.channels(),
        glow: palette.glow.channels(),
        accent: palette.accent.channels(),
        surface: palette.surface.channels(),
        strength: background.strength,
    };
    let scale = 1.0 / height as f32;
    let aspect = width as f32 * scale;
    let place = |x: usize, y: usize| ((x as f32 + 0.5) * scale, (y as f32 + 0.5) * scale);
    match background.kind {
        BackgroundKind::Light => {
            let light = Light::new(&mut dice, (width, height), scale, paints);
            Picture420::draw(width, height, |x, y| light.at((x, y), place(x, y)))
        }
        BackgroundKind::Bands => {
            let bands = Bands::new(&mut dice, aspect, scale, paints);
            Picture420::draw(width, height, |x, y| bands.at(place(x, y)))
        }
        BackgroundKind::Rays => {
            let rays = Rays::new(&mut dice, aspect, scale, paints);
            Picture420::draw(width, height, |x, y| rays.at(place(x, y)))
        }
        BackgroundKind::Paper => {
            let paper = Paper::new(&mut dice, aspect, scale, paints);
            Picture420::draw(width, height, |x, y| paper.at(place(x, y)))
        }
        BackgroundKind::Hills => {
            let hills = Hills::new(&mut dice, aspect, (width, scale), paints);
            Picture420::draw(width, height, |x, y| hills.at(x, place(x, y)))
        }
    }
}

/// Numbers that follow from seed and scene (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64, scene: usize) -> Self {
        Self(seed ^ (scene as u64 + 1).wrapping_mul(0xA24B_AED4_963E_E407))
    }

    /// From `low` to `high`.
    pub(crate) fn between(&mut self, low: f32, high: f32) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        low + (high - low) * ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// -1.0 or 1.0.
    pub(crate) fn sign(&mut self) -> f32 {
        if self.between(0.0, 1.0) < 0.5 { -1.0 } else { 1.0 }
    }
}

#[derive(Clone, Copy)]
struct Paints {
    base: Rgb,
    tone: Rgb,
    glow: Rgb,
    accent: Rgb,
    surface: Rgb,
    strength: f32,
}

fn mix(from: Rgb, to: Rgb, share: f32) -> Rgb {
    let share = share.clamp(0.0, 1.0);
    [0, 1, 2].map(|at| from[at] + (to[at] - from[at]) * share)
}

/// 0.0 below `from`, 1.0 above `to`, smooth between.
fn ease(from: f32, to: f32, value: f32) -> f32 {
    let share = ((value - from) / (to - from)).clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// A round blob: 1.0 in the middle, 0.0 from its radius on, without an edge.
#[derive(Clone, Copy)]
struct Blob {
    middle: (f32, f32),
    radius: f32,
}

impl Blob {
    fn at(&self, (x, y): (f32, f32)) -> f32 {
        let (dx, dy) = (x - self.middle.0, y - self.middle.1);
        let inside = (1.0 - (dx * dx + dy * dy) / (self.radius * self.radius)).max(0.0);
        inside * inside * inside
    }
}

/// Darker towards the corners.
fn vignette((x, y): (f32, f32), aspect: f32, depth: f32) -> f32 {
    let (dx, dy) = (x / aspect - 0.5, y - 0.5);
    1.0 - depth * ease(0.15, 0.62, dx * dx + dy * dy)
}

struct Light {
    paints: Paints,
    aspect: f32,
    pixel: f32,
    blobs: [(Blob, Rgb, f32); 5],
    waves: [Wave; 2],
    /// Middle of the rings.
    rings: (f32, f32),
    /// Middle of the bead on each.
    beads: [(f32, f32); RINGS.len()],
}

/// The sine of a sum of a column's angle and a row's, from tables: a sine for each pixel would cost as much as all else.
struct Wave {
    columns: Vec<(f32, f32)>,
    rows: Vec<(f32, f32)>,
}

impl Wave {
    /// The sine of `phase` and so much for a unit of length to the right and down.
    fn new((width, height): (usize, usize), pixel: f32, (right, down, phase): (f32, f32, f32)) -> Self {
        let place = |at: usize| (at as f32 + 0.5) * pixel;
        Self {
            columns: (0..width).map(|x| (place(x) * right + phase).sin_cos()).collect(),
            rows: (0..height).map(|y| (place(y) * down).sin_cos()).collect(),
        }
    }

    fn at(&self, (x, y): (usize, usize)) -> f32 {
        let ((sine, cosine), (row_sine, row_cosine)) = (self.columns[x], self.rows[y]);
        sine * row_cosine + cosine * row_sine
    }
}

/// Radii of the rings, and where on each its bead sits.
const RINGS: [(f32, f32); 4] = [(0.115, 0.4), (0.19, 2.6), (0.285, 4.6), (0.40, 1.2)];

impl Light {
    fn new(dice: &mut Dice, size: (usize, usize), pixel: f32, paints: Paints) -> Self {
        let aspect = size.0 as f32 * pixel;
        let side = dice.sign();
        let mut blob = |x: f32, y: f32, radius: f32| Blob {
            middle: (aspect * (0.5 + side * (x + dice.between(-0.12, 0.12))), y + dice.between(-0.06, 0.06)),
            radius,
        };
        let violet = mix(paints.tone, paints.accent, 0.18);
        let blobs = [
            (blob(0.42, 0.10, 0.58), paints.tone, 0.95),
            (blob(-0.48, 0.34, 0.46), paints.glow, 0.42),
            (blob(0.50, 0.62, 0.44), violet, 0.75),
            (blob(-0.40, 0.95, 0.50), paints.glow, 0.60),
            (blob(0.20, 1.02, 0.36), paints.accent, 0.22),
        ];
        let rings = (aspect * (0.5 - side * dice.between(0.12, 0.34)), dice.between(0.48, 0.56));
        let turned = dice.between(0.0, TAU);
        let beads = RINGS.map(|(radius, turn)| {
            let (sine, cosine) = (turn + turned).sin_cos();
            (cosine * radius, sine * radius)
        });
        let phase = dice.between(0.0, TAU);
        let waves = [(7.0, 2.4, phase), (-3.0, 11.0, phase)].map(|wave| Wave::new(size, pixel, wave));
        Self { paints, aspect, pixel, blobs, waves, rings, beads }
    }

    /// Fine rings with a bead on each, like orbits.
    fn ring_at(&self, (x, y): (f32, f32)) -> f32 {
        let (dx, dy) = (x - self.rings.0, y - self.rings.1);
        let distance = (dx * dx + dy * dy).sqrt();
        let smooth = |outside: f32| (0.5 - outside / self.pixel).clamp(0.0, 1.0);
        let mut light = 0.0_f32;
        for ((radius, _), bead) in RINGS.into_iter().zip(self.beads) {
            // Far from a ring there is none of its light; a small picture has wide pixels.
            if (distance - radius).abs() < self.pixel.max(0.012) {
                light = light.max(smooth((distance - radius).abs() - 0.0007) * 0.20);
                let bead = ((dx - bead.0).powi(2) + (dy - bead.1).powi(2)).sqrt();
                light = light.max(smooth(bead - 0.0058) * 0.85).max(smooth(bead - 0.011) * 0.22);
            }
        }
        light
    }

    fn at(&self, pixel: (usize, usize), (x, y): (f32, f32)) -> Rgb {
        // A slow wave bends the blobs into something like silk.
        let wave = 0.035 * self.waves[0].at(pixel) + 0.02 * self.waves[1].at(pixel);
        let bent = (x + wave, y + wave * 0.8);
        let mut colour = mix(self.paints.base, self.paints.tone, 0.25 * (1.0 - y));
        for (blob, paint, share) in &self.blobs {
            let inside = blob.at(bent);
            if inside > 0.0 {
                colour = mix(colour, *paint, inside * share * self.paints.strength);
            }
        }
        let ring = self.ring_at((x, y));
        if ring > 0.0 {
            colour = mix(colour, self.paints.accent, ring * self.paints.strength);
        }
        let shade = vignette((x, y), self.aspect, 0.35);
        colour.map(|channel| channel * shade)
    }
}

struct Bands {
    paints: Paints,
    aspect: f32,
    pixel: f32,
    across: (f32, f32),
    edges: [(f32, f32, Rgb, f32); 5],
    lines: (f32, f32),
    glow: Blob,
}

impl Bands {
    fn new(dice: &mut Dice, aspect: f32, pixel: f32, paints: Paints) -> Self {
        let angle = dice.between(0.60, 0.72) * dice.sign();
        let across = (angle.sin(), angle.cos());
        let middle = across.0 * aspect / 2.0 + across.1 * 0.5;
        let shift = dice.between(-0.05, 0.05);
        let mut band = |from: f32, width: f32, colour: Rgb, share: f32| {
            let start = middle + shift + from + dice.between(-0.03, 0.03);
            (start, start + width, colour, share)
        };
        let edges = [
            band(-0.62, 0.30, mix(paints.tone, paints.glow, 0.15), 0.9),
            band(-0.26, 0.10, paints.glow, 0.34),
            band(-0.04, 0.26, paints.tone, 0.8),
            band(0.20, 0.34, mix(paints.tone, paints.glow, 0.42), 0.85),
            band(0.205, 0.014, paints.accent, 1.0),
        ];
        let glow = Blob { middle: (aspect * dice.between(0.6, 1.0), dice.between(0.08, 0.3)), radius: 0.62 };
        Self { paints, aspect, pixel, across, edges, lines: (middle + 0.02, middle + 0.17), glow }
    }

    fn at(&self, (x, y): (f32, f32)) -> Rgb {
        let along = x * self.across.0 + y * self.across.1;
        let mut colour = mix(self.paints.base, self.paints.tone, 0.30 * (1.0 - y));
        colour = mix(colour, self.paints.glow, self.glow.at((x, y)) * 0.40 * self.paints.strength);
        for (from, to, paint, share) in self.edges {
            // Neither the band nor its shadow.
            if along <= from || along >= to + 0.05 {
                continue;
            }
            // A soft shadow on the far side lifts the band off the ground.
            let shadow = ease(to + 0.05, to, along) * ease(from, to, along);
            colour = colour.map(|channel| channel * (1.0 - 0.28 * shadow * self.paints.strength));
            let inside = ((along - from) / self.pixel).clamp(0.0, 1.0) * ((to - along) / self.pixel).clamp(0.0, 1.0);
            let fall = 0.45 + 0.55 * ((along - from) / (to - from)).clamp(0.0, 1.0);
            colour = mix(colour, paint, inside * share * fall * self.paints.strength);
        }
        if along > self.lines.0 && along < self.lines.1 {
            let phase = fraction(along / 0.012 + 1_000.0);
            let line = (1.0 - ((phase - 0.5).abs() * 0.012 / self.pixel - 0.6).clamp(0.0, 1.0)) * 0.10;
            colour = mix(colour, self.paints.surface, line * self.paints.strength);
        }
        let shade = vignette((x, y), self.aspect, 0.42);
        colour.map(|channel| channel * shade)
    }
}

struct Rays {
    paints: Paints,
    aspect: f32,
    pixel: f32,
    middle: (f32, f32),
    turn: f32,
    count: f32,
}

impl Rays {
    fn new(dice: &mut Dice, aspect: f32, pixel: f32, paints: Paints) -> Self {
        let middle = (aspect * dice.between(0.3, 0.7), dice.between(0.34, 0.44));
        Self { paints, aspect, pixel, middle, turn: dice.between(0.0, TAU), count: 14.0 }
    }

    fn at(&self, (x, y): (f32, f32)) -> Rgb {
        let (dx, dy) = (x - self.middle.0, y - self.middle.1);
        let distance = (dx * dx + dy * dy).sqrt();
        let phase = fraction((dy.atan2(dx) + self.turn + PI) / TAU * self.count);
        // The distance to the nearest edge of a ray, in pixels, gives an even smooth edge near and far.
        let edge = ((phase - 0.5).abs() - 0.25) * TAU / self.count * distance / self.pixel;
        let ray = (edge + 0.5).clamp(0.0, 1.0);
        let strength = self.paints.strength;
        let ground = mix(self.paints.base, self.paints.tone, ease(0.9, 0.0, distance));
        let lit = mix(ground, self.paints.glow, 0.34 * strength);
        let mut colour = mix(ground, lit, ray * ease(0.02, 0.18, distance));
        colour = mix(colour, self.paints.glow, ease(0.62, 0.0, distance) * 0.55 * strength);
        colour = self.dots((x, y), colour);
        let shade = vignette((x, y), self.aspect, 0.38);
        colour.map(|channel| channel * shade)
    }

    /// Halftone dots that grow towards the lower edge.
    fn dots(&self, (x, y): (f32, f32), colour: Rgb) -> Rgb {
        const PITCH: f32 = 0.0165;
        if y < 0.72 {
            return colour;
        }
        let (turned_x, turned_y) =
            ((x + y) * std::f32::consts::FRAC_1_SQRT_2, (y - x) * std::f32::consts::FRAC_1_SQRT_2);
        let cell = |value: f32| (fraction(value / PITCH + 1_000.0) - 0.5) * PITCH;
        let (dx, dy) = (cell(turned_x), cell(turned_y));
        let radius = PITCH * 0.62 * ease(0.72, 1.04, y);
        if radius <= self.pixel {
            return colour;
        }
        let inside = ((radius - (dx * dx + dy * dy).sqrt()) / self.pixel + 0.5).clamp(0.0, 1.0);
        mix(colour, self.paints.base, inside * 0.55 * self.paints.strength)
    }
}

struct Paper {
    paints: Paints,
    aspect: f32,
    pixel: f32,
    washes: [(f32, f32, f32, Rgb); 4],
}

impl Paper {
    fn new(dice: &mut Dice, aspect: f32, pixel: f32, paints: Paints) -> Self {
        let side = dice.sign();
        let mut wash = |x: f32, y: f32, radius: f32, colour: Rgb| {
            let middle = aspect * (0.5 + side * (x + dice.between(-0.08, 0.08)));
            (middle, y + dice.between(-0.04, 0.04), radius, colour)
        };
        let washes = [
            wash(0.42, 0.16, 0.24, paints.tone),
            wash(-0.46, 0.52, 0.18, paints.glow),
            wash(0.38, 0.88, 0.30, paints.tone),
            wash(-0.10, 1.00, 0.14, paints.accent),
        ];
        Self { paints, aspect, pixel, washes }
    }

    fn at(&self, (x, y): (f32, f32)) -> Rgb {
        const PITCH: f32 = 0.026;
        const BEND: f32 = 0.03;
        let mut colour = self.paints.base;
        for (middle_x, middle_y, radius, paint) in self.washes {
            let (dx, dy) = (x - middle_x, y - middle_y);
            let distance = (dx * dx + dy * dy).sqrt();
            let reach = radius * BEND + self.pixel * 2.0;
            if distance > radius + reach {
                continue;
            }
            // The edge is bent; inside of it, no angle is asked for.
            let bend =
                if distance < radius - reach { 1.0 } else { 1.0 + BEND * (dy.atan2(dx) * 3.0 + radius * 40.0).sin() };
            let inside = ((radius * bend - distance) / (self.pixel * 2.0) + 0.5).clamp(0.0, 1.0);
            // Colour gathers at the edge of a wash.
            let pooled = 0.40 + 0.18 * ease(radius * 0.7, radius, distance);
            colour = mix(colour, paint, inside * pooled * self.paints.strength);
        }
        let cell = |value: f32| (fraction(value / PITCH + 1_000.0) - 0.5) * PITCH;
        let distance = (cell(x).powi(2) + cell(y).powi(2)).sqrt();
        let dot = ((0.0016 - distance) / self.pixel + 0.5).clamp(0.0, 1.0);
        let ink = mix(self.paints.tone, self.paints.accent, 0.3);
        colour = mix(colour, ink, dot * 0.45 * self.paints.strength);
        let shade = vignette((x, y), self.aspect, 0.05);
        colour.map(|channel| channel * shade)
    }
}

struct Hills {
    paints: Paints,
    aspect: f32,
    pixel: f32,
    sun: (f32, f32, f32),
    /// The height of each layer's ridge for each column.
    ridges: Vec<[f32; HILLS]>,
    /// The colour of each layer.
    grounds: [Rgb; HILLS],
}

const HILLS: usize = 5;

impl Hills {
    fn new(dice: &mut Dice, aspect: f32, (width, pixel): (usize, f32), paints: Paints) -> Self {
        let sun = (aspect * dice.between(0.28, 0.72), dice.between(0.475, 0.505), 0.095);
        let waves: [[f32; 4]; HILLS] = std::array::from_fn(|_| {
            [dice.between(0.0, TAU), dice.between(0.0, TAU), dice.between(0.9, 1.5), dice.sign()]
        });
        let ridges = (0..width)
            .map(|column| {
                let x = column as f32 * pixel / aspect;
                std::array::from_fn(|layer| {
                    let [first, second, length, side] = waves[layer];
                    let depth = layer as f32 / (HILLS - 1) as f32;
                    let swell = (x * PI * 1.6 * length + first).sin() * (0.030 + 0.014 * depth);
                    let detail = (x * PI * 5.2 * length + second).sin() * 0.009;
                    0.555 + depth * 0.35 + swell + detail + side * (x - 0.5) * 0.035
                })
            })
            .collect();
        let far = mix(paints.tone, paints.glow, 0.45);
        let near = mix(paints.accent, [0.20, 0.13, 0.19], 0.72);
        let grounds = std::array::from_fn(|layer| mix(far, near, layer as f32 / (HILLS - 1) as f32));
        Self { paints, aspect, pixel, sun, ridges, grounds }
    }

    fn at(&self, column: usize, (x, y): (f32, f32)) -> Rgb {
        let paints = &self.paints;
        let ridges = self.ridges[column.min(self.ridges.len() - 1)];
        let inside = ridges.map(|ridge| ((y - ridge) / self.pixel + 0.5).clamp(0.0, 1.0));
        // What lies behind a hill is not seen.
        let first = inside.iter().rposition(|inside| *inside >= 1.0);
        let mut colour = if first.is_some() { paints.base } else { self.sky((x, y)) };
        for layer in first.unwrap_or(0)..HILLS {
            let (depth, ridge, inside) = (layer as f32 / (HILLS - 1) as f32, ridges[layer], inside[layer]);
            if inside > 0.0 {
                let ground = self.grounds[layer];
                let hill = mix(ground, paints.tone, 0.30 * ease(0.0, 0.16, y - ridge) * (1.0 - depth));
                colour = mix(colour, mix(paints.base, hill, 0.55 + 0.45 * paints.strength), inside);
            }
        }
        let shade = vignette((x, y), self.aspect, 0.02);
        colour.map(|channel| channel * shade)
    }

    /// A soft light round the sun, and its disc.
    fn sky(&self, (x, y): (f32, f32)) -> Rgb {
        let paints = &self.paints;
        let (dx, dy) = (x - self.sun.0, y - self.sun.1);
        let distance = (dx * dx + dy * dy).sqrt();
        let mut colour = mix(paints.base, paints.tone, ease(0.18, 0.62, y) * 0.85 * paints.strength);
        colour = mix(colour, paints.glow, ease(0.42, 0.06, distance) * 0.34 * paints.strength);
        let disc = ((self.sun.2 - distance) / self.pixel + 0.5).clamp(0.0, 1.0);
        let sun = mix(paints.glow, paints.surface, 0.30 * ease(self.sun.1 + self.sun.2, self.sun.1 - self.sun.2, y));
        mix(colour, sun, disc * 0.95)
    }
}
