//! What the sound of a cut costs: CPU milliseconds for each second of it.
//!
//! `cargo run --release -p reelpress-assemble --example sound_cost -- SPEECH.wav [SECONDS]`
#![expect(clippy::print_stdout, reason = "prints a measurement for a person")]

use std::error::Error;

use reelpress_assemble::{CodedSound, Music, SAMPLE_RATE, SoundOrder, SpokenPart, code_sound, mix};
use reelpress_templates::MusicMood;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let voice = std::fs::read(arguments.next().ok_or("name a 16-bit mono WAV")?)?;
    let seconds: usize = arguments.next().map_or(Ok(60), |seconds| seconds.parse())?;
    let order = SoundOrder {
        voice: vec![SpokenPart { wav: &voice, start: 0 }],
        cues: Vec::new(),
        samples: seconds * SAMPLE_RATE as usize,
        music: Music::Composed(MusicMood { tempo_bpm: 96.0, root_hz: 220.0, minor: false }),
        seed: 7,
        music_db: Some(18.0),
        duck_db: 8.0,
        loudness_lufs: -14.0,
        true_peak_dbtp: -1.5,
    };
    let mut before = cpu_ms()?;
    let mut lap = |what: &str| -> Result<(), Box<dyn Error>> {
        let now = cpu_ms()?;
        println!("{what}: {:.2} ms a second of cut", (now - before) / seconds as f64);
        before = now;
        Ok(())
    };
    let mixed = mix(&order)?;
    lap("mix and its measures")?;
    let coded: CodedSound = code_sound(&order, 128_000)?;
    lap("mix, coded, heard and measured")?;
    coded.decoded()?;
    lap("decoded once more")?;
    println!("mix {:?}\nheard {:?}", mixed.loudness, coded.loudness());
    Ok(())
}

/// This thread's CPU time as the kernel counts it.
fn cpu_ms() -> Result<f64, Box<dyn Error>> {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = counted.split(' ').next().ok_or("no CPU time")?.parse()?;
    Ok(nanoseconds / 1e6)
}
