//! Pictures to make cuts of: drawn ones of six kinds, with the spectrum of photographs (amplitude falls with frequency),
//! hard edges and a little grain. No two seeds share a shape.

use image::{Rgb, RgbImage};

use crate::drawn::Draw;

/// Like the pictures of a phone, turned upright, and larger than the frame that they are shown in.
const SIZE: (usize, usize) = (288, 432);

/// A colour in steps of 0 to 255.
type Colour = [f32; 3];

/// A picture of its own for each seed.
pub(crate) fn picture(seed: u64) -> RgbImage {
    let mut draw = Draw(seed);
    let kind = draw.word() % 6;
    let mut canvas = Canvas::noise(&mut draw);
    match kind {
        0 => canvas.ridges(&mut draw),
        1 => canvas.things(&mut draw, 14),
        2 => canvas.windows(&mut draw),
        3 => canvas.page(&mut draw),
        4 => canvas.lights(&mut draw),
        _ => canvas.person(&mut draw),
    }
    canvas.finish(&mut draw)
}

struct Canvas {
    pixels: Vec<Colour>,
}

impl Canvas {
    /// Two colours that run into each other, under clouds.
    fn noise(draw: &mut Draw) -> Self {
        let (from, to) = (colour(draw, 40.0, 220.0), colour(draw, 40.0, 220.0));
        let tilt = draw.between(-0.6, 0.6);
        let clouds = fractal(draw);
        let strength = draw.between(40.0, 120.0);
        let mut canvas = Self { pixels: Vec::with_capacity(clouds.len()) };
        for (at, cloud) in clouds.iter().enumerate() {
            let (x, y) = place(at);
            let share = (y + tilt * (x - 0.5)).clamp(0.0, 1.0);
            let light = strength * (cloud - 0.5);
            canvas.pixels.push([0, 1, 2].map(|part| from[part] + share * (to[part] - from[part]) + light));
        }
        canvas
    }

    fn paint(&mut self, shape: impl Fn(f32, f32) -> Option<Colour>) {
        for (at, pixel) in self.pixels.iter_mut().enumerate() {
            let (x, y) = place(at);
            if let Some(colour) = shape(x, y) {
                *pixel = colour;
            }
        }
    }

    /// Rows of hills under the sky.
    fn ridges(&mut self, draw: &mut Draw) {
        let mut level = draw.between(0.25, 0.45);
        for _ in 0..4 {
            let (ground, rock, line) = (colour(draw, 20.0, 200.0), fractal(draw), fractal(draw));
            let height = draw.between(0.1, 0.35);
            self.paint(|x, y| {
                let top = level + height * (line[index(x, 0.5)] - 0.5);
                (y > top).then(|| ground.map(|part| part * (0.4 + 0.9 * rock[index(x, y)])))
            });
            level += draw.between(0.12, 0.2);
        }
    }

    /// Things of all sizes, one before the other, each with its own light.
    fn things(&mut self, draw: &mut Draw, count: usize) {
        let grain = fractal(draw);
        for thing in 1..=count {
            let (middle, size) = ((draw.share(), draw.share()), (draw.between(0.05, 0.25), draw.between(0.04, 0.2)));
            let (tint, turn, round) = (colour(draw, 10.0, 245.0), draw.between(0.0, 3.0), draw.share() < 0.5);
            let (sine, cosine) = turn.sin_cos();
            // The same grain at another place for each.
            let shift = thing as f32 / (count + 1) as f32;
            self.paint(|x, y| {
                if (x - middle.0).abs() > 0.36 || (y - middle.1).abs() > 0.24 {
                    return None;
                }
                let (right, down) = (x - middle.0, 1.5 * (y - middle.1));
                let (across, along) =
                    ((cosine * right + sine * down) / size.0, (cosine * down - sine * right) / size.1);
                let inside = if round { across.hypot(along) < 1.0 } else { across.abs().max(along.abs()) < 0.8 };
                let light = 0.7 + 0.25 * (across - along) + 0.5 * (grain[index((x + shift).fract(), y)] - 0.5);
                inside.then(|| tint.map(|part| part * light))
            });
        }
    }

    /// A house front: panes of many shades, no two fronts alike.
    fn windows(&mut self, draw: &mut Draw) {
        let (columns, rows) = (3 + (draw.word() % 5) as usize, 4 + (draw.word() % 7) as usize);
        let (left, right) = (draw.between(-0.1, 0.2), draw.between(0.75, 1.1));
        let lean = draw.between(-0.25, 0.25);
        let panes: Vec<Colour> = (0..columns * rows).map(|_| colour(draw, 10.0, 240.0)).collect();
        let (wall, gap) = (colour(draw, 60.0, 200.0), draw.between(0.15, 0.35));
        self.paint(|x, y| {
            let across = (x + lean * (y - 0.5) - left) / (right - left) * columns as f32;
            let down = y * rows as f32;
            if !(0.0..columns as f32).contains(&across) {
                return None;
            }
            let edge = across.fract().min(1.0 - across.fract()).min(down.fract().min(1.0 - down.fract()));
            let pane = panes[(down as usize).min(rows - 1) * columns + across as usize];
            Some(if edge < gap / 2.0 { wall } else { pane.map(|part| part * (0.7 + 0.5 * down.fract())) })
        });
        self.things(draw, 4);
    }

