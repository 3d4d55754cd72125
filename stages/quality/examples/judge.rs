//! Judges a film that another program decoded, and says what it cost.
//!
//! ```text
//! ffmpeg -v error -i film.mp4 -f f32le -ac 2 -ar 48000 sound.raw
//! ffmpeg -v error -i film.mp4 -f rawvideo -pix_fmt yuv420p - | cargo run --release -p reelpress-quality \
//!     --example judge -- 1080 1920 30 sound.raw
//! ```
#![expect(clippy::print_stdout, reason = "prints a measurement for a person")]
#![expect(clippy::disallowed_methods, reason = "a wall clock is what is asked for here")]

use std::error::Error;
use std::io::Read as _;
use std::time::{Duration, Instant};

use reelpress_quality::{Analyser, Frame, Order, Sound};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [width, height, fps, sound] = arguments.as_slice() else {
        return Err("name width, height, rate and sound".into());
    };
    let (width, height, fps): (usize, usize, f64) = (width.parse()?, height.parse()?, fps.parse()?);
    let mut analyser = Analyser::new(Order::default());
    let half = width.div_ceil(2) * height.div_ceil(2);
    let mut buffer = vec![0_u8; width * height + 2 * half];
    let (mut frames, mut took) = (0_u32, Duration::ZERO);
    let mut input = std::io::stdin().lock();
    while input.read_exact(&mut buffer).is_ok() {
        let (y, chroma) = buffer.split_at(width * height);
        let (u, v) = chroma.split_at(half);
        let (time_ms, end_ms) = (f64::from(frames) * 1_000.0 / fps, f64::from(frames + 1) * 1_000.0 / fps);
        let chroma_stride = width.div_ceil(2);
        let since = Instant::now();
        analyser.picture(&Frame { width, height, y, y_stride: width, u, v, chroma_stride, time_ms, end_ms });
        took += since.elapsed();
        frames += 1;
    }
    let samples: Vec<f32> = std::fs::read(sound)?
        .chunks_exact(4)
        .map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
        .collect();
    let left: Vec<f32> = samples.iter().step_by(2).copied().collect();
    let right: Vec<f32> = samples.iter().skip(1).step_by(2).copied().collect();
    let since = Instant::now();
    for (left, right) in left.chunks(1_024).zip(right.chunks(1_024)) {
        analyser.sound(&Sound { rate: 48_000, left, right });
    }
    let sound_took = since.elapsed();
    let report = analyser.finish();
    println!("{:.3} ms a frame of {frames}", took.as_secs_f64() * 1_000.0 / f64::from(frames.max(1)));
    println!(
        "{:.3} ms a second of sound",
        sound_took.as_secs_f64() * 1_000.0 / (left.len() as f64 / 48_000.0).max(0.001)
    );
    println!("{:?}", report.measures);
    for finding in &report.findings {
        println!("{:?} {finding}", finding.weight);
    }
    Ok(())
}
