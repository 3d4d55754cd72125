use reelpress_templates::MusicMood;

use super::*;
use crate::encode::{VideoSpec, join, segment};
use crate::sound::{Cue, Effect, Meter, Music, SpokenPart};
use crate::testing::{speech, wav};
use crate::watch::Unwatched;

fn order<'a>(parts: &[(&'a [u8], usize)], seconds: u64) -> SoundOrder<'a> {
    SoundOrder {
        voice: parts.iter().map(|(wav, start)| SpokenPart { wav, start: *start }).collect(),
        cues: Vec::new(),
        samples: (seconds * u64::from(SAMPLE_RATE)) as usize,
        music: Music::Composed(MusicMood { tempo_bpm: 96.0, root_hz: 220.0, minor: false }),
        seed: 7,
        music_db: Some(18.0),
        duck_db: 8.0,
        loudness_lufs: -14.0,
        true_peak_dbtp: -1.5,
    }
}

/// By the full meter, on what a player hears.
fn measured(sound: &CodedSound) -> Loudness {
    let heard = sound.decoded().unwrap();
    let mut meter = Meter::stereo(SAMPLE_RATE).unwrap();
    meter.add_planes(&heard.left, &heard.right).unwrap();
    meter.loudness().unwrap()
}

#[track_caller]
fn holds(order: &SoundOrder<'_>, bitrate: u32) -> CodedSound {
    let sound = code_sound(order, bitrate).unwrap();
    let heard = measured(&sound);
    assert!((heard.integrated_lufs - order.loudness_lufs).abs() <= 0.3, "{heard:?}");
    assert!(heard.true_peak_dbtp <= order.true_peak_dbtp + 0.001, "{heard:?}");
    assert!((heard.integrated_lufs - sound.loudness().integrated_lufs).abs() < 0.01, "{heard:?} {sound:?}");
    assert!((heard.true_peak_dbtp - sound.loudness().true_peak_dbtp).abs() < 0.001, "{heard:?} {sound:?}");
    sound
}

#[test]
fn loudness_and_true_peak_hold_after_coding_at_any_bit_rate() {
    let voice = wav(&speech(3_000, 22_050), 22_050);
    for bitrate in [32_000, 64_000, 96_000, 128_000, 192_000] {
        holds(&order(&[(&voice, 0)], 4), bitrate);
    }
    // Sharp peaks that need a lot of limiting, and what an encoder finds hardest: clicks.
    let mut spiky = speech(3_000, 22_050);
    spiky.iter_mut().step_by(4_001).for_each(|sample| *sample = i16::MAX);
    let spiky = wav(&spiky, 22_050);
    let cues = [Effect::Tick, Effect::Impact, Effect::Pop, Effect::Ding];
    let cues = cues.into_iter().enumerate().map(|(at, effect)| Cue { sample: 30_000 * (at + 1), effect }).collect();
    holds(&SoundOrder { cues, ..order(&[(&spiky, 4_800)], 4) }, 96_000);
    holds(&SoundOrder { loudness_lufs: -11.0, ..order(&[(&spiky, 0)], 4) }, 64_000);
}

#[test]
fn packets_follow_each_other_without_a_gap_and_cover_the_mix() {
    let voice = wav(&speech(1_900, 22_050), 22_050);
    let sound = holds(&order(&[(&voice, 0)], 2), 128_000);
    assert_eq!((sound.priming(), sound.samples()), (1_024, 96_000));
    assert_eq!(sound.packets()[0].pts, -1_024);
    let mut next = -1_024;
    for packet in sound.packets() {
        assert_eq!((packet.pts, packet.dts), (next, next));
        assert!((1..=1_024).contains(&packet.duration) && !packet.data.is_empty());
        next += packet.duration;
    }
    assert_eq!(next, 96_000);
}

#[test]
fn the_same_order_gives_the_same_packets() {
    let voice = wav(&speech(1_500, 22_050), 22_050);
    let (first, second) = (holds(&order(&[(&voice, 0)], 2), 128_000), holds(&order(&[(&voice, 0)], 2), 128_000));
    assert_eq!(first.packets(), second.packets());
}

#[test]
fn sound_is_in_its_place_to_the_end_of_a_three_minute_cut() {
    // A short beep at the beginning of each of twelve parts, the last at 2:59.
    const BEEP: usize = 960;
    let beep = |at: usize| ((at as f64 / 16.0 * std::f64::consts::TAU).sin() * 20_000.0) as i16;
    let beep = wav(&(0..48_000).map(|at| if at < BEEP { beep(at) } else { 0 }).collect::<Vec<_>>(), 48_000);
    let starts: Vec<usize> = (0..12).map(|part| (10 + part * 169 / 11) * 48_000 + part * 777).collect();
    let parts: Vec<(&[u8], usize)> = starts.iter().map(|start| (beep.as_slice(), *start)).collect();
    let sound =
        code_sound(&SoundOrder { music_db: None, loudness_lufs: -30.0, ..order(&parts, 180) }, 128_000).unwrap();
    let heard = sound.decoded().unwrap();
    assert_eq!(heard.len(), 180 * 48_000);
    let highest = heard.left.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    for start in starts {
        let from = start - 4_800;
        let first = heard.left[from..].iter().position(|sample| sample.abs() > highest / 4.0).unwrap();
        // Coded sound may begin a little early; 20 ms are 960 samples.
        assert!((from + first).abs_diff(start) < 240, "{} instead of {start}", from + first);
    }
}

#[test]
fn a_file_holds_these_very_packets_at_their_times() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mp4");
    let voice = wav(&speech(1_900, 22_050), 22_050);
    let sound = holds(&order(&[(&voice, 0)], 2), 128_000);
    let encoder = reelpress_config::VideoEncoder::X264;
    let spec = VideoSpec { width: 64, height: 64, fps: 10, encoder, preset: "ultrafast".to_owned(), crf: 30 };
    let piece = segment(&spec, 20, &mut |_, planes| planes.y.fill(100), &Unwatched).unwrap();
    join(&spec, [&piece], Some(&sound), &path).unwrap();
    let mut input = ffmpeg_next::format::input(&path).unwrap();
    let stream = input.streams().best(ffmpeg_next::media::Type::Audio).unwrap();
    assert_eq!(stream.time_base(), Rational::new(1, SAMPLE_RATE as i32));
    let index = stream.index();
    let packets = input.packets().filter(|(stream, _)| stream.index() == index);
    let written: Vec<_> = packets.map(|(_, packet)| (packet.pts().unwrap(), packet.data().unwrap().to_vec())).collect();
    let coded: Vec<_> = sound.packets().iter().map(|packet| (packet.pts, packet.data.clone())).collect();
    assert!(written == coded, "{:?}", written.iter().map(|(pts, data)| (pts, data.len())).collect::<Vec<_>>());
}