    /// Lines of print on paper, with a figure between them.
    fn page(&mut self, draw: &mut Draw) {
        let paper = colour(draw, 200.0, 245.0);
        let shade = fractal(draw);
        self.paint(|x, y| Some(paper.map(|part| part - 50.0 * shade[index(x, y)])));
        let mut y = draw.between(0.03, 0.1);
        while y < 0.95 {
            let height = if draw.share() < 0.2 { 0.035 } else { 0.014 };
            let ink = draw.between(15.0, 70.0);
            let mut x = draw.between(0.05, 0.12);
            let end = draw.between(0.6, 0.95);
            while x < end {
                let word = draw.between(0.03, 0.16);
                let strokes = draw.between(60.0, 140.0);
                self.paint(|across, down| {
                    let inside = (x..x + word).contains(&across) && (y..y + height).contains(&down);
                    (inside && (across * strokes).fract() < 0.7).then_some([ink; 3])
                });
                x += word + 0.025;
            }
            y += height * draw.between(1.6, 2.6);
        }
        self.things(draw, 3);
    }

    /// Lamps at night, and what they shine on.
    fn lights(&mut self, draw: &mut Draw) {
        for pixel in &mut self.pixels {
            *pixel = pixel.map(|part| part * 0.3);
        }
        for _ in 0..24 {
            let (middle, size) = ((draw.share(), draw.share()), draw.between(0.01, 0.05));
            let lamp = colour(draw, 120.0, 255.0);
            for (at, pixel) in self.pixels.iter_mut().enumerate() {
                let (x, y) = place(at);
                let far = (x - middle.0).hypot(1.5 * (y - middle.1)) / size;
                let glow = if far < 1.0 { 1.0 } else { 0.5 / (far * far) };
                *pixel = [0, 1, 2].map(|part| pixel[part] + glow * lamp[part]);
            }
        }
    }

    /// Head and shoulders before something.
    fn person(&mut self, draw: &mut Draw) {
        self.things(draw, 6);
        let (skin, hair, coat) = (colour(draw, 90.0, 230.0), colour(draw, 10.0, 120.0), colour(draw, 10.0, 230.0));
        let (middle, size) = ((draw.between(0.3, 0.7), draw.between(0.25, 0.45)), draw.between(0.12, 0.24));
        let cloth = fractal(draw);
        self.paint(|x, y| {
            let (across, down) = ((x - middle.0) / size, 1.5 * (y - middle.1) / size);
            let shoulders = across.abs() < 1.9 && down > 1.3 + 0.3 * across * across;
            if shoulders {
                return Some(coat.map(|part| part * (0.5 + cloth[index(x, y)])));
            }
            let head = across.hypot(down / 1.25);
            if head < 1.0 && down > -0.5 {
                let feature =
                    (across.abs() - 0.4).hypot(down + 0.1) < 0.16 || across.abs() < 0.35 && (down - 0.65).abs() < 0.07;
                return Some(if feature { hair } else { skin.map(|part| part * (0.85 + 0.3 * across)) });
            }
            (head < 1.25 && down < 0.4).then_some(hair)
        });
    }

    fn finish(&self, draw: &mut Draw) -> RgbImage {
        let pixels = self.pixels.iter().flat_map(|pixel| {
            let grain = draw.between(-4.0, 4.0);
            pixel.map(|part| (part + grain).clamp(0.0, 255.0) as u8)
        });
        RgbImage::from_raw(SIZE.0 as u32, SIZE.1 as u32, pixels.collect())
            .unwrap_or_else(|| RgbImage::from_pixel(SIZE.0 as u32, SIZE.1 as u32, Rgb([0; 3])))
    }
}

fn colour(draw: &mut Draw, low: f32, high: f32) -> Colour {
    [(); 3].map(|()| draw.between(low, high))
}

fn place(at: usize) -> (f32, f32) {
    ((at % SIZE.0) as f32 / SIZE.0 as f32, (at / SIZE.0) as f32 / SIZE.1 as f32)
}

fn index(x: f32, y: f32) -> usize {
    let side = |share: f32, length: usize| ((share * length as f32) as usize).min(length - 1);
    side(y, SIZE.1) * SIZE.0 + side(x, SIZE.0)
}

/// A field of 0 to 1 in which each octave has half of the amplitude of the one before.
fn fractal(draw: &mut Draw) -> Vec<f32> {
    let mut size = (3, 4);
    let mut field: Vec<f32> = (0..12).map(|_| draw.share()).collect();
    let mut amplitude = 0.5;
    while size != SIZE {
        let next = ((2 * size.0).min(SIZE.0), (2 * size.1).min(SIZE.1));
        field = enlarged(&field, size, next);
        for value in &mut field {
            *value += amplitude * (draw.share() - 0.5);
        }
        (size, amplitude) = (next, amplitude / 2.0);
    }
    let low = field.iter().copied().fold(f32::INFINITY, f32::min);
    let high = field.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let span = (high - low).max(1e-3);
    field.iter().map(|value| (value - low) / span).collect()
}

fn enlarged(field: &[f32], from: (usize, usize), to: (usize, usize)) -> Vec<f32> {
    let mut out = Vec::with_capacity(to.0 * to.1);
    for y in 0..to.1 {
        let down = y as f32 * (from.1 - 1) as f32 / (to.1 - 1) as f32;
        let (top, under) = (down as usize, down.fract());
        let bottom = (top + 1).min(from.1 - 1);
        for x in 0..to.0 {
            let across = x as f32 * (from.0 - 1) as f32 / (to.0 - 1) as f32;
            let (left, over) = (across as usize, across.fract());
            let right = (left + 1).min(from.0 - 1);
            let row = |y: usize| field[y * from.0 + left] * (1.0 - over) + field[y * from.0 + right] * over;
            out.push(row(top) * (1.0 - under) + row(bottom) * under);
        }
    }
    out
}
